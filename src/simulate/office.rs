//! The supervisor at his desk, online: gives work to others, moves people, records sales. What he
//! does changes what phones reach while they are away. What he has laid out for the day is noted here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::plan::Minter;
use super::session::Session;

const TICKETS: &str = "query ($community: UUID!) {
    tickets(communityId: $community, first: 60) { nodes { id state } }
}";

const ASSIGN: &str = "mutation ($id: UUID!, $assignee: UUID!) {
    assignTicket(input: { id: $id, assigneeId: $assignee, note: \"改派\" }) { ticket { id } }
}";

const ADVANCE: &str = "mutation ($id: UUID!) {
    advanceTicket(input: { id: $id, to: ORDERED }) { ticket { id } }
}";

const MOVE: &str = "mutation ($member: UUID!, $post: Post!, $zone: UUID) {
    moveStaffMember(input: { staffMemberId: $member, post: $post, zoneId: $zone }) { staffMember { id } }
}";

const SELL: &str = "mutation ($unit: UUID!, $on: NaiveDate!, $party: UUID, $name: String) {
    transferUnit(input: { unitId: $unit, on: $on, partyId: $party, name: $name }) { party { id } }
}";

/// The first sale lies so many days back, each later one a day less.
const SALES: u32 = 40;

/// A worker, and where he belongs.
#[derive(Clone, Debug)]
pub struct Worker {
    pub staff_member: String,
    pub post: String,
    pub zone: Option<String>,
}

/// A home that can be sold, and to whom it goes back.
#[derive(Clone, Debug)]
pub struct Home {
    pub unit: String,
    pub party: String,
    pub is_sold: bool,
    pub sales: u32,
}

/// The supervisor online.
pub struct Office {
    pub session: Session,
    pub community: String,
    pub workers: Vec<Worker>,
    pub zones: Vec<String>,
    pub homes: Vec<Home>,
    pub layout: Layout,
    pub dice: StdRng,
    pub now: DateTime<Utc>,
    /// What was done, by what came of it.
    pub done: BTreeMap<String, u64>,
}

impl Office {
    /// Does one thing.
    pub async fn act(&mut self) {
        match self.dice.random_range(0..14) {
            0..=4 => self.reassign().await,
            5..=7 => self.move_worker().await,
            8 | 9 => self.sell().await,
            10 | 11 => self.order_round().await,
            _ => self.plan_visit().await,
        }
    }

    /// Everybody goes back where he belongs, as far as that can be done.
    pub async fn put_back(&mut self) {
        for worker in self.workers.clone() {
            let zone = worker.zone.clone();
            self.move_to(&worker, zone.as_deref()).await;
        }
        for place in 0..self.homes.len() {
            if self.homes[place].is_sold {
                self.trade(place).await;
            }
        }
    }

    async fn reassign(&mut self) {
        let found = self
            .session
            .run(TICKETS, json!({ "community": self.community }))
            .await;
        let found = found.unwrap_or_default();
        let open: Vec<(String, bool)> = found["tickets"]["nodes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|ticket| {
                !matches!(
                    ticket["state"].as_str(),
                    Some("FINISHED" | "CLOSED" | "CANCELLED")
                )
            })
            .filter_map(|ticket| {
                Some((
                    ticket["id"].as_str()?.to_owned(),
                    ticket["state"] == "RECORDED",
                ))
            })
            .collect();
        if open.is_empty() || self.workers.is_empty() {
            return;
        }
        let (id, is_new) = open[self.dice.random_range(0..open.len())].clone();
        if is_new {
            self.run("order", ADVANCE, json!({ "id": id })).await;
        }
        let worker = self.dice.random_range(0..self.workers.len());
        let assignee = self.workers[worker].staff_member.clone();
        self.run(
            "reassign",
            ASSIGN,
            json!({ "id": id, "assignee": assignee }),
        )
        .await;
    }

    async fn move_worker(&mut self) {
        if self.workers.is_empty() || self.zones.is_empty() {
            return;
        }
        let worker = self.workers[self.dice.random_range(0..self.workers.len())].clone();
        let zone = self.zones[self.dice.random_range(0..self.zones.len())].clone();
        self.move_to(&worker, Some(&zone)).await;
    }

    async fn move_to(&mut self, worker: &Worker, zone: Option<&str>) {
        let variables = json!({ "member": worker.staff_member, "post": worker.post, "zone": zone });
        self.run("move", MOVE, variables).await;
    }

    async fn sell(&mut self) {
        if self.homes.is_empty() {
            return;
        }
        let place = self.dice.random_range(0..self.homes.len());
        self.trade(place).await;
    }

    /// Sells a home, or gives it back to whom it belonged.
    async fn trade(&mut self, place: usize) {
        let home = self.homes[place].clone();
        let party = home.is_sold.then_some(home.party);
        let name = (!home.is_sold).then_some("模拟买家");
        // Nobody buys and sells on one day, and no sale lies in the future.
        let days = SALES.saturating_sub(home.sales).max(1);
        let on = (self.now - TimeDelta::days(days.into())).date_naive();
        let variables = json!({ "unit": home.unit, "on": on, "party": party, "name": name });
        if self.run("sale", SELL, variables).await {
            self.homes[place].is_sold = !home.is_sold;
            self.homes[place].sales += 1;
        }
    }

    /// One operation; true when it was done.
    pub async fn run(&mut self, what: &str, operation: &str, variables: Value) -> bool {
        let answer = self.session.run(operation, variables).await;
        let came = answer
            .as_ref()
            .map_or_else(|refused| refused.code().to_owned(), |_| "done".to_owned());
        *self.done.entry(format!("{what} {came}")).or_default() += 1;
        answer.is_ok()
    }
}

/// What was laid out in this run.
pub struct Layout {
    pub ids: Minter,
    /// The mark of this run in what must be unique.
    pub tag: String,
    /// What is printed at each point.
    pub codes: BTreeMap<String, String>,
    /// The rounds that were ordered.
    pub rounds: BTreeSet<String>,
    /// A zone, its name and its points, in the order they are walked.
    pub walks: Vec<(String, String, Vec<String>)>,
    /// Those who visit.
    pub keepers: Vec<String>,
    /// The homes they visit.
    pub units: Vec<String>,
}
