//! Settings, one struct per concern, from flags and `XUNFANG_…` variables.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, FromArgMatches as _};

/// All settings of a server.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    #[command(flatten)]
    pub storage: StorageSettings,
    #[command(flatten)]
    pub http: HttpSettings,
    #[command(flatten)]
    pub attachments: AttachmentSettings,
    #[command(flatten)]
    pub sign_in: SignInSettings,
    #[command(flatten)]
    pub sync: SyncSettings,
    #[command(flatten)]
    pub log: LogSettings,
}

/// Where data and keys lie.
#[derive(Args, Clone, Debug)]
pub struct StorageSettings {
    /// Database: `sqlite:PATH` or `postgres://…`
    #[arg(
        long,
        env = "XUNFANG_DATABASE_URL",
        default_value = "sqlite:data/xunfang.db",
        hide_env_values = true
    )]
    pub database_url: String,
    /// Connections kept open to PostgreSQL
    #[arg(long, env = "XUNFANG_DATABASE_CONNECTIONS", default_value_t = 16)]
    pub database_connections: u32,
    /// Master key, 32 bytes in base64, earlier ones after it, separated by commas; without it the key file is used
    #[arg(long, env = "XUNFANG_KEY", hide_env_values = true)]
    pub key: Option<Secret>,
    /// File of the master keys, made for an empty database
    #[arg(long, env = "XUNFANG_KEY_FILE", default_value = "data/xunfang.key")]
    pub key_file: PathBuf,
}

/// How the server listens and what it takes.
#[derive(Args, Clone, Debug)]
pub struct HttpSettings {
    /// Address to listen on
    #[arg(long, env = "XUNFANG_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Web origin that may call the API, as `https://app.example.com`; repeat or separate by commas
    #[arg(long = "origin", env = "XUNFANG_ORIGINS", value_delimiter = ',')]
    pub origins: Vec<String>,
    /// Largest request body in bytes
    #[arg(long, env = "XUNFANG_BODY_LIMIT", default_value_t = 2 * 1024 * 1024)]
    pub body_limit_bytes: usize,
    /// Bytes of request bodies that are held at a time, of all callers
    #[arg(long, env = "XUNFANG_BODY_MEMORY", default_value_t = 256 * 1024 * 1024)]
    pub body_memory_bytes: usize,
    /// Longest a request may take once its body has come, in seconds
    #[arg(long, env = "XUNFANG_REQUEST_TIMEOUT", default_value_t = 30)]
    pub request_timeout_seconds: u64,
    /// Requests in work at most; more are told to come back
    #[arg(long, env = "XUNFANG_REQUESTS", default_value_t = 256)]
    pub requests: usize,
    /// Connections at most, the live ones among them
    #[arg(long, env = "XUNFANG_CONNECTIONS", default_value_t = 12_000)]
    pub connections: usize,
    /// Connections from one address at most, where no proxy of your own is in front
    #[arg(long, env = "XUNFANG_CONNECTIONS_PER_ADDRESS", default_value_t = 3_000)]
    pub connections_per_address: usize,
    /// Live connections at most
    #[arg(long, env = "XUNFANG_SOCKETS", default_value_t = 10_000)]
    pub sockets: usize,
    /// Serve GraphiQL and answer introspection (always on in the demo)
    #[arg(long, env = "XUNFANG_GRAPHIQL")]
    pub graphiql: bool,
    /// Take the address of the caller from `X-Forwarded-For`, set by your own proxy
    #[arg(long, env = "XUNFANG_TRUST_PROXY")]
    pub trust_proxy: bool,
}

/// Where photos lie and how large they may be.
#[derive(Args, Clone, Debug)]
pub struct AttachmentSettings {
    /// Folder of the photos, and of uploads that are not finished
    #[arg(
        long = "attachments",
        env = "XUNFANG_ATTACHMENTS",
        default_value = "data/attachments"
    )]
    pub folder: PathBuf,
    /// Largest photo in bytes
    #[arg(
        long = "attachment-limit",
        env = "XUNFANG_ATTACHMENT_LIMIT",
        default_value_t = 10 * 1024 * 1024
    )]
    pub limit_bytes: usize,
    /// Bytes of photos that one of the staff may send in 24 hours
    #[arg(
        long = "attachments-daily",
        env = "XUNFANG_ATTACHMENTS_DAILY",
        default_value_t = 2 * 1024 * 1024 * 1024
    )]
    pub daily_bytes: u64,
    /// Bytes of photos that anybody else may send in 24 hours
    #[arg(
        long = "attachments-daily-residents",
        env = "XUNFANG_ATTACHMENTS_DAILY_RESIDENTS",
        default_value_t = 100 * 1024 * 1024
    )]
    pub daily_bytes_of_residents: u64,
    /// Photos that come in at a time, and as many that go out; more are told to come back
    #[arg(
        long = "attachments-at-once",
        env = "XUNFANG_ATTACHMENTS_AT_ONCE",
        default_value_t = 8
    )]
    pub at_once: usize,
    /// Bucket of an S3-compatible store for whole photos, instead of the folder
    #[arg(long = "s3-bucket", env = "XUNFANG_S3_BUCKET")]
    pub bucket: Option<String>,
    /// Address of that store, as `https://minio.example.com`; AWS without it
    #[arg(long = "s3-endpoint", env = "XUNFANG_S3_ENDPOINT")]
    pub endpoint: Option<String>,
    /// Region of that store
    #[arg(
        long = "s3-region",
        env = "XUNFANG_S3_REGION",
        default_value = "us-east-1"
    )]
    pub region: String,
    /// Access key of that store
    #[arg(
        long = "s3-access-key",
        env = "XUNFANG_S3_ACCESS_KEY",
        hide_env_values = true
    )]
    pub access_key: Option<Secret>,
    /// Secret key of that store
    #[arg(
        long = "s3-secret-key",
        env = "XUNFANG_S3_SECRET_KEY",
        hide_env_values = true
    )]
    pub secret_key: Option<Secret>,
}

/// The password of the demo accounts where none was chosen: it is published.
const DEMO_PASSWORD: &str = "xunfang-demo";

/// How long a sign-in lasts and how often it may be tried.
#[derive(Args, Clone, Debug)]
pub struct SignInSettings {
    /// Life of an access token, in seconds
    #[arg(long, env = "XUNFANG_ACCESS_TOKEN_SECONDS", default_value_t = 15 * 60)]
    pub access_token_seconds: i64,
    /// Life of a refresh token, in days
    #[arg(long, env = "XUNFANG_REFRESH_TOKEN_DAYS", default_value_t = 180)]
    pub refresh_token_days: i64,
    /// Wrong passwords in a row per account, and per device that it has signed in on, before a wait; an
    /// address, which may be a whole office, has ten times as many
    #[arg(long, env = "XUNFANG_SIGN_IN_ATTEMPTS", default_value_t = 10)]
    pub attempts: u32,
    /// Wrong passwords forgotten per minute
    #[arg(long, env = "XUNFANG_SIGN_IN_ATTEMPTS_PER_MINUTE", default_value_t = 6)]
    pub attempts_per_minute: u32,
    /// Password that the demo accounts are given when they are made
    #[arg(
        long,
        env = "XUNFANG_DEMO_PASSWORD",
        default_value = DEMO_PASSWORD,
        hide_env_values = true
    )]
    pub demo_password: Secret,
    /// Whether the demo accounts may sign in; set by the command that runs the demo.
    #[arg(skip)]
    pub demo: bool,
}

impl SignInSettings {
    /// The password of the demo accounts, where everybody knows it: the demo runs, and nobody has
    /// chosen another.
    pub fn published_password(&self) -> Option<&'static str> {
        let is_published = self.demo && self.demo_password.reveal() == DEMO_PASSWORD;
        is_published.then_some(DEMO_PASSWORD)
    }
}

/// Limits and horizons of offline work.
#[derive(Args, Clone, Debug)]
pub struct SyncSettings {
    /// Mutations in one push at most
    #[arg(long, env = "XUNFANG_PUSH_LIMIT", default_value_t = 500)]
    pub push_limit: usize,
    /// Rows in one page of a pull at most
    #[arg(long, env = "XUNFANG_PULL_LIMIT", default_value_t = 1000)]
    pub pull_limit: usize,
    /// How long a mutation waits for what it depends on, in days
    #[arg(long, env = "XUNFANG_DEFERRAL_DAYS", default_value_t = 5)]
    pub deferral_days: i64,
    /// Mutations of one account that wait or are quarantined, of 24 hours, at most; more stay on the
    /// phone. An account that has left has a fifth of it
    #[arg(long, env = "XUNFANG_KEPT_DAILY", default_value_t = 1000)]
    pub kept_daily: i64,
    /// Bytes of them
    #[arg(long, env = "XUNFANG_KEPT_DAILY_BYTES", default_value_t = 8 * 1024 * 1024)]
    pub kept_daily_bytes: i64,
    /// Days after which a settled sync issue is deleted, and the content of its mutation with it
    #[arg(long, env = "XUNFANG_ISSUE_DAYS", default_value_t = 180)]
    pub issue_days: i64,
}

/// What is logged and how.
#[derive(Args, Clone, Debug)]
pub struct LogSettings {
    /// What to log, as `info` or `xunfang=debug,warn`
    #[arg(long, env = "XUNFANG_LOG", default_value = "info")]
    pub log: String,
    /// One JSON object per line
    #[arg(long, env = "XUNFANG_LOG_JSON")]
    pub log_json: bool,
}

/// A value that prints as `***`.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl std::fmt::Display for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Settings {
    /// Those of a command that serves nothing: besides these, what variables and defaults say.
    pub fn of_command(storage: StorageSettings, log: LogSettings) -> Result<Self, clap::Error> {
        let command = Self::augment_args(clap::Command::new("xunfang"));
        let given = command.try_get_matches_from(["xunfang"])?;
        let rest = Self::from_arg_matches(&given)?;
        Ok(Self {
            storage,
            log,
            ..rest
        })
    }

    /// As a server has them that is started without flags or variables.
    pub fn for_tests() -> Self {
        Self {
            storage: StorageSettings {
                database_url: String::new(),
                database_connections: 8,
                key: None,
                key_file: PathBuf::new(),
            },
            http: HttpSettings {
                listen: SocketAddr::from(([127, 0, 0, 1], 0)),
                origins: Vec::new(),
                body_limit_bytes: 2 * 1024 * 1024,
                body_memory_bytes: 256 * 1024 * 1024,
                request_timeout_seconds: 30,
                requests: 256,
                connections: 1_000,
                connections_per_address: 1_000,
                sockets: 100,
                graphiql: false,
                trust_proxy: false,
            },
            attachments: AttachmentSettings {
                folder: PathBuf::new(),
                limit_bytes: 10 * 1024 * 1024,
                daily_bytes: 2 * 1024 * 1024 * 1024,
                daily_bytes_of_residents: 100 * 1024 * 1024,
                at_once: 8,
                bucket: None,
                endpoint: None,
                region: "us-east-1".to_owned(),
                access_key: None,
                secret_key: None,
            },
            sign_in: SignInSettings {
                access_token_seconds: 15 * 60,
                refresh_token_days: 180,
                attempts: 10,
                attempts_per_minute: 6,
                demo_password: Secret("xunfang-demo".to_owned()),
                demo: false,
            },
            sync: SyncSettings {
                push_limit: 500,
                pull_limit: 1000,
                deferral_days: 5,
                kept_daily: 1000,
                kept_daily_bytes: 8 * 1024 * 1024,
                issue_days: 180,
            },
            log: LogSettings {
                log: "warn".to_owned(),
                log_json: false,
            },
        }
    }
}
