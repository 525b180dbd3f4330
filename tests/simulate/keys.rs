//! The master key is changed under two servers on one database. `PostgreSQL` only.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::processes::{Server, database, program};

const ANY_PORT: &str = "127.0.0.1:0";

/// Two servers, each with a folder and a key file of its own.
struct Pair {
    folders: [TempDir; 2],
    database: String,
    servers: [Server; 2],
}

impl Pair {
    async fn start(seed: u64) -> Option<Self> {
        let database = database(seed).await?;
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let first = Server::start(folders[0].path(), ANY_PORT, Some(&database));
        std::fs::create_dir(folders[1].path().join("data")).unwrap();
        let [from, to] = [0, 1].map(|server| key_file(&folders[server]));
        std::fs::copy(from, to).unwrap();
        let second = Server::start(folders[1].path(), ANY_PORT, Some(&database));
        Some(Self {
            folders,
            database,
            servers: [first, second],
        })
    }

    /// `xunfang key …` on the machine of the first: whether it went well, and what it said.
    fn key(&self, command: &str) -> (bool, String) {
        let mut key = program(&["key", command, "--database-url", &self.database]);
        let output = key.current_dir(self.folders[0].path()).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    /// The same, which goes well.
    fn key_well(&self, command: &str) -> String {
        let (is_well, said) = self.key(command);
        assert!(is_well, "{command}: {said}");
        said
    }

    /// Brings the key file of the first to the second.
    fn copy_key(&self) {
        let [from, to] = [0, 1].map(|server| key_file(&self.folders[server]));
        std::fs::copy(from, to).unwrap();
    }

    /// One after the other.
    fn restart(&mut self) {
        for (server, folder) in self.servers.iter_mut().zip(&self.folders) {
            server.kill();
            *server = Server::start(folder.path(), ANY_PORT, Some(&self.database));
        }
    }

    async fn ask(&self, server: usize, token: &str, query: &str, variables: Value) -> Value {
        let url = format!("{}/graphql", self.servers[server].url());
        let mut request = reqwest::Client::new().post(url);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        let body = json!({ "query": query, "variables": variables });
        let answer = request.json(&body).send().await.unwrap();
        answer.json().await.unwrap()
    }

    async fn sign_in(&self, server: usize) -> Tokens {
        let query = "mutation { signIn(input: {
            account: \"supervisor\", password: \"xunfang-demo\", device: { id: \"d\", name: \"d\" }
        }) { accessToken refreshToken } }";
        let answer = self.ask(server, "", query, json!({})).await;
        Tokens::of(&answer["data"]["signIn"])
    }

    async fn refresh(&self, server: usize, tokens: &Tokens) -> Tokens {
        let query = "mutation ($token: String!) { refreshSession(input: { refreshToken: $token }) {
            accessToken refreshToken
        } }";
        let variables = json!({ "token": tokens.refresh });
        let answer = self.ask(server, "", query, variables).await;
        Tokens::of(&answer["data"]["refreshSession"])
    }

    async fn community(&self, server: usize, token: &str) -> Value {
        let communities = self.ask(server, token, "{ communities { id } }", json!({}));
        communities.await["data"]["communities"][0]["id"].clone()
    }

    /// Who of the demo is found by these last digits, and his whole number.
    async fn owner(&self, server: usize, token: &str) -> (Value, Value) {
        let query = r#"query ($id: UUID!) {
            parties(communityId: $id, search: "1889", first: 50) { nodes { id name phoneMasked } }
        }"#;
        let community = json!({ "id": self.community(server, token).await });
        let found = self.ask(server, token, query, community).await;
        assert!(found["errors"].is_null(), "{found}");
        let found = found["data"]["parties"]["nodes"].clone();
        let owner = found[0]["id"].clone();
        let phone = if owner.is_null() {
            Value::Null
        } else {
            self.phone(server, token, &owner).await
        };
        (found, phone)
    }

    async fn phone(&self, server: usize, token: &str, party: &Value) -> Value {
        let query = r#"mutation ($id: UUID!) {
            revealPartyPhone(input: { partyId: $id, reason: "回访" }) { phone }
        }"#;
        let answer = self.ask(server, token, query, json!({ "id": party })).await;
        assert!(answer["errors"].is_null(), "{answer}");
        answer["data"]["revealPartyPhone"]["phone"].clone()
    }

    /// Somebody new with a phone number, sealed by this server.
    async fn register(&self, server: usize, token: &str, number: &str) -> Value {
        let community = self.community(server, token).await;
        let query = "mutation ($input: RegisterPartyInput!) {
            registerParty(input: $input) { party { id } }
        }";
        let input = json!({ "communityId": community, "name": "秦惠豪", "phone": number });
        let answer = self.ask(server, token, query, json!({ "input": input }));
        let party = answer.await["data"]["registerParty"]["party"]["id"].clone();
        assert!(party.is_string());
        party
    }

    /// Whether a cursor is continued, and where it leads.
    async fn pull(&self, server: usize, token: &str, cursor: Option<&str>) -> (bool, String) {
        let query = "query ($cursor: String) {
            syncPull(cursor: $cursor, limit: 10) { cursor resetRequired }
        }";
        let answer = self.ask(server, token, query, json!({ "cursor": cursor }));
        let page = answer.await["data"]["syncPull"].clone();
        let cursor = page["cursor"].as_str().unwrap_or_default();
        (page["resetRequired"] == false, cursor.to_owned())
    }

    async fn is_ready(&self, server: usize) -> bool {
        let url = format!("{}/health/ready", self.servers[server].url());
        reqwest::get(url).await.unwrap().status().is_success()
    }
}

struct Tokens {
    access: String,
    refresh: String,
}

impl Tokens {
    fn of(given: &Value) -> Self {
        let token = |name: &str| given[name].as_str().unwrap().to_owned();
        Self {
            access: token("accessToken"),
            refresh: token("refreshToken"),
        }
    }
}

fn key_file(folder: &TempDir) -> PathBuf {
    folder.path().join("data/xunfang.key")
}

#[tokio::test]
async fn a_prepared_key_is_changed_under_two_servers_and_nobody_notices() {
    let Some(mut pair) = Pair::start(21).await else {
        return;
    };
    let mut tokens = pair.sign_in(0).await;
    let before = pair.owner(0, &tokens.access).await;
    assert!(before.1.is_string(), "{before:?}");
    let (_, cursor) = pair.pull(0, &tokens.access, None).await;
    pair.key_well("prepare");
    pair.copy_key();
    pair.restart();
    pair.key_well("rotate");
    let mut registered = Vec::new();
    // The second server gets the new order of the keys later.
    for is_copied in [false, true] {
        if is_copied {
            pair.copy_key();
            pair.restart();
        }
        for server in [0, 1] {
            assert!(pair.is_ready(server).await, "{server} {is_copied}");
            assert_eq!(pair.owner(server, &tokens.access).await, before);
            let pulled = pair.pull(server, &tokens.access, Some(&cursor)).await;
            assert!(pulled.0, "{server} {is_copied}");
            tokens = pair.refresh(server, &tokens).await;
            let number = format!("1390000{:04}", registered.len());
            let party = pair.register(server, &tokens.access, &number).await;
            registered.push((party, number));
        }
        for (party, number) in &registered {
            for server in [0, 1] {
                let phone = pair.phone(server, &tokens.access, party).await;
                assert_eq!(&phone, number, "{server} {is_copied}");
            }
        }
    }

    // What the second one sealed with the earlier key meanwhile is sealed anew first.
    let (is_well, said) = pair.key("forget");
    assert!(
        !is_well && said.contains("1 values were sealed anew"),
        "{said}"
    );
    assert!(said.contains("then run this again"), "{said}");
    assert_eq!(pair.owner(1, &tokens.access).await, before);
    pair.key_well("forget");
    for server in [0, 1] {
        if server == 1 {
            assert!(pair.is_ready(1).await, "the present key is known to it");
            pair.copy_key();
        }
        let tokens = pair.sign_in(server).await;
        assert_eq!(pair.owner(server, &tokens.access).await, before);
        for (party, number) in &registered {
            assert_eq!(&pair.phone(server, &tokens.access, party).await, number);
        }
    }
}

#[tokio::test]
async fn a_server_that_lacks_the_new_key_says_so_and_learns_it_from_the_file() {
    let Some(pair) = Pair::start(22).await else {
        return;
    };
    let tokens = pair.sign_in(0).await;
    let before = pair.owner(0, &tokens.access).await;
    let owner = before.0[0]["id"].clone();
    pair.key_well("rotate");

    // Asked, it looks at its file.
    assert!(pair.is_ready(0).await);
    assert_eq!(pair.owner(0, &tokens.access).await, before);
    assert!(!pair.is_ready(1).await);
    // It costs the field, and that he is not found by his number.
    assert_eq!(pair.phone(1, &tokens.access, &owner).await, Value::Null);
    assert_eq!(pair.owner(1, &tokens.access).await.0, json!([]));
    let (_, cursor) = pair.pull(1, &tokens.access, None).await;
    assert!(!cursor.is_empty());
    let party = pair.register(1, &tokens.access, "13900001111").await;
    assert_eq!(pair.phone(0, &tokens.access, &party).await, "13900001111");
    let tokens = pair.refresh(0, &tokens).await;

    pair.copy_key();
    assert_eq!(pair.phone(1, &tokens.access, &owner).await, before.1);
    assert_eq!(pair.owner(1, &tokens.access).await, before);
    assert_eq!(pair.phone(1, &tokens.access, &party).await, "13900001111");
    assert!(pair.is_ready(1).await);
    let said = pair.key_well("reseal");
    assert!(said.starts_with("1 values"), "{said}");
    assert_eq!(pair.phone(1, &tokens.access, &party).await, "13900001111");
}
