//! A disk on which every write fails from some call on, for a while: full, or broken.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use entity::accounts::session;
use entity::attachments::attachment;
use entity::estate::unit;
use entity::tickets::ticket;
use reqwest::{Client, Method};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;
use xunfang::database::Database;
use xunfang::sha256::Sha256;

use super::processes::{Server, program};

const FULL: i64 = 28;
const BROKEN: i64 = 5;

/// A folder whose files refuse to be written when a test says so.
struct Disk {
    folder: TempDir,
    library: PathBuf,
    control: File,
}

impl Disk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("failing.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/simulate/failing.c");
        let mut compiler = Command::new("cc");
        compiler
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library);
        let status = compiler.arg(source).arg("-ldl").status();
        assert!(status.unwrap().success(), "{compiler:?}");
        let control = folder.path().join("control");
        std::fs::write(&control, [0; 24]).unwrap();
        let control = File::options().read(true).write(true).open(control);
        let control = control.unwrap();
        Self {
            folder,
            library,
            control,
        }
    }

    /// Runs a program on this disk.
    fn under(&self, command: &mut Command) {
        let path = |name: &str| self.folder.path().canonicalize().unwrap().join(name);
        command.current_dir(self.folder.path());
        command.env("LD_PRELOAD", &self.library);
        command.env("FAILING_CONTROL", path("control"));
        command.env("FAILING_FOLDER", path("data"));
    }

    /// From the `call`-th call on nothing can be written.
    fn fail_from(&self, call: i64, error: i64) {
        self.set(2, error);
        self.set(0, 0);
        self.set(1, call);
    }

    /// All is well again. Gives how many calls were made since it was told to fail.
    fn heal(&self) -> i64 {
        self.set(1, 0);
        let mut calls = [0; 8];
        self.control.read_exact_at(&mut calls, 0).unwrap();
        i64::from_ne_bytes(calls)
    }

    fn set(&self, place: u64, number: i64) {
        let number = number.to_ne_bytes();
        self.control.write_all_at(&number, place * 8).unwrap();
    }

    fn database(&self) -> String {
        format!(
            "sqlite:{}",
            self.folder.path().join("data/xunfang.db").display()
        )
    }

    /// Another connection, of another process.
    async fn looking(&self) -> Database {
        Database::open_read_only(&self.database()).await.unwrap()
    }
}

/// A phone of the demo's assistant.
struct Phone {
    url: String,
    token: String,
    community: Value,
}

impl Phone {
    async fn new(server: &Server) -> Self {
        let mut phone = Self {
            url: server.url(),
            token: String::new(),
            community: Value::Null,
        };
        phone.token = phone.sign_in("d1").await.unwrap();
        let answer = phone
            .ask("{ communities { id } }", json!({}))
            .await
            .unwrap();
        phone.community = answer["communities"][0]["id"].clone();
        phone
    }

    /// The data of an answer, or the code of its first error.
    async fn ask(&self, operation: &str, variables: Value) -> Result<Value, String> {
        let body = json!({ "query": operation, "variables": variables }).to_string();
        let request = Client::new().post(format!("{}/graphql", self.url));
        let mut request = request
            .header("content-type", "application/json")
            .body(body);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let answer = request.send().await.unwrap();
        data(&answer.json().await.unwrap())
    }

    async fn sign_in(&self, device: &str) -> Result<String, String> {
        let stranger = Self {
            url: self.url.clone(),
            token: String::new(),
            community: Value::Null,
        };
        let operation = "mutation ($device: String!) { signIn(input: {
            account: \"assistant\", password: \"xunfang-demo\", device: { id: $device, name: \"phone\" }
        }) { accessToken } }";
        let answer = stranger.ask(operation, json!({ "device": device })).await?;
        Ok(answer["signIn"]["accessToken"].as_str().unwrap().to_owned())
    }

    async fn push(&self, ticket: Uuid) -> Result<(), String> {
        let operation = "mutation ($mutations: [JSON!]!) {
            syncPush(mutations: $mutations) { results { outcome code } }
        }";
        let description = "水".repeat(3_000);
        let opening = json!({
            "mutationId": format!("m-{ticket}"), "kind": "ticket.open", "recordId": ticket,
            "payload": { "communityId": self.community, "summary": "漏水", "description": description },
        });
        let answer = self
            .ask(operation, json!({ "mutations": [opening] }))
            .await?;
        let result = &answer["syncPush"]["results"][0];
        assert_eq!(result["outcome"], "APPLIED", "{result}");
        Ok(())
    }

    async fn send(&self, photo: &[u8]) -> Result<(), String> {
        let url = format!("{}/attachments/{}", self.url, Sha256::of(photo));
        let request = Client::new().request(Method::PUT, url);
        let request = request.bearer_auth(&self.token).body(photo.to_vec());
        let answer = request.send().await.unwrap();
        if answer.status().is_success() {
            return Ok(());
        }
        data(&answer.json().await.unwrap()).map(drop)
    }

    async fn is_ready(&self) -> bool {
        let answer = reqwest::get(format!("{}/health/ready", self.url)).await;
        answer.unwrap().status().is_success()
    }
}

fn data(answer: &Value) -> Result<Value, String> {
    let Some(error) = answer.pointer("/errors/0/extensions") else {
        return Ok(answer["data"].clone());
    };
    assert!(error["retryAfterMs"].is_u64(), "{answer:#}");
    Err(error["code"].as_str().unwrap().to_owned())
}

/// What is done in turn, each time anew.
#[derive(Clone, Copy, Debug)]
enum Act {
    Push,
    SignIn,
    Photo,
}

impl Act {
    async fn run(self, phone: &Phone, n: u128) -> Result<(), String> {
        match self {
            Self::Push => phone.push(Uuid::from_u128(n)).await,
            Self::SignIn => phone.sign_in(&format!("d-{n}")).await.map(drop),
            Self::Photo => phone.send(&photo(n)).await,
        }
    }

    async fn is_there(self, disk: &Disk, n: u128) -> bool {
        let looking = disk.looking().await;
        let db = looking.reader();
        let count = match self {
            Self::Push => {
                ticket::Entity::find_by_id(entity::ids::TicketId(Uuid::from_u128(n)))
                    .count(db)
                    .await
            }
            Self::SignIn => {
                let of_device = session::Column::DeviceId.eq(format!("d-{n}"));
                session::Entity::find().filter(of_device).count(db).await
            }
            Self::Photo => {
                let hash = Sha256::of(&photo(n)).to_string();
                attachment::Entity::find_by_id(hash).count(db).await
            }
        };
        count.unwrap() == 1
    }
}

/// A picture of some pieces, as far as its first bytes tell.
fn photo(n: u128) -> Vec<u8> {
    let start = b"\xff\xd8\xff\xe0".iter().copied();
    let bytes = start.chain(n.to_be_bytes());
    bytes.chain((0..=255).cycle()).take(150_000).collect()
}

#[tokio::test]
async fn what_is_acknowledged_on_a_failing_disk_is_there() {
    if std::env::var("XUNFANG_TEST_DATABASE").is_ok_and(|kind| kind == "postgres") {
        return;
    }
    let disk = Disk::new();
    let start = || Server::start_as(|command| disk.under(command), "127.0.0.1:0", None);
    let mut server = start();
    let phone = Phone::new(&server).await;
    let mut acknowledged = Vec::new();
    let mut n = 0;
    for error in [FULL, BROKEN] {
        for act in [Act::Push, Act::SignIn, Act::Photo] {
            let mut failed = 0;
            for call in 1.. {
                n += 1;
                disk.fail_from(call, error);
                let acted = act.run(&phone, n).await;
                if let Err(code) = &acted {
                    assert_eq!(code, "OVERLOADED", "{act:?} {call}");
                    // A photo that finds no room says nothing of the database.
                    let is_of_database = !matches!(act, Act::Photo);
                    assert!(!is_of_database || !phone.is_ready().await, "{act:?} {call}");
                    failed += 1;
                }
                let calls = disk.heal();
                let is_there = act.is_there(&disk, n).await;
                assert_eq!(is_there, acted.is_ok(), "{act:?} {call}: {acted:?}");
                assert_eq!(act.run(&phone, n).await, Ok(()), "{act:?} {call}");
                assert!(phone.is_ready().await, "{act:?} {call}");
                acknowledged.push((act, n));
                if calls < call {
                    break;
                }
            }
            assert!(failed > 3, "{act:?}: {failed}");
        }
    }
    server.kill();
    let _server = start();
    for (act, n) in acknowledged {
        assert!(act.is_there(&disk, n).await, "{act:?} {n} is lost");
    }
}

#[tokio::test]
async fn an_import_on_a_failing_disk_takes_all_or_nothing() {
    if std::env::var("XUNFANG_TEST_DATABASE").is_ok_and(|kind| kind == "postgres") {
        return;
    }
    let units = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/estate/units.csv");
    let mut failed = 0;
    // The first calls lay out the database, which is taken step by step.
    for call in (1..).map(|n| 1 + n * 97) {
        let disk = Disk::new();
        let import = || {
            let mut command = program(&["import", "--community", "碧江花园", "--code", "bijiang"]);
            disk.under(command.args(["--units", units]));
            command.output().unwrap()
        };
        disk.fail_from(call, FULL);
        let outcome = import();
        let calls = disk.heal();
        if calls < call {
            assert!(outcome.status.success(), "{call}");
            break;
        }
        // What fails while the file is tidied up at the end has been saved before.
        failed += u32::from(!outcome.status.success());
        let again = import();
        assert!(
            again.status.success(),
            "{call}: {}",
            String::from_utf8_lossy(&again.stderr)
        );
        let told = String::from_utf8_lossy(&again.stdout).into_owned();
        let there = disk.looking().await;
        assert_eq!(
            unit::Entity::find().count(there.reader()).await.unwrap(),
            120,
            "{call}"
        );
        assert!(told.contains("120"), "{call}: {told}");
    }
    assert!(failed > 2, "{failed}");
}
