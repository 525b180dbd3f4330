//! Bodies of requests: how they come, how slowly they may, how much of them is held, and what becomes of
//! one that nobody wants.
//!
//! A body is read before the request takes a turn, so that slow senders take no turns. It must keep to a
//! pace, and what is held of all bodies, and of those of one account, is bounded. An answer given before
//! the body has come to its end goes out at once, and the rest is read and dropped: the connection of a
//! client that is still sending would be cut, and he would never hear why.

use std::io;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use futures_util::{Stream, StreamExt as _};
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, timeout_at};

use super::Http;
use super::refusal::Refusal;
use super::source::Source;
use super::turns::Turn;

/// The slowest that a body may come on the whole, in bytes a second: a poor mobile network.
const SLOWEST: usize = 4 << 10;

/// One source may hold this part of the memory for bodies.
const SHARES: usize = 8;

/// How much of a refused body is read so that the refusal is heard: more than a phone sends at once.
const DROPPED: usize = 64 << 20;

/// A whole body. What it takes of the memory for bodies is given back with it.
pub struct Whole {
    bytes: Vec<u8>,
    _held: Turn<Source>,
}

impl Deref for Whole {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Http {
    /// The whole body of a request, if it has at most `limit` bytes.
    pub async fn read(&self, source: &Source, body: Body, limit: usize) -> Result<Whole, Refusal> {
        if body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
            return Err(Refusal::TooLarge);
        }
        let memory = self.app().settings().http.body_memory_bytes;
        let most = memory.div_ceil(SHARES);
        let mut held = self.bodies().take(source, 0, most)?;
        let mut bytes = Vec::new();
        let mut pieces = Box::pin(self.paced(body, limit, None));
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| match error.kind() {
                io::ErrorKind::TimedOut => Refusal::TooSlowly,
                io::ErrorKind::FileTooLarge => Refusal::TooLarge,
                _ => Refusal::Unreadable,
            })?;
            held.take_more(piece.len(), most)?;
            bytes.extend_from_slice(&piece);
        }
        Ok(Whole { bytes, _held: held })
    }

    /// What comes of a body, as long as it keeps to its pace and has come before `end`: otherwise it ends
    /// with `TimedOut`, and with `FileTooLarge` after `most` bytes.
    pub fn paced(
        &self,
        body: Body,
        most: usize,
        end: Option<Instant>,
    ) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
        let (start, stall) = (Instant::now(), self.patience().body);
        let mut body = body.into_data_stream();
        let mut come = 0_usize;
        async_stream::stream! {
            loop {
                let paced = start + stall + Duration::from_millis((come * 1_000 / SLOWEST) as u64);
                let due = paced.min(Instant::now() + stall);
                match timeout_at(end.map_or(due, |end| due.min(end)), body.next()).await {
                    Ok(Some(Ok(piece))) => {
                        come += piece.len();
                        if come > most {
                            yield Err(io::ErrorKind::FileTooLarge.into());
                            break;
                        }
                        yield Ok(piece);
                    }
                    Ok(Some(Err(error))) => {
                        yield Err(io::Error::other(error));
                        break;
                    }
                    Ok(None) => break,
                    Err(_) => {
                        yield Err(io::ErrorKind::TimedOut.into());
                        break;
                    }
                }
            }
        }
    }
}

/// The body of a request, lent to whoever answers it: what he leaves of it is still here.
#[derive(Clone)]
pub struct Lender(Arc<Mutex<Loan>>);

struct Loan {
    /// Nothing when it has come to its end.
    body: Option<Body>,
    /// Whether somebody began to read, and a client that asks before it sends was told to.
    is_asked_for: bool,
    is_taken_back: bool,
    moved_at: Instant,
}

struct Lent(Lender);

impl Lender {
    /// The body for whoever answers, and what keeps the rest.
    pub fn lend(body: Body) -> (Body, Self) {
        let lender = Self(Arc::new(Mutex::new(Loan {
            body: (!body.is_end_stream()).then_some(body),
            is_asked_for: false,
            is_taken_back: false,
            moved_at: Instant::now(),
        })));
        (Body::new(Lent(lender.clone())), lender)
    }

    /// When something of it came last; at first, when it was lent.
    pub fn moved_at(&self) -> Instant {
        self.loan().moved_at
    }

    /// Reads and drops the rest, as long as it keeps to its pace, and `beside` with it. Of a client that
    /// asks before it sends, and was not told to, nothing comes.
    pub fn drop_rest(&self, http: &Http, asks_first: bool, beside: impl Send + 'static) {
        let mut loan = self.loan();
        loan.is_taken_back = true;
        let Some(body) = loan.body.take() else {
            return;
        };
        if asks_first && !loan.is_asked_for {
            return;
        }
        let rest = http.paced(body, DROPPED, None);
        tokio::spawn(async move {
            let mut rest = Box::pin(rest);
            while let Some(Ok(_)) = rest.next().await {}
            drop(beside);
        });
    }

    fn loan(&self) -> MutexGuard<'_, Loan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut loan = self.0.loan();
        if loan.is_taken_back {
            let late = io::Error::from(io::ErrorKind::TimedOut);
            return Poll::Ready(Some(Err(axum::Error::new(late))));
        }
        loan.is_asked_for = true;
        let Some(body) = &mut loan.body else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(body).poll_frame(context));
        loan.moved_at = Instant::now();
        if !matches!(frame, Some(Ok(_))) {
            loan.body = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        let loan = self.0.loan();
        loan.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let loan = self.0.loan();
        let hint = loan.body.as_ref().map(HttpBody::size_hint);
        hint.unwrap_or_else(|| SizeHint::with_exact(0))
    }
}
