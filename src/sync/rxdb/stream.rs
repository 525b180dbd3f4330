//! The live stream of one collection.
//!
//! The checkpoint of an event moves the client's own, so events must leave nothing out between them
//! and what the client has pulled. A client pulls after its socket was acknowledged, so everything up
//! to that moment reaches it by its own pull; the first event begins there, and each next one where
//! the one before it ended.

use std::future::pending;

use async_graphql::Context;
use async_stream::stream;
use chrono::TimeDelta;
use futures_util::Stream;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Duration, Instant, sleep, sleep_until};

use super::pull::{Checkpoint, ECHO, Given, Rows, ask};
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::database::Saved;
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

/// What changes for the viewer from the moment his socket was acknowledged. It never ends by itself,
/// and is silent rather than wrong.
pub async fn stream<M: Carried>(
    ctx: &Context<'_>,
) -> Result<impl Stream<Item = Given<M>> + use<M>, ApiError> {
    let viewer = ctx.live_viewer()?.clone();
    let app = ctx.app().clone();
    let registry = ctx.data_unchecked::<Registry>().clone();
    let mut changes = viewer.changes();
    let mut news = app.news();
    let mut cursor = beginning::<M>(&app, ctx.live_since()?)?;
    Ok(stream! {
        let mut once_more: Option<Instant> = None;
        let mut is_repetition = false;
        loop {
            let mut has_told = false;
            // Everything that was told meanwhile is in what comes now.
            while !matches!(news.try_recv(), Err(TryRecvError::Empty | TryRecvError::Closed)) {}
            loop {
                let current = viewer.current();
                let next = next::<M>(&app, &registry, &current, cursor.clone()).await;
                let (given, has_more) = match next {
                    Ok((given, after, has_more)) => {
                        cursor = after;
                        (given, has_more)
                    }
                    Err(error) => {
                        tracing::warn!(cause = error.causes(), "a stream waits for the database");
                        sleep(AGAIN).await;
                        continue;
                    }
                };
                if !given.documents.is_empty() {
                    has_told = true;
                    yield given;
                    // It may be what something of this session waits for.
                    try_waiting(&app, &registry, &current).await;
                }
                if !has_more {
                    break;
                }
            }
            if has_told && !is_repetition && once_more.is_none() {
                once_more = Some(Instant::now() + ONCE_MORE);
            }
            is_repetition = loop {
                tokio::select! {
                    () = until(once_more) => {
                        once_more = None;
                        break true;
                    }
                    saved = news.recv() => match saved {
                        Ok(saved) if !touches(&viewer, &saved) => {}
                        Ok(_) | Err(RecvError::Lagged(_)) => break false,
                        Err(RecvError::Closed) => pending().await,
                    },
                    // He reaches more or less than before.
                    Ok(()) = changes.changed() => break false,
                }
            };
        }
    })
}

/// Waits until then, or for ever.
async fn until(then: Option<Instant>) {
    match then {
        Some(then) => sleep_until(then).await,
        None => pending().await,
    }
}

/// What comes next, the place it leads to, and whether there is more.
async fn next<M: Carried>(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    cursor: Cursor,
) -> Result<(Given<M>, Cursor, bool), ApiError> {
    // Nobody asks here, so nobody can ask again too soon.
    let echo = Echo {
        pause: TimeDelta::zero(),
        ..ECHO
    };
    let start = Start::At(Box::new(cursor));
    let page = pull::page(app, registry, viewer, start, ask::<M>(EVENT, echo)).await?;
    let mut rows = Rows::<M>::default();
    rows.take(page.changes, page.removals);
    let given = Given {
        documents: rows.into_documents(),
        checkpoint: Checkpoint::of(app, &page.cursor)?,
    };
    Ok((given, page.cursor, page.has_more))
}

fn touches(viewer: &LiveViewer, saved: &Saved) -> bool {
    concerns(&viewer.current(), saved)
}

/// A cursor that stands where the client's own pull is sure to reach.
fn beginning<M: Carried>(app: &App, since: &LiveSince) -> Result<Cursor, ApiError> {
    let person = since.viewer.person();
    let person = person.ok_or(SessionError::Unauthenticated)?;
    Ok(Cursor::at_heads(
        since.epoch,
        person.account_id,
        [M::NAME.to_owned()].into(),
        &since.viewer,
        &since.heads,
        app.clock().now(),
    ))
}
