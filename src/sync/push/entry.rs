//! What is written down of a mutation: its row in the log, where it lies and which record it is about.

use entity::ids::CommunityId;
use entity::sealed::Sealed;
use entity::sync::{MutationOutcome, sync_mutation};
use uuid::Uuid;

use super::Outcome;
use super::batch::Batch;
use super::envelope::Arrived;
use super::error::PushError;
use super::quota::size;
use super::step::Step;
use crate::database::Write;
use crate::error::ApiError;

impl Batch<'_> {
    /// It cannot be applied, and no more of this account is kept: nothing of it is written down.
    pub fn not_taken(&self, arrived: &Arrived) -> Outcome {
        let refusal = ApiError::from(PushError::QuarantineFull);
        let code = refusal.code().as_str();
        let row = self.row(arrived, MutationOutcome::Deferred, Some(code));
        let record = self.record_of(&row);
        Outcome {
            row,
            is_taken: false,
            duplicate: false,
            record,
            refusal: Some(refusal),
        }
    }

    /// The community of a refused mutation: of the record it is about, or the one its payload names, by
    /// itself or by what lies there, if the author has to do with it.
    pub fn community(&self, step: &Step<'_>, write: &Write) -> Option<CommunityId> {
        let id = |text: Option<&str>| Uuid::try_parse(text?).ok();
        let record = id(step.arrived.text("recordId"));
        let kind = step.arrived.text("kind").unwrap_or_default();
        let collection = self.registry.collection_of(kind);
        let of_record = record.and_then(|record| write.realm_of(collection, record));
        let payload = step.arrived.raw.get("payload");
        let named = |field: &str| id(payload.and_then(|payload| payload.get(field)?.as_str()));
        let kind = self.registry.find_kind(kind);
        let references = kind.map_or(&[][..], |kind| kind.references());
        let of_named = references.iter().filter_map(|(field, collection)| {
            let named = named(field)?;
            write.realm_of(collection, named)
        });
        let reach = self.viewer.reach();
        let known = [of_record, named("communityId")].into_iter().flatten();
        let known = known.chain(of_named).find(|realm| reach.reaches(*realm));
        known.map(CommunityId)
    }

    /// The record that a mutation is about, as far as its envelope can be read.
    pub fn record_of(&self, row: &sync_mutation::Model) -> Option<(&'static str, Uuid)> {
        let collection = self.registry.collection_of(&row.kind);
        let collection = self.registry.find_collection(collection)?;
        Some((collection.name(), Uuid::try_parse(&row.record_id).ok()?))
    }

    pub fn row(
        &self,
        arrived: &Arrived,
        outcome: MutationOutcome,
        code: Option<&str>,
    ) -> sync_mutation::Model {
        let mut realms = self.viewer.reach().realms();
        let home = realms.next().map_or(Uuid::nil(), |(realm, _)| *realm);
        let text = |field| arrived.text(field).map(str::to_owned);
        let now = self.app.clock().now();
        sync_mutation::Model {
            session_id: self.person.session_id,
            mutation_id: arrived.id.clone(),
            community_id: CommunityId(home),
            author_account_id: self.person.account_id,
            kind: text("kind").unwrap_or_default(),
            record_id: text("recordId").unwrap_or_default(),
            after: text("after"),
            group_id: text("group"),
            position: 0,
            envelope: Sealed(Vec::new()),
            bytes: size(&arrived.raw),
            correction: None,
            outcome,
            code: code.map(str::to_owned),
            missing: None,
            seq: 0,
            deliveries: 1,
            received_at: now,
            resolved_at: now,
        }
    }
}
