//! What guards, keepers and the desk write down beside repairs: rounds, handovers, visits, complaints.

use rand::RngExt;
use serde_json::{Value, json};

use super::queue::Made;
use super::script::Pen;
use super::store::Record;

const FINDINGS: [&str; 6] = [
    "消防栓压力不足",
    "楼道堆放杂物",
    "单元门闭门器损坏",
    "车库照明不亮",
    "井盖松动",
    "监控画面缺失",
];
const AT_THE_DOOR: [&str; 4] = [
    "已按约上门",
    "按门铃无人应答，已留便条",
    "住户改期",
    "与住户交谈",
];
const COMPLAINTS: [&str; 4] = [
    "楼上装修噪音扰民",
    "保洁不及时",
    "车位被占无人处理",
    "电梯多次困人",
];
const HANDLING: [&str; 4] = [
    "已电话告知处理进度",
    "已约住户面谈",
    "责任部门现场核实",
    "已向住户致歉",
];
const HANDED_OVER: [&str; 3] = ["东门夜间封闭", "三栋电梯待修", "车库抬杆已复位"];

impl Pen<'_> {
    /// What is seen at a point of a round; where something is wrong, perhaps with its ticket.
    pub(super) fn report(&mut self, with_ticket: bool) -> Vec<(String, Made)> {
        let Some((task, round)) = self.one_of("patrol_task", |task| task["state"] != "done") else {
            return Vec::new();
        };
        let Some(point) = self.point_of(&task, &round) else {
            return Vec::new();
        };
        let code = match self.dice.random_range(0..12) {
            0 => None,
            1 => Some("XF-别处".to_owned()),
            _ => self.author.codes.get(&point).cloned(),
        };
        let photos = self.demanded(&round, "needsPhoto").then(|| self.digest());
        let position = self.demanded(&round, "needsPosition");
        let finding = if with_ticket || self.dice.random_bool(0.3) {
            self.text_of(&FINDINGS)
        } else {
            String::new()
        };
        let ticket = with_ticket.then(|| self.open());
        let mut payload = json!({ "taskId": task, "pointId": point, "finding": finding,
            "codeRead": code, "photos": photos.as_slice() });
        if position {
            payload["latitudeE7"] = json!(self.dice.random_range(227_600_000..227_700_000));
            payload["longitudeE7"] = json!(self.dice.random_range(1_132_500_000..1_132_600_000));
            payload["accuracyM"] = json!(7.5);
        }
        if let Some((_, open)) = &ticket {
            payload["ticketId"] = json!(open.record);
        }
        let record = self.records.mint();
        let report = self.mutation("patrol.report", &record, &payload);
        match ticket {
            Some(ticket) => self.grouped(vec![ticket, report]),
            None => vec![report],
        }
    }

    /// The next point of a round, mostly one that nobody has told of yet.
    fn point_of(&mut self, task: &str, round: &Record) -> Option<String> {
        let points = round.document["pointIds"].as_array();
        let points: Vec<&str> = points?.iter().filter_map(Value::as_str).collect();
        let told = |point: &str| {
            let mut results = self.store.of("patrol_result");
            results.any(|(_, it)| it.document["taskId"] == task && it.document["pointId"] == point)
        };
        let left: Vec<&str> = points
            .iter()
            .copied()
            .filter(|point| !told(point))
            .collect();
        let from = if left.is_empty() || self.dice.random_bool(0.1) {
            points
        } else {
            left
        };
        let place = self.dice.random_range(0..from.len().max(1));
        from.get(place).map(|point| (*point).to_owned())
    }

    /// Whether what a round asks for is given; now and then it is forgotten.
    fn demanded(&mut self, round: &Record, what: &str) -> bool {
        round.document[what] == true && self.dice.random_bool(0.9)
    }

    /// The SHA-256 of a picture that nobody has taken.
    fn digest(&mut self) -> String {
        let halves: [u128; 2] = self.dice.random();
        format!("{:032x}{:032x}", halves[0], halves[1])
    }

    /// The guard's own post, to be taken over by another.
    pub(super) fn prepare(&mut self) -> (String, Made) {
        let others: Vec<String> = self.others();
        let successor = others.get(self.dice.random_range(0..others.len().max(1)));
        let payload = json!({ "communityId": self.author.community, "incomingId": successor,
            "openMatters": [{ "kind": "repair", "text": "三栋电梯停运，已报修" }],
            "equipment": [{ "name": "对讲机", "count": 2 }, { "name": "手电筒", "count": 1 }],
            "note": self.text_of(&HANDED_OVER) });
        let record = self.records.mint();
        self.mutation("handover.prepare", &record, &payload)
    }

    fn others(&self) -> Vec<String> {
        let me = self.author.me.as_ref();
        let others = self.author.peers.iter().filter(|peer| Some(*peer) != me);
        others.cloned().collect()
    }

    /// The next steps of a handover, from whichever side of it this phone is.
    pub(super) fn hand_over(&mut self) -> Vec<(String, Made)> {
        let Some((id, handover)) =
            self.one_of("handover", |handover| handover["state"] != "signed")
        else {
            return Vec::new();
        };
        let state = handover.document["state"].as_str().unwrap_or_default();
        let is_outgoing = self.author.me.as_deref() == handover.document["outgoingId"].as_str();
        let counted = json!([{ "name": "对讲机", "counted": 2 }]);
        match (is_outgoing, state) {
            (true, "rejected") => vec![self.said("handover.put_right", &id)],
            (false, "prepared") if self.dice.random_bool(0.2) => {
                vec![self.said("handover.reject", &id)]
            }
            (false, "prepared") => {
                let payload = json!({ "equipment": counted, "note": self.text() });
                let mut steps = vec![self.mutation("handover.check", &id, &payload)];
                // Underground both sign on the spot, each on a phone of his own.
                if self.dice.random_bool(0.6) {
                    steps.push(self.sign(&id));
                }
                steps
            }
            (false, "rejected") => vec![self.said("handover.note", &id)],
            _ => vec![self.sign(&id)],
        }
    }

    fn sign(&mut self, handover: &str) -> (String, Made) {
        let payload = json!({ "signature": self.text_of(&["签名"]) });
        self.mutation("handover.sign", handover, &payload)
    }

    /// A step that says nothing but its note.
    fn said(&mut self, kind: &str, record: &str) -> (String, Made) {
        let payload = json!({ "note": self.text_of(&HANDED_OVER) });
        self.mutation(kind, record, &payload)
    }

    /// A visit to whichever home, or back to one where something was repaired.
    pub(super) fn plan_visit(&mut self) -> Vec<(String, Made)> {
        if self.dice.random_bool(0.3) {
            return self.plan_return();
        }
        let Some((unit, _)) = self.one_of("unit", |_| true) else {
            return Vec::new();
        };
        let purpose = self.text_of(&["季度走访", "新住户走访", "节前安全走访"]);
        let payload = json!({ "communityId": self.author.community, "kind": "home",
            "unitId": unit, "purpose": purpose, "visitorId": self.author.me });
        let record = self.records.mint();
        vec![self.mutation("visit.plan", &record, &payload)]
    }

    fn plan_return(&mut self) -> Vec<(String, Made)> {
        let is_finished =
            |ticket: &Value| ticket["kind"] == "repair" && ticket["state"] == "finished";
        let Some((ticket, _)) = self.one_of("ticket", is_finished) else {
            return Vec::new();
        };
        let payload = json!({ "communityId": self.author.community, "kind": "return",
            "ticketId": ticket, "purpose": self.text_of(&["维修回访"]),
            "visitorId": self.author.me });
        let record = self.records.mint();
        vec![self.mutation("visit.plan", &record, &payload)]
    }

    /// Other words for what a visit is about or came to.
    pub(super) fn edit_visit(&mut self) -> Vec<(String, Made)> {
        let Some((id, visit)) = self.one_of("visit", |visit| visit["state"] != "cancelled") else {
            return Vec::new();
        };
        let field = self.pick(&["purpose", "opinion", "handling", "result"]);
        let payload = json!({ field: self.text() });
        let mut written = self.mutation("visit.edit", &id, &payload);
        written.1.body["baseSeq"] = json!(visit.seq);
        if self.dice.random_bool(0.7) {
            written.1.body["base"] = json!({ field: visit.document[field] });
        }
        vec![written]
    }

    /// How a visit ends: at home a return visit is signed, by telephone there is nothing to sign.
    fn finish(&mut self, is_return: bool, by_phone: bool, note: &str) -> Value {
        let outcomes = if is_return {
            ["satisfied", "satisfied", "defect"]
        } else {
            ["satisfied", "satisfied", "new_opinion"]
        };
        let mut payload = json!({ "channel": "home", "outcome": self.pick(&outcomes),
            "note": note, "opinion": "希望增设非机动车棚", "handling": "已记录并转工程部" });
        if by_phone {
            payload["channel"] = json!("phone");
            payload["note"] = json!("");
        } else if is_return {
            payload["signature"] = json!(self.digest());
        }
        payload
    }

    /// The next step of a visit, as this phone knows it; the other of the two may have told it.
    pub(super) fn visit(&mut self) -> Vec<(String, Made)> {
        let Some((id, visit)) = self.one_of("visit", |visit| visit["state"] != "cancelled") else {
            return Vec::new();
        };
        let note = self.text_of(&AT_THE_DOOR);
        let state = visit.document["state"].as_str().unwrap_or_default();
        let is_return = visit.document["kind"] == "return";
        let by_phone = is_return && self.dice.random_bool(0.3);
        let (kind, payload) = match state {
            "planned" | "appointed" if by_phone => {
                ("visit.finish", self.finish(is_return, true, &note))
            }
            "planned" | "refused" | "absent" => {
                let others = self.others();
                let companion = others.get(self.dice.random_range(0..others.len().max(1)));
                let at = self.clocks.began_at + chrono::TimeDelta::hours(2);
                let payload = json!({ "appointedAt": at, "visitorId": self.author.me,
                    "companionId": companion, "isInside": true, "note": note });
                ("visit.appoint", payload)
            }
            "appointed" => ("visit.step", json!({ "to": "at_door", "note": note })),
            "at_door" => {
                let to = self.pick(&["in_talk", "in_talk", "absent", "refused"]);
                ("visit.step", json!({ "to": to, "note": note }))
            }
            "in_talk" => ("visit.finish", self.finish(is_return, false, &note)),
            "done" if !is_return && self.dice.random_bool(0.5) => {
                ("visit.report", json!({ "note": note }))
            }
            "done" if is_return => ("visit.check", json!({ "note": note })),
            "checked" => ("visit.archive", json!({ "note": note })),
            _ => {
                let is_opinion = self.dice.random_bool(0.5);
                let payload = json!({ "note": note, "isOpinion": is_opinion });
                ("visit.note", payload)
            }
        };
        let mut written = self.mutation(kind, &id, &payload);
        if self.dice.random_bool(0.5) {
            written.1.body["baseSeq"] = json!(visit.seq);
        }
        vec![written]
    }

    pub(super) fn complain(&mut self) -> (String, Made) {
        let mut payload = self.trouble();
        payload["kind"] = json!("complaint");
        let summary = format!("{} {}", self.pick(&COMPLAINTS), self.author.tag);
        payload["summary"] = json!(summary);
        payload["channel"] = json!(self.pick(&["spoken", "letter"]));
        payload["demand"] = json!("尽快处理并回复");
        let record = self.records.mint();
        self.mutation("ticket.open", &record, &payload)
    }

    /// The next step of a complaint.
    pub(super) fn handle(&mut self) -> Vec<(String, Made)> {
        let is_open = |ticket: &Value| {
            let state = ticket["state"].as_str();
            ticket["kind"] == "complaint" && !matches!(state, Some("closed" | "cancelled"))
        };
        let Some((id, complaint)) = self.one_of("ticket", is_open) else {
            return Vec::new();
        };
        let note = self.text_of(&HANDLING);
        let to = match complaint.document["state"].as_str().unwrap_or_default() {
            "registered" => {
                let severity = self.pick(&["major", "important", "minor"]);
                let payload = json!({ "severity": severity, "note": note });
                return vec![self.mutation("ticket.grade", &id, &payload)];
            }
            "graded" => {
                let responsible = self.author.me.as_ref().unwrap_or(&self.author.supervisor);
                let payload = json!({ "department": "客户服务部", "responsibleId": responsible,
                    "note": note });
                return vec![self.mutation("ticket.route", &id, &payload)];
            }
            _ if self.dice.random_bool(0.1) => {
                let payload = json!({ "staffMemberId": self.author.supervisor, "note": note });
                return vec![self.mutation("ticket.escalate", &id, &payload)];
            }
            "routed" => "contacted",
            "contacted" => "planned",
            "planned" => "in_progress",
            "in_progress" => "informed",
            "informed" => "returned",
            _ => "closed",
        };
        let payload = json!({ "to": to, "note": note });
        vec![self.mutation("ticket.advance", &id, &payload)]
    }

    /// One of the newer records of a collection, mostly, as this phone holds it.
    fn one_of(
        &mut self,
        collection: &str,
        suits: impl Fn(&Value) -> bool,
    ) -> Option<(String, Record)> {
        let all = self.store.of(collection);
        let all: Vec<_> = all.filter(|(_, it)| suits(&it.document)).collect();
        let newest = all.len().saturating_sub(6);
        let from = if self.dice.random_bool(0.7) {
            newest
        } else {
            0
        };
        let place = from + self.dice.random_range(0..(all.len() - from).max(1));
        let (id, record) = all.get(place)?;
        Some(((*id).to_owned(), (*record).clone()))
    }
}
