//! Live pokes over a real socket: whoever is concerned hears of it, and nobody else.

use std::collections::BTreeSet;
use std::time::Duration;

use entity::accounts::session;
use entity::ids::{AccountId, CommunityId, SessionId};
use entity::kinds::PostKind;
use serde_json::{Value, json};
use xunfang::areas::estate::write::CreateCommunity;
use xunfang::areas::organisation::AppointStaffMember;
use xunfang::auth::Viewer;
use xunfang::command::{self, Command};
use xunfang::database::{Saved, Write};

use crate::sockets::{Socket, closed, hear_json, say, signed_in};
use crate::support::{Server, start, start_with};

async fn done<C: Command>(server: &Server, command: &C) -> C::Output {
    let system = Viewer::system();
    command::run(&server.app, &system, command).await.unwrap()
}

/// A community, and somebody at its desk.
async fn desk(server: &Server, code: &str) -> (CommunityId, (AccountId, SessionId)) {
    let (code, time_zone) = (code.to_owned(), "Asia/Shanghai".to_owned());
    let create = CreateCommunity {
        name: format!("{code}屋村"),
        code,
        time_zone,
    };
    let community_id = done(server, &create).await;
    (community_id, colleague(server, community_id).await)
}

/// Somebody at the desk of a community.
async fn colleague(server: &Server, community_id: CommunityId) -> (AccountId, SessionId) {
    let session = server.session().await;
    appoint(server, community_id, session.0).await;
    session
}

/// Puts an account at the desk of a community.
async fn appoint(server: &Server, community_id: CommunityId, account: AccountId) {
    let appoint = AppointStaffMember {
        community_id,
        account: account.to_string(),
        post: PostKind::Assistant,
        zone_id: None,
    };
    done(server, &appoint).await;
}

async fn subscribe(server: &Server, session: (AccountId, SessionId)) -> Socket {
    let mut socket = signed_in(server, &server.token(session, 900)).await;
    let query = "subscription { syncPoke { communityId seq } }";
    say(
        &mut socket,
        json!({ "id": "1", "type": "subscribe", "payload": { "query": query } }),
    )
    .await;
    // The first poke comes at once and says: look everywhere.
    assert_eq!(
        poke(&mut socket).await,
        json!({ "communityId": null, "seq": null })
    );
    socket
}

async fn poke(socket: &mut Socket) -> Value {
    let message = hear_json(socket).await;
    assert_eq!(message["type"], "next", "{message}");
    message["payload"]["data"]["syncPoke"].clone()
}

/// Opens a ticket by a push; where the community stands after it.
async fn push(server: &Server, community: CommunityId, session: (AccountId, SessionId)) -> Value {
    let id = server.app.clock().new_id();
    let mutation = json!({
        "mutationId": id, "kind": "ticket.open", "recordId": id,
        "payload": { "communityId": community, "summary": "厨房水管漏水" },
    });
    let query = "mutation ($m: [JSON]!) { syncPush(mutations: $m) { results { outcome seq } } }";
    let body = json!({ "query": query, "variables": { "m": [mutation] } }).to_string();
    let token = format!("Bearer {}", server.token(session, 900));
    let headers = [
        ("content-type", "application/json"),
        ("authorization", &*token),
    ];
    let (_, answer) = server.post_with(body, &headers).await;
    let result = answer["data"]["syncPush"]["results"][0].clone();
    assert_eq!(result["outcome"], "APPLIED", "{answer}");
    result["seq"].clone()
}

#[tokio::test]
async fn a_phone_is_poked_for_its_own_community_only() {
    let server = start().await;
    let (bijiang, li) = desk(&server, "bijiang").await;
    let (cuihu, zhao) = desk(&server, "cuihu").await;
    let (mut here, mut there) = (subscribe(&server, li).await, subscribe(&server, zhao).await);

    let seq = push(&server, bijiang, li).await;
    assert_eq!(
        poke(&mut here).await,
        json!({ "communityId": bijiang, "seq": seq })
    );
    // The first thing heard elsewhere is what happened there, later.
    let seq = push(&server, cuihu, zhao).await;
    assert_eq!(
        poke(&mut there).await,
        json!({ "communityId": cuihu, "seq": seq })
    );
}

/// The next event of a stream: the ids of its rows, and its checkpoint.
async fn event(socket: &mut Socket) -> (Vec<Value>, Value) {
    let message = hear_json(socket).await;
    assert_eq!(message["type"], "next", "{message}");
    let event = &message["payload"]["data"]["streamTicket"];
    let rows = event["documents"].as_array().unwrap();
    let ids = rows.iter().map(|row| row["id"].clone()).collect();
    (ids, event["checkpoint"].clone())
}

/// Subscribes to one collection as RxDB's own query builder does.
async fn stream(socket: &mut Socket, id: usize, collection: &str) {
    let query = format!(
        "subscription onStream($headers: {collection}InputHeaders) {{ stream{collection}(headers: $headers) {{
        documents {{ id deleted }} checkpoint {{ cursor epoch }} }} }}"
    );
    let variables = json!({ "headers": { "Authorization": "Bearer x" } });
    let payload = json!({ "query": query, "variables": variables });
    let id = id.to_string();
    say(
        socket,
        json!({ "id": id, "type": "subscribe", "payload": payload }),
    )
    .await;
}

/// A page of tickets as RxDB pulls them: the ids, and its checkpoint.
async fn pull(
    server: &Server,
    session: (AccountId, SessionId),
    checkpoint: &Value,
) -> (Vec<Value>, Value) {
    let query = "query ($c: TicketInputCheckpoint) { pullTicket(checkpoint: $c, limit: 50) {
        documents { id } checkpoint { cursor epoch } } }";
    let body = json!({ "query": query, "variables": { "c": checkpoint } }).to_string();
    let token = format!("Bearer {}", server.token(session, 900));
    let headers = [
        ("content-type", "application/json"),
        ("authorization", &*token),
    ];
    let (_, answer) = server.post_with(body, &headers).await;
    let page = &answer["data"]["pullTicket"];
    let rows = page["documents"].as_array().unwrap();
    let ids = rows.iter().map(|row| row["id"].clone()).collect();
    (ids, page["checkpoint"].clone())
}

#[tokio::test]
async fn a_stream_of_a_session_that_pulled_nothing_begins_where_its_socket_was_acknowledged() {
    let server = start().await;
    let (bijiang, li) = desk(&server, "bijiang").await;
    // What one's own session sent is given more than once: see the echo.
    let wang = colleague(&server, bijiang).await;
    push(&server, bijiang, wang).await;
    let mut socket = signed_in(&server, &server.token(li, 900)).await;
    push(&server, bijiang, wang).await;
    stream(&mut socket, 1, "Ticket").await;
    let (first, checkpoint) = event(&mut socket).await;
    assert_eq!((first.len(), checkpoint), (1, json!(null)));
    push(&server, bijiang, wang).await;
    let (second, checkpoint) = event(&mut socket).await;
    assert_eq!((second.len(), checkpoint), (1, json!(null)));
    assert_ne!(first, second);
}

// The checkpoint of an event becomes the client's own, whatever the client has missed.
#[tokio::test]
async fn a_stream_goes_on_where_its_session_last_pulled_and_moves_nobody_past_that() {
    let server = start().await;
    let (bijiang, li) = desk(&server, "bijiang").await;
    let wang = colleague(&server, bijiang).await;
    let mut socket = signed_in(&server, &server.token(li, 900)).await;
    stream(&mut socket, 1, "Ticket").await;
    let (_, pulled) = pull(&server, li, &json!(null)).await;
    drop(socket);

    push(&server, bijiang, wang).await;
    let mut socket = signed_in(&server, &server.token(li, 900)).await;
    stream(&mut socket, 1, "Ticket").await;
    let (first, checkpoint) = event(&mut socket).await;
    assert_eq!(first.len(), 1, "written while there was no socket");
    // This pull may be applied before the event that was on its way.
    pull(&server, li, &pulled).await;
    push(&server, bijiang, wang).await;
    let (second, later) = event(&mut socket).await;
    for checkpoint in [checkpoint, later.clone()] {
        let (again, _) = pull(&server, li, &checkpoint).await;
        assert_eq!(again, [&*first, &*second].concat());
    }
    // Now it is known that the client has both.
    push(&server, bijiang, wang).await;
    let (third, checkpoint) = event(&mut socket).await;
    assert_eq!(pull(&server, li, &checkpoint).await.0, third);
}

#[tokio::test]
async fn who_asks_for_no_rows_is_only_told_that_there_are_some() {
    let server = start().await;
    let (bijiang, li) = desk(&server, "bijiang").await;
    let mut socket = signed_in(&server, &server.token(li, 900)).await;
    push(&server, bijiang, li).await;
    let query = "subscription { streamTicket { checkpoint { epoch } } }";
    let payload = json!({ "query": query });
    say(
        &mut socket,
        json!({ "id": "1", "type": "subscribe", "payload": payload }),
    )
    .await;
    for _ in 0..3 {
        let message = hear_json(&mut socket).await;
        assert_eq!(
            message["payload"],
            json!({ "data": { "streamTicket": { "checkpoint": null } } })
        );
        push(&server, bijiang, li).await;
    }
}

#[tokio::test]
async fn news_of_what_was_before_a_socket_pokes_nobody() {
    let server = start().await;
    let (bijiang, li) = desk(&server, "bijiang").await;
    let (before, mut socket) = (
        push(&server, bijiang, li).await,
        subscribe(&server, li).await,
    );
    let realm = bijiang.into();
    // As it comes from another process, or when the counters are looked at.
    server.app.announce(Saved {
        heads: [(realm, before.as_i64().unwrap())].into(),
        anybody: [realm].into(),
        ..Saved::default()
    });
    let seq = push(&server, bijiang, li).await;
    assert_eq!(
        poke(&mut socket).await,
        json!({ "communityId": bijiang, "seq": seq })
    );
}

#[tokio::test]
async fn another_post_and_a_lost_device_reach_a_socket_as_they_are_saved() {
    let hour = Duration::from_hours(1);
    let server = start_with(|_| {}, move |patience| patience.recheck = hour).await;
    let (_, li) = desk(&server, "bijiang").await;
    let (cuihu, zhao) = desk(&server, "cuihu").await;
    let mut socket = subscribe(&server, li).await;
    stream(&mut socket, 2, "Ticket").await;
    push(&server, cuihu, zhao).await;
    appoint(&server, cuihu, li.0).await;
    let (mut poked, mut given) = (false, false);
    while !(poked && given) {
        let message = hear_json(&mut socket).await;
        let data = &message["payload"]["data"];
        poked |= data["syncPoke"] == json!({ "communityId": null, "seq": null });
        let rows = data["streamTicket"]["documents"].as_array();
        given |= rows.is_some_and(|rows| rows.len() == 1);
    }
    let at = server.now();
    let revoke = async |write: &mut Write| {
        write.load::<session::Model>([li.1]).await?;
        write.update::<session::Model>(li.1, |row| row.revoked_at = Some(at))
    };
    let system = Viewer::system().actor();
    server.app.write(&system, "revoke", revoke).await.unwrap();
    assert_eq!(
        closed(&mut socket).await,
        (4403, "DEVICE_REVOKED".to_owned())
    );
}

// The test server has one connection for reading and one for writing, or one for both: whoever keeps
// it while he waits for something else brings the others to a stand.
#[tokio::test]
async fn live_sockets_keep_no_connection_from_others() {
    // Looks at its session again and again, and is not given up by a slow machine.
    let recheck = Duration::from_millis(500);
    let server = start_with(|_| {}, move |patience| patience.recheck = recheck).await;
    let (bijiang, li) = desk(&server, "bijiang").await;
    let wang = colleague(&server, bijiang).await;
    let mut heard = Vec::new();
    for session in [li, wang] {
        let mut socket = signed_in(&server, &server.token(session, 900)).await;
        for (id, collection) in COLLECTIONS.into_iter().enumerate() {
            stream(&mut socket, id, collection).await;
        }
        heard.push(tokio::spawn(hear_tickets(socket, 20)));
    }
    for _ in 0..20 {
        push(&server, bijiang, wang).await;
        pull(&server, li, &json!(null)).await;
    }
    let (tickets, _) = pull(&server, li, &json!(null)).await;
    let tickets = tickets.iter().map(Value::to_string).collect();
    for heard in heard {
        assert_eq!(heard.await.unwrap(), tickets);
    }
}

/// Listens until so many tickets have come.
async fn hear_tickets(mut socket: Socket, count: usize) -> BTreeSet<String> {
    let mut heard = BTreeSet::new();
    while heard.len() < count {
        let message = hear_json(&mut socket).await;
        assert_eq!(message["type"], "next", "{message}");
        let rows = message["payload"]["data"]["streamTicket"]["documents"].as_array();
        let rows = rows.into_iter().flatten();
        heard.extend(rows.map(|row| row["id"].to_string()));
    }
    heard
}

const COLLECTIONS: [&str; 10] = [
    "Community",
    "Zone",
    "Unit",
    "StaffMember",
    "Party",
    "Ticket",
    "TicketEvent",
    "PatrolTask",
    "Visit",
    "SyncIssue",
];
