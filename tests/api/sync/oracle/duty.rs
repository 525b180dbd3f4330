//! Shifts, the roster and handovers in a history.

use chrono::TimeDelta;
use entity::ids::ShiftId;
use serde_json::{Value, json};
use xunfang::areas::duty::write::{DutyLine, PlanDuty, PutShift};

use super::{World, mutation};

impl World<'_> {
    /// A shift comes, gets other hours, or ends; or a line of the roster comes or goes.
    pub(super) async fn plan_duty(&mut self) {
        let at = self.dice.roll(2);
        let community_id = self.places[at].community.id;
        let shift = self.dice.roll(3).min(self.places[at].shifts.len());
        let known = self.places[at].shifts.get(shift).copied();
        if known.is_none() || self.dice.roll(4) == 0 {
            let id = known.unwrap_or_else(|| ShiftId(self.app.app.clock().new_id()));
            let put = PutShift {
                id,
                community_id,
                code: format!("{shift}"),
                from_time: format!("{:02}:00", self.dice.roll(24)),
                to_time: "23:30".to_owned(),
                has_noon_break: false,
                post: None,
                is_retired: self.dice.roll(6) == 0,
            };
            let put = self.try_command("put shift", &put).await;
            if known.is_none() {
                self.places[at].shifts.extend(put);
            }
            return;
        }
        let staff = self.staff_at(at);
        let days = i64::try_from(self.dice.roll(3)).unwrap();
        let line = DutyLine {
            staff_member_id: *self.dice.pick(&staff),
            shift_id: self.places[at].shifts[shift],
            on_day: self.today() + TimeDelta::days(days),
            is_off: self.dice.roll(3) == 0,
        };
        let lines = vec![line];
        let plan = PlanDuty {
            community_id,
            lines,
        };
        self.try_command("plan duty", &plan).await;
    }

    /// Somebody hands over his post, to somebody who is named or to whoever comes.
    pub(super) async fn hand_over(&mut self) {
        let who = self.dice.roll(self.phones.len());
        let mut posts = self.workers.iter();
        let post = posts.find(|worker| worker.account == self.phones[who].name);
        let at = post.map_or(0, |worker| worker.place);
        let mut payload = json!({
            "communityId": self.places[at].community.id,
            "equipment": [{ "name": "对讲机", "count": 2 }],
        });
        if self.dice.roll(2) == 0 {
            let staff = self.staff_at(at);
            payload["incomingId"] = json!(self.dice.pick(&staff));
        }
        let id = self.app.app.clock().new_id().to_string();
        self.push(who, mutation("", "handover.prepare", &id, payload))
            .await;
    }

    /// One of the phones does something to a handover that it carries.
    pub(super) async fn work_on_handover(&mut self) {
        let who = self.dice.roll(self.phones.len());
        let Some((id, document)) = self.pick_carried(who, "handover") else {
            return self.hand_over().await;
        };
        let at = self.place_of(&document);
        let staff = self.staff_at(at);
        let (kind, payload): (_, Value) = match self.dice.roll(5) {
            0 => (
                "handover.check",
                json!({ "equipment": [{ "name": "对讲机", "counted": 2 }] }),
            ),
            1 => ("handover.reject", json!({ "note": "岗亭未清扫" })),
            2 => ("handover.put_right", json!({ "note": "已清扫" })),
            3 => ("handover.sign", json!({ "signature": "张伟" })),
            _ => (
                "handover.note",
                json!({ "note": "顶岗", "incomingId": self.dice.pick(&staff) }),
            ),
        };
        self.push(who, mutation("", kind, &id, payload)).await;
    }
}
