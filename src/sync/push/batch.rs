//! The batch: what of it is new, what it loads together, and each mutation decided in its turn.

use std::collections::{BTreeMap, BTreeSet};

use entity::accounts::session;
use entity::ids::CommunityId;
use entity::sync::{MutationOutcome, ObservedMark, sync_mutation};
use uuid::Uuid;

use super::envelope::{Arrived, record_id};
use super::error::{PushError, Unforeseen};
use super::{Outcome, deferral};
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::Person;
use crate::command::issue::{About, file_quarantined};
use crate::command::observed::{self, ObservedAt};
use crate::command::{Effect, Occasion, Origin};
use crate::database::Write;
use crate::database::sealed::Purpose;
use crate::error::{ApiError, ErrorCode};
use crate::sync::protocol::Mutation;
use crate::sync::pull::find_contact;
use crate::sync::registry::{self, AnyCommand, Kind, Registry};

/// A mutation that is new to the server, ready to be decided.
pub(super) struct Step<'a> {
    pub arrived: &'a Arrived,
    pub command: Result<(std::sync::Arc<dyn Kind>, AnyCommand), ApiError>,
    pub deliveries: i32,
    /// When it came first, if it waited.
    pub received_at: Option<sea_orm::prelude::DateTimeUtc>,
}

/// A batch under way.
pub(super) struct Batch<'a> {
    pub app: &'a App,
    pub registry: &'a Registry,
    pub viewer: &'a Viewer,
    pub person: &'a Person,
    /// It failed before in a way nobody foresaw: keep it out.
    pub give_up: bool,
    /// What became of the mutations of this session that matter here, by id.
    pub known: BTreeMap<String, sync_mutation::Model>,
}

impl<'a> Batch<'a> {
    pub fn new(
        app: &'a App,
        registry: &'a Registry,
        viewer: &'a Viewer,
        person: &'a Person,
        give_up: bool,
    ) -> Self {
        Self {
            app,
            registry,
            viewer,
            person,
            give_up,
            known: BTreeMap::new(),
        }
    }

    /// Applies the batch, and whatever waited for it.
    pub async fn run(
        &mut self,
        arrived: &[Arrived],
        write: &mut Write,
    ) -> Result<Vec<Outcome>, ApiError> {
        // Pushes of one session wait for each other: its mutations apply in its order.
        write
            .load::<session::Model>([self.person.session_id])
            .await?;
        self.look_up(arrived, write).await?;
        let before: BTreeSet<String> = self.known.keys().cloned().collect();
        self.count_replays(arrived, write).await?;

        let mut steps = Vec::new();
        let mut seen = BTreeSet::new();
        for mutation in arrived {
            if !before.contains(&mutation.id) && seen.insert(&*mutation.id) {
                let same = arrived
                    .iter()
                    .filter(|other| other.id == mutation.id)
                    .count();
                let deliveries = i32::try_from(same).unwrap_or(i32::MAX);
                let command = self.decode(mutation);
                steps.push(Step {
                    arrived: mutation,
                    command,
                    deliveries,
                    received_at: None,
                });
            }
        }
        let mut decided = self.decide_all(&steps, write).await?;
        deferral::resume(self, &mut decided, write).await?;

        let mut fresh: BTreeMap<String, Outcome> = decided
            .into_iter()
            .map(|outcome| (outcome.row.mutation_id.clone(), outcome))
            .collect();
        Ok(arrived
            .iter()
            .map(|mutation| self.outcome_of(mutation, &mut fresh))
            .collect())
    }

    /// The fresh outcome at the first place of an id, the present one at all others.
    fn outcome_of(&self, arrived: &Arrived, fresh: &mut BTreeMap<String, Outcome>) -> Outcome {
        if let Some(outcome) = fresh.remove(&arrived.id) {
            return outcome;
        }
        let row = self.known.get(&arrived.id).cloned();
        let row = row.unwrap_or_else(|| self.row(arrived, 1, MutationOutcome::Quarantined, None));
        let record = Uuid::try_parse(&row.record_id).ok();
        let collection = row
            .kind
            .split('.')
            .next()
            .and_then(|name| self.registry.find_collection(name));
        let record = record.zip(collection.map(|collection| collection.name()));
        Outcome {
            row,
            duplicate: true,
            record: record.map(|(id, name)| (name, id)),
            refusal: None,
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
        for (kind, commands) in kinds.into_values() {
            kind.prefetch(&commands, self.viewer, write).await?;
        }
        let mut outcomes = Vec::new();
        let together = |one: &Step, next: &Step| {
            one.arrived.group().is_some() && one.arrived.group() == next.arrived.group()
        };
        for group in steps.chunk_by(together) {
            outcomes.extend(self.decide_group(group, write)?);
        }
        Ok(outcomes)
    }

    /// All or nothing.
    fn decide_group(
        &mut self,
        group: &[Step<'_>],
        write: &mut Write,
    ) -> Result<Vec<Outcome>, ApiError> {
        let savepoint = write.savepoint();
        let mut decided: Vec<Result<Effect, ApiError>> = Vec::new();
        for step in group {
            let decision = self.decide(step, write);
            match &decision {
                Err(error) if error.is_internal() => return Err(error.clone()),
                Err(_) => write.rollback_to(&savepoint),
                Ok(_) => {}
            }
            let failed = decision.is_err();
            decided.push(decision);
            if failed {
                break;
            }
        }
        let failure = decided.iter().position(Result::is_err);
        let waits = failure.is_some_and(|at| {
            let refused = decided.get(at).and_then(|decision| decision.as_ref().err());
            refused.is_some_and(|error| is_waiting(&group[at], error))
        });
        let mut outcomes = Vec::new();
        for (place, step) in group.iter().enumerate() {
            let decision = match failure {
                None => decided.get(place).cloned(),
                Some(at) if at == place => decided.get(at).cloned(),
                Some(_) if waits => Some(Err(PushError::Waits.into())),
                Some(_) => Some(Err(PushError::GroupFailed.into())),
            };
            let decision = decision.unwrap_or_else(|| Err(PushError::GroupFailed.into()));
            outcomes.push(self.settle(step, decision, waits, write)?);
        }
        Ok(outcomes)
    }

    fn decide(&self, step: &Step<'_>, write: &mut Write) -> Result<Effect, ApiError> {
        if self.give_up {
            return Err(Unforeseen.into());
        }
        if self.person.has_left {
            return Err(PushError::AccountLeft.into());
        }
        let (kind, command) = step.command.as_ref().map_err(Clone::clone)?;
        let mutation = step.arrived.read.as_ref().map_err(Clone::clone)?;
        if self.must_wait(mutation) {
            return Err(PushError::Waits.into());
        }
        kind.decide(command, &self.occasion(step, write), self.viewer, write)
    }

    /// It names a predecessor that has not been applied. Or it was made on a version of the record,
    /// and an earlier one of this session on that record still waits.
    fn must_wait(&self, mutation: &Mutation) -> bool {
        use MutationOutcome::{Deferred, Quarantined};
        let unready = |row: &sync_mutation::Model| matches!(row.outcome, Deferred | Quarantined);
        let named = mutation.after.as_ref();
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
        let observed = step
            .arrived
            .read
            .as_ref()
            .ok()
            .and_then(|mutation| mutation.observed.as_ref());
        let contact = observed.and_then(|observed| observed.contact_id.as_deref());
        let contact = contact.and_then(|id| find_contact(self.app, self.person, id));
        let ObservedAt { at, mark } = observed.map_or(
            ObservedAt {
                at: received_at,
                mark: ObservedMark::Received,
            },
            |observed| observed::observed_at(observed, contact.as_ref(), received_at),
        );
        Occasion {
            observed_at: at,
            observed_mark: mark,
            received_at,
            mutation: Some(Origin {
                session_id: self.person.session_id,
                mutation_id: step.arrived.id.clone(),
                kind: step.arrived.text("kind").unwrap_or_default().to_owned(),
            }),
        }
    }

    /// Writes down what became of a mutation; what was kept out becomes a sync issue.
    fn settle(
        &mut self,
        step: &Step<'_>,
        decision: Result<Effect, ApiError>,
        waits: bool,
        write: &mut Write,
    ) -> Result<Outcome, ApiError> {
        let (outcome, refusal) = match &decision {
            Ok(effect) => (effect.outcome, None),
            Err(error) if waits || is_waiting(step, error) => {
                (MutationOutcome::Deferred, Some(error.clone()))
            }
            Err(error) => (MutationOutcome::Quarantined, Some(error.clone())),
        };
        let code = refusal.as_ref().map(|refusal| refusal.code().as_str());
        let mut row = self.row(step.arrived, step.deliveries, outcome, code);
        row.resolved_at = write.now();
        row.received_at = step.received_at.unwrap_or(write.now());
        row.envelope = write
            .keys()
            .seal(Purpose::Envelope, &step.arrived.raw.to_string())?;
        if let Ok(effect) = &decision {
            row.community_id = effect.community_id;
        } else if let Some(community) = self.community(step) {
            row.community_id = community;
        }
        if outcome == MutationOutcome::Quarantined {
            let about = About {
                community_id: row.community_id,
                collection: collection_of(&row.kind),
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
        write.append(row.clone());
        self.known.insert(row.mutation_id.clone(), row.clone());
        let record = decision
            .ok()
            .map(|effect| (effect.collection, effect.record_id));
        Ok(Outcome {
            row,
            duplicate: false,
            record,
            refusal,
        })
    }

    /// The community that a payload names, if the author has to do with it.
    fn community(&self, step: &Step<'_>) -> Option<CommunityId> {
        let named = step
            .arrived
            .raw
            .get("payload")?
            .get("communityId")?
            .as_str()?;
        let named = Uuid::try_parse(named).ok()?;
        self.viewer
            .reach()
            .realms()
            .find(|(realm, _)| **realm == named)
            .map(|(realm, _)| CommunityId(*realm))
    }

    fn row(
        &self,
        arrived: &Arrived,
        deliveries: i32,
        outcome: MutationOutcome,
        code: Option<&str>,
    ) -> sync_mutation::Model {
        let home = self
            .viewer
            .reach()
            .realms()
            .next()
            .map_or(Uuid::nil(), |(realm, _)| *realm);
        let text = |field| arrived.text(field).unwrap_or_default().to_owned();
        let now = self.app.clock().now();
        sync_mutation::Model {
            session_id: self.person.session_id,
            mutation_id: arrived.id.clone(),
            community_id: CommunityId(home),
            author_account_id: self.person.account_id,
            kind: text("kind"),
            record_id: text("recordId"),
            after: arrived.text("after").map(str::to_owned),
            group_id: arrived.text("group").map(str::to_owned),
            envelope: entity::sealed::Sealed(Vec::new()),
            outcome,
            code: code.map(str::to_owned),
            seq: 0,
            deliveries,
            received_at: now,
            resolved_at: now,
        }
    }
}

/// Whether a refusal only means that the record it is about has not arrived yet. A phone that sends
/// the version it had has seen the record: then it is out of sight, and waiting would hide the loss.
fn is_waiting(step: &Step<'_>, error: &ApiError) -> bool {
    let may_come = step.arrived.read.as_ref().is_ok_and(|mutation| {
        let kind = mutation.kind.split_once('.');
        let is_of = kind.is_some_and(|(collection, _)| error.missing() == Some(collection));
        let opens = kind.is_some_and(|(_, verb)| verb == "open");
        mutation.base_seq.is_none() && is_of && !opens
    });
    error.code() == ErrorCode::MUTATION_WAITS || may_come
}

/// The collection that a kind of mutation is about.
pub(super) fn collection_of(kind: &str) -> &str {
    kind.split_once('.')
        .map_or("", |(collection, _)| collection)
}
