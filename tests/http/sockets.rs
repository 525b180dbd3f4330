//! `GET /graphql/ws`: who is let in, and with which code a socket ends.

use std::time::Duration;

use entity::accounts::session;
use futures_util::{SinkExt, StreamExt};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use xunfang::app::App;

use crate::support::{Server, start, start_beside, start_with};

pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect_with(server: &Server, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
    let url = format!("ws://{}/graphql/ws", server.address);
    let mut request = url.into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

pub async fn connect(server: &Server) -> Socket {
    let protocol = [("sec-websocket-protocol", "graphql-transport-ws")];
    connect_with(server, &protocol).await.unwrap()
}

pub async fn say(socket: &mut Socket, message: Value) {
    let message = Message::text(message.to_string());
    socket.send(message).await.unwrap();
}

/// The next message for the client; the server's own pings are answered by the library.
pub async fn hear(socket: &mut Socket) -> Message {
    loop {
        let message = timeout(Duration::from_secs(10), socket.next()).await;
        match message
            .expect("the server says something")
            .unwrap()
            .unwrap()
        {
            Message::Ping(_) | Message::Pong(_) => {}
            message => return message,
        }
    }
}

pub async fn hear_json(socket: &mut Socket) -> Value {
    serde_json::from_str(hear(socket).await.to_text().unwrap()).unwrap()
}

/// The code and reason the server closes with, after whatever it says before.
pub async fn closed(socket: &mut Socket) -> (u16, String) {
    loop {
        if let Message::Close(frame) = hear(socket).await {
            let frame = frame.unwrap();
            return (frame.code.into(), frame.reason.to_string());
        }
    }
}

/// A socket that has been let in.
pub async fn signed_in(server: &Server, token: &str) -> Socket {
    let mut socket = connect(server).await;
    let payload = json!({ "headers": { "Authorization": format!("Bearer {token}") } });
    say(
        &mut socket,
        json!({ "type": "connection_init", "payload": payload }),
    )
    .await;
    assert_eq!(hear_json(&mut socket).await["type"], "connection_ack");
    socket
}

fn forbidden(reason: &str) -> (u16, String) {
    (4403, reason.to_owned())
}

#[tokio::test]
async fn only_a_good_token_opens_a_socket() {
    let server = start().await;
    let session = server.session().await;
    for (payload, reason) in [
        (json!(null), "UNAUTHENTICATED"),
        (json!({ "token": "x.y.z" }), "UNAUTHENTICATED"),
        (
            json!({ "token": server.forged(session) }),
            "UNAUTHENTICATED",
        ),
        (
            json!({ "token": server.token(session, 0) }),
            "TOKEN_EXPIRED",
        ),
    ] {
        let mut socket = connect(&server).await;
        say(
            &mut socket,
            json!({ "type": "connection_init", "payload": payload }),
        )
        .await;
        assert_eq!(closed(&mut socket).await, forbidden(reason), "{payload}");
    }
    let token = server.token(session, 900);
    for payload in [
        json!({ "token": token }),
        json!({ "authorization": format!("Bearer {token}") }),
    ] {
        let mut socket = connect(&server).await;
        say(
            &mut socket,
            json!({ "type": "connection_init", "payload": payload }),
        )
        .await;
        assert_eq!(hear_json(&mut socket).await["type"], "connection_ack");
    }
}

#[tokio::test]
async fn a_socket_closes_when_its_token_runs_out() {
    let server = start().await;
    let session = server.session().await;
    let mut socket = signed_in(&server, &server.token(session, 1)).await;
    assert_eq!(closed(&mut socket).await, forbidden("TOKEN_EXPIRED"));
}

#[tokio::test]
async fn a_ping_with_a_new_token_keeps_the_socket() {
    let server = start().await;
    let session = server.session().await;
    let mut kept = signed_in(&server, &server.token(session, 1)).await;
    let token = server.token(session, 900);
    say(
        &mut kept,
        json!({ "type": "ping", "payload": { "token": token } }),
    )
    .await;
    assert_eq!(hear_json(&mut kept).await["type"], "pong");
    // Another with as long to live as the first had tells when that time is over.
    let mut other = signed_in(&server, &server.token(session, 1)).await;
    assert_eq!(closed(&mut other).await, forbidden("TOKEN_EXPIRED"));
    say(&mut kept, json!({ "type": "ping" })).await;
    assert_eq!(hear_json(&mut kept).await["type"], "pong");

    let somebody_else = server.token(server.session().await, 900);
    say(
        &mut kept,
        json!({ "type": "ping", "payload": { "token": somebody_else } }),
    )
    .await;
    assert_eq!(closed(&mut kept).await, forbidden("UNAUTHENTICATED"));
}

#[tokio::test]
async fn a_socket_that_does_not_sign_in_is_closed() {
    let server = start_with(|_| {}, |patience| patience.init = Duration::from_millis(50)).await;
    let mut socket = connect(&server).await;
    let late = (4408, "UNAUTHENTICATED".to_owned());
    assert_eq!(closed(&mut socket).await, late);
}

#[tokio::test]
async fn a_socket_closes_when_its_session_is_revoked_or_signed_out() {
    let server = start_with(
        |_| {},
        |patience| patience.recheck = Duration::from_millis(50),
    )
    .await;
    for (column, reason) in [
        (session::Column::RevokedAt, "DEVICE_REVOKED"),
        (session::Column::SignedOutAt, "UNAUTHENTICATED"),
    ] {
        let session = server.session().await;
        let mut socket = signed_in(&server, &server.token(session, 900)).await;
        session::Entity::update_many()
            .col_expr(column, Expr::value(server.now()))
            .filter(sea_orm::ColumnTrait::eq(&session::Column::Id, session.1))
            .exec(server.app.db().writer())
            .await
            .unwrap();
        assert_eq!(closed(&mut socket).await, forbidden(reason));
    }
}

#[tokio::test]
async fn sockets_are_told_that_the_server_stops() {
    let mut server = start().await;
    let session = server.session().await;
    let mut in_use = signed_in(&server, &server.token(session, 900)).await;
    let mut fresh = connect(&server).await;
    server.ask_to_stop();
    for socket in [&mut in_use, &mut fresh] {
        assert_eq!(closed(socket).await, (1012, "restart".to_owned()));
    }
    server.stopped().await;
}

#[tokio::test]
async fn what_works_beside_a_server_that_stops_finishes_before_the_database_closes() {
    let (release, released) = oneshot::channel::<()>();
    let (tell, told) = oneshot::channel();
    let beside = |app: App| async move {
        released.await.unwrap();
        tell.send(app.is_ready().await).unwrap();
    };
    let mut server = start_beside(|_| {}, |_| {}, beside).await;
    let mut socket = connect(&server).await;
    server.ask_to_stop();
    assert_eq!(closed(&mut socket).await, (1012, "restart".to_owned()));
    release.send(()).unwrap();
    server.stopped().await;
    assert!(told.await.unwrap());
}

#[tokio::test]
async fn one_socket_too_many_is_told_to_come_back() {
    let server = start_with(|settings| settings.http.sockets = 1, |_| {}).await;
    let session = server.session().await;
    let _first = signed_in(&server, &server.token(session, 900)).await;
    let mut second = connect(&server).await;
    assert_eq!(closed(&mut second).await, (1013, "OVERLOADED".to_owned()));
}

#[tokio::test]
async fn one_account_does_not_take_all_sockets() {
    let server = start_with(|settings| settings.http.sockets = 8, |_| {}).await;
    let token = async || server.token(server.session().await, 900);
    let (one, other) = (token().await, token().await);
    let first = signed_in(&server, &one).await;
    let mut second = connect(&server).await;
    let payload = json!({ "token": one });
    let init = json!({ "type": "connection_init", "payload": payload });
    say(&mut second, init).await;
    assert_eq!(closed(&mut second).await, (1013, "OVERLOADED".to_owned()));
    signed_in(&server, &other).await;
    drop(first);
}

#[tokio::test]
async fn pages_of_other_origins_open_no_socket() {
    let listed = "https://desk.example.com";
    let server = start_with(
        |settings| settings.http.origins = vec![listed.to_owned()],
        |_| {},
    )
    .await;
    let own = format!("http://{}", server.address);
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    for (headers, status) in [
        (vec![protocol], None),
        (vec![protocol, ("origin", listed)], None),
        (vec![protocol, ("origin", &*own)], None),
        (
            vec![protocol, ("origin", "https://evil.example.com")],
            Some(403),
        ),
        (vec![protocol, ("origin", "null")], Some(403)),
        (vec![], Some(400)),
        (vec![("sec-websocket-protocol", "graphql-ws")], Some(400)),
    ] {
        let refused = match connect_with(&server, &headers).await {
            Ok(_) => None,
            Err(Error::Http(answer)) => Some(answer.status().as_u16()),
            // The client itself finds that its protocol was not taken.
            Err(error) => panic!("{headers:?}: {error}"),
        };
        assert_eq!(refused, status, "{headers:?}");
    }
}

#[tokio::test]
async fn what_breaks_the_protocol_closes_the_socket() {
    let server = start().await;
    let session = server.session().await;
    let subscribe =
        json!({ "type": "subscribe", "id": "1", "payload": { "query": "{ server { version } }" } });
    let mut early = connect(&server).await;
    say(&mut early, subscribe).await;
    assert_eq!(closed(&mut early).await.0, 4401);
    for text in ["{", "[]", r#"{"type":"nothing"}"#, "\u{0}"] {
        let mut socket = signed_in(&server, &server.token(session, 900)).await;
        socket.send(Message::text(text)).await.unwrap();
        assert_eq!(closed(&mut socket).await.0, 4400, "{text}");
    }
    let mut twice = signed_in(&server, &server.token(session, 900)).await;
    say(&mut twice, json!({ "type": "connection_init" })).await;
    assert_eq!(closed(&mut twice).await.0, 4429);
}

#[tokio::test]
async fn an_id_names_one_operation_at_a_time() {
    let server = start().await;
    let token = server.token(server.session().await, 900);
    let subscribe = |id: &str| {
        let payload = json!({ "query": "subscription { syncPoke { seq } }" });
        json!({ "type": "subscribe", "id": id, "payload": payload })
    };
    let mut socket = signed_in(&server, &token).await;
    for _ in 0..2 {
        say(&mut socket, subscribe("1")).await;
        assert_eq!(hear_json(&mut socket).await["type"], "next");
        say(&mut socket, json!({ "type": "complete", "id": "1" })).await;
        assert_eq!(hear_json(&mut socket).await["type"], "complete");
    }
    say(&mut socket, subscribe("1")).await;
    say(&mut socket, subscribe("2")).await;
    say(&mut socket, subscribe("1")).await;
    assert_eq!(closed(&mut socket).await.0, 4409);
    // Each event would repeat it.
    let mut socket = signed_in(&server, &token).await;
    say(&mut socket, subscribe(&"1".repeat(10_000))).await;
    assert_eq!(closed(&mut socket).await.0, 4400);
}

#[tokio::test]
async fn only_subscriptions_run_over_a_socket() {
    let server = start().await;
    let session = server.session().await;
    let mut socket = signed_in(&server, &server.token(session, 900)).await;
    let deep = "{a".repeat(10_000);
    for (query, code) in [
        ("{ server { version } }", "INVALID_REQUEST"),
        ("mutation { nothing }", "INVALID_REQUEST"),
        (
            "subscription A { nothing } query B { server { version } }",
            "INVALID_REQUEST",
        ),
        ("{", "INVALID_REQUEST"),
        ("subscription { nothing }", "INVALID_REQUEST"),
        (&deep, "TOO_COMPLEX"),
    ] {
        let payload = json!({ "query": query, "operationName": null });
        say(
            &mut socket,
            json!({ "type": "subscribe", "id": "1", "payload": payload }),
        )
        .await;
        let told = hear_json(&mut socket).await;
        let error = &told["payload"][0]["extensions"]["code"];
        let heard = (&told["type"], &told["id"], error);
        // It is the last that is said of it, and its id can be used again.
        assert_eq!(
            heard,
            (&json!("error"), &json!("1"), &json!(code)),
            "{told}"
        );
    }
    say(&mut socket, json!({ "type": "ping" })).await;
    assert_eq!(hear_json(&mut socket).await["type"], "pong");
}
