//! The program as it is typed at a terminal, each test in a folder of its own.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should panic, in its helpers too"
)]

#[path = "cli/first_start.rs"]
mod first_start;
#[path = "cli/keys.rs"]
mod keys;
#[path = "cli/restored.rs"]
mod restored;

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

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
    lines: BufReader<Box<dyn Read>>,
    url: String,
}

impl Server {
    fn start(folder: &TempDir, args: &[&str]) -> Self {
        let command = xunfang(folder, &["serve", "--listen", "127.0.0.1:0"]);
        Self::of(command, args)
    }

    fn of(mut command: Command, args: &[&str]) -> Self {
        command.args(args).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let out: Box<dyn Read> = Box::new(process.stdout.take().unwrap());
        let lines = BufReader::new(out);
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

    /// Asks it to stop, and waits until it has.
    #[cfg(target_os = "linux")]
    fn ends_well(mut self, how: &str) {
        let mut stop = Command::new("kill");
        stop.arg(self.process.id().to_string());
        assert!(stop.status().unwrap().success());
        assert_eq!(self.process.wait().unwrap().code(), Some(0), "{how}");
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
        self.post_with(token, query, json!({})).await
    }

    async fn post_with(&self, token: &str, query: &str, variables: Value) -> Value {
        let request = reqwest::Client::new().post(&self.url).bearer_auth(token);
        let body = json!({ "query": query, "variables": variables });
        let answer = request.json(&body).send().await.unwrap();
        answer.json().await.unwrap()
    }

    #[cfg(unix)]
    async fn put_photo(&self, token: &str, photo: &[u8]) {
        let hash = xunfang::sha256::Sha256::of(photo);
        let url = self
            .url
            .replace("/graphql", &format!("/attachments/{hash}"));
        let request = reqwest::Client::new().put(url).bearer_auth(token);
        let answer = request.body(photo.to_vec()).send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
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

/// Writes a workbook of an office into `folder`; cells are separated by commas.
fn workbook(folder: &TempDir, file: &str, sheets: &[(&str, &[&str])]) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (number, row) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(row.split(',')) {
                sheet.write_string(number, column, cell).unwrap();
            }
        }
    }
    workbook.save(folder.path().join(file)).unwrap();
}

const ROOMS: (&str, &[&str]) = (
    "房屋",
    &[
        "楼栋,楼层,房号,户型,建筑面积,居住状态",
        "1栋,1,0101,,90.47,长住",
        "1栋,1,0102,,,空置",
    ],
);
const PEOPLE: (&str, &[&str]) = ("住户", &["编号,姓名,手机,证件号码", "1,张伟,13000000001,"]);
const TIES: (&str, &[&str]) = (
    "关系",
    &["楼栋,房号,编号,身份,起始日期,结束日期", "1栋,0101,1,业主,,"],
);
const CREW: (&str, &[&str]) = ("员工", &["姓名,岗位,分区,账号", "李师傅,维修员,,li"]);

/// Runs `import FILE --community 碧江花园 --code bijiang` and more.
fn import_workbook(folder: &TempDir, file: &str, args: &[&str]) -> Output {
    let all = [
        "import",
        file,
        "--community",
        "碧江花园",
        "--code",
        "bijiang",
    ];
    run(folder, &[&all[..], args].concat())
}

#[test]
fn a_workbook_is_tried_taken_over_and_written_back() {
    let folder = folder();
    workbook(&folder, "estate.xlsx", &[ROOMS, PEOPLE, TIES, CREW]);
    let tried = import_workbook(&folder, "estate.xlsx", &["--dry-run", "--language", "en"]);
    assert!(tried.status.success(), "{}", err(&tried));
    assert!(out(&tried).starts_with("dry run: nothing was kept\nthe community is new\n"));

    let taken = import_workbook(&folder, "estate.xlsx", &["--language", "en"]);
    assert!(taken.status.success(), "{}", err(&taken));
    assert_eq!(
        out(&taken),
        "the community is new\n\
         units: 2 read, 2 created, 0 changed, 0 unchanged\n\
         parties: 1 read, 1 created, 0 changed, 0 unchanged\n\
         relations: 1 read, 1 created, 0 changed, 0 unchanged\n\
         staff: 1 read, 1 created, 0 changed, 0 unchanged\n\
         new accounts have no password; give them one with xunfang staff password: li\n"
    );

    let export = |args: &[&str]| {
        let all = ["export", "copy.xlsx", "--community", "bijiang"];
        run(&folder, &[&all[..], args].concat())
    };
    let copy = folder.path().join("copy.xlsx");
    for numbers in [&[][..], &["--with-personal-numbers"]] {
        let written = export(numbers);
        assert_eq!(out(&written), "wrote copy.xlsx\n", "{}", err(&written));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = copy.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let again = import_workbook(&folder, "copy.xlsx", &[]);
        assert!(again.status.success(), "{}", err(&again));
        assert_eq!(
            out(&again),
            "楼栋：共 1，新增 0，更新 0，未变 1\n\
             房屋：共 2，新增 0，更新 0，未变 2\n\
             住户：共 1，新增 0，更新 0，未变 1\n\
             住户与房屋的关系：共 1，新增 0，更新 0，未变 1\n\
             员工：共 1，新增 0，更新 0，未变 1\n"
        );
        let twice = export(numbers);
        assert_eq!(twice.status.code(), Some(1));
        assert!(err(&twice).contains("copy.xlsx exists already"));
        std::fs::remove_file(&copy).unwrap();
    }
    let nowhere = run(&folder, &["export", "copy.xlsx", "--community", "nowhere"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(!copy.exists());
}

#[test]
fn a_faulty_workbook_is_told_cell_by_cell_and_keeps_all_out() {
    let folder = folder();
    let faulty = [
        (
            "房屋",
            &[
                "楼栋,楼层,房号,户型,建筑面积,居住状态",
                "1栋,1,0101,,90.47,长住",
                "1栋,1,0102,,约90,空置",
            ][..],
        ),
        ("住户", &["编号,姓名,手机,证件号码", "1,张伟,138000012345,"]),
        TIES,
    ];
    workbook(&folder, "faulty.xlsx", &faulty);
    for args in [
        &["--language", "en"][..],
        &["--language", "en", "--dry-run"],
    ] {
        let refused = import_workbook(&folder, "faulty.xlsx", args);
        assert_eq!(refused.status.code(), Some(1));
        let said = out(&refused);
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 2, "{said}");
        assert!(
            lines[0].starts_with("units, row 3, 建筑面积 `约90`: not an area"),
            "{said}"
        );
        assert!(
            lines[1].starts_with("parties, row 2, 手机 `138*****2345`: not a phone: 11 digits"),
            "{said}"
        );
        let why = err(&refused);
        assert!(
            why.contains("nothing was imported; mend the 2 faults above"),
            "{why}"
        );
    }
    let refused = import_workbook(&folder, "faulty.xlsx", &[]);
    assert!(
        out(&refused).starts_with("房屋表 第 3 行 建筑面积「约90」"),
        "{}",
        out(&refused)
    );
    std::fs::write(folder.path().join("other.xlsx"), "no workbook").unwrap();
    let other = import_workbook(&folder, "other.xlsx", &["--language", "en"]);
    assert_eq!(other.status.code(), Some(1));
    assert!(out(&other).starts_with("workbook, "), "{}", out(&other));
    let nothing = run(&folder, &["export", "copy.xlsx", "--community", "bijiang"]);
    assert_eq!(nothing.status.code(), Some(1));
}

#[test]
fn a_template_is_written_once_and_read_back() {
    let folder = folder();
    let template = || run(&folder, &["import", "--template", "estate.xlsx"]);
    let written = template();
    assert_eq!(out(&written), "wrote estate.xlsx\n", "{}", err(&written));
    assert!(!folder.path().join("data").exists(), "no database is made");
    let twice = template();
    assert_eq!(twice.status.code(), Some(1));
    assert!(err(&twice).contains("cannot write estate.xlsx"));
    let read = import_workbook(&folder, "estate.xlsx", &["--dry-run"]);
    assert!(read.status.success(), "{}", err(&read));
    let both = [
        "import",
        "estate.xlsx",
        "--community",
        "x",
        "--units",
        "u.csv",
    ];
    assert_eq!(run(&folder, &both).status.code(), Some(2));
    assert_eq!(
        run(&folder, &["import", "estate.xlsx"]).status.code(),
        Some(2)
    );
}

#[tokio::test]
async fn an_account_of_a_workbook_signs_in_once_it_has_a_password() {
    let folder = folder();
    workbook(&folder, "crew.xlsx", &[CREW]);
    let taken = import_workbook(&folder, "crew.xlsx", &[]);
    assert!(taken.status.success(), "{}", err(&taken));
    let set = |account: &str, password: Option<&str>| {
        let mut command = xunfang(&folder, &["staff", "password", "--account", account]);
        if let Some(password) = password {
            command.env("XUNFANG_PASSWORD", password);
        }
        command.output().unwrap()
    };
    for (account, password, reason) in [
        ("li", None, "there is no password"),
        ("li", Some("short"), "8 to 128 characters"),
        ("nobody", Some("geheim-1234"), "no such account"),
    ] {
        let refused = set(account, password);
        assert_eq!(refused.status.code(), Some(1));
        assert!(err(&refused).contains(reason), "{}", err(&refused));
    }
    let done = set("Li", Some("geheim-1234"));
    assert_eq!(out(&done), "Li has a new password\n", "{}", err(&done));
    let server = Server::start(&folder, &[]);
    let viewer = server.sign_in("li", "geheim-1234").await;
    assert_eq!(viewer["data"]["signIn"]["viewer"]["name"], "李师傅");
    let beside = set("li", Some("geheim-5678"));
    assert_eq!(beside.status.code(), Some(1));
    assert!(err(&beside).contains("another process is using data/xunfang.db"));
}

/// A log that takes nothing: nobody reads it, it is read by nobody in time, or its disk is full.
#[cfg(target_os = "linux")]
fn logs_that_take_nothing() -> [(&'static str, Stdio, Option<std::io::PipeReader>); 3] {
    let (_, closed) = std::io::pipe().unwrap();
    let (unread, mut full) = std::io::pipe().unwrap();
    full.write_all("\n".repeat(65_536).as_bytes()).unwrap();
    let disk = std::fs::OpenOptions::new().write(true).open("/dev/full");
    [
        ("closed", closed.into(), None),
        ("unread", full.into(), Some(unread)),
        ("disk full", disk.unwrap().into(), None),
    ]
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_log_that_takes_nothing_costs_its_lines_and_nothing_else() {
    for (how, log, _unread) in logs_that_take_nothing() {
        let folder = folder();
        let mut command = xunfang(&folder, &["serve", "--listen", "127.0.0.1:0"]);
        command.env("XUNFANG_LOG", "debug").stderr(log);
        let mut server = Server::of(command, &[]);
        // What it says at the start has no reader any more either.
        server.lines = BufReader::new(Box::new(std::io::empty()));
        for _ in 0..20 {
            let answer = server.post("", "{ server { version } }").await;
            assert!(answer["data"]["server"].is_object(), "{how}: {answer}");
        }
        server.ends_well(how);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_server_whose_words_nobody_takes_serves_and_ends() {
    for (how, out, _unread) in logs_that_take_nothing() {
        let folder = folder();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = port.local_addr().unwrap().to_string();
        drop(port);
        let mut command = xunfang(&folder, &["serve", "--demo", "small", "--listen", &address]);
        let mut process = command.stdout(out).spawn().unwrap();
        let live = format!("http://{address}/health/live");
        while reqwest::get(&live).await.is_err() {
            assert_eq!(process.try_wait().unwrap(), None, "{how}");
        }
        let server = Server {
            process,
            lines: BufReader::new(Box::new(std::io::empty())),
            url: format!("http://{address}/graphql"),
        };
        for _ in 0..3 {
            let signed_in = server.sign_in("assistant", "xunfang-demo").await;
            let token = &signed_in["data"]["signIn"]["accessToken"];
            assert!(token.is_string(), "{how}: {signed_in}");
        }
        server.ends_well(how);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_command_that_fails_ends_where_nobody_reads_why() {
    for (how, log, _unread) in logs_that_take_nothing() {
        let folder = folder();
        let mut command = xunfang(&folder, &["import", "missing.xlsx", "--community", "x"]);
        command.stdout(Stdio::null()).stderr(log);
        assert_eq!(command.status().unwrap().code(), Some(1), "{how}");
    }
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
        let mut server = Server::start(&folder, &["--demo", "small"]);
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
