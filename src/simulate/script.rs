//! What a phone writes down: mutations made from its store and its dice. Nothing here speaks to
//! anybody.

use std::collections::BTreeMap;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Map, Value, json};

use super::clocks::{Clocks, Telling};
use super::plan::{Action, Minter, Role};
use super::queue::Made;
use super::store::Store;

const STATES: [&str; 7] = [
    "recorded",
    "ordered",
    "dispatched",
    "on_site",
    "finished",
    "closed",
    "cancelled",
];
const TROUBLES: [&str; 6] = [
    "厨房水管漏水",
    "卫生间地漏堵塞",
    "楼道灯不亮",
    "门禁卡刷不开",
    "阳台推拉门卡住",
    "空调外机异响",
];
const WORDS: [&str; 6] = [
    "已联系住户",
    "已到现场",
    "等配件",
    "住户不在家",
    "请带梯子",
    "已拍照",
];

/// What a phone knows beside its store.
#[derive(Clone, Debug)]
pub struct Author {
    pub role: Role,
    /// Tells this phone of this run from all others, in every text it writes.
    pub tag: String,
    pub community: String,
    /// The staff member that the phone's owner is, if he is one.
    pub me: Option<String>,
    /// Those to whom tickets can be given.
    pub workers: Vec<String>,
    /// Those who hold the same post.
    pub peers: Vec<String>,
    /// Who decides about complaints.
    pub supervisor: String,
    /// What is printed at the points of rounds; none for a phone that has never been there.
    pub codes: BTreeMap<String, String>,
    /// Records of others that an outsider may have heard of.
    pub rumours: Vec<String>,
}

/// Pen and paper of one phone.
pub struct Pen<'a> {
    pub dice: &'a mut StdRng,
    pub mutations: &'a mut Minter,
    pub records: &'a mut Minter,
    pub author: &'a Author,
    pub store: &'a Store,
    pub clocks: &'a Clocks,
    pub now_ms: i64,
}

impl Pen<'_> {
    /// The mutations of an action, with the names the phone gives them, in the order they are sent.
    /// None when the store holds nothing to do it with.
    pub fn write(&mut self, action: Action) -> Vec<(String, Made)> {
        match action {
            Action::Open => vec![self.open()],
            Action::OpenAsGroup => self.open_as_group(),
            Action::ChildFirst => self.child_first(),
            Action::Edit => self.on_ticket(Self::edit),
            Action::Note => self.on_ticket(|pen, ticket| Some(pen.note_on(ticket))),
            Action::Advance => self.on_ticket(Self::advance),
            Action::AdvanceAstray => self.on_ticket(|pen, ticket| {
                let to = pen.pick(&STATES);
                Some(pen.advance_to(ticket, to))
            }),
            Action::Cancel => {
                self.on_ticket(|pen, ticket| Some(pen.advance_to(ticket, "cancelled")))
            }
            Action::Assign => self.on_ticket(Self::assign),
            Action::FailingGroup => self.failing_group(),
            Action::Malformed => vec![self.malformed()],
            Action::Intrude => self.intrude(),
            Action::Report => self.report(false),
            Action::ReportWithTicket => self.report(true),
            Action::Prepare => vec![self.prepare()],
            Action::HandOver => self.hand_over(),
            Action::PlanVisit => self.plan_visit(),
            Action::Visit => self.visit(),
            Action::EditVisit => self.edit_visit(),
            Action::Complain => vec![self.complain()],
            Action::Handle => self.handle(),
            _ => Vec::new(),
        }
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.dice.random_range(0..from.len())]
    }

    /// A text that nobody else ever writes.
    pub(super) fn text(&mut self) -> String {
        self.text_of(&WORDS)
    }

    /// One of these, marked so that nobody else ever writes it.
    pub(super) fn text_of(&mut self, words: &[&str]) -> String {
        let words = self.pick(words);
        let (tag, count) = (&self.author.tag, self.mutations.count());
        format!("{words} {tag}-{count}")
    }

    /// A mutation with the phone's clocks on it.
    pub(super) fn mutation(&mut self, kind: &str, record: &str, payload: &Value) -> (String, Made) {
        let id = self.mutations.mint();
        let telling = match self.dice.random_range(0..10) {
            0 => Telling::Nothing,
            1 => Telling::WallOnly,
            _ => Telling::Everything,
        };
        let (observed, believed) = self.clocks.observed(self.now_ms, telling);
        let said = ["note", "finding", "signature"].map(|field| payload.get(field));
        let mut said = said.into_iter().flatten().filter_map(Value::as_str);
        let text = said.find(|text| !text.is_empty()).map(str::to_owned);
        let mut body = json!({ "mutationId": id, "kind": kind, "recordId": record,
            "payload": payload });
        if let Some(observed) = observed {
            body["observed"] = observed;
        }
        let made = Made {
            body,
            kind: kind.to_owned(),
            record: record.to_owned(),
            text,
            group: None,
            believed,
            is_intrusion: false,
            delivered: 0,
            perhaps_delivered: 0,
            outcome: None,
            code: None,
            times_new: 0,
            is_settled: false,
        };
        (id, made)
    }

    pub(super) fn open(&mut self) -> (String, Made) {
        let payload = self.trouble();
        let record = self.records.mint();
        self.mutation("ticket.open", &record, &payload)
    }

    /// What a ticket begins with.
    pub(super) fn trouble(&mut self) -> Value {
        let units: Vec<String> = self.store.of("unit").map(|(id, _)| id.to_owned()).collect();
        let needs_unit = self.author.role == Role::Resident;
        let unit = (!units.is_empty() && (needs_unit || self.dice.random_bool(0.7)))
            .then(|| units[self.dice.random_range(0..units.len())].clone());
        let summary = format!("{} {}", self.pick(&TROUBLES), self.author.tag);
        let priority = self.pick(&["low", "normal", "high"]);
        json!({ "communityId": self.author.community, "unitId": unit,
            "summary": summary, "priority": priority, "convenientTime": "下午" })
    }

    pub(super) fn note_on(&mut self, ticket: &str) -> (String, Made) {
        let text = self.text();
        let is_internal = self.dice.random_bool(0.3);
        let payload = json!({ "note": text, "isInternal": is_internal });
        self.mutation("ticket.note", ticket, &payload)
    }

    pub(super) fn grouped(&mut self, mut members: Vec<(String, Made)>) -> Vec<(String, Made)> {
        let group = format!("{}-g{}", self.author.tag, self.mutations.count());
        for (_, made) in &mut members {
            made.body["group"] = json!(group);
            made.group = Some(group.clone());
        }
        members
    }

    fn open_as_group(&mut self) -> Vec<(String, Made)> {
        let open = self.open();
        let mut members = vec![open];
        let record = members[0].1.record.clone();
        for _ in 0..self.dice.random_range(1..=2) {
            members.push(self.note_on(&record));
        }
        self.grouped(members)
    }

    /// A step that cannot be taken, and notes that must fall with it.
    fn failing_group(&mut self) -> Vec<(String, Made)> {
        let Some((ticket, _)) = self.ticket() else {
            return Vec::new();
        };
        let mut members = vec![self.note_on(&ticket), self.advance_to(&ticket, "recorded")];
        // Somebody who knows the version has seen the record, so it fails and does not wait.
        for (_, made) in &mut members {
            made.body["baseSeq"] = json!(1);
        }
        self.grouped(members)
    }

    /// The note first, and the ticket it belongs to in a later push, if ever.
    fn child_first(&mut self) -> Vec<(String, Made)> {
        let (open_id, open) = self.open();
        let record = open.record.clone();
        let mut child = self.note_on(&record);
        if self.dice.random_bool(0.7) {
            child.1.body["after"] = json!(open_id);
        }
        let mut written = vec![child];
        if self.dice.random_bool(0.3) {
            let mut last = self.note_on(&record);
            last.1.body["after"] = json!(written[0].0);
            written.insert(0, last);
        }
        if self.dice.random_bool(0.9) {
            written.push((open_id, open));
        }
        written
    }

    fn ticket(&mut self) -> Option<(String, Map<String, Value>)> {
        let all: Vec<_> = self.store.of("ticket").collect();
        if all.is_empty() {
            return None;
        }
        // Phones mostly work on what is new, and so meet each other.
        let newest = all.len().saturating_sub(12);
        let from = if self.dice.random_bool(0.8) {
            newest
        } else {
            0
        };
        let (id, record) = all[self.dice.random_range(from..all.len())];
        let mut ticket = record.document.as_object().cloned().unwrap_or_default();
        ticket.insert("seq".to_owned(), json!(record.seq));
        Some((id.to_owned(), ticket))
    }

    fn on_ticket(
        &mut self,
        write: impl FnOnce(&mut Self, &str) -> Option<(String, Made)>,
    ) -> Vec<(String, Made)> {
        let Some((id, ticket)) = self.ticket() else {
            return Vec::new();
        };
        let seq = ticket.get("seq").cloned();
        let knows_version = self.dice.random_bool(0.6);
        let mut written: Vec<_> = write(self, &id).into_iter().collect();
        for (_, made) in &mut written {
            if let Some(seq) = seq
                .as_ref()
                .filter(|_| knows_version || made.kind == "ticket.edit")
            {
                made.body["baseSeq"] = seq.clone();
            }
        }
        written
    }

    fn edit(&mut self, ticket: &str) -> Option<(String, Made)> {
        let held = self.store.get("ticket", ticket)?.document.clone();
        let mut changes = Map::new();
        for _ in 0..self.dice.random_range(1..=2) {
            let field = self.pick(&["summary", "description", "convenientTime", "priority"]);
            let value = match field {
                "priority" => self.pick(&["low", "normal", "high", "urgent"]).to_owned(),
                _ => self.text(),
            };
            changes.insert(field.to_owned(), json!(value));
        }
        let known = changes
            .keys()
            .map(|field| (field.clone(), held[field].clone()));
        let base: Map<String, Value> = known.collect();
        let tells_base = self.dice.random_bool(0.7);
        let mut written = self.mutation("ticket.edit", ticket, &Value::Object(changes));
        if tells_base {
            written.1.body["base"] = Value::Object(base);
        }
        Some(written)
    }

    fn advance(&mut self, ticket: &str) -> Option<(String, Made)> {
        let state = self.store.get("ticket", ticket)?.document["state"].clone();
        let to = match (self.author.role, state.as_str()?) {
            (Role::Desk, "recorded") => "ordered",
            (Role::Desk, "finished") => "closed",
            (Role::Worker, "dispatched") => "on_site",
            (Role::Worker, "on_site") => "finished",
            (Role::Desk, "ordered") => return self.assign(ticket),
            _ => return Some(self.note_on(ticket)),
        };
        Some(self.advance_to(ticket, to))
    }

    fn advance_to(&mut self, ticket: &str, to: &str) -> (String, Made) {
        let payload = json!({ "to": to, "note": self.text() });
        self.mutation("ticket.advance", ticket, &payload)
    }

    fn assign(&mut self, ticket: &str) -> Option<(String, Made)> {
        let workers = &self.author.workers;
        let worker = workers
            .get(self.dice.random_range(0..workers.len().max(1)))?
            .clone();
        let payload = json!({ "assigneeId": worker, "note": self.text() });
        Some(self.mutation("ticket.assign", ticket, &payload))
    }

    /// An outsider writes on what he has only heard of.
    fn intrude(&mut self) -> Vec<(String, Made)> {
        let rumours = &self.author.rumours;
        let Some(record) = rumours.get(self.dice.random_range(0..rumours.len().max(1))) else {
            return Vec::new();
        };
        let record = record.clone();
        let mut note = self.note_on(&record);
        note.1.is_intrusion = true;
        if self.dice.random_bool(0.7) {
            note.1.body["baseSeq"] = json!(1);
        }
        vec![note]
    }

    /// Something no app of ours would send.
    fn malformed(&mut self) -> (String, Made) {
        let record = self.records.mint();
        let (id, mut made) = self.note_on(&record);
        let text = made.text.clone().unwrap_or_default();
        let body = &mut made.body;
        match self.dice.random_range(0..12) {
            0 => body["payload"]["colour"] = json!("red"),
            1 => body["kind"] = json!("ticket.fly"),
            2 => body["recordId"] = json!(format!("no uuid {id}")),
            3 => body["payload"]["note"] = json!(7),
            4 => body["payload"]["note"] = json!(format!("a\0b {text}")),
            5 => body["colour"] = json!("red"),
            6 => body["mutationId"] = json!(7),
            7 => body["mutationId"] = json!("x".repeat(65)),
            8 => body["recordId"] = json!(format!("a\0b {id}")),
            9 => body["after"] = json!("y".repeat(300)),
            10 => body["baseSeq"] = json!(i64::MIN),
            _ => *body = json!(format!("no object at all {text}")),
        }
        (id, made)
    }
}
