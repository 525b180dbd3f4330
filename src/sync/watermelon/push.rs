//! `pushChanges`: the unsent rows of a whole database.
//!
//! The client would never push again if this failed for the data of one row, and sends everything
//! again after a lost answer. So every row is told apart and kept, whatever it is, and what it comes
//! to is given with the next pull.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::{Uuid, Version};

use super::cursor::StoredCursor;
use super::protocol::{snake_case, unreadable};
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::command::record::Shape;
use crate::database::installation;
use crate::error::ApiError;
use crate::json;
use crate::sync::registry::Registry;
use crate::sync::rows::RowFace;
use crate::sync::rows::push::{Fate, keep_out, not_taken, push_rows};
use crate::sync::rows::told::{Before, SentRow};

/// More rows than any phone makes before it comes back; the body's limit alone would let in millions of
/// empty ones.
const MOST_ROWS: usize = 50_000;

/// What `pushChanges` sends. What is not named here is ignored.
#[derive(Clone, Debug)]
pub struct PushArguments {
    /// The unsent rows by table.
    changes: BTreeMap<String, Changes>,
    /// The number of the pull before; one that is not ours says that the base is not known.
    last_pulled_at: Option<i64>,
    keeps: Option<Keeps>,
}

/// Of a client that keeps what was acknowledged: the epoch of what it keeps; null where it keeps nothing
/// yet.
#[derive(Clone, Debug, Deserialize)]
struct Keeps {
    epoch: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    changes: Map<String, Value>,
    #[serde(default)]
    last_pulled_at: Value,
    #[serde(default)]
    keeps: Option<Keeps>,
}

/// The answer to a push.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pushed {
    /// The account has left: once everything is sent, wipe the phone.
    wipe: bool,
    /// For a client that keeps what was acknowledged.
    #[serde(flatten)]
    kept: Option<Kept>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    /// The mutations that the rows stand for, as the native face takes them.
    mutations: Vec<Value>,
    /// When they were acknowledged.
    server_time: DateTime<Utc>,
    epoch: String,
    /// Nothing was taken: the database was restored from a backup, and what was kept comes first.
    give_back: bool,
}

#[derive(Clone, Debug, Default)]
struct Changes {
    created: Vec<Value>,
    updated: Vec<Value>,
    deleted: Vec<Value>,
}

impl PushArguments {
    pub fn from_body(body: &[u8]) -> Result<Self, ApiError> {
        let body: Body = json::read(body).map_err(|error| unreadable(&error))?;
        let changes = body.changes.into_iter();
        let arguments = Self {
            changes: changes
                .map(|(table, lists)| (table, Changes::of(lists)))
                .collect(),
            last_pulled_at: json::whole(&body.last_pulled_at),
            keeps: body.keeps,
        };
        let rows: usize = arguments.changes.values().map(Changes::len).sum();
        if rows > MOST_ROWS {
            return Err(ApiError::invalid(
                "changes",
                format!("at most {MOST_ROWS} rows in one push"),
                format!("一次最多上传 {MOST_ROWS} 行"),
            ));
        }
        Ok(arguments)
    }
}

/// In which list of a table a row came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Created,
    Updated,
    Deleted,
}

impl Changes {
    /// The lists of a table. What is no list is taken for a row, so that it spoils no other table.
    fn of(lists: Value) -> Self {
        let rows = |list: Option<Value>| match list.unwrap_or_default() {
            Value::Null => Vec::new(),
            Value::Array(rows) => rows,
            row => vec![row],
        };
        match lists {
            Value::Object(mut lists) => Self {
                created: rows(lists.remove("created")),
                updated: rows(lists.remove("updated")),
                deleted: rows(lists.remove("deleted")),
            },
            row => Self {
                created: rows(Some(row)),
                ..Self::default()
            },
        }
    }

    fn len(&self) -> usize {
        self.created.len() + self.updated.len() + self.deleted.len()
    }

    /// Puts new rows into the order they were made in, where their ids tell it (UUID v7): the client may
    /// send them in any, and a step comes after the one before it.
    fn sort(&mut self) {
        let id = |row: &Value| {
            let id = row.get("id").and_then(Value::as_str);
            let id = id.and_then(|id| Uuid::try_parse(id).ok());
            id.filter(|id| id.get_version() == Some(Version::SortRand))
        };
        if self.created.iter().all(|row| id(row).is_some()) {
            self.created.sort_by_cached_key(id);
        }
    }

    /// All rows, so many at a time: they are read only when their turn comes.
    fn chunks(&self, size: usize) -> impl Iterator<Item = impl Iterator<Item = (List, &Value)>> {
        let lists = [
            (List::Created, &self.created),
            (List::Updated, &self.updated),
            (List::Deleted, &self.deleted),
        ];
        lists.into_iter().flat_map(move |(list, rows)| {
            rows.chunks(size)
                .map(move |rows| rows.iter().map(move |row| (list, row)))
        })
    }
}

/// Takes the rows, parents first.
pub async fn push(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    mut arguments: PushArguments,
) -> Result<Pushed, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    let wipe = person.has_left;
    let Some(keeps) = arguments.keeps.take() else {
        take(app, registry, viewer, arguments, false).await?;
        return Ok(Pushed { wipe, kept: None });
    };
    let epoch = installation::history_at(app.db().reader()).await?.epoch;
    let epoch = epoch.to_string();
    let give_back = keeps.epoch.is_some_and(|kept| kept != epoch);
    let mutations = if give_back {
        Vec::new()
    } else {
        take(app, registry, viewer, arguments, true).await?
    };
    let kept = Kept {
        mutations,
        server_time: app.clock().now(),
        epoch,
        give_back,
    };
    let kept = Some(kept);
    Ok(Pushed { wipe, kept })
}

/// Gives, if `names`, the mutations that the rows stand for.
async fn take(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    arguments: PushArguments,
    names: bool,
) -> Result<Vec<Value>, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    let base = match arguments.last_pulled_at {
        None => None,
        Some(number) => StoredCursor::find(app.db().reader(), app.keys(), person, number).await?,
    };
    let mut changes = arguments.changes;
    let mut owed = Vec::new();
    let mut mutations = Vec::new();
    let mut are_taken = true;
    for face in registry.faces() {
        let Some(mut changes) = changes.remove(face.table()) else {
            continue;
        };
        changes.sort();
        let reader = Reader {
            face: &**face,
            base: base.as_ref(),
        };
        for rows in changes.chunks(app.settings().sync.push_limit) {
            let rows: Vec<SentRow> = rows.map(|(list, raw)| reader.row(list, raw)).collect();
            let mut taken = push_rows(app, registry, viewer, &**face, &rows, names).await?;
            are_taken &= !taken.leaves_some();
            mutations.append(&mut taken.mutations);
            let differs = rows.into_iter().zip(taken.fates);
            let differs = differs.filter(|(_, fate)| matches!(fate, Fate::Instead(_)));
            owed.extend(differs.map(|(row, _)| {
                let base = match row.before {
                    Before::Version { seq, .. } => seq,
                    Before::Nothing | Before::Row(_) => 0,
                };
                (face.name().to_owned(), row.id, base)
            }));
        }
    }
    if let Some(base) = base.as_ref().filter(|_| !owed.is_empty()) {
        // Said again after others wrote over it, it stands nowhere, and no feed will name it.
        base.owe(app, person.session_id, owed).await?;
    }
    for (table, changes) in changes {
        let of_nothing = changes.created.into_iter().chain(changes.updated);
        let rows = of_nothing.collect();
        let mut taken = keep_out(app, registry, viewer, &table, rows, names).await?;
        are_taken &= !taken.leaves_some();
        mutations.append(&mut taken.mutations);
    }
    if !are_taken {
        return Err(not_taken());
    }
    if let Some(base) = base {
        // Last, so that all of it has come.
        base.note_push(app, person.session_id).await?;
    }
    Ok(mutations)
}

/// Reads the rows of one table.
struct Reader<'a> {
    face: &'a dyn RowFace,
    base: Option<&'a StoredCursor>,
}

impl Reader<'_> {
    /// One row, whatever its shape.
    fn row(&self, list: List, raw: &Value) -> SentRow {
        if list == List::Deleted {
            return SentRow {
                id: raw.as_str().map_or_else(|| raw.to_string(), str::to_owned),
                row: Map::new(),
                before: Before::Nothing,
                is_deleted: true,
            };
        }
        let Value::Object(raw) = raw else {
            return SentRow {
                id: String::new(),
                row: Map::from_iter([("unreadable".to_owned(), raw.clone())]),
                before: Before::Nothing,
                is_deleted: false,
            };
        };
        let id = raw.get("id").and_then(Value::as_str);
        let id = id.unwrap_or_default().to_owned();
        let named = raw.iter().map(|(name, value)| match self.column(name) {
            Some((name, shape)) => (name.to_owned(), cell(shape, value.clone())),
            None => (name.clone(), value.clone()),
        });
        let row: Map<String, Value> = named.collect();
        let before = match list {
            List::Updated => self.version(&id, raw, &row),
            List::Created | List::Deleted => Before::Nothing,
        };
        SentRow {
            id,
            row,
            before,
            is_deleted: false,
        }
    }

    /// The version that an edited row was made on, and the columns that the phone says it changed.
    fn version(&self, id: &str, raw: &Map<String, Value>, row: &Map<String, Value>) -> Before {
        let changed = raw.get("_changed").and_then(Value::as_str).unwrap_or("");
        let changed: BTreeSet<String> = changed
            .split(',')
            .filter(|name| !name.is_empty())
            .map(|name| self.column(name).map_or(name, |(name, _)| name).to_owned())
            .collect();
        let realm = row.get("communityId").and_then(Value::as_str);
        let realm = realm.and_then(|realm| Uuid::try_parse(realm).ok());
        let base = self.base.zip(realm);
        let seq = base.and_then(|(base, realm)| base.base_seq(realm, self.face.name(), id));
        let seen = base.and_then(|(base, realm)| base.seen(realm));
        Before::Version {
            // Of a phone that has had nothing, everything that others wrote is unknown to it.
            seq: seq.unwrap_or(0),
            seen: seen.unwrap_or(0),
            changed,
        }
    }

    /// The name and shape of the column that a table's is.
    fn column(&self, name: &str) -> Option<(&'static str, Shape)> {
        let mut columns = self.face.columns().iter();
        let column = columns.find(|column| snake_case(column.name) == name)?;
        Some((column.name, column.shape))
    }
}

/// A value as the documents have it. The library writes nothing as 0 where a column is not optional.
fn cell(shape: Shape, value: Value) -> Value {
    match (shape, &value) {
        (Shape::Moment, Value::Number(_)) => {
            let moment = json::rounded(&value).filter(|ms| *ms != 0);
            let moment = moment.and_then(DateTime::from_timestamp_millis);
            let text = |moment: DateTime<_>| moment.to_rfc3339_opts(SecondsFormat::Millis, true);
            moment.map_or(Value::Null, |moment| text(moment).into())
        }
        (Shape::Flag, Value::Number(_)) => (json::whole(&value) != Some(0)).into(),
        _ => value,
    }
}
