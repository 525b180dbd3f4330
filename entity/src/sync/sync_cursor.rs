//! Where a phone stands, kept by the server for clients that can only hold a number.

use crate::ids::SessionId;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sync_cursor")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: SessionId,
    /// Counts up per session, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Sealed.
    pub cursor: String,
    /// The one at which the run of pulls before ended; none of a phone that began with nothing.
    pub base: Option<i64>,
    /// The one at which the run ended after which all came that the phone had not sent by then; none
    /// where that is not known.
    pub settled: Option<i64>,
    /// A push came whole that was made after this one.
    pub is_pushed: bool,
    /// Its run of pulls ends here: the phone had everything.
    pub is_finished: bool,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
