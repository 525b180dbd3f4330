//! Rows come home: told as commands, run as any push, and each given its fate.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::replay::{self, Known};
use super::told::{Before, Here, SentRow, Told, told};
use super::{RowError, RowFace, is_as};
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::{Person, SessionError};
use crate::error::ApiError;
use crate::sync::collection::{Collection, SyncRow};
use crate::sync::pull::audit_shown;
use crate::sync::push::{Arrived, Outcome, PushError, fingerprint, read, run};
use crate::sync::registry::Registry;

/// What became of a row.
#[derive(Clone, Debug)]
pub enum Fate {
    /// What the phone holds is good, or the next pull makes it so.
    Stands,
    /// Something of it lost or was kept out: the row as it is, or nothing if there is none for this
    /// viewer.
    Instead(Option<Box<SyncRow>>),
    /// It was not taken: the client must send it again, and is told so by an error once all that can be
    /// taken was.
    NotTaken,
}

/// What rows came to.
#[derive(Debug, Default)]
pub struct Taken {
    /// One of each row, in their order.
    pub fates: Vec<Fate>,
    /// If they are asked for: the mutations that the rows stand for and that are acknowledged, as the native
    /// face takes them, for a phone that keeps them until a backup has them. Those too that came before, in
    /// an order in which they may be run.
    pub mutations: Vec<Value>,
}

impl Taken {
    /// Whether the client must send some of the rows again.
    pub fn leaves_some(&self) -> bool {
        let mut fates = self.fates.iter();
        fates.any(|fate| matches!(fate, Fate::NotTaken))
    }

    fn append(&mut self, mut more: Self) {
        self.fates.append(&mut more.fates);
        self.mutations.append(&mut more.mutations);
    }

    fn note(&mut self, arrived: &Arrived, outcome: &Outcome) {
        if !outcome.is_taken {
            return;
        }
        let mut raw = arrived.raw.clone();
        let is_row = arrived
            .text("kind")
            .is_some_and(|kind| kind.strip_suffix(".row").is_some());
        // What was quarantined though it reads as a command must not be run when it is given back: nobody
        // knows on what it was made. A text for a payload is kept, and never applied.
        if arrived.read.is_err()
            && !is_row
            && let Some(payload) = raw.get_mut("payload")
        {
            *payload = payload.to_string().into();
        }
        self.mutations.push(raw);
    }
}

/// The error for a client that sent rows of which some were not taken.
pub fn not_taken() -> ApiError {
    PushError::QuarantineFull.into()
}

type Rows = BTreeMap<Uuid, SyncRow>;

/// Takes rows of one collection, and gives the fate of each, and if `names` the mutations they stand for.
pub async fn push_rows(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    face: &dyn RowFace,
    sent: &[SentRow],
    names: bool,
) -> Result<Taken, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    let collection = registry.find_collection(face.name());
    let collection = collection.ok_or_else(|| ApiError::internal("rows of no collection"))?;
    let push = Push {
        app,
        registry,
        viewer,
        person,
        face,
        collection,
        names,
    };
    let mut taken = Taken::default();
    // A client may send all it has at once; a statement takes so many ids and no more.
    for chunk in sent.chunks(app.settings().sync.push_limit) {
        taken.append(push.take(chunk).await?);
    }
    Ok(taken)
}

/// Keeps rows of a table that nobody here knows; gives the same.
pub async fn keep_out(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    table: &str,
    rows: Vec<Value>,
    names: bool,
) -> Result<Taken, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    let kept_out = |row: &Value| {
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default();
        let kind = format!("{table}.row");
        let said = json!([kind, id, row]);
        let raw = json!({
            "mutationId": format!("row-{}", fingerprint(&said)),
            "kind": kind,
            "recordId": id,
            "payload": row,
        });
        read(&raw).refused(RowError::TableUnknown(table.to_owned()).into())
    };
    let mut taken = Taken::default();
    for chunk in rows.chunks(app.settings().sync.push_limit) {
        let arrived: Vec<Arrived> = chunk.iter().map(kept_out).collect();
        let outcomes = run(app, registry, viewer, person, &arrived).await?;
        for (arrived, outcome) in arrived.iter().zip(&outcomes) {
            if names {
                taken.note(arrived, outcome);
            }
            taken.fates.push(if outcome.is_taken {
                Fate::Stands
            } else {
                Fate::NotTaken
            });
        }
    }
    Ok(taken)
}

struct Push<'a> {
    app: &'a App,
    registry: &'a Registry,
    viewer: &'a Viewer,
    person: &'a Person,
    face: &'a dyn RowFace,
    collection: &'a Arc<dyn Collection>,
    /// Whether the mutations are asked for that the rows stand for.
    names: bool,
}

impl Push<'_> {
    /// As many rows as fit into one change.
    async fn take(&self, sent: &[SentRow]) -> Result<Taken, ApiError> {
        let ids = sent.iter().filter_map(SentRow::uuid);
        let stored = self.stored(&ids.collect()).await?;
        let told = self.tell(sent, &stored).await?;
        let earlier = if self.names {
            self.earlier(sent, &stored).await?
        } else {
            Vec::new()
        };
        let named: BTreeSet<String> = earlier.iter().map(|(id, _)| id.clone()).collect();
        let mut taken = Taken {
            mutations: earlier.into_iter().map(|(_, raw)| raw).collect(),
            ..Taken::default()
        };
        let mut outcomes: BTreeMap<usize, Vec<Outcome>> = BTreeMap::new();
        // A row may say more than one thing.
        for chunk in told.chunks(self.app.settings().sync.push_limit) {
            let arrived: Vec<Arrived> = chunk.iter().map(|(_, arrived)| arrived.clone()).collect();
            let (app, registry, viewer) = (self.app, self.registry, self.viewer);
            let done = run(app, registry, viewer, self.person, &arrived).await?;
            for ((place, arrived), outcome) in chunk.iter().zip(done) {
                if self.names && !named.contains(&arrived.id) {
                    taken.note(arrived, &outcome);
                }
                outcomes.entry(*place).or_default().push(outcome);
            }
        }
        taken.fates = self.fates(sent, &outcomes).await?;
        Ok(taken)
    }

    /// The records as the viewer may see them now.
    async fn stored(&self, ids: &BTreeSet<Uuid>) -> Result<Rows, ApiError> {
        if ids.is_empty() {
            return Ok(Rows::new());
        }
        let snapshot = self.app.db().snapshot().await?;
        let keys = self.app.keys();
        self.collection
            .documents(&snapshot, self.viewer, keys, ids)
            .await
    }

    /// What the ledger of this session knows of these mutations.
    async fn known(&self, ids: BTreeSet<String>) -> Result<BTreeMap<String, Known>, ApiError> {
        use sync_mutation::Column::{MutationId, SessionId};
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows = sync_mutation::Entity::find()
            .filter(SessionId.eq(self.person.session_id))
            .filter(MutationId.is_in(ids))
            .all(self.app.db().reader())
            .await?;
        let known = rows.into_iter().map(|row| {
            let known = Known::of(&row, self.app.keys());
            (row.mutation_id, known)
        });
        Ok(known.collect())
    }

    /// What rows of these records stood for that came before and may not be known to be taken, by id, as
    /// it was sent and in its order. A row does not tell all of it again where it stands here or was
    /// written over since. What was refused comes again by itself.
    async fn earlier(
        &self,
        sent: &[SentRow],
        stored: &Rows,
    ) -> Result<Vec<(String, Value)>, ApiError> {
        use MutationOutcome::{Discarded, Quarantined};
        use sync_mutation::Column::{Outcome, Position, ReceivedAt, RecordId, Seq, SessionId};
        // Where nothing has changed here, nothing came.
        let changed = sent.iter();
        let changed = changed.filter(|row| here_seq(stored, row) > row.before.seq());
        let had: BTreeMap<&str, &Before> = changed.map(|row| (&*row.id, &row.before)).collect();
        if had.is_empty() {
            return Ok(Vec::new());
        }
        let rows = sync_mutation::Entity::find()
            .filter(SessionId.eq(self.person.session_id))
            .filter(RecordId.is_in(had.keys().copied()))
            .filter(Outcome.is_not_in([Quarantined, Discarded]))
            .order_by_asc(ReceivedAt)
            .order_by_asc(Seq)
            .order_by_asc(Position);
        let rows = rows.all(self.app.db().reader()).await?.into_iter();
        let earlier = rows.filter(replay::is_of_row).filter_map(|row| {
            let known = Known::of(&row, self.app.keys());
            let had = had.get(&*row.record_id)?;
            let is_named = known.raw.is_object() && replay::may_be_unknown(&known, had);
            is_named.then_some((row.mutation_id, known.raw))
        });
        Ok(earlier.collect())
    }

    /// All commands that the rows stand for, each with the place of its row.
    async fn tell(
        &self,
        sent: &[SentRow],
        stored: &Rows,
    ) -> Result<Vec<(usize, Arrived)>, ApiError> {
        // Only a proper id can be that of an insert, and no other is looked up.
        let is_new = |row: &&SentRow| matches!(row.before, Before::Nothing) && row.uuid().is_some();
        let ids = sent.iter().filter(is_new).map(|row| row.id.clone());
        let new: BTreeSet<String> = ids.collect();
        let inserted = self.known(new.clone()).await?;
        let mut all: Vec<(usize, Told, String)> = Vec::new();
        for (place, row) in sent.iter().enumerate() {
            let here = Here {
                stored: columns_of(stored, row),
                seq: Some(here_seq(stored, row)).filter(|seq| *seq > 0),
                inserted: inserted
                    .get(&row.id)
                    .filter(|known| known.stands())
                    .and_then(Known::payload),
            };
            for told in told(self.face, row, here) {
                let id = replay::mutation_id(&told, row, inserted.get(&row.id));
                all.push((place, told, id));
            }
        }
        let changes = all.iter().map(|(_, _, id)| id);
        let changes = changes.filter(|id| !new.contains(*id));
        let mut known = self.known(changes.cloned().collect()).await?;
        known.extend(inserted);
        let arrived = all.into_iter().filter_map(|(place, told, id)| {
            let row = sent.get(place)?;
            let here = columns_of(stored, row).map(|here| (here, here_seq(stored, row)));
            let arrived = match known.get(&id) {
                known if told.is_done && !known.is_some_and(Known::stands) => return None,
                Some(known)
                    if replay::is_said_again(self.face, &told, known, here, &row.before) =>
                {
                    arrived(
                        &told,
                        &replay::another_id(&told, &id, here_seq(stored, row)),
                    )
                }
                // A replay, whatever has changed around it.
                Some(known) if known.payload() == Some(&told.payload) => {
                    refused(read(&known.raw), &told)
                }
                _ => arrived(&told, &id),
            };
            Some((place, arrived))
        });
        Ok(arrived.collect())
    }

    /// What each row came to. Rows that may differ from what the phone holds are read again.
    async fn fates(
        &self,
        sent: &[SentRow],
        outcomes: &BTreeMap<usize, Vec<Outcome>>,
    ) -> Result<Vec<Fate>, ApiError> {
        let doubtful = |place: &usize| {
            let of_row = outcomes.get(place).into_iter().flatten();
            // Of several doubts the gravest counts; a refusal that is new before one that is not.
            of_row.map(doubt_of).max().unwrap_or(Doubt::None)
        };
        let doubts: Vec<Doubt> = (0..sent.len()).map(|place| doubtful(&place)).collect();
        let in_doubt = sent.iter().zip(&doubts);
        let in_doubt = in_doubt.filter(|(_, doubt)| **doubt != Doubt::None);
        let ids = in_doubt.filter_map(|(row, _)| row.uuid());
        let stored = self.stored(&ids.collect()).await?;
        let mut shown = Vec::new();
        let fates = sent.iter().zip(doubts).map(|(row, doubt)| {
            let here = columns_of(&stored, row);
            let stands = match doubt {
                Doubt::None => true,
                Doubt::Replayed => {
                    here.is_some_and(|here| is_as(self.face.columns(), &row.row, here))
                }
                Doubt::Refused { is_new } => !is_new && self.insists(row, here),
                Doubt::NotTaken => return Fate::NotTaken,
            };
            if stands {
                return Fate::Stands;
            }
            let instead = row.uuid().and_then(|id| stored.get(&id));
            let instead = instead.filter(|row| row.document.is_some());
            if let Some(row) = instead.filter(|row| row.shows_personal_value) {
                shown.push((self.collection.name(), row.realm, row.id));
            }
            Fate::Instead(instead.cloned().map(Box::new))
        });
        let fates = fates.collect();
        audit_shown(self.app, self.viewer, shown).await?;
        Ok(fates)
    }

    /// Whether the phone was given the row as it is, and sends again what was refused: a handler of
    /// conflicts that merges by itself would do so for ever. It is told nothing more; the echo of the
    /// next pull puts it right.
    fn insists(&self, row: &SentRow, here: Option<&Map<String, Value>>) -> bool {
        let Before::Row(base) = &row.before else {
            return false;
        };
        here.is_some_and(|here| is_as(self.face.columns(), base, here))
    }
}

/// Whether a phone may be wrong about what the server holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Doubt {
    None,
    /// It was sent again, and what came after its first sending is not known to the phone.
    Replayed,
    /// A value lost, or all of it was kept out, now or when it came before.
    Refused {
        is_new: bool,
    },
    /// Nothing of it was written down.
    NotTaken,
}

fn doubt_of(outcome: &Outcome) -> Doubt {
    use MutationOutcome::{Applied, ConflictKept, Deferred, Discarded, Merged, Quarantined};
    match outcome.row.outcome {
        _ if !outcome.is_taken => Doubt::NotTaken,
        ConflictKept | Quarantined | Discarded => Doubt::Refused {
            is_new: !outcome.duplicate,
        },
        Applied | Merged if outcome.duplicate => Doubt::Replayed,
        Applied | Merged | Deferred => Doubt::None,
    }
}

fn columns_of<'a>(stored: &'a Rows, row: &SentRow) -> Option<&'a Map<String, Value>> {
    let row = stored.get(&row.uuid()?)?;
    row.document.as_ref()?.as_object()
}

fn here_seq(stored: &Rows, row: &SentRow) -> i64 {
    let here = row.uuid().and_then(|id| stored.get(&id));
    here.map_or(0, |row| row.seq)
}

fn arrived(told: &Told, id: &str) -> Arrived {
    let mut raw = json!({
        "mutationId": id,
        "kind": told.kind,
        "recordId": told.record_id,
        "payload": told.payload,
    });
    if let Some(raw) = raw.as_object_mut() {
        let optional = [
            ("baseSeq", told.base_seq.map(Value::from)),
            ("base", told.base.clone().map(Value::Object)),
            ("observed", told.observed.clone().map(Value::Object)),
        ];
        let said = optional.into_iter();
        raw.extend(said.filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    refused(read(&raw), told)
}

fn refused(arrived: Arrived, told: &Told) -> Arrived {
    match &told.refusal {
        None => arrived,
        Some(refusal) => arrived.refused(refusal.clone()),
    }
}
