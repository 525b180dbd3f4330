//! The day itself: who acts when, and how it comes to rest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt as _;
use rand::RngExt;
use tokio::sync::mpsc;

use super::company::Company;
use super::phone::Phone;
use super::plan::{Purpose, Role, dice};
use super::{Fault, Plan, Stage, Watch};

/// How often everybody may have to send again what waits before nothing changes any more.
const RESTS: usize = 6;

/// The supervisor acts once in so many steps of all phones, or in half a step of each of them where
/// there are many: one person can do only so much.
const OFFICE_EVERY: u64 = 12;

/// How many phones are looked at side by side.
pub fn at_once(plan: &Plan) -> usize {
    if plan.is_serial { 1 } else { 16 }
}

/// What a phone did in one step.
struct Tick {
    role: Role,
    written: usize,
    is_offline: bool,
}

async fn step(phone: &mut Phone) -> Tick {
    let before = phone.queue.made.len();
    phone.step().await;
    Tick {
        role: phone.author.role,
        written: phone.queue.made.len() - before,
        is_offline: phone.offline_for > 0,
    }
}

/// What has been going on so far, to be told while it goes on.
struct Tally {
    began: Instant,
    done: u64,
    offline: u64,
    written: BTreeMap<Role, usize>,
}

impl Tally {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            done: 0,
            offline: 0,
            written: BTreeMap::new(),
        }
    }

    fn count(&mut self, tick: &Tick) {
        self.done += 1;
        self.offline += u64::from(tick.is_offline);
        *self.written.entry(tick.role).or_default() += tick.written;
    }

    fn told(&self) -> String {
        let roles = self.written.iter().filter(|(_, count)| **count > 0);
        let roles: Vec<String> = roles
            .map(|(role, count)| format!("{} {count}", role.plural()))
            .collect();
        let seconds = self.began.elapsed().as_secs().max(1);
        format!(
            "wrote: {}; {} % offline; {} steps/s",
            roles.join(", "),
            (self.offline * 100).checked_div(self.done).unwrap_or(0),
            self.done / seconds
        )
    }
}

/// Everybody does his steps, in seeded turns or all at once.
pub async fn play(company: &mut Company, plan: &Plan, watch: &Watch<'_>) -> Result<(), Fault> {
    let phones = company.phones.len() as u64;
    let (total, office_every) = (plan.rounds * phones, OFFICE_EVERY.max(phones / 2));
    let mut tally = Tally::new();
    watch(Stage::Playing, 0, total, "");
    if plan.is_serial {
        let mut turns = dice(plan.seed, plan.nonce, 0, Purpose::Turns);
        for number in 0..total {
            let turn = turns.random_range(0..company.phones.len());
            let tick = step(&mut company.phones[turn]).await;
            tally.count(&tick);
            watch(Stage::Playing, tally.done, total, &tally.told());
            if number.is_multiple_of(office_every) {
                company.office.act().await;
            }
        }
        return Ok(());
    }
    let (told, mut steps) = mpsc::channel::<Tick>(64);
    let told = Arc::new(told);
    let mut playing = tokio::task::JoinSet::new();
    for (place, mut phone) in std::mem::take(&mut company.phones).into_iter().enumerate() {
        let (told, rounds) = (told.clone(), plan.rounds);
        playing.spawn(async move {
            for _ in 0..rounds {
                let tick = step(&mut phone).await;
                // The stage may have given up.
                let _ = told.send(tick).await;
            }
            (place, phone)
        });
    }
    drop(told);
    while let Some(tick) = steps.recv().await {
        tally.count(&tick);
        watch(Stage::Playing, tally.done, total, &tally.told());
        if tally.done.is_multiple_of(office_every) {
            company.office.act().await;
        }
    }
    let mut returned = BTreeMap::new();
    while let Some(phone) = playing.join_next().await {
        let (place, phone) = phone.map_err(|error| Fault::Broken(error.to_string()))?;
        returned.insert(place, phone);
    }
    company.phones = returned.into_values().collect();
    Ok(())
}

/// Everybody sends what he has, and asks again for what waits.
pub async fn come_to_rest(
    company: &mut Company,
    plan: &Plan,
    watch: &Watch<'_>,
) -> BTreeSet<String> {
    company.office.put_back().await;
    let mut restless = BTreeSet::new();
    for rest in 0..RESTS {
        watch(Stage::Resting, rest as u64, RESTS as u64, "");
        // What one sends late may be what another waits for.
        let sending = company.phones.iter_mut().map(send_again);
        let sending = futures_util::stream::iter(sending).buffered(at_once(plan));
        let sent: Vec<(bool, Option<String>)> = sending.collect().await;
        restless.extend(sent.iter().filter_map(|(_, stuck)| stuck.clone()));
        if !sent.iter().any(|(changed, _)| *changed) {
            break;
        }
    }
    restless
}

/// Everybody pulls to the end; gives those who could not.
pub async fn pull_all(company: &mut Company, plan: &Plan) -> BTreeSet<String> {
    let pulling = company.phones.iter_mut().map(pull_to_the_end);
    let pulling = futures_util::stream::iter(pulling).buffered(at_once(plan));
    let stuck: Vec<Option<String>> = pulling.collect().await;
    stuck.into_iter().flatten().collect()
}

/// Whether anything changed, and the phone's name if it could not send all.
async fn send_again(phone: &mut Phone) -> (bool, Option<String>) {
    let mut changed = !phone.queue.pending.is_empty();
    let has_sent = phone.send_all().await;
    let waiting = phone.queue.deferred();
    for some in waiting.chunks(100) {
        phone.push(some, true).await;
    }
    changed |= phone.queue.deferred().len() != waiting.len();
    (changed, (!has_sent).then(|| phone.name.clone()))
}

async fn pull_to_the_end(phone: &mut Phone) -> Option<String> {
    let has_ended = phone.pull_all().await;
    (!has_ended).then(|| phone.name.clone())
}
