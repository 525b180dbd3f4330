//! What a client says over a socket, read before the machine of the protocol hears of it, and what that
//! answers to an operation that is refused.

use std::any::TypeId;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use async_graphql::Request;
use async_graphql::http::ClientMessage;
use axum::extract::ws::Message;
use serde_json::{Value, json};

use super::admission::bearer;
use super::farewell::{BAD_REQUEST, Farewell, TWICE};
use crate::error::ErrorCode;
use crate::json;

/// The longest id of an operation, in bytes: each of its events repeats it.
const ID: usize = 128;

/// The operations of one socket, and what its client did wrong.
#[derive(Clone, Default)]
pub struct Messages {
    running: Arc<Mutex<HashSet<String>>>,
    /// The ids of operations that are refused, with the errors once they are known.
    refused: Arc<Mutex<HashMap<String, Value>>>,
    fault: Arc<OnceLock<Farewell>>,
}

/// An operation that runs. Its id is free again when this is dropped, which is with its stream.
struct Running(Operation);

/// An operation of a socket.
#[derive(Clone)]
pub struct Operation {
    id: String,
    messages: Messages,
}

impl Operation {
    /// The operation of a request that came over a socket.
    pub fn of(request: &Request) -> Option<Self> {
        let running = request.data.get(&TypeId::of::<Running>())?;
        let Running(operation) = running.downcast_ref()?;
        Some(operation.clone())
    }

    /// Nothing of it runs: its next and only answer is an `error`.
    pub fn refuse(&self) {
        let mut refused = self.messages.refused();
        refused.insert(self.id.clone(), Value::Null);
    }
}

impl Messages {
    /// What a message says. `Err` when it ends the socket: then `fault` says why.
    pub fn read(&self, message: Message) -> Result<Option<serde_json::Result<ClientMessage>>, ()> {
        let bytes = match message {
            Message::Text(text) => text.into(),
            Message::Binary(bytes) => bytes,
            _ => return Ok(None),
        };
        // As over HTTP: what one record holds must not end the socket.
        match ClientMessage::from_bytes(json::mended(&bytes).as_bytes()) {
            Ok(ClientMessage::Start { id, payload }) => {
                let running = self.begin(&id)?;
                let payload = payload.data(running);
                Ok(Some(Ok(ClientMessage::Start { id, payload })))
            }
            other => Ok(Some(other)),
        }
    }

    /// Why nothing more is read.
    pub fn fault(&self) -> Option<Farewell> {
        self.fault.get().cloned()
    }

    /// What is said to the client where the machine says `text`; nothing where the rest is still to come.
    /// It tells of any operation by `next` and `complete`; of a refused one the protocol wants an `error`,
    /// after which the id is free.
    pub fn spoken(&self, text: String) -> Option<String> {
        let mut refused = self.refused();
        if refused.is_empty() {
            return Some(text);
        }
        let mut message: Value = serde_json::from_str(&text).unwrap_or_default();
        let id = message["id"].as_str().unwrap_or_default().to_owned();
        let Some(errors) = refused.get_mut(&id) else {
            return Some(text);
        };
        if message["type"] == "next" {
            *errors = message["payload"]["errors"].take();
            return None;
        }
        let errors = refused.remove(&id).filter(|errors| !errors.is_null());
        let Some(errors) = errors else {
            // The client took it back before.
            return Some(text);
        };
        Some(json!({ "type": "error", "id": id, "payload": errors }).to_string())
    }

    fn refused(&self) -> MutexGuard<'_, HashMap<String, Value>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, id: &str) -> Result<Running, ()> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let code = if id.len() > ID {
            BAD_REQUEST
        } else if running.insert(id.to_owned()) {
            return Ok(Running(Operation {
                id: id.to_owned(),
                messages: self.clone(),
            }));
        } else {
            TWICE
        };
        let _ = self
            .fault
            .set((code, ErrorCode::INVALID_REQUEST.as_str().to_owned()));
        Err(())
    }
}

/// The token in a payload: `{"headers": {"Authorization": "Bearer …"}}`, `{"authorization": "Bearer
/// …"}` or `{"token": "…"}`.
pub fn token_in(payload: &Value) -> Option<&str> {
    payload
        .get("headers")
        .and_then(authorization)
        .or_else(|| authorization(payload))
        .or_else(|| payload.get("token")?.as_str())
}

fn authorization(value: &Value) -> Option<&str> {
    let mut named = value.as_object()?.iter();
    let (_, value) = named.find(|(name, _)| name.eq_ignore_ascii_case("authorization"))?;
    bearer(value.as_str()?)
}

impl Drop for Running {
    fn drop(&mut self) {
        let Self(Operation { id, messages }) = self;
        let running = messages.running.lock();
        running.unwrap_or_else(PoisonError::into_inner).remove(&*id);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_token_is_found_in_each_form() {
        for (payload, token) in [
            (json!({"headers": {"Authorization": "Bearer a"}}), Some("a")),
            (json!({"headers": {"authorization": "bearer a"}}), Some("a")),
            (json!({"authorization": "Bearer a"}), Some("a")),
            (json!({"Authorization": "Bearer a"}), Some("a")),
            (json!({"token": "a"}), Some("a")),
            (json!({"token": 1}), None),
            (json!({"headers": []}), None),
            (json!(null), None),
        ] {
            assert_eq!(token_in(&payload), token, "{payload}");
        }
    }
}
