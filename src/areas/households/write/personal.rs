//! Personal values on their way into the database: sealed before a command is made of them.

use entity::households::party;
use entity::sealed::Sealed;

use crate::areas::households::rules;
use crate::database::sealed::{BlindIndex, Keyring, Purpose};
use crate::error::ApiError;
use crate::text::{first_phone, last_four};

/// A phone as it is stored. Nobody can make one of a masked number.
#[derive(Clone, Debug)]
pub struct SealedPhone {
    sealed: Sealed,
    index: BlindIndex,
    tail_index: BlindIndex,
    others_index: Option<String>,
    masked: String,
}

impl SealedPhone {
    /// Seals a phone in any usual spelling.
    pub fn seal(keys: &Keyring, text: &str) -> Result<Self, ApiError> {
        let phone = rules::phone(text)?;
        Ok(Self {
            sealed: keys.seal(Purpose::Phone, &phone)?,
            index: keys.blind_index(Purpose::Phone, first_phone(&phone)),
            tail_index: keys.blind_index(Purpose::Phone, last_four(first_phone(&phone))),
            others_index: keys.index_of_other_phones(&phone),
            masked: rules::masked_phone(&phone),
        })
    }

    /// Whether a party has it already.
    pub(super) fn is_of(&self, party: &party::Model) -> bool {
        self.index.is(party.phone_index.as_deref())
            && party.phone_masked.as_deref() == Some(&self.masked)
    }

    /// What is stored of an equal phone, and of several that begin with the same.
    pub(super) fn index(&self) -> &BlindIndex {
        &self.index
    }

    pub(super) fn put_on(&self, party: &mut party::Model) {
        party.phone = Some(self.sealed.clone());
        party.phone_index = Some(self.index.present().to_owned());
        party.phone_tail_index = Some(self.tail_index.present().to_owned());
        party.other_phones_index.clone_from(&self.others_index);
        party.phone_masked = Some(self.masked.clone());
    }
}

/// Takes the phone off a party.
pub(super) fn clear_phone(party: &mut party::Model) {
    party.phone = None;
    party.phone_index = None;
    party.phone_tail_index = None;
    party.other_phones_index = None;
    party.phone_masked = None;
}

/// An identity number as it is stored.
#[derive(Clone, Debug)]
pub struct SealedIdentityNumber {
    sealed: Sealed,
    index: BlindIndex,
    masked: String,
}

impl SealedIdentityNumber {
    pub fn seal(keys: &Keyring, text: &str) -> Result<Self, ApiError> {
        let number = rules::identity_number(text)?;
        Ok(Self {
            sealed: keys.seal(Purpose::IdentityNumber, &number)?,
            index: keys.blind_index(Purpose::IdentityNumber, &number),
            masked: rules::masked_identity_number(&number),
        })
    }

    /// What is stored of an equal number.
    pub(super) fn index(&self) -> &BlindIndex {
        &self.index
    }

    pub(super) fn put_on(&self, party: &mut party::Model) {
        party.identity_number = Some(self.sealed.clone());
        party.identity_number_index = Some(self.index.present().to_owned());
        party.identity_number_masked = Some(self.masked.clone());
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn no_debug_print_shows_a_number() {
        let keys = Keyring::from_base64(&STANDARD.encode([1; 32])).unwrap();
        let phone = SealedPhone::seal(&keys, "13000003336").unwrap();
        let number = SealedIdentityNumber::seal(&keys, "44068119740122000X").unwrap();
        let printed = format!("{phone:?} {number:?}");
        assert!(!printed.contains("13000003336") && !printed.contains("44068119740122000X"));
        assert_eq!(phone.masked, "130****3336");
        let again = SealedPhone::seal(&keys, "+86 130 0000 3336").unwrap();
        assert!(phone.index().is(Some(again.index().present())));
    }
}
