//! Editing the fields of a record that may be edited, at the desk or offline.

use std::marker::PhantomData;

use entity::changes::FieldChanges;
use entity::ids::CommunityId;
use entity::stamps::{FieldStamps, PENDING};
use entity::sync::MutationOutcome;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::Declared;
use crate::auth::Viewer;
use crate::command::issue::{About, file_losses, prefetch_authors};
use crate::command::merge::{self, Edit, Outcome, Policy, merge};
use crate::command::{Command, Effect, Occasion};
use crate::database;
use crate::error::ApiError;
use crate::json;
use crate::text::{Size, required_text, text};

/// Reads the stored value.
pub type Get<M> = fn(&M) -> serde_json::Result<Value>;

/// Puts a value into a record; one of another type is an error.
pub type Put<M> = fn(&mut M, Value) -> serde_json::Result<()>;

/// How a field is edited.
pub struct Editing<M> {
    policy: Policy,
    /// The words of a list that has an order, lowest first.
    ranks: &'static [&'static str],
    /// How much a text may hold; none for what is no text.
    size: Option<Size>,
    is_required: bool,
    get: Get<M>,
    put: Put<M>,
}

impl<M> Clone for Editing<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Editing<M> {}

impl<M> Editing<M> {
    pub const fn text(policy: Policy, size: Size, get: Get<M>, put: Put<M>) -> Self {
        Self {
            size: Some(size),
            ..Self::word(policy, get, put)
        }
    }

    pub const fn word(policy: Policy, get: Get<M>, put: Put<M>) -> Self {
        Self {
            policy,
            ranks: &[],
            size: None,
            is_required: false,
            get,
            put,
        }
    }

    #[must_use]
    pub const fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    #[must_use]
    pub const fn ranked(self, ranks: &'static [&'static str]) -> Self {
        Self { ranks, ..self }
    }
}

/// A record whose fields may be edited.
pub trait Edited: Declared {
    /// What the command is called.
    const EDIT: &'static str;

    fn community_id(&self) -> CommunityId;
    fn seq(&self) -> i64;
    fn stamps(&self) -> &FieldStamps;
    fn stamps_mut(&mut self) -> &mut FieldStamps;

    /// The record, if the viewer sees it.
    fn find(write: &database::Write, viewer: &Viewer, id: Uuid) -> Result<Self, ApiError>;

    /// Refuses whoever may not make these changes, and changes of what is over.
    fn check_edit(&self, viewer: &Viewer, changes: &Map<String, Value>) -> Result<(), ApiError>;

    /// Writes the changes, whose fields the note names, into the history.
    fn note_edit(
        &self,
        write: &mut database::Write,
        viewer: &Viewer,
        occasion: &Occasion,
        note: String,
        changes: FieldChanges,
    ) -> Result<(), ApiError>;
}

/// What [`Edited`] asks of the usual columns.
macro_rules! edited_columns {
    () => {
        fn community_id(&self) -> entity::ids::CommunityId {
            self.community_id
        }

        fn seq(&self) -> i64 {
            self.seq
        }

        fn stamps(&self) -> &entity::stamps::FieldStamps {
            &self.field_seq
        }

        fn stamps_mut(&mut self) -> &mut entity::stamps::FieldStamps {
            &mut self.field_seq
        }
    };
}
pub(crate) use edited_columns;

/// The fields that may be edited, and what happens when two people edited one.
pub fn editable<M: Declared>() -> Vec<merge::Field> {
    let fields = M::FIELDS.iter();
    let editable = fields.filter_map(|field| {
        let editing = field.editing.as_ref()?;
        Some(merge::Field::new(field.column.name, editing.policy).ranked(editing.ranks))
    });
    editable.collect()
}

/// Changes some of the fields that may be edited.
#[derive(Clone, Debug)]
pub struct EditRecord<M> {
    pub id: Uuid,
    /// The version the author had; none means the present one.
    pub base_seq: Option<i64>,
    /// The values the author had.
    pub base: Option<Map<String, Value>>,
    /// The fields by their names; which there are is checked by the command.
    pub changes: Map<String, Value>,
    record: PhantomData<fn() -> M>,
}

impl<M: Edited> Command for EditRecord<M> {
    const KIND: &'static str = M::EDIT;
    type Output = Effect;

    async fn prefetch(
        batch: &[&Self],
        _: &Viewer,
        write: &mut database::Write,
    ) -> Result<(), ApiError> {
        let ids = batch.iter().map(|edit| edit.id);
        write.load::<M>(ids.clone()).await?;
        let records = ids.filter_map(|id| write.get::<M>(id));
        let stamps: Vec<_> = records.map(|record| record.stamps().clone()).collect();
        prefetch_authors(write, stamps).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut database::Write,
    ) -> Result<Effect, ApiError> {
        let record = M::find(write, viewer, self.id)?;
        record.check_edit(viewer, &self.changes)?;
        let changes = checked(&record, &self.changes)?;
        let session = occasion.session(viewer);
        let edit = Edit {
            session,
            base_seq: self.seen(&record),
            base: self.base.as_ref(),
            changes: &changes,
        };
        let before = values(&record)?;
        let merged = merge(&editable::<M>(), &before, record.stamps(), &edit)?;
        let about = About {
            community_id: record.community_id(),
            collection: M::NAME,
            record_id: &self.id.to_string(),
        };
        let (author, stamps) = (viewer.into(), record.stamps());
        file_losses(write, &author, occasion, &about, stamps, &merged.losses)?;
        if !merged.writes.is_empty() {
            let mut row = record.clone();
            put(&mut row, &merged.writes)?;
            merged.stamp(row.stamps_mut(), PENDING, session);
            write.update::<M>(self.id, |stored| *stored = row)?;
            let note = merged.writes.keys().cloned().collect::<Vec<_>>().join(", ");
            let changes = FieldChanges(merged.changes(&before));
            record.note_edit(write, viewer, occasion, note, changes)?;
        }
        let outcome = match merged.outcome() {
            Outcome::Applied => MutationOutcome::Applied,
            Outcome::Merged => MutationOutcome::Merged,
            Outcome::ConflictKept => MutationOutcome::ConflictKept,
        };
        Ok(Effect {
            outcome,
            ..Effect::on(&record)
        })
    }
}

impl<M: Edited> EditRecord<M> {
    /// An edit by somebody who was looking at this version.
    pub fn new(id: Uuid, base_seq: Option<i64>, changes: Map<String, Value>) -> Self {
        Self {
            id,
            base_seq,
            base: None,
            changes,
            record: PhantomData,
        }
    }

    /// The version that the author had. One that the record never reached is of another history, before a
    /// backup was restored: then he is taken to have seen nothing.
    fn seen(&self, record: &M) -> i64 {
        match self.base_seq {
            None => PENDING,
            Some(seq) if seq > record.seq() => 0,
            Some(seq) => seq,
        }
    }
}

/// The editable values as phones know them.
fn values<M: Edited>(record: &M) -> Result<Map<String, Value>, ApiError> {
    let fields = M::FIELDS.iter();
    let editable = fields.filter_map(|field| Some((field.column.name, field.editing?)));
    let values = editable.map(|(name, editing)| Ok((name.to_owned(), (editing.get)(record)?)));
    let values: serde_json::Result<_> = values.collect();
    values.map_err(|error| ApiError::internal(error.to_string()))
}

/// The changes as they would be stored: every text checked and trimmed, every word one of its list.
fn checked<M: Edited>(
    record: &M,
    changes: &Map<String, Value>,
) -> Result<Map<String, Value>, ApiError> {
    let checked = changes.iter().map(|(name, value)| {
        let field = M::FIELDS.iter().find(|field| field.column.name == name);
        let Some((field, editing)) = field.and_then(|field| Some((field, field.editing?))) else {
            return Err(ApiError::invalid(
                "changes",
                format!("{name:?} is no field that can be edited"),
                format!("{name:?} 不是可修改的字段"),
            ));
        };
        let value = editing.checked(record, field.column.name, value)?;
        Ok((name.clone(), value))
    });
    checked.collect()
}

impl<M: Clone> Editing<M> {
    /// A value as it would be stored. Nothing is said in more than one way.
    fn checked(&self, record: &M, name: &'static str, value: &Value) -> Result<Value, ApiError> {
        let wrong = || ApiError::invalid(name, "has the wrong type", "类型不正确");
        let says_nothing = json::says_nothing(value);
        let Some(size) = self.size else {
            let value = if says_nothing { &Value::Null } else { value };
            (self.put)(&mut record.clone(), value.clone()).map_err(|_| wrong())?;
            return Ok(value.clone());
        };
        let said = if says_nothing {
            ""
        } else {
            value.as_str().ok_or_else(wrong)?
        };
        let said = if self.is_required {
            required_text(name, said, size)
        } else {
            text(name, said, size)
        };
        Ok(said?.into())
    }
}

fn put<M: Edited>(record: &mut M, writes: &Map<String, Value>) -> Result<(), ApiError> {
    for (name, value) in writes {
        let field = M::FIELDS.iter().find(|field| field.column.name == name);
        if let Some(editing) = field.and_then(|field| field.editing) {
            let put = (editing.put)(record, value.clone());
            put.map_err(|error| ApiError::internal(error.to_string()))?;
        }
    }
    Ok(())
}
