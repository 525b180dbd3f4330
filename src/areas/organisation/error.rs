//! What the organisation refuses.

use crate::error::{Coded, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error("this staff member has left already")]
    HasLeft,
    #[error("this account holds a post in the community already; move the staff member instead")]
    HoldsPost,
    #[error("there is no such account")]
    AccountUnknown,
    #[error("there is no such zone in the community")]
    ZoneUnknown,
}

impl Coded for StaffError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::HasLeft | Self::HoldsPost => ErrorCode::CONFLICT,
            Self::AccountUnknown | Self::ZoneUnknown => ErrorCode::NOT_FOUND,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::HasLeft => "该员工已离职",
            Self::HoldsPost => "该账号在本小区已有岗位，请改为调岗",
            Self::AccountUnknown => "找不到该账号",
            Self::ZoneUnknown => "本小区没有该苑区",
        }
        .to_owned()
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::HasLeft => None,
            Self::HoldsPost | Self::AccountUnknown => Some("account"),
            Self::ZoneUnknown => Some("zoneId"),
        }
    }
}
