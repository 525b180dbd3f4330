//! `xunfang simulate`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::Args;
use entity::kinds::PostKind;
use indicatif::{ProgressBar, ProgressStyle};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::serve::serve_and_work;
use super::{Failure, open, say};
use crate::clock::{SharedClock, SystemClock};
use crate::config::{Secret, Settings};
use crate::database::installation;
use crate::demo::{self, DemoSize, demo_estate};
use crate::http::{Http, ServeError};
use crate::simulate::{Cast, Plan, Stage, is_crowd, simulate};
use crate::telemetry;

/// Let virtual phones loose on a server and prove that nothing is lost
///
/// Phones work offline, send twice, lose answers, crash and wear wrong clocks; then everything is
/// compared. Without --url a server with the demo estate is started for it. Never point it at a
/// server in use: it writes tickets, moves staff and sells homes.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub struct Simulate {
    /// Phones besides the one of another community
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=200))]
    phones: u64,
    /// What all chance follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Steps of each phone [default: 120; for more than 40 phones 60, a day in about a minute]
    #[arg(long)]
    rounds: Option<u64>,
    /// Strictly in turn, so that the same seed gives the same run
    #[arg(long)]
    serial: bool,
    /// Server to use, http:// only; several of one database may be named, and phones hop between them
    #[arg(long, value_name = "URL")]
    url: Vec<String>,
    /// How many seconds a phone asks a server that is gone
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    give_up: u64,
    /// Database of the server that is started [default: a temporary one]
    #[arg(long, value_name = "URL", conflicts_with = "url")]
    database_url: Option<String>,
    /// The demo estate that is played on [default: the full one for more than 40 phones]
    #[arg(long, value_enum)]
    estate: Option<DemoSize>,
    /// Password of all accounts
    #[arg(
        long,
        env = "XUNFANG_DEMO_PASSWORD",
        default_value = "xunfang-demo",
        hide_env_values = true
    )]
    password: Secret,
    /// Works online meanwhile
    #[arg(long, default_value = "supervisor")]
    supervisor: String,
    /// Field workers, best in different zones [default: those of the demo estate]
    #[arg(long, value_delimiter = ',', value_name = "ACCOUNTS")]
    workers: Vec<String>,
    /// Guards, best in different zones [default: those of the demo estate]
    #[arg(long, value_delimiter = ',', value_name = "ACCOUNTS")]
    guards: Vec<String>,
    /// Those who visit homes [default: the assistants of the demo estate]
    #[arg(long, value_delimiter = ',', value_name = "ACCOUNTS")]
    keepers: Vec<String>,
    /// Residents [default: those of the demo estate]
    #[arg(long, value_delimiter = ',', value_name = "ACCOUNTS")]
    residents: Vec<String>,
    /// Desk staff
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "ACCOUNTS",
        default_value = "assistant"
    )]
    desk: Vec<String>,
    /// Somebody of another community, who must see nothing; empty for nobody
    #[arg(long, default_value = "supervisor2")]
    outsider: String,
}

const EXAMPLES: &str = "\
Examples:
  xunfang simulate --phones 200 --seed 7       a whole estate
  xunfang simulate --seed 7 --serial           the same run every time
  xunfang simulate --phones 20 --rounds 500 --database-url postgres://postgres@127.0.0.1/scratch
  xunfang simulate --url http://127.0.0.1:8080 --supervisor chen --workers wang,zhao
  xunfang simulate --url http://127.0.0.1:8081 --url http://127.0.0.1:8082   two processes, one database";

impl Simulate {
    pub async fn run(self) -> Result<(), Failure> {
        let clock: SharedClock = Arc::new(SystemClock);
        let server = if self.url.is_empty() {
            Some(OwnServer::start(&self).await?)
        } else {
            None
        };
        let own_url = server.iter().map(|server| server.url.clone());
        let is_own = server.is_some() && self.database_url.is_none();
        let plan = Plan {
            urls: self.url.iter().cloned().chain(own_url).collect(),
            give_up: Duration::from_secs(self.give_up),
            password: self.password.reveal().to_owned(),
            cast: self.cast(),
            seed: self.seed,
            // An estate that stays may be simulated again.
            nonce: if is_own {
                0
            } else {
                clock.new_id().as_u64_pair().0 >> 16
            },
            phones: self.phones,
            rounds: self
                .rounds
                .unwrap_or(if is_crowd(self.phones) { 60 } else { 120 }),
            is_serial: self.serial,
            clock,
        };
        let progress = Progress::new();
        let watch = |stage, done, of, what: &str| progress.tell(stage, (done, of), what);
        let report = simulate(&plan, &watch).await;
        progress.bar.finish_and_clear();
        if let Some(server) = server {
            server.stop().await?;
        }
        let report = report?;
        say(report.text.trim_end());
        if report.holds() {
            Ok(())
        } else {
            Err(Failure::new(format!("seed {} broke a law", self.seed)))
        }
    }

    /// A crowd needs the whole estate.
    fn estate(&self) -> DemoSize {
        let fitting = if is_crowd(self.phones) {
            DemoSize::Full
        } else {
            DemoSize::Small
        };
        self.estate.unwrap_or(fitting)
    }

    fn cast(&self) -> Cast {
        let estate = demo_estate(self.estate(), demo::load::SEED);
        let home = estate.communities.first();
        let holders = |post: PostKind| -> Vec<String> {
            let staff = home.into_iter().flat_map(|home| &home.staff);
            let holders = staff.filter(|member| member.post == post);
            holders.map(|it| it.account.to_owned()).collect()
        };
        let residents = home.into_iter().flat_map(|home| &home.residents);
        let residents = || residents.map(|it| it.account.to_owned()).collect();
        Cast {
            supervisor: self.supervisor.clone(),
            desk: named(&self.desk, Vec::new),
            workers: named(&self.workers, || holders(PostKind::MaintenanceWorker)),
            guards: named(&self.guards, || holders(PostKind::SecurityGuard)),
            keepers: named(&self.keepers, || holders(PostKind::Assistant)),
            residents: named(&self.residents, residents),
            outsider: (!self.outsider.is_empty()).then(|| self.outsider.clone()),
        }
    }
}

/// The accounts that were named, an empty name standing for nobody; else the usual ones.
fn named(accounts: &[String], usual: impl FnOnce() -> Vec<String>) -> Vec<String> {
    if accounts.is_empty() {
        return usual();
    }
    let some = accounts.iter().filter(|account| !account.is_empty());
    some.cloned().collect()
}

/// A server for this run only.
struct OwnServer {
    url: String,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), ServeError>>,
    _folder: TempDir,
}

impl OwnServer {
    async fn start(simulate: &Simulate) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let mut settings = Settings::for_tests();
        settings.storage.key_file = folder.path().join("xunfang.key");
        settings.storage.database_url = simulate
            .database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", folder.path().join("xunfang.db").display()));
        settings.sign_in.demo = true;
        settings.log.log = std::env::var("XUNFANG_LOG").unwrap_or_else(|_| "error".to_owned());
        telemetry::start(&settings.log.log, settings.log.log_json)?;
        let app = open(settings).await?;
        installation::epoch(app.db(), app.clock()).await?;
        let password = simulate.password.reveal();
        demo::load(&app, simulate.estate(), password, |_, _| {}).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (stop, stopped) = oneshot::channel::<()>();
        let http = Http::new(&app)?;
        let serving = serve_and_work(http, app, listener, async move {
            // When the other end is gone, so is the run.
            let _ = stopped.await;
        });
        Ok(Self {
            url,
            stop,
            served: tokio::spawn(serving),
            _folder: folder,
        })
    }

    async fn stop(self) -> Result<(), Failure> {
        // It may have ended by itself; then the next line says why.
        let _ = self.stop.send(());
        Ok(self.served.await??)
    }
}

/// A bar on a terminal, now and then a line elsewhere.
struct Progress {
    bar: ProgressBar,
    /// The last tenth that was told in a line.
    told: AtomicU64,
}

impl Progress {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) =
            ProgressStyle::with_template("{msg:>12} [{bar:30}] {pos}/{len} {wide_prefix}")
        {
            bar.set_style(style.progress_chars("=> "));
        }
        let told = AtomicU64::new(0);
        Self { bar, told }
    }

    fn tell(&self, stage: Stage, (done, of): (u64, u64), going_on: &str) {
        let what = match stage {
            Stage::SigningIn => "signing in",
            Stage::SettingOut => "setting out",
            Stage::Playing => "working",
            Stage::Resting => "coming home",
            Stage::Judging => "comparing",
        };
        if !self.bar.is_hidden() {
            self.bar.set_message(what);
            self.bar.set_length(of);
            self.bar.set_position(done);
            self.bar.set_prefix(going_on.to_owned());
        } else if done == 0 {
            self.told.store(0, Ordering::Relaxed);
            say(format_args!("{what} …"));
        } else if stage == Stage::Playing
            && let Some(tenth) = (done * 10).checked_div(of)
            && self.told.fetch_max(tenth, Ordering::Relaxed) < tenth
        {
            say(format_args!("{what} … {tenth}0 % ({going_on})"));
        }
    }
}
