//! Virtual phones against a real server.
//!
//! Seeded phones go offline, send twice, lose answers, crash, wear wrong clocks and change what they
//! reach, all through the public API; when they have come to rest, `checks` judges what must
//! always hold. What a phone does follows from its own dice and from what it was given; without
//! `is_serial` the phones run side by side and the order in which the server hears them varies.

mod api;
mod checks;
mod clocks;
mod company;
mod day;
mod evidence;
mod findings;
mod laws;
mod layout;
mod look;
mod office;
mod parts;
mod phone;
mod plan;
mod queue;
mod report;
mod script;
mod session;
mod stage;
mod store;
mod tales;
mod work;

use std::time::{Duration, Instant};

pub use api::AddressError;
pub use checks::Verdict;
pub use report::Report;

use crate::clock::SharedClock;

/// Whether so many phones are a crowd: more than a village has people, and theirs is the whole estate.
pub fn is_crowd(phones: u64) -> bool {
    phones > 40
}

/// Whose accounts are used.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Works online, and sees the whole community.
    pub supervisor: String,
    pub desk: Vec<String>,
    pub workers: Vec<String>,
    pub guards: Vec<String>,
    /// Those who visit homes, two and two.
    pub keepers: Vec<String>,
    pub residents: Vec<String>,
    /// Somebody of another community.
    pub outsider: Option<String>,
}

/// One run.
#[derive(Clone)]
pub struct Plan {
    /// The servers, which are one to the phones.
    pub urls: Vec<String>,
    /// How long a phone asks a server that is gone.
    pub give_up: Duration,
    pub password: String,
    pub cast: Cast,
    pub seed: u64,
    /// Tells runs with one seed on one estate apart.
    pub nonce: u64,
    pub phones: u64,
    /// Steps of each phone.
    pub rounds: u64,
    /// Strictly in seeded turns: the same seed gives the same run.
    pub is_serial: bool,
    pub clock: SharedClock,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    SigningIn,
    SettingOut,
    Playing,
    Resting,
    Judging,
}

/// Is told how far a run has come: the stage, how much of it is done, of how much, and what is going on.
pub type Watch<'a> = dyn Fn(Stage, u64, u64, &str) + Send + Sync + 'a;

/// Why there was no run.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error("{0} cannot sign in: {1}")]
    SignIn(String, String),
    #[error("{0}")]
    Cast(&'static str),
    #[error("a phone broke: {0}")]
    Broken(String),
}

/// Runs the simulation and judges it.
pub async fn simulate(plan: &Plan, watch: &Watch<'_>) -> Result<Report, Fault> {
    let mut company = stage::gather(plan, watch).await?;
    let began = Instant::now();
    day::play(&mut company, plan, watch).await?;
    let lasted = began.elapsed();
    let restless = day::come_to_rest(&mut company, plan, watch).await;
    let evidence = stage::collect(&mut company, plan, restless, watch).await?;
    let verdicts = checks::judge(&evidence);
    Ok(Report::new(plan, &company, &evidence, verdicts, lasted))
}
