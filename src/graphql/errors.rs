//! Errors on their way out: every one has a code, and speaks the caller's language.

use std::sync::Arc;

use async_graphql::extensions::{
    Extension, ExtensionContext, ExtensionFactory, NextExecute, NextRequest,
};
use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};

use crate::error::{ApiError, ErrorCode, Language};

impl From<ApiError> for async_graphql::Error {
    fn from(error: ApiError) -> Self {
        Self {
            message: error.message(Language::English),
            extensions: None,
            source: Some(Arc::new(error)),
        }
    }
}

/// Gives each error its code and words, and logs our own faults once.
pub struct SpeakErrors;

impl ExtensionFactory for SpeakErrors {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Speaker)
    }
}

struct Speaker;

#[async_trait::async_trait]
impl Extension for Speaker {
    async fn request(&self, ctx: &ExtensionContext<'_>, next: NextRequest<'_>) -> Response {
        let mut response = next.run(ctx).await;
        // Errors of parsing and validation end up here and not in `execute`.
        let language = ctx.data_opt::<Language>().copied().unwrap_or_default();
        response
            .errors
            .iter_mut()
            .for_each(|error| speak(error, language));
        response
    }

    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let mut response = next.run(ctx, operation).await;
        let language = ctx.data_opt::<Language>().copied().unwrap_or_default();
        response
            .errors
            .iter_mut()
            .for_each(|error| speak(error, language));
        response
    }
}

/// Puts code, field and wait beside the message.
pub fn speak(error: &mut ServerError, language: Language) {
    if error
        .extensions
        .as_ref()
        .is_some_and(|values| values.get("code").is_some())
    {
        return;
    }
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
        let code = if too_complex {
            ErrorCode::TOO_COMPLEX
        } else {
            ErrorCode::INVALID_REQUEST
        };
        values.set("code", code.as_str());
    }
    error.extensions = Some(values);
}

/// Says in the caller's language what the framework says in English. (Its errors of parsing and
/// validation come before the extensions of a request know the language.)
pub fn in_language(response: &mut Response, language: Language) {
    // A directive with a faulty argument makes the framework say neither.
    if response.data == Value::Null && response.errors.is_empty() {
        let error = ServerError::new("the query cannot be run; check its variables", None);
        response.errors.push(error);
    }
    for error in &mut response.errors {
        speak(error, language);
        let code = error.extensions.as_ref().and_then(|own| own.get("code"));
        let Some(Value::String(code)) = code else {
            continue;
        };
        if language != Language::Chinese || !error.message.is_ascii() {
            continue;
        }
        if *code == ErrorCode::TOO_COMPLEX.as_str() {
            error.message = format!("请求嵌套过深或内容过多：{}", error.message);
        } else if *code == ErrorCode::INVALID_REQUEST.as_str() {
            error.message = format!("请求不符合接口定义：{}", error.message);
        }
    }
}

/// The answer to a query that is too nested to be parsed.
pub fn too_nested(language: Language) -> Response {
    let error = ServerError::new("the query is nested too deep", None);
    let mut response = Response::from_errors(vec![error]);
    in_language(&mut response, language);
    response
}
