//! Access tokens: short-lived JWTs signed with Ed25519.
//!
//! The signing key follows from the master key, so every instance of an installation signs and
//! checks alike and nothing has to be stored. What an earlier key of the ring signed still counts. `/.well-known/jwks.json` publishes the public half.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::signature::Ed25519KeyPair;
use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{AccountId, SessionId};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::database::sealed::Keyring;
use crate::error::{ApiError, Coded, ErrorCode};

const ISSUER: &str = "xunfang";
const AUDIENCE: &str = "xunfang-api";

/// How far the clocks of two servers of one installation may lie apart. A token from further in the future
/// was not made by us in our time.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(1);

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// The account.
    pub sub: AccountId,
    /// The session.
    pub sid: SessionId,
    /// The number of the refresh token that was given with it.
    pub generation: i64,
    iat: i64,
    exp: i64,
}

impl Claims {
    pub fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.exp, 0).unwrap_or_default()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("the access token is not valid")]
    Invalid,
    #[error("the access token has run out; refresh the session")]
    Expired,
    #[error("cannot make the signing key: {0}")]
    Key(String),
}

impl Coded for TokenError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid => ErrorCode::UNAUTHENTICATED,
            Self::Expired => ErrorCode::TOKEN_EXPIRED,
            Self::Key(_) => ErrorCode::INTERNAL,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Invalid => "访问令牌无效".to_owned(),
            Self::Expired => "访问令牌已过期，请刷新登录".to_owned(),
            Self::Key(_) => "服务器出了问题".to_owned(),
        }
    }
}

/// Signs and checks access tokens.
#[derive(Clone)]
pub struct Tokens {
    keys: Keyring,
    signers: Arc<RwLock<Arc<Signers>>>,
}

/// One signing key for each key of the ring, the present one first.
struct Signers {
    /// The names of the keys of the ring.
    of: Vec<String>,
    all: Vec<Signer>,
}

struct Signer {
    signing: EncodingKey,
    checking: DecodingKey,
    key_id: String,
    public: Jwk,
}

impl Signers {
    fn new(keys: &Keyring) -> Result<Self, TokenError> {
        let seeds = keys.signing_seeds();
        Ok(Self {
            of: keys.names(),
            all: seeds.iter().map(Signer::new).collect::<Result<_, _>>()?,
        })
    }

    fn find(&self, key_id: &str) -> Option<&Signer> {
        self.all.iter().find(|signer| signer.key_id == key_id)
    }
}

impl Signer {
    fn new(seed: &[u8; 32]) -> Result<Self, TokenError> {
        let fault = |error: &dyn std::fmt::Display| TokenError::Key(error.to_string());
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|e| fault(&e))?;
        let der = pair.to_pkcs8v1().map_err(|e| fault(&e))?;
        let signing = EncodingKey::from_ed_der(der.as_ref());
        let mut jwk = Jwk::from_encoding_key(&signing, Algorithm::EdDSA).map_err(|e| fault(&e))?;
        let key_id = jwk
            .thumbprint(ThumbprintHash::SHA256)
            .map_err(|e| fault(&e))?;
        jwk.common.key_id = Some(key_id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let checking = DecodingKey::from_jwk(&jwk).map_err(|e| fault(&e))?;
        Ok(Self {
            signing,
            checking,
            key_id,
            public: jwk,
        })
    }
}

impl Tokens {
    pub fn new(keys: &Keyring) -> Result<Self, TokenError> {
        let signers = Arc::new(Signers::new(keys)?);
        Ok(Self {
            keys: keys.clone(),
            signers: Arc::new(RwLock::new(signers)),
        })
    }

    /// Those of the ring as it is now: it may have been read again since.
    fn signers(&self) -> Arc<Signers> {
        let known = Arc::clone(&self.signers.read().unwrap_or_else(PoisonError::into_inner));
        if known.of == self.keys.names() {
            return known;
        }
        match Signers::new(&self.keys) {
            Ok(signers) => {
                let signers = Arc::new(signers);
                let mut place = self.signers.write().unwrap_or_else(PoisonError::into_inner);
                place.clone_from(&signers);
                signers
            }
            Err(error) => {
                tracing::error!(%error, "tokens are signed as before");
                known
            }
        }
    }

    /// The public keys, for others who want to check our tokens.
    pub fn public_keys(&self) -> JwkSet {
        let signers = self.signers();
        let keys = signers.all.iter().map(|signer| signer.public.clone());
        JwkSet {
            keys: keys.collect(),
        }
    }

    pub fn issue(
        &self,
        account: AccountId,
        (session, generation): (SessionId, i64),
        now: DateTime<Utc>,
        seconds: i64,
    ) -> Result<String, ApiError> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: account,
            sid: session,
            generation,
            iat: now.timestamp(),
            exp: (now + TimeDelta::seconds(seconds)).timestamp(),
        };
        let signers = self.signers();
        let missing = || TokenError::Key("there is none".to_owned());
        let signer = signers.all.first().ok_or_else(missing)?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(signer.key_id.clone());
        let token = jsonwebtoken::encode(&header, &claims, &signer.signing);
        token.map_err(|error| TokenError::Key(error.to_string()).into())
    }

    /// What a token says, if it is ours and has not run out by our clock.
    pub fn check(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[ISSUER]);
        validation.validate_exp = false;
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
        let key_id = header.kid.ok_or(TokenError::Invalid)?;
        let mut signers = self.signers();
        // Another server may have begun with a key that was put into the file since.
        if signers.find(&key_id).is_none() && self.keys.read_again() {
            signers = self.signers();
        }
        let signer = signers.find(&key_id).ok_or(TokenError::Invalid)?;
        let data = jsonwebtoken::decode::<Claims>(token, &signer.checking, &validation);
        let claims = data.map_err(|_| TokenError::Invalid)?.claims;
        let latest = now + CLOCKS_APART;
        if claims.iat > latest.timestamp() {
            return Err(TokenError::Invalid);
        }
        if claims.expires_at() <= now {
            Err(TokenError::Expired)
        } else {
            Ok(claims)
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn tokens(key: &str) -> Tokens {
        Tokens::new(&Keyring::from_base64(key).unwrap()).unwrap()
    }

    const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const OTHER: &str = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    #[test]
    fn a_token_is_good_for_its_time_and_its_installation() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let (account, session) = (AccountId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)));
        let token = tokens(KEY).issue(account, (session, 4), now, 900).unwrap();
        let claims = tokens(KEY)
            .check(&token, now + TimeDelta::seconds(899))
            .unwrap();
        assert_eq!((claims.sub, claims.sid), (account, session));
        assert_eq!(claims.generation, 4);
        let early = |seconds| tokens(KEY).check(&token, now - TimeDelta::seconds(seconds));
        assert!(
            early(60).is_ok(),
            "the clocks of two servers differ a little"
        );
        assert_eq!(early(61).unwrap_err().code(), ErrorCode::UNAUTHENTICATED);
        let late = tokens(KEY).check(&token, now + TimeDelta::seconds(900));
        assert_eq!(late.unwrap_err().code(), ErrorCode::TOKEN_EXPIRED);
        let foreign = tokens(OTHER).check(&token, now);
        assert_eq!(foreign.unwrap_err().code(), ErrorCode::UNAUTHENTICATED);
    }
}
