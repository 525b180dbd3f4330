//! Connections: how many, from whom, how long one may do nothing, and what HTTP is spoken on them.
//!
//! The serving loop of axum has no timeouts. A connection ends when it sends no request for a while, or
//! does not take the answer to one; what a request does meanwhile is not counted.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::response::Response;
use axum::serve::Listener;
use entity::ids::AccountId;
use http_body::{Frame, SizeHint};
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};
use tower::ServiceExt as _;

use super::refusal::Refusal;
use super::source::Source;
use super::turns::{Turn, Turns};
use super::{Http, Patience};
use crate::auth::attempts::network;
use crate::sha256::Sha256;

/// An answer goes out in pieces of this size at most, and each must be taken in its time.
const PIECE: usize = 64 << 10;

/// The most that is kept of a head, and of an answer that is not taken yet, for one connection.
const BUFFER: usize = 64 << 10;

/// Requests at a time on one connection with HTTP/2.
const STREAMS: u32 = 64;

/// How much of bodies one connection with HTTP/2 may send before somebody reads them.
const WINDOW: u32 = 256 << 10;

/// How often the other end of a connection with HTTP/2 is asked whether it is there.
const PING: Duration = Duration::from_secs(30);

/// What is said to who finds no place; he may hear it, if he has not sent too much.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\n\
    retry-after: 2\r\nconnection: close\r\n\r\n\
    {\"errors\":[{\"message\":\"the server has too much to do; try again later\",\"extensions\":\
    {\"code\":\"OVERLOADED\",\"retryAfterMs\":2000}}]}";

/// Keeps the place of a connection, also when it has become a socket. It counts for the address that it
/// comes from, and for the account that signed in on it last.
#[derive(Clone)]
pub struct Place(Arc<Held>);

struct Held {
    _of_address: Turn<IpAddr>,
    of_account: Mutex<Option<OfAccount>>,
    accounts: Turns<AccountId>,
    most_of_account: usize,
}

struct OfAccount {
    account: AccountId,
    /// Of the token by which the account is known: the next request most likely brings the same.
    token: Sha256,
    _turn: Turn<AccountId>,
}

impl Place {
    /// Counts the connection for the account of this token, unless that has its share already.
    pub fn count_for(&self, token: &str, account: AccountId) -> Result<(), Refusal> {
        let mut of_account = self.of_account();
        let token = Sha256::of(token.as_bytes());
        if let Some(known) = of_account.as_mut().filter(|it| it.account == account) {
            known.token = token;
            return Ok(());
        }
        // Whoever had it before has it no more.
        *of_account = None;
        *of_account = Some(OfAccount {
            account,
            token,
            _turn: self.0.accounts.take(&account, 1, self.0.most_of_account)?,
        });
        Ok(())
    }

    /// Whether it counts for the account of this token.
    pub fn counts_for(&self, token: &str) -> bool {
        let of_account = self.of_account();
        let known = of_account.as_ref().map(|it| &it.token);
        known == Some(&Sha256::of(token.as_bytes()))
    }

    fn of_account(&self) -> MutexGuard<'_, Option<OfAccount>> {
        let of_account = self.0.of_account.lock();
        of_account.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Http {
    /// Takes connections until the server stops; returns when all of them are done.
    pub async fn accept(
        &self,
        mut listener: impl Listener<Io = TcpStream, Addr = SocketAddr>,
        router: Router,
    ) {
        let settings = &self.app().settings().http;
        let count = settings.connections.min(1 << 20);
        let (places, accounts) = (Turns::new(count), Turns::new(count));
        // All come from the address of the proxy, where there is one, and carry requests of all accounts.
        let (most, most_of_account) = if settings.trust_proxy {
            (count, count)
        } else {
            let share = Source::share_of_account(count);
            (settings.connections_per_address, share)
        };
        let mut stopping = pin!(stopped(self.closing()));
        let mut connections = JoinSet::new();
        let mut is_full = false;
        loop {
            let (stream, peer) = tokio::select! {
                accepted = listener.accept() => accepted,
                // What has ended is forgotten.
                Some(_) = connections.join_next() => continue,
                () = &mut stopping => break,
            };
            // Small answers go out at once; where that cannot be had, they go out a little later.
            let _ = stream.set_nodelay(true);
            let place = places.take(&network(peer.ip()), 1, most);
            if place.is_err() != is_full {
                is_full = !is_full;
                tracing::warn!(%peer, is_full, "connections at their limit, of all or of one address");
            }
            match place {
                Ok(place) => {
                    let connection = Connection {
                        router: router.clone(),
                        patience: self.patience(),
                        peer,
                        place: Place(Arc::new(Held {
                            _of_address: place,
                            of_account: Mutex::default(),
                            accounts: accounts.clone(),
                            most_of_account,
                        })),
                    };
                    connections.spawn(connection.serve(stream, self.closing()));
                }
                Err(_) => drop(stream.try_write(FULL)),
            }
        }
        drop(listener);
        while connections.join_next().await.is_some() {}
    }
}

struct Connection {
    router: Router,
    patience: Patience,
    peer: SocketAddr,
    place: Place,
}

impl Connection {
    async fn serve(self, stream: TcpStream, closing: watch::Receiver<bool>) {
        let work = Work::new(self.patience);
        let service = service_fn(|request: Request<Incoming>| {
            let running = work.begin();
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(self.peer));
            request.extensions_mut().insert(self.place.clone());
            request.extensions_mut().insert(running.clone());
            let answer = self.router.clone().oneshot(request);
            async move {
                let answer: Response = answer.await?;
                Ok::<_, Infallible>(answer.map(|body| Answer::new(body, running)))
            }
        });
        let protocols = protocols(self.patience);
        let mut connection =
            pin!(protocols.serve_connection_with_upgrades(TokioIo::new(stream), service));
        let (mut stopping, mut is_closing) = (pin!(stopped(closing)), false);
        loop {
            tokio::select! {
                // Whatever it ended of, there is nobody to be told.
                _ = connection.as_mut() => return,
                () = &mut stopping, if !is_closing => {
                    is_closing = true;
                    connection.as_mut().graceful_shutdown();
                }
                () = sleep_until(work.due()) => match work.overdue() {
                    None => {}
                    Some(Overdue::Answer) => return,
                    Some(Overdue::Request) => {
                        connection.as_mut().graceful_shutdown();
                        drop(timeout(self.patience.reader, connection).await);
                        return;
                    }
                },
            }
        }
    }
}

/// Ends when the server stops.
async fn stopped(mut closing: watch::Receiver<bool>) {
    // Without a sender there is nothing left that could be served.
    drop(closing.wait_for(|closing| *closing).await);
}

fn protocols(patience: Patience) -> auto::Builder<TokioExecutor> {
    let mut protocols = auto::Builder::new(TokioExecutor::new());
    // The time for a head is kept here, for both protocols.
    protocols
        .http1()
        .header_read_timeout(None)
        .max_buf_size(BUFFER);
    protocols
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_send_buf_size(BUFFER)
        .max_header_list_size(u32::try_from(BUFFER).unwrap_or(u32::MAX))
        .keep_alive_interval(PING)
        .keep_alive_timeout(patience.answer);
    protocols
}

/// What a connection waits for in vain.
enum Overdue {
    Request,
    Answer,
}

/// What a connection is doing.
#[derive(Clone)]
struct Work(Arc<Mutex<State>>, Patience);

struct State {
    next: u64,
    /// Requests that are not answered to the end, and until when the next piece of the answer must
    /// be taken, where one is offered.
    running: BTreeMap<u64, Option<Instant>>,
    /// Until when the next request must have come, when none is running.
    until: Instant,
}

impl Work {
    fn new(patience: Patience) -> Self {
        let state = State {
            next: 0,
            running: BTreeMap::new(),
            until: Instant::now() + patience.head,
        };
        Self(Arc::new(Mutex::new(state)), patience)
    }

    fn begin(&self) -> Arc<Running> {
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        state.running.insert(number, None);
        let work = self.clone();
        Arc::new(Running { work, number })
    }

    /// When to look again: nothing can be overdue before.
    fn due(&self) -> Instant {
        let state = self.state();
        if state.running.is_empty() {
            return state.until;
        }
        let offered = state.running.values().flatten().min().copied();
        offered.unwrap_or_else(|| Instant::now() + self.1.answer.min(self.1.head))
    }

    fn overdue(&self) -> Option<Overdue> {
        let (state, now) = (self.state(), Instant::now());
        if state.running.is_empty() {
            return (state.until <= now).then_some(Overdue::Request);
        }
        let mut offered = state.running.values().flatten();
        offered
            .any(|until| *until <= now)
            .then_some(Overdue::Answer)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is not over: its answer, or what is still to come of its body, holds this.
pub struct Running {
    work: Work,
    number: u64,
}

impl Running {
    /// The other end is offered something, and has so long to take it; or it has taken all.
    fn offers(&self, something: bool) {
        let until = something.then(|| Instant::now() + self.work.1.answer);
        if let Some(offered) = self.work.state().running.get_mut(&self.number) {
            *offered = until;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.work.state();
        state.running.remove(&self.number);
        state.until = Instant::now() + self.work.1.idle;
    }
}

/// The body of an answer, handed out in pieces.
struct Answer {
    body: Body,
    rest: Bytes,
    running: Arc<Running>,
}

impl Answer {
    fn new(body: Body, running: Arc<Running>) -> Self {
        let rest = Bytes::new();
        Self {
            body,
            rest,
            running,
        }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.running.offers(false);
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                end => return Poll::Ready(end),
            }
        }
        let size = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(size);
        self.running.offers(true);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, mut hint) = (self.rest.len() as u64, self.body.size_hint());
        let (lower, upper) = (hint.lower() + rest, hint.upper());
        if let Some(upper) = upper {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(lower);
        hint
    }
}
