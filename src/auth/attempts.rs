//! How often a password may be tried.
//!
//! What counts is a wrong password: an office where everybody signs in at the change of shifts uses
//! nothing up. Who tries from a device that the account has signed in on before has a budget of his own, so
//! that nobody keeps him out by trying wrong passwords elsewhere.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU32, Ordering};

use dashmap::DashMap;
use entity::ids::SessionId;

use crate::clock::SharedClock;
use crate::config::SignInSettings;
use crate::error::{Coded, ErrorCode};

/// Too many attempts, for now.
#[derive(Debug, thiserror::Error)]
#[error("too many attempts; wait a moment")]
pub struct TooManyAttempts {
    retry_after_ms: u64,
}

impl Coded for TooManyAttempts {
    fn code(&self) -> ErrorCode {
        ErrorCode::RATE_LIMITED
    }

    fn chinese(&self) -> String {
        "尝试次数过多，请稍后再试".to_owned()
    }

    fn retry_after_ms(&self) -> Option<u64> {
        Some(self.retry_after_ms)
    }
}

/// An address may be a whole office, where many mistype at the change of shifts.
const PER_ADDRESS: u64 = 10;

/// Budgets that have had time to recover are forgotten every so many attempts.
const FORGET_EVERY: u32 = 256;

/// Who tries.
pub enum Who<'a> {
    /// Somebody on a device that this account, known or not, has not signed in on.
    Account(&'a str),
    /// Somebody on a device of the account, by the session it has.
    Session(SessionId),
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(String),
    Session(SessionId),
    Address(IpAddr),
}

/// What is left of a budget.
#[derive(Clone, Copy, Default)]
struct Budget {
    /// When all of it will have come back, in milliseconds.
    whole_at: u64,
    /// Attempts of which it is not known yet how they end.
    under_way: u32,
}

/// Wrong passwords, counted per account, known or not, per known device, and per address.
pub struct Attempts {
    budgets: DashMap<Key, Budget>,
    clock: SharedClock,
    /// How many may fail in a row, and after how long one of them is forgotten.
    most: u64,
    interval_ms: u64,
    count: AtomicU32,
}

/// An attempt that has been let through. One that is dropped without having failed costs nothing.
pub struct Attempt<'a> {
    attempts: &'a Attempts,
    keys: Vec<Key>,
}

impl Attempts {
    pub fn new(clock: SharedClock, settings: &SignInSettings) -> Self {
        Self {
            budgets: DashMap::new(),
            clock,
            most: settings.attempts.max(1).into(),
            interval_ms: 60_000 / u64::from(settings.attempts_per_minute.clamp(1, 60_000)),
            count: AtomicU32::new(1),
        }
    }

    /// Lets an attempt through, or refuses it.
    pub fn begin(
        &self,
        who: &Who<'_>,
        address: Option<IpAddr>,
    ) -> Result<Attempt<'_>, TooManyAttempts> {
        let now = self.now();
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        if count.is_multiple_of(FORGET_EVERY) {
            self.budgets
                .retain(|_, budget| budget.under_way > 0 || budget.whole_at > now);
        }
        let keys = match who {
            Who::Session(session) => vec![Key::Session(*session)],
            Who::Account(account) => {
                let account = Key::Account((*account).to_owned());
                let address = address.map(|address| Key::Address(network(address)));
                address.into_iter().chain([account]).collect()
            }
        };
        let mut attempt = Attempt {
            attempts: self,
            keys: Vec::with_capacity(keys.len()),
        };
        for key in keys {
            self.take(&key, now)?;
            attempt.keys.push(key);
        }
        Ok(attempt)
    }

    fn take(&self, key: &Key, now: u64) -> Result<(), TooManyAttempts> {
        let (most, interval) = self.rate(key);
        let mut budget = self.budgets.entry(key.clone()).or_default();
        let spent = budget.whole_at.saturating_sub(now).div_ceil(interval);
        // Somebody may send many guesses at once. From one address that is a crowd.
        let under_way = match key {
            Key::Address(_) => 0,
            Key::Account(_) | Key::Session(_) => u64::from(budget.under_way),
        };
        if spent + under_way < most {
            budget.under_way += 1;
            return Ok(());
        }
        let free_at = budget.whole_at.saturating_sub((most - 1) * interval);
        Err(TooManyAttempts {
            retry_after_ms: free_at
                .checked_sub(now)
                .filter(|wait| *wait > 0)
                .unwrap_or(interval),
        })
    }

    /// How many may fail in a row, and after how many milliseconds one of them is forgotten. An address
    /// has more to spend and gets it back faster.
    fn rate(&self, key: &Key) -> (u64, u64) {
        let factor = match key {
            Key::Address(_) => PER_ADDRESS,
            Key::Account(_) | Key::Session(_) => 1,
        };
        (self.most * factor, (self.interval_ms / factor).max(1))
    }

    fn now(&self) -> u64 {
        self.clock.now().timestamp_millis().try_into().unwrap_or(0)
    }
}

impl Attempt<'_> {
    /// The password was wrong: the attempt is spent.
    pub fn failed(self) {
        let now = self.attempts.now();
        for key in &self.keys {
            let (_, interval) = self.attempts.rate(key);
            if let Some(mut budget) = self.attempts.budgets.get_mut(key) {
                budget.whole_at = budget.whole_at.max(now) + interval;
            }
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        for key in &self.keys {
            if let Some(mut budget) = self.attempts.budgets.get_mut(key) {
                budget.under_way = budget.under_way.saturating_sub(1);
            }
        }
    }
}

/// All of one IPv6 /64 is one address: who has one of it has all of it.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, TimeDelta};
    use uuid::Uuid;

    use super::*;
    use crate::clock::FixedClock;
    use crate::config::Settings;

    fn attempts() -> (Arc<FixedClock>, Attempts) {
        let clock = Arc::new(FixedClock::new(DateTime::UNIX_EPOCH, 1));
        let attempts = Attempts::new(clock.clone(), &Settings::for_tests().sign_in);
        (clock, attempts)
    }

    fn fail(attempts: &Attempts, account: &str, address: Option<IpAddr>) {
        attempts
            .begin(&Who::Account(account), address)
            .unwrap()
            .failed();
    }

    #[test]
    fn an_account_recovers_after_the_wait_it_was_told() {
        let (clock, attempts) = attempts();
        for _ in 0..10 {
            fail(&attempts, "li", None);
        }
        let refusal = attempts.begin(&Who::Account("li"), None).err().unwrap();
        assert_eq!(refusal.retry_after_ms, 10_000);
        fail(&attempts, "wang", None);
        clock.advance(TimeDelta::milliseconds(
            refusal.retry_after_ms.try_into().unwrap(),
        ));
        fail(&attempts, "li", None);
        assert!(attempts.begin(&Who::Account("li"), None).is_err());
    }

    #[test]
    fn who_is_let_in_uses_nothing_up() {
        let (_, attempts) = attempts();
        let office = Some(IpAddr::from([203, 0, 113, 7]));
        for n in 0..1_000 {
            let attempt = attempts.begin(&Who::Account(&format!("guard{}", n % 50)), office);
            drop(attempt.unwrap());
        }
    }

    #[test]
    fn many_guesses_at_once_are_counted_before_they_end() {
        let (_, attempts) = attempts();
        let begun: Vec<_> = (0..10)
            .map(|_| attempts.begin(&Who::Account("li"), None).unwrap())
            .collect();
        assert!(attempts.begin(&Who::Account("li"), None).is_err());
        drop(begun);
        attempts.begin(&Who::Account("li"), None).unwrap();
    }

    #[test]
    fn a_known_device_is_not_shut_out_by_wrong_tries_elsewhere() {
        let (_, attempts) = attempts();
        let address = Some(IpAddr::from([203, 0, 113, 7]));
        for _ in 0..10 {
            fail(&attempts, "li", address);
        }
        let own = Who::Session(SessionId(Uuid::from_u128(1)));
        for _ in 0..10 {
            attempts.begin(&own, address).unwrap().failed();
        }
        assert!(
            attempts.begin(&own, address).is_err(),
            "it has a budget too"
        );
        assert!(attempts.begin(&Who::Account("li"), None).is_err());
    }

    #[test]
    fn an_address_trying_many_accounts_is_stopped_and_ipv6_counts_by_network() {
        let (clock, attempts) = attempts();
        let address = |last: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]));
        for n in 0..100 {
            fail(&attempts, &n.to_string(), address(n));
        }
        let another = Who::Account("another");
        assert!(attempts.begin(&another, address(999)).is_err());
        let elsewhere = Some(IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1]));
        drop(attempts.begin(&another, elsewhere).unwrap());
        clock.advance(TimeDelta::seconds(1));
        drop(attempts.begin(&another, address(999)).unwrap());
    }

    #[test]
    fn recovered_budgets_are_forgotten() {
        let (clock, attempts) = attempts();
        for n in 0..200 {
            fail(&attempts, &n.to_string(), None);
        }
        clock.advance(TimeDelta::hours(1));
        for _ in 0..FORGET_EVERY {
            drop(attempts.begin(&Who::Account("li"), None));
        }
        assert!(attempts.budgets.len() < 3);
    }
}
