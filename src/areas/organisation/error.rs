//! What the organisation refuses.

use crate::error::{Coded, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error("this staff member has left already")]
    HasLeft,
    #[error("this account holds a post in the community already; move the staff member instead")]
    HoldsPost,
    #[error("nobody dismisses himself or takes his own post down; ask a colleague who may")]
    Yourself,
    #[error("nobody else leads this community; appoint another supervisor or manager first")]
    LastToLead,
    #[error("there is no such account")]
    AccountUnknown,
    #[error("there is no such zone in the community")]
    ZoneUnknown,
}

impl Coded for StaffError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::HasLeft | Self::HoldsPost | Self::LastToLead => ErrorCode::CONFLICT,
            Self::Yourself => ErrorCode::FORBIDDEN,
            Self::AccountUnknown | Self::ZoneUnknown => ErrorCode::NOT_FOUND,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::HasLeft => "该员工已离职",
            Self::HoldsPost => "该账号在本小区已有岗位，请改为调岗",
            Self::Yourself => "不能辞退自己或降低自己的岗位，请由其他负责人操作",
            Self::LastToLead => "本小区没有其他负责人，请先任命另一位主管或经理",
            Self::AccountUnknown => "找不到该账号",
            Self::ZoneUnknown => "本小区没有该苑区",
        }
        .to_owned()
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::HasLeft | Self::Yourself | Self::LastToLead => None,
            Self::HoldsPost | Self::AccountUnknown => Some("account"),
            Self::ZoneUnknown => Some("zoneId"),
        }
    }
}
