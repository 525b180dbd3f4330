//! Why a mutation is not applied, beside the refusals of its command.

use crate::error::{Coded, ErrorCode};

/// Why a mutation was not applied.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    #[error("this server knows no mutation of kind {0:?}")]
    KindUnknown(String),
    #[error("this mutation id stands for something else already")]
    IdReused,
    #[error("it waits for what it depends on")]
    Waits,
    #[error("what it depends on did not arrive in time")]
    Orphaned,
    #[error("another mutation of its group failed")]
    GroupFailed,
    #[error("the account has left")]
    AccountLeft,
    #[error("too much of this account is in quarantine; keep it and send it again later")]
    QuarantineFull,
}

/// When it is worth while to send again what was not taken.
const RETRY_AFTER_MS: u64 = 60 * 60 * 1000;

impl Coded for PushError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::KindUnknown(_) => ErrorCode::MUTATION_KIND_UNKNOWN,
            Self::IdReused => ErrorCode::MUTATION_ID_REUSED,
            Self::Waits => ErrorCode::MUTATION_WAITS,
            Self::Orphaned => ErrorCode::MUTATION_ORPHANED,
            Self::GroupFailed => ErrorCode::GROUP_FAILED,
            Self::AccountLeft => ErrorCode::ACCOUNT_LEFT,
            Self::QuarantineFull => ErrorCode::QUARANTINE_FULL,
        }
    }

    fn is_deferrable(&self) -> bool {
        matches!(self, Self::Waits)
    }

    fn retry_after_ms(&self) -> Option<u64> {
        matches!(self, Self::QuarantineFull).then_some(RETRY_AFTER_MS)
    }

    fn chinese(&self) -> String {
        match self {
            Self::KindUnknown(kind) => format!("服务器不认识操作类型 {kind:?}"),
            Self::IdReused => "该操作编号已用于其他内容".to_owned(),
            Self::Waits => "等待其依赖的内容".to_owned(),
            Self::Orphaned => "其依赖的内容未按时到达".to_owned(),
            Self::GroupFailed => "同组的另一操作失败".to_owned(),
            Self::AccountLeft => "该账号已离职".to_owned(),
            Self::QuarantineFull => "该账号待处理的操作过多，请保留并稍后重新上传".to_owned(),
        }
    }
}

/// The database was lost while the mutations were saved. Sent again they are known by their ids.
#[derive(Debug, thiserror::Error)]
#[error("the database was lost meanwhile; send the same again")]
pub struct SendAgain;

impl Coded for SendAgain {
    fn code(&self) -> ErrorCode {
        ErrorCode::OVERLOADED
    }

    fn chinese(&self) -> String {
        "数据库连接中断，请原样重新上传".to_owned()
    }

    fn retry_after_ms(&self) -> Option<u64> {
        Some(rand::random_range(1_000..5_000))
    }
}

/// It failed in a way nobody foresaw, also on its own.
#[derive(Debug, thiserror::Error)]
#[error("the server could not apply it; it is kept")]
pub struct Unforeseen;

impl Coded for Unforeseen {
    fn code(&self) -> ErrorCode {
        ErrorCode::INTERNAL
    }

    fn chinese(&self) -> String {
        "服务器无法处理，内容已保留".to_owned()
    }
}
