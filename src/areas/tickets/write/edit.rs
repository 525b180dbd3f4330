//! Editing a ticket, at the desk or offline.

use entity::changes::FieldChanges;
use entity::ids::TicketId;
use entity::stamps::PENDING;
use entity::sync::MutationOutcome;
use entity::tickets::TicketEventKind;
use entity::tickets::{Priority, RepairClass, ticket};
use serde_json::{Map, Value, json};

use super::super::access;
use super::super::error::TicketError;
use super::super::rules::is_settled;
use super::{event, find};
use crate::auth::Viewer;
use crate::command::issue::{About, file_losses, prefetch_authors};
use crate::command::merge::{Edit, Field, Outcome, Policy, merge};
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::json;
use crate::text::{LINE, Size, TEXT, required_text, text};

/// The fields that may be edited, and what happens when two people edited one.
pub const FIELDS: &[Field] = &[
    Field::new("summary", Policy::StoredWins),
    Field::new("description", Policy::Manual),
    Field::new("convenientTime", Policy::LastWins),
    Field::new("priority", Policy::Max).ranked(&["low", "normal", "high", "urgent"]),
    Field::new("repairClass", Policy::StoredWins),
    Field::new("place", Policy::StoredWins),
    Field::new("personConcerned", Policy::StoredWins),
    Field::new("departmentsConcerned", Policy::StoredWins),
    Field::new("demand", Policy::Manual),
];

/// Changes some of the fields that may be edited.
#[derive(Clone, Debug)]
pub struct EditTicket {
    pub id: TicketId,
    /// The version the author had; none means the present one.
    pub base_seq: Option<i64>,
    /// The values the author had.
    pub base: Option<Map<String, Value>>,
    pub changes: Map<String, Value>,
}

impl Command for EditTicket {
    const KIND: &'static str = "ticket.edit";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|edit| edit.id);
        write.load::<ticket::Model>(ids.clone()).await?;
        let tickets = ids.filter_map(|id| write.get::<ticket::Model>(id));
        let stamps: Vec<_> = tickets.map(|ticket| ticket.field_seq.clone()).collect();
        prefetch_authors(write, stamps).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let ticket = find(write, viewer, self.id)?;
        let classes = self.changes.contains_key("repairClass");
        let ranks = self.changes.contains_key("priority");
        if !access::may_edit(viewer, &ticket)
            || classes && !access::may_classify(viewer, &ticket)
            || ranks && !access::may_prioritise(viewer, ticket.community_id)
        {
            return Err(ApiError::forbidden());
        }
        if is_settled(ticket.state) {
            return Err(TicketError::Settled(ticket.state).into());
        }
        let changes = checked(&self.changes)?;
        let session = occasion.session(viewer);
        let edit = Edit {
            session,
            base_seq: self.seen(&ticket),
            base: self.base.as_ref(),
            changes: &changes,
        };
        let before = values(&ticket);
        let merged = merge(FIELDS, &before, &ticket.field_seq, &edit)?;
        let about = About {
            community_id: ticket.community_id,
            collection: "ticket",
            record_id: &ticket.id.to_string(),
        };
        file_losses(
            write,
            &viewer.into(),
            occasion,
            &about,
            &ticket.field_seq,
            &merged.losses,
        )?;
        if !merged.writes.is_empty() {
            write.update::<ticket::Model>(ticket.id, |row| {
                apply(row, &merged.writes);
                merged.stamp(&mut row.field_seq, PENDING, session);
            })?;
            let mut event = event(write, viewer, occasion, &ticket, TicketEventKind::Edited);
            event.note = merged.writes.keys().cloned().collect::<Vec<_>>().join(", ");
            event.changes = Some(FieldChanges(merged.changes(&before)));
            event.is_internal = true;
            write.insert(event)?;
        }
        let outcome = match merged.outcome() {
            Outcome::Applied => MutationOutcome::Applied,
            Outcome::Merged => MutationOutcome::Merged,
            Outcome::ConflictKept => MutationOutcome::ConflictKept,
        };
        Ok(Effect {
            outcome,
            ..Effect::on(&ticket)
        })
    }
}

impl EditTicket {
    /// The version that the author had. One that the ticket never reached is of another history, before a
    /// backup was restored: then he is taken to have seen nothing.
    fn seen(&self, ticket: &ticket::Model) -> i64 {
        match self.base_seq {
            None => PENDING,
            Some(seq) if seq > ticket.seq => 0,
            Some(seq) => seq,
        }
    }
}

/// The editable values as phones know them.
fn values(ticket: &ticket::Model) -> Map<String, Value> {
    let values = json!({
        "summary": ticket.summary,
        "description": ticket.description,
        "convenientTime": ticket.convenient_time,
        "priority": ticket.priority,
        "repairClass": ticket.repair_class,
        "place": ticket.place,
        "personConcerned": ticket.person_concerned,
        "departmentsConcerned": ticket.departments_concerned,
        "demand": ticket.demand,
    });
    values.as_object().cloned().unwrap_or_default()
}

/// The texts that may be edited, and how much they may hold.
const TEXTS: &[(&str, Size)] = &[
    ("summary", LINE),
    ("description", TEXT),
    ("convenientTime", LINE),
    ("place", LINE),
    ("personConcerned", LINE),
    ("departmentsConcerned", LINE),
    ("demand", TEXT),
];

/// The changes with every text checked and trimmed.
fn checked(changes: &Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
    let mut checked = changes.clone();
    for (name, value) in &mut checked {
        // Nothing is said in more than one way.
        if json::says_nothing(value) {
            let is_text = TEXTS.iter().any(|(text, _)| text == name);
            *value = if is_text { "".into() } else { Value::Null };
        }
        let wrong = |field| ApiError::invalid(field, "has the wrong type", "类型不正确");
        let known = TEXTS.iter().find(|(text, _)| text == name);
        *value = match (name.as_str(), known, &*value) {
            ("summary", _, Value::String(line)) => required_text("summary", line, LINE)?.into(),
            (_, Some((name, size)), Value::String(free)) => text(name, free, *size)?.into(),
            (_, Some((name, _)), _) => return Err(wrong(name)),
            ("priority", _, value) => {
                serde_json::from_value::<Priority>(value.clone()).map_err(|_| wrong("priority"))?;
                value.clone()
            }
            ("repairClass", _, value) => {
                serde_json::from_value::<Option<RepairClass>>(value.clone())
                    .map_err(|_| wrong("repairClass"))?;
                value.clone()
            }
            _ => {
                return Err(ApiError::invalid(
                    "changes",
                    format!("{name:?} is no field that can be edited"),
                    format!("{name:?} 不是可修改的字段"),
                ));
            }
        };
    }
    Ok(checked)
}

fn apply(row: &mut ticket::Model, writes: &Map<String, Value>) {
    for (name, value) in writes {
        match (name.as_str(), value) {
            ("priority", value) => {
                row.priority = serde_json::from_value(value.clone()).unwrap_or(row.priority);
            }
            ("repairClass", value) => {
                row.repair_class =
                    serde_json::from_value(value.clone()).unwrap_or(row.repair_class);
            }
            (name, Value::String(text)) => {
                if let Some(field) = text_of(row, name) {
                    field.clone_from(text);
                }
            }
            _ => {}
        }
    }
}

fn text_of<'a>(row: &'a mut ticket::Model, name: &str) -> Option<&'a mut String> {
    match name {
        "summary" => Some(&mut row.summary),
        "description" => Some(&mut row.description),
        "convenientTime" => Some(&mut row.convenient_time),
        "place" => Some(&mut row.place),
        "personConcerned" => Some(&mut row.person_concerned),
        "departmentsConcerned" => Some(&mut row.departments_concerned),
        "demand" => Some(&mut row.demand),
        _ => None,
    }
}
