//! Servers and simulations as processes of their own, on real ports.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::ConnectionTrait;

use super::LAWS;

const PROGRAM: &str = env!("CARGO_BIN_EXE_xunfang");

/// The program, untouched by the variables of whoever runs the tests.
pub fn program(args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    let variables = std::env::vars_os().map(|(name, _)| name);
    for name in variables.filter(|name| name.to_string_lossy().starts_with("XUNFANG_")) {
        command.env_remove(name);
    }
    command.args(args).stdin(Stdio::null());
    command
}

/// A database of its own on the test server of `PostgreSQL`, where there is one.
pub async fn database(seed: u64) -> Option<String> {
    if std::env::var("XUNFANG_TEST_DATABASE").is_ok_and(|kind| kind == "postgres") {
        let server = std::env::var("XUNFANG_TEST_POSTGRES_URL")
            .expect("XUNFANG_TEST_POSTGRES_URL says where PostgreSQL is");
        return Some(database_on(&server, seed).await);
    }
    None
}

/// A new database on this server of `PostgreSQL`.
pub async fn database_on(server: &str, seed: u64) -> String {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("xunfang_simulate_{}_{seed}_{number}", std::process::id());
    let admin = sea_orm::Database::connect(server).await.unwrap();
    let create = format!("CREATE DATABASE {name}");
    admin.execute_unprepared(&create).await.unwrap();
    admin.close().await.unwrap();
    let (start, _) = server.rsplit_once('/').unwrap();
    format!("{start}/{name}")
}

/// A server with the small demo estate; killed when dropped.
pub struct Server {
    process: Child,
    /// `127.0.0.1` and its port.
    pub address: String,
}

impl Server {
    /// Serves what lies in `folder`, or the database of this address with the key that lies there.
    pub fn start(folder: &Path, address: &str, database: Option<&str>) -> Self {
        let in_folder = |command: &mut Command| {
            command.current_dir(folder);
        };
        Self::start_as(in_folder, address, database)
    }

    /// The same, in surroundings of its own.
    pub fn start_as(
        surroundings: impl FnOnce(&mut Command),
        address: &str,
        database: Option<&str>,
    ) -> Self {
        let mut command = program(&["serve", "--demo", "small", "--listen", address]);
        surroundings(&mut command);
        command.env("XUNFANG_LOG", "off");
        command.env("XUNFANG_SIGN_IN_ATTEMPTS", "1000000");
        if let Some(url) = database {
            command.args(["--database-url", url]);
        }
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            let length = lines.read_line(&mut line).unwrap();
            assert!(length > 0, "the server did not start");
            if let Some((_, url)) = line.split_once("listening on http://") {
                break url.trim().to_owned();
            }
        };
        // What else it says must find a reader.
        std::thread::spawn(move || lines.read_to_string(&mut String::new()));
        Self { process, address }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether it says that it can work.
    pub fn is_ready(&self) -> bool {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let ask = "GET /health/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        stream.write_all(ask.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.starts_with("HTTP/1.1 200")
    }

    /// `kill -9`: it has no time to say or to write anything.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A simulation.
pub struct Run {
    pub command: Command,
    seed: u64,
}

impl Run {
    pub fn new(seed: u64, rounds: u64) -> Self {
        let mut command = program(&["simulate", "--phones", "8"]);
        command.args(["--seed", &seed.to_string(), "--rounds", &rounds.to_string()]);
        Self { command, seed }
    }

    /// Against these servers.
    pub fn against(mut self, servers: &[&Server]) -> Self {
        for server in servers {
            self.command.args(["--url", &server.url()]);
        }
        self
    }

    /// Runs it, does something in the middle, and demands that every law holds; gives what it told.
    pub fn holds(mut self, in_the_middle: impl FnOnce()) -> String {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = self.command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let (mut told, mut in_the_middle) = (String::new(), Some(in_the_middle));
        while lines.read_line(&mut told).unwrap() > 0 {
            let last = told.lines().next_back().unwrap_or_default();
            if last.contains("… 30 %")
                && let Some(act) = in_the_middle.take()
            {
                act();
            }
        }
        let mut errors = String::new();
        let mut stderr = process.stderr.take().unwrap();
        stderr.read_to_string(&mut errors).unwrap();
        let status = process.wait().unwrap();
        assert!(status.success(), "seed {}: {told}\n{errors}", self.seed);
        assert_eq!(told.matches('✓').count(), LAWS, "{told}");
        assert!(in_the_middle.is_none(), "it had no middle: {told}");
        told
    }
}

/// How many requests found nobody and were asked again.
pub fn asked_again(told: &str) -> u64 {
    let line = told.lines().find(|line| line.contains("asked again"));
    let number = line.and_then(|line| line.split(' ').next());
    number.unwrap().parse().unwrap()
}
