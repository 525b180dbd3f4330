//! A running process of one's own for each test, and people to use it.

mod answer;
mod database;
mod people;
pub mod proxy;
pub mod statements;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::{Request, Variables};
use chrono::{DateTime, TimeDelta};
use futures_util::{Stream, StreamExt};
use serde_json::{Value, json};
use xunfang::app::App;
use xunfang::areas::{self, Api};
use xunfang::auth::token::Tokens;
use xunfang::auth::{Viewer, Viewers};
use xunfang::clock::FixedClock;
use xunfang::config::Settings;
use xunfang::database::Database;
use xunfang::database::sealed::Keyring;
use xunfang::database::unusable::OpenError;
use xunfang::error::{ApiError, Language};
use xunfang::graphql::context::{Caller, LiveSince, LiveViewer, execute};
use xunfang::graphql::document::Measured;
use xunfang::graphql::errors::speak;
use xunfang::jobs::Worker;
use xunfang::jobs::plan::{Planned, plan};
use xunfang::sync::pull;

use self::proxy::Proxy;
pub use answer::Answer;
pub use database::TestDatabase;
pub use people::{Community, PASSWORD, Staff, Zone};

/// A process without its HTTP: the schema, a database of its own, a clock that stands still.
pub struct TestApp {
    pub app: App,
    pub clock: Arc<FixedClock>,
    api: Api,
    viewers: Viewers,
    tokens: Tokens,
    // Dropped last, when nobody uses it any more.
    database: TestDatabase,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// With other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let database = TestDatabase::new().await;
        let opened = database.open().await;
        Self::on(database, opened, change)
    }

    /// One that reaches its `PostgreSQL` through a wire that can be cut; none on another database.
    pub async fn behind_a_proxy(change: impl FnOnce(&mut Settings)) -> Option<(Self, Proxy)> {
        let database = TestDatabase::new().await;
        let proxy = Proxy::start(database.address()?).await;
        let opened = database.open_through(proxy.address).await;
        Some((Self::on(database, opened, change), proxy))
    }

    fn on(database: TestDatabase, opened: Database, change: impl FnOnce(&mut Settings)) -> Self {
        static SEED: AtomicU64 = AtomicU64::new(1);
        let mut settings = Settings::for_tests();
        change(&mut settings);
        let morning = DateTime::parse_from_rfc3339("2026-09-01T01:00:00Z").unwrap();
        let seed = SEED.fetch_add(1, Ordering::Relaxed);
        let clock = Arc::new(FixedClock::new(morning.to_utc(), seed));
        let keys = Keyring::from_base64("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap();
        let tokens = Tokens::new(&keys).unwrap();
        let app = App::new(opened, clock.clone(), keys, settings);
        Self {
            api: areas::api(&app),
            viewers: areas::viewers(&app),
            tokens,
            clock,
            app,
            database,
        }
    }

    /// Another process on the same database, if the database takes one.
    pub async fn second_process(&self) -> Result<App, OpenError> {
        let database = self.database.try_open().await?;
        let (clock, keys) = (self.app.clock().clone(), self.app.keys().clone());
        Ok(App::new(database, clock, keys, self.app.settings().clone()))
    }

    /// Does what is due by now, as a server that just started would.
    pub async fn do_jobs(&self) {
        let registry = areas::jobs();
        plan(&self.app, &registry, &mut Planned::default())
            .await
            .unwrap();
        let worker = Worker::new(self.app.clone(), registry);
        worker.work_off().await.unwrap();
    }

    /// Lets time pass.
    pub fn wait(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// A phone on which nobody has signed in.
    pub fn stranger(&self) -> Phone<'_> {
        Phone {
            app: self,
            access_token: None,
            refresh_token: String::new(),
            address: None,
        }
    }

    /// Somebody's phone, signed in with the password that everybody has.
    pub async fn sign_in(&self, account: &str, device: &str) -> Phone<'_> {
        let answer = self.try_sign_in(account, PASSWORD, device).await;
        self.stranger().holding(&answer, "signIn")
    }

    /// What signing in answers.
    pub async fn try_sign_in(&self, account: &str, password: &str, device: &str) -> Answer {
        self.stranger().try_sign_in(account, password, device).await
    }

    /// The viewer behind an access token, as the HTTP layer works him out.
    pub async fn viewer(&self, access_token: &str) -> Result<Viewer, ApiError> {
        let of_token = self.viewers.of_token(&self.tokens, access_token).await;
        of_token.map(|(viewer, _)| viewer)
    }
}

/// Somebody's app, with the tokens it holds.
#[derive(Clone)]
pub struct Phone<'a> {
    app: &'a TestApp,
    pub access_token: Option<String>,
    pub refresh_token: String,
    pub address: Option<IpAddr>,
}

impl Phone<'_> {
    /// Sends an operation, with the access token if there is one.
    pub async fn run(&self, operation: &str, variables: Value) -> Answer {
        let viewer = match &self.access_token {
            None => Err(None),
            Some(token) => self.app.viewer(token).await.map_err(Some),
        };
        let request = Request::new(operation).variables(Variables::from_json(variables));
        let caller = Caller(self.address);
        let measured = match Measured::read(request) {
            Ok(measured) => measured,
            Err(mut refused) => {
                speak(&mut refused, Language::English);
                return Answer::of(*refused);
            }
        };
        let (app, said) = (self.app, (caller, Language::English));
        Answer::of(execute(&app.api, measured, &app.app, viewer, said).await)
    }

    /// What a subscription tells, as over a socket that was acknowledged just now.
    pub async fn listen(&self, operation: &str) -> impl Stream<Item = Value> + use<> {
        let token = self.access_token.as_ref().unwrap();
        let viewer = self.app.viewer(token).await.unwrap();
        let heads = pull::heads(&self.app.app, &viewer, None).await;
        let ((history, heads), viewer) = (heads.unwrap(), LiveViewer::new(viewer));
        let since = LiveSince {
            viewer: viewer.current(),
            epoch: history.epoch,
            heads,
        };
        let request = Request::new(operation).data(viewer).data(since);
        let responses = self.app.api.clone().execute_stream(request);
        responses.map(|response| {
            assert!(response.is_ok(), "{:?}", response.errors);
            response.data.into_json().unwrap()
        })
    }

    pub async fn try_sign_in(&self, account: &str, password: &str, device: &str) -> Answer {
        let operation = "mutation ($input: SignInInput!) {
            signIn(input: $input) {
                deviceId accessToken refreshToken expiresInMs
                viewer { name isAdministrator hasLeft session { id device { id name } } }
            }
        }";
        let device = json!({ "id": device, "name": format!("phone {device}") });
        let input = json!({ "account": account, "password": password, "device": device });
        self.run(operation, json!({ "input": input })).await
    }

    /// Presents a refresh token; what it answers may still be lost.
    pub async fn try_refresh(&self, refresh_token: &str) -> Answer {
        let operation = "mutation ($input: RefreshSessionInput!) {
            refreshSession(input: $input) {
                accessToken refreshToken expiresInMs viewer { session { id } }
            }
        }";
        let input = json!({ "refreshToken": refresh_token });
        self.run(operation, json!({ "input": input })).await
    }

    /// Exchanges its tokens.
    pub async fn refresh(&mut self) {
        let answer = self.try_refresh(&self.refresh_token).await;
        *self = self.clone().holding(&answer, "refreshSession");
    }

    /// Lets time pass for everybody.
    pub fn wait(&self, time: TimeDelta) {
        self.app.wait(time);
    }

    /// The id of its session.
    pub async fn session_id(&self) -> String {
        let answer = self.run("{ me { session { id } } }", json!({})).await;
        answer.text("me.session.id")
    }

    /// With the tokens of an answer.
    pub fn holding(mut self, answer: &Answer, field: &str) -> Self {
        self.access_token = Some(answer.text(&format!("{field}.accessToken")));
        self.refresh_token = answer.text(&format!("{field}.refreshToken"));
        self
    }
}
