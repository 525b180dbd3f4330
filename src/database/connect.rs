//! Opening the database: `SQLite` embedded by default, `PostgreSQL` in production.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::pool::PoolOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{Connection as _, Executor as _, Postgres, Sqlite};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, DbErr};

use super::health::Health;
use super::lock;
use super::reader::Reader;
use super::schema::bring_up_to_date;
use super::unusable::OpenError;

/// Connections for writing and for reading. On `SQLite` there is one writer and a pool of readers
/// that cannot write; on `PostgreSQL` both are the same pool.
#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    reader: Reader,
    /// How many connections can read at a time.
    readers: u32,
    url: String,
    /// Held as long as the process lives, so that a second one on the same file is refused.
    _lock: Option<Arc<File>>,
}

/// A caller who gives up does not stop his statement, so that the server must.
const TIME_LIMITS: [(&str, &str); 2] = [
    ("statement_timeout", "60s"),
    ("idle_in_transaction_session_timeout", "60s"),
];

/// How much is kept open.
#[derive(Clone, Copy, Debug)]
pub struct PoolSizes {
    pub readers: u32,
    pub postgres: u32,
    /// Off only in tests: a crash of the machine may then lose the last commits.
    pub durable: bool,
}

impl Default for PoolSizes {
    fn default() -> Self {
        Self {
            readers: 4,
            postgres: 16,
            durable: true,
        }
    }
}

/// Rows that `SQLite` reads ahead of whoever asks: a page of a pull in one go, where a row at a time
/// would change threads for each.
const ROWS_AHEAD: usize = 1_024;

/// A connection of `PostgreSQL` that nobody has used for so long is tried before it is given out: the
/// server may have been restarted.
const TESTED_AFTER: Duration = Duration::from_secs(1);

/// Pages that each `SQLite` connection keeps, in KiB (negative, as it wants it).
const CACHE: &str = "-8000";

impl Database {
    /// Opens the database at `url` (`sqlite:data/xunfang.db` or `postgres://…`) and brings its
    /// schema up to date.
    pub async fn open(url: &str, sizes: PoolSizes) -> Result<Self, OpenError> {
        let database = if let Some(path) = sqlite_path(url) {
            Self::open_sqlite(path, url, sizes).await?
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Self::open_postgres(url, sizes).await?
        } else {
            return Err(scheme(url));
        };
        Ok(database)
    }

    async fn open_sqlite(path: &Path, url: &str, sizes: PoolSizes) -> Result<Self, OpenError> {
        let called = path;
        let path = lock::real_path(called)?;
        let lock = lock::take(&path, called)?;
        let synchronous = if sizes.durable {
            SqliteSynchronous::Full
        } else {
            SqliteSynchronous::Off
        };
        let connect = |mode: &str, connections: u32| {
            let mut options = options(format!("sqlite://{}?mode={mode}", path.display()));
            options
                .max_connections(connections)
                .min_connections(1)
                .map_sqlx_sqlite_opts(move |sqlite| {
                    sqlite
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(synchronous)
                        .busy_timeout(Duration::from_secs(5))
                        .foreign_keys(true)
                        .row_buffer_size(ROWS_AHEAD)
                        .pragma("cache_size", CACHE)
                })
                .map_sqlx_sqlite_pool_opts(keep_sound_sqlite);
            sea_orm::Database::connect(options)
        };
        let writer = connect("rwc", 1).await?;
        bring_up_to_date(&writer).await?;
        let reader = connect("ro", sizes.readers).await?;
        Ok(Self {
            writer,
            reader: Reader {
                connection: reader,
                health: Arc::default(),
            },
            readers: sizes.readers,
            url: url.to_owned(),
            _lock: Some(Arc::new(lock)),
        })
    }

    /// Opens the database for one small note, beside whoever holds it, as it stands.
    pub async fn open_beside(url: &str) -> Result<Self, OpenError> {
        let url_to_open = match sqlite_path(url) {
            Some(path) => format!("sqlite://{}?mode=rw", path.display()),
            None => url.to_owned(),
        };
        let mut options = options(url_to_open);
        options
            .max_connections(1)
            .map_sqlx_sqlite_opts(|sqlite| sqlite.busy_timeout(Duration::from_secs(5)));
        let connection = sea_orm::Database::connect(options).await?;
        Ok(Self::of_one(connection, url))
    }

    /// Opens the embedded database for looking only, beside whoever holds it.
    pub async fn open_read_only(url: &str) -> Result<Self, OpenError> {
        let path = sqlite_path(url).ok_or_else(|| scheme(url))?;
        let mut options = options(format!("sqlite://{}?mode=ro", path.display()));
        options
            .max_connections(1)
            .map_sqlx_sqlite_opts(|sqlite| sqlite.busy_timeout(Duration::from_secs(5)));
        let reader = sea_orm::Database::connect(options).await?;
        Ok(Self::of_one(reader, url))
    }

    fn of_one(connection: DatabaseConnection, url: &str) -> Self {
        Self {
            writer: connection.clone(),
            reader: Reader {
                connection,
                health: Arc::default(),
            },
            readers: 1,
            url: url.to_owned(),
            _lock: None,
        }
    }

    async fn open_postgres(url: &str, sizes: PoolSizes) -> Result<Self, OpenError> {
        migrate_alone(url).await?;
        let mut options = options(url.to_owned());
        options
            .max_connections(sizes.postgres)
            .min_connections(1)
            .test_before_acquire_if_idle_for(TESTED_AFTER)
            .map_sqlx_postgres_opts(|postgres| postgres.options(TIME_LIMITS))
            .map_sqlx_postgres_pool_opts(keep_sound_postgres);
        let pool = sea_orm::Database::connect(options).await?;
        Ok(Self {
            writer: pool.clone(),
            reader: Reader {
                connection: pool,
                health: Arc::default(),
            },
            readers: sizes.postgres,
            url: url.to_owned(),
            _lock: None,
        })
    }

    /// For `Write` and for the machinery around it.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// For everything that only looks.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// How many connections can read at a time.
    pub fn readers(&self) -> u32 {
        self.readers
    }

    /// Calls `heard` for every statement that is run from now on: for counting them.
    pub fn on_statement(&mut self, heard: fn(&str)) {
        for connection in [&mut self.writer, &mut self.reader.connection] {
            connection.set_metric_callback(move |info| heard(&info.statement.sql));
        }
    }

    pub(super) fn health(&self) -> &Arc<Health> {
        &self.reader.health
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn is_postgres(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Postgres
    }

    /// Lets all connections finish and closes them.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.connection.close().await?;
        self.writer.close().await
    }
}

/// The file of an embedded database, or none for another kind.
pub fn sqlite_path(url: &str) -> Option<&Path> {
    let path = url.strip_prefix("sqlite:")?;
    Some(Path::new(path.strip_prefix("//").unwrap_or(path)))
}

fn scheme(url: &str) -> OpenError {
    OpenError::Scheme(url.chars().take_while(|c| *c != ':').collect())
}

/// Brings the schema of a `PostgreSQL` up to date, one process after the other: several may start at
/// the same moment. The lock goes with the connection.
async fn migrate_alone(url: &str) -> Result<(), OpenError> {
    let mut options = options(url.to_owned());
    options.max_connections(1);
    let connection = sea_orm::Database::connect(options).await?;
    let lock = "SELECT pg_advisory_lock(hashtext('xunfang migration'))";
    connection.execute_unprepared(lock).await?;
    let migrated = bring_up_to_date(&connection).await;
    connection.close().await?;
    migrated
}

/// Gives out, and takes back, only connections that are in no transaction; others are closed. After a
/// full disk, a failed read or write and the like `SQLite` has ended the transaction by itself, and the
/// driver, which has not noticed, would take each later one for a part of it.
fn keep_sound_sqlite(pool: PoolOptions<Sqlite>) -> PoolOptions<Sqlite> {
    // A file does not grow tired of its connections, and the last one must not go.
    pool.idle_timeout(None)
        .max_lifetime(None)
        .before_acquire(|connection, _| {
            let is_sound = !connection.is_in_transaction();
            Box::pin(std::future::ready(Ok(is_sound)))
        })
        .after_release(|connection, _| {
            Box::pin(async move {
                // Refused inside a transaction, whatever the driver believes.
                connection.execute("BEGIN; ROLLBACK").await?;
                Ok(!connection.is_in_transaction())
            })
        })
}

/// The same. Whether the connection still stands is asked by the pool itself.
fn keep_sound_postgres(pool: PoolOptions<Postgres>) -> PoolOptions<Postgres> {
    pool.after_release(|connection, _| {
        let is_sound = !connection.is_in_transaction();
        Box::pin(std::future::ready(Ok(is_sound)))
    })
}

fn options(url: String) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .sqlx_logging(false)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(10));
    options
}
