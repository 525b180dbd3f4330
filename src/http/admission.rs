//! Who is calling: token to viewer, and the address of the caller.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, header};
use chrono::{DateTime, Utc};

use super::Http;
use super::connections::Place;
use super::refusal::Refusal;
use super::source::Source;
use crate::auth::Viewer;
use crate::auth::attempts::network;
use crate::auth::token::Claims;
use crate::auth::viewer::SessionError;
use crate::error::ApiError;
use crate::graphql::context::Caller;

/// A caller whose token and session are good.
pub struct Admitted {
    pub viewer: Viewer,
    /// When the token runs out.
    pub expires_at: DateTime<Utc>,
}

impl Http {
    /// Whom a request counts against.
    pub fn source(&self, headers: &HeaderMap, extensions: &Extensions) -> Source {
        match self.good_token(headers) {
            Ok((_, claims)) => Source::Account(claims.sub),
            Err(_) => Source::Network(self.caller(headers, extensions).0.map(network)),
        }
    }

    /// The token of a request, if it is one of ours and has not run out. What has become of its session is
    /// not looked up.
    pub fn good_token<'a>(&self, headers: &'a HeaderMap) -> Result<(&'a str, Claims), ApiError> {
        let token = token_of(headers).ok_or(SessionError::Unauthenticated)?;
        let claims = self.tokens().check(token, self.app().clock().now())?;
        Ok((token, claims))
    }

    /// Counts a connection for the account that signs in on it, if there is one.
    pub fn count(&self, headers: &HeaderMap, extensions: &Extensions) -> Result<(), Refusal> {
        let (place, token) = (extensions.get::<Place>(), token_of(headers));
        let Some((place, token)) = place.zip(token).filter(|(it, token)| !it.counts_for(token))
        else {
            return Ok(());
        };
        // A token that is not good is refused by whoever needs one.
        match self.good_token(headers) {
            Ok((_, claims)) => place.count_for(token, claims.sub),
            Err(_) => Ok(()),
        }
    }

    /// Checks a token and works out the viewer of its session.
    pub async fn admit(&self, token: &str) -> Result<Admitted, ApiError> {
        let (viewer, expires_at) = self.viewers().of_token(self.tokens(), token).await?;
        Ok(Admitted { viewer, expires_at })
    }

    /// The address the request came from; behind one's own proxy, what that proxy saw.
    pub fn caller(&self, headers: &HeaderMap, extensions: &Extensions) -> Caller {
        if self.app().settings().http.trust_proxy
            && let Some(address) = forwarded_for(headers)
        {
            return Caller(Some(address));
        }
        let peer = extensions.get::<ConnectInfo<SocketAddr>>();
        Caller(peer.map(|ConnectInfo(peer)| peer.ip().to_canonical()))
    }
}

/// The token of an `Authorization: Bearer …` value.
pub fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The token a request carries, if any.
pub fn token_of(headers: &HeaderMap) -> Option<&str> {
    bearer(headers.get(header::AUTHORIZATION)?.to_str().ok()?)
}

/// The last hop: the only one that our own proxy wrote.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    let last = last.to_str().ok()?.rsplit(',').next()?.trim();
    let address = last.parse::<IpAddr>().ok();
    address
        .or_else(|| last.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_bearer_token_is_one() {
        for (value, token) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Basic abc", None),
            ("Bearer ", None),
            ("abc", None),
        ] {
            assert_eq!(bearer(value), token, "{value}");
        }
    }

    #[test]
    fn of_the_forwarded_addresses_only_the_last_is_believed() {
        for (value, address) in [
            ("1.2.3.4, 10.0.0.7", Some("10.0.0.7")),
            ("10.0.0.7:4711", Some("10.0.0.7")),
            ("::ffff:10.0.0.7", Some("10.0.0.7")),
            ("unknown", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", HeaderValue::from_static(value));
            let found = forwarded_for(&headers).map(|address| address.to_string());
            assert_eq!(found.as_deref(), address, "{value}");
        }
    }
}
