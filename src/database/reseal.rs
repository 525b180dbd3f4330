//! Sealing anew what was sealed with another than the present key, so many values at a time.

use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Func, Query, SimpleExpr};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use uuid::Uuid;

use super::Write;
use super::sealed::{KEY_ID, Keyring, Purpose, Sealed};
use crate::error::ApiError;
use crate::text::{first_phone, last_four};

/// How many values are sealed anew in one change.
const AT_ONCE: u64 = 500;

/// A column of sealed values.
#[derive(Clone, Copy, Debug)]
pub struct SealedColumn {
    pub table: &'static str,
    pub column: &'static str,
    pub purpose: Purpose,
    /// Tells which values are the oldest.
    pub since: &'static str,
    /// Holds the blind index of the whole value.
    index: Option<&'static str>,
    /// Holds the blind index of its last four characters.
    tail_index: Option<&'static str>,
    /// Holds those of the other phones, where there are several.
    others_index: Option<&'static str>,
    /// The row: a UUID, and in some tables a text beside it.
    id: &'static str,
    within: Option<&'static str>,
}

const PHONE: SealedColumn = SealedColumn {
    table: "party",
    column: "phone",
    purpose: Purpose::Phone,
    since: "created_at",
    index: Some("phone_index"),
    tail_index: Some("phone_tail_index"),
    others_index: Some("other_phones_index"),
    id: "id",
    within: None,
};

const ENVELOPE: SealedColumn = SealedColumn {
    table: "sync_mutation",
    column: "envelope",
    purpose: Purpose::Envelope,
    since: "received_at",
    index: None,
    tail_index: None,
    others_index: None,
    id: "session_id",
    within: Some("mutation_id"),
};

/// Every column of sealed values. Tokens are not among them: they are renewed in use.
pub const COLUMNS: [SealedColumn; 5] = [
    PHONE,
    SealedColumn {
        column: "identity_number",
        purpose: Purpose::IdentityNumber,
        index: Some("identity_number_index"),
        tail_index: None,
        others_index: None,
        ..PHONE
    },
    SealedColumn {
        table: "ticket",
        column: "contact_phone",
        index: None,
        tail_index: None,
        others_index: None,
        ..PHONE
    },
    ENVELOPE,
    SealedColumn {
        column: "correction",
        ..ENVELOPE
    },
];

/// The row of a value.
type Place = (Uuid, String);

/// What became of some values.
#[derive(Clone, Debug, Default)]
pub struct Resealed {
    pub done: usize,
    /// They open with no key of the ring and stay as they are.
    pub unreadable: usize,
    /// Where to go on; none at the end.
    pub next: Option<Place>,
}

/// Seals anew, after `place`, some values of a column.
pub async fn reseal_some(
    write: &Write,
    column: &SealedColumn,
    place: Option<Place>,
) -> Result<Resealed, ApiError> {
    let (db, keys) = (write.connection(), write.keys());
    let rows = db.query_all(&column.of_other_keys(keys, place)).await?;
    let mut resealed = Resealed::default();
    let is_last = (rows.len() as u64) < AT_ONCE;
    for row in rows {
        let place = column.place(&row)?;
        let sealed = Sealed(row.try_get_by_index(0)?);
        match keys.open(column.purpose, &sealed) {
            Err(_) => resealed.unreadable += 1,
            Ok(text) => {
                let statement = column.replace(keys, &place, sealed, &text)?;
                db.execute(&statement).await?;
                resealed.done += 1;
            }
        }
        resealed.next = Some(place).filter(|_| !is_last);
    }
    Ok(resealed)
}

impl SealedColumn {
    fn of_other_keys(
        &self,
        keys: &Keyring,
        after: Option<Place>,
    ) -> sea_orm::sea_query::SelectStatement {
        let (column, id) = (Alias::new(self.column), Alias::new(self.id));
        let key_id = Func::cust(Alias::new("substr"))
            .arg(Expr::col(column.clone()))
            .arg(Expr::val(1_i32))
            .arg(Expr::val(i32::try_from(KEY_ID).unwrap_or_default()));
        let mut select = Query::select();
        select
            .column(column.clone())
            .column(id.clone())
            .from(Alias::new(self.table))
            .and_where(Expr::expr(key_id).ne(keys.present_id()))
            // What was purged is empty.
            .and_where(Expr::col(column.clone()).ne(Vec::<u8>::new()))
            .order_by(id.clone(), sea_orm::Order::Asc)
            .limit(AT_ONCE);
        let within = self.within.map(Alias::new);
        if let Some(within) = within.clone() {
            select
                .column(within.clone())
                .order_by(within, sea_orm::Order::Asc);
        }
        if let Some((after, inner)) = after {
            let mut later = Condition::any().add(Expr::col(id.clone()).gt(after));
            if let Some(within) = within {
                let same = Expr::col(id).eq(after);
                later = later.add(same.and(Expr::col(within).gt(inner)));
            }
            select.cond_where(later);
        }
        select
    }

    fn place(&self, row: &QueryResult) -> Result<Place, DbErr> {
        let within = self.within.map(|_| row.try_get_by_index(2)).transpose()?;
        Ok((row.try_get_by_index(1)?, within.unwrap_or_default()))
    }

    /// Nothing happens to a value that somebody has replaced meanwhile.
    fn replace(
        &self,
        keys: &Keyring,
        (id, within): &Place,
        before: Sealed,
        text: &str,
    ) -> Result<sea_orm::sea_query::UpdateStatement, ApiError> {
        let is = |column: &str, value: SimpleExpr| Expr::col(Alias::new(column)).eq(value);
        let after = keys.seal(self.purpose, text)?;
        let mut update = Query::update();
        update
            .table(Alias::new(self.table))
            .value(Alias::new(self.column), after.0)
            .and_where(is(self.id, Expr::val(*id)))
            .and_where(is(self.column, Expr::val(before.0)));
        if let Some(column) = self.within {
            update.and_where(is(column, Expr::val(within.as_str())));
        }
        let found_by = match self.purpose {
            Purpose::Phone => first_phone(text),
            _ => text,
        };
        for (column, text) in [
            (self.index, found_by),
            (self.tail_index, last_four(found_by)),
        ] {
            if let Some(column) = column {
                let index = keys.blind_index(self.purpose, text);
                update.value(Alias::new(column), index.present());
            }
        }
        if let Some(column) = self.others_index {
            update.value(Alias::new(column), keys.index_of_other_phones(text));
        }
        Ok(update)
    }
}
