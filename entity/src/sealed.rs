//! The column type of encrypted personal values.

use sea_orm::DeriveValueType;
use serde::{Serialize, Serializer};

/// Ciphertext of a personal value. Only `database::sealed` can open it; it prints and serialises
/// without its content, so that it cannot slip into a log, an audit row or an answer. What
/// serialises is the beginning of its random nonce: enough to see that a value was replaced.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct Sealed(pub Vec<u8>);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(***)")
    }
}

impl Serialize for Sealed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let nonce = self.0.iter().take(4);
        serializer
            .serialize_str(&nonce.fold("***".to_owned(), |text, byte| format!("{text}{byte:02x}")))
    }
}
