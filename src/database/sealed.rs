//! Encrypted columns, their blind indexes, and tokens that only this installation can make.
//!
//! Everything hangs on one master key of 32 bytes; each purpose has a key of its own derived from
//! it (HKDF-SHA-256). Values are sealed with AES-256-GCM under a random nonce.

use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
pub use entity::sealed::Sealed;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Coded, ErrorCode};
use crate::private;

/// What is sealed or digested, so that a value of one kind can never stand for another.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    Phone,
    IdentityNumber,
    Cursor,
    Contact,
    Refresh,
    Envelope,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Phone => b"phone",
            Self::IdentityNumber => b"identity number",
            Self::Cursor => b"cursor",
            Self::Contact => b"contact",
            Self::Refresh => b"refresh",
            Self::Envelope => b"envelope",
        }
    }
}

/// The keys of an installation.
#[derive(Clone)]
pub struct Keyring {
    sealing: [u8; 32],
    index: [u8; 32],
    signing: [u8; 32],
}

/// What can be wrong with a key or a sealed value.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("the key must be 32 bytes in base64")]
    Key,
    #[error("cannot read or write the key file: {0}")]
    File(#[from] std::io::Error),
    #[error("a sealed value cannot be opened with this key")]
    Open,
    #[error("cannot seal")]
    Seal,
}

impl Coded for SealError {
    fn code(&self) -> ErrorCode {
        ErrorCode::INTERNAL
    }

    fn chinese(&self) -> String {
        "服务器出了问题".to_owned()
    }
}

impl Keyring {
    /// From the master key in base64.
    pub fn from_base64(text: &str) -> Result<Self, SealError> {
        let master = STANDARD.decode(text.trim()).map_err(|_| SealError::Key)?;
        if master.len() != 32 {
            return Err(SealError::Key);
        }
        let master = hkdf::Salt::new(hkdf::HKDF_SHA256, b"xunfang").extract(&master);
        let derive = |label: &'static [u8]| -> Result<[u8; 32], SealError> {
            let mut key = [0; 32];
            let info = [label];
            let okm = master
                .expand(&info, hkdf::HKDF_SHA256)
                .map_err(|_| SealError::Key)?;
            okm.fill(&mut key).map_err(|_| SealError::Key)?;
            Ok(key)
        };
        Ok(Self {
            sealing: derive(b"seal")?,
            index: derive(b"index")?,
            signing: derive(b"sign")?,
        })
    }

    /// From a file, which is made with a fresh key, readable by its owner alone, when it is not
    /// there. Whoever loses this file loses the personal values with it.
    pub fn from_file(path: &Path) -> Result<Self, SealError> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                // Made by hand or restored by other means, perhaps.
                if let Err(cause) = private::close_to_others(path) {
                    tracing::warn!(file = %path.display(), %cause, "others may read this");
                }
                Self::from_base64(&text)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut master = [0; 32];
                rand::fill(&mut master).map_err(|_| SealError::Seal)?;
                let text = STANDARD.encode(master);
                write_private(path, &text)?;
                Self::from_base64(&text)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The seed of the key that signs access tokens.
    pub fn signing_seed(&self) -> &[u8; 32] {
        &self.signing
    }

    pub fn seal(&self, purpose: Purpose, text: &str) -> Result<Sealed, SealError> {
        self.encrypt(purpose, text.as_bytes().to_vec()).map(Sealed)
    }

    pub fn open(&self, purpose: Purpose, sealed: &Sealed) -> Result<String, SealError> {
        let bytes = self.decrypt(purpose, sealed.0.clone())?;
        String::from_utf8(bytes).map_err(|_| SealError::Open)
    }

    /// A keyed digest: equal texts have equal ones, and nothing can be read from it.
    pub fn blind_index(&self, purpose: Purpose, text: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.index);
        let mut context = hmac::Context::with_key(&key);
        context.update(purpose.label());
        context.update(&[0]);
        context.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(&context.sign().as_ref()[..18])
    }

    /// An opaque token that only this installation can make and read.
    pub fn seal_token(
        &self,
        purpose: Purpose,
        value: &impl Serialize,
    ) -> Result<String, SealError> {
        let bytes = serde_json::to_vec(value).map_err(|_| SealError::Seal)?;
        Ok(URL_SAFE_NO_PAD.encode(self.encrypt(purpose, bytes)?))
    }

    pub fn open_token<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        token: &str,
    ) -> Result<T, SealError> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| SealError::Open)?;
        let bytes = self.decrypt(purpose, bytes)?;
        serde_json::from_slice(&bytes).map_err(|_| SealError::Open)
    }

    fn encrypt(&self, purpose: Purpose, mut bytes: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let key =
            RandomizedNonceKey::new(&AES_256_GCM, &self.sealing).map_err(|_| SealError::Seal)?;
        let aad = Aad::from(purpose.label());
        let nonce = key
            .seal_in_place_append_tag(aad, &mut bytes)
            .map_err(|_| SealError::Seal)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut bytes);
        Ok(sealed)
    }

    fn decrypt(&self, purpose: Purpose, mut sealed: Vec<u8>) -> Result<Vec<u8>, SealError> {
        if sealed.len() < NONCE_LEN {
            return Err(SealError::Open);
        }
        let mut bytes = sealed.split_off(NONCE_LEN);
        let key =
            RandomizedNonceKey::new(&AES_256_GCM, &self.sealing).map_err(|_| SealError::Open)?;
        let nonce = Nonce::try_assume_unique_for_key(&sealed).map_err(|_| SealError::Open)?;
        let aad = Aad::from(purpose.label());
        let open = key
            .open_in_place(nonce, aad, &mut bytes)
            .map_err(|_| SealError::Open)?;
        Ok(open.to_vec())
    }
}

fn write_private(path: &Path, text: &str) -> Result<(), std::io::Error> {
    use std::io::Write as _;
    if let Some(folder) = path.parent() {
        private::make_folder(folder)?;
    }
    private::create(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(byte: u8) -> Keyring {
        Keyring::from_base64(&STANDARD.encode([byte; 32])).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_only_with_its_key_and_for_its_purpose() {
        let keys = keyring(1);
        let sealed = keys.seal(Purpose::Phone, "13000003336").unwrap();
        assert_eq!(keys.open(Purpose::Phone, &sealed).unwrap(), "13000003336");
        assert!(keys.open(Purpose::IdentityNumber, &sealed).is_err());
        assert!(keyring(2).open(Purpose::Phone, &sealed).is_err());
    }

    #[test]
    fn equal_values_are_sealed_differently_and_found_by_the_same_index() {
        let keys = keyring(1);
        let seal = || keys.seal(Purpose::Phone, "13000003336").unwrap();
        assert_ne!(seal(), seal());
        let index = |purpose| keys.blind_index(purpose, "13000003336");
        assert_eq!(index(Purpose::Phone), index(Purpose::Phone));
        assert_ne!(index(Purpose::Phone), index(Purpose::IdentityNumber));
    }

    #[test]
    fn a_forged_token_does_not_open() {
        let keys = keyring(1);
        let token = keys.seal_token(Purpose::Cursor, &7).unwrap();
        assert_eq!(keys.open_token::<i32>(Purpose::Cursor, &token).unwrap(), 7);
        assert!(
            keyring(2)
                .open_token::<i32>(Purpose::Cursor, &token)
                .is_err()
        );
        assert!(
            keys.open_token::<i32>(Purpose::Cursor, "not a token")
                .is_err()
        );
    }
}
