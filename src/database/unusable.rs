//! Why a database, or the key of its sealed values, cannot be used.

use std::path::PathBuf;

use sea_orm::DbErr;

use crate::error::{Coded, ErrorCode};

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("another process is using {0}; stop it first, or use PostgreSQL to run several")]
    InUse(PathBuf),
    #[error(
        "{0} has a second name (a hard link), and under two names SQLite spoils it; remove one of them, or make the other a copy"
    )]
    Linked(PathBuf),
    #[error("cannot use {path}: {cause}")]
    File {
        path: PathBuf,
        cause: std::io::Error,
    },
    #[error("the address of the database must begin with sqlite: or postgres:, not {0:?}")]
    Scheme(String),
    #[error(
        "this database was made by a version before 0.2.0, which later ones do not bring up to date; nothing was changed. Begin a new one with another --database-url: buildings, households and staff come along with `xunfang export` of the program that made this one, and `xunfang import`"
    )]
    Early,
    #[error(
        "this database was last used by a newer program than {version}, which does not know its step {step:?}; nothing was changed. Use the newer program, or put back a backup from before the update",
        version = env!("CARGO_PKG_VERSION")
    )]
    Newer { step: String },
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// What can be wrong with a key or a sealed value.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("a key must be 32 bytes in base64; of several, each on a line of its own")]
    Key,
    #[error("cannot read or write the key file: {0}")]
    File(#[from] std::io::Error),
    #[error("a sealed value cannot be opened with the keys of this server")]
    Open,
    #[error("cannot seal")]
    Seal,
}

impl Coded for SealError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Open => ErrorCode::SEALED_UNREADABLE,
            Self::Key | Self::File(_) | Self::Seal => ErrorCode::INTERNAL,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Open => "内容已加密，此服务器的密钥无法解开".to_owned(),
            Self::Key | Self::File(_) | Self::Seal => "服务器出了问题".to_owned(),
        }
    }
}
