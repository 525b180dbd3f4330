//! Passwords, hashed with Argon2id.

use std::num::NonZero;
use std::sync::LazyLock;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::error::{ApiError, Coded, ErrorCode};

/// Shortest and longest password, in characters.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// Hashes in work at once: each takes 19 MiB and a core for itself. More would only share the cores, and
/// a crowd at the door must not take all memory.
static AT_WORK: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism();
    Semaphore::new(cores.map_or(1, NonZero::get).min(8))
});

/// The hash of a password that nobody has, as costly as any other.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What may become a password must withstand more guesses than this many powers of ten. Below it lie
/// the common ones, runs of the keyboard, dates, and names with a digit behind.
const GUESSES_LOG10: f64 = 6.0;

/// What people here put into passwords and lists of English ones do not have.
const COMMON_HERE: &[&str] = &[
    "xunfang",
    "5201314",
    "1314520",
    "520",
    "1314",
    "woaini",
    "aini",
    "wuye",
    "anquan",
    "baoan",
    "guanli",
    "zhongguo",
    "beijing",
    "guangdong",
    "foshan",
    "mima",
    "nihao",
    "wodemima",
    "666",
    "888",
    "168",
    "147258369",
    "qwe123",
    "asd123",
    "a123456",
    "abc123",
    "1qaz2wsx",
    "zaq12wsx",
];

/// How much of a password is looked at to guess it: more costs more than it tells.
const GUESSED: usize = 64;

#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("a password must have 8 to 128 characters")]
    Length,
    #[error("this password is too easy to guess; take several words or mix letters and digits")]
    Common,
    #[error("cannot hash a password: {0}")]
    Hash(String),
}

impl Coded for PasswordError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Length | Self::Common => ErrorCode::PASSWORD_UNSUITABLE,
            Self::Hash(_) => ErrorCode::INTERNAL,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Length => "密码须为 8 至 128 个字符",
            Self::Common => "密码太容易被猜到，请使用多个词语或混合字母与数字",
            Self::Hash(_) => "服务器出了问题",
        }
        .to_owned()
    }

    fn field(&self) -> Option<&'static str> {
        Some("password")
    }
}

/// The cost of a hash: 19 MiB and two passes, as OWASP recommends.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT)
}

/// The hash of an account that has no password yet: none opens it, at the cost of any other.
pub fn nobody() -> String {
    NOBODY.to_owned()
}

/// Whether this may become the password of somebody of whom others know these words: his account, his
/// name.
pub fn check(password: &str, known: &[&str]) -> Result<(), PasswordError> {
    check_length(password)?;
    let beginning: String = password.chars().take(GUESSED).collect();
    let known: Vec<&str> = [known, COMMON_HERE].concat();
    let estimate = zxcvbn::zxcvbn(&beginning, &known);
    if estimate.guesses_log10() < GUESSES_LOG10 {
        return Err(PasswordError::Common);
    }
    Ok(())
}

fn check_length(password: &str) -> Result<(), PasswordError> {
    let is_long_enough = LENGTH.contains(&password.chars().count());
    is_long_enough.then_some(()).ok_or(PasswordError::Length)
}

/// Hashes a password, on a thread that may be kept busy.
pub async fn hash(password: String) -> Result<String, ApiError> {
    check_length(&password)?;
    let _turn = AT_WORK.acquire().await;
    let hashed = tokio::task::spawn_blocking(move || {
        let mut salt = [0; 16];
        aws_lc_rs::rand::fill(&mut salt).map_err(|error| error.to_string())?;
        let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
        let hash = argon2().hash_password(password.as_bytes(), &salt);
        hash.map(|hash| hash.to_string())
            .map_err(|error| error.to_string())
    });
    let hashed = hashed
        .await
        .map_err(|error| PasswordError::Hash(error.to_string()))?;
    Ok(hashed.map_err(PasswordError::Hash)?)
}

/// Whether the password belongs to the hash. Without a hash the same work is done in vain, so that
/// an unknown account takes as long as a wrong password.
pub async fn verify(password: String, hash: Option<String>) -> bool {
    let known = hash.is_some();
    let _turn = AT_WORK.acquire().await;
    let matches = tokio::task::spawn_blocking(move || {
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        PasswordHash::new(&hash)
            .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
    });
    matches.await.unwrap_or(false) && known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_recognised_and_no_other() {
        let hash = hash("correct horse".to_owned()).await.unwrap();
        assert!(verify("correct horse".to_owned(), Some(hash.clone())).await);
        assert!(!verify("wrong horse".to_owned(), Some(hash)).await);
        assert!(!verify("correct horse".to_owned(), None).await);
    }

    #[tokio::test]
    async fn nobody_costs_as_much_as_anybody() {
        let anybody = hash("correct horse".to_owned()).await.unwrap();
        let cost = |hash: &str| {
            let hash = PasswordHash::new(hash).unwrap();
            let salt = hash.salt.map(|salt| salt.len());
            let length = hash.hash.map(|hash| hash.len());
            (
                hash.algorithm.to_string(),
                hash.params.to_string(),
                salt,
                length,
            )
        };
        assert_eq!(cost(NOBODY), cost(&anybody));
    }

    #[test]
    fn what_anybody_would_try_first_is_no_password() {
        for password in [
            "password",
            "12345678",
            "88888888",
            "qwertyuiop",
            "1qaz2wsx",
            "iloveyou1",
            "abcd1234",
            "19900101",
            "2026-11-29",
            "liwei2026",
            "woaini1314",
            "5201314520",
            "Passw0rd",
            "aaaaaaaaaaaaaaaa",
            "short",
        ] {
            let refusal = check(password, &["li.wei", "liwei", "李伟"]).err();
            let code = refusal.map(|refusal| refusal.code());
            assert_eq!(code, Some(ErrorCode::PASSWORD_UNSUITABLE), "{password}");
        }
        for password in [
            "correct horse battery",
            "xiangjian-yuan 3-0101 lou",
            "tq8#Lw2z",
            "楼下的桂花开了三次",
        ] {
            assert!(check(password, &["li.wei", "李伟"]).is_ok(), "{password}");
        }
    }

    #[tokio::test]
    async fn a_short_password_is_refused() {
        let refusal = hash("short".to_owned()).await.unwrap_err();
        assert_eq!(refusal.code(), ErrorCode::PASSWORD_UNSUITABLE);
    }
}
