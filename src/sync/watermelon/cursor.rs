//! Cursors that the server keeps, because WatermelonDB can only hold a number: its `lastPulledAt`.
//!
//! The number also says on which version a pushed edit was made, and that is not the version that
//! the pull of this number gave. A plain client pulls first and pushes then, with the number it has
//! just got: what it pushes was edited on what an earlier run of pulls had left behind. Where it merged
//! the newer row under its edit it did so by itself, and nobody looked at the result. Nor is it sure to
//! be the run just before: its push may have been lost, and the one before that, and it has pulled
//! again each time. What is sure is that whatever it had not sent came with its last push that did. So
//! the version of an edit is that of the stored cursor after which this push came (`settled`): a field
//! that changed since then may have changed without the author knowing. A phone that begins with
//! nothing has nothing unsent, and one that tells what is unsent says so. Where a change was withheld
//! from the phone, its version is the older one that was noted then.
//!
//! A run is one pull, or several that the client linked by `hasMore`.

use entity::ids::SessionId;
use entity::sync::sync_cursor;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, SqlErr, TryGetable};
use uuid::Uuid;

use crate::app::App;
use crate::auth::viewer::Person;
use crate::database::sealed::{Keyring, Purpose};
use crate::error::ApiError;
use crate::sync::cursor::{Cursor, Withheld};

/// How often a number is tried that another pull of the session takes at the same moment.
const TRIES: usize = 20;

/// Rows that one push may leave to the next pull, so that a cursor does not grow without end.
const MOST_OWED: usize = 2_000;

/// A number past this one is none of ours, and leaves no room for those that a client can count.
const MOST_HELD: i64 = 1 << 52;

/// How many numbers before the one in use are kept.
const KEPT: i64 = 200;

/// A cursor that the server keeps for a session.
#[derive(Clone, Debug)]
pub struct StoredCursor {
    pub number: i64,
    pub cursor: Cursor,
    /// Its run of pulls ended here.
    pub is_finished: bool,
    /// Where the run before ended.
    base: Option<i64>,
    base_cursor: Option<Cursor>,
    /// Where the run ended after which all came that was not sent by then.
    settled: Option<i64>,
    settled_cursor: Option<Cursor>,
    is_pushed: bool,
}

/// What a new number is kept with.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Where the run before ended.
    pub base: Option<i64>,
    pub settled: Settled,
    pub is_finished: bool,
    /// The number that the phone holds.
    pub held: Option<i64>,
}

/// After which run a phone had nothing unsent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// After none that is known.
    Never,
    At(i64),
    /// After this very one: it began with nothing.
    Here,
}

impl StoredCursor {
    /// The cursor of this number, if it is one of this session and this account.
    pub async fn find(
        db: &impl ConnectionTrait,
        keys: &Keyring,
        person: &Person,
        number: i64,
    ) -> Result<Option<Self>, ApiError> {
        let session = person.session_id;
        let Some((row, cursor)) = open(db, keys, session, number).await? else {
            return Ok(None);
        };
        if cursor.account != person.account_id {
            return Ok(None);
        }
        let earlier = async |number: Option<i64>| {
            let found = match number {
                None => None,
                Some(number) => open(db, keys, session, number).await?,
            };
            let found = found.map(|(_, cursor)| cursor);
            // A restored database has another history: its numbers mean other changes.
            let found = found.filter(|found| found.epoch == cursor.epoch);
            Ok::<_, ApiError>(found)
        };
        // One of before this was noted stands for the run before.
        let settled = row.settled.or(row.base);
        let base_cursor = earlier(row.base).await?;
        let settled_cursor = if settled == row.base {
            base_cursor.clone()
        } else {
            earlier(settled).await?
        };
        Ok(Some(Self {
            number,
            cursor,
            is_finished: row.is_finished,
            base: row.base,
            base_cursor,
            settled,
            settled_cursor,
            is_pushed: row.is_pushed,
        }))
    }

    /// The version of a record that an edit pushed under this number was made on. None when that
    /// cannot be told: the phone began anew, or had nothing of this realm.
    pub fn base_seq(&self, realm: Uuid, collection: &str, id: &str) -> Option<i64> {
        let id = Uuid::try_parse(id).map_or_else(|_| id.to_owned(), |id| id.to_string());
        let key = (collection.to_owned(), id);
        let held = |cursor: &Cursor| {
            let held: Option<&Withheld> = cursor.withheld.get(&key);
            held.filter(|held| held.run.is_none()).map(|held| held.base)
        };
        let settled = self.settled_cursor.as_ref();
        let earlier = [Some(&self.cursor), self.base_cursor.as_ref(), settled];
        let withheld = earlier.into_iter().flatten().find_map(held);
        withheld.or_else(|| Some(settled?.realms.get(&realm)?.at))
    }

    /// How far the phone had been given a realm when the run before ended, whatever was withheld: the most
    /// that its author can have seen.
    pub fn seen(&self, realm: Uuid) -> Option<i64> {
        Some(self.base_cursor.as_ref()?.realms.get(&realm)?.at)
    }

    /// Notes rows of which the phone believes something else than what stands here: the next pull from
    /// this number brings them as they are.
    pub async fn owe(
        &self,
        app: &App,
        session: SessionId,
        rows: impl IntoIterator<Item = (String, String, i64)>,
    ) -> Result<(), ApiError> {
        let mut cursor = self.cursor.clone();
        for (collection, id, base) in rows.into_iter().take(MOST_OWED) {
            let held = Withheld {
                base,
                ..Withheld::default()
            };
            cursor.withheld.entry((collection, id)).or_insert(held);
        }
        if cursor.withheld.len() == self.cursor.withheld.len() {
            return Ok(());
        }
        let sealed = app.keys().seal_token(Purpose::Cursor, &cursor)?;
        sync_cursor::Entity::update_many()
            .col_expr(sync_cursor::Column::Cursor, Expr::value(sealed))
            .filter(sync_cursor::Column::SessionId.eq(session))
            .filter(sync_cursor::Column::Number.eq(self.number))
            .exec(app.db().writer())
            .await?;
        Ok(())
    }

    /// Notes that a push has come whole which the phone made after this run.
    pub async fn note_push(&self, app: &App, session: SessionId) -> Result<(), ApiError> {
        if self.is_pushed {
            return Ok(());
        }
        sync_cursor::Entity::update_many()
            .col_expr(sync_cursor::Column::IsPushed, Expr::value(true))
            .filter(sync_cursor::Column::SessionId.eq(session))
            .filter(sync_cursor::Column::Number.eq(self.number))
            .exec(app.db().writer())
            .await?;
        Ok(())
    }

    /// After which run the phone had nothing unsent, for a pull that goes on from here. One that tells
    /// what is unsent names what of the run before it has not sent.
    pub fn settled(&self, tells: bool) -> Settled {
        let here = self.is_finished && self.is_pushed;
        let settled = match self.run() {
            Some(run) if tells => Some(run),
            _ if here => Some(self.number),
            _ => self.settled,
        };
        settled.map_or(Settled::Never, Settled::At)
    }

    /// Where the run that goes on from here began.
    pub fn run(&self) -> Option<i64> {
        if self.is_finished {
            Some(self.number)
        } else {
            self.base
        }
    }

    /// Forgets cursors that the phone is past: presenting a number, it holds it. A few hundred are kept
    /// for another database of the same session, which may be behind.
    pub async fn forget_older(&self, app: &App, session: SessionId) -> Result<(), ApiError> {
        let Some(base) = self.base else {
            return Ok(());
        };
        let kept = Query::select()
            .column(sync_cursor::Column::Settled)
            .from(sync_cursor::Entity)
            .and_where(sync_cursor::Column::SessionId.eq(session))
            .and_where(sync_cursor::Column::Number.gte(base - KEPT))
            .and_where(sync_cursor::Column::Settled.is_not_null())
            .to_owned();
        sync_cursor::Entity::delete_many()
            .filter(sync_cursor::Column::SessionId.eq(session))
            .filter(sync_cursor::Column::Number.lt(base - KEPT))
            .filter(sync_cursor::Column::Number.not_in_subquery(kept))
            .exec(app.db().writer())
            .await?;
        Ok(())
    }
}

async fn open(
    db: &impl ConnectionTrait,
    keys: &Keyring,
    session: SessionId,
    number: i64,
) -> Result<Option<(sync_cursor::Model, Cursor)>, ApiError> {
    let row = sync_cursor::Entity::find_by_id((session, number))
        .one(db)
        .await?;
    // With another key it is as good as lost, and the phone begins anew.
    Ok(row.and_then(|row| {
        let cursor = keys.open_token(Purpose::Cursor, &row.cursor).ok()?;
        Some((row, cursor))
    }))
}

/// Keeps a cursor under the next number of its session. The number that the phone holds is not given
/// again, should it be of before a restore: when this answer is lost the phone comes with it once more,
/// and has nothing of this one.
pub async fn store(
    app: &App,
    session: SessionId,
    cursor: &Cursor,
    place: Place,
) -> Result<i64, ApiError> {
    let sealed = app.keys().seal_token(Purpose::Cursor, cursor)?;
    let mut tries = TRIES;
    loop {
        match insert(app, session, &sealed, place).await {
            // Two pulls of one session took the same number.
            Err(error) if is_taken(&error) && tries > 0 => tries -= 1,
            number => return Ok(number?),
        }
    }
}

fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// One statement, so that `SQLite` needs no transaction: the next number, and the row under it.
async fn insert(app: &App, session: SessionId, sealed: &str, place: Place) -> Result<i64, DbErr> {
    use sync_cursor::Column::{
        Base, CreatedAt, Cursor, IsFinished, IsPushed, Number, SessionId, Settled,
    };
    let held = place.held.filter(|held| (0..MOST_HELD).contains(held));
    let held = held.unwrap_or(0);
    let last = || Expr::expr(Func::coalesce([Expr::col(Number).max(), Expr::val(0_i64)]));
    let last: SimpleExpr = Expr::case(last().lt(held), held).finally(last()).into();
    let next: SimpleExpr = last.add(1_i64);
    let settled: SimpleExpr = match place.settled {
        self::Settled::Never => Expr::val(None::<i64>),
        self::Settled::At(number) => Expr::val(number),
        self::Settled::Here => next.clone(),
    };
    let row = Query::select()
        .expr(Expr::val(session))
        .expr(next)
        .expr(Expr::val(sealed))
        .expr(Expr::val(place.base))
        .expr(settled)
        .expr(Expr::val(false))
        .expr(Expr::val(place.is_finished))
        .expr(Expr::val(app.clock().now()))
        .from(sync_cursor::Entity)
        .and_where(SessionId.eq(session))
        .to_owned();
    let mut insert = Query::insert();
    insert
        .into_table(sync_cursor::Entity)
        .columns([
            SessionId, Number, Cursor, Base, Settled, IsPushed, IsFinished, CreatedAt,
        ])
        .select_from(row)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .returning_col(Number);
    let row = app.db().writer().query_one(&insert).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotInserted)?;
    i64::try_get_by_index(&row, 0).map_err(Into::into)
}
