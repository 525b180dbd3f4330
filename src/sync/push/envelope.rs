//! Reading the envelope of a mutation. Whatever came, it can be kept under some id.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;
use uuid::Uuid;

use super::error::PushError;
use super::witness::{Unread, Witness};
use crate::error::ApiError;
use crate::json;
use crate::sync::protocol::Mutation;
use crate::sync::registry::{Malformed, Registry};

/// The longest id that a phone may give a mutation, in bytes.
const LONGEST_ID: usize = 64;

/// The longest other name in an envelope, in bytes.
const LONGEST_NAME: usize = 128;

/// The largest envelope that is run, in bytes: several times what any command takes. What waits is read
/// again with every push, so a larger one must not wait; it is kept whole in quarantine.
const LARGEST: usize = 64 << 10;

/// A mutation off the wire.
#[derive(Clone)]
pub struct Arrived {
    /// What it is kept under: its own id, or one that follows from its content.
    pub id: String,
    pub raw: Value,
    pub read: Result<Mutation, ApiError>,
    has_own_id: bool,
}

impl Arrived {
    /// The id the phone gave it, if it gave one.
    pub fn sent_id(&self) -> Option<&str> {
        self.has_own_id.then_some(&*self.id)
    }

    /// A short text of the envelope, also when the rest cannot be read.
    pub fn text(&self, field: &str) -> Option<&str> {
        let text = self.raw.get(field)?.as_str()?;
        (text.len() <= LONGEST_NAME && !text.contains('\0')).then_some(text)
    }

    /// The same, kept out for a reason that is known before it is run.
    pub fn refused(self, refusal: ApiError) -> Self {
        let read = Err(refusal);
        Self { read, ..self }
    }

    /// The same, kept under its content: its id stands for something else already.
    pub fn under_its_content(&self) -> Self {
        Self {
            id: content_id(&self.raw),
            raw: self.raw.clone(),
            read: Err(PushError::IdReused.into()),
            has_own_id: false,
        }
    }

    pub fn group(&self) -> Option<&str> {
        self.read.as_ref().ok()?.group.as_deref()
    }
}

/// Reads one mutation.
pub fn read(raw: &Value) -> Arrived {
    let own = raw.get("mutationId").and_then(Value::as_str);
    let own =
        own.filter(|id| (1..=LONGEST_ID).contains(&id.len()) && !id.contains(char::is_control));
    let (id, has_own_id) = match own {
        Some(id) => (id.to_owned(), true),
        None => (content_id(raw), false),
    };
    Arrived {
        id,
        raw: raw.clone(),
        read: mutation(raw, has_own_id),
        has_own_id,
    }
}

fn mutation(raw: &Value, has_own_id: bool) -> Result<Mutation, ApiError> {
    if !has_own_id {
        let why = format!("mutationId must be a text of 1 to {LONGEST_ID} bytes");
        return Err(Malformed(why).into());
    }
    if raw.to_string().len() > LARGEST {
        return Err(ApiError::invalid(
            "payload",
            format!("a mutation has at most {LARGEST} bytes"),
            format!("一条操作最多 {LARGEST} 字节"),
        ));
    }
    let (rest, witness) = Witness::of(raw);
    let read = json::meant(rest).map_err(|error| Malformed(error.to_string()))?;
    let mutation = Mutation {
        base_seq: witness.base_seq,
        base: witness.base,
        observed: witness.observed,
        ..read
    };
    let names = [
        Some(&mutation.kind),
        Some(&mutation.record_id),
        mutation.after.as_ref(),
        mutation.group.as_ref(),
    ];
    if names
        .into_iter()
        .flatten()
        .any(|name| name.len() > LONGEST_NAME || name.contains('\0'))
    {
        return Err(Malformed(format!("names have at most {LONGEST_NAME} bytes")).into());
    }
    Ok(mutation)
}

/// The id of a record, which phones mint as UUIDs.
pub fn record_id(mutation: &Mutation) -> Result<Uuid, ApiError> {
    Uuid::try_parse(&mutation.record_id)
        .map_err(|_| Malformed("recordId must be a UUID".to_owned()).into())
}

/// The same content has the same id, so that a replay is recognised.
fn content_id(raw: &Value) -> String {
    format!("content-{}", fingerprint(raw))
}

/// Of the content alone: 128 bits in hexadecimal.
pub fn fingerprint(content: &Value) -> String {
    let digest = digest(&SHA256, content.to_string().as_bytes());
    let bytes = digest.as_ref().iter().take(16);
    bytes.fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// The batch taken apart: a part is one mutation, or a whole group where it stands together.
pub fn parts(arrived: &[Arrived]) -> impl Iterator<Item = &[Arrived]> {
    arrived.chunk_by(|one, next| one.group().is_some() && one.group() == next.group())
}

/// All of a mutation that bears witness and cannot be read, in its payload too.
pub(super) fn unread(registry: &Registry, arrived: &Arrived) -> Unread {
    let (_, Witness { mut unread, .. }) = Witness::of(&arrived.raw);
    if let Ok(mutation) = &arrived.read
        && let Some(kind) = registry.find_kind(&mutation.kind)
    {
        let payload = &mutation.payload;
        let names = kind.unread(payload).into_iter();
        let said = |name: &str| payload.get(name).cloned().unwrap_or_default();
        unread.extend(names.map(|name| (name.to_owned(), said(name))));
    }
    unread
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn an_envelope_is_read_or_kept_under_its_content() {
        let good = read(&json!({"mutationId": "m1", "kind": "ticket.note", "recordId": "r1"}));
        assert!(good.read.is_ok());
        for bad in [
            json!(null),
            json!("text"),
            json!({}),
            json!({"mutationId": 7}),
            json!({"mutationId": ""}),
            json!({"mutationId": "x".repeat(65)}),
            json!({"mutationId": "a\0b"}),
        ] {
            let arrived = read(&bad);
            assert!(arrived.id.starts_with("content-"), "{bad}");
            assert_eq!(arrived.sent_id(), None);
            assert_eq!(
                arrived.read.unwrap_err().code(),
                ErrorCode::MUTATION_MALFORMED
            );
            assert_eq!(read(&bad).id, arrived.id);
        }
    }

    #[test]
    fn an_unknown_field_spoils_its_mutation_and_keeps_its_id() {
        let arrived = read(&json!({"mutationId": "m1", "kind": "k", "recordId": "r", "extra": 1}));
        assert_eq!(arrived.sent_id(), Some("m1"));
        assert!(arrived.read.is_err());
    }

    #[test]
    fn what_is_too_large_to_wait_is_kept_under_its_id() {
        let sent = |text: String| {
            let payload = json!({ "note": text });
            json!({"mutationId": "m1", "kind": "k", "recordId": "r", "after": "m0", "payload": payload})
        };
        assert!(read(&sent("水".repeat(4_000))).read.is_ok());
        let large = read(&sent("x".repeat(LARGEST)));
        assert_eq!(large.sent_id(), Some("m1"));
        assert_eq!(large.read.unwrap_err().code(), ErrorCode::INVALID_INPUT);
    }
}
