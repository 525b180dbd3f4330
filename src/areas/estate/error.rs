//! What can be refused about the estate.

use crate::error::{Coded, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum EstateError {
    #[error("a name has 1 to {most} characters, and none that cannot be seen")]
    NameUnsuitable { most: usize },
    #[error("a code has 2 to 40 small latin letters, digits and hyphens")]
    CodeUnsuitable,
    #[error("there is no such time zone; write it like Asia/Shanghai")]
    TimeZoneUnknown,
    #[error("there is no such zone in the community")]
    ZoneUnknown,
}

impl Coded for EstateError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NameUnsuitable { .. } | Self::CodeUnsuitable | Self::TimeZoneUnknown => {
                ErrorCode::INVALID_INPUT
            }
            Self::ZoneUnknown => ErrorCode::NOT_FOUND,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NameUnsuitable { most } => format!("名称须为 1 至 {most} 个字，不含不可见字符"),
            Self::CodeUnsuitable => "代码须为 2 至 40 位小写字母、数字或连字符".to_owned(),
            Self::TimeZoneUnknown => "没有这个时区，请写成 Asia/Shanghai".to_owned(),
            Self::ZoneUnknown => "本小区没有该苑区".to_owned(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::NameUnsuitable { .. } => "name",
            Self::CodeUnsuitable => "code",
            Self::TimeZoneUnknown => "timeZone",
            Self::ZoneUnknown => "zone",
        })
    }
}
