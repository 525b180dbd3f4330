//! How often a password may be tried.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

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

/// An address may be a whole office at the change of shifts.
const PER_ADDRESS: u32 = 10;

/// Keys that have had time to recover are forgotten every so many attempts.
const FORGET_EVERY: u32 = 256;

/// The process's clock, as the limiter reads it.
#[derive(Clone)]
struct Time(SharedClock);

impl governor::clock::Clock for Time {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let now = self.0.now().timestamp_millis();
        Duration::from_millis(now.try_into().unwrap_or_default())
    }
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, Time, NoOpMiddleware<Duration>>;

/// Attempts to prove a password, counted per account, known or not, and per address.
pub struct Attempts {
    accounts: Limiter<String>,
    addresses: Limiter<IpAddr>,
    clock: Time,
    count: AtomicU32,
}

impl Attempts {
    pub fn new(clock: SharedClock, settings: &SignInSettings) -> Self {
        let clock = Time(clock);
        let quota = |factor: u32| {
            let some = |count: u32| {
                NonZeroU32::new(count.saturating_mul(factor)).unwrap_or(NonZeroU32::MIN)
            };
            Quota::per_minute(some(settings.attempts_per_minute))
                .allow_burst(some(settings.attempts))
        };
        let addresses = DashMapStateStore::default();
        Self {
            accounts: RateLimiter::new(quota(1), DashMapStateStore::default(), clock.clone()),
            addresses: RateLimiter::new(quota(PER_ADDRESS), addresses, clock.clone()),
            clock,
            count: AtomicU32::new(1),
        }
    }

    /// Counts an attempt, or refuses it.
    pub fn count(&self, account: &str, address: Option<IpAddr>) -> Result<(), TooManyAttempts> {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        if count.is_multiple_of(FORGET_EVERY) {
            self.accounts.retain_recent();
            self.addresses.retain_recent();
        }
        let wait = |wait: Duration| TooManyAttempts {
            retry_after_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1),
        };
        if let Some(address) = address {
            self.addresses
                .check_key(&network(address))
                .map_err(|until| wait(until.wait_time_from(self.clock.now())))?;
        }
        self.accounts
            .check_key(&account.to_owned())
            .map_err(|until| wait(until.wait_time_from(self.clock.now())))
    }
}

/// Whoever has one IPv6 address has all of its /64.
fn network(address: IpAddr) -> IpAddr {
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

    use super::*;
    use crate::clock::FixedClock;
    use crate::config::Settings;

    fn attempts() -> (Arc<FixedClock>, Attempts) {
        let clock = Arc::new(FixedClock::new(DateTime::UNIX_EPOCH, 1));
        let attempts = Attempts::new(clock.clone(), &Settings::for_tests().sign_in);
        (clock, attempts)
    }

    #[test]
    fn an_account_recovers_after_the_wait_it_was_told() {
        let (clock, attempts) = attempts();
        for _ in 0..10 {
            attempts.count("li", None).unwrap();
        }
        let refusal = attempts.count("li", None).unwrap_err();
        attempts.count("wang", None).unwrap();
        clock.advance(TimeDelta::milliseconds(
            refusal.retry_after_ms.try_into().unwrap(),
        ));
        attempts.count("li", None).unwrap();
        assert!(attempts.count("li", None).is_err());
    }

    #[test]
    fn an_address_trying_many_accounts_is_stopped_and_ipv6_counts_by_network() {
        let (_, attempts) = attempts();
        let address = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]);
        for n in 0..100 {
            attempts.count(&n.to_string(), Some(address(n))).unwrap();
        }
        assert!(attempts.count("another", Some(address(999))).is_err());
        let elsewhere = IpAddr::from([0x2001, 0xdb8, 0, 2, 0, 0, 0, 1]);
        attempts.count("another", Some(elsewhere)).unwrap();
    }

    #[test]
    fn recovered_keys_are_forgotten() {
        let (clock, attempts) = attempts();
        for n in 0..200 {
            attempts.count(&n.to_string(), None).unwrap();
        }
        clock.advance(TimeDelta::hours(1));
        for _ in 0..FORGET_EVERY {
            let _ = attempts.count("li", None);
        }
        assert!(attempts.accounts.len() < 3);
    }
}
