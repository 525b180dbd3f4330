//! Live pokes over a real socket: whoever is concerned hears of it, and nobody else.

use entity::ids::{AccountId, CommunityId, SessionId};
use entity::kinds::PostKind;
use serde_json::{Value, json};
use xunfang::areas::estate::write::CreateCommunity;
use xunfang::areas::organisation::AppointStaffMember;
use xunfang::auth::Viewer;
use xunfang::command::{self, Command};

use crate::sockets::{Socket, hear_json, say, signed_in};
use crate::support::{Server, start};

async fn done<C: Command>(server: &Server, command: &C) -> C::Output {
    let system = Viewer::system();
    command::run(&server.app, &system, "prepare a test", command)
        .await
        .unwrap()
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
    let account = session.0.to_string();
    let post = PostKind::Assistant;
    done(
        server,
        &AppointStaffMember {
            community_id,
            account,
            post,
            zone_id: None,
        },
    )
    .await;
    session
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

// A client pulls after its socket was acknowledged: what comes between is the stream's to bring.
#[tokio::test]
async fn a_stream_of_rows_begins_where_the_socket_was_acknowledged() {
    let server = start().await;
    let (bijiang, li) = desk(&server, "bijiang").await;
    // What one's own session sent is given more than once: see the echo.
    let wang = colleague(&server, bijiang).await;
    push(&server, bijiang, wang).await;
    let mut socket = signed_in(&server, &server.token(li, 900)).await;
    push(&server, bijiang, wang).await;
    let query =
        "subscription onStream($headers: TicketInputHeaders) { streamTicket(headers: $headers) {
        documents { id deleted summary } checkpoint { cursor epoch } } }";
    let payload =
        json!({ "query": query, "variables": { "headers": { "Authorization": "Bearer x" } } });
    say(
        &mut socket,
        json!({ "id": "1", "type": "subscribe", "payload": payload }),
    )
    .await;
    let (first, checkpoint) = event(&mut socket).await;
    assert_eq!(first.len(), 1);

    push(&server, bijiang, wang).await;
    let (second, _) = event(&mut socket).await;
    assert_eq!(second.len(), 1);
    assert_ne!(first, second);

    // The checkpoint of an event is one to pull from: what came after it, and nothing else.
    let query = "query ($c: TicketInputCheckpoint) { pullTicket(checkpoint: $c, limit: 50) { documents { id } } }";
    let body = json!({ "query": query, "variables": { "c": checkpoint } }).to_string();
    let token = format!("Bearer {}", server.token(li, 900));
    let clock = "b1;2026-11-21T12:00:00Z";
    let headers = [
        ("content-type", "application/json"),
        ("authorization", &*token),
        ("xunfang-clock", clock),
    ];
    let (_, answer) = server.post_with(body, &headers).await;
    assert_eq!(
        answer["data"]["pullTicket"]["documents"],
        json!([{ "id": second[0] }])
    );
}
