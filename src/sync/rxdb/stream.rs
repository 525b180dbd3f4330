//! The live stream of one collection.
//!
//! The checkpoint of an event moves the client's own, and an event may come to a client that has not
//! pulled what was before it: RxDB forgets that it was to pull when an event waits in its queue. So an
//! event brings rows as they are now, and carries the checkpoint of a pull that this client has taken
//! in ([`Pulled`](crate::app::Pulled)), or none, which leaves the client's where it is.
//!
//! The database is read in a task of its own, never while the socket is asked: a socket that sends
//! slowly, or looks at its session again, would stop in the middle of a read and keep its connection.
//! Nothing is read before there is room for what comes of it. A change is read once for all streams that
//! stand right before it ([`shared`]); the others look for themselves.

use std::sync::Arc;

use async_graphql::Context;
use async_stream::stream;
use chrono::TimeDelta;
use entity::sync::sync_issue;
use futures_util::Stream;
use sea_orm::prelude::DateTimeUtc;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::mpsc::Sender;
use tokio::sync::{mpsc, watch};
use tokio::time::{Duration, Instant, sleep, sleep_until};
use tracing::Instrument as _;
use uuid::Uuid;

use super::RowDocument;
use super::begin::{self, Begin};
use super::pull::{Checkpoint, ECHO, Rows, ask};
use crate::app::{App, Begun};
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::database::sealed::Purpose;
use crate::database::{Record as _, Saved, Span};
use crate::error::ApiError;
use crate::graphql::ContextExt;
use crate::graphql::context::{LiveSince, LiveViewer};
use crate::sync::cursor::Cursor;
use crate::sync::live::concerns;
use crate::sync::pull::{self, Echo, Shown, Start, audit_shown};
use crate::sync::push::try_waiting;
use crate::sync::registry::Registry;
use crate::sync::rows::RowFace;
use crate::sync::shared::{self, Brought, News, touched};

/// Rows in one event at most.
const EVENT: usize = 500;

/// When what was told is told once more, for the sake of the echo in it: the client drops an event that
/// came just before a pull of its own, and what that pull gives while a push is under way.
const ONCE_MORE: Duration = Duration::from_secs(2);

/// How long to wait before the database is asked again that did not answer.
const AGAIN: Duration = Duration::from_secs(1);

/// Rows that changed for the viewer, as they are now.
pub struct Event {
    pub documents: Vec<RowDocument>,
    pub checkpoint: Option<Checkpoint>,
}

impl Event {
    /// Says only that there is something to pull.
    fn poke() -> Self {
        Self {
            documents: Vec::new(),
            checkpoint: None,
        }
    }
}

/// What changes for the viewer from where his session last pulled, as far as that is known here, else
/// from the moment his socket was acknowledged. It never ends by itself.
pub async fn stream(
    ctx: &Context<'_>,
    face: Arc<dyn RowFace>,
) -> Result<impl Stream<Item = Event> + use<>, ApiError> {
    let app = ctx.app().clone();
    let viewer = ctx.live_viewer()?.clone();
    let has_rows = ctx.look_ahead().field("documents").exists();
    let (news, reach) = (app.news(), viewer.changes());
    let since = ctx.live_since()?.clone();
    let cursor = begin::cursor(&app, &since, face.name(), has_rows)?;
    let session = viewer.current().person().map(|person| person.session_id);
    let session = session.ok_or(SessionError::Unauthenticated)?.into();
    let reading = Reading {
        face,
        session,
        busy_until: app.clock().now(),
        app,
        registry: ctx.data_unchecked::<Registry>().clone(),
        viewer: viewer.clone(),
        since,
        has_rows,
        cursor,
    };
    let (events, mut arriving) = mpsc::channel(1);
    tokio::spawn(reading.run(events, news, reach).in_current_span());
    Ok(stream! {
        while let Some(event) = arriving.recv().await {
            yield event;
        }
        // The client must not take the silence for peace: it is to come back, and to pull.
        viewer.hang_up();
        std::future::pending::<()>().await;
    })
}

/// Reads on behalf of one stream, until nobody listens.
struct Reading {
    face: Arc<dyn RowFace>,
    app: App,
    registry: Registry,
    viewer: LiveViewer,
    session: Uuid,
    since: LiveSince,
    /// The client asks for rows; else it is only told that there is something to pull.
    has_rows: bool,
    cursor: Cursor,
    /// Until then the client's own work may have to be given once more, which is looked up for it alone.
    busy_until: DateTimeUtc,
}

/// What a read has found.
struct Found {
    event: Option<Event>,
    has_more: bool,
    has_echo: bool,
    /// What came may be what something of this session waits for.
    may_wait: bool,
}

/// An event under way: its place, and the pull that it builds on if one is known.
type Announced = ((Uuid, &'static str), Option<Begun>);

impl Reading {
    async fn run(
        mut self,
        events: Sender<Event>,
        mut news: Receiver<Arc<Saved>>,
        mut reach: watch::Receiver<Arc<Viewer>>,
    ) {
        if self.has_rows {
            let place = self.place();
            match begin::wait_for_pull(&self.app, place, events.closed()).await {
                Begin::AsKnown => {}
                Begin::Pulled => match begin::cursor(&self.app, &self.since, place.1, true) {
                    Ok(cursor) => self.cursor = cursor,
                    Err(_) => return,
                },
                Begin::Again => return,
            }
        }
        let mut once_more: Option<Instant> = None;
        let (mut is_repetition, mut looks) = (false, true);
        // The change that woke it, as long as it was one.
        let mut change: Option<Arc<Saved>> = None;
        loop {
            let Ok(room) = events.reserve().await else {
                return;
            };
            if looks {
                let found = match self.read(change.take(), &mut news).await {
                    Ok(found) => found,
                    Err(error) => {
                        tracing::warn!(cause = error.causes(), "a stream waits for the database");
                        sleep(AGAIN).await;
                        continue;
                    }
                };
                if found.has_echo && !is_repetition && once_more.is_none() {
                    once_more = Some(Instant::now() + ONCE_MORE);
                }
                if let Some(event) = found.event {
                    room.send(if self.has_rows { event } else { Event::poke() });
                    if found.may_wait {
                        self.try_waiting().await;
                    }
                }
                if found.has_more {
                    continue;
                }
                // Who only pulls is told of every change from here on, without a look at the database.
                looks = self.has_rows;
            } else {
                skip(&mut news);
                room.send(Event::poke());
            }
            is_repetition = loop {
                tokio::select! {
                    () = events.closed() => return,
                    () = until(once_more) => {
                        once_more = None;
                        break true;
                    }
                    saved = news.recv() => match saved {
                        Ok(saved) if !self.is_concerned(&saved) => self.pass(&saved),
                        Ok(saved) => {
                            change = Some(saved);
                            break false;
                        }
                        Err(RecvError::Lagged(_)) => break false,
                        Err(RecvError::Closed) => return,
                    },
                    // He reaches more or less than before.
                    Ok(()) = reach.changed() => break false,
                }
            };
        }
    }

    /// Whether a change may be of a row in this collection that the viewer sees. What was kept out
    /// changes no row: only its issue tells of it.
    fn is_concerned(&self, saved: &Saved) -> bool {
        let is_of = |kind: &str| kind == self.face.root() || kind == sync_issue::Model::NAME;
        let is_unnamed = saved.kinds.is_empty() || !saved.anybody.is_empty();
        (is_unnamed || saved.kinds.iter().any(|kind| is_of(kind)))
            && concerns(&self.viewer.current(), saved)
    }

    /// Passes over a change that brings nothing.
    fn pass(&mut self, saved: &Saved) {
        self.note_own(saved);
        let steps = self.cursor.steps(&self.viewer.current(), saved);
        for step in steps.unwrap_or_default() {
            self.cursor.move_on(step);
        }
    }

    /// Notes a change that decided what this session has sent.
    fn note_own(&mut self, saved: &Saved) {
        if saved.sessions.contains(&self.session) {
            self.be_busy();
        }
    }

    fn be_busy(&mut self) {
        self.busy_until = self.app.clock().now() + ECHO.margin;
    }

    /// What a change brings, of what is read for all; else what is found by a look of one's own.
    async fn read(
        &mut self,
        change: Option<Arc<Saved>>,
        news: &mut Receiver<Arc<Saved>>,
    ) -> Result<Found, ApiError> {
        if let Some(saved) = change {
            self.note_own(&saved);
            if let Some(passed) = self.all_pass(news)
                && let Some(found) = self.share(&saved).await?
            {
                for saved in passed {
                    self.pass(&saved);
                }
                return Ok(found);
            }
        }
        // Everything that was told meanwhile is in what comes now.
        skip(news);
        self.look().await
    }

    /// What waits behind a change, where none of it concerns this stream. Else the rows that were read for
    /// all may be older than what the viewer may see by now.
    fn all_pass(&self, news: &mut Receiver<Arc<Saved>>) -> Option<Vec<Arc<Saved>>> {
        let mut passed = Vec::new();
        loop {
            match news.try_recv() {
                Ok(saved) if !self.is_concerned(&saved) => passed.push(saved),
                Ok(_) | Err(TryRecvError::Lagged(_)) => return None,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return Some(passed),
            }
        }
    }

    /// What a change brings, of what is read for all streams; none where this one must look for itself.
    async fn share(&mut self, saved: &Saved) -> Result<Option<Found>, ApiError> {
        let viewer = self.viewer.current();
        let is_busy = self.app.clock().now() < self.busy_until;
        if is_busy || saved.touched.is_none() {
            return Ok(None);
        }
        let Some(steps) = self.cursor.steps(&viewer, saved) else {
            return Ok(None);
        };
        let announced = self.announce();
        let brought = self.brought(&viewer, saved, &steps, announced.0).await;
        // Who reaches more or less by now must not be given rows of the earlier reach.
        let is_same = self.viewer.current().reach() == viewer.reach();
        let (brought, may_wait) = match brought {
            Ok(Some(brought)) if is_same => brought,
            other => {
                self.take_back(&announced);
                return other.map(|_| None);
            }
        };
        let mut rows = Rows::default();
        let mut shown = Shown::new();
        for row in brought {
            if row.shows_personal_value {
                shown.push((self.face.name(), row.realm, row.id));
            }
            rows.put(if row.document.is_some() {
                row.into()
            } else {
                RowDocument::tombstone(row.id.to_string())
            });
        }
        if let Err(error) = audit_shown(&self.app, &viewer, shown).await {
            self.take_back(&announced);
            return Err(error);
        }
        let event = self.event(announced, rows)?;
        for step in steps {
            self.cursor.move_on(step);
        }
        Ok(Some(Found {
            event,
            has_more: false,
            has_echo: false,
            may_wait,
        }))
    }

    /// The rows of these steps for this viewer, and whether something of his may wait for them.
    async fn brought(
        &self,
        viewer: &Viewer,
        saved: &Saved,
        steps: &[Span],
        place: (Uuid, &'static str),
    ) -> Result<Option<(Brought, bool)>, ApiError> {
        let (mut brought, mut may_wait) = (Brought::new(), false);
        for step in steps {
            let touched = touched(saved, self.face.root(), *step);
            if touched.is_empty() {
                continue;
            }
            let news = shared::read(&self.app, &self.registry, place.1, *step, &touched).await?;
            let still = |news: &&News| self.app.pulled().is_still(place, news.moment);
            let Some(news) = Option::as_ref(&news).filter(still) else {
                return Ok(None);
            };
            brought.extend(news.for_viewer(&self.app, viewer, &touched, step.after)?);
            may_wait |= news.may_wait(self.session);
        }
        Ok(Some((brought, may_wait)))
    }

    /// What comes next, from where the last look ended.
    async fn look(&mut self) -> Result<Found, ApiError> {
        let _turn = self.app.live_turns().take().await;
        let viewer = self.viewer.current();
        let announced = self.announce();
        let (rows, page) = match self.page(&viewer).await {
            Ok(found) => found,
            Err(error) => {
                self.take_back(&announced);
                return Err(error);
            }
        };
        let found = Found {
            event: self.event(announced, rows)?,
            has_more: page.has_more,
            has_echo: page.has_echo,
            may_wait: true,
        };
        if page.has_echo {
            self.be_busy();
        }
        self.cursor = page.cursor;
        Ok(found)
    }

    /// What it reads for.
    fn place(&self) -> (Uuid, &'static str) {
        (self.session, self.face.name())
    }

    /// Begins an event, before what it brings is read.
    fn announce(&self) -> Announced {
        let place = self.place();
        let (pulled, clock) = (self.app.pulled(), self.app.clock());
        (place, pulled.begin(place, clock.new_id(), clock.now()))
    }

    fn take_back(&self, (place, begun): &Announced) {
        if let Some(begun) = begun {
            self.app.pulled().take_back(*place, begun);
        }
    }

    /// The event that brings these rows; none if there are none.
    fn event(&self, announced: Announced, rows: Rows) -> Result<Option<Event>, ApiError> {
        if rows.len() == 0 || !self.has_rows {
            self.take_back(&announced);
        }
        if rows.len() == 0 {
            return Ok(None);
        }
        let checkpoint = announced.1.map(|begun| {
            let cursor: Cursor = self.app.keys().open_token(Purpose::Cursor, &begun.cursor)?;
            let event = Some(begun.event);
            Checkpoint::of(&self.app, &Cursor { event, ..cursor })
        });
        Ok(Some(Event {
            documents: rows.into_documents(),
            checkpoint: checkpoint.transpose()?,
        }))
    }

    /// Tries again what of this session waits.
    async fn try_waiting(&self) {
        let _turn = self.app.live_turns().take().await;
        try_waiting(&self.app, &self.registry, &self.viewer.current()).await;
    }

    async fn page(&self, viewer: &Viewer) -> Result<(Rows, pull::Given), ApiError> {
        // Nobody asks here, so nobody can ask again too soon.
        let echo = Echo {
            pause: TimeDelta::zero(),
            ..ECHO
        };
        let start = Start::At(Box::new(self.cursor.clone()));
        let ask = ask(self.face.name(), EVENT, echo);
        let mut page = pull::page(&self.app, &self.registry, viewer, start, ask).await?;
        let mut rows = Rows::default();
        let changes = std::mem::take(&mut page.changes);
        rows.take(changes, std::mem::take(&mut page.removals));
        Ok((rows, page))
    }
}

/// Passes over everything that was told so far.
fn skip(news: &mut Receiver<Arc<Saved>>) {
    while !matches!(
        news.try_recv(),
        Err(TryRecvError::Empty | TryRecvError::Closed)
    ) {}
}

/// Waits until then, or for ever.
async fn until(then: Option<Instant>) {
    match then {
        Some(then) => sleep_until(then).await,
        None => std::future::pending().await,
    }
}
