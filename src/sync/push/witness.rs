//! What a mutation says about how it came about: on which version, with which values before its eyes,
//! when and where.
//!
//! None of it is the work. A part that cannot be read is left aside, and a sync issue says so.

use serde_json::{Map, Value};

use crate::command::observed::Observed;
use crate::json;
use crate::sync::protocol::WITNESS;

/// What could not be read: where it stood, and what was said.
pub(super) type Unread = Vec<(String, Value)>;

/// What stands beside the payload.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Witness {
    pub base_seq: Option<i64>,
    pub base: Option<Map<String, Value>>,
    pub observed: Option<Observed>,
    pub unread: Unread,
}

impl Witness {
    /// Takes an envelope apart: what it asks for, and its witness.
    pub fn of(raw: &Value) -> (Value, Self) {
        let mut rest = raw.clone();
        let Some(fields) = rest.as_object_mut() else {
            return (rest, Self::default());
        };
        let mut take = |name: &str| fields.remove(name).filter(|said| !json::says_nothing(said));
        let [base_seq, base, observed] = WITNESS.map(&mut take);
        let mut witness = Self::default();
        if let Some(said) = base_seq {
            // Made on a version that nobody can tell: whatever others wrote was not seen.
            let seq = json::whole(&said);
            witness.base_seq = Some(seq.unwrap_or(0));
            if seq.is_none() {
                witness.unread.push(("baseSeq".to_owned(), said));
            }
        }
        match base {
            Some(Value::Object(base)) => witness.base = Some(base),
            Some(said) => witness.unread.push(("base".to_owned(), said)),
            None => {}
        }
        if let Some(said) = observed {
            let (observed, unread) = Observed::read(&said);
            witness.observed = Some(observed);
            let unread = unread.into_iter();
            let named = unread.map(|(name, said)| {
                let name = if name.is_empty() {
                    name
                } else {
                    format!(".{name}")
                };
                (format!("observed{name}"), said)
            });
            witness.unread.extend(named);
        }
        (rest, witness)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_nothing_are_read_however_they_are_written() {
        for (said, read, is_read) in [
            (json!(7), Some(7), true),
            (json!(7.0), Some(7), true),
            (json!("7"), Some(7), true),
            (json!(null), None, true),
            (json!(""), None, true),
            (json!("x"), Some(0), false),
            (json!(7.5), Some(0), false),
            (json!("1e999"), Some(0), false),
            (json!([7]), Some(0), false),
        ] {
            let (rest, witness) = Witness::of(&json!({ "kind": "k", "baseSeq": said }));
            assert_eq!(rest, json!({ "kind": "k" }));
            assert_eq!(
                (witness.base_seq, witness.unread.is_empty()),
                (read, is_read),
                "{said}"
            );
        }
        let (_, witness) = Witness::of(&json!({ "base": "x", "observed": "y" }));
        assert_eq!(witness.observed, Some(Observed::default()));
        let names = witness.unread.iter().map(|(name, _)| &**name);
        assert_eq!(names.collect::<Vec<_>>(), ["base", "observed"]);
        assert_eq!(Witness::of(&json!(7)), (json!(7), Witness::default()));
    }
}
