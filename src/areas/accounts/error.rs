//! What the door refuses.

use crate::auth::password::PasswordError;
use crate::error::{Coded, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The same words whether the account is unknown, closed, or the password wrong.
    #[error("account or password is wrong")]
    SignInRefused,
    #[error("this sign-in has ended; sign in again")]
    RefreshRefused,
    #[error("the old password is wrong")]
    OldPasswordWrong,
    #[error("this sign-in is in use on two devices; sign in again")]
    DeviceCopied,
    #[error(transparent)]
    NewPassword(#[from] PasswordError),
    #[error("this account has left")]
    HasLeft,
    #[error("demo accounts keep their password")]
    IsDemo,
    #[error("this account exists already")]
    LoginTaken,
}

impl Coded for AccountError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::SignInRefused => ErrorCode::SIGN_IN_REFUSED,
            Self::RefreshRefused => ErrorCode::REFRESH_REFUSED,
            Self::OldPasswordWrong => ErrorCode::INVALID_INPUT,
            Self::DeviceCopied => ErrorCode::DEVICE_COPIED,
            Self::NewPassword(error) => error.code(),
            Self::HasLeft => ErrorCode::ACCOUNT_LEFT,
            Self::IsDemo => ErrorCode::FORBIDDEN,
            Self::LoginTaken => ErrorCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::SignInRefused => "账号或密码不正确",
            Self::RefreshRefused => "登录已失效，请重新登录",
            Self::OldPasswordWrong => "原密码不正确",
            Self::DeviceCopied => "该登录正在两台设备上使用，请重新登录",
            Self::NewPassword(error) => return error.chinese(),
            Self::HasLeft => "该账号已离职停用",
            Self::IsDemo => "演示账号不能修改密码",
            Self::LoginTaken => "该账号已存在",
        }
        .to_owned()
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::OldPasswordWrong => Some("oldPassword"),
            Self::NewPassword(_) => Some("newPassword"),
            Self::LoginTaken => Some("account"),
            _ => None,
        }
    }
}
