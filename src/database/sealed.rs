//! Encrypted columns, their blind indexes, and tokens that only this installation can make.
//!
//! Everything hangs on a master key of 32 bytes; each purpose has a key of its own derived from it
//! (HKDF-SHA-256). Values are sealed with AES-256-GCM under a random nonce, and begin with the id of
//! their master key: a ring holds the present one, with which everything is sealed, and earlier ones,
//! with which is read what has not been sealed anew.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
pub use entity::sealed::Sealed;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::key_file::{self, KeyFile};
use super::unusable::SealError;
use crate::text::{last_four, other_phones};

/// What is sealed or digested, so that a value of one kind can never stand for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Phone,
    IdentityNumber,
    Cursor,
    Contact,
    Refresh,
    Envelope,
}

impl Purpose {
    const ALL: [Self; 6] = [
        Self::Phone,
        Self::IdentityNumber,
        Self::Cursor,
        Self::Contact,
        Self::Refresh,
        Self::Envelope,
    ];

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

/// How many bytes of a sealed value name its master key: a multiple of three, so that they are whole
/// letters of a token too.
pub const KEY_ID: usize = 6;

/// A master key, and what is derived from it.
struct Key {
    id: [u8; KEY_ID],
    sealing: Vec<(Purpose, [u8; 32])>,
    /// Sealed with this are values that do not begin with the id of a key.
    sealing_without_id: [u8; 32],
    index: [u8; 32],
    signing: [u8; 32],
}

impl Key {
    fn of(master: &[u8; 32]) -> Result<Self, SealError> {
        let master = hkdf::Salt::new(hkdf::HKDF_SHA256, b"xunfang").extract(master);
        let derive = |info: &[&[u8]]| -> Result<[u8; 32], SealError> {
            let mut key = [0; 32];
            let okm = master.expand(info, hkdf::HKDF_SHA256);
            let filled = okm.and_then(|okm| okm.fill(&mut key));
            filled.map_err(|_| SealError::Key)?;
            Ok(key)
        };
        let sealing = Purpose::ALL.into_iter();
        let sealing = sealing.map(|purpose| Ok((purpose, derive(&[b"seal ", purpose.label()])?)));
        let mut id = [0; KEY_ID];
        id.copy_from_slice(derive(&[b"id"])?.get(..KEY_ID).ok_or(SealError::Key)?);
        Ok(Self {
            id,
            sealing: sealing.collect::<Result<_, SealError>>()?,
            sealing_without_id: derive(&[b"seal"])?,
            index: derive(&[b"index"])?,
            signing: derive(&[b"sign"])?,
        })
    }

    fn sealing(&self, purpose: Purpose) -> &[u8; 32] {
        let of_purpose = self.sealing.iter().find(|(other, _)| *other == purpose);
        of_purpose.map_or(&self.sealing_without_id, |(_, key)| key)
    }

    fn blind_index(&self, purpose: Purpose, text: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.index);
        let mut context = hmac::Context::with_key(&key);
        context.update(purpose.label());
        context.update(&[0]);
        context.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(&context.sign().as_ref()[..18])
    }

    fn name(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.id)
    }
}

/// The keys of an installation, the present one first. Cheap to clone.
#[derive(Clone)]
pub struct Keyring {
    keys: Arc<RwLock<Arc<[Key]>>>,
    /// Read again when a value was sealed with a key that is not in the ring.
    file: Option<Arc<KeyFile>>,
}

/// What a text is found by where only sealed ones are stored: its digest under each key of the ring.
#[derive(Clone, Debug)]
pub struct BlindIndex(Vec<String>);

impl BlindIndex {
    /// The one to store.
    pub fn present(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// All that may be stored of an equal text.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether this was stored of an equal text.
    pub fn is(&self, stored: Option<&str>) -> bool {
        self.all().any(|digest| Some(digest) == stored)
    }
}

impl Keyring {
    /// From master keys in base64, the present one first.
    pub fn from_base64(text: &str) -> Result<Self, SealError> {
        Ok(Self {
            keys: Arc::new(RwLock::new(keys(text)?)),
            file: None,
        })
    }

    /// From a key file, which is read again when it has changed and a value asks for it.
    pub fn from_file(path: &Path) -> Result<Self, SealError> {
        let (file, text) = KeyFile::read(path)?;
        Ok(Self {
            file: Some(Arc::new(file)),
            ..Self::from_base64(&text)?
        })
    }

    /// From a key file that is made with a fresh key, readable by its owner alone. Whoever loses it
    /// loses the personal values with it.
    pub fn make_file(path: &Path) -> Result<Self, SealError> {
        key_file::create(path, &[key_file::fresh()?])?;
        Self::from_file(path)
    }

    /// The names of the keys, which tell nothing about them; the present one first.
    pub fn names(&self) -> Vec<String> {
        self.keys().iter().map(Key::name).collect()
    }

    /// The id with which a value begins that needs not be sealed anew.
    pub fn present_id(&self) -> Vec<u8> {
        let keys = self.keys();
        keys.first().map(|key| key.id.to_vec()).unwrap_or_default()
    }

    /// The seeds of the keys that sign access tokens; the one to sign with first.
    pub fn signing_seeds(&self) -> Vec<[u8; 32]> {
        self.keys().iter().map(|key| key.signing).collect()
    }

    /// Takes over the key file if it has changed; tells whether it has.
    pub fn read_again(&self) -> bool {
        let Some(text) = self.file.as_ref().and_then(|file| file.read_if_changed()) else {
            return false;
        };
        match keys(&text) {
            Ok(keys) => {
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
                tracing::info!("the key file has changed and was read again");
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the key file has changed and is of no use");
                false
            }
        }
    }

    pub fn seal(&self, purpose: Purpose, text: &str) -> Result<Sealed, SealError> {
        self.encrypt(purpose, text.as_bytes().to_vec()).map(Sealed)
    }

    pub fn open(&self, purpose: Purpose, sealed: &Sealed) -> Result<String, SealError> {
        let bytes = self.decrypt(purpose, &sealed.0)?;
        String::from_utf8(bytes).map_err(|_| SealError::Open)
    }

    /// None, and a line in the log, for a value that does not open: it costs its field and nothing
    /// beside it.
    pub fn open_if_possible(&self, purpose: Purpose, sealed: &Sealed) -> Option<String> {
        let opened = self.open(purpose, sealed);
        opened
            .inspect_err(|error| tracing::warn!(%error, ?purpose, "a value is left out"))
            .ok()
    }

    /// A keyed digest: equal texts have equal ones, and nothing can be read from it. By a key that another
    /// process has begun to use as well: a search with the old one alone would find nothing new.
    pub fn blind_index(&self, purpose: Purpose, text: &str) -> BlindIndex {
        self.read_again();
        let keys = self.keys();
        BlindIndex(
            keys.iter()
                .map(|key| key.blind_index(purpose, text))
                .collect(),
        )
    }

    /// What the phones after the first are found by: digests of each and of its last four digits.
    pub fn index_of_other_phones(&self, phone: &str) -> Option<String> {
        let others = other_phones(phone).flat_map(|one| [one, last_four(one)]);
        let digests = others.map(|text| {
            let index = self.blind_index(Purpose::Phone, text);
            index.present().to_owned()
        });
        let digests: Vec<String> = digests.collect();
        (!digests.is_empty()).then(|| digests.join(" "))
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
        let bytes = self.decrypt(purpose, &bytes)?;
        serde_json::from_slice(&bytes).map_err(|_| SealError::Open)
    }

    fn keys(&self) -> Arc<[Key]> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn encrypt(&self, purpose: Purpose, mut bytes: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let keys = self.keys();
        let present = keys.first().ok_or(SealError::Seal)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, present.sealing(purpose))
            .map_err(|_| SealError::Seal)?;
        let nonce = key
            .seal_in_place_append_tag(Aad::from(purpose.label()), &mut bytes)
            .map_err(|_| SealError::Seal)?;
        Ok([&present.id[..], nonce.as_ref(), &bytes].concat())
    }

    fn decrypt(&self, purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        match decrypt_with(&self.keys(), purpose, sealed) {
            Err(SealError::Open) if self.read_again() => {
                decrypt_with(&self.keys(), purpose, sealed)
            }
            opened => opened,
        }
    }
}

fn keys(text: &str) -> Result<Arc<[Key]>, SealError> {
    let masters = key_file::masters(text).ok_or(SealError::Key)?;
    masters.iter().map(Key::of).collect()
}

/// With whichever key fits: what was sealed says so itself when it opens.
fn decrypt_with(keys: &[Key], purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let named = |key: &Key| {
        let sealed = sealed.strip_prefix(&key.id)?;
        decrypt_by(key.sealing(purpose), purpose, sealed).ok()
    };
    let nameless = |key: &Key| decrypt_by(&key.sealing_without_id, purpose, sealed).ok();
    let opened = keys.iter().find_map(named);
    let opened = opened.or_else(|| keys.iter().find_map(nameless));
    opened.ok_or(SealError::Open)
}

fn decrypt_by(key: &[u8; 32], purpose: Purpose, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let (nonce, bytes) = sealed.split_at_checked(NONCE_LEN).ok_or(SealError::Open)?;
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| SealError::Open)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Open)?;
    let mut bytes = bytes.to_vec();
    let open = key
        .open_in_place(nonce, Aad::from(purpose.label()), &mut bytes)
        .map_err(|_| SealError::Open)?;
    Ok(open.to_vec())
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

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
        let (phone, again) = (index(Purpose::Phone), index(Purpose::Phone));
        assert!(phone.is(Some(again.present())));
        assert!(!phone.is(Some(index(Purpose::IdentityNumber).present())) && !phone.is(None));
    }

    #[test]
    fn what_an_earlier_key_sealed_is_read_and_what_is_new_has_the_present_one() {
        let ring = |bytes: &[u8]| {
            let text = bytes.iter().map(|byte| STANDARD.encode([*byte; 32]));
            Keyring::from_base64(&text.collect::<Vec<_>>().join("\n")).unwrap()
        };
        let (old, both, new) = (ring(&[1]), ring(&[2, 1]), ring(&[2]));
        let sealed = |keys: &Keyring| keys.seal(Purpose::Phone, "13000003336").unwrap();
        let opens = |keys: &Keyring, sealed| keys.open(Purpose::Phone, &sealed).is_ok();
        assert!(opens(&both, sealed(&old)) && opens(&both, sealed(&new)));
        assert!(opens(&new, sealed(&both)) && !opens(&old, sealed(&both)));
        assert!(sealed(&both).0.starts_with(&new.present_id()));
        let index = |keys: &Keyring| keys.blind_index(Purpose::Phone, "13000003336");
        assert!(index(&both).is(Some(index(&old).present())));
        assert_eq!(index(&both).present(), index(&new).present());
        assert_eq!(both.names(), [new.names(), old.names()].concat());
    }

    #[test]
    fn a_value_without_the_id_of_a_key_is_read() {
        let keys = keyring(1);
        let key = keys.keys()[0].sealing_without_id;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &key).unwrap();
        let mut bytes = b"13000003336".to_vec();
        let aad = Aad::from(Purpose::Phone.label());
        let nonce = key.seal_in_place_append_tag(aad, &mut bytes).unwrap();
        let sealed = Sealed([&nonce.as_ref()[..], &bytes].concat());
        assert_eq!(keys.open(Purpose::Phone, &sealed).unwrap(), "13000003336");
        assert!(keyring(2).open(Purpose::Phone, &sealed).is_err());
    }

    #[test]
    fn a_key_file_that_has_changed_is_read_when_a_value_asks_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.key");
        let keys = Keyring::make_file(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let masters = [key_file::fresh().unwrap(), text.trim().to_owned()];
        key_file::replace(&path, &masters).unwrap();
        let ahead = Keyring::from_file(&path).unwrap();
        let sealed = ahead.seal(Purpose::Phone, "13000003336").unwrap();
        assert_eq!(keys.names().len(), 1);
        assert_eq!(keys.open(Purpose::Phone, &sealed).unwrap(), "13000003336");
        assert_eq!(keys.names(), ahead.names());
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
