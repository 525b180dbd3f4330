//! Errors on their way out: every one has a code, and speaks the caller's language.

use std::sync::Arc;

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};

use crate::error::{ApiError, ErrorCode, Language};

/// Errors in one answer; that there were more is said in one more.
const MOST: usize = 10;

/// Characters in the message of an error: some repeat what the caller wrote.
const MESSAGE: usize = 400;

/// Places of the query that one error points at.
const LOCATIONS: usize = 4;

impl From<ApiError> for async_graphql::Error {
    fn from(error: ApiError) -> Self {
        Self {
            message: error.message(Language::English),
            extensions: None,
            source: Some(Arc::new(error)),
        }
    }
}

/// The answer to a request that is not run.
pub fn refused(error: ServerError) -> Response {
    Response::from_errors(vec![error])
}

/// Gives each error its code and words, logs our own faults once, and keeps the answer small: one fault in
/// a query can be reported for each word of it.
pub fn speak(response: &mut Response, language: Language) {
    // A directive with a faulty argument makes the framework say neither.
    if response.data == Value::Null && response.errors.is_empty() {
        let error = ServerError::new("the query cannot be run; check its variables", None);
        response.errors.push(error);
    }
    let left_out = response.errors.len().saturating_sub(MOST);
    response.errors.truncate(MOST);
    response.errors.shrink_to_fit();
    for error in &mut response.errors {
        word(error, language);
    }
    if left_out > 0 {
        let more = match language {
            Language::English => format!("and {left_out} more errors"),
            Language::Chinese => format!("另有 {left_out} 个错误"),
        };
        let mut more = ServerError::new(more, None);
        more.extensions = response.errors.last().and_then(|it| it.extensions.clone());
        response.errors.push(more);
    }
}

/// Puts code, field and wait beside the message.
fn word(error: &mut ServerError, language: Language) {
    error.locations.truncate(LOCATIONS);
    let mut values = ErrorExtensionValues::default();
    if let Some(ours) = error.source::<ApiError>() {
        if ours.is_internal() {
            tracing::error!(path = ?error.path, cause = ours.causes(), "a request failed");
        }
        values.set("code", ours.code().as_str());
        if let Some(field) = ours.field() {
            values.set("field", field);
        }
        if let Some(wait) = ours.retry_after_ms() {
            values.set("retryAfterMs", Value::from(wait));
        }
        if ours.code() == ErrorCode::DEVICE_REVOKED {
            values.set("wipe", true);
        }
        error.message = ours.message(language);
        error.source = None;
    } else {
        let too_complex = ["too complex", "too deep", "recursion depth"]
            .iter()
            .any(|words| error.message.contains(words));
        let (code, chinese) = if too_complex {
            (ErrorCode::TOO_COMPLEX, "请求嵌套过深或内容过多")
        } else {
            (ErrorCode::INVALID_REQUEST, "请求不符合接口定义")
        };
        values.set("code", code.as_str());
        if language == Language::Chinese {
            error.message = format!("{chinese}：{}", shortened(&error.message));
        }
    }
    error.message = shortened(&error.message);
    error.extensions = Some(values);
}

fn shortened(message: &str) -> String {
    match message.char_indices().nth(MESSAGE) {
        None => message.to_owned(),
        Some((end, _)) => format!("{}…", &message[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_handful_of_short_errors() {
        let error = |number| ServerError::new(format!("{number}{}", "错".repeat(100_000)), None);
        let mut response = Response::from_errors((0..5_000).map(error).collect());
        speak(&mut response, Language::English);
        assert_eq!(response.errors.len(), MOST + 1);
        assert_eq!(response.errors[MOST].message, "and 4990 more errors");
        for error in &response.errors {
            assert!(error.message.chars().count() <= MESSAGE + 1);
            let code = error.extensions.as_ref().and_then(|it| it.get("code"));
            assert_eq!(code, Some(&Value::from("INVALID_REQUEST")));
        }
    }
}
