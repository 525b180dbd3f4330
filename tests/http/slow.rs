//! Who is slow, or sends too much: he is told why he is refused, and keeps nobody out.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use xunfang::config::Settings;
use xunfang::sha256::Sha256;

use crate::sockets::{closed, connect, say, signed_in};
use crate::support::{Server, code, start, start_with};

const SOON: Duration = Duration::from_millis(50);
const NOTHING: &str = r#"{"changes":{}}"#;
const JSON: &str = "content-type: application/json\r\n";

/// A connection from 127.0.0.`host`, with as little room as there can be for what it does not read.
async fn connect_from(server: &Server, host: u8) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let own = Ipv4Addr::new(127, 0, 0, host);
    socket.bind(SocketAddr::from((own, 0))).unwrap();
    socket.connect(server.address).await.unwrap()
}

async fn send(stream: &mut TcpStream, text: impl AsRef<[u8]>) {
    stream.write_all(text.as_ref()).await.unwrap();
}

/// The next answer on a connection: status, head, and body.
async fn hear(stream: &mut TcpStream) -> (u16, String, String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head.split("content-length: ").nth(1);
    let length = length.map_or(0, |rest| rest.lines().next().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head, String::from_utf8(body).unwrap())
}

async fn is_well(stream: &mut TcpStream) {
    send(stream, "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(hear(stream).await.0, 200);
}

async fn token(server: &Server) -> String {
    server.token(server.session().await, 900)
}

fn bearer(token: &str) -> String {
    format!("{JSON}authorization: Bearer {token}\r\n")
}

/// Whether the server ends the connection, whatever it still says.
async fn ended(stream: &mut TcpStream) {
    let mut said = Vec::new();
    let ended = timeout(Duration::from_secs(10), stream.read_to_end(&mut said));
    // Cut is ended too.
    drop(ended.await.expect("the server ends the connection"));
}

/// A request with a body of blanks, all of which is sent before anything is heard.
async fn send_much(
    stream: &mut TcpStream,
    what: &str,
    headers: &str,
    size: usize,
    is_chunked: bool,
) {
    let length = if is_chunked {
        let last = size - 1;
        format!("transfer-encoding: chunked\r\ncontent-range: bytes 0-{last}/{size}")
    } else {
        format!("content-length: {size}")
    };
    let head = format!("{what} HTTP/1.1\r\nhost: x\r\n{headers}{length}\r\n\r\n");
    send(stream, head).await;
    let piece = " ".repeat(50_000);
    for _ in 0..size / piece.len() {
        if is_chunked {
            send(stream, format!("{:x}\r\n", piece.len())).await;
        }
        send(stream, &piece).await;
        if is_chunked {
            send(stream, "\r\n").await;
        }
    }
    if is_chunked {
        send(stream, "0\r\n\r\n").await;
    }
}

#[tokio::test]
async fn whoever_is_refused_while_he_sends_hears_why_and_goes_on() {
    let server = start().await;
    let session = server.session().await;
    let good = bearer(&server.token(session, 900));
    let old = bearer(&server.token(session, 0));
    let photo = format!("PUT /attachments/{}", "a".repeat(64));
    for (what, headers, status, expected) in [
        ("POST /graphql", JSON, 413, "BODY_TOO_LARGE"),
        ("POST /graphql", &good, 413, "BODY_TOO_LARGE"),
        ("POST /graphql", "", 415, "INVALID_REQUEST"),
        ("PUT /graphql", JSON, 405, "INVALID_REQUEST"),
        ("POST /nowhere", JSON, 404, "NOT_FOUND"),
        ("POST /sync/pull", &good, 413, "BODY_TOO_LARGE"),
        ("POST /sync/push", JSON, 401, "UNAUTHENTICATED"),
        ("POST /sync/push", &old, 401, "TOKEN_EXPIRED"),
        ("POST /sync/push", &good, 413, "BODY_TOO_LARGE"),
        (&photo, "", 401, "UNAUTHENTICATED"),
        (&photo, &good, 413, "BODY_TOO_LARGE"),
    ] {
        for is_chunked in [false, true] {
            let mut stream = connect_from(&server, 1).await;
            send_much(&mut stream, what, headers, 12_000_000, is_chunked).await;
            let (answered, _, body) = hear(&mut stream).await;
            assert_eq!(answered, status, "{what} {is_chunked}: {body}");
            assert!(body.contains(expected), "{what} {is_chunked}: {body}");
            is_well(&mut stream).await;
        }
    }
}

#[tokio::test]
async fn who_finds_no_room_while_he_sends_hears_so_and_goes_on() {
    let server = start_with(
        |settings| {
            settings.http.body_memory_bytes = 800_000;
            settings.attachments.at_once = 0;
        },
        |_| {},
    )
    .await;
    let good = bearer(&token(&server).await);
    let photo = format!("PUT /attachments/{}", "a".repeat(64));
    // Less than each of them takes, and more than there is room for.
    for (what, size) in [
        ("POST /graphql", 2_000_000),
        ("POST /sync/pull", 2_000_000),
        ("POST /sync/push", 8_000_000),
        (
            "POST /sync/oversize?kind=ticket.open&mutationId=m-1",
            8_000_000,
        ),
        (&photo, 8_000_000),
    ] {
        for is_chunked in [false, true] {
            let mut stream = connect_from(&server, 1).await;
            send_much(&mut stream, what, &good, size, is_chunked).await;
            let (status, head, body) = hear(&mut stream).await;
            assert_eq!(status, 503, "{what} {is_chunked}: {body}");
            assert!(head.contains("retry-after: "), "{what}: {head}");
            let body = serde_json::from_str(&body).unwrap();
            assert_eq!(code(&body), "OVERLOADED", "{what} {is_chunked}");
            is_well(&mut stream).await;
        }
    }
}

#[tokio::test]
async fn who_finds_no_turn_once_he_has_sent_hears_so_and_goes_on() {
    let server = start_with(|settings| settings.http.requests = 0, |_| {}).await;
    let good = bearer(&token(&server).await);
    let query = r#"{"query":"{server{version}}"}"#;
    for (path, body) in [
        ("/graphql", query),
        ("/sync/pull", NOTHING),
        ("/sync/push", NOTHING),
    ] {
        let mut stream = connect_from(&server, 1).await;
        let length = body.len() + 1_000_000;
        let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\n{good}content-length: {length}");
        send(&mut stream, format!("{head}\r\n\r\n{body}")).await;
        send(&mut stream, " ".repeat(1_000_000)).await;
        let (status, head, body) = hear(&mut stream).await;
        assert_eq!(status, 503, "{path}: {body}");
        assert!(head.contains("retry-after: "), "{path}: {head}");
        let body = serde_json::from_str(&body).unwrap();
        assert_eq!(code(&body), "OVERLOADED", "{path}");
        is_well(&mut stream).await;
    }
}

#[tokio::test]
async fn whoever_asks_before_he_sends_is_refused_without_sending() {
    let server = start().await;
    let head = |length: usize| {
        format!(
            "POST /graphql HTTP/1.1\r\nhost: x\r\n{JSON}expect: 100-continue\r\n\
             content-length: {length}\r\n\r\n"
        )
    };
    let mut stream = connect_from(&server, 1).await;
    send(&mut stream, head(10_000_000)).await;
    assert_eq!(hear(&mut stream).await.0, 413);
    ended(&mut stream).await;

    let body = r#"{"query":"{server{version}}"}"#;
    let mut stream = connect_from(&server, 1).await;
    send(&mut stream, head(body.len())).await;
    assert_eq!(hear(&mut stream).await.0, 100);
    send(&mut stream, body).await;
    assert_eq!(hear(&mut stream).await.0, 200);
    is_well(&mut stream).await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_refused_with_a_code() {
    let server = start_with(|_| {}, |patience| patience.body = SOON).await;
    let good = bearer(&token(&server).await);
    for path in ["/graphql", "/sync/pull", "/sync/push"] {
        let mut stream = connect_from(&server, 1).await;
        let head =
            format!("POST {path} HTTP/1.1\r\nhost: x\r\n{good}content-length: 100\r\n\r\n{{");
        send(&mut stream, head).await;
        let (status, head, body) = hear(&mut stream).await;
        assert_eq!(status, 408, "{path}: {body}");
        assert!(head.contains("retry-after: "), "{head}");
        let body = serde_json::from_str(&body).unwrap();
        assert_eq!(code(&body), "OVERLOADED");
        ended(&mut stream).await;
    }
}

#[tokio::test]
async fn three_hundred_slow_clients_keep_nobody_out() {
    let more = |settings: &mut Settings| {
        settings.http.graphiql = true;
        // The slow ones are within the share of their account.
        settings.http.connections = 4_000;
    };
    let server = start_with(more, |_| {}).await;
    let (one, other) = (bearer(&token(&server).await), token(&server).await);
    let mut slow = Vec::new();
    for number in 0..300_u16 {
        let mut stream = connect_from(&server, 2 + u8::try_from(number % 7).unwrap()).await;
        match number % 15 {
            // Drips its head.
            0 => send(&mut stream, "POST /graphql HTTP/1.1\r\nho").await,
            // Reads nothing of what it asks for.
            1 => {
                let head = "GET /page/board.js HTTP/1.1\r\nhost: x\r\n\r\n";
                send(&mut stream, head.repeat(500)).await;
            }
            // Drips its body.
            _ => {
                let head =
                    format!("POST /sync/push HTTP/1.1\r\nhost: x\r\n{one}content-length: 100\r\n");
                send(&mut stream, format!("{head}\r\n{{")).await;
            }
        }
        slow.push(stream);
    }
    let own = Ipv4Addr::new(127, 0, 0, 10);
    let client = Client::builder().local_address(Some(own.into()));
    let client = client.build().unwrap();
    let headers = one.clone();
    for _ in 0..20 {
        let ready = client.get(server.url("/health/ready")).send().await;
        assert_eq!(ready.unwrap().status(), 200);
        let pushed = client.post(server.url("/sync/push")).bearer_auth(&other);
        let pushed = pushed.body(NOTHING).send().await.unwrap();
        assert_eq!(pushed.status(), 200);
        let query = r#"{"query":"{server{version}}"}"#;
        let asked = client.post(server.url("/graphql"));
        let asked = asked.header("content-type", "application/json");
        let asked = asked.bearer_auth(&other).body(query).send().await.unwrap();
        assert_eq!(asked.status(), 200);
        // Also whoever is slow elsewhere.
        let mut stream = connect_from(&server, 2).await;
        let head = format!("POST /graphql HTTP/1.1\r\nhost: x\r\n{headers}content-length: ");
        send(&mut stream, format!("{head}{}\r\n\r\n{query}", query.len())).await;
        assert_eq!(hear(&mut stream).await.0, 200);
    }
    drop(slow);
}

#[tokio::test]
async fn bodies_of_one_account_take_no_more_memory_than_its_share() {
    let server = start_with(|settings| settings.http.body_memory_bytes = 16_000, |_| {}).await;
    let (one, other) = (token(&server).await, token(&server).await);
    let body = NOTHING.to_owned() + &" ".repeat(1_500);
    let push = async |token: &str| {
        let pushed = Client::new()
            .post(server.url("/sync/push"))
            .bearer_auth(token);
        pushed.body(body.clone()).send().await.unwrap().status()
    };
    assert_eq!(push(&one).await, 200);
    let mut stream = connect_from(&server, 1).await;
    let headers = bearer(&one);
    let head = format!("POST /sync/push HTTP/1.1\r\nhost: x\r\n{headers}content-length: 1900\r\n");
    send(&mut stream, format!("{head}\r\n{}", " ".repeat(1_800))).await;
    while push(&one).await != 503 {
        tokio::task::yield_now().await;
    }
    assert_eq!(push(&other).await, 200);
    drop(stream);
    while push(&one).await != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn connections_of_one_address_leave_room_for_others() {
    let server = start_with(|settings| settings.http.connections_per_address = 2, |_| {}).await;
    let mut first = connect_from(&server, 2).await;
    let mut second = connect_from(&server, 2).await;
    is_well(&mut first).await;
    is_well(&mut second).await;
    ended(&mut connect_from(&server, 2).await).await;
    is_well(&mut connect_from(&server, 3).await).await;
    drop(first);
    // The server may still be about to notice.
    loop {
        let mut third = connect_from(&server, 2).await;
        let head = "GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let mut answer = String::new();
        if third.write_all(head.as_bytes()).await.is_ok()
            && third.read_to_string(&mut answer).await.is_ok()
            && answer.starts_with("HTTP/1.1 200")
        {
            break;
        }
    }
    is_well(&mut second).await;
}

#[tokio::test]
async fn a_connection_on_which_nothing_comes_is_ended() {
    let server = start_with(
        |_| {},
        |patience| {
            patience.head = SOON;
            patience.idle = SOON;
            patience.reader = SOON;
        },
    )
    .await;
    for said in [
        "",
        "GET / HT",
        "PRI * HTT",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\nGET / HT",
    ] {
        let mut stream = connect_from(&server, 1).await;
        send(&mut stream, said).await;
        ended(&mut stream).await;
    }
}

#[tokio::test]
async fn whoever_does_not_read_his_answer_is_cut() {
    let server = start_with(|_| {}, |patience| patience.answer = SOON).await;
    let good = token(&server).await;
    let start = b"\xff\xd8\xff\xe0".iter().copied();
    let photo: Vec<u8> = start.chain((0..=255).cycle()).take(9_000_000).collect();
    let path = format!("/attachments/{}", Sha256::of(&photo));
    let put = Client::new().put(server.url(&path)).bearer_auth(&good);
    assert_eq!(put.body(photo).send().await.unwrap().status(), 201);

    let mut stream = connect_from(&server, 1).await;
    let headers = bearer(&good);
    send(
        &mut stream,
        format!("GET {path} HTTP/1.1\r\nhost: x\r\n{headers}\r\n"),
    )
    .await;
    let cut = async { while stream.write_all(&[b' '; 1_000]).await.is_ok() {} };
    let cut = timeout(Duration::from_secs(20), cut).await;
    cut.expect("the server cuts the connection");
}

#[tokio::test]
async fn what_no_push_can_carry_is_kept_whole() {
    let server = start().await;
    let good = token(&server).await;
    let keep = async |token: &str, query: &str, body: Vec<u8>| {
        let url = server.url(&format!("/sync/oversize?{query}"));
        let sent = Client::new().post(url).bearer_auth(token).body(body);
        let answer = sent.send().await.unwrap();
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.unwrap(),
        )
    };
    let text = format!("{{\"description\":\"{}\"}}", "水".repeat(1_500_000));
    let not_text = vec![0xff; 100_000];
    let of_row = "kind=ticket.row&recordId=00000000-0000-0000-0000-0000000000ab";
    let own = "kind=ticket.open&mutationId=m-1";
    for (query, body) in [(own, text.into_bytes()), (of_row, not_text)] {
        for is_again in [false, true] {
            let (status, answer) = keep(&good, query, body.clone()).await;
            assert_eq!(status, 200, "{answer}");
            let result = &answer["results"][0];
            assert_eq!(result["outcome"], "QUARANTINED", "{answer}");
            assert_eq!(result["duplicate"], is_again, "{answer}");
        }
    }
    let query = json!({ "query": "{ mySync { ledger { distinct duplicates quarantined } } }" });
    let asked = Client::new()
        .post(server.url("/graphql"))
        .bearer_auth(&good);
    let answer: Value = asked
        .json(&query)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let ledger = json!({ "distinct": 2, "duplicates": 2, "quarantined": 2 });
    assert_eq!(answer["data"]["mySync"]["ledger"], ledger, "{answer}");

    for (token, query, size, expected) in [
        ("", own, 10, (401, "UNAUTHENTICATED")),
        (&*good, "recordId=x", 10, (400, "INVALID_REQUEST")),
        (&*good, own, 17 << 20, (413, "BODY_TOO_LARGE")),
    ] {
        let (status, answer) = keep(token, query, vec![b' '; size]).await;
        assert_eq!((status, code(&answer)), expected, "{answer}");
    }
}

#[tokio::test]
async fn connections_of_one_account_leave_room_for_others_wherever_they_come_from() {
    let server = start_with(|settings| settings.http.connections = 16, |_| {}).await;
    let (one, other) = (token(&server).await, token(&server).await);
    let ask = async |stream: &mut TcpStream, token: &str| {
        let headers = bearer(token);
        let query = r#"{"query":"{server{version}}"}"#;
        let length = query.len();
        let head =
            format!("POST /graphql HTTP/1.1\r\nhost: x\r\n{headers}content-length: {length}");
        send(stream, format!("{head}\r\n\r\n{query}")).await;
        hear(stream).await
    };
    let mut first = connect_from(&server, 2).await;
    let mut second = connect_from(&server, 3).await;
    for _ in 0..3 {
        assert_eq!(ask(&mut first, &one).await.0, 200);
        assert_eq!(ask(&mut second, &one).await.0, 200);
    }
    let mut third = connect_from(&server, 4).await;
    let (status, head, body) = ask(&mut third, &one).await;
    assert_eq!(status, 503, "{body}");
    assert!(head.contains("retry-after: "), "{head}");
    assert_eq!(code(&serde_json::from_str(&body).unwrap()), "OVERLOADED");
    ended(&mut third).await;
    // A socket is a connection too, and its account is known when it signs in.
    let mut socket = connect(&server).await;
    say(
        &mut socket,
        json!({ "type": "connection_init", "payload": { "token": one } }),
    )
    .await;
    assert_eq!(closed(&mut socket).await, (1013, "OVERLOADED".to_owned()));

    // Others sign in from the same addresses, and whoever signs in on a connection has it from then on.
    let mut fourth = connect_from(&server, 2).await;
    assert_eq!(ask(&mut fourth, &other).await.0, 200);
    is_well(&mut fourth).await;
    assert_eq!(ask(&mut second, &other).await.0, 200);
    let mut socket = signed_in(&server, &one).await;
    assert_eq!(ask(&mut connect_from(&server, 5).await, &one).await.0, 503);
    // The server may still be about to notice that one has ended.
    socket.close(None).await.unwrap();
    while ask(&mut connect_from(&server, 5).await, &one).await.0 != 200 {
        tokio::task::yield_now().await;
    }
}

/// Begins HTTP/2 on a connection.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// A frame of HTTP/2.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [&head, payload].concat()
}

/// A whole request on this stream.
fn get(stream: u32, path: &str) -> Vec<u8> {
    let length = u8::try_from(path.len()).unwrap();
    // By the static table: the method GET, the scheme http, then authority and path as texts.
    let head = [&[0x82, 0x86, 0x01, 1, b'x', 0x04, length], path.as_bytes()].concat();
    frame(1, 0x5, stream, &head)
}

#[tokio::test]
async fn whoever_gives_no_window_for_his_answer_is_cut() {
    let server = start_with(
        |settings| settings.http.graphiql = true,
        |patience| {
            patience.answer = SOON;
            // What an answer waits for is looked at when the time for a head is over.
            patience.head = Duration::from_secs(1);
        },
    )
    .await;
    let mut stream = connect_from(&server, 1).await;
    // Larger than the window that a client gives at first, and gives no more of.
    let request = [PREFACE, &get(1, "/page/graphiql/editor.js")].concat();
    send(&mut stream, request).await;
    let mut said = Vec::new();
    let ended = timeout(Duration::from_secs(20), stream.read_to_end(&mut said));
    drop(ended.await.expect("the server ends the connection"));
    assert!(said.len() > 60_000, "{} bytes of the answer", said.len());
    is_well(&mut connect_from(&server, 1).await).await;
}

#[tokio::test]
async fn whoever_takes_back_all_that_he_asks_for_is_cut() {
    let server = start().await;
    let mut hostile = connect_from(&server, 2).await;
    send(&mut hostile, PREFACE).await;
    let cancel = 8_u32.to_be_bytes();
    let burst = |number: u32| {
        let streams = (0..200).map(|it| 2 * (200 * number + it) + 1);
        let both = streams.map(|it| [get(it, "/health/ready"), frame(3, 0, it, &cancel)].concat());
        both.collect::<Vec<_>>().concat()
    };
    let mut is_cut = false;
    for number in 0..1_000 {
        if hostile.write_all(&burst(number)).await.is_err() {
            is_cut = true;
            break;
        }
        is_well(&mut connect_from(&server, 3).await).await;
    }
    assert!(is_cut, "he goes on for ever");
    is_well(&mut connect_from(&server, 3).await).await;
}
