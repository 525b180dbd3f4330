//! Editing the texts of a visit, at the desk or offline.

use entity::ids::VisitId;
use entity::stamps::PENDING;
use entity::sync::MutationOutcome;
use entity::visits::{VisitEventKind, visit};
use serde_json::{Map, Value, json};

use super::super::access;
use super::super::error::VisitError;
use super::super::rules::is_settled;
use super::{event, find};
use crate::auth::Viewer;
use crate::command::issue::{About, file_losses, prefetch_authors};
use crate::command::merge::{Edit, Field, Outcome, Policy, merge};
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{LINE, TEXT, required_text, text};

/// The fields that may be edited, and what happens when two people edited one.
pub const FIELDS: &[Field] = &[
    Field::new("purpose", Policy::StoredWins),
    Field::new("opinion", Policy::Append),
    Field::new("handling", Policy::Manual),
    Field::new("result", Policy::Manual),
];

/// Changes some of the texts.
#[derive(Clone, Debug)]
pub struct EditVisit {
    pub id: VisitId,
    /// The version the author had; none means the present one.
    pub base_seq: Option<i64>,
    /// The values the author had.
    pub base: Option<Map<String, Value>>,
    pub changes: Map<String, Value>,
}

impl Command for EditVisit {
    const KIND: &'static str = "visit.edit";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let ids = batch.iter().map(|edit| edit.id);
        write.load::<visit::Model>(ids.clone()).await?;
        let visits = ids.filter_map(|id| write.get::<visit::Model>(id));
        let stamps: Vec<_> = visits.map(|visit| visit.field_seq.clone()).collect();
        prefetch_authors(write, stamps).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let visit = find(write, viewer, self.id)?;
        if !access::may_go(viewer, &visit) {
            return Err(ApiError::forbidden());
        }
        if is_settled(visit.state) {
            return Err(VisitError::Settled(visit.state).into());
        }
        let changes = checked(&self.changes)?;
        let session = occasion.session(viewer);
        let edit = Edit {
            session,
            base_seq: self.seen(&visit),
            base: self.base.as_ref(),
            changes: &changes,
        };
        let before = values(&visit);
        let merged = merge(FIELDS, &before, &visit.field_seq, &edit)?;
        let about = About {
            community_id: visit.community_id,
            collection: "visit",
            record_id: &visit.id.to_string(),
        };
        let author = viewer.into();
        let stamps = &visit.field_seq;
        file_losses(write, &author, occasion, &about, stamps, &merged.losses)?;
        if !merged.writes.is_empty() {
            write.update::<visit::Model>(visit.id, |row| {
                apply(row, &merged.writes);
                merged.stamp(&mut row.field_seq, PENDING, session);
            })?;
            let mut event = event(write, viewer, occasion, &visit, VisitEventKind::Edited);
            event.note = merged.writes.keys().cloned().collect::<Vec<_>>().join(", ");
            event.details.changes = merged.changes(&before);
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
            ..Effect::on(&visit)
        })
    }
}

impl EditVisit {
    /// The version that the author had. One that the visit never reached is of another history, before a
    /// backup was restored: then he is taken to have seen nothing.
    fn seen(&self, visit: &visit::Model) -> i64 {
        match self.base_seq {
            None => PENDING,
            Some(seq) if seq > visit.seq => 0,
            Some(seq) => seq,
        }
    }
}

/// The editable values as phones know them.
fn values(visit: &visit::Model) -> Map<String, Value> {
    let values = json!({
        "purpose": visit.purpose,
        "opinion": visit.opinion,
        "handling": visit.handling,
        "result": visit.result,
    });
    values.as_object().cloned().unwrap_or_default()
}

/// The changes with every text checked and trimmed.
fn checked(changes: &Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
    let mut checked = changes.clone();
    for (name, value) in &mut checked {
        let field = FIELDS.iter().find(|field| field.name == name);
        let Some(field) = field.map(|field| field.name) else {
            return Err(ApiError::invalid(
                "changes",
                format!("{name:?} is no field that can be edited"),
                format!("{name:?} 不是可修改的字段"),
            ));
        };
        if value.is_null() {
            *value = "".into();
        }
        let Value::String(said) = &*value else {
            return Err(ApiError::invalid(field, "has the wrong type", "类型不正确"));
        };
        let said = match field {
            "purpose" => required_text(field, said, LINE)?,
            _ => text(field, said, TEXT)?,
        };
        *value = said.into();
    }
    Ok(checked)
}

fn apply(row: &mut visit::Model, writes: &Map<String, Value>) {
    for (name, value) in writes {
        let Value::String(said) = value else {
            continue;
        };
        match name.as_str() {
            "purpose" => row.purpose.clone_from(said),
            "opinion" => row.opinion.clone_from(said),
            "handling" => row.handling.clone_from(said),
            "result" => row.result.clone_from(said),
            _ => {}
        }
    }
}
