//! What the handbooks leave to each community, or disagree about: as data.
//!
//! A policy is a struct whose `Default` is what the handbooks say. A community stores the fields in which it
//! differs, under the key of the policy; what it does not store follows the program.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The rules of one subject as a community applies them.
///
/// Implementors bear `#[serde(default, deny_unknown_fields, rename_all = "camelCase")]`.
pub trait Policy: Serialize + DeserializeOwned + Default {
    /// Names it: `complaint`.
    const KEY: &'static str;

    /// Why these values cannot be, if they cannot.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

/// The policy of a community that stores these differences.
pub fn policy_of<P: Policy>(stored: &BTreeMap<String, Map<String, Value>>) -> P {
    let Some(own) = stored.get(P::KEY) else {
        return P::default();
    };
    serde_json::from_value(Value::Object(own.clone())).unwrap_or_else(|error| {
        // It was checked when it was stored: a later version of the program has written it.
        tracing::error!(policy = P::KEY, %error, "a stored policy cannot be read; the default holds");
        P::default()
    })
}

/// A policy that communities may set, whatever its type.
#[derive(Clone, Copy, Debug)]
pub struct Settable {
    pub key: &'static str,
    /// What holds where nothing is stored.
    pub default: fn() -> Value,
    /// Why these differences cannot be stored, if they cannot.
    pub check: fn(&Map<String, Value>) -> Result<(), String>,
}

/// A policy that communities may set.
pub const fn settable<P: Policy>() -> Settable {
    Settable {
        key: P::KEY,
        default: || serde_json::to_value(P::default()).unwrap_or_default(),
        check: |own| {
            let policy: P = serde_json::from_value(Value::Object(own.clone()))
                .map_err(|error| error.to_string())?;
            policy.check()
        },
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(default, deny_unknown_fields, rename_all = "camelCase")]
    struct Doors {
        knocks: u8,
        wait_seconds: u32,
    }

    impl Default for Doors {
        fn default() -> Self {
            Self {
                knocks: 3,
                wait_seconds: 30,
            }
        }
    }

    impl Policy for Doors {
        const KEY: &'static str = "doors";

        fn check(&self) -> Result<(), String> {
            if self.knocks == 0 {
                return Err("somebody has to knock".to_owned());
            }
            Ok(())
        }
    }

    fn stored(own: &Value) -> BTreeMap<String, Map<String, Value>> {
        let own = own.as_object().cloned().unwrap_or_default();
        BTreeMap::from([("doors".to_owned(), own)])
    }

    #[test]
    fn what_a_community_does_not_say_follows_the_handbooks() {
        let quiet: Doors = policy_of(&stored(&json!({"knocks": 1})));
        assert_eq!((quiet.knocks, quiet.wait_seconds), (1, 30));
        assert_eq!(policy_of::<Doors>(&BTreeMap::new()), Doors::default());
        let strange = stored(&json!({"bells": 2}));
        assert_eq!(policy_of::<Doors>(&strange), Doors::default());
    }

    #[test]
    fn only_what_can_be_is_stored() {
        let doors = settable::<Doors>();
        assert_eq!((doors.default)(), json!({"knocks": 3, "waitSeconds": 30}));
        for (own, is_fine) in [
            (json!({"knocks": 1}), true),
            (json!({}), true),
            (json!({"knocks": 0}), false),
            (json!({"knocks": "three"}), false),
            (json!({"bells": 1}), false),
        ] {
            let own = own.as_object().cloned().unwrap_or_default();
            assert_eq!((doors.check)(&own).is_ok(), is_fine, "{own:?}");
        }
    }
}
