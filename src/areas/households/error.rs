//! What can be refused about parties and their relations.

use chrono::NaiveDate;

use crate::error::{Coded, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum HouseholdError {
    #[error("a name has 1 to {most} characters")]
    NameUnsuitable { most: usize },
    #[error("say why, in 1 to {most} characters")]
    ReasonUnsuitable { most: usize },
    #[error("this number is masked; enter the whole number")]
    PhoneMasked,
    #[error(
        "not a phone: 11 digits starting with 1, or a landline with its area code, 转 before an extension, / between several"
    )]
    PhoneUnsuitable,
    #[error("this number is masked; enter the whole number")]
    IdentityNumberMasked,
    #[error(
        "not the number of an identity card, a permit of Hong Kong, Macau or Taiwan, a passport, nor the code of a firm"
    )]
    IdentityNumberUnsuitable,
    #[error("a day has a year of four digits")]
    DayUnsuitable,
    #[error("ends before it starts on {starts_on}")]
    EndsBeforeStart { starts_on: NaiveDate },
    #[error("a sale is recorded on its day or later")]
    SaleLiesAhead,
    #[error("the present owner came on {since}; the sale must be later")]
    SaleBeforeOwner { since: NaiveDate },
    #[error("name the buyer, or the party he is already, not both")]
    BuyerUnclear,
    #[error("this relation has ended already")]
    HasEnded,
    #[error("this party has no phone")]
    NoPhone,
    #[error("another party of the community signs in with this account")]
    AccountTaken,
    #[error("there is no such account")]
    AccountUnknown,
}

impl Coded for HouseholdError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NameUnsuitable { .. }
            | Self::ReasonUnsuitable { .. }
            | Self::PhoneMasked
            | Self::PhoneUnsuitable
            | Self::IdentityNumberMasked
            | Self::IdentityNumberUnsuitable
            | Self::DayUnsuitable
            | Self::EndsBeforeStart { .. }
            | Self::SaleLiesAhead
            | Self::SaleBeforeOwner { .. }
            | Self::BuyerUnclear => ErrorCode::INVALID_INPUT,
            Self::HasEnded => ErrorCode::RELATION_NOT_FOUND,
            Self::NoPhone | Self::AccountUnknown => ErrorCode::NOT_FOUND,
            Self::AccountTaken => ErrorCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NameUnsuitable { most } => format!("姓名须为 1 至 {most} 个字"),
            Self::ReasonUnsuitable { most } => {
                format!("请说明事由，1 至 {most} 个字")
            }
            Self::PhoneMasked | Self::IdentityNumberMasked => {
                "这是隐去中间几位的号码，请输入完整号码".to_owned()
            }
            Self::PhoneUnsuitable => {
                "不是电话号码，应为 1 开头的 11 位手机号或带区号的座机，分机前写 转，多个号码用 / 分开"
                    .to_owned()
            }
            Self::IdentityNumberUnsuitable => {
                "不是证件号码，应为身份证、港澳台通行证或居住证、护照的号码，或 18 位统一社会信用代码"
                    .to_owned()
            }
            Self::DayUnsuitable => "日期的年份须为四位数".to_owned(),
            Self::EndsBeforeStart { starts_on } => format!("早于起始日期 {starts_on}"),
            Self::SaleLiesAhead => "过户须在当日或之后登记".to_owned(),
            Self::SaleBeforeOwner { since } => {
                format!("现业主自 {since} 起持有，过户日期须晚于该日")
            }
            Self::BuyerUnclear => "请填写买方姓名，或选择已登记的住户，二者取一".to_owned(),
            Self::HasEnded => "该关系已终止".to_owned(),
            Self::NoPhone => "该住户没有登记电话".to_owned(),
            Self::AccountTaken => "本小区另一位住户已使用该账号".to_owned(),
            Self::AccountUnknown => "找不到该账号".to_owned(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NameUnsuitable { .. } => Some("name"),
            Self::ReasonUnsuitable { .. } => Some("reason"),
            Self::PhoneMasked | Self::PhoneUnsuitable => Some("phone"),
            Self::IdentityNumberMasked | Self::IdentityNumberUnsuitable => Some("identityNumber"),
            Self::EndsBeforeStart { .. } => Some("endsOn"),
            Self::SaleLiesAhead | Self::SaleBeforeOwner { .. } => Some("on"),
            Self::BuyerUnclear => Some("buyer"),
            Self::AccountTaken | Self::AccountUnknown => Some("account"),
            Self::HasEnded | Self::NoPhone | Self::DayUnsuitable => None,
        }
    }
}
