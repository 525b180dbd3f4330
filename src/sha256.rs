//! The name of a content: its SHA-256.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};

/// A SHA-256 in lower-case hex, however it was written. Nothing else is ever made into a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(String);

/// A text that is no SHA-256 in hex.
#[derive(Debug, thiserror::Error)]
#[error("this is no SHA-256 in 64 hex digits")]
pub struct NotASha256;

impl Sha256 {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The one of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_digest(digest(&SHA256, bytes).as_ref())
    }

    /// The one that was computed piece by piece.
    pub fn from_digest(digest: &[u8]) -> Self {
        use fmt::Write as _;
        let mut hex = String::with_capacity(64);
        for byte in digest {
            // A text takes whatever is written to it.
            let _ = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }
}

impl FromStr for Sha256 {
    type Err = NotASha256;

    fn from_str(text: &str) -> Result<Self, NotASha256> {
        if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(NotASha256)
        }
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_the_name_that_every_other_tool_gives_them() {
        assert_eq!(
            Sha256::of(b"abc").as_str(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn only_64_digits_of_hex_are_one_and_their_case_says_nothing() {
        let digits = "0123456789abcdef".repeat(4);
        for written in [&digits, &digits.to_uppercase()] {
            assert_eq!(written.parse::<Sha256>().unwrap().as_str(), digits);
        }
        for bad in [
            "",
            "../../../../../../etc/passwd",
            &digits[1..],
            &digits.replace('a', "Ａ"),
            &format!("{digits}0"),
            &format!("../{}", &digits[3..]),
            &format!("{}\0", &digits[1..]),
            &"é".repeat(32),
        ] {
            assert!(bad.parse::<Sha256>().is_err(), "{bad}");
        }
    }
}
