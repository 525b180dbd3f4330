//! A server of one test: own database, own port, a clock that stands still.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Utc};
use entity::accounts::{account, session};
use entity::ids::{AccountId, SessionId};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use xunfang::app::App;
use xunfang::auth::token::Tokens;
use xunfang::clock::{FixedClock, SharedClock};
use xunfang::config::Settings;
use xunfang::database::Database;
use xunfang::database::connect::PoolSizes;
use xunfang::database::sealed::Keyring;
use xunfang::http::{Patience, serve_with};

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const OTHER_KEY: &str = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

pub struct Server {
    pub address: SocketAddr,
    pub app: App,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
    _folder: TempDir,
}

/// Where a test's database lies: a folder, or the test server of `PostgreSQL`.
async fn database(folder: &TempDir) -> Database {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let url = if std::env::var("XUNFANG_TEST_DATABASE").is_ok_and(|kind| kind == "postgres") {
        let server = std::env::var("XUNFANG_TEST_POSTGRES_URL")
            .expect("XUNFANG_TEST_POSTGRES_URL says where PostgreSQL is");
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("xunfang_http_{}_{count}", std::process::id());
        let admin = sea_orm::Database::connect(&server).await.unwrap();
        let create = format!("CREATE DATABASE {name}");
        admin.execute_unprepared(&create).await.unwrap();
        admin.close().await.unwrap();
        let (start, _) = server.rsplit_once('/').unwrap();
        format!("{start}/{name}")
    } else {
        format!("sqlite:{}/xunfang.db", folder.path().display())
    };
    // As few as there can be: nothing may ask for a connection while it holds one.
    let sizes = PoolSizes {
        readers: 1,
        postgres: 1,
        durable: false,
    };
    Database::open(&url, sizes).await.unwrap()
}

/// Starts a server that differs from the usual as `settings` and `patience` say.
pub async fn start_with(
    settings: impl FnOnce(&mut Settings),
    patience: impl FnOnce(&mut Patience) + Send + 'static,
) -> Server {
    start_beside(settings, patience, |_| async {}).await
}

/// The same, with something that works on its database beside it.
pub async fn start_beside<Beside: Future<Output = ()> + Send + 'static>(
    settings: impl FnOnce(&mut Settings),
    patience: impl FnOnce(&mut Patience) + Send + 'static,
    beside: impl FnOnce(App) -> Beside,
) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let mut chosen = Settings::for_tests();
    chosen.attachments.folder = folder.path().join("attachments");
    settings(&mut chosen);
    let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let clock: SharedClock = Arc::new(FixedClock::new(now, 1));
    let keys = Keyring::from_base64(KEY).unwrap();
    let app = App::new(database(&folder).await, clock, keys, chosen);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = serve_with(
        app.clone(),
        listener,
        async move {
            let _ = stopped.await;
        },
        beside(app.clone()),
        patience,
    );
    let served = tokio::spawn(async move { serving.await.unwrap() });
    Server {
        address,
        app,
        stop: Some(stop),
        served,
        _folder: folder,
    }
}

pub async fn start() -> Server {
    start_with(|_| {}, |_| {}).await
}

impl Server {
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What `POST /graphql` answers: status and body.
    pub async fn post(&self, body: impl Into<reqwest::Body>) -> (u16, Value) {
        self.post_with(body, &[("content-type", "application/json")])
            .await
    }

    pub async fn post_with(
        &self,
        body: impl Into<reqwest::Body>,
        headers: &[(&str, &str)],
    ) -> (u16, Value) {
        let mut request = reqwest::Client::new().post(self.url("/graphql")).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub async fn query(&self, query: &str) -> Value {
        let (status, body) = self.post(json!({ "query": query }).to_string()).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock().now()
    }

    /// A signed-in session of a new account.
    pub async fn session(&self) -> (AccountId, SessionId) {
        let clock = self.app.clock();
        let (account_id, session_id) = (AccountId(clock.new_id()), SessionId(clock.new_id()));
        let now = clock.now();
        let account = account::Model {
            id: account_id,
            login: account_id.to_string(),
            name: "Test".to_owned(),
            password_hash: String::new(),
            is_administrator: false,
            is_demo: false,
            left_at: None,
            created_at: now,
            updated_at: now,
        };
        let session = session::Model {
            id: session_id,
            account_id,
            device_id: "test".to_owned(),
            device_name: "Test".to_owned(),
            refresh_family: clock.new_id(),
            refresh_generation: 1,
            refresh_expires_at: now,
            refresh_confirmed_at: None,
            copied_at: None,
            last_contact_at: now,
            signed_out_at: None,
            revoked_at: None,
            revoked_reason: None,
            created_at: now,
            updated_at: now,
        };
        let db = self.app.db().writer();
        let account = account::ActiveModel::from(account);
        let account = account::Entity::insert(account);
        account.exec_without_returning(db).await.unwrap();
        let session = session::ActiveModel::from(session);
        let session = session::Entity::insert(session);
        session.exec_without_returning(db).await.unwrap();
        (account_id, session_id)
    }

    /// A token of this session, good for so many seconds from now.
    pub fn token(&self, (account, session): (AccountId, SessionId), seconds: i64) -> String {
        let tokens = Tokens::new(self.app.keys()).unwrap();
        tokens
            .issue(account, (session, 1), self.now(), seconds)
            .unwrap()
    }

    /// A token that somebody else signed.
    pub fn forged(&self, (account, session): (AccountId, SessionId)) -> String {
        let keys = Keyring::from_base64(OTHER_KEY).unwrap();
        let tokens = Tokens::new(&keys).unwrap();
        tokens
            .issue(account, (session, 1), self.now(), 900)
            .unwrap()
    }

    pub fn ask_to_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits until the server has stopped.
    pub async fn stopped(self) {
        self.served.await.unwrap();
    }
}

/// The code of the first error of an answer.
pub fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or("none")
}
