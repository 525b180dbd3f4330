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

use super::pull::{Checkpoint, ECHO, Given, Rows, page};
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::database::Saved;
use crate::database::installation;
use crate::database::sealed::Purpose;
use crate::error::ApiError;
use crate::graphql::ContextExt;
use crate::graphql::context::{LiveSince, LiveViewer};
use crate::sync::cursor::Cursor;
use crate::sync::live::{concerns, heads_of};
use crate::sync::pull::Echo;
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
    let mut cursor = beginning::<M>(&app, &viewer, ctx.data_opt::<LiveSince>()).await?;
    Ok(stream! {
        let mut once_more: Option<Instant> = None;
        let mut is_repetition = false;
        loop {
            let mut has_told = false;
            // Everything that was told meanwhile is in what comes now.
            while !matches!(news.try_recv(), Err(TryRecvError::Empty | TryRecvError::Closed)) {}
            loop {
                let current = viewer.current();
                let (given, has_more) = match next::<M>(&app, &registry, &current, &cursor).await {
                    Ok(next) => next,
                    Err(error) => {
                        tracing::warn!(cause = error.causes(), "a stream waits for the database");
                        sleep(AGAIN).await;
                        continue;
                    }
                };
                cursor.clone_from(&given.checkpoint.cursor);
                if !given.documents.is_empty() {
                    has_told = true;
                    yield given;
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

/// What comes next, with the place it leads to, and whether there is more.
async fn next<M: Carried>(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    cursor: &str,
) -> Result<(Given<M>, bool), ApiError> {
    // Nobody asks here, so nobody can ask again too soon.
    let echo = Echo {
        pause: TimeDelta::zero(),
        ..ECHO
    };
    let page = page::<M>(app, registry, viewer, Some(cursor.to_owned()), EVENT, echo).await?;
    let has_more = page.has_more;
    let mut rows = Rows::<M>::default();
    let checkpoint = Checkpoint::of(app, rows.take(page))?;
    let documents = rows.into_documents();
    Ok((
        Given {
            documents,
            checkpoint,
        },
        has_more,
    ))
}

fn touches(viewer: &LiveViewer, saved: &Saved) -> bool {
    concerns(&viewer.current(), saved)
}

/// A cursor that stands where the client's own pull is sure to reach.
async fn beginning<M: Carried>(
    app: &App,
    viewer: &LiveViewer,
    since: Option<&LiveSince>,
) -> Result<String, ApiError> {
    let (viewer, heads) = if let Some(LiveSince { viewer, heads }) = since {
        (viewer.clone(), heads.clone())
    } else {
        let viewer = viewer.current();
        let heads = heads_of(app, &viewer).await?;
        (viewer, heads)
    };
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    let epoch = installation::epoch_at(app.db().reader()).await?;
    let cursor = Cursor::at_heads(
        epoch.unwrap_or_default(),
        person.account_id,
        [M::NAME.to_owned()].into(),
        &viewer,
        &heads,
        app.clock().now(),
    );
    Ok(app.keys().seal_token(Purpose::Cursor, &cursor)?)
}
