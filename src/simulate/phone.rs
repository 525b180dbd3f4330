//! A virtual phone: its store, its queue and its way through the network.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::api::Refused;
use super::clocks::{Clocks, Contact, TEN_YEARS_MS};
use super::plan::{Action, Minter, choose};
use super::queue::{PushResult, Queue};
use super::script::{Author, Pen};
use super::session::Session;
use super::store::{Change, Page, Store, community_of, faults_of};

const PULL: &str =
    "query ($cursor: String, $limit: Int, $dirty: [String!]!, $clock: PhoneClockInput) {
    syncPull(cursor: $cursor, limit: $limit, dirtyIds: $dirty, clock: $clock) {
        changes { collection id seq document } removals { collection id }
        cursor hasMore resetRequired serverTime contactId
    }
}";

const PUSH: &str = "mutation ($mutations: [JSON!]!) {
    syncPush(mutations: $mutations) {
        results { mutationId outcome duplicate code record { collection id seq document } }
    }
}";

/// The most mutations in one push.
const MOST: usize = 150;

/// How many pages of a pull are small.
const SMALL_PAGES: usize = 4;

/// Records in the later pages of a pull.
const LARGE: usize = 500;

/// More pages than any pull of a simulation can need.
const MOST_PAGES: usize = 1_000;

/// What a phone went through.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub push_ms: Vec<f64>,
    pub pull_ms: Vec<f64>,
    pub steps: u64,
    pub restarts: u64,
    pub crashes: u64,
    pub lost_answers: u64,
    pub cuts: u64,
    pub offline_steps: u64,
    pub errors: BTreeMap<String, u64>,
    /// What a page must never hold.
    pub faults: Vec<String>,
    /// What belonged to others.
    pub foreign: Vec<String>,
}

/// One device.
pub struct Phone {
    pub name: String,
    pub account: String,
    pub session: Session,
    pub store: Store,
    pub queue: Queue,
    pub author: Author,
    pub log: Log,
    /// Communities it may hear of.
    pub allowed: BTreeSet<String>,
    pub clocks: Clocks,
    pub dice: StdRng,
    pub mutations: Minter,
    pub records: Minter,
    /// By this clock, which only runs forward, all phones measure.
    pub since: Instant,
    pub offline_for: u32,
    /// Believes the records that come with the answer to a push, before the next pull.
    pub takes_records: bool,
    pub with_cuts: bool,
    /// The records that came with the answers to pushes, by name of the mutation.
    pub last_records: Vec<(String, Change)>,
}

impl Phone {
    fn now_ms(&self) -> i64 {
        i64::try_from(self.since.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    /// Does one thing.
    pub async fn step(&mut self) {
        self.log.steps += 1;
        let is_offline = self.offline_for > 0;
        if is_offline {
            self.offline_for -= 1;
            self.log.offline_steps += 1;
        }
        let action = choose(&mut self.dice, self.author.role, is_offline, self.with_cuts);
        match action {
            Action::GoOffline => self.offline_for = self.dice.random_range(3..12),
            Action::Restart => self.restart(),
            Action::ClockJump => {
                self.clocks.offset_ms = self.dice.random_range(-TEN_YEARS_MS..=TEN_YEARS_MS);
            }
            Action::Push
            | Action::PushTwice
            | Action::PushTogether
            | Action::PushLost
            | Action::PushCut => self.push_some(action).await,
            Action::Replay => self.replay_some().await,
            Action::Pull => {
                self.pull_all().await;
            }
            Action::PullCrash => self.pull_and_crash().await,
            Action::Refresh | Action::RefreshLost => self.renew(action).await,
            making => self.make(making),
        }
    }

    fn make(&mut self, action: Action) {
        let now_ms = self.now_ms();
        let mut pen = Pen {
            dice: &mut self.dice,
            mutations: &mut self.mutations,
            records: &mut self.records,
            author: &self.author,
            store: &self.store,
            clocks: &self.clocks,
            now_ms,
        };
        for (name, made) in pen.write(action) {
            self.queue.add(name, made);
        }
    }

    /// The battery was out: the store stays, the clock that runs forward begins anew.
    fn restart(&mut self) {
        self.log.restarts += 1;
        let number: u64 = self.dice.random();
        self.clocks.boot_id = format!("boot-{number:x}");
    }

    async fn renew(&mut self, action: Action) {
        if action == Action::RefreshLost {
            let lost = self.session.lose_refresh().await;
            self.note_error(lost.err());
            // Sometimes it notices only the next time.
            if self.dice.random_bool(0.5) {
                return;
            }
        }
        let refreshed = self.session.refresh().await;
        self.note_error(refreshed.err());
    }

    /// The first of the queue, some or all; a group is never torn.
    fn some_pending(&mut self) -> Vec<String> {
        let pending = &self.queue.pending;
        if pending.is_empty() {
            return Vec::new();
        }
        let all = pending.len().min(MOST);
        let some = self.dice.random_range(1..=all);
        let mut count = if self.dice.random_bool(0.6) {
            all
        } else {
            some
        };
        let group = |place: usize| {
            let made = pending
                .get(place)
                .and_then(|name| self.queue.made.get(name));
            made.and_then(|made| made.group.as_deref())
        };
        while group(count).is_some() && group(count) == group(count - 1) {
            count += 1;
        }
        let mut names = pending.get(..count).unwrap_or_default().to_vec();
        if self.dice.random_bool(0.1) {
            let twice = names[self.dice.random_range(0..names.len())].clone();
            names.push(twice);
        }
        names
    }

    async fn push_some(&mut self, action: Action) {
        let names = self.some_pending();
        if names.is_empty() {
            return;
        }
        match action {
            Action::PushTwice => {
                self.push(&names, true).await;
                self.push(&names, true).await;
            }
            Action::PushTogether => {
                let (variables, lost) = (self.to_push(&names), self.session.lost());
                let answers = self.session.run_twice(PUSH, variables).await;
                self.count_lost(&names, lost);
                for answer in answers {
                    self.heard(&names, answer, true);
                }
            }
            Action::PushLost => {
                self.log.lost_answers += 1;
                self.push(&names, false).await;
            }
            Action::PushCut => {
                self.log.cuts += 1;
                let patience = Duration::from_millis(self.dice.random_range(1..40));
                let variables = self.to_push(&names);
                self.session.cut(PUSH, variables, patience).await;
                self.queue.count(&names, false);
            }
            _ => {
                self.push(&names, true).await;
            }
        }
    }

    async fn replay_some(&mut self) {
        let settled = self.queue.made.iter().filter(|(_, made)| made.is_settled);
        let mut names: Vec<String> = settled.map(|(name, _)| name.clone()).collect();
        names.retain(|_| self.dice.random_bool(0.3));
        names.truncate(20);
        if !names.is_empty() {
            self.push(&names, true).await;
        }
    }

    fn to_push(&self, names: &[String]) -> Value {
        json!({ "mutations": self.queue.bodies(names) })
    }

    /// Sends these; true when they were answered. An answer that is not heard is lost.
    pub async fn push(&mut self, names: &[String], is_heard: bool) -> bool {
        let (variables, lost) = (self.to_push(names), self.session.lost());
        let began = Instant::now();
        let answer = self.session.run(PUSH, variables).await;
        self.count_lost(names, lost);
        self.log
            .push_ms
            .push(began.elapsed().as_secs_f64() * 1_000.0);
        self.heard(names, answer, is_heard)
    }

    /// What was asked again on the way may have come before.
    fn count_lost(&mut self, names: &[String], before: u64) {
        for _ in before..self.session.lost() {
            self.queue.count(names, false);
        }
    }

    fn heard(&mut self, names: &[String], answer: Result<Value, Refused>, is_heard: bool) -> bool {
        let answer = match answer {
            Ok(mut answer) => answer["syncPush"]["results"].take(),
            Err(refused) => {
                self.queue.count(names, false);
                self.note_error(Some(refused));
                return false;
            }
        };
        self.queue.count(names, true);
        let results: Vec<PushResult> = match serde_json::from_value(answer) {
            Ok(results) => results,
            Err(error) => {
                self.log
                    .faults
                    .push(format!("a push was answered with {error}"));
                return false;
            }
        };
        self.last_records.clear();
        for (name, result) in names.iter().zip(&results) {
            if let Some(record) = &result.record {
                self.look_at(record);
                self.last_records.push((name.clone(), record.clone()));
            }
        }
        if is_heard {
            self.queue.take(names, &results);
            if self.takes_records {
                let records = results.into_iter().filter_map(|result| result.record);
                records.for_each(|record| self.believe(record));
            }
        }
        true
    }

    /// Takes the record that came with an answer for what it is now.
    fn believe(&mut self, record: Change) {
        let key = (record.collection, record.id);
        match record.document {
            Some(document) => {
                let seq = record.seq;
                let held = self.store.records().get(&key).map_or(-1, |held| held.seq);
                if seq >= held {
                    self.store.put(key, seq, &document);
                }
            }
            None => {
                self.store.remove(&key);
            }
        }
    }

    /// Nothing of others may come by.
    fn look_at(&mut self, change: &Change) {
        let Some(document) = &change.document else {
            return;
        };
        let community = community_of(&change.collection, &change.id, document);
        if !community.is_some_and(|community| self.allowed.contains(community)) {
            let Change { collection, id, .. } = change;
            self.log.foreign.push(format!("{collection} {id}"));
        }
    }

    /// One page, not yet taken in.
    async fn page(&mut self, limit: usize) -> Option<Page> {
        let now_ms = self.now_ms();
        let dirty = self.queue.dirty();
        let variables = json!({ "cursor": self.store.cursor, "limit": limit, "dirty": dirty,
            "clock": self.clocks.for_pull(now_ms) });
        let began = Instant::now();
        let answer = self.session.run(PULL, variables).await;
        self.log
            .pull_ms
            .push(began.elapsed().as_secs_f64() * 1_000.0);
        let page: Result<Page, _> = match answer {
            Ok(mut answer) => serde_json::from_value(answer["syncPull"].take()),
            Err(refused) => {
                self.note_error(Some(refused));
                return None;
            }
        };
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                self.log
                    .faults
                    .push(format!("a pull was answered with {error}"));
                return None;
            }
        };
        self.log.faults.extend(faults_of(&page, limit));
        page.changes.iter().for_each(|change| self.look_at(change));
        Some(page)
    }

    fn take(&mut self, page: &Page) {
        self.store.take(page);
        // Measured after the answer, so that what is observed lies a little before, never after.
        self.clocks.contact = Some(Contact {
            id: page.contact_id.clone(),
            server_time: page.server_time,
            boot_id: self.clocks.boot_id.clone(),
            at_ms: self.now_ms(),
        });
    }

    /// Pulls until nothing is left; true when it came to the end. The first pages are small and of
    /// any size; whoever has more to come than that asks for more at a time.
    pub async fn pull_all(&mut self) -> bool {
        let small = self.dice.random_range(1..=50);
        for number in 0..MOST_PAGES {
            let limit = if number < SMALL_PAGES { small } else { LARGE };
            let Some(page) = self.page(limit).await else {
                return false;
            };
            self.take(&page);
            if !page.has_more && !page.reset_required {
                return true;
            }
        }
        self.log
            .faults
            .push(format!("a pull did not end after {MOST_PAGES} pages"));
        false
    }

    async fn pull_and_crash(&mut self) {
        self.log.crashes += 1;
        let limit = self.dice.random_range(1..=50);
        for _ in 0..self.dice.random_range(0..4) {
            let Some(page) = self.page(limit).await else {
                return;
            };
            self.take(&page);
            if !page.has_more {
                break;
            }
        }
        // This one came, and was never written down.
        self.page(limit).await;
        if self.dice.random_bool(0.3) {
            self.restart();
        }
    }

    /// Sends all there is until all of it is answered; true when it is.
    pub async fn send_all(&mut self) -> bool {
        let mut tries = 0;
        while !self.queue.pending.is_empty() && tries < 50 {
            let names = self.some_pending();
            if !self.push(&names, true).await {
                tries += 1;
            }
        }
        self.queue.pending.is_empty()
    }

    fn note_error(&mut self, refused: Option<Refused>) {
        if let Some(refused) = refused {
            *self.log.errors.entry(refused.to_string()).or_default() += 1;
        }
    }
}
