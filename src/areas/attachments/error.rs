//! What is refused of an attachment.

use crate::error::{Coded, ErrorCode};

/// When an account that has sent enough for a day looks again.
const HOUR_MS: u64 = 60 * 60 * 1000;

/// Why a piece or a whole attachment is not taken.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    #[error("an attachment may have {0} bytes at most")]
    TooLarge(u64),
    #[error("send the piece that begins at byte {0}")]
    Offset(u64),
    #[error("the content has another hash than the address says; send it again from the start")]
    Mismatch,
    #[error("the content is no picture (JPEG, PNG, WebP, GIF, HEIF or AVIF)")]
    Unsuitable,
    #[error("too many uploads are not finished; finish them first")]
    Quota,
    #[error("an account may send {0} bytes in 24 hours; send the rest later")]
    DailyQuota(u64),
    #[error("sha256: is no SHA-256 in 64 hex digits")]
    NoHash,
    #[error("sha256: ask for {0} at most")]
    TooMany(usize),
}

impl Coded for AttachmentError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::TooLarge(_) => ErrorCode::BODY_TOO_LARGE,
            Self::Offset(_) => ErrorCode::ATTACHMENT_OFFSET,
            Self::Mismatch => ErrorCode::ATTACHMENT_MISMATCH,
            Self::Unsuitable => ErrorCode::ATTACHMENT_UNSUITABLE,
            Self::Quota | Self::DailyQuota(_) => ErrorCode::ATTACHMENT_QUOTA,
            Self::NoHash | Self::TooMany(_) => ErrorCode::INVALID_INPUT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::TooLarge(most) => format!("附件最多 {most} 字节"),
            Self::Offset(offset) => format!("请从第 {offset} 字节处续传"),
            Self::Mismatch => "内容与地址中的哈希值不符，请从头重传".to_owned(),
            Self::Unsuitable => "内容不是图片（JPEG、PNG、WebP、GIF、HEIF 或 AVIF）".to_owned(),
            Self::Quota => "未传完的附件过多，请先传完".to_owned(),
            Self::DailyQuota(most) => {
                format!("每个账号 24 小时内最多上传 {most} 字节，其余请稍后再传")
            }
            Self::NoHash => "sha256：不是 64 位十六进制的 SHA-256".to_owned(),
            Self::TooMany(most) => format!("sha256：一次最多查询 {most} 个"),
        }
    }

    fn retry_after_ms(&self) -> Option<u64> {
        matches!(self, Self::DailyQuota(_)).then_some(HOUR_MS)
    }

    fn field(&self) -> Option<&'static str> {
        matches!(self, Self::NoHash | Self::TooMany(_)).then_some("sha256")
    }
}
