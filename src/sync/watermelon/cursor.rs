//! Cursors that the server keeps, because WatermelonDB can only hold a number: its `lastPulledAt`.
//!
//! The number also says on which version a pushed edit was made, and that is not the version that
//! the pull of this number gave. A plain client pulls first and pushes then, with the number it has
//! just got: what it pushes was edited between two syncs, on what the run of pulls before had left
//! behind. Where it merged the newer row under its edit it did so by itself, and nobody looked at the
//! result. So the version of an edit is that of the stored cursor at which the run *before* ended
//! (`base`): a field that changed since then was changed without the author knowing. Where a change
//! was withheld from the phone, its version is the older one that was noted then.
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
        let base_cursor = match row.base {
            None => None,
            Some(base) => open(db, keys, session, base).await?,
        };
        let base_cursor = base_cursor.map(|(_, cursor)| cursor);
        // A restored database has another history: its numbers mean other changes.
        let base_cursor = base_cursor.filter(|base| base.epoch == cursor.epoch);
        Ok(Some(Self {
            number,
            cursor,
            is_finished: row.is_finished,
            base: row.base,
            base_cursor,
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
        let base = self.base_cursor.as_ref();
        let withheld = held(&self.cursor).or_else(|| base.and_then(held));
        withheld.or_else(|| Some(base?.realms.get(&realm)?.at))
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
            let held = Withheld { base, run: None };
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

    /// Where the run that goes on from here began.
    pub fn run(&self) -> Option<i64> {
        if self.is_finished {
            Some(self.number)
        } else {
            self.base
        }
    }

    /// Forgets cursors that the phone is past. Presenting a number, it holds it.
    pub async fn forget_older(&self, app: &App, session: SessionId) -> Result<(), ApiError> {
        let Some(base) = self.base else {
            return Ok(());
        };
        sync_cursor::Entity::delete_many()
            .filter(sync_cursor::Column::SessionId.eq(session))
            .filter(sync_cursor::Column::Number.lt(base))
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

/// Keeps a cursor under the next number of its session. `base` is where the run before ended. The
/// number that the phone holds is not given again, should it be of before a restore: when this answer is
/// lost the phone comes with it once more, and has nothing of this one.
pub async fn store(
    app: &App,
    session: SessionId,
    cursor: &Cursor,
    base: Option<i64>,
    is_finished: bool,
    held: Option<i64>,
) -> Result<i64, ApiError> {
    let held = held.filter(|held| (0..MOST_HELD).contains(held));
    let held = held.unwrap_or(0);
    let sealed = app.keys().seal_token(Purpose::Cursor, cursor)?;
    let mut tries = TRIES;
    loop {
        match insert(app, session, &sealed, base, is_finished, held).await {
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
async fn insert(
    app: &App,
    session: SessionId,
    sealed: &str,
    base: Option<i64>,
    is_finished: bool,
    held: i64,
) -> Result<i64, DbErr> {
    use sync_cursor::Column::{Base, CreatedAt, Cursor, IsFinished, Number, SessionId};
    let last = || Expr::expr(Func::coalesce([Expr::col(Number).max(), Expr::val(0_i64)]));
    let last: SimpleExpr = Expr::case(last().lt(held), held).finally(last()).into();
    let next: SimpleExpr = last.add(1_i64);
    let row = Query::select()
        .expr(Expr::val(session))
        .expr(next)
        .expr(Expr::val(sealed))
        .expr(Expr::val(base))
        .expr(Expr::val(is_finished))
        .expr(Expr::val(app.clock().now()))
        .from(sync_cursor::Entity)
        .and_where(SessionId.eq(session))
        .to_owned();
    let mut insert = Query::insert();
    insert
        .into_table(sync_cursor::Entity)
        .columns([SessionId, Number, Cursor, Base, IsFinished, CreatedAt])
        .select_from(row)
        .map_err(|error| DbErr::Custom(error.to_string()))?
        .returning_col(Number);
    let row = app.db().writer().query_one(&insert).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotInserted)?;
    i64::try_get_by_index(&row, 0).map_err(Into::into)
}
