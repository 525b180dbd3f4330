//! What goes wrong with files.

use crate::error::{Coded, ErrorCode};

/// Why a content cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Another request is at it; the phone has called again before its first call was given up.
    #[error("this upload is being sent already; try again later")]
    Busy,
    #[error("the file cannot be kept or read at the moment; try again later")]
    File(#[from] std::io::Error),
    #[error("the store of attachments cannot be used at the moment; try again later")]
    Store(#[from] object_store::Error),
}

impl Coded for StorageError {
    fn code(&self) -> ErrorCode {
        // A full disk, a store that is away: no fault of the content, which is sent again.
        ErrorCode::OVERLOADED
    }

    fn chinese(&self) -> String {
        match self {
            Self::Busy => "该文件正在上传，请稍后再试",
            Self::File(_) => "暂时无法保存或读取文件，请稍后再试",
            Self::Store(_) => "附件存储暂时不可用，请稍后再试",
        }
        .to_owned()
    }

    fn retry_after_ms(&self) -> Option<u64> {
        Some(rand::random_range(2_000..5_000))
    }
}
