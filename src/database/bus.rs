//! The news of several processes on one `PostgreSQL`.
//!
//! What is saved here is told to the others once for all commits of a few milliseconds, after them
//! and never inside them: a `NOTIFY` in each transaction would halve the commits. What was missed
//! while the connection was down is found by looking at the counters again.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sea_orm::sqlx::postgres::PgListener;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, Statement};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Receiver, Sender};
use tokio::time::{Instant, interval, sleep, timeout_at};
use uuid::Uuid;

use super::feed::Touched;
use super::write::Span;
use super::{Audience, Database, Heads, Saved};

const CHANNEL: &str = "xunfang_saved";

/// How long commits are gathered before the others are told.
const GATHER: Duration = Duration::from_millis(20);

/// How often the counters are looked at, whatever was heard.
const LOOK: Duration = Duration::from_secs(15);

/// How long to wait before connecting again.
const PAUSE: Duration = Duration::from_secs(1);

/// `PostgreSQL` takes no payload of 8 000 bytes.
const LARGEST: usize = 7_900;

/// What one process tells the others.
#[derive(Serialize, Deserialize)]
struct Told {
    from: Uuid,
    heads: Heads,
    /// None when there are too many to name.
    audiences: Option<BTreeSet<(Uuid, Audience)>>,
    /// A process of an earlier version names none of what follows.
    #[serde(default)]
    kinds: BTreeSet<Cow<'static, str>>,
    #[serde(default)]
    accounts: BTreeSet<Uuid>,
    #[serde(default)]
    sessions: BTreeSet<Uuid>,
    #[serde(default)]
    spans: Vec<Span>,
    /// None when there are too many to name.
    #[serde(default)]
    touched: Option<Vec<Touched>>,
}

impl Told {
    fn nothing(from: Uuid) -> Self {
        Self {
            from,
            heads: Heads::new(),
            audiences: Some(BTreeSet::new()),
            kinds: BTreeSet::new(),
            accounts: BTreeSet::new(),
            sessions: BTreeSet::new(),
            spans: Vec::new(),
            touched: Some(Vec::new()),
        }
    }

    fn add(&mut self, saved: &Saved) {
        let heads = saved.heads.iter();
        self.heads
            .extend(heads.map(|(realm, head)| (*realm, *head)));
        self.kinds.extend(saved.kinds.iter().cloned());
        self.accounts.extend(&saved.accounts);
        self.sessions.extend(&saved.sessions);
        if let Some(audiences) = &mut self.audiences {
            audiences.extend(saved.audiences.iter().cloned());
        }
        self.spans.extend(&saved.spans);
        match (&mut self.touched, &saved.touched) {
            (Some(all), Some(touched)) => all.extend(touched.iter().cloned()),
            _ => self.touched = None,
        }
    }

    /// As one notice, with as much of it as that can hold; none where even the heads are too many.
    fn into_payload(mut self) -> Option<String> {
        for shorten in [
            |_: &mut Self| {},
            |notice: &mut Self| notice.touched = None,
            |notice: &mut Self| notice.audiences = None,
            // Sockets look at their sessions every half minute in any case.
            |notice: &mut Self| {
                notice.accounts.clear();
                notice.sessions.clear();
                notice.spans.clear();
            },
        ] {
            shorten(&mut self);
            let payload = serde_json::to_string(&self).unwrap_or_default();
            if payload.len() <= LARGEST {
                return Some(payload);
            }
        }
        None
    }
}

/// Where the realms stand as far as the listeners of this process were told.
#[derive(Default)]
struct Known(Mutex<Heads>);

impl Known {
    /// Takes these heads in, and gives those that were not known yet.
    fn extend(&self, heads: &Heads) -> Heads {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = |realm, head| known.get(realm).is_none_or(|known| known < head);
        let new = heads.iter().filter(|(realm, head)| is_new(*realm, *head));
        let new: Heads = new.map(|(realm, head)| (*realm, *head)).collect();
        known.extend(&new);
        new
    }
}

/// Tells and hears until the process ends. `me` tells this process from the others.
pub async fn run(db: Database, news: Sender<Arc<Saved>>, me: Uuid) {
    // Nothing is known at first, so the first look tells all there is to whoever listens already: where
    // they stand was read before, and the other processes have gone on since.
    let known = Known::default();
    let telling = tell(&db, news.subscribe(), me, &known);
    let hearing = async {
        loop {
            if let Err(error) = hear(&db, &news, me, &known).await {
                tracing::warn!(%error, "cannot hear the other processes; connecting again");
            }
            sleep(PAUSE).await;
        }
    };
    tokio::join!(telling, hearing);
}

async fn tell(db: &Database, mut news: Receiver<Arc<Saved>>, me: Uuid, known: &Known) {
    loop {
        let mut told = Told::nothing(me);
        let mut until = None;
        loop {
            let next = match until {
                None => Some(news.recv().await),
                Some(until) => timeout_at(until, news.recv()).await.ok(),
            };
            match next {
                None => break,
                Some(Ok(saved)) if saved.is_elsewhere => {}
                Some(Ok(saved)) if saved.is_private() => {}
                Some(Ok(saved)) => {
                    // Our own listeners have it: it must not come to them once more, and late.
                    known.extend(&saved.heads);
                    told.add(&saved);
                    until.get_or_insert_with(|| Instant::now() + GATHER);
                }
                // The others look at the counters every few seconds.
                Some(Err(RecvError::Lagged(_))) => (told.audiences, told.touched) = (None, None),
                Some(Err(RecvError::Closed)) => return,
            }
        }
        if let Err(error) = notify(db, told).await {
            tracing::warn!(%error, "cannot tell the other processes; they will look");
        }
    }
}

async fn notify(db: &Database, told: Told) -> Result<(), DbErr> {
    let Some(payload) = told.into_payload() else {
        return Ok(());
    };
    let values = [CHANNEL.into(), payload.into()];
    let notify =
        Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_notify($1, $2)", values);
    db.writer().execute_raw(notify).await.map(|_| ())
}

/// Listens on one connection until it fails for good.
async fn hear(
    db: &Database,
    news: &Sender<Arc<Saved>>,
    me: Uuid,
    known: &Known,
) -> Result<(), sea_orm::sqlx::Error> {
    let mut listener = PgListener::connect(db.url()).await?;
    listener.listen(CHANNEL).await?;
    let mut look = interval(LOOK);
    loop {
        let heard = tokio::select! {
            heard = listener.try_recv() => heard?,
            _ = look.tick() => None,
        };
        let told = heard.and_then(|heard| serde_json::from_str::<Told>(heard.payload()).ok());
        let saved = match told {
            Some(told) if told.from == me => continue,
            Some(told) => {
                known.extend(&told.heads);
                let unnamed = told.audiences.is_none();
                Saved {
                    anybody: told.heads.keys().copied().filter(|_| unnamed).collect(),
                    audiences: told.audiences.unwrap_or_default(),
                    kinds: told.kinds,
                    accounts: told.accounts,
                    sessions: told.sessions,
                    spans: told.spans,
                    touched: told.touched,
                    heads: told.heads,
                    is_elsewhere: true,
                    // It is looked for by itself.
                    has_work: false,
                }
            }
            // The connection was lost and is back, or it is time to look.
            None => match missed(db, known).await {
                Some(saved) => saved,
                None => continue,
            },
        };
        // Nobody listening is not a fault.
        let _ = news.send(Arc::new(saved));
    }
}

/// The realms that moved without our hearing of it.
async fn missed(db: &Database, known: &Known) -> Option<Saved> {
    let moved = known.extend(&heads(db).await.ok()?);
    let anybody: BTreeSet<Uuid> = moved.keys().copied().collect();
    (!moved.is_empty()).then_some(Saved {
        heads: moved,
        anybody,
        is_elsewhere: true,
        ..Saved::default()
    })
}

async fn heads(db: &Database) -> Result<Heads, DbErr> {
    let realms = entity::ledger::realm::Entity::find()
        .all(db.reader())
        .await?;
    Ok(realms
        .into_iter()
        .map(|realm| (realm.id, realm.seq))
        .collect())
}
