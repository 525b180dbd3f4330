//! How an answer is written: GraphQL over HTTP knows two media types, with different ideas of status.

use async_graphql::{Response as Answer, Value};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::ErrorCode;

/// A media type of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`: 200 for whatever reached GraphQL.
    Json,
    /// `application/graphql-response+json`: 400 for a request that was not run.
    GraphqlResponse,
}

impl Media {
    pub const ALL: [Self; 2] = [Self::Json, Self::GraphqlResponse];

    fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GraphqlResponse => "application/graphql-response+json",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }

    /// What the caller would rather have; JSON when he does not say.
    pub fn accepted(headers: &HeaderMap) -> Self {
        let accepts = headers.get_all(header::ACCEPT).iter();
        let accepts = accepts.filter_map(|value| value.to_str().ok());
        let mut best = (Self::Json, 0.0);
        for range in accepts.flat_map(|value| value.split(',')) {
            let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
            let known = Self::ALL.into_iter();
            let Some(media) = known
                .clone()
                .find(|it| it.name().eq_ignore_ascii_case(name.trim()))
            else {
                continue;
            };
            let weight = weight(parameters);
            if weight > best.1 {
                best = (media, weight);
            }
        }
        best.0
    }

    /// Whether these headers are of an answer in one of them.
    pub fn is_told_by(headers: &HeaderMap) -> bool {
        let kind = headers.get(header::CONTENT_TYPE);
        let kind = kind.map_or(&b""[..], |kind| kind.as_bytes());
        Self::ALL
            .iter()
            .any(|it| kind.starts_with(it.name().as_bytes()))
    }

    /// The answer as it goes out.
    pub fn write(self, answer: &Answer) -> Response {
        let was_run = was_run(answer);
        let status = match self {
            Self::GraphqlResponse if !was_run && !goes_on(answer) => StatusCode::BAD_REQUEST,
            _ => StatusCode::OK,
        };
        let written = if was_run {
            serde_json::to_vec(answer)
        } else {
            // Of a request that was not run there is no `data`, not even null.
            serde_json::to_vec(&json!({ "errors": answer.errors }))
        };
        let Ok(body) = written else {
            return super::Refusal::Panicked.into_response();
        };
        let kind = [(header::CONTENT_TYPE, self.content_type())];
        (status, kind, body).into_response()
    }
}

/// Errors of fields say where in the answer they happened.
fn was_run(answer: &Answer) -> bool {
    answer.data != Value::Null || answer.errors.iter().any(|error| !error.path.is_empty())
}

/// Whether the client sends the same again in another way, and some look at the status before.
fn goes_on(answer: &Answer) -> bool {
    let wanted = Value::from(ErrorCode::PERSISTED_QUERY_NOT_SUPPORTED.as_str());
    answer.errors.iter().any(|error| {
        let extensions = error.extensions.as_ref();
        extensions.and_then(|values| values.get("code")) == Some(&wanted)
    })
}

/// `q` of a media range.
fn weight(parameters: &str) -> f32 {
    let parameters = parameters.split(';').filter_map(|it| it.split_once('='));
    let mut weights = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    weights
        .next()
        .map_or(1.0, |(_, value)| value.trim().parse().unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_media_type_is_the_one_that_is_wanted_most() {
        for (accept, media) in [
            ("", Media::Json),
            ("*/*", Media::Json),
            ("text/html", Media::Json),
            ("application/json", Media::Json),
            ("application/graphql-response+json", Media::GraphqlResponse),
            (
                "application/graphql-response+json,application/json;q=0.9",
                Media::GraphqlResponse,
            ),
            (
                "application/graphql-response+json; charset=utf-8, application/json; charset=utf-8",
                Media::GraphqlResponse,
            ),
            (
                "application/json, application/graphql-response+json;q=0.5",
                Media::Json,
            ),
            (
                "application/json;q=0.5, Application/GraphQL-Response+JSON",
                Media::GraphqlResponse,
            ),
            ("application/graphql-response+json;q=0", Media::Json),
        ] {
            let accept =
                HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_str(accept).unwrap())]);
            assert_eq!(Media::accepted(&accept), media, "{accept:?}");
        }
    }
}
