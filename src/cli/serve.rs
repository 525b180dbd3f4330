//! `xunfang serve`

use std::net::SocketAddr;

use clap::Args;
use tokio::net::TcpListener;

use super::{Failure, open, say};
use crate::config::Settings;
use crate::database::installation;
use crate::http::Http;
use crate::telemetry;

/// Serve the API until told to stop
///
/// Makes the data folder, the key and the database where they are missing, and brings the database
/// up to date.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub struct Serve {
    /// Load the demo estate into an empty database, and serve GraphiQL
    #[arg(long)]
    pub demo: bool,
    #[command(flatten)]
    pub settings: Settings,
}

const EXAMPLES: &str = "\
Examples:
  xunfang serve --demo
  xunfang serve --listen 0.0.0.0:8080 --origin https://desk.example.com --trust-proxy
  XUNFANG_DATABASE_URL=postgres://xunfang@db/xunfang XUNFANG_KEY=… xunfang serve --log-json";

impl Serve {
    pub async fn run(mut self) -> Result<(), Failure> {
        self.settings.http.graphiql |= self.demo;
        self.settings.sign_in.demo |= self.demo;
        telemetry::start(&self.settings.log.log, self.settings.log.log_json)?;
        let address = self.settings.http.listen;
        // Before the database is touched, so that a second start says at once what is wrong.
        let listener = TcpListener::bind(address).await.map_err(|cause| {
            Failure::new(format!(
                "cannot listen on {address}: {cause}; choose another with --listen"
            ))
        })?;
        let app = open(self.settings).await?;
        installation::epoch(app.db(), app.clock()).await?;
        let http = Http::new(&app)?;
        greet(listener.local_addr()?, self.demo);
        Ok(http.serve(listener, stop_asked()).await?)
    }
}

fn greet(address: SocketAddr, demo: bool) {
    let host = if address.ip().is_unspecified() {
        format!("127.0.0.1:{}", address.port())
    } else {
        address.to_string()
    };
    say(format_args!(
        "Xunfang {} listens on http://{host}",
        env!("CARGO_PKG_VERSION")
    ));
    if demo {
        say(format_args!("Try the API: http://{host}/graphiql"));
        if !address.ip().is_loopback() {
            say("");
            say("!! WARNING: this demo can be reached from other machines. Its accounts have a");
            say("!! published password. Put no real data into it; stop it when you are done.");
            say("");
            tracing::warn!(%address, "the demo can be reached from other machines");
        }
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
