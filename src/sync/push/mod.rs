//! A push: mutations made offline come home.
//!
//! Each is decoded, decided and answered on its own; the whole batch loads together and is saved
//! together. What cannot be applied is kept whole in quarantine and delays nobody. A replay is
//! recognised by its id and told the present outcome.

mod again;
mod awaited;
mod batch;
mod deferral;
mod entry;
mod envelope;
mod error;
mod known;
mod ledger;
mod occasion;
mod quota;
mod run;
mod step;
mod witness;

pub use again::{Again, Correction};
pub use deferral::expire_deferred;
pub(super) use error::PushError;
pub use ledger::{Counts, counts};

use std::collections::{BTreeMap, BTreeSet};

use entity::sync::sync_mutation;
use serde_json::Value;
use uuid::Uuid;

use self::batch::Batch;
pub(super) use self::envelope::{Arrived, fingerprint, read};
use self::error::SendAgain;
use super::protocol::{Document, PushResult};
use super::pull::{Shown, audit_shown};
use super::registry::Registry;
use crate::app::{App, Ground};
use crate::auth::Viewer;
use crate::auth::viewer::{Person, SessionError};
use crate::database::{Heads, Write, sequence};
use crate::error::{ApiError, ErrorCode, Language};

/// Takes a batch of mutations as they came off the wire.
pub async fn push(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    language: Language,
    mutations: &[Value],
) -> Result<Vec<PushResult>, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    let most = app.settings().sync.push_limit;
    if mutations.len() > most {
        return Err(ApiError::invalid(
            "mutations",
            format!("at most {most} in one push"),
            format!("一次最多上传 {most} 条"),
        ));
    }
    let arrived: Vec<Arrived> = mutations.iter().map(read).collect();
    let outcomes = run(app, registry, viewer, person, &arrived).await?;
    let (records, shown) = documents(app, registry, viewer, &outcomes).await?;
    audit_shown(app, viewer, shown).await?;
    Ok(answers(&arrived, outcomes, &records, language))
}

/// Runs a batch; taken apart when it fails in a way that nobody foresaw.
pub(super) async fn run(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    person: &Person,
    arrived: &[Arrived],
) -> Result<Vec<Outcome>, ApiError> {
    match apply(app, registry, viewer, person, arrived, Mode::Together).await {
        Err(error) if is_unforeseen(&error) => {
            tracing::error!(cause = error.causes(), "a push failed and is taken apart");
            let outcomes = one_by_one(app, registry, viewer, person, arrived).await;
            if !arrived.is_empty() {
                // Nothing that waits was tried beside the parts.
                app.tries().forget(person.session_id.into());
            }
            outcomes
        }
        outcomes => outcomes,
    }
}

/// Tries again what waits in this session, as an empty push does: a client that carries rows sends none
/// once its rows have come. Not when nothing came since the last try that could help. What cannot be
/// tried now is tried with the next push or pull.
pub(super) async fn try_waiting(app: &App, registry: &Registry, viewer: &Viewer) {
    let Some(person) = viewer.person() else {
        return;
    };
    if let Err(error) = try_once(app, registry, viewer, person).await {
        tracing::warn!(cause = error.causes(), "what waits goes on waiting");
    }
}

/// One try on the ground as it is; those who pull meanwhile go on without it.
async fn try_once(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    person: &Person,
) -> Result<(), ApiError> {
    if !deferral::waits(app, person.session_id).await? {
        return Ok(());
    }
    let realms = viewer.reach().realms().map(|(realm, _)| *realm);
    let ground = Ground {
        heads: sequence::heads(app.db().reader(), realms).await?,
        reach: viewer.reach().clone(),
    };
    let session = person.session_id.into();
    if let Some(tried) = app.tries().begin(session, ground, app.clock().now()) {
        run(app, registry, viewer, person, &[]).await?;
        tried.done();
    }
    Ok(())
}

/// How a batch is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// All of it, and whatever of its session waits.
    Together,
    /// A part that may hold what made the batch fail, and nothing beside it.
    Alone,
    /// A part that failed alone too: it is kept out.
    GiveUp,
    /// A part of which not even the records can be loaded: the same.
    Unseen,
}

/// A fault of ours or of a mutation. What only the database cannot do at the moment is none: the phone
/// keeps its mutations and comes again.
fn is_unforeseen(error: &ApiError) -> bool {
    error.is_internal()
}

/// What one mutation came to.
pub(super) struct Outcome {
    pub(super) row: sync_mutation::Model,
    /// Whether it is written down. What is not the phone must keep.
    pub(super) is_taken: bool,
    pub(super) duplicate: bool,
    /// The record it is about, by collection.
    record: Option<(&'static str, Uuid)>,
    /// Why, in words, when it was refused in this push.
    refusal: Option<ApiError>,
}

/// Applies a batch in one change.
async fn apply(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    person: &Person,
    arrived: &[Arrived],
    mode: Mode,
) -> Result<Vec<Outcome>, ApiError> {
    let change = async |write: &mut Write| {
        let mut batch = Batch::new(app, registry, viewer, person, mode);
        run::run(&mut batch, arrived, write).await
    };
    let applied = app.write_at(&viewer.actor(), "push", change).await;
    let (mut outcomes, saved) = applied.map_err(|error| match error.code() {
        ErrorCode::OUTCOME_UNKNOWN => SendAgain.into(),
        _ => error,
    })?;
    settle(&mut outcomes, &saved.heads);
    Ok(outcomes)
}

/// Puts the heads of their realms on outcomes that were decided in this change.
fn settle(outcomes: &mut [Outcome], heads: &Heads) {
    for outcome in outcomes.iter_mut().filter(|outcome| !outcome.duplicate) {
        if let Some(head) = heads.get(&outcome.row.community_id.into()) {
            outcome.row.seq = *head;
        }
    }
}

/// After an unexpected failure: every mutation (every group) on its own, and the one that fails
/// again into quarantine.
async fn one_by_one(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    person: &Person,
    arrived: &[Arrived],
) -> Result<Vec<Outcome>, ApiError> {
    let mut outcomes = Vec::new();
    for part in envelope::parts(arrived) {
        let mut outcome = apply(app, registry, viewer, person, part, Mode::Alone).await;
        for mode in [Mode::GiveUp, Mode::Unseen] {
            if outcome.as_ref().is_err_and(is_unforeseen) {
                outcome = apply(app, registry, viewer, person, part, mode).await;
            }
        }
        outcomes.extend(outcome?);
    }
    Ok(outcomes)
}

type Documents = BTreeMap<(&'static str, Uuid), Document>;

/// The records of all outcomes, as the viewer may see them now, and those of them that show a
/// personal value in full.
async fn documents(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    outcomes: &[Outcome],
) -> Result<(Documents, Shown), ApiError> {
    let mut wanted: BTreeMap<&'static str, BTreeSet<Uuid>> = BTreeMap::new();
    for (collection, id) in outcomes.iter().filter_map(|outcome| outcome.record) {
        wanted.entry(collection).or_default().insert(id);
    }
    let (mut documents, mut shown) = (Documents::new(), Shown::new());
    if wanted.is_empty() {
        return Ok((documents, shown));
    }
    let snapshot = app.db().snapshot().await?;
    for (name, ids) in wanted {
        let Some(collection) = registry.find_collection(name) else {
            continue;
        };
        let mut rows = collection
            .documents(&snapshot, viewer, app.keys(), &ids)
            .await?;
        for id in ids {
            let row = rows.remove(&id);
            if let Some(row) = row.as_ref().filter(|row| row.shows_personal_value) {
                shown.push((name, row.realm, row.id));
            }
            let seq = row.as_ref().map_or(0, |row| row.seq);
            let document = row.and_then(|row| row.document);
            let document = Document {
                collection: name,
                id: id.to_string(),
                seq,
                document,
            };
            documents.insert((name, id), document);
        }
    }
    Ok((documents, shown))
}

fn answers(
    arrived: &[Arrived],
    outcomes: Vec<Outcome>,
    records: &Documents,
    language: Language,
) -> Vec<PushResult> {
    let answer = |(arrived, outcome): (&Arrived, Outcome)| PushResult {
        mutation_id: arrived.sent_id().map(str::to_owned),
        outcome: outcome.row.outcome,
        is_taken: outcome.is_taken,
        duplicate: outcome.duplicate,
        code: outcome.row.code,
        retry_after_ms: outcome.refusal.as_ref().and_then(ApiError::retry_after_ms),
        message: outcome.refusal.map(|refusal| refusal.message(language)),
        seq: outcome.row.seq,
        record: outcome
            .record
            .and_then(|record| records.get(&record).cloned()),
    };
    arrived.iter().zip(outcomes).map(answer).collect()
}
