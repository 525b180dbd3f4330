//! Whom a request counts against.

use std::net::IpAddr;

use entity::ids::AccountId;

/// Whom a request counts against where there is only so much for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Whoever has a good token.
    Account(AccountId),
    /// Anybody else, by the network he calls from.
    Network(Option<IpAddr>),
}

impl Source {
    /// How much of `all` one may have: an account is one person, a network may be a whole office.
    pub fn share(&self, all: usize) -> usize {
        match self {
            Self::Account(_) => Self::share_of_account(all),
            Self::Network(_) => all.div_ceil(2),
        }
    }

    pub fn share_of_account(all: usize) -> usize {
        all.div_ceil(8)
    }
}
