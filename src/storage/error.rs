//! What goes wrong with files.

use crate::error::{Coded, ErrorCode};

/// Why a content cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Another request is at it; the phone has called again before its first call was given up.
    #[error("this upload is being sent already; try again later")]
    Busy,
    #[error("a file cannot be read or written")]
    File(#[from] std::io::Error),
    #[error("the store of attachments has failed")]
    Store(#[from] object_store::Error),
}

impl Coded for StorageError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Busy => ErrorCode::OVERLOADED,
            Self::File(_) | Self::Store(_) => ErrorCode::INTERNAL,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Busy => "该文件正在上传，请稍后再试",
            Self::File(_) => "无法读写文件",
            Self::Store(_) => "附件存储出了问题",
        }
        .to_owned()
    }

    fn retry_after_ms(&self) -> Option<u64> {
        matches!(self, Self::Busy).then(|| rand::random_range(2_000..5_000))
    }
}
