//! The public API over HTTP: one POST per operation, nothing that an app could not do.
//!
//! A server that is gone is a lost answer: whoever asked asks again, the next server where there are
//! several, until `give_up` has passed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

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

    /// Nobody knows whether the server took it; what is asked again may come twice.
    fn is_lost(&self) -> bool {
        let lost = ["UNANSWERED", "INTERNAL", "OVERLOADED", "OUTCOME_UNKNOWN"];
        lost.contains(&self.code())
    }

    /// How long to wait before it is asked again, where that makes sense.
    fn wait(&self, tries: u32) -> Option<Duration> {
        match self {
            Self::Answered {
                retry_after_ms: Some(wait),
                ..
            } => (tries < TRIES).then(|| Duration::from_millis(*wait).min(LONGEST_TOLD)),
            _ if self.is_lost() => {
                Some(Duration::from_millis(50 << tries.min(5)).min(LONGEST_GUESSED))
            }
            _ => None,
        }
    }
}

/// How often a request is asked again when the server says that it may be.
const TRIES: u32 = 20;
/// The longest wait that a server may tell.
const LONGEST_TOLD: Duration = Duration::from_secs(15);
/// The longest wait for a server that says nothing.
const LONGEST_GUESSED: Duration = Duration::from_secs(1);
/// Whoever has several servers asks the next one after so many requests.
const STAY: u64 = 8;

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

/// The servers, as one phone sees them.
#[derive(Clone, Debug)]
pub struct Api {
    client: reqwest::Client,
    addresses: Arc<[String]>,
    give_up: Duration,
    /// Which server is asked next follows from it.
    asked: Arc<AtomicU64>,
    lost: Arc<AtomicU64>,
}

impl Api {
    /// The servers at `urls`, with or without `/graphql`.
    pub fn new(urls: &[String], give_up: Duration) -> Result<Self, AddressError> {
        let addresses: Result<Vec<String>, AddressError> =
            urls.iter().map(|url| address(url)).collect();
        // A server that has stopped in the middle of a request may keep its line open for ever.
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(45))
            .no_proxy()
            .build()?;
        Ok(Self {
            client,
            addresses: addresses?.into(),
            give_up,
            asked: Arc::default(),
            lost: Arc::default(),
        })
    }

    /// The same servers for the phone of this number, which begins at another one than its neighbour.
    pub fn dealt(&self, number: u64) -> Self {
        Self {
            asked: Arc::new(AtomicU64::new(number.saturating_mul(STAY))),
            lost: Arc::default(),
            ..self.clone()
        }
    }

    /// How many requests had to be asked again because nobody knows whether they were taken.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Runs an operation and gives its `data`; asks again for as long as it makes sense.
    pub async fn run(
        &self,
        token: Option<&str>,
        operation: &str,
        variables: &Value,
    ) -> Result<Value, Refused> {
        let (began, mut tries) = (Instant::now(), 0);
        loop {
            let refused = match self.once(token, operation, variables).await {
                Err(refused) => refused,
                answer => return answer,
            };
            let is_lost = refused.is_lost();
            let Some(wait) = refused.wait(tries) else {
                return Err(refused);
            };
            if is_lost && began.elapsed() + wait > self.give_up {
                return Err(refused);
            }
            if is_lost {
                self.lost.fetch_add(1, Ordering::Relaxed);
                self.asked.fetch_add(STAY, Ordering::Relaxed);
            }
            tries += 1;
            tokio::time::sleep(wait).await;
        }
    }

    async fn once(
        &self,
        token: Option<&str>,
        operation: &str,
        variables: &Value,
    ) -> Result<Value, Refused> {
        let unanswered = |error: reqwest::Error| Refused::Unanswered(crate::error::chain(&error));
        let mut request = self.post(operation, variables);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.map_err(unanswered)?;
        let answer: Value = answer.json().await.map_err(unanswered)?;
        read(answer)
    }

    /// Sends an operation and hangs up after `patience`, answered or not.
    pub async fn cut(&self, token: &str, operation: &str, variables: &Value, patience: Duration) {
        let request = self.post(operation, variables);
        let request = request.bearer_auth(token).timeout(patience);
        // Nobody is left to hear the answer.
        drop(request.send().await);
    }

    fn post(&self, operation: &str, variables: &Value) -> reqwest::RequestBuilder {
        let place = self.asked.fetch_add(1, Ordering::Relaxed) / STAY;
        let several = self.addresses.len().max(1) as u64;
        let place = usize::try_from(place % several).unwrap_or_default();
        let address = self.addresses.get(place).map_or("", String::as_str);
        let body = json!({ "query": operation, "variables": variables });
        self.client.post(address).json(&body)
    }
}

fn address(url: &str) -> Result<String, AddressError> {
    let plain = url.trim_end_matches('/').trim_end_matches("/graphql");
    if plain.starts_with("https://") {
        return Err(AddressError::Tls(url.to_owned()));
    }
    if plain.strip_prefix("http://").is_none_or(str::is_empty) {
        return Err(AddressError::Unreadable(url.to_owned()));
    }
    Ok(format!("{plain}/graphql"))
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
            assert_eq!(address(url).is_ok(), good, "{url}");
        }
    }

    #[test]
    fn what_may_have_been_taken_is_asked_again_and_what_was_refused_is_not() {
        let answered = |code: &str, retry_after_ms| Refused::Answered {
            code: code.to_owned(),
            message: String::new(),
            retry_after_ms,
        };
        let silence = Refused::Unanswered("reset".to_owned());
        assert!(silence.is_lost() && silence.wait(100) == Some(LONGEST_GUESSED));
        assert!(answered("INTERNAL", None).wait(0).is_some());
        assert_eq!(answered("FORBIDDEN", None).wait(0), None);
        let busy = answered("RATE_LIMITED", Some(7));
        assert!(!busy.is_lost());
        assert_eq!(busy.wait(0), Some(Duration::from_millis(7)));
        assert_eq!(busy.wait(TRIES), None);
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
