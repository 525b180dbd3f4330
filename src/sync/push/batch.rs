//! The batch: what of it is new, what it loads together, and each mutation decided in its turn.

use std::collections::BTreeMap;

use entity::sync::{MutationOutcome, sync_mutation};

use super::envelope::{Arrived, record_id, unread};
use super::error::{PushError, Unforeseen};
use super::occasion::occasion;
use super::quota::Room;
use super::step::Step;
use super::{Mode, Outcome};
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::Person;
use crate::command::issue::{About, file_quarantined, file_unread};
use crate::command::{Effect, Occasion};
use crate::database::Write;
use crate::database::sealed::Purpose;
use crate::error::ApiError;
use crate::sync::protocol::Mutation;
use crate::sync::registry::{self, AnyCommand, Kind, Registry};

/// A batch under way.
pub(super) struct Batch<'a> {
    pub app: &'a App,
    pub registry: &'a Registry,
    pub viewer: &'a Viewer,
    pub person: &'a Person,
    pub mode: Mode,
    /// What became of the mutations of this session that matter here, by id.
    pub known: BTreeMap<String, sync_mutation::Model>,
    /// How much of what cannot be applied may still be kept; not asked before something is.
    room: Option<Room>,
    /// Whether a record that is missing may be one that a restore has lost; not asked before one is.
    pub may_be_given_back: Option<bool>,
}

impl<'a> Batch<'a> {
    pub fn new(
        app: &'a App,
        registry: &'a Registry,
        viewer: &'a Viewer,
        person: &'a Person,
        mode: Mode,
    ) -> Self {
        Self {
            app,
            registry,
            viewer,
            person,
            mode,
            known: BTreeMap::new(),
            room: None,
            may_be_given_back: None,
        }
    }

    pub fn decode(
        &self,
        arrived: &Arrived,
    ) -> Result<(std::sync::Arc<dyn Kind>, AnyCommand), ApiError> {
        let mutation = arrived.read.as_ref().map_err(Clone::clone)?;
        let kind = self.registry.find_kind(&mutation.kind);
        let kind = kind
            .ok_or_else(|| PushError::KindUnknown(mutation.kind.clone()))?
            .clone();
        let about = registry::About {
            record_id: record_id(mutation)?,
            base_seq: mutation.base_seq,
            base: mutation.base.clone(),
        };
        let command = kind.decode(about, &mutation.payload)?;
        Ok((kind, command))
    }

    /// Loads together, then decides in the order they were sent, group by group.
    pub async fn decide_all(
        &mut self,
        steps: &[Step<'_>],
        write: &mut Write,
    ) -> Result<Vec<Outcome>, ApiError> {
        let mut kinds: BTreeMap<&str, (&std::sync::Arc<dyn Kind>, Vec<&AnyCommand>)> =
            BTreeMap::new();
        for (kind, command) in steps.iter().filter_map(|step| step.command.as_ref().ok()) {
            kinds
                .entry(kind.name())
                .or_insert((kind, Vec::new()))
                .1
                .push(command);
        }
        if self.mode == Mode::Unseen {
            kinds.clear();
        }
        for (kind, commands) in kinds.into_values() {
            kind.prefetch(&commands, self.viewer, write).await?;
        }
        let mut outcomes = Vec::new();
        for group in groups(steps) {
            outcomes.extend(self.decide_group(group, write).await?);
        }
        self.give_up_on_left(steps, &mut outcomes, write).await?;
        Ok(outcomes)
    }

    /// All or nothing.
    async fn decide_group(
        &mut self,
        group: &[Step<'_>],
        write: &mut Write,
    ) -> Result<Vec<Outcome>, ApiError> {
        let savepoint = write.savepoint();
        let mut decided: Vec<Result<Effect, ApiError>> = Vec::new();
        for (place, step) in group.iter().enumerate() {
            let decision = self.decide(step, &group[..place], write);
            if let Err(error) = &decision {
                if error.is_internal() && !self.gives_up_on(step, error) {
                    return Err(error.clone());
                }
                write.rollback_to(&savepoint);
            }
            let failed = decision.is_err();
            decided.push(decision);
            if failed {
                break;
            }
        }
        let failure = decided.iter().position(Result::is_err);
        let mut waits = false;
        if let Some(at) = failure
            && let Some(Err(error)) = decided.get(at)
        {
            waits = self.is_waiting(&group[at], error, write).await?;
        }
        if failure.is_some() && !self.finds_room(group, write).await? {
            let not_taken = group.iter().map(|step| self.not_taken(step.arrived));
            return Ok(not_taken.collect());
        }
        let mut outcomes = Vec::new();
        for (place, step) in group.iter().enumerate() {
            let decision = match failure {
                None => decided.get(place).cloned(),
                Some(at) if at == place => decided.get(at).cloned(),
                Some(_) if waits => Some(Err(PushError::Waits.into())),
                Some(_) => Some(Err(PushError::GroupFailed.into())),
            };
            let decision = decision.unwrap_or_else(|| Err(PushError::GroupFailed.into()));
            outcomes.push(self.settle(step, &decision, waits, write)?);
        }
        Ok(outcomes)
    }

    /// Whether these may be kept, which takes their room.
    async fn finds_room(&mut self, group: &[Step<'_>], write: &Write) -> Result<bool, ApiError> {
        let room = match self.room {
            Some(room) => room,
            None => Room::of(write, self.person, &self.app.settings().sync).await?,
        };
        let room = self.room.insert(room);
        Ok(room.take(group))
    }

    /// Whether one that failed in a way nobody foresaw is kept out now. The batch that it came with is
    /// taken apart first; what waits comes with every batch, and would have all of them taken apart.
    fn gives_up_on(&self, step: &Step<'_>, error: &ApiError) -> bool {
        if matches!(self.mode, Mode::GiveUp | Mode::Unseen) {
            return true;
        }
        let (id, kind) = (&*step.arrived.id, step.arrived.text("kind"));
        let cause = error.causes();
        tracing::error!(
            mutation.id = id,
            mutation.kind = kind,
            cause,
            "a mutation failed"
        );
        step.received_at.is_some()
    }

    /// `before` are the members of its group that stand so far.
    fn decide(
        &self,
        step: &Step<'_>,
        before: &[Step<'_>],
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        if matches!(self.mode, Mode::GiveUp | Mode::Unseen) {
            return Err(Unforeseen.into());
        }
        if self.person.has_left {
            return Err(PushError::AccountLeft.into());
        }
        let (kind, command) = step.command.as_ref().map_err(Clone::clone)?;
        let mutation = step.arrived.read.as_ref().map_err(Clone::clone)?;
        if self.must_wait(mutation, before) {
            return Err(PushError::Waits.into());
        }
        kind.decide(command, &self.occasion(step, write), self.viewer, write)
    }

    /// It names a predecessor that has not been applied. Or it was made on a version of the record,
    /// and an earlier one of this session on that record still waits.
    fn must_wait(&self, mutation: &Mutation, before: &[Step<'_>]) -> bool {
        use MutationOutcome::{Deferred, Quarantined};
        let unready = |row: &sync_mutation::Model| matches!(row.outcome, Deferred | Quarantined);
        let stands = |after: &&String| before.iter().any(|step| step.arrived.id == **after);
        let named = mutation.after.as_ref().filter(|after| !stands(after));
        let earlier = |row: &sync_mutation::Model| {
            row.outcome == Deferred
                && row.record_id == mutation.record_id
                && row.mutation_id != mutation.mutation_id
        };
        named.is_some_and(|after| self.known.get(after).is_none_or(unready))
            || (mutation.base_seq.is_some() && self.known.values().any(earlier))
    }

    fn occasion(&self, step: &Step<'_>, write: &Write) -> Occasion {
        let received_at = step.received_at.unwrap_or(write.now());
        occasion(
            write.keys(),
            self.person.session_id,
            step.arrived,
            received_at,
        )
    }

    /// Writes down what became of a mutation; what was kept out becomes a sync issue.
    pub fn settle(
        &mut self,
        step: &Step<'_>,
        decision: &Result<Effect, ApiError>,
        waits: bool,
        write: &mut Write,
    ) -> Result<Outcome, ApiError> {
        let (outcome, refusal) = match decision {
            Ok(effect) => (effect.outcome, None),
            Err(error) if waits => (MutationOutcome::Deferred, Some(error.clone())),
            Err(error) => (MutationOutcome::Quarantined, Some(error.clone())),
        };
        let code = refusal.as_ref().map(|refusal| refusal.code().as_str());
        let mut row = self.row(step.arrived, outcome, code);
        row.missing = refusal
            .as_ref()
            .and_then(ApiError::missing)
            .map(str::to_owned);
        row.position = step.position;
        row.deliveries = step.deliveries;
        row.resolved_at = write.now();
        row.received_at = step.received_at.unwrap_or(write.now());
        row.envelope = write
            .keys()
            .seal(Purpose::Envelope, &step.arrived.raw.to_string())?;
        if let Ok(effect) = decision {
            row.community_id = effect.community_id;
        } else if let Some(community) = self.community(step, write) {
            row.community_id = community;
        }
        if outcome == MutationOutcome::Quarantined {
            let about = About {
                community_id: row.community_id,
                collection: self.registry.collection_of(&row.kind),
                record_id: &row.record_id,
            };
            let occasion = self.occasion(step, write);
            file_quarantined(
                write,
                &self.viewer.into(),
                &occasion,
                &about,
                code.unwrap_or_default(),
            )?;
        }
        if decision.is_ok() {
            let about = About {
                community_id: row.community_id,
                collection: self.registry.collection_of(&row.kind),
                record_id: &row.record_id,
            };
            let unread = unread(self.registry, step.arrived);
            let occasion = self.occasion(step, write);
            file_unread(write, &self.viewer.into(), &occasion, &about, &unread)?;
        }
        // What goes on waiting is written down as it was.
        let waits_on = outcome == MutationOutcome::Deferred && step.received_at.is_some();
        if !waits_on {
            write.append(row.clone());
        }
        self.known.insert(row.mutation_id.clone(), row.clone());
        let record = match decision {
            Ok(effect) => Some((effect.collection, effect.record_id)),
            Err(_) => self.record_of(&row),
        };
        Ok(Outcome {
            row,
            is_taken: true,
            duplicate: false,
            record,
            refusal,
        })
    }
}

/// The batch taken apart where its members need not stand together.
pub(super) fn groups<'s, 'a>(steps: &'s [Step<'a>]) -> impl Iterator<Item = &'s [Step<'a>]> {
    steps.chunk_by(|one, next| {
        one.arrived.group().is_some() && one.arrived.group() == next.arrived.group()
    })
}
