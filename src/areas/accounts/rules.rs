//! What becomes of a refresh token that is presented.
//!
//! Tokens of one sign-in are a family, counted by generation. The newest is answered with the
//! next; the one before it with the newest again, because that answer may have been lost in a
//! lift. Once the newest is known to have arrived, because its access token was used, the one before it is
//! asked with by somebody who has a copy; so is anything older. Then the whole family ends.

use chrono::{DateTime, TimeDelta, Utc};
use entity::accounts::session;
use entity::ids::SessionId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a refresh token says, sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshToken {
    pub session_id: SessionId,
    pub family: Uuid,
    pub generation: i64,
}

/// What to do about a presented token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// Give the token of this generation, and remember it as the newest.
    Advance(i64),
    /// Give the newest token once more.
    Repeat(i64),
    /// A used token came back: end the session.
    Reused,
    /// Give nothing.
    Refused,
    /// Give nothing, and have the device wiped.
    Revoked,
}

/// How long after the newest tokens were first used the one before them may still come: parts of one app
/// that find their token run out at the same time ask at the same time.
const STRAGGLERS: TimeDelta = TimeDelta::minutes(2);

/// Decides about a token that names this session.
pub fn renew(session: &session::Model, token: &RefreshToken, now: DateTime<Utc>) -> Renewal {
    if session.revoked_at.is_some() {
        return Renewal::Revoked;
    }
    let has_ended = session.signed_out_at.is_some() || session.refresh_expires_at <= now;
    if has_ended || session.refresh_family != token.family {
        return Renewal::Refused;
    }
    let newest = session.refresh_generation;
    if token.generation >= newest {
        // We sealed it, so a later one means that the database was restored from a backup.
        Renewal::Advance(token.generation.saturating_add(1))
    } else if token.generation == newest - 1 && !has_arrived(session, now) {
        Renewal::Repeat(newest)
    } else {
        Renewal::Reused
    }
}

/// Whether the answer with the newest tokens is known to have arrived, and not just now.
fn has_arrived(session: &session::Model, now: DateTime<Utc>) -> bool {
    let confirmed = session.refresh_confirmed_at;
    confirmed.is_some_and(|at| now - at > STRAGGLERS)
}

#[cfg(test)]
mod tests {
    use entity::ids::AccountId;

    use super::*;

    fn at(days: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(days)
    }

    /// Of family 1, at generation 5, good until day 180.
    fn session() -> session::Model {
        session::Model {
            id: SessionId(Uuid::from_u128(7)),
            account_id: AccountId(Uuid::from_u128(8)),
            device_id: "phone".to_owned(),
            device_name: "phone".to_owned(),
            refresh_family: Uuid::from_u128(1),
            refresh_generation: 5,
            refresh_expires_at: at(180),
            refresh_confirmed_at: None,
            copied_at: None,
            last_contact_at: at(0),
            signed_out_at: None,
            revoked_at: None,
            revoked_reason: None,
            created_at: at(0),
            updated_at: at(0),
        }
    }

    fn token(family: u128, generation: i64) -> RefreshToken {
        RefreshToken {
            session_id: SessionId(Uuid::from_u128(7)),
            family: Uuid::from_u128(family),
            generation,
        }
    }

    #[test]
    fn a_presented_token_is_answered_by_its_generation() {
        for (family, generation, day, renewal) in [
            (1, 5, 0, Renewal::Advance(6)),
            (1, 4, 0, Renewal::Repeat(5)),
            (1, 3, 0, Renewal::Reused),
            (1, 0, 0, Renewal::Reused),
            (1, 9, 0, Renewal::Advance(10)),
            (2, 5, 0, Renewal::Refused),
            (2, 0, 0, Renewal::Refused),
            (1, 5, 179, Renewal::Advance(6)),
            (1, 5, 180, Renewal::Refused),
            (1, 3, 180, Renewal::Refused),
        ] {
            let renewed = renew(&session(), &token(family, generation), at(day));
            assert_eq!(renewed, renewal, "{family} {generation} on day {day}");
        }
    }

    #[test]
    fn an_ended_session_gives_nothing_and_a_lost_device_is_wiped() {
        let out = session::Model {
            signed_out_at: Some(at(1)),
            ..session()
        };
        assert_eq!(renew(&out, &token(1, 5), at(2)), Renewal::Refused);
        let lost = session::Model {
            revoked_at: Some(at(1)),
            ..out
        };
        for (family, generation) in [(1, 5), (1, 0), (2, 5)] {
            let renewed = renew(&lost, &token(family, generation), at(2));
            assert_eq!(renewed, Renewal::Revoked);
        }
    }

    #[test]
    fn a_copy_is_noticed_once_the_newest_tokens_are_in_use() {
        let minutes = |minutes| at(0) + TimeDelta::minutes(minutes);
        let session = session::Model {
            refresh_confirmed_at: Some(at(0)),
            ..session()
        };
        for (generation, now, renewal) in [
            (4, minutes(2), Renewal::Repeat(5)),
            (4, minutes(3), Renewal::Reused),
            (5, minutes(3), Renewal::Advance(6)),
        ] {
            assert_eq!(renew(&session, &token(1, generation), now), renewal);
        }
    }

    #[test]
    fn answers_may_be_lost_any_number_of_times() {
        let mut session = session();
        let held = token(1, 5);
        for _ in 0..3 {
            match renew(&session, &held, at(0)) {
                Renewal::Advance(next) | Renewal::Repeat(next) => session.refresh_generation = next,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(session.refresh_generation, 6);
        assert_eq!(renew(&session, &token(1, 6), at(0)), Renewal::Advance(7));
    }
}
