//! The outer room: axum, its routes and limits, and the life of a listening server.
//!
//! Nothing here names a single area; what an address answers comes from `areas/mod.rs`.

mod admission;
mod attachments;
mod bodies;
mod connections;
mod contact;
mod envelope;
mod farewell;
mod graphql;
mod health;
mod live;
mod media;
mod messages;
mod operations;
mod origin;
mod oversize;
mod pages;
mod range;
mod refusal;
mod source;
mod turns;
mod watermelon;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderName, Method, header};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tower_http::cors::{AllowOrigin, CorsLayer};

use self::origin::Origin;
pub use self::refusal::Refusal;
use self::source::Source;
use self::turns::{Turn, Turns};
use crate::app::App;
use crate::areas::{self, Api, Attachments};
use crate::auth::token::{TokenError, Tokens};
use crate::auth::viewer::SessionError;
use crate::auth::{Viewer, Viewers};
use crate::error::ApiError;
use crate::sync::registry::Registry;

/// How many pushes of whole databases are read and applied at a time: each may hold some megabytes, and
/// the database takes one after the other anyway.
const WHOLE_PUSHES: usize = 8;

/// How many of them may be of one account.
const WHOLE_PUSHES_OF_ONE: usize = 2;

/// How long the server waits for what.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the head of the first request on a connection.
    pub head: Duration,
    /// For the next request on a connection.
    pub idle: Duration,
    /// For a body to begin, and for the next piece of it.
    pub body: Duration,
    /// For the answer to a request that has come.
    pub request: Duration,
    /// For a slow reader to take a piece of an answer.
    pub answer: Duration,
    /// For one photo to come in or go out; what has come by then is kept.
    pub photo: Duration,
    /// For `connection_init` on a new socket.
    pub init: Duration,
    /// Between two looks at whether the session behind a socket still stands.
    pub recheck: Duration,
    /// For a slow reader to take one message.
    pub reader: Duration,
    /// For requests that run while the server stops.
    pub shutdown: Duration,
}

impl Patience {
    fn of(app: &App) -> Self {
        Self {
            head: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            body: Duration::from_secs(20),
            request: Duration::from_secs(app.settings().http.request_timeout_seconds),
            answer: Duration::from_secs(30),
            photo: Duration::from_mins(2),
            init: Duration::from_secs(10),
            recheck: Duration::from_secs(30),
            reader: Duration::from_secs(5),
            shutdown: Duration::from_secs(10),
        }
    }
}

/// Why a server could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Tokens(#[from] TokenError),
    #[error(
        "the origin {0:?} is no origin; write a scheme, a host and perhaps a port, as in \
         https://app.example.com, http://localhost:3000 or capacitor://localhost, without a path and \
         without `*`"
    )]
    Origin(String),
    #[error("cannot listen: {0}")]
    Listen(#[from] std::io::Error),
}

/// What every handler may ask for. Cheap to clone.
#[derive(Clone)]
pub struct Http(Arc<Inner>);

struct Inner {
    app: App,
    api: Api,
    registry: Registry,
    tokens: Tokens,
    viewers: Viewers,
    patience: Patience,
    requests: Turns<Source>,
    bodies: Turns<Source>,
    pushes: Turns<Source>,
    photos: Attachments,
    photos_in: Turns<Source>,
    photos_out: Turns<Source>,
    sockets: Arc<Semaphore>,
    shares_of_sockets: Turns<Source>,
    most_sockets: u32,
    origins: Arc<[Origin]>,
    closing: watch::Sender<bool>,
}

impl Http {
    pub fn new(app: &App) -> Result<Self, ServeError> {
        Self::with_patience(app, Patience::of(app))
    }

    fn with_patience(app: &App, patience: Patience) -> Result<Self, ServeError> {
        // A faulty origin is told at the start.
        let origins = origins(&app.settings().http.origins)?;
        let sockets = app.settings().http.sockets.min(1 << 20);
        let photos = || Turns::new(app.settings().attachments.at_once);
        Ok(Self(Arc::new(Inner {
            app: app.clone(),
            api: areas::api(app),
            registry: areas::registry(),
            tokens: Tokens::new(app.keys())?,
            viewers: areas::viewers(app),
            patience,
            requests: Turns::new(app.settings().http.requests),
            bodies: Turns::new(app.settings().http.body_memory_bytes),
            pushes: Turns::new(WHOLE_PUSHES),
            photos: areas::photos(app),
            photos_in: photos(),
            photos_out: photos(),
            sockets: Arc::new(Semaphore::new(sockets)),
            shares_of_sockets: Turns::new(sockets),
            most_sockets: u32::try_from(sockets).unwrap_or(u32::MAX),
            origins,
            closing: watch::Sender::new(false),
        })))
    }

    pub fn app(&self) -> &App {
        &self.0.app
    }

    pub fn api(&self) -> &Api {
        &self.0.api
    }

    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    pub fn tokens(&self) -> &Tokens {
        &self.0.tokens
    }

    pub fn viewers(&self) -> &Viewers {
        &self.0.viewers
    }

    pub fn patience(&self) -> Patience {
        self.0.patience
    }

    /// A turn to work on a request, whose body has been read.
    fn turn(&self, source: &Source) -> Result<Turn<Source>, Refusal> {
        let most = source.share(self.app().settings().http.requests);
        self.0.requests.take(source, 1, most)
    }

    /// A turn to push a whole database, which may be large.
    fn turn_to_push(&self, source: &Source) -> Result<Turn<Source>, Refusal> {
        self.0.pushes.take(source, 1, WHOLE_PUSHES_OF_ONE)
    }

    /// One turn per byte of a body that is held.
    fn bodies(&self) -> &Turns<Source> {
        &self.0.bodies
    }

    pub fn photos(&self) -> &Attachments {
        &self.0.photos
    }

    /// One turn per photo that comes in.
    fn photos_in(&self) -> &Turns<Source> {
        &self.0.photos_in
    }

    /// One turn per photo that goes out.
    fn photos_out(&self) -> &Turns<Source> {
        &self.0.photos_out
    }

    /// One permit per open socket.
    fn sockets(&self) -> &Arc<Semaphore> {
        &self.0.sockets
    }

    /// A socket of the share of whoever has signed in on it.
    fn share_of_sockets(&self, viewer: &Viewer) -> Result<Turn<Source>, ApiError> {
        let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
        let source = Source::Account(person.account_id);
        let most = source.share(self.app().settings().http.sockets);
        Ok(self.0.shares_of_sockets.take(&source, 1, most)?)
    }

    fn origins(&self) -> &[Origin] {
        &self.0.origins
    }

    /// Turns true once, when the server stops.
    fn closing(&self) -> watch::Receiver<bool> {
        self.0.closing.subscribe()
    }

    /// All routes, with the limits around them.
    pub fn router(&self) -> Result<Router, ServeError> {
        let settings = &self.app().settings().http;
        let mut router = Router::new()
            .route("/", get(pages::home))
            .route("/page/board.js", get(pages::board_script))
            .route("/page/words.js", get(pages::board_words))
            .route("/page/board.css", get(pages::board_style))
            .route("/page/icon.svg", get(pages::icon))
            .route("/graphql", post(graphql::execute))
            .route("/graphql/ws", get(live::open))
            .route("/sync/pull", get(watermelon::pull).post(watermelon::pull))
            .route("/sync/push", post(watermelon::push))
            .route("/sync/oversize", post(oversize::keep))
            .route("/health/live", get(health::live))
            .route("/health/ready", get(health::ready))
            .route("/.well-known/jwks.json", get(health::jwks));
        if settings.graphiql {
            router = router
                .route("/graphiql", get(pages::graphiql))
                .route("/page/graphiql.js", get(pages::graphiql_script))
                .route("/page/graphiql/editor.js", get(pages::editor_script))
                .route("/page/graphiql/editor.css", get(pages::editor_style))
                .route("/page/examples.js", get(pages::examples));
        }
        let photo = get(attachments::get)
            .head(attachments::head)
            .put(attachments::put);
        let router = router
            .route("/attachments/{sha256}", photo)
            .with_state(self.clone())
            .layer(from_fn_with_state(self.clone(), envelope::envelope));
        Ok(match cors(self.0.origins.clone()) {
            Some(cors) => router.layer(cors),
            None => router,
        })
    }

    /// Serves until `shutdown`: then takes no more, closes the sockets with 1012, lets requests
    /// finish for a while, waits for what works `beside` on the same database, and closes that.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
        beside: impl Future<Output = ()>,
    ) -> Result<(), ServeError> {
        let router = self.router()?;
        let http = self.clone();
        tokio::spawn(async move {
            shutdown.await;
            tracing::info!("stopping");
            http.0.closing.send_replace(true);
        });
        let mut closing = self.closing();
        let deadline = async {
            // The sender lives in `self`.
            let _ = closing.wait_for(|closing| *closing).await;
            tokio::time::sleep(self.patience().shutdown).await;
        };
        tokio::select! {
            () = self.accept(listener, router) => {}
            () = self.app().share_news() => {}
            () = deadline => tracing::warn!("some requests did not finish in time"),
        }
        let sockets = self.sockets().acquire_many(self.0.most_sockets);
        if tokio::time::timeout(self.patience().reader, sockets)
            .await
            .is_err()
        {
            tracing::warn!("some sockets did not close in time");
        }
        beside.await;
        if let Err(cause) = self.app().db().clone().close().await {
            tracing::error!(%cause, "cannot close the database");
        }
        Ok(())
    }
}

/// Serves `app` until `shutdown`, waiting as long as the caller says.
pub async fn serve_with(
    app: App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    beside: impl Future<Output = ()>,
    patience: impl FnOnce(&mut Patience),
) -> Result<(), ServeError> {
    let mut chosen = Patience::of(&app);
    patience(&mut chosen);
    let http = Http::with_patience(&app, chosen)?;
    http.serve(listener, shutdown, beside).await
}

/// All routes of `app`, for a test that needs no port.
pub fn router(app: &App) -> Result<Router, ServeError> {
    Http::new(app)?.router()
}

/// The origins that are set; a faulty one is told.
fn origins(settings: &[String]) -> Result<Arc<[Origin]>, ServeError> {
    let read = |text: &String| Origin::read(text).ok_or_else(|| ServeError::Origin(text.clone()));
    settings.iter().map(read).collect()
}

/// Which other pages and apps may call; without any, browsers keep to our own.
fn cors(allowed: Arc<[Origin]>) -> Option<CorsLayer> {
    if allowed.is_empty() {
        return None;
    }
    let request_id = HeaderName::from_static("x-request-id");
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| {
            allowed.iter().any(|it| it.is_told_by(origin.as_bytes()))
        }))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT_LANGUAGE,
            header::CONTENT_RANGE,
            header::RANGE,
            header::IF_NONE_MATCH,
            contact::CLOCK,
            request_id.clone(),
        ])
        .expose_headers([
            request_id,
            header::RETRY_AFTER,
            header::ETAG,
            header::CONTENT_RANGE,
            attachments::OFFSET,
            contact::CONTACT,
        ])
        .max_age(Duration::from_mins(10));
    Some(cors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{SharedClock, SystemClock};
    use crate::config::Settings;
    use crate::database::Database;
    use crate::database::connect::PoolSizes;
    use crate::database::sealed::Keyring;

    /// An outer room over an empty database.
    pub async fn http() -> (Http, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/xunfang.db", folder.path().display());
        let db = Database::open(&url, PoolSizes::default()).await.unwrap();
        let keys = Keyring::make_file(&folder.path().join("xunfang.key")).unwrap();
        let clock: SharedClock = Arc::new(SystemClock);
        let app = App::new(db, clock, keys, Settings::for_tests());
        (Http::new(&app).unwrap(), folder)
    }
}
