//! A database per test, cloned from a template that is migrated once.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::ConnectionTrait;
use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell};
use xunfang::database::Database;
use xunfang::database::connect::PoolSizes;
use xunfang::database::unusable::OpenError;

use super::statements;

/// `XUNFANG_TEST_CONNECTIONS=1` shows that nothing asks for a connection while it holds one.
fn sizes() -> PoolSizes {
    let most = std::env::var("XUNFANG_TEST_CONNECTIONS");
    let most = most.map_or(4, |most| most.parse().unwrap());
    PoolSizes {
        readers: most.min(2),
        postgres: most,
        durable: false,
    }
}

/// Gone when it is dropped.
pub enum TestDatabase {
    Sqlite { folder: TempDir },
    Postgres { server: String, name: String },
}

impl TestDatabase {
    pub async fn new() -> Self {
        let kind = std::env::var("XUNFANG_TEST_DATABASE").unwrap_or_default();
        if kind == "postgres" {
            let server = std::env::var("XUNFANG_TEST_POSTGRES_URL")
                .expect("XUNFANG_TEST_POSTGRES_URL names a server where databases may be made");
            Self::postgres(server).await
        } else {
            Self::sqlite().await
        }
    }

    /// An empty `PostgreSQL`, if the tests run on one.
    pub async fn empty_postgres() -> Option<Self> {
        if std::env::var("XUNFANG_TEST_DATABASE").ok()? != "postgres" {
            return None;
        }
        let server = std::env::var("XUNFANG_TEST_POSTGRES_URL").ok()?;
        let name = format!("xunfang_empty_{}", std::process::id());
        execute(&server, &format!("CREATE DATABASE {name}")).await;
        Some(Self::Postgres { server, name })
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite { folder } => sqlite_url(folder),
            Self::Postgres { server, name } => database_url(server, name),
        }
    }

    pub async fn open(&self) -> Database {
        self.try_open().await.unwrap()
    }

    pub async fn try_open(&self) -> Result<Database, OpenError> {
        Self::open_at(&self.url()).await
    }

    /// Host and port of its server of `PostgreSQL`.
    pub fn address(&self) -> Option<String> {
        let Self::Postgres { server, .. } = self else {
            return None;
        };
        let (_, address) = server.rsplit_once('@')?;
        let end = address.find(['/', '?']).unwrap_or(address.len());
        Some(address[..end].to_owned())
    }

    /// Opens it where a proxy listens.
    pub async fn open_through(&self, proxy: SocketAddr) -> Database {
        let url = self
            .url()
            .replace(&self.address().unwrap(), &proxy.to_string());
        Self::open_at(&url).await.unwrap()
    }

    async fn open_at(url: &str) -> Result<Database, OpenError> {
        let mut database = Database::open(url, sizes()).await?;
        database.on_statement(statements::count);
        Ok(database)
    }

    async fn sqlite() -> Self {
        static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
        let migrate = async || {
            let folder = TempDir::new().unwrap();
            let database = Database::open(&sqlite_url(&folder), sizes()).await.unwrap();
            database.close().await.unwrap();
            std::fs::read(sqlite_path(&folder)).unwrap()
        };
        let template = TEMPLATE.get_or_init(migrate).await;
        let folder = TempDir::new().unwrap();
        std::fs::write(sqlite_path(&folder), template).unwrap();
        Self::Sqlite { folder }
    }

    async fn postgres(server: String) -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let process = std::process::id();
        let migrate = async || {
            let name = format!("xunfang_template_{process}");
            execute(&server, &format!("DROP DATABASE IF EXISTS {name}")).await;
            execute(&server, &format!("CREATE DATABASE {name}")).await;
            let database = Database::open(&database_url(&server, &name), sizes()).await;
            database.unwrap().close().await.unwrap();
            name
        };
        let template = TEMPLATE.get_or_init(migrate).await;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("xunfang_test_{process}_{count}");
        let _turn = ONE_AT_A_TIME.lock().await;
        execute(&server, &format!("DROP DATABASE IF EXISTS {name}")).await;
        execute(
            &server,
            &format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await;
        Self::Postgres { server, name }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Self::Postgres { server, name } = self else {
            return;
        };
        let (server, name) = (server.clone(), name.clone());
        // The runtime of the test cannot be waited for from inside it.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            runtime.unwrap().block_on(execute(&server, &statement));
        });
        let _ = dropped.join();
    }
}

fn sqlite_path(folder: &TempDir) -> PathBuf {
    folder.path().join("xunfang.db")
}

fn sqlite_url(folder: &TempDir) -> String {
    format!("sqlite:{}", sqlite_path(folder).display())
}

/// The address of another database on the same server.
fn database_url(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').unwrap_or((server, ""));
    let (host, _) = address.rsplit_once('/').unwrap();
    format!("{host}/{name}?{options}")
}

async fn execute(server: &str, statement: &str) {
    let connection = sea_orm::Database::connect(server).await.unwrap();
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}
