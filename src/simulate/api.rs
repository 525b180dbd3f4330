//! The public API over HTTP: one POST per operation, nothing that an app could not do.

use std::time::Duration;

use serde_json::{Value, json};

/// Why a request came to nothing.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refused {
    /// The server answered with an error.
    #[error("{code}: {message}")]
    Answered {
        code: String,
        message: String,
        retry_after_ms: Option<u64>,
    },
    /// Nobody knows whether the server took it.
    #[error("no answer: {0}")]
    Unanswered(String),
}

impl Refused {
    /// The code of an answer.
    pub fn code(&self) -> &str {
        match self {
            Self::Answered { code, .. } => code,
            Self::Unanswered(_) => "UNANSWERED",
        }
    }
}

/// The address cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    #[error(
        "{0}: the simulation speaks http:// only; give it an address behind the proxy that adds TLS"
    )]
    Tls(String),
    #[error("{0} is no address; write it as http://127.0.0.1:8080")]
    Unreadable(String),
    #[error("cannot make an HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A server.
#[derive(Clone, Debug)]
pub struct Api {
    client: reqwest::Client,
    address: String,
}

impl Api {
    /// The server at `url`, with or without `/graphql`.
    pub fn new(url: &str) -> Result<Self, AddressError> {
        let plain = url.trim_end_matches('/').trim_end_matches("/graphql");
        if plain.starts_with("https://") {
            return Err(AddressError::Tls(url.to_owned()));
        }
        if plain.strip_prefix("http://").is_none_or(str::is_empty) {
            return Err(AddressError::Unreadable(url.to_owned()));
        }
        let client = reqwest::Client::builder()
            .timeout(Duration::from_mins(1))
            .no_proxy()
            .build()?;
        Ok(Self {
            client,
            address: format!("{plain}/graphql"),
        })
    }

    /// Runs an operation and gives its `data`.
    pub async fn run(
        &self,
        token: Option<&str>,
        operation: &str,
        variables: Value,
    ) -> Result<Value, Refused> {
        let unanswered = |error: reqwest::Error| Refused::Unanswered(crate::error::chain(&error));
        let body = json!({ "query": operation, "variables": variables });
        let mut request = self.client.post(&self.address).json(&body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.map_err(unanswered)?;
        let answer: Value = answer.json().await.map_err(unanswered)?;
        read(answer)
    }

    /// Sends an operation and hangs up after `patience`, answered or not.
    pub async fn cut(&self, token: &str, operation: &str, variables: Value, patience: Duration) {
        let body = json!({ "query": operation, "variables": variables });
        let request = self.client.post(&self.address).json(&body);
        let request = request.bearer_auth(token).timeout(patience);
        // Nobody is left to hear the answer.
        drop(request.send().await);
    }
}

/// What a GraphQL answer says.
fn read(mut answer: Value) -> Result<Value, Refused> {
    if let Some(error) = answer.pointer("/errors/0") {
        let text = |place: &str| {
            let text = error.pointer(place).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let wait = error.pointer("/extensions/retryAfterMs");
        return Err(Refused::Answered {
            code: text("/extensions/code"),
            message: text("/message"),
            retry_after_ms: wait.and_then(Value::as_u64),
        });
    }
    Ok(answer["data"].take())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_taken() {
        for (url, good) in [
            ("http://127.0.0.1:8080", true),
            ("http://127.0.0.1:8080/graphql", true),
            ("https://desk.example.com", false),
            ("desk.example.com", false),
            ("http://", false),
        ] {
            assert_eq!(Api::new(url).is_ok(), good, "{url}");
        }
    }

    #[test]
    fn an_error_is_read_with_its_code_and_wait() {
        let answer = json!({ "errors": [{ "message": "wait", "extensions":
            { "code": "RATE_LIMITED", "retryAfterMs": 7 } }] });
        let refused = read(answer).unwrap_err();
        assert_eq!(refused.code(), "RATE_LIMITED");
        assert!(matches!(
            refused,
            Refused::Answered {
                retry_after_ms: Some(7),
                ..
            }
        ));
        assert_eq!(
            read(json!({ "data": { "a": 1 } })).unwrap(),
            json!({ "a": 1 })
        );
    }
}
