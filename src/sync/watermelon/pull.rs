//! `pullChanges`: one answer with all there is, written as it is read.
//!
//! The heads are fixed at the start, and each table is read in its own pass up to them, because the
//! answer is sorted by tables: so no more than a page is in memory, and however long a slow phone
//! takes, all tables end at the same place, where the stored cursor goes on. What changes meanwhile
//! comes with the next pull.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use entity::ids::SessionId;
use serde_json::Value;
use tokio::sync::mpsc;

use super::cursor::{self, Place, Settled, StoredCursor};
use super::protocol::PullArguments;
use super::table::Table;
use crate::app::App;
use crate::auth::viewer::SessionError;
use crate::auth::{Viewer, Viewers};
use crate::database::Heads;
use crate::database::installation::History;
use crate::error::ApiError;
use crate::sync::cursor::Cursor;
use crate::sync::horizon::forget_before;
use crate::sync::protocol::{Document, Removal};
use crate::sync::pull::{self, Ask, Echo, Given, PhoneClock, Start, Withhold, contact_id};
use crate::sync::push::try_waiting;
use crate::sync::registry::Registry;
use crate::sync::rows::RowFace;

/// What was applied comes by itself: the client pulls before it pushes. Only a push that was under way
/// when its cursor was made needs the margin.
const ECHO: Echo = Echo {
    margin: TimeDelta::minutes(1),
    pause: TimeDelta::zero(),
    applied: false,
    once: true,
};

/// How long what is known of the viewer is believed while an answer is written: a slow reader may
/// take minutes, and in that time he may be moved to another post.
const FRESH: Duration = Duration::from_secs(5);

/// An answer that is about to be written.
pub struct Answer {
    app: App,
    registry: Registry,
    /// Of the tables the app has, parents first.
    faces: Vec<Arc<dyn RowFace>>,
    viewers: Viewers,
    viewer: Viewer,
    session: SessionId,
    arguments: PullArguments,
    /// Records with unsent edits, if the client tells.
    dirty: Option<Arc<BTreeSet<String>>>,
    contact_id: String,
    /// Where the phone stands; none when it begins with nothing.
    stored: Option<StoredCursor>,
    start: Cursor,
    /// Where the answer ends.
    heads: Heads,
    started_at: DateTime<Utc>,
    history: History,
}

/// Where an answer is written to.
pub struct Body {
    pub pieces: mpsc::Sender<Vec<u8>>,
    /// How long a slow reader may take for one piece.
    pub patience: Duration,
}

/// Why an answer ends before its end.
#[derive(Debug)]
pub enum Broken {
    /// Nobody reads any more.
    HungUp,
    /// The viewer reaches more or less than when it began, or nothing at all any more.
    Moved,
    Failed(ApiError),
}

impl From<ApiError> for Broken {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

impl Body {
    async fn send(&self, text: String) -> Result<(), Broken> {
        if text.is_empty() {
            return Ok(());
        }
        let sent = self.pieces.send_timeout(text.into_bytes(), self.patience);
        sent.await.map_err(|_| Broken::HungUp)
    }
}

impl Answer {
    /// Finds out where the phone stands. A number that cannot be continued, of another session or of
    /// before a restore, is no fault of the phone's: it is given everything.
    pub async fn begin(
        app: &App,
        registry: &Registry,
        viewers: &Viewers,
        viewer: Viewer,
        arguments: PullArguments,
        clock: &PhoneClock,
    ) -> Result<Self, ApiError> {
        let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
        let (session, account) = (person.session_id, person.account_id);
        let started_at = app.clock().now();
        try_waiting(app, registry, &viewer).await;
        let contact_id = contact_id(app, person, clock)?;
        let stored = match arguments.number() {
            None => None,
            Some(number) => {
                StoredCursor::find(app.db().reader(), app.keys(), person, number).await?
            }
        };
        let known = stored.as_ref().map(|stored| &stored.cursor);
        let (history, heads) = pull::heads(app, &viewer, known).await?;
        let epoch = history.epoch;
        let stored = stored.filter(|stored| stored.cursor.continues(epoch, account, &heads));
        let faces = arguments.faces(registry);
        let names = names(&faces);
        let start = match &stored {
            Some(stored) => {
                stored.forget_older(app, session).await?;
                stored.cursor.clone()
            }
            None => Cursor::fresh(epoch, account, names, started_at),
        };
        let tells = arguments.dirty_ids.is_some();
        let dirty = tells.then(|| Arc::new(arguments.dirty()));
        let mut answer = Self {
            app: app.clone(),
            registry: registry.clone(),
            faces,
            viewers: viewers.clone(),
            viewer,
            session,
            arguments,
            dirty,
            contact_id,
            stored,
            start,
            heads,
            started_at,
            history,
        };
        if answer.begins_anew() && !answer.replaces() {
            // The phone keeps what it has, so it must hear of all that was kept out.
            answer.start.made_at = DateTime::UNIX_EPOCH;
        }
        Ok(answer)
    }

    /// Names this contact for what happens from now on.
    pub fn contact_id(&self) -> &str {
        &self.contact_id
    }

    /// Whether the phone stood somewhere, and nobody knows where.
    fn begins_anew(&self) -> bool {
        self.stored.is_none() && !self.arguments.last_pulled_at.is_null()
    }

    /// After which run the phone had nothing unsent.
    fn settled(&self) -> Settled {
        match &self.stored {
            Some(stored) => stored.settled(self.dirty.is_some()),
            None if self.begins_anew() && !self.replaces() => Settled::Never,
            None => Settled::Here,
        }
    }

    /// Whether the answer takes the place of everything on the phone: only where nothing there
    /// waits to be sent.
    fn replaces(&self) -> bool {
        let has_nothing_unsent = self.dirty.as_ref().is_some_and(|dirty| dirty.is_empty());
        self.begins_anew() && has_nothing_unsent
    }

    /// Tables of which the phone lacks something in rows that it has been given: after an update of
    /// the app, or of the server.
    fn lacking(&self) -> BTreeSet<&str> {
        let Some(stored) = &self.stored else {
            return BTreeSet::new();
        };
        let faces = self.faces.iter();
        let migration = self.arguments.migration.as_ref();
        let asked = migration.map(|it| it.tables()).unwrap_or_default();
        faces
            .filter(|face| {
                asked.contains(face.table()) || !stored.cursor.collections.contains(face.name())
            })
            .map(|face| face.table())
            .collect()
    }

    /// Whether the app has the tables that it had; one with fewer must not be taken to know the others.
    fn carries_the_same(&self) -> bool {
        self.start.collections == names(&self.faces)
    }

    fn ask(&self, limit: usize, collections: BTreeSet<String>) -> Ask {
        let run = self.stored.as_ref().and_then(StoredCursor::run);
        let withhold = match self.dirty {
            Some(_) => Withhold::Everything,
            None => Withhold::UntilPush {
                run: run.unwrap_or(0),
                settled: match self.settled() {
                    Settled::At(run) => run,
                    Settled::Never | Settled::Here => 0,
                },
            },
        };
        Ask {
            limit,
            collections,
            dirty: self.dirty.clone().unwrap_or_default(),
            withhold,
            echo: Some(ECHO),
            heads: None,
        }
    }

    /// Writes the answer. Where it breaks off, the body must not be taken for whole.
    pub async fn write(self, body: &Body) -> Result<(), Broken> {
        let most = self.app.settings().sync.pull_limit;
        let limit = self.arguments.limit.filter(|_| !self.replaces());
        let limit = limit.filter(|_| self.lacking().is_empty() && self.carries_the_same());
        let (cursor, has_more) = match limit {
            None => self.write_all(body, most).await?,
            Some(limit) => {
                let limit = usize::try_from(limit).unwrap_or(most).clamp(1, most);
                self.write_some(body, limit).await?
            }
        };
        // A client that knows neither `limit` nor `dirtyIds` does not know `hasMore`.
        let goes_on = self.arguments.limit.is_some() || self.dirty.is_some();
        let base = self.stored.as_ref().and_then(StoredCursor::run);
        let is_finished = !(has_more && goes_on);
        let held = self.arguments.number();
        let place = Place {
            base,
            settled: self.settled(),
            is_finished,
            held,
        };
        let number = cursor::store(&self.app, self.session, &cursor, place).await?;
        let contact = Value::from(&*self.contact_id);
        let strategy = if self.replaces() {
            r#","experimentalStrategy":"replacement""#
        } else if self.begins_anew() {
            // What the server has no more is still there; the wrapper asks again once all is sent.
            r#","begunAnew":true"#
        } else {
            ""
        };
        let before = forget_before(self.history.backed_up_until, self.started_at);
        let before = before.to_rfc3339_opts(SecondsFormat::Millis, true);
        let epoch = self.history.epoch;
        let end = format!(
            r#"}},"timestamp":{number},"hasMore":{has_more},"contactId":{contact},"epoch":"{epoch}","forgetBefore":"{before}"{strategy}}}"#
        );
        body.send(end).await
    }

    /// All there is, table by table.
    async fn write_all(&self, body: &Body, limit: usize) -> Result<(Cursor, bool), Broken> {
        let faces = &self.faces;
        let lacking = self.lacking();
        let mut end = self.start.clone();
        end.collections = names(faces);
        end.withheld = BTreeMap::new();
        // What every table was told of: what came to be meanwhile is told by the next pull.
        let mut told: Option<BTreeSet<_>> = None;
        let started = Instant::now();
        for (place, face) in faces.iter().enumerate() {
            if started.elapsed() > FRESH {
                self.look_again().await?;
            }
            let mut table = Table::new(&**face);
            body.send(table.opening(place == 0)).await?;
            let collections = BTreeSet::from([face.name().to_owned()]);
            let ask = Ask {
                heads: Some(self.heads.clone()),
                ..self.ask(limit, collections.clone())
            };
            let start = self.start.of_collection(face.name());
            let mut part = self.pass(start, ask.clone(), &mut table, body).await?;
            if lacking.contains(face.table()) {
                // Rows that did not change since; those that did and wait are known by now.
                let waiting = part.withheld.keys().map(|(_, id)| id.clone()).collect();
                let ask = Ask {
                    dirty: Arc::new(waiting),
                    withhold: Withhold::Everything,
                    echo: None,
                    ..ask
                };
                let (epoch, account) = (self.start.epoch, self.start.account);
                let fresh = Cursor::fresh(epoch, account, collections, self.started_at);
                self.pass(fresh, ask, &mut table, body).await?;
            }
            body.send(table.closing()).await?;
            end.realms = part.realms;
            end.withheld.append(&mut part.withheld);
            told = Some(match told {
                None => part.told,
                Some(told) => told.intersection(&part.told).cloned().collect(),
            });
        }
        end.told = told.unwrap_or_default();
        end.made_at = self.started_at;
        end.echoed = None;
        let (_, heads) = pull::heads(&self.app, &self.viewer, Some(&end)).await?;
        let has_more = end.has_more(&heads);
        Ok((end, has_more))
    }

    /// One pass through a table, page by page, each as of its own moment.
    async fn pass(
        &self,
        mut cursor: Cursor,
        ask: Ask,
        table: &mut Table<'_>,
        body: &Body,
    ) -> Result<Cursor, Broken> {
        let mut looked_at = Instant::now();
        loop {
            if looked_at.elapsed() > FRESH {
                self.look_again().await?;
                looked_at = Instant::now();
            }
            let given = self.page(cursor, ask.clone()).await?;
            body.send(table.take(&given.changes, given.removals))
                .await?;
            cursor = given.cursor;
            if !given.has_more {
                return Ok(cursor);
            }
        }
    }

    /// Breaks off when the viewer is no longer who he was: the next pull begins with who he is.
    async fn look_again(&self) -> Result<(), Broken> {
        let viewer = self.viewers.of_session(self.session).await;
        match viewer {
            Ok(viewer) if viewer.reach() == self.viewer.reach() => Ok(()),
            Err(error) if error.is_internal() => Err(error.into()),
            Ok(_) | Err(_) => Err(Broken::Moved),
        }
    }

    /// One page, sorted by tables.
    async fn write_some(&self, body: &Body, limit: usize) -> Result<(Cursor, bool), Broken> {
        let ask = self.ask(limit, self.start.collections.clone());
        let given = self.page(self.start.clone(), ask).await?;
        let mut changes: BTreeMap<&str, Vec<Document>> = BTreeMap::new();
        for change in given.changes {
            changes.entry(change.collection).or_default().push(change);
        }
        let mut removals: BTreeMap<String, Vec<Removal>> = BTreeMap::new();
        for removal in given.removals {
            let of_collection = removals.entry(removal.collection.clone()).or_default();
            of_collection.push(removal);
        }
        for (place, face) in self.faces.iter().enumerate() {
            let mut table = Table::new(&**face);
            let opening = table.opening(place == 0);
            let rows = table.take(
                &changes.remove(face.name()).unwrap_or_default(),
                removals.remove(face.name()).unwrap_or_default(),
            );
            body.send(opening + &rows + &table.closing()).await?;
        }
        Ok((given.cursor, given.has_more))
    }

    async fn page(&self, cursor: Cursor, ask: Ask) -> Result<Given, ApiError> {
        let start = Start::At(Box::new(cursor));
        let given = pull::page(&self.app, &self.registry, &self.viewer, start, ask).await?;
        if given.reset_required {
            return Err(ApiError::internal("a cursor just checked goes on nowhere"));
        }
        Ok(given)
    }
}

/// Their names in the registry.
fn names(faces: &[Arc<dyn RowFace>]) -> BTreeSet<String> {
    faces.iter().map(|face| face.name().to_owned()).collect()
}
