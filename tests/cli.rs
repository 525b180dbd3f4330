//! The program as it is typed at a terminal, each test in a folder of its own.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic, in its helpers too"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use clap::CommandFactory as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use xunfang::database::Database;
use xunfang::database::connect::PoolSizes;
use xunfang::database::installation::epoch_at;

const PROGRAM: &str = env!("CARGO_BIN_EXE_xunfang");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A command in `folder`, untouched by the variables of whoever runs the tests.
fn xunfang(folder: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    let variables = std::env::vars_os().map(|(name, _)| name);
    for name in variables.filter(|name| name.to_string_lossy().starts_with("XUNFANG_")) {
        command.env_remove(name);
    }
    command.args(args).current_dir(folder.path());
    command.env("XUNFANG_LOG", "warn");
    command.stdin(Stdio::null());
    command
}

fn run(folder: &TempDir, args: &[&str]) -> Output {
    xunfang(folder, args).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A server on a port of its own; stops when dropped.
struct Server {
    process: Child,
    lines: BufReader<ChildStdout>,
    url: String,
}

impl Server {
    fn start(folder: &TempDir, args: &[&str]) -> Self {
        let mut command = xunfang(folder, &["serve", "--listen", "127.0.0.1:0"]);
        command.args(args).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut server = Self {
            process,
            lines,
            url: String::new(),
        };
        while server.url.is_empty() {
            let line = server.line();
            if let Some((_, url)) = line.split_once("listening on ") {
                server.url = format!("{}/graphql", url.trim());
            }
        }
        server
    }

    /// What it says next.
    fn line(&mut self) -> String {
        let mut line = String::new();
        let length = self.lines.read_line(&mut line).unwrap();
        assert!(length > 0, "the server has ended");
        line
    }

    /// What it says until there is `last` in it.
    fn lines_until(&mut self, last: &str) -> String {
        let mut lines = String::new();
        while !lines.contains(last) {
            lines.push_str(&self.line());
        }
        lines
    }

    async fn post(&self, token: &str, query: &str) -> Value {
        let request = reqwest::Client::new().post(&self.url).bearer_auth(token);
        let body = json!({ "query": query });
        let answer = request.json(&body).send().await.unwrap();
        answer.json().await.unwrap()
    }

    async fn sign_in(&self, account: &str, password: &str) -> Value {
        let device = r#"{id: "cli", name: "cli"}"#;
        let query = format!(
            r#"mutation {{ signIn(input: {{account: "{account}", password: "{password}", device: {device}}}) {{
                accessToken viewer {{ name isAdministrator positions {{ post }} }}
            }} }}"#
        );
        let body = json!({ "query": query });
        let request = reqwest::Client::new().post(&self.url).json(&body);
        request.send().await.unwrap().json().await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn data(file: &str) -> String {
    let path = Path::new(ROOT).join("tests/data/estate").join(file);
    path.to_string_lossy().into_owned()
}

#[test]
fn every_command_and_every_flag_is_explained() {
    let (folder, mut seen) = (folder(), 0);
    let mut waiting = vec![(Vec::<String>::new(), xunfang::cli::Cli::command())];
    while let Some((path, command)) = waiting.pop() {
        let about = command.get_about().map(ToString::to_string);
        let about = about.unwrap_or_else(|| panic!("{path:?} is not explained"));
        for argument in command.get_arguments() {
            assert!(argument.get_help().is_some(), "{path:?} {argument}");
        }
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let help = run(&folder, &args);
        assert!(
            help.status.success() && out(&help).contains(&about),
            "{args:?}"
        );
        for below in command.get_subcommands() {
            let mut path = path.clone();
            path.push(below.get_name().to_owned());
            waiting.push((path, below.clone()));
        }
        seen += 1;
    }
    assert!(seen >= 9, "{seen}");
    let unknown = run(&folder, &["sreve"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(err(&unknown).contains("serve"));
}

#[test]
fn the_schema_is_the_published_one() {
    let schema = run(&folder(), &["schema"]);
    let published = std::fs::read_to_string(Path::new(ROOT).join("schema.graphql")).unwrap();
    assert!(out(&schema).trim() == published.trim());
}

#[test]
fn lists_are_tried_refused_and_taken_over() {
    let folder = folder();
    let import = |args: &[&str]| {
        let mut all = vec!["import", "--community", "碧江花园", "--code", "bijiang"];
        all.extend(args);
        run(&folder, &all)
    };
    let (units, parties) = (data("units.gb18030.csv"), data("parties.csv"));
    let lists = ["--units", &units, "--parties", &parties, "--language", "en"];

    let nothing = import(&[]);
    assert_eq!(nothing.status.code(), Some(2));
    let missing = import(&["--units", "nowhere.csv", "--language", "en"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(err(&missing).contains("cannot read nowhere.csv"));

    let tried = import(&[&lists[..], &["--dry-run"]].concat());
    assert!(tried.status.success(), "{}", err(&tried));
    assert!(out(&tried).starts_with("dry run: nothing was kept\nthe community is new\n"));

    let faulty = import(&["--units", &data("units-faulty.csv")]);
    assert_eq!(faulty.status.code(), Some(1));
    assert!(out(&faulty).starts_with("房屋表 第 6 行 建筑面积「约90」"));
    assert!(err(&faulty).contains("没有导入任何内容"));

    let taken = import(&lists);
    assert!(taken.status.success(), "{}", err(&taken));
    let all_new = "the community is new\nunits: 120 read, 120 created, 0 changed, 0 unchanged\n";
    assert!(out(&taken).starts_with(all_new), "{}", out(&taken));
    let again = import(&lists);
    let all_known = "units: 120 read, 0 created, 0 changed, 120 unchanged\n";
    assert!(out(&again).starts_with(all_known), "{}", out(&again));
}

#[tokio::test]
async fn the_first_people_are_added_and_sign_in() {
    let folder = folder();
    let mut hint = Server::start(&folder, &[]);
    assert!(
        hint.lines_until("staff add")
            .contains("Nobody can sign in yet")
    );
    let add = |args: &[&str], password: Option<&str>| {
        let mut all = vec!["staff", "add", "--name", "陈主任", "--account"];
        all.extend(args);
        let mut command = xunfang(&folder, &all);
        if let Some(password) = password {
            command.env("XUNFANG_PASSWORD", password);
        }
        command
    };
    let beside = add(&["chief"], Some("geheim-1234")).output().unwrap();
    assert_eq!(beside.status.code(), Some(1));
    assert!(err(&beside).contains("another process is using data/xunfang.db"));
    drop(hint);

    let units = data("units.csv");
    let community = ["import", "--community", "碧江花园", "--code", "bijiang"];
    let import = run(&folder, &[&community[..], &["--units", &units]].concat());
    assert!(import.status.success(), "{}", err(&import));
    let chief = add(&["chief", "--administrator"], Some("geheim-1234"));
    assert!({ chief }.output().unwrap().status.success());
    let post = [
        "li",
        "--community",
        "bijiang",
        "--post",
        "maintenance_worker",
    ];
    let mut worker = add(&post, None);
    let mut worker = worker
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    worker
        .stdin
        .take()
        .unwrap()
        .write_all(b"geheim-5678\n")
        .unwrap();
    assert!(worker.wait().unwrap().success());

    let refusals = [
        (&["chief"][..], Some("geheim-1234"), "exists already"),
        (&["new"], Some("short"), "8 to 128 characters"),
        (&["new"], None, "there is no password"),
        (&["new", "--community", "bijiang"], None, "--post"),
        (
            &["new", "--community", "x", "--post", "boss"],
            None,
            "estate_manager",
        ),
        (
            &["new", "--community", "x", "--post", "cashier"],
            Some("geheim-1234"),
            "no such community",
        ),
    ];
    for (args, password, reason) in refusals {
        let refused = add(args, password).output().unwrap();
        assert!(!refused.status.success(), "{args:?}");
        assert!(err(&refused).contains(reason), "{}", err(&refused));
    }
    let demo = run(&folder, &["serve", "--demo", "--listen", "127.0.0.1:0"]);
    assert!(
        err(&demo).contains("an empty database only"),
        "{}",
        err(&demo)
    );

    let server = Server::start(&folder, &[]);
    let chief = server.sign_in("chief", "geheim-1234").await;
    assert_eq!(chief["data"]["signIn"]["viewer"]["isAdministrator"], true);
    let worker = server.sign_in("li", "geheim-5678").await;
    let positions = &worker["data"]["signIn"]["viewer"]["positions"];
    assert_eq!(positions, &json!([{ "post": "MAINTENANCE_WORKER" }]));
}

#[tokio::test]
async fn the_demo_is_loaded_once_and_its_people_sign_in_nowhere_else() {
    let folder = folder();
    let query = "{ tickets(first: 100) { nodes { id } } }";
    let mut tickets = Vec::new();
    for _ in 0..2 {
        let mut server = Server::start(&folder, &["--demo"]);
        let welcome = server.lines_until("simulate");
        for word in [
            "graphiql",
            "supervisor",
            "resident2",
            "xunfang-demo",
            "curl",
        ] {
            assert!(welcome.contains(word), "{word}: {welcome}");
        }
        let signed_in = server.sign_in("supervisor", "xunfang-demo").await;
        let token = signed_in["data"]["signIn"]["accessToken"].as_str().unwrap();
        tickets.push(server.post(token, query).await);
        let backup = run(&folder, &["backup", "copy.db"]);
        assert_eq!(
            backup.status.success(),
            tickets.len() == 1,
            "{}",
            err(&backup)
        );
    }
    assert_eq!(
        tickets[0]["data"]["tickets"]["nodes"]
            .as_array()
            .unwrap()
            .len(),
        36
    );
    assert_eq!(tickets[0], tickets[1]);

    assert!(run(&folder, &["restore", "copy.db"]).status.success());
    let server = Server::start(&folder, &[]);
    let refused = server.sign_in("supervisor", "xunfang-demo").await;
    assert_eq!(
        refused["errors"][0]["extensions"]["code"],
        "SIGN_IN_REFUSED"
    );
}

#[tokio::test]
async fn a_database_restored_by_other_means_begins_a_new_epoch() {
    let folder = folder();
    let url = format!("sqlite:{}", folder.path().join("data/xunfang.db").display());
    let epoch = async || {
        let db = Database::open(&url, PoolSizes::default()).await.unwrap();
        let epoch = epoch_at(db.reader()).await.unwrap();
        db.close().await.unwrap();
        epoch
    };
    assert!(run(&folder, &["migrate"]).status.success());
    let mut before = epoch().await;
    for _ in 0..2 {
        let output = run(&folder, &["restore", "--new-epoch"]);
        assert_eq!(out(&output), "a new epoch has begun\n", "{}", err(&output));
        let after = epoch().await;
        assert!(after.is_some() && after != before);
        before = after;
    }
    assert!(!run(&folder, &["restore"]).status.success());
    assert!(
        !run(&folder, &["restore", "--new-epoch", "copy.db"])
            .status
            .success()
    );
}
