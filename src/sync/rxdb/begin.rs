//! Where a stream begins.

use tokio::time::{Duration, sleep};
use uuid::Uuid;

use crate::app::App;
use crate::auth::viewer::SessionError;
use crate::database::sealed::Purpose;
use crate::error::ApiError;
use crate::graphql::context::LiveSince;
use crate::sync::cursor::Cursor;

/// How long a stream waits for a pull of a session that may have pulled from a process that is gone,
/// each time that it begins. After the last it goes on without: the client pulls from another process.
const FOR_A_PULL: [Duration; 4] = [
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(40),
];

/// Where a stream begins after it has waited for a pull.
pub enum Begin {
    AsKnown,
    /// A pull is known now.
    Pulled,
    /// On another socket: after each connection its client pulls.
    Again,
}

/// A cursor that stands where the session last pulled, else where the socket was acknowledged.
pub fn cursor(
    app: &App,
    since: &LiveSince,
    collection: &'static str,
    has_rows: bool,
) -> Result<Cursor, ApiError> {
    let person = since.viewer.person();
    let person = person.ok_or(SessionError::Unauthenticated)?;
    let (place, now) = ((person.session_id.into(), collection), app.clock().now());
    let pulled = has_rows.then(|| app.pulled().watch(place, now)).flatten();
    let account = person.account_id;
    let goes_on = |cursor: &Cursor| cursor.epoch == since.epoch && cursor.account == account;
    let pulled = pulled.and_then(|token| app.keys().open_token(Purpose::Cursor, &token).ok());
    let pulled = pulled.filter(goes_on);
    Ok(pulled.unwrap_or_else(|| {
        Cursor::at_heads(
            since.epoch,
            account,
            [collection.to_owned()].into(),
            &since.viewer,
            &since.heads,
            now,
        )
    }))
}

/// Waits, where the session is older than this process and may have pulled from another one, until a pull
/// of it is known. RxDB pulls after each connection, but not where an event waits before that: so none is
/// sent until then, and a client that does not pull is made to connect again.
pub async fn wait_for_pull(
    app: &App,
    place: (Uuid, &'static str),
    gone: impl Future<Output = ()>,
) -> Begin {
    let (pulled, now) = (app.pulled(), || app.clock().now());
    let is_known = pulled.watch(place, now()).is_some();
    let pause = FOR_A_PULL.get(usize::try_from(pulled.closed(place)).unwrap_or_default());
    let waits = !is_known && pulled.may_have_pulled_before(place.0);
    let Some(pause) = pause.filter(|_| waits) else {
        return Begin::AsKnown;
    };
    tokio::select! {
        () = gone => Begin::Again,
        () = sleep(*pause) => {
            pulled.close(place, now());
            Begin::Again
        }
        () = pulled.known(place, now()) => Begin::Pulled,
    }
}
