//! Running a mutation again, or giving a lost value its field: what the office does with issues.

use entity::accounts::{account, session};
use entity::ids::SessionId;
use entity::sync::{MutationOutcome, sync_issue, sync_mutation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::envelope::{self, record_id, unread};
use super::occasion::occasion;
use super::witness::Witness;
use crate::auth::Viewer;
use crate::command::issue::{self, Author, file_unread};
use crate::command::{Effect, Occasion};
use crate::database::Write;
use crate::database::sealed::Purpose;
use crate::error::ApiError;
use crate::sync::protocol::Mutation;
use crate::sync::registry::{About, Malformed, Registry};
use crate::sync::settle::IssueError;

/// What the office puts in the place of what an author sent; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Correction {
    pub kind: Option<String>,
    pub record_id: Option<String>,
    pub payload: Option<Map<String, Value>>,
}

impl Correction {
    /// The mutation as it is to be run. What of the envelope cannot be read tells nothing.
    fn apply(&self, registry: &Registry, id: &str, raw: &Value) -> Mutation {
        let text = |field: &str| raw.get(field).and_then(Value::as_str).map(str::to_owned);
        let sent = raw.get("payload").and_then(Value::as_object).cloned();
        let sent = sent.unwrap_or_default();
        let (_, witness) = Witness::of(raw);
        let payload = self.payload.clone().map(|mut payload| {
            registry.unmask(&mut payload, &sent);
            payload
        });
        Mutation {
            mutation_id: id.to_owned(),
            kind: self.kind.clone().or(text("kind")).unwrap_or_default(),
            record_id: self
                .record_id
                .clone()
                .or(text("recordId"))
                .unwrap_or_default(),
            payload: payload.unwrap_or(sent),
            base_seq: witness.base_seq,
            base: witness.base,
            observed: witness.observed,
            after: None,
            group: None,
        }
    }
}

/// On whose authority something is tried again.
pub struct Again<'a> {
    pub registry: &'a Registry,
    pub viewer: &'a Viewer,
}

impl Again<'_> {
    /// Runs a quarantined mutation again, with all of its group, and notes the new outcomes; gives the
    /// ids of all that were run. What waited for them follows with the next push of the session:
    /// nobody in the office has looked at that, so it has no authority but its author's.
    pub async fn run(
        &self,
        write: &mut Write,
        session: SessionId,
        mutation_id: &str,
        correction: &Correction,
    ) -> Result<Vec<String>, ApiError> {
        use sync_mutation::Column::{
            GroupId, Outcome, Position, ReceivedAt, SessionId as OfSession,
        };
        // The session's own pushes wait until this is done.
        write.load::<session::Model>([session]).await?;
        let key = (session, mutation_id.to_owned());
        let row = sync_mutation::Entity::find_by_id(key)
            .one(write.connection())
            .await?;
        let row = row.ok_or_else(|| ApiError::not_found("sync_issue"))?;
        let rows = match &row.group_id {
            None => vec![row],
            Some(group) => {
                let group = sync_mutation::Entity::find()
                    .filter(OfSession.eq(session))
                    .filter(GroupId.eq(group))
                    .filter(ReceivedAt.eq(row.received_at))
                    .filter(Outcome.eq(MutationOutcome::Quarantined))
                    .order_by_asc(Position);
                group.all(write.connection()).await?
            }
        };
        let ids = rows.iter().map(|row| row.mutation_id.clone()).collect();
        let as_sent = Correction::default();
        for row in rows {
            let is_named = row.mutation_id == mutation_id;
            let correction = if is_named { correction } else { &as_sent };
            self.replay(write, row, correction).await?;
        }
        Ok(ids)
    }

    async fn replay(
        &self,
        write: &mut Write,
        mut row: sync_mutation::Model,
        correction: &Correction,
    ) -> Result<(), ApiError> {
        let raw = write.keys().open(Purpose::Envelope, &row.envelope)?;
        let raw: Value =
            serde_json::from_str(&raw).map_err(|error| Malformed(error.to_string()))?;
        let mut arrived = envelope::read(&raw);
        if *correction != Correction::default() {
            let corrected = correction.apply(self.registry, &row.mutation_id, &raw);
            let payload = serde_json::to_string(&corrected.payload);
            let payload = payload.map_err(|error| Malformed(error.to_string()))?;
            row.correction = Some(write.keys().seal(Purpose::Envelope, &payload)?);
            arrived.read = Ok(corrected);
        }
        let mutation = arrived.read.as_ref().map_err(Clone::clone)?;
        let about = About {
            record_id: record_id(mutation)?,
            base_seq: mutation.base_seq,
            base: mutation.base.clone(),
        };
        let occasion = occasion(write.keys(), row.session_id, &arrived, row.received_at);
        let effect = self
            .step(write, &mutation.kind, about, &mutation.payload, &occasion)
            .await?;
        row.outcome = effect.outcome;
        (row.code, row.missing) = (None, None);
        row.community_id = effect.community_id;
        let about = issue::About {
            community_id: row.community_id,
            collection: self.registry.collection_of(&mutation.kind),
            record_id: &mutation.record_id,
        };
        write.see::<account::Model>([row.author_account_id]).await?;
        let author = Author::of(write, row.author_account_id);
        let unread = unread(self.registry, &arrived);
        file_unread(write, &author, &occasion, &about, &unread)?;
        row.resolved_at = write.now();
        write.append(row);
        Ok(())
    }

    /// Edits the record of an issue, with the collection's own edit command. A third value that has
    /// come into the field since is not overwritten unseen.
    pub async fn edit(
        &self,
        write: &mut Write,
        issue: &sync_issue::Model,
        changes: Map<String, Value>,
    ) -> Result<(), ApiError> {
        let record_id = Uuid::try_parse(&issue.record_id)
            .map_err(|_| Malformed("recordId must be a UUID".to_owned()))?;
        let seen = issue.field.clone().zip(issue.kept_value.clone());
        let about = About {
            record_id,
            base_seq: seen.is_some().then_some(0),
            base: seen.map(|seen| Map::from_iter([seen])),
        };
        let occasion = Occasion::now(write);
        let kind = format!("{}.edit", issue.collection);
        let effect = self.step(write, &kind, about, &changes, &occasion).await?;
        match effect.outcome {
            MutationOutcome::ConflictKept => Err(IssueError::Moved.into()),
            _ => Ok(()),
        }
    }

    async fn step(
        &self,
        write: &mut Write,
        kind: &str,
        about: About,
        payload: &Map<String, Value>,
        occasion: &Occasion,
    ) -> Result<Effect, ApiError> {
        let found = self.registry.find_kind(kind);
        let kind = found.ok_or_else(|| Malformed(format!("there is no {kind:?}")))?;
        let command = kind.decode(about, payload)?;
        kind.prefetch(&[&command], self.viewer, write).await?;
        kind.decide(&command, occasion, self.viewer, write)
    }
}
