//! What a bench stands on: databases that are filled, a server that is started, psql and pgbench.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Fault;
use super::measure::{Figures, Processes, Watch};
use super::phone::Known;

/// Where things are, told by `scripts/bench`.
pub struct Settings {
    /// Address of the cluster, without a database: `postgres://postgres@127.0.0.1:5432`.
    pub cluster: String,
    pub postmaster: u32,
    /// A folder that is thrown away afterwards.
    pub folder: PathBuf,
    /// How long each workload is measured.
    pub seconds: f64,
    /// How often the workloads of a closed loop are measured.
    pub repetitions: usize,
    /// Only the workloads with these names; all when empty.
    pub only: Vec<String>,
}

impl Settings {
    /// None when nobody told where there is a PostgreSQL to fill.
    pub fn from_environment() -> Result<Option<Self>, Fault> {
        let Ok(cluster) = std::env::var("XUNFANG_BENCH_CLUSTER") else {
            return Ok(None);
        };
        let number = |name: &str, otherwise: f64| {
            std::env::var(name).map_or(Ok(otherwise), |text| text.parse::<f64>())
        };
        let only = std::env::var("XUNFANG_BENCH_ONLY").unwrap_or_default();
        Ok(Some(Self {
            cluster,
            postmaster: std::env::var("XUNFANG_BENCH_POSTMASTER")?.parse()?,
            folder: std::env::var("XUNFANG_BENCH_FOLDER")?.into(),
            seconds: number("XUNFANG_BENCH_SECONDS", 3.0)?,
            repetitions: std::env::var("XUNFANG_BENCH_REPETITIONS")
                .map_or(Ok(2), |text| text.parse())?,
            only: only.split_whitespace().map(str::to_owned).collect(),
        }))
    }

    pub fn wants(&self, workload: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == workload)
    }
}

/// A filled database with a server on it.
pub struct Stage<'a> {
    pub settings: &'a Settings,
    database: String,
    server: Child,
    pub address: String,
}

/// The program as cargo has built it for this bench.
const SERVER: &str = env!("CARGO_BIN_EXE_xunfang");
const FILL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/load/fill.sql");

impl<'a> Stage<'a> {
    /// Makes and fills a database and starts a server on it.
    pub async fn set(settings: &'a Settings, database: &str, scale: u32) -> Result<Self, Fault> {
        let url = format!("{}/{database}", settings.cluster);
        psql(
            &format!("{}/postgres", settings.cluster),
            &format!("DROP DATABASE IF EXISTS {database}"),
        )?;
        psql(
            &format!("{}/postgres", settings.cluster),
            &format!("CREATE DATABASE {database}"),
        )?;
        let migrated = server(settings, &url).arg("migrate").output()?;
        succeeded("migrate", &migrated)?;
        let hash = xunfang::auth::password::hash(super::PASSWORD.to_owned()).await;
        let hash = hash.map_err(|error| error.causes())?;
        let filled = Command::new("psql")
            .args([
                "-q",
                "-X",
                "-v",
                &format!("scale={scale}"),
                "-v",
                &format!("hash={hash}"),
                "-f",
                FILL,
                &url,
            ])
            .output()?;
        succeeded("psql", &filled)?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let listen = format!("127.0.0.1:{port}");
        let log = fs::File::create(settings.folder.join(format!("{database}.log")))?;
        let serving = server(settings, &url)
            .args(["serve", "--listen", &listen])
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let stage = Self {
            settings,
            database: database.to_owned(),
            server: serving,
            address: format!("http://{listen}"),
        };
        stage.wait().await?;
        Ok(stage)
    }

    async fn wait(&self) -> Result<(), Fault> {
        let began = Instant::now();
        let client = reqwest::Client::builder().no_proxy().build()?;
        while began.elapsed() < Duration::from_secs(20) {
            let ready = client
                .get(format!("{}/health/ready", self.address))
                .send()
                .await;
            if ready.is_ok_and(|answer| answer.status().is_success()) {
                // The jobs of the start are over soon after.
                tokio::time::sleep(Duration::from_secs(2)).await;
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("the server does not come up".into())
    }

    pub fn processes(&self) -> Processes {
        Processes {
            server: self.server.id(),
            postmaster: self.settings.postmaster,
        }
    }

    /// PostgreSQL alone.
    pub fn limit(&self) -> Processes {
        Processes {
            server: 0,
            ..self.processes()
        }
    }

    pub fn url(&self) -> String {
        format!("{}/{}", self.settings.cluster, self.database)
    }

    pub fn psql(&self, statement: &str) -> Result<String, Fault> {
        psql(&self.url(), statement)
    }

    /// Tickets of a community that somebody sees, with their present versions.
    pub fn tickets(
        &self,
        community: usize,
        from: usize,
        count: usize,
    ) -> Result<Vec<Known>, Fault> {
        let statement = format!(
            "SELECT ticket.id, ticket.seq FROM bench.ticket AS made JOIN ticket USING (id) \
             WHERE made.c = {community} AND made.n > {from} ORDER BY made.n LIMIT {count}"
        );
        read_tickets(&self.psql(&statement)?)
    }

    pub fn tickets_of_zone(
        &self,
        zone: usize,
        from: usize,
        count: usize,
    ) -> Result<Vec<Known>, Fault> {
        let statement = format!(
            "SELECT ticket.id, ticket.seq FROM bench.ticket AS made JOIN ticket USING (id) \
             WHERE made.c = 1 AND made.zone_id = bench.id('zone', 1, {zone}) ORDER BY made.n OFFSET {from} LIMIT {count}"
        );
        read_tickets(&self.psql(&statement)?)
    }

    /// Runs a script of pgbench in a closed loop.
    pub fn pgbench(
        &self,
        script: &str,
        clients: usize,
        variables: &[String],
    ) -> Result<Figures, Fault> {
        let path = self.settings.folder.join("limit.sql");
        fs::write(&path, script)?;
        let seconds = self.settings.seconds.max(1.0).ceil();
        let log = self.settings.folder.join("pgbench_log");
        let clients = clients.to_string();
        let mut command = Command::new("pgbench");
        command.args([
            "-n",
            "-M",
            "prepared",
            "-c",
            &clients,
            "-j",
            "1",
            "-T",
            &seconds.to_string(),
            "-l",
            "--log-prefix",
        ]);
        command.arg(&log).arg("-f").arg(&path);
        for variable in variables {
            command.args(["-D", variable]);
        }
        let watch = Watch::begin(self.limit())?;
        let ran = command.arg(self.url()).output()?;
        let mut figures = watch.end(Vec::new())?;
        succeeded("pgbench", &ran)?;
        for entry in fs::read_dir(&self.settings.folder)? {
            let path = entry?.path();
            if path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("pgbench_log"))
            {
                let lines = fs::read_to_string(&path)?;
                let latencies = lines
                    .lines()
                    .filter_map(|line| line.split(' ').nth(2)?.parse().ok());
                figures
                    .latencies
                    .extend(latencies.map(Duration::from_micros));
                fs::remove_file(path)?;
            }
        }
        Ok(figures)
    }
}

impl Drop for Stage<'_> {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

fn server(settings: &Settings, url: &str) -> Command {
    let mut command = Command::new(SERVER);
    command
        .current_dir(&settings.folder)
        .env("XUNFANG_DATABASE_URL", url)
        .env("XUNFANG_KEY_FILE", settings.folder.join("key"))
        .env("XUNFANG_LOG", "warn")
        // All phones sign in from one address here, many with one account.
        .env("XUNFANG_SIGN_IN_ATTEMPTS", "100000")
        .env("XUNFANG_ACCESS_TOKEN_SECONDS", "7200")
        .stdin(Stdio::null());
    command
}

fn read_tickets(rows: &str) -> Result<Vec<Known>, Fault> {
    let read = |row: &str| -> Result<Known, Fault> {
        let (id, seq) = row.split_once('|').ok_or("a row without a version")?;
        Ok(Known {
            id: id.to_owned(),
            seq: seq.parse()?,
        })
    };
    rows.lines().map(read).collect()
}

fn psql(url: &str, statement: &str) -> Result<String, Fault> {
    let ran = Command::new("psql")
        .args([
            "-X",
            "-A",
            "-t",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            statement,
            url,
        ])
        .output()?;
    succeeded("psql", &ran)?;
    Ok(String::from_utf8(ran.stdout)?.trim().to_owned())
}

fn succeeded(what: &str, ran: &std::process::Output) -> Result<(), Fault> {
    if ran.status.success() {
        return Ok(());
    }
    Err(format!("{what}: {}", String::from_utf8_lossy(&ran.stderr)).into())
}
