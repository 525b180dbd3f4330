//! What a refused mutation may wait for, and what its author is known to have had.

use std::collections::BTreeSet;

use entity::accounts::session;
use entity::ledger::feed;
use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::Outcome;
use super::batch::{Batch, groups};
use super::error::PushError;
use super::step::Step;
use crate::database::{Audience, Write, installation};
use crate::error::ApiError;
use crate::sync::horizon::may_be_given_back;

/// A record, by the name of its collection.
type Named = (&'static str, Uuid);

impl Batch<'_> {
    /// Whether a refusal only means that something has not arrived yet.
    pub async fn is_waiting(
        &mut self,
        step: &Step<'_>,
        error: &ApiError,
        write: &Write,
    ) -> Result<bool, ApiError> {
        if error.missing().is_some() && self.may_be_given_back.is_none() {
            let restored_at = installation::restored_at(write.connection()).await?;
            self.may_be_given_back = Some(may_be_given_back(restored_at, write.now()));
        }
        Ok(error.is_deferrable() || !self.awaited(step, error).is_empty())
    }

    /// The records that are missing and may still come: each collection of a row client comes by itself.
    /// A phone that sends the version it had has seen its record: then it is out of sight, and waiting
    /// would hide the loss. After a restore it may have seen a record that another phone gives back yet.
    fn awaited(&self, step: &Step<'_>, error: &ApiError) -> Vec<Named> {
        let (Some(missing), Ok(mutation)) = (error.missing(), step.arrived.read.as_ref()) else {
            return Vec::new();
        };
        let Some(kind) = self.registry.find_kind(&mutation.kind) else {
            return Vec::new();
        };
        let id = |text: &str| Uuid::try_parse(text).ok();
        let may_be_given_back = self.may_be_given_back == Some(true);
        if missing == kind.collection() {
            let has_seen = mutation.base_seq.is_some() && !may_be_given_back;
            let is_step = !kind.creates() && !has_seen;
            let own = id(&mutation.record_id).filter(|_| is_step);
            return own.map(|own| (missing, own)).into_iter().collect();
        }
        let is_given_back = may_be_given_back && self.registry.is_made_by_phones(missing);
        if !is_given_back && !self.registry.may_come(missing, self.viewer) {
            return Vec::new();
        }
        let named = |field: &str| id(mutation.payload.get(field)?.as_str()?);
        let references = kind.references().iter();
        references
            .filter(|(_, collection)| *collection == missing)
            .filter_map(|(field, _)| Some((missing, named(field)?)))
            .collect()
    }

    /// Keeps out at once what waits for records that its author has had: they have left his sight.
    pub async fn give_up_on_left(
        &mut self,
        steps: &[Step<'_>],
        outcomes: &mut [Outcome],
        write: &mut Write,
    ) -> Result<(), ApiError> {
        let awaited = |(step, outcome): (&Step<'_>, &Outcome)| match &outcome.refusal {
            Some(refusal) if outcome.row.outcome == MutationOutcome::Deferred => {
                self.awaited(step, refusal)
            }
            _ => Vec::new(),
        };
        let awaited: Vec<Vec<Named>> = steps.iter().zip(outcomes.iter()).map(awaited).collect();
        let ids: BTreeSet<Uuid> = awaited.iter().flatten().map(|(_, id)| *id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let had = self.had(&ids, write).await?;
        let is_lost =
            |awaited: &[Named]| !awaited.is_empty() && awaited.iter().all(|it| had.contains(&it.1));
        let mut rest = outcomes;
        let mut awaited = awaited.as_slice();
        for group in groups(steps) {
            let (outcomes, others) = std::mem::take(&mut rest).split_at_mut(group.len());
            let (of_group, of_others) = awaited.split_at(group.len());
            (rest, awaited) = (others, of_others);
            if !of_group.iter().any(|awaited| is_lost(awaited)) {
                continue;
            }
            for ((step, outcome), awaited) in group.iter().zip(outcomes).zip(of_group) {
                let refusal = outcome.refusal.take().filter(|_| is_lost(awaited));
                let refusal = refusal.unwrap_or_else(|| PushError::GroupFailed.into());
                *outcome = self.settle(step, &Err(refusal), false, write)?;
            }
        }
        Ok(())
    }

    /// Which of these records the author is known to have had: one of the audiences that he belonged to
    /// at some time was told of it, or something that he sent about it was taken.
    async fn had(&self, ids: &BTreeSet<Uuid>, write: &Write) -> Result<BTreeSet<Uuid>, ApiError> {
        use MutationOutcome::{Applied, ConflictKept, Merged};
        use sync_mutation::Column::{Outcome, RecordId, SessionId};
        let account = self.person.account_id;
        let mut audiences: BTreeSet<(Uuid, Audience)> = BTreeSet::new();
        for (realm, reach) in self.viewer.reach().realms() {
            audiences.extend(reach.keys().map(|audience| (*realm, audience.clone())));
        }
        for provider in self.registry.reach_providers() {
            let former = provider.former(write.connection(), account).await?;
            audiences.extend(former);
        }
        let audiences: BTreeSet<(Uuid, String)> = audiences
            .into_iter()
            .map(|(realm, audience)| (realm, audience.to_string()))
            .collect();
        let told: Vec<(Uuid, String, Uuid)> = feed::Entity::find()
            .select_only()
            .columns([
                feed::Column::Realm,
                feed::Column::Audience,
                feed::Column::RootId,
            ])
            .distinct()
            .filter(feed::Column::RootId.is_in(ids.iter().copied()))
            .into_tuple()
            .all(write.connection())
            .await?;
        let told = told
            .into_iter()
            .filter(|(realm, audience, _)| audiences.contains(&(*realm, audience.clone())));
        let mut had: BTreeSet<Uuid> = told.map(|(_, _, root)| root).collect();

        let sessions = Query::select()
            .column(session::Column::Id)
            .from(session::Entity)
            .and_where(session::Column::AccountId.eq(account))
            .to_owned();
        let done: Vec<String> = sync_mutation::Entity::find()
            .select_only()
            .column(RecordId)
            .distinct()
            .filter(SessionId.in_subquery(sessions))
            .filter(Outcome.is_in([Applied, Merged, ConflictKept]))
            .filter(RecordId.is_in(ids.iter().map(ToString::to_string)))
            .into_tuple()
            .all(write.connection())
            .await?;
        had.extend(done.iter().filter_map(|id| Uuid::try_parse(id).ok()));
        Ok(had)
    }
}
