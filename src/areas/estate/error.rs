//! What can be refused about the estate.

use crate::error::{Coded, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum EstateError {
    #[error("a name has 1 to {most} characters")]
    NameUnsuitable { most: usize },
    #[error("a code has 2 to 40 small latin letters, digits and hyphens")]
    CodeUnsuitable,
    #[error("there is no such time zone; write it like Asia/Shanghai")]
    TimeZoneUnknown,
    #[error("there is no such zone in the community")]
    ZoneUnknown,
    /// `known`: those whose names come nearest.
    #[error(
        "there is no such community: `{word}`{}",
        nearest(known, "; did you mean ", ", ", "?")
    )]
    CommunityUnknown { word: String, known: Vec<String> },
    #[error(
        "there is no such community: `{word}`{}; to make a new one, add --new",
        nearest(known, "; did you mean ", ", ", "?")
    )]
    CommunityUnasked { word: String, known: Vec<String> },
}

impl Coded for EstateError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NameUnsuitable { .. } | Self::CodeUnsuitable | Self::TimeZoneUnknown => {
                ErrorCode::INVALID_INPUT
            }
            Self::ZoneUnknown | Self::CommunityUnknown { .. } | Self::CommunityUnasked { .. } => {
                ErrorCode::NOT_FOUND
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NameUnsuitable { most } => format!("名称须为 1 至 {most} 个字"),
            Self::CodeUnsuitable => "代码须为 2 至 40 位小写字母、数字或连字符".to_owned(),
            Self::TimeZoneUnknown => "没有这个时区，请写成 Asia/Shanghai".to_owned(),
            Self::ZoneUnknown => "本小区没有该苑区".to_owned(),
            Self::CommunityUnknown { word, known } => {
                format!(
                    "没有小区「{word}」{}",
                    nearest(known, "；是否指 ", "、", "？")
                )
            }
            Self::CommunityUnasked { word, known } => {
                let meant = nearest(known, "；是否指 ", "、", "？");
                format!("没有小区「{word}」{meant}；如要新建，请加 --new")
            }
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::NameUnsuitable { .. } => "name",
            Self::CodeUnsuitable => "code",
            Self::TimeZoneUnknown => "timeZone",
            Self::ZoneUnknown => "zone",
            Self::CommunityUnknown { .. } | Self::CommunityUnasked { .. } => "community",
        })
    }
}

/// The names as a question, or nothing where there is none.
fn nearest(known: &[String], before: &str, between: &str, after: &str) -> String {
    if known.is_empty() {
        return String::new();
    }
    format!("{before}{}{after}", known.join(between))
}
