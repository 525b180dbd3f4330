//! After a restored backup: what was acknowledged since is given back by the phones that kept it.

use serde_json::{Value, json};

use super::{Server, err, folder, run};

/// A phone that keeps what was acknowledged, as `docs/sync.md` lays down.
#[derive(Default)]
struct Phone {
    token: String,
    community: String,
    cursor: Option<String>,
    queue: Vec<Value>,
    kept: Vec<Value>,
}

impl Phone {
    async fn sign_in(server: &Server, account: &str) -> Self {
        let signed_in = server.sign_in(account, "xunfang-demo").await;
        let token = signed_in["data"]["signIn"]["accessToken"].as_str().unwrap();
        let communities = server.post(token, "{ communities { id } }").await;
        let community = &communities["data"]["communities"][0]["id"];
        let mut phone = Self {
            token: token.to_owned(),
            community: community.as_str().unwrap().to_owned(),
            ..Self::default()
        };
        phone.pull(server).await;
        phone
    }

    fn open_ticket(&mut self, number: u128) {
        self.queue.push(json!({
            "mutationId": format!("m{number}"), "kind": "ticket.open",
            "recordId": uuid::Uuid::from_u128(number),
            "payload": { "communityId": self.community, "summary": format!("水管 {number}"), "convenientTime": "下午" },
        }));
    }

    /// An edit of a ticket that the phone has pulled.
    async fn edit_ticket(&mut self, server: &Server, number: u128, description: &str) {
        let id = uuid::Uuid::from_u128(number);
        let query = format!(r#"{{ ticket(id: "{id}") {{ seq }} }}"#);
        let seen = server.post(&self.token, &query).await;
        self.queue.push(json!({
            "mutationId": format!("e{number}"), "kind": "ticket.edit", "recordId": id,
            "payload": { "description": description }, "baseSeq": seen["data"]["ticket"]["seq"],
        }));
    }

    async fn push(&mut self, server: &Server) -> Vec<(String, bool)> {
        let operation = "mutation ($mutations: [JSON]!) { syncPush(mutations: $mutations) {
            results { outcome duplicate } } }";
        let variables = json!({ "mutations": self.queue });
        let answer = server.post_with(&self.token, operation, variables).await;
        self.kept.append(&mut self.queue);
        let results = answer["data"]["syncPush"]["results"].as_array().unwrap();
        let told = results.iter().map(|result| {
            let outcome = result["outcome"].as_str().unwrap().to_owned();
            (outcome, result["duplicate"].as_bool().unwrap())
        });
        told.collect()
    }

    async fn pull(&mut self, server: &Server) -> bool {
        let operation = "query ($cursor: String) { syncPull(cursor: $cursor, limit: 1000) {
            cursor hasMore giveBack resetRequired } }";
        let mut was_asked = false;
        loop {
            let variables = json!({ "cursor": self.cursor });
            let answer = server.post_with(&self.token, operation, variables).await;
            let page = &answer["data"]["syncPull"];
            if page["giveBack"] == true {
                was_asked = true;
                assert_eq!(page["resetRequired"], true);
                self.queue.splice(..0, self.kept.drain(..));
            }
            self.cursor = page["cursor"].as_str().map(str::to_owned);
            if page["hasMore"] == false {
                return was_asked;
            }
        }
    }
}

#[tokio::test]
async fn what_was_acknowledged_after_the_backup_is_given_back() {
    let folder = folder();
    let demo = ["--demo", "small"];
    let server = Server::start(&folder, &demo);
    let mut assistant = Phone::sign_in(&server, "assistant").await;
    let mut supervisor = Phone::sign_in(&server, "supervisor").await;
    assistant.open_ticket(1);
    assistant.push(&server).await;
    let backup = run(&folder, &["backup", "copy.db"]);
    assert!(backup.status.success(), "{}", err(&backup));
    assistant.open_ticket(2);
    assistant.push(&server).await;
    supervisor.open_ticket(3);
    supervisor.push(&server).await;
    assert!(!assistant.pull(&server).await && !supervisor.pull(&server).await);
    drop(server);

    let restored = run(&folder, &["restore", "copy.db"]);
    assert!(restored.status.success(), "{}", err(&restored));
    let server = Server::start(&folder, &demo);
    let applied = |duplicate| ("APPLIED".to_owned(), duplicate);
    assert!(assistant.pull(&server).await);
    assert_eq!(
        assistant.push(&server).await,
        [applied(true), applied(false)]
    );
    assert!(supervisor.pull(&server).await);
    assert_eq!(supervisor.push(&server).await, [applied(false)]);
    for number in 1..=3 {
        let id = uuid::Uuid::from_u128(number);
        let query = format!(r#"{{ ticket(id: "{id}") {{ summary }} }}"#);
        let found = server.post(&assistant.token, &query).await;
        let summary = &found["data"]["ticket"]["summary"];
        assert_eq!(summary, &format!("水管 {number}"), "{found}");
    }
    // They were asked once.
    assert!(!assistant.pull(&server).await && !supervisor.pull(&server).await);
}

#[tokio::test]
async fn work_on_a_record_that_another_phone_gives_back_later_waits_for_it() {
    let folder = folder();
    let demo = ["--demo", "small"];
    let server = Server::start(&folder, &demo);
    let mut assistant = Phone::sign_in(&server, "assistant").await;
    let mut supervisor = Phone::sign_in(&server, "supervisor").await;
    let backup = run(&folder, &["backup", "copy.db"]);
    assert!(backup.status.success(), "{}", err(&backup));
    assistant.open_ticket(1);
    assistant.push(&server).await;
    supervisor.edit_ticket(&server, 1, "水已漫到走廊").await;
    supervisor.push(&server).await;
    drop(server);

    let restored = run(&folder, &["restore", "copy.db"]);
    assert!(restored.status.success(), "{}", err(&restored));
    let server = Server::start(&folder, &demo);
    assert!(supervisor.pull(&server).await);
    let deferred = ("DEFERRED".to_owned(), false);
    assert_eq!(supervisor.push(&server).await, [deferred]);
    assert!(assistant.pull(&server).await);
    let applied = ("APPLIED".to_owned(), false);
    assert_eq!(assistant.push(&server).await, [applied]);
    // What waits is tried again with every push of its session, an empty one too.
    assert_eq!(supervisor.push(&server).await, []);
    let query = format!(
        r#"{{ ticket(id: "{}") {{ summary description }} }}"#,
        uuid::Uuid::from_u128(1)
    );
    let found = server.post(&assistant.token, &query).await;
    let ticket = json!({ "summary": "水管 1", "description": "水已漫到走廊" });
    assert_eq!(found["data"]["ticket"], ticket, "{found}");
}

#[test]
fn a_backup_that_was_made_by_other_means_is_noted() {
    let folder = folder();
    assert!(run(&folder, &["migrate"]).status.success());
    let mark = |moment| run(&folder, &["backup", "--mark", moment]);
    assert!(mark("2026-01-01T02:00:00Z").status.success());
    let unborn = mark("2999-01-01T02:00:00Z");
    assert!(err(&unborn).contains("is not yet"), "{}", err(&unborn));
    assert!(!mark("yesterday").status.success());
    let both = ["backup", "copy.db", "--mark", "2026-01-01T02:00:00Z"];
    assert_eq!(run(&folder, &both).status.code(), Some(2));
}
