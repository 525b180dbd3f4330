//! What the supervisor lays out for a day: points, rounds over them, visits to homes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt;
use serde_json::{Value, json};

use super::office::Office;

const PUT_POINT: &str = "mutation ($input: PutPatrolPointInput!) {
    putPatrolPoint(input: $input) { patrolPoint { id } }
}";

const ORDER: &str = "mutation ($input: OrderPatrolInput!) {
    orderPatrol(input: $input) { patrolTask { id } }
}";

const PLAN: &str = "mutation ($input: PlanVisitInput!) {
    planVisit(input: $input) { visit { id } }
}";

const PLACES: [&str; 4] = ["东门岗亭", "地下车库消防栓", "配电房门口", "儿童游乐区"];

/// Rounds before anybody sets out, in each zone.
const ROUNDS_AT_FIRST: usize = 4;

/// When the results of a round count.
#[derive(Clone, Copy)]
enum Window {
    Open,
    /// Over before anybody sets out: nothing that is told now counts.
    Past,
    /// Not before the run is over.
    Future,
}

impl Window {
    fn around(self, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        let (from, to) = match self {
            Self::Open => (-30, 6 * 60),
            Self::Past => (-180, -60),
            Self::Future => (24 * 60, 25 * 60),
        };
        (now + TimeDelta::minutes(from), now + TimeDelta::minutes(to))
    }
}

impl Office {
    /// Before the phones begin: points in the zones of the guards, rounds over them, visits.
    pub async fn lay_out(&mut self, zones: &[(String, String)]) {
        for (zone, name) in zones {
            let mut points = Vec::new();
            for (number, place) in PLACES.iter().enumerate() {
                let id = self.layout.ids.mint();
                let code = format!("XF-{}-{name}-{}", self.layout.tag, number + 1);
                let input = json!({ "id": id, "communityId": self.community, "zoneId": zone,
                    "name": format!("{name}{place}"), "code": code });
                if self
                    .run("point", PUT_POINT, json!({ "input": input }))
                    .await
                {
                    self.layout.codes.insert(id.clone(), code);
                    points.push(id);
                }
            }
            self.layout.walks.push((zone.clone(), name.clone(), points));
        }
        for place in 0..self.layout.walks.len() {
            for number in 0..ROUNDS_AT_FIRST {
                let window = [Window::Open, Window::Past, Window::Open, Window::Future][number];
                self.order(place, window).await;
            }
        }
        for _ in 0..self.layout.units.len().min(6) {
            self.plan_visit().await;
        }
    }

    /// A round out of its turn.
    pub async fn order_round(&mut self) {
        if !self.layout.walks.is_empty() {
            let place = self.dice.random_range(0..self.layout.walks.len());
            self.order(place, Window::Open).await;
        }
    }

    async fn order(&mut self, place: usize, window: Window) {
        let (zone, name, points) = self.layout.walks[place].clone();
        let count = self.dice.random_range(1..=points.len().max(1));
        let points = points.get(..count).unwrap_or_default();
        let (from, to) = window.around(self.now);
        let id = self.layout.ids.mint();
        let input = json!({ "id": id, "communityId": self.community, "zoneId": zone,
            "name": format!("{name}巡查"), "post": "SECURITY_GUARD", "pointIds": points,
            "needsCode": self.dice.random_bool(0.7), "needsPhoto": self.dice.random_bool(0.3),
            "needsPosition": self.dice.random_bool(0.3), "from": from, "to": to });
        // It may have been ordered even where nobody heard so.
        self.layout.rounds.insert(id);
        self.run("round", ORDER, json!({ "input": input })).await;
    }

    /// A visit, to whichever home.
    pub async fn plan_visit(&mut self) {
        if self.layout.units.is_empty() {
            return;
        }
        let unit = self.dice.random_range(0..self.layout.units.len());
        let visitor = self.layout.keepers.first();
        let companion = self.layout.keepers.get(1);
        let id = self.layout.ids.mint();
        let input = json!({ "id": id, "communityId": self.community, "kind": "HOME",
            "unitId": self.layout.units[unit], "purpose": "季度走访", "visitorId": visitor,
            "companionId": companion });
        self.run("visit", PLAN, json!({ "input": input })).await;
    }
}

/// The zones of these people, each once, with their names.
pub fn zones_of<'a>(
    people: impl Iterator<Item = &'a Value>,
    names: &BTreeMap<String, String>,
) -> Vec<(String, String)> {
    let zones: BTreeSet<&str> = people.filter_map(|it| it["zoneId"].as_str()).collect();
    let with_names = zones.into_iter().map(|zone| {
        let name = names.get(zone).cloned().unwrap_or_default();
        (zone.to_owned(), name)
    });
    with_names.collect()
}
