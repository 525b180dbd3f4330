//! What is refused before GraphQL is reached, always as a GraphQL error with a code.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::{ApiError, Coded, ErrorCode, Language};

/// Why a request is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such page")]
    NoSuchPage,
    #[error("this address does not take that method")]
    Method,
    #[error("the content type must be application/json")]
    MediaType,
    #[error(
        "the body is larger than the server takes; send less at a time, and one record that is too large to /sync/oversize"
    )]
    TooLarge,
    #[error("the body is no GraphQL request in JSON")]
    Malformed,
    #[error("send one GraphQL request at a time, not a list")]
    Batch,
    #[error("the request cannot be read")]
    Unreadable,
    #[error("open a WebSocket here, with the protocol graphql-transport-ws")]
    Protocol,
    #[error("only subscriptions run over this connection; send queries and mutations by POST")]
    NotASubscription,
    #[error("too many subscriptions on this connection")]
    TooManyOperations,
    #[error("this web origin may not call the server")]
    Origin,
    #[error("the body came too slowly or broke off; send it again")]
    TooSlowly,
    #[error("the server took too long; try again later")]
    TooSlow,
    #[error("the server has too much to do; try again later")]
    TooBusy,
    #[error("the server is not ready")]
    NotReady,
    #[error("a request panicked")]
    Panicked,
}

impl Refusal {
    /// The HTTP status it is answered with.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NoSuchPage => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlowly => StatusCode::REQUEST_TIMEOUT,
            Self::Malformed
            | Self::Batch
            | Self::Unreadable
            | Self::Protocol
            | Self::NotASubscription => StatusCode::BAD_REQUEST,
            Self::TooManyOperations => StatusCode::TOO_MANY_REQUESTS,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::TooSlow | Self::TooBusy | Self::NotReady => StatusCode::SERVICE_UNAVAILABLE,
            Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What an error status of axum's own stands for.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NoSuchPage,
            StatusCode::METHOD_NOT_ALLOWED => Self::Method,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::MediaType,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            status if status.is_server_error() => Self::Panicked,
            _ => Self::Unreadable,
        }
    }
}

impl Coded for Refusal {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuchPage => ErrorCode::NOT_FOUND,
            Self::Method
            | Self::MediaType
            | Self::Malformed
            | Self::Batch
            | Self::Unreadable
            | Self::Protocol
            | Self::NotASubscription => ErrorCode::INVALID_REQUEST,
            Self::TooManyOperations => ErrorCode::RATE_LIMITED,
            Self::TooLarge => ErrorCode::BODY_TOO_LARGE,
            Self::Origin => ErrorCode::FORBIDDEN,
            Self::TooSlowly | Self::TooSlow | Self::TooBusy | Self::NotReady => {
                ErrorCode::OVERLOADED
            }
            Self::Panicked => ErrorCode::INTERNAL,
        }
    }

    fn chinese(&self) -> String {
        let text = match self {
            Self::NoSuchPage => "没有这个页面",
            Self::Method => "该地址不接受此请求方法",
            Self::MediaType => "内容类型须为 application/json",
            Self::TooLarge => "请求内容过大，请分批发送；单条记录过大时请发送到 /sync/oversize",
            Self::Malformed => "请求内容不是 JSON 格式的 GraphQL 请求",
            Self::Batch => "一次只能发送一个 GraphQL 请求，不能是列表",
            Self::Unreadable => "无法读取该请求",
            Self::Protocol => "请以 graphql-transport-ws 协议建立 WebSocket 连接",
            Self::NotASubscription => "此连接只接受订阅，查询和变更请用 POST 发送",
            Self::TooManyOperations => "此连接上的订阅过多",
            Self::Origin => "该网页来源不得访问服务器",
            Self::TooSlowly => "请求内容传输过慢或中断，请重新发送",
            Self::TooSlow => "服务器处理超时，请稍后再试",
            Self::TooBusy => "服务器繁忙，请稍后再试",
            Self::NotReady => "服务器尚未就绪",
            Self::Panicked => "服务器出了问题",
        };
        text.to_owned()
    }

    fn retry_after_ms(&self) -> Option<u64> {
        // Spread out, so that those who were turned away together do not come back together.
        matches!(
            self,
            Self::TooSlowly
                | Self::TooSlow
                | Self::TooBusy
                | Self::NotReady
                | Self::TooManyOperations
        )
        .then(|| rand::random_range(1_000..3_000))
    }
}

/// The answer is written once the language is known, by `envelope`.
impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The language a request asks for.
pub fn language_of(headers: &HeaderMap) -> Language {
    let header = headers.get(header::ACCEPT_LANGUAGE);
    let header = header.and_then(|value| value.to_str().ok());
    header.map(Language::from_header).unwrap_or_default()
}

/// The refusal as a GraphQL response.
pub fn answer(refusal: Refusal, language: Language) -> Response {
    spoken(&refusal.into(), refusal.status(), language)
}

/// Why a request outside GraphQL cannot be answered, in the same form.
pub fn refuse(error: &ApiError, language: Language) -> Response {
    if error.is_internal() {
        tracing::error!(cause = error.causes(), "a request failed");
    } else if error.code() == ErrorCode::OVERLOADED {
        tracing::warn!(cause = error.causes(), "a request must come again");
    }
    let status = match error.code() {
        ErrorCode::UNAUTHENTICATED | ErrorCode::TOKEN_EXPIRED | ErrorCode::DEVICE_REVOKED => {
            StatusCode::UNAUTHORIZED
        }
        ErrorCode::FORBIDDEN => StatusCode::FORBIDDEN,
        ErrorCode::NOT_FOUND => StatusCode::NOT_FOUND,
        ErrorCode::BODY_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::RATE_LIMITED | ErrorCode::ATTACHMENT_QUOTA | ErrorCode::QUARANTINE_FULL => {
            StatusCode::TOO_MANY_REQUESTS
        }
        ErrorCode::ATTACHMENT_OFFSET => StatusCode::CONFLICT,
        ErrorCode::ATTACHMENT_MISMATCH | ErrorCode::ATTACHMENT_UNSUITABLE => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        ErrorCode::OVERLOADED | ErrorCode::OUTCOME_UNKNOWN => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::INTERNAL => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    };
    spoken(error, status, language)
}

fn spoken(error: &ApiError, status: StatusCode, language: Language) -> Response {
    let mut extensions = json!({ "code": error.code().as_str() });
    let wait = error.retry_after_ms();
    if let Some(wait) = wait {
        extensions["retryAfterMs"] = json!(wait);
    }
    if let Some(field) = error.field() {
        extensions["field"] = json!(field);
    }
    if error.code() == ErrorCode::DEVICE_REVOKED {
        extensions["wipe"] = json!(true);
    }
    let errors = json!([{ "message": error.message(language), "extensions": extensions }]);
    let mut response = (status, Json(json!({ "errors": errors }))).into_response();
    if let Some(wait) = wait {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(wait.div_ceil(1_000)));
    }
    response
}
