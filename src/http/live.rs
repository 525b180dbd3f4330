//! `GET /graphql/ws`: live events by the protocol graphql-transport-ws.
//!
//! The library's own handler cannot close with codes of ours, so this is one around its protocol
//! machine. A client comes back after 1012 (the server restarts), 1013 (too many sockets) and 4403
//! (get a new token; the reason is an error code); 4400 and 4401 are faults of the client.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use async_graphql::http::{self as protocol, WebSocketProtocols, WsMessage};
use async_graphql::{Data, Executor};
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use entity::ids::SessionId;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt, pin_mut};
use serde_json::Value;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;
use tokio::time::{Duration, Instant};
use tracing::Instrument as _;

use super::Http;
use super::connections::Place;
use super::farewell::{
    BAD_REQUEST, FORBIDDEN, Farewell, INIT_TIMEOUT, NOT_INITIALISED, RESTART, TRY_LATER,
};
use super::messages::{Messages, token_in};
use super::operations::Subscriptions;
use super::refusal::{Refusal, language_of};
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::database::Saved;
use crate::error::{ApiError, ErrorCode, Language};
use crate::graphql::context::{Caller, LiveSince, LiveViewer};
use crate::sync::pull::heads;

const PROTOCOL: &str = "graphql-transport-ws";

/// Largest message a client may send.
const MESSAGE: usize = 256 << 10;

/// How many looks in a row may find that nothing was heard before a socket counts as dead.
const QUIET: u32 = 2;

/// Before an event goes out, what is known of its viewer may be this old.
const FRESH: Duration = Duration::from_secs(5);

/// Opens a socket.
pub async fn open(State(http): State<Http>, request: Request) -> Result<Response, Refusal> {
    let (mut parts, _) = request.into_parts();
    if !http.allows_origin(&parts.headers) {
        return Err(Refusal::Origin);
    }
    let (language, caller) = (
        language_of(&parts.headers),
        http.caller(&parts.headers, &parts.extensions),
    );
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
    let upgrade = upgrade
        .map_err(|_| Refusal::Protocol)?
        .protocols([PROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        return Err(Refusal::Protocol);
    }
    // The default read buffer of 128 KiB would be most of what an idle socket costs.
    let upgrade = upgrade
        .read_buffer_size(4096)
        .write_buffer_size(0)
        .max_write_buffer_size(1 << 20)
        .max_message_size(MESSAGE);
    let place = parts.extensions.get::<Place>().cloned();
    Ok(upgrade.on_upgrade(async move |socket| {
        let executor = Subscriptions::new(http.api().clone(), http.clone(), language);
        Line::new(http, language, caller, place)
            .run(socket, executor)
            .await;
    }))
}

/// One socket and who is behind it.
struct Line {
    http: Http,
    language: Language,
    caller: Caller,
    /// Of its connection; none in a test without one.
    place: Option<Place>,
    signed_in: OnceLock<(SessionId, LiveViewer)>,
    messages: Messages,
    /// When the token runs out; before `connection_init`, when that must have come.
    until: watch::Sender<Instant>,
}

impl Line {
    fn new(http: Http, language: Language, caller: Caller, place: Option<Place>) -> Arc<Self> {
        let until = watch::Sender::new(Instant::now() + http.patience().init);
        Arc::new(Self {
            http,
            language,
            caller,
            place,
            signed_in: OnceLock::new(),
            messages: Messages::default(),
            until,
        })
    }

    /// Talks until one of both sides closes.
    async fn run(self: Arc<Self>, socket: WebSocket, executor: impl Executor) {
        let (mut sink, input) = socket.split();
        let farewell = match self.http.sockets().clone().try_acquire_owned() {
            Ok(_permit) => self.talk(&mut sink, input, executor).await,
            Err(_) => Some((TRY_LATER, ErrorCode::OVERLOADED.as_str().to_owned())),
        };
        if let Some((code, reason)) = farewell {
            tracing::debug!(code, reason, "socket closed");
            let frame = CloseFrame {
                code,
                reason: reason.into(),
            };
            // Whoever is gone needs no farewell.
            let _ = self.send(&mut sink, Message::Close(Some(frame))).await;
        }
    }

    /// Carries messages both ways; what it returns is said last.
    async fn talk(
        self: &Arc<Self>,
        sink: &mut SplitSink<WebSocket, Message>,
        input: futures_util::stream::SplitStream<WebSocket>,
        executor: impl Executor,
    ) -> Option<Farewell> {
        let heard = Arc::new(AtomicBool::new(true));
        let output = self.protocol(input, heard.clone(), executor);
        pin_mut!(output);
        let (mut closing, mut until) = (self.http.closing(), self.until.subscribe());
        let mut news = self.http.app().news();
        let recheck = self.http.patience().recheck;
        let mut look = tokio::time::interval_at(Instant::now() + recheck, recheck);
        let mut looked_at = Instant::now();
        let mut quiet = 0;
        loop {
            let deadline = *until.borrow_and_update();
            let message = tokio::select! {
                biased;
                () = turned(&mut closing) => {
                    return Some((RESTART, "restart".to_owned()));
                }
                _ = until.changed() => continue,
                () = tokio::time::sleep_until(deadline) => return Some(self.run_out()),
                () = self.broken() => {
                    return Some((TRY_LATER, ErrorCode::INTERNAL.as_str().to_owned()));
                }
                () = self.moved(&mut news) => {
                    looked_at = Instant::now();
                    if let Err(farewell) = self.look_again().await {
                        return Some(farewell);
                    }
                    continue;
                }
                _ = look.tick() => {
                    quiet = if heard.swap(false, Ordering::Relaxed) { 0 } else { quiet + 1 };
                    if quiet > QUIET {
                        return None;
                    }
                    looked_at = Instant::now();
                    if let Err(farewell) = self.look_again().await {
                        return Some(farewell);
                    }
                    Message::Ping(axum::body::Bytes::new())
                }
                message = output.next() => match message {
                    None => return self.messages.fault(),
                    Some(WsMessage::Close(code, reason)) => return Some(farewell(code, &reason)),
                    Some(WsMessage::Text(text)) => {
                        let Some(text) = self.messages.spoken(text) else {
                            continue;
                        };
                        if looked_at.elapsed() > FRESH.min(recheck) {
                            looked_at = Instant::now();
                            if let Err(farewell) = self.look_again().await {
                                return Some(farewell);
                            }
                        }
                        Message::Text(text.into())
                    }
                },
            };
            self.send(sink, message).await?;
        }
    }

    /// The machine of the protocol, fed with what the client says.
    fn protocol(
        self: &Arc<Self>,
        input: futures_util::stream::SplitStream<WebSocket>,
        heard: Arc<AtomicBool>,
        executor: impl Executor,
    ) -> impl futures_util::Stream<Item = WsMessage> {
        let said = self.messages.clone();
        let messages = input
            .take_while(|message| {
                let goes_on = !matches!(message, Err(_) | Ok(Message::Close(_)));
                async move { goes_on }
            })
            .map(move |message| {
                heard.store(true, Ordering::Relaxed);
                message.map_or(Ok(None), |message| said.read(message))
            })
            .take_while(|read| std::future::ready(read.is_ok()))
            .filter_map(|read| std::future::ready(read.ok().flatten()));
        let (init, ping) = (self.clone(), self.clone());
        protocol::WebSocket::from_message_stream(
            executor,
            messages.boxed(),
            WebSocketProtocols::GraphQLWS,
        )
        .on_connection_init(move |payload| in_a_task(async move { init.sign_in(&payload).await }))
        .on_ping(move |_: Option<&Data>, payload: Option<Value>| async move {
            in_a_task(async move { ping.refresh(payload.as_ref()).await }).await?;
            Ok(None)
        })
    }

    /// Waits until something on the socket cannot go on.
    async fn broken(&self) {
        match self.signed_in.get() {
            Some((_, viewer)) => viewer.hung_up().await,
            None => std::future::pending().await,
        }
    }

    /// Waits until the viewer may reach more or less than before.
    async fn moved(&self, news: &mut broadcast::Receiver<Arc<Saved>>) {
        // What is told before he has signed in waits: it may have come after he was looked at.
        let Some((_, viewer)) = self.signed_in.get() else {
            return std::future::pending().await;
        };
        let may_have_moved = |saved: &Saved| {
            let viewer = viewer.current();
            let account = viewer.person().map(|person| person.account_id.into());
            let is_named = account.is_some_and(|account| saved.accounts.contains(&account));
            // Who was touched is not known there.
            let mut anybody = saved.anybody.iter();
            is_named || anybody.any(|realm| viewer.reach().reaches(*realm))
        };
        loop {
            match news.recv().await {
                Ok(saved) if !may_have_moved(&saved) => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return,
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    /// `connection_init`: lets the client in and gives subscriptions what they may ask for.
    async fn sign_in(&self, payload: &Value) -> async_graphql::Result<Data> {
        let token = token_in(payload).ok_or_else(unauthenticated)?;
        let admitted = self.http.admit(token).await.map_err(|e| refused(&e))?;
        let session = session_of(&admitted.viewer).ok_or_else(unauthenticated)?;
        let heads = heads(self.http.app(), &admitted.viewer, None).await;
        let (history, heads) = heads.map_err(|error| refused(&error))?;
        let viewer = LiveViewer::new(admitted.viewer);
        let since = LiveSince {
            viewer: viewer.current(),
            epoch: history.epoch,
            heads,
        };
        let share = self.http.share_of_sockets(&since.viewer);
        let share = share.and_then(|share| self.count(token, &since.viewer).map(|()| share));
        let _ = self.signed_in.set((session, viewer.clone()));
        self.extend(admitted.expires_at);
        let mut data = Data::default();
        data.insert(share.map_err(|error| refused(&error))?);
        data.insert(viewer);
        data.insert(since);
        data.insert(self.language);
        data.insert(self.caller);
        Ok(data)
    }

    /// Counts the connection for who has signed in on it.
    fn count(&self, token: &str, viewer: &Viewer) -> Result<(), ApiError> {
        let (Some(place), Some(person)) = (&self.place, viewer.person()) else {
            return Ok(());
        };
        Ok(place.count_for(token, person.account_id)?)
    }

    /// `ping` with a new token of the same session: the socket lives on.
    async fn refresh(&self, payload: Option<&Value>) -> async_graphql::Result<()> {
        let (Some(token), Some((session, viewer))) =
            (payload.and_then(token_in), self.signed_in.get())
        else {
            return Ok(());
        };
        let admitted = self.http.admit(token).await.map_err(|e| refused(&e))?;
        if session_of(&admitted.viewer) != Some(*session) {
            return Err(unauthenticated());
        }
        viewer.renew(admitted.viewer);
        self.extend(admitted.expires_at);
        Ok(())
    }

    /// Moves the end of the socket to the end of a token.
    fn extend(&self, expires_at: DateTime<Utc>) {
        let left = expires_at - self.http.app().clock().now();
        let left = left.to_std().unwrap_or(Duration::ZERO);
        // Far beyond the life of any token, and within what an instant can hold.
        let left = left.min(Duration::from_hours(30 * 24));
        self.until.send_replace(Instant::now() + left);
    }

    /// Why the time is up.
    fn run_out(&self) -> Farewell {
        let (code, why) = if self.signed_in.get().is_some() {
            (FORBIDDEN, ErrorCode::TOKEN_EXPIRED)
        } else {
            (INIT_TIMEOUT, ErrorCode::UNAUTHENTICATED)
        };
        (code, why.as_str().to_owned())
    }

    /// Whether the session still stands, and what its viewer reaches now.
    async fn look_again(&self) -> Result<(), Farewell> {
        let Some((session, viewer)) = self.signed_in.get() else {
            return Ok(());
        };
        match self.http.viewers().of_session(*session).await {
            Ok(now) => viewer.renew(now),
            Err(error) if error.is_internal() => {
                tracing::warn!(cause = error.causes(), "cannot look at a session again");
            }
            Err(error) => return Err(turned_away(error.code().as_str())),
        }
        Ok(())
    }

    /// Sends, unless the reader is too slow or gone.
    async fn send(&self, sink: &mut SplitSink<WebSocket, Message>, message: Message) -> Option<()> {
        let sent = tokio::time::timeout(self.http.patience().reader, sink.send(message));
        sent.await.ok()?.ok()
    }
}

fn session_of(viewer: &Viewer) -> Option<SessionId> {
    viewer.person().map(|person| person.session_id)
}

fn unauthenticated() -> async_graphql::Error {
    refused(&SessionError::Unauthenticated.into())
}

/// Waits for a signal to be given.
async fn turned(signal: &mut watch::Receiver<bool>) {
    // Whoever gives it lives as long as the server.
    let _ = signal.wait_for(|given| *given).await;
}

/// The library closes with 1002 whatever a callback fails with; the mark tells ours apart.
const MARK: &str = "refused:";

fn refused(error: &ApiError) -> async_graphql::Error {
    if error.is_internal() {
        tracing::error!(cause = error.causes(), "cannot let a socket in");
    }
    async_graphql::Error::new(format!("{MARK}{}", error.code().as_str()))
}

/// How a socket ends whose client is not let in, or no longer: what is no fault of his session passes.
fn turned_away(code: &str) -> Farewell {
    let passes = [ErrorCode::INTERNAL, ErrorCode::OVERLOADED];
    let passes = passes.iter().any(|it| it.as_str() == code);
    (if passes { TRY_LATER } else { FORBIDDEN }, code.to_owned())
}

/// Runs what asks the database in a task of its own. The library asks for it only while it asks for the
/// next message, so that it would stop half-way, and keep its connection, while the socket sends.
async fn in_a_task<T: Send + 'static>(
    work: impl Future<Output = async_graphql::Result<T>> + Send + 'static,
) -> async_graphql::Result<T> {
    let done = tokio::spawn(work.in_current_span()).await;
    done.unwrap_or_else(|_| Err(refused(&ApiError::internal("a callback panicked"))))
}

/// What the library's close codes are in ours.
fn farewell(code: u16, reason: &str) -> Farewell {
    let invalid = || ErrorCode::INVALID_REQUEST.as_str().to_owned();
    match (code, reason.strip_prefix(MARK)) {
        (1002, Some(code)) => turned_away(code),
        (1002, None) => (BAD_REQUEST, invalid()),
        (1011, _) => (
            NOT_INITIALISED,
            ErrorCode::UNAUTHENTICATED.as_str().to_owned(),
        ),
        (code, _) => (code, invalid()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_closes_with_codes_of_ours() {
        for ((code, reason), ours) in [
            ((1002, "refused:TOKEN_EXPIRED"), 4403),
            ((1002, "refused:INTERNAL"), 1013),
            ((1002, "refused:OVERLOADED"), 1013),
            ((1002, "expected value at line 1"), 4400),
            ((1011, "The handshake is not completed."), 4401),
            ((4429, "Too many initialisation requests."), 4429),
        ] {
            assert_eq!(farewell(code, reason).0, ours, "{reason}");
        }
    }
}
