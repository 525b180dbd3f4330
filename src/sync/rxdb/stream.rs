//! The live stream of one collection.
//!
//! The checkpoint of an event moves the client's own, and an event may come to a client that has not
//! pulled what was before it: RxDB forgets that it was to pull when an event waits in its queue. So an
//! event brings rows as they are now, and carries the checkpoint of a pull that this client has taken
//! in ([`Pulled`](crate::app::Pulled)), or none, which leaves the client's where it is.
//!
//! The database is read in a task of its own, never while the socket is asked: a socket that sends
//! slowly, or looks at its session again, would stop in the middle of a read and keep its connection.
//! Nothing is read before there is room for what comes of it.

use std::marker::PhantomData;

use async_graphql::Context;
use async_stream::stream;
use chrono::TimeDelta;
use entity::sync::sync_issue;
use futures_util::Stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::mpsc::Sender;
use tokio::sync::{mpsc, watch};
use tokio::time::{Duration, Instant, sleep, sleep_until};
use tracing::Instrument as _;

use super::RowDocument;
use super::pull::{Checkpoint, ECHO, Rows, ask};
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::database::sealed::Purpose;
use crate::database::{Record as _, Saved};
use crate::error::ApiError;
use crate::graphql::ContextExt;
use crate::graphql::context::{LiveSince, LiveViewer};
use crate::sync::cursor::Cursor;
use crate::sync::live::concerns;
use crate::sync::pull::{self, Echo, Start};
use crate::sync::push::try_waiting;
use crate::sync::registry::Registry;
use crate::sync::rows::Carried;

/// Rows in one event at most.
const EVENT: usize = 500;

/// When what was told is told once more, for the sake of the echo in it: the client drops an event that
/// came just before a pull of its own, and what that pull gives while a push is under way.
const ONCE_MORE: Duration = Duration::from_secs(2);

/// How long to wait before the database is asked again that did not answer.
const AGAIN: Duration = Duration::from_secs(1);

/// Rows that changed for the viewer, as they are now.
pub struct Event<M> {
    pub documents: Vec<RowDocument<M>>,
    pub checkpoint: Option<Checkpoint>,
}

impl<M> Event<M> {
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
pub async fn stream<M: Carried>(
    ctx: &Context<'_>,
) -> Result<impl Stream<Item = Event<M>> + use<M>, ApiError> {
    let app = ctx.app().clone();
    let viewer = ctx.live_viewer()?.clone();
    let has_rows = ctx.look_ahead().field("documents").exists();
    let (news, reach) = (app.news(), viewer.changes());
    let cursor = beginning::<M>(&app, ctx.live_since()?, has_rows)?;
    let reading = Reading::<M> {
        app,
        registry: ctx.data_unchecked::<Registry>().clone(),
        viewer: viewer.clone(),
        has_rows,
        cursor,
        record: PhantomData,
    };
    let (events, mut arriving) = mpsc::channel(1);
    tokio::spawn(reading.run(events, news, reach).in_current_span());
    Ok(stream! {
        while let Some(event) = arriving.recv().await {
            yield event;
        }
        // Only a panic ends the reading. The client must not take the silence for peace.
        viewer.hang_up();
        std::future::pending::<()>().await;
    })
}

/// Reads on behalf of one stream, until nobody listens.
struct Reading<M> {
    app: App,
    registry: Registry,
    viewer: LiveViewer,
    /// The client asks for rows; else it is only told that there is something to pull.
    has_rows: bool,
    cursor: Cursor,
    record: PhantomData<fn() -> M>,
}

/// What a read has found.
struct Found<M> {
    event: Option<Event<M>>,
    has_more: bool,
    has_echo: bool,
}

impl<M: Carried> Reading<M> {
    async fn run(
        mut self,
        events: Sender<Event<M>>,
        mut news: Receiver<std::sync::Arc<Saved>>,
        mut reach: watch::Receiver<std::sync::Arc<Viewer>>,
    ) {
        let mut once_more: Option<Instant> = None;
        let (mut is_repetition, mut looks) = (false, true);
        loop {
            let Ok(room) = events.reserve().await else {
                return;
            };
            // Everything that was told meanwhile is in what comes now.
            while !matches!(
                news.try_recv(),
                Err(TryRecvError::Empty | TryRecvError::Closed)
            ) {}
            if looks {
                let found = match self.look().await {
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
                    self.try_waiting().await;
                }
                if found.has_more {
                    continue;
                }
                // Who only pulls is told of every change from here on, without a look at the database.
                looks = self.has_rows;
            } else {
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
                        Ok(saved) if !self.is_concerned(&saved) => {}
                        Ok(_) | Err(RecvError::Lagged(_)) => break false,
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
        let is_of = |kind: &str| kind == M::ROOT || kind == sync_issue::Model::NAME;
        let is_unnamed = saved.kinds.is_empty() || !saved.anybody.is_empty();
        (is_unnamed || saved.kinds.iter().any(|kind| is_of(kind)))
            && concerns(&self.viewer.current(), saved)
    }

    /// What comes next, from where the last look ended.
    async fn look(&mut self) -> Result<Found<M>, ApiError> {
        let _turn = self.app.live_turns().take().await;
        let viewer = self.viewer.current();
        let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
        let place = (person.session_id.into(), M::NAME);
        let (pulled, clock) = (self.app.pulled(), self.app.clock());
        let begun = pulled.begin(place, clock.new_id(), clock.now());
        let page = self.page(&viewer).await;
        let has_rows = page.as_ref().is_ok_and(|(rows, _)| rows.len() > 0);
        if let Some(begun) = begun.as_ref().filter(|_| !(has_rows && self.has_rows)) {
            pulled.take_back(place, begun);
        }
        let (rows, page) = page?;
        let mut found = Found {
            event: None,
            has_more: page.has_more,
            has_echo: page.has_echo,
        };
        if has_rows {
            let checkpoint = begun.map(|begun| {
                let cursor: Cursor = self.app.keys().open_token(Purpose::Cursor, &begun.cursor)?;
                let event = Some(begun.event);
                Checkpoint::of(&self.app, &Cursor { event, ..cursor })
            });
            found.event = Some(Event {
                documents: rows.into_documents(),
                checkpoint: checkpoint.transpose()?,
            });
        }
        self.cursor = page.cursor;
        Ok(found)
    }

    /// What came may be what something of this session waits for.
    async fn try_waiting(&self) {
        let _turn = self.app.live_turns().take().await;
        try_waiting(&self.app, &self.registry, &self.viewer.current()).await;
    }

    async fn page(&self, viewer: &Viewer) -> Result<(Rows<M>, pull::Given), ApiError> {
        // Nobody asks here, so nobody can ask again too soon.
        let echo = Echo {
            pause: TimeDelta::zero(),
            ..ECHO
        };
        let start = Start::At(Box::new(self.cursor.clone()));
        let ask = ask::<M>(EVENT, echo);
        let mut page = pull::page(&self.app, &self.registry, viewer, start, ask).await?;
        let mut rows = Rows::<M>::default();
        let changes = std::mem::take(&mut page.changes);
        rows.take(changes, std::mem::take(&mut page.removals));
        Ok((rows, page))
    }
}

/// Waits until then, or for ever.
async fn until(then: Option<Instant>) {
    match then {
        Some(then) => sleep_until(then).await,
        None => std::future::pending().await,
    }
}

/// A cursor that stands where the session last pulled, else where the socket was acknowledged.
fn beginning<M: Carried>(app: &App, since: &LiveSince, has_rows: bool) -> Result<Cursor, ApiError> {
    let person = since.viewer.person();
    let person = person.ok_or(SessionError::Unauthenticated)?;
    let (place, now) = ((person.session_id.into(), M::NAME), app.clock().now());
    let pulled = has_rows.then(|| app.pulled().watch(place, now)).flatten();
    let pulled = pulled.and_then(|token| app.keys().open_token(Purpose::Cursor, &token).ok());
    let account = person.account_id;
    let goes_on = |cursor: &Cursor| cursor.epoch == since.epoch && cursor.account == account;
    let pulled = pulled.filter(goes_on);
    Ok(pulled.unwrap_or_else(|| {
        Cursor::at_heads(
            since.epoch,
            account,
            [M::NAME.to_owned()].into(),
            &since.viewer,
            &since.heads,
            now,
        )
    }))
}
