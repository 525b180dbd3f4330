//! Photos over a real port: cut, sent twice, wrong, too large, and seen by whom they concern.

use std::collections::BTreeSet;
use std::time::Duration;

use entity::ids::{AccountId, CommunityId, SessionId, TicketId};
use entity::kinds::PostKind;
use entity::tickets::{Priority, TicketKind};
use reqwest::{Client, Method, Response};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use xunfang::areas::attachments::carry;
use xunfang::areas::estate::write::CreateCommunity;
use xunfang::areas::organisation::AppointStaffMember;
use xunfang::areas::tickets::write::OpenTicket;
use xunfang::auth::Viewer;
use xunfang::command::{self, Command};
use xunfang::database::Write;
use xunfang::sha256::Sha256;

use crate::support::{Server, code, start, start_with};

/// A picture of so many bytes, as far as its first bytes tell, and its hash.
fn photo(size: usize) -> (Vec<u8>, String) {
    let start = b"\xff\xd8\xff\xe0".iter().copied();
    let bytes: Vec<u8> = start.chain((0..=255).cycle()).take(size).collect();
    let hash = hash_of(&bytes);
    (bytes, hash)
}

fn hash_of(bytes: &[u8]) -> String {
    Sha256::of(bytes).to_string()
}

/// Somebody's app.
struct Phone<'a> {
    server: &'a Server,
    token: String,
}

impl<'a> Phone<'a> {
    fn of(server: &'a Server, session: (AccountId, SessionId)) -> Self {
        let token = server.token(session, 900);
        Self { server, token }
    }

    async fn new(server: &'a Server) -> Self {
        Self::of(server, server.session().await)
    }

    async fn ask(&self, method: Method, hash: &str, headers: &[(&str, &str)]) -> Response {
        let url = self.server.url(&format!("/attachments/{hash}"));
        let mut request = Client::new().request(method, url).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    async fn get(&self, hash: &str) -> Response {
        self.ask(Method::GET, hash, &[]).await
    }

    async fn status(&self, hash: &str) -> u16 {
        self.get(hash).await.status().as_u16()
    }

    /// Where the next piece begins.
    async fn offset(&self, hash: &str) -> Option<usize> {
        let answer = self.ask(Method::HEAD, hash, &[]).await;
        offset_of(&answer)
    }

    async fn put(&self, hash: &str, bytes: &[u8]) -> Response {
        self.put_piece(hash, bytes, None).await
    }

    async fn put_piece(&self, hash: &str, bytes: &[u8], range: Option<&str>) -> Response {
        let url = self.server.url(&format!("/attachments/{hash}"));
        let mut request = Client::new()
            .put(url)
            .bearer_auth(&self.token)
            .body(bytes.to_vec());
        if let Some(range) = range {
            request = request.header("content-range", range);
        }
        request.send().await.unwrap()
    }

    /// Begins to send a photo and stops after so many bytes, with the connection open.
    async fn put_part(&self, hash: &str, bytes: &[u8], count: usize) -> TcpStream {
        let mut stream = TcpStream::connect(self.server.address).await.unwrap();
        let (token, total) = (&self.token, bytes.len());
        let head = format!(
            "PUT /attachments/{hash} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
             content-length: {total}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&bytes[..count]).await.unwrap();
        stream.flush().await.unwrap();
        stream
    }
}

fn offset_of(answer: &Response) -> Option<usize> {
    let offset = answer.headers().get("upload-offset")?;
    offset.to_str().unwrap().parse().ok()
}

async fn refused(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    (status, code(&body).to_owned())
}

fn expected(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_photo_that_is_cut_off_goes_on_where_it_stopped() {
    let server = start().await;
    let phone = Phone::new(&server).await;
    let (bytes, hash) = photo(300_000);
    assert_eq!(phone.offset(&hash).await, None);
    drop(phone.put_part(&hash, &bytes, 100_000).await);
    let offset = loop {
        match phone.offset(&hash).await {
            Some(offset) if offset > 0 => break offset,
            _ => tokio::task::yield_now().await,
        }
    };
    assert_eq!(phone.status(&hash).await, 404);
    let rest = format!("bytes {offset}-299999/300000");
    let taken = loop {
        // The server may still be about to notice the cut.
        let answer = phone.put_piece(&hash, &bytes[offset..], Some(&rest)).await;
        if answer.status() != 503 {
            break answer;
        }
    };
    assert_eq!(taken.status(), 201);
    let told: Value = taken.json().await.unwrap();
    assert_eq!(told["mediaType"], "image/jpeg");
    assert_eq!(
        (&told["sha256"], &told["size"]),
        (&hash.into(), &300_000.into())
    );

    let hash = told["sha256"].as_str().unwrap();
    let shown = phone.get(hash).await;
    let headers = shown.headers().clone();
    assert_eq!(headers["content-type"], "image/jpeg");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["etag"], format!("\"{hash}\""));
    assert!(
        headers["cache-control"]
            .to_str()
            .unwrap()
            .starts_with("private")
    );
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("sandbox")
    );
    assert_eq!(shown.bytes().await.unwrap(), bytes);
    assert_eq!(phone.offset(hash).await, Some(300_000));
}

#[tokio::test]
async fn a_photo_may_come_in_pieces_and_only_one_after_the_other() {
    let server = start().await;
    let phone = Phone::new(&server).await;
    let (bytes, hash) = photo(1_000);
    let send = async |from: usize, to: usize, total: usize| {
        let range = format!("bytes {from}-{}/{total}", to - 1);
        phone.put_piece(&hash, &bytes[from..to], Some(&range)).await
    };
    let gap = send(400, 800, 1_000).await;
    assert_eq!(offset_of(&gap), Some(0));
    assert_eq!(refused(gap).await, expected(409, "ATTACHMENT_OFFSET"));
    assert_eq!(phone.offset(&hash).await, None);

    let first = send(0, 400, 1_000).await;
    assert_eq!(
        (first.status().as_u16(), offset_of(&first)),
        (204, Some(400))
    );
    let gap = send(500, 1_000, 1_000).await;
    assert_eq!(offset_of(&gap), Some(400));
    assert_eq!(refused(gap).await, expected(409, "ATTACHMENT_OFFSET"));
    let other = send(400, 900, 900).await;
    assert_eq!(refused(other).await, expected(409, "ATTACHMENT_OFFSET"));
    // One whose answer was lost is sent again.
    assert_eq!(offset_of(&send(200, 600, 1_000).await), Some(600));
    assert_eq!(phone.offset(&hash).await, Some(600));
    assert_eq!(send(600, 1_000, 1_000).await.status(), 201);
    assert_eq!(phone.get(&hash).await.bytes().await.unwrap(), bytes);

    for (range, status, part) in [
        ("bytes=10-19", 206, &bytes[10..20]),
        ("bytes=-5", 206, &bytes[995..]),
        ("bytes=0-0,5-6", 200, &bytes[..]),
    ] {
        let answer = phone.ask(Method::GET, &hash, &[("range", range)]).await;
        assert_eq!(answer.status(), status, "{range}");
        assert_eq!(answer.bytes().await.unwrap(), part, "{range}");
    }
    let beyond = phone
        .ask(Method::GET, &hash, &[("range", "bytes=1000-")])
        .await;
    assert_eq!(beyond.headers()["content-range"], "bytes */1000");
    assert_eq!(beyond.status(), 416);
    let tag = format!("\"{hash}\"");
    let known = phone
        .ask(Method::GET, &hash, &[("if-none-match", &tag)])
        .await;
    assert_eq!(known.status(), 304);
}

#[tokio::test]
async fn a_photo_sent_twice_is_one() {
    let server = start().await;
    let phone = Phone::new(&server).await;
    let (bytes, hash) = photo(200_000);
    assert_eq!(phone.put(&hash, &bytes).await.status(), 201);
    assert_eq!(phone.put(&hash, &bytes).await.status(), 200);
    assert_eq!(phone.get(&hash).await.bytes().await.unwrap(), bytes);
}

#[tokio::test]
async fn what_has_another_hash_or_is_no_picture_is_never_shown() {
    let server = start().await;
    let phone = Phone::new(&server).await;
    let (bytes, hash) = photo(1_000);
    let mut other = bytes.clone();
    other[500] ^= 1;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>";
    for (hash, sent, refusal) in [
        (hash.clone(), &other[..], "ATTACHMENT_MISMATCH"),
        (hash_of(svg), svg, "ATTACHMENT_UNSUITABLE"),
        (hash_of(b"MZ"), b"MZ", "ATTACHMENT_UNSUITABLE"),
    ] {
        let answer = phone.put(&hash, sent).await;
        assert_eq!(refused(answer).await, expected(422, refusal));
        assert_eq!(phone.status(&hash).await, 404);
        assert_eq!(phone.offset(&hash).await, None);
    }
    assert_eq!(phone.put(&hash, &bytes).await.status(), 201);
    assert_eq!(phone.get(&hash).await.bytes().await.unwrap(), bytes);
}

#[tokio::test]
async fn a_photo_over_the_limit_is_refused_however_it_is_sent() {
    let server = start_with(|settings| settings.attachments.limit_bytes = 1_000, |_| {}).await;
    let phone = Phone::new(&server).await;
    let (bytes, hash) = photo(1_001);
    let whole = phone.put(&hash, &bytes).await;
    assert_eq!(refused(whole).await, expected(413, "BODY_TOO_LARGE"));
    let piece = phone.put_piece(&hash, &bytes[..500], Some("bytes 0-499/1001"));
    assert_eq!(refused(piece.await).await, expected(413, "BODY_TOO_LARGE"));
    for range in ["bytes 0-400/1000", "bytes 5-4/10", "x", "bytes 0-499/*"] {
        let odd = phone.put_piece(&hash, &bytes[..500], Some(range)).await;
        assert_eq!(
            refused(odd).await,
            expected(400, "INVALID_REQUEST"),
            "{range}"
        );
    }
    assert_eq!(phone.offset(&hash).await, None);
    let (bytes, hash) = photo(1_000);
    assert_eq!(phone.put(&hash, &bytes).await.status(), 201);
}

#[tokio::test]
async fn nobody_reaches_what_he_has_not_sent_by_its_hash_alone() {
    let server = start().await;
    let (phone, foreigner) = (Phone::new(&server).await, Phone::new(&server).await);
    let (bytes, hash) = photo(1_000);
    assert_eq!(phone.put(&hash, &bytes).await.status(), 201);
    let stranger = Client::new().get(server.url(&format!("/attachments/{hash}")));
    let answer = refused(stranger.send().await.unwrap()).await;
    assert_eq!(answer, expected(401, "UNAUTHENTICATED"));
    assert_eq!(
        refused(foreigner.get(&hash).await).await,
        expected(404, "NOT_FOUND")
    );
    assert_eq!(foreigner.offset(&hash).await, None);
    // To know the hash is not to have the photo: a piece of it is taken like one of a new photo.
    let last = foreigner.put_piece(&hash, &bytes[999..], Some("bytes 999-999/1000"));
    assert_eq!(
        refused(last.await).await,
        expected(409, "ATTACHMENT_OFFSET")
    );
    let wrong = foreigner.put(&hash, &vec![0xff; 1_000]).await;
    assert_eq!(refused(wrong).await, expected(422, "ATTACHMENT_MISMATCH"));
    assert_eq!(foreigner.status(&hash).await, 404);
    assert_eq!(phone.get(&hash).await.bytes().await.unwrap(), bytes);
    // Some write hashes in upper case.
    assert_eq!(phone.status(&hash.to_uppercase()).await, 200);
    for name in [
        "..%2f..%2fxunfang.key",
        "..%2fwhole",
        &hash[1..],
        &format!("{hash}%00"),
        "whole",
    ] {
        for method in [Method::GET, Method::PUT] {
            let headers = [("content-length", "0")];
            let headers = if method == Method::PUT {
                &headers[..]
            } else {
                &[]
            };
            let answer = phone.ask(method, name, headers).await;
            assert!(answer.status() == 404, "{name}: {}", answer.status());
        }
    }
}

#[tokio::test]
async fn two_phones_at_once_and_one_phone_twice_send_the_same_photo() {
    let server = start().await;
    let (one, two) = (Phone::new(&server).await, Phone::new(&server).await);
    let (bytes, hash) = photo(500_000);
    let (a, b) = tokio::join!(one.put(&hash, &bytes), two.put(&hash, &bytes));
    assert_eq!((a.status().as_u16(), b.status().as_u16()), (201, 201));
    for phone in [&one, &two] {
        assert_eq!(phone.get(&hash).await.bytes().await.unwrap(), bytes);
    }

    let (bytes, hash) = photo(400_000);
    let mut first = one.put_part(&hash, &bytes, 1_000).await;
    while one.offset(&hash).await.is_none() {
        tokio::task::yield_now().await;
    }
    let second = one.put(&hash, &bytes).await;
    assert_eq!(refused(second).await, expected(503, "OVERLOADED"));
    first.write_all(&bytes[1_000..]).await.unwrap();
    while one.status(&hash).await != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_account_may_leave_only_so_many_photos_unfinished() {
    let server = start().await;
    let phone = Phone::new(&server).await;
    let mut seen = BTreeSet::new();
    for size in 100..121 {
        let (bytes, hash) = photo(size);
        let range = format!("bytes 0-49/{size}");
        let answer = phone.put_piece(&hash, &bytes[..50], Some(&range)).await;
        if size < 120 {
            assert_eq!(answer.status(), 204);
            seen.insert(hash);
        } else {
            assert_eq!(refused(answer).await, expected(429, "ATTACHMENT_QUOTA"));
            assert_eq!(phone.offset(&hash).await, None);
        }
    }
    let (bytes, hash) = photo(100);
    assert!(seen.contains(&hash));
    assert_eq!(phone.put(&hash, &bytes).await.status(), 201);
    let other = Phone::new(&server).await;
    assert_eq!(other.put(&hash, &bytes).await.status(), 201);
}

#[tokio::test]
async fn photos_wait_while_data_goes_on() {
    let server = start_with(|settings| settings.attachments.at_once = 1, |_| {}).await;
    let phone = Phone::new(&server).await;
    let (bytes, hash) = photo(1_000);
    let part = phone.put_part(&hash, &bytes, 500).await;
    while phone.offset(&hash).await.is_none() {
        tokio::task::yield_now().await;
    }
    let (other, other_hash) = photo(900);
    let answer = phone.put(&other_hash, &other).await;
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(refused(answer).await, expected(503, "OVERLOADED"));
    let answer = server.query("{ server { version } }").await;
    assert_eq!(code(&answer), "none");
    drop(part);
}

/// What a server answers to a client that first sends all of its body and then listens.
async fn answer_to_all(server: &Server, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let (path, total) = (format!("/attachments/{}", hash_of(body)), body.len());
    let head = format!(
        "PUT {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {total}\r\n{head}\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_client_that_sends_to_the_end_hears_why_a_photo_is_refused() {
    let server = start().await;
    let phone = Phone::new(&server).await;
    let bearer = format!("authorization: Bearer {}\r\n", phone.token);
    let gap = format!("{bearer}content-range: bytes 1-9000000/9000001\r\n");
    let (bytes, _) = photo(9_000_000);
    let (large, _) = photo(18_000_000);
    for (head, body, status, told) in [
        ("", &bytes, "401", "UNAUTHENTICATED"),
        (&*gap, &bytes, "409", "upload-offset: 0"),
        (&*bearer, &large, "413", "BODY_TOO_LARGE"),
    ] {
        let answer = answer_to_all(&server, head, body).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(answer.contains(told), "{answer}");
    }
    let full = start_with(|settings| settings.attachments.at_once = 0, |_| {}).await;
    let answer = answer_to_all(&full, &bearer, &bytes).await;
    assert!(answer.contains("retryAfterMs"), "{answer}");
}

#[tokio::test]
async fn one_account_cannot_take_all_turns_of_photos() {
    let server = start().await;
    let (one, other) = (Phone::new(&server).await, Phone::new(&server).await);
    let mut parts = Vec::new();
    for size in [1_000, 1_001] {
        let (bytes, hash) = photo(size);
        parts.push(one.put_part(&hash, &bytes, 500).await);
        while one.offset(&hash).await.is_none() {
            tokio::task::yield_now().await;
        }
    }
    let (bytes, hash) = photo(900);
    let third = one.put(&hash, &bytes).await;
    assert!(third.headers().contains_key("retry-after"));
    assert_eq!(refused(third).await, expected(503, "OVERLOADED"));
    assert_eq!(other.put(&hash, &bytes).await.status(), 201);

    drop(parts);
    while one.put(&hash, &bytes).await.status() == 503 {
        tokio::task::yield_now().await;
    }
    assert_eq!(one.status(&hash).await, 200);
}

#[tokio::test]
async fn whoever_reads_a_photo_too_slowly_gives_his_turn_back() {
    let server = start_with(
        |settings| settings.attachments.at_once = 1,
        |patience| patience.photo = Duration::from_secs(2),
    )
    .await;
    let (slow, other) = (Phone::new(&server).await, Phone::new(&server).await);
    let (bytes, hash) = photo(9_000_000);
    let total = bytes.len();
    for (number, piece) in bytes.chunks(1_000_000).enumerate() {
        let (from, to) = (number * 1_000_000, number * 1_000_000 + piece.len());
        let range = format!("bytes {from}-{}/{total}", to - 1);
        let taken = slow.put_piece(&hash, piece, Some(&range)).await;
        assert!(taken.status().is_success());
    }
    let (little, small) = photo(1_000);
    assert_eq!(other.put(&small, &little).await.status(), 201);

    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let mut stream = socket.connect(server.address).await.unwrap();
    let head = format!(
        "GET /attachments/{hash} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n",
        slow.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.read_exact(&mut [0; 1_000]).await.unwrap();
    assert_eq!(other.status(&small).await, 503);
    // Far sooner than the next piece would be given up.
    let shown = async {
        while other.status(&small).await == 503 {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(20), shown).await.unwrap();
    drop(stream);
}

#[tokio::test]
async fn a_photo_whose_file_is_gone_is_not_there_and_may_be_sent_again() {
    let server = start().await;
    let phone = Phone::new(&server).await;
    let (bytes, hash) = photo(1_000);
    assert_eq!(phone.put(&hash, &bytes).await.status(), 201);
    let folder = &server.app.settings().attachments.folder;
    let file = folder.join("whole").join(&hash[..2]).join(&hash);
    std::fs::remove_file(file).unwrap();
    assert_eq!(phone.status(&hash).await, 404);
    assert_eq!(phone.put(&hash, &bytes).await.status(), 201);
    assert_eq!(phone.status(&hash).await, 200);
    let left = std::fs::read_dir(folder.join("unfinished"))
        .unwrap()
        .count();
    assert_eq!(left, 0);
}

async fn done<C: Command>(server: &Server, viewer: &Viewer, command: &C) -> C::Output {
    command::run(&server.app, viewer, command).await.unwrap()
}

/// Somebody with a post in a community.
async fn appointed(server: &Server, community_id: CommunityId, post: PostKind) -> Phone<'_> {
    let session = server.session().await;
    let appoint = AppointStaffMember {
        account: session.0.to_string(),
        community_id,
        post,
        zone_id: None,
    };
    done(server, &Viewer::system(), &appoint).await;
    Phone::of(server, session)
}

#[tokio::test]
async fn whoever_sees_a_record_sees_its_photos_and_nobody_else() {
    let server = start().await;
    let system = Viewer::system();
    let actor = system.actor();
    let mut communities = Vec::new();
    for code in ["bijiang", "cuihu"] {
        let create = CreateCommunity {
            name: format!("{code}屋村"),
            code: code.to_owned(),
            time_zone: "Asia/Shanghai".to_owned(),
        };
        communities.push(done(&server, &system, &create).await);
    }
    let [here, elsewhere] = communities[..] else {
        unreachable!("there are two")
    };
    let sender = Phone::new(&server).await;
    let desk = appointed(&server, here, PostKind::Assistant).await;
    let guard = appointed(&server, here, PostKind::SecurityGuard).await;
    let other = appointed(&server, elsewhere, PostKind::Assistant).await;
    let ticket = TicketId(server.app.clock().new_id());
    let open = OpenTicket {
        id: Some(ticket),
        community_id: here,
        unit_id: None,
        reporter_party_id: None,
        summary: "厨房水管漏水".to_owned(),
        description: String::new(),
        priority: Priority::Normal,
        convenient_time: String::new(),
        contact_name: None,
        contact_phone: None,
        kind: TicketKind::Repair,
        repair_class: None,
        complaint: None,
    };
    done(&server, &system, &open).await;
    let (bytes, hash) = photo(1_000);
    // The record comes first and names what has not arrived.
    let twice = [&*hash, &*hash];
    let link =
        async |write: &mut Write| carry(write, &system, here, "ticket", ticket.into(), twice);
    for _ in 0..2 {
        let linked = server.app.write(&actor, "prepare a test", link);
        linked.await.unwrap();
    }
    assert_eq!(desk.status(&hash).await, 404);
    let sent = sender.put_piece(&hash, &bytes[..500], Some("bytes 0-499/1000"));
    assert_eq!(sent.await.status(), 204);
    assert_eq!(desk.status(&hash).await, 404);
    assert_eq!(sender.put(&hash, &bytes).await.status(), 201);
    for (phone, status) in [(&desk, 200), (&sender, 200), (&guard, 404), (&other, 404)] {
        assert_eq!(phone.status(&hash).await, status);
    }
    // A record that nobody knows shows nothing, and a hash that is none is refused.
    let (_, other_hash) = photo(1_001);
    for (collection, hash, is_taken) in [
        ("no such collection", &*other_hash, true),
        ("ticket", "../../etc/passwd", false),
        ("ticket", &hash[1..], false),
    ] {
        let link = async |write: &mut Write| {
            carry(write, &system, here, collection, ticket.into(), [hash])
        };
        let linked = server.app.write(&actor, "prepare a test", link);
        assert_eq!(linked.await.is_ok(), is_taken, "{hash}");
    }
    assert_eq!(desk.status(&other_hash).await, 404);
}
