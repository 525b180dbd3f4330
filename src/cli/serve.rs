//! `xunfang serve`

use std::io::{IsTerminal as _, stderr};

use clap::Args;
use futures_util::FutureExt as _;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::net::TcpListener;

use super::{Failure, open, welcome};
use crate::app::App;
use crate::areas::accounts::can_anybody_sign_in;
use crate::areas::jobs;
use crate::config::Settings;
use crate::database::installation;
use crate::demo::{self, DemoSize};
use crate::http::{Http, ServeError};
use crate::jobs::Worker;
use crate::telemetry;

/// Serve the API until told to stop
///
/// Makes the data folder, the key and the database where they are missing, and brings the database
/// up to date.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub struct Serve {
    /// Load a demo estate into an empty database, and serve GraphiQL
    #[arg(
        long,
        value_enum,
        value_name = "SIZE",
        num_args = 0..=1,
        default_missing_value = "full"
    )]
    pub demo: Option<DemoSize>,
    #[command(flatten)]
    pub settings: Settings,
}

const EXAMPLES: &str = "\
Examples:
  xunfang serve --demo
  xunfang serve --demo small
  xunfang serve --listen 0.0.0.0:8080 --origin https://desk.example.com --trust-proxy
  XUNFANG_DATABASE_URL=postgres://xunfang@db/xunfang XUNFANG_KEY=… xunfang serve --log-json";

impl Serve {
    pub async fn run(mut self) -> Result<(), Failure> {
        self.settings.http.graphiql |= self.demo.is_some();
        self.settings.sign_in.demo |= self.demo.is_some();
        telemetry::start(&self.settings.log.log, self.settings.log.log_json)?;
        #[cfg(unix)]
        raise_open_files(self.settings.http.connections);
        let address = self.settings.http.listen;
        // Before the database is touched, so that a second start says at once what is wrong.
        let listener = TcpListener::bind(address).await.map_err(|cause| {
            Failure::new(format!(
                "cannot listen on {address}: {cause}; choose another with --listen"
            ))
        })?;
        let app = open(self.settings).await?;
        installation::epoch(app.db(), app.clock()).await?;
        app.storage()?;
        let demo = match self.demo {
            Some(size) => Some(load_demo(&app, size).await?),
            None => None,
        };
        let http = Http::new(&app)?;
        let address = listener.local_addr()?;
        let is_empty = demo.is_none() && !can_anybody_sign_in(&app).await?;
        let password = app.settings().sign_in.demo_password.clone();
        // It serves too where nobody reads what it says.
        std::thread::spawn(move || {
            welcome::tell_address(address);
            if let Some(size) = demo {
                welcome::tell_demo(address, size, password.reveal());
            } else if is_empty {
                welcome::tell_empty();
            }
        });
        serve_and_work(http, app, listener, stop_asked()).await?;
        Ok(())
    }
}

/// Serves, and does the work that is due, until `stop`. What it is doing then may still be finished.
pub(super) async fn serve_and_work(
    http: Http,
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let stop = stop.boxed().shared();
    let worker = tokio::spawn(Worker::new(app, jobs()).run(stop.clone()));
    let working = async {
        if let Err(error) = worker.await {
            tracing::error!(%error, "the worker did not end well");
        }
    };
    http.serve(listener, stop, working).await
}

/// Loads the demo estate, if that has not been done, behind a bar where there is a terminal. Says which
/// there is.
async fn load_demo(app: &App, size: DemoSize) -> Result<DemoSize, Failure> {
    let style =
        ProgressStyle::with_template("Loading the demo estate {wide_bar} {percent}% {elapsed}")?;
    let bar = if stderr().is_terminal() {
        ProgressBar::new(0).with_style(style)
    } else {
        ProgressBar::hidden()
    };
    let shown = bar.clone();
    let tell = move |done, total| {
        shown.set_length(total);
        shown.set_position(done);
    };
    let password = app.settings().sign_in.demo_password.reveal();
    let loaded = demo::load(app, size, password, tell).await;
    bar.finish_and_clear();
    Ok(loaded?)
}

/// Asks for as many open files as this process may have: each connection is one, and the usual number is for
/// programs of long ago.
#[cfg(unix)]
fn raise_open_files(connections: usize) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let raised = setrlimit(Resource::Nofile, limit);
    let files = limit.maximum.and_then(|files| usize::try_from(files).ok());
    if raised.is_err() || files.is_some_and(|files| files < connections) {
        tracing::warn!(
            connections,
            files,
            "fewer files may be open than there may be connections; raise LimitNOFILE"
        );
    }
}

/// Ends when the process is asked to stop, by Ctrl-C or SIGTERM.
async fn stop_asked() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
