//! Whether the keys at hand are those of the database.
//!
//! The names of all keys that something in it may be sealed with are noted in the database. Whoever
//! lacks one of them is refused, before anything is sealed with another.

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query};
use sea_orm::{ConnectionTrait, DbErr};

use super::reseal::{COLUMNS, SealedColumn};
use super::sealed::{Keyring, Sealed};
use super::{Database, installation};

/// Where the names are noted, separated by blanks; the one that was noted last comes first.
const NOTE: &str = "keys";

/// How many of the oldest values of a column are tried in a database without a note.
const TRIED: u64 = 20;

/// Why the keys at hand will not do.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(
        "this database was sealed with the key {missing}, which is not there (there: {present}). Put the right key back, or name its file with --key-file; nothing was changed. If it is lost for good, `xunfang key lost` begins with a new one, and what was sealed with it stays unreadable"
    )]
    Missing { missing: String, present: String },
    #[error(
        "this database holds sealed values, and the key there is opens none of them. Put the right key back, or name its file with --key-file; nothing was changed. If it is lost for good, `xunfang key lost` begins with a new one, and what was sealed with it stays unreadable"
    )]
    OpensNothing,
    #[error(
        "new values are sealed here with the key {present}, which this database no longer counts on (it does on: {noted}); bring the key file of the server on which it was changed"
    )]
    Forgotten { present: String, noted: String },
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Whether something in the database needs a key: such a one is given no new key unasked.
pub async fn is_sealed(db: &Database) -> Result<bool, DbErr> {
    if noted(db.reader()).await?.is_some() {
        return Ok(true);
    }
    for column in COLUMNS {
        if !oldest(db.reader(), &column, 1).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Compares the keys with the database, and notes the present one before it seals anything.
pub async fn check(db: &Database, keys: &Keyring) -> Result<(), KeyError> {
    let names = keys.names();
    if noted(db.reader()).await?.is_none() {
        check_by_opening(db, keys).await?;
        // Of two that begin at once with keys of their own, the second finds the note.
        let first = names.first().map_or("", String::as_str);
        installation::put_if_absent(db.writer(), NOTE, first).await?;
    }
    let known = noted(db.writer()).await?.unwrap_or_default();
    all_there(&known, &names)?;
    let present = names.first().filter(|name| !known.contains(name));
    if let Some(present) = present {
        let all = [vec![present.clone()], known].concat();
        installation::put(db.writer(), NOTE, &text(&all)).await?;
    }
    Ok(())
}

fn all_there(noted: &[String], names: &[String]) -> Result<(), KeyError> {
    match noted.iter().find(|name| !names.contains(name)) {
        None => Ok(()),
        Some(missing) => Err(KeyError::Missing {
            missing: missing.clone(),
            present: names.join(", "),
        }),
    }
}

/// Compares the keys with the database while the server runs: another server may have changed them. A key
/// file that has changed is read again first.
pub async fn compare_again(db: &impl ConnectionTrait, keys: &Keyring) -> Result<(), KeyError> {
    let Some(noted) = noted(db).await? else {
        return Ok(());
    };
    if keys.names().first() != noted.first() {
        keys.read_again();
    }
    let names = keys.names();
    all_there(&noted, &names)?;
    match names.first() {
        Some(present) if !noted.contains(present) => Err(KeyError::Forgotten {
            present: present.clone(),
            noted: noted.join(", "),
        }),
        _ => Ok(()),
    }
}

/// Notes that nothing hangs on any but the present key.
pub async fn note_present_only(db: &Database, keys: &Keyring) -> Result<(), DbErr> {
    let present: Vec<String> = keys.names().into_iter().take(1).collect();
    installation::put(db.writer(), NOTE, &text(&present)).await
}

/// The names of the keys that something may be sealed with.
pub async fn noted(db: &impl ConnectionTrait) -> Result<Option<Vec<String>>, DbErr> {
    let note = installation::find(db, NOTE).await?;
    Ok(note.map(|note| note.split(' ').map(str::to_owned).collect()))
}

fn text(names: &[String]) -> String {
    names.join(" ")
}

/// Of a database without a note: the oldest values are of the time when its key was the right one.
async fn check_by_opening(db: &Database, keys: &Keyring) -> Result<(), KeyError> {
    let (mut tried, mut opened) = (0_usize, 0_usize);
    for column in COLUMNS {
        for sealed in oldest(db.reader(), &column, TRIED).await? {
            tried += 1;
            opened += usize::from(keys.open(column.purpose, &sealed).is_ok());
        }
    }
    if tried > 0 && opened == 0 {
        return Err(KeyError::OpensNothing);
    }
    if opened < tried {
        tracing::warn!(
            tried,
            opened,
            "some sealed values do not open with this key"
        );
    }
    Ok(())
}

async fn oldest(
    db: &impl ConnectionTrait,
    of: &SealedColumn,
    most: u64,
) -> Result<Vec<Sealed>, DbErr> {
    let column = Alias::new(of.column);
    let select = Query::select()
        .column(column.clone())
        .from(Alias::new(of.table))
        .and_where(Expr::col(column.clone()).is_not_null())
        // What was purged is empty.
        .and_where(Expr::col(column).ne(Vec::<u8>::new()))
        .order_by(Alias::new(of.since), Order::Asc)
        .limit(most)
        .to_owned();
    let rows = db.query_all(&select).await?;
    rows.iter()
        .map(|row| row.try_get_by_index(0).map(Sealed))
        .collect()
}
