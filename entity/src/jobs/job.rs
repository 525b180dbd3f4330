//! A piece of work: of a kind, for one community or for all, once per key.

use crate::ids::{CommunityId, JobId};
use crate::jobs::JobState;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: JobId,
    pub kind: String,
    /// Nil when it is for all communities.
    pub community_id: CommunityId,
    /// Tells jobs of one kind and community apart: the day or hour of a schedule, or whatever the
    /// work is about. Asking for the same twice makes one row.
    pub key: String,
    pub payload: Json,
    /// When it may be taken, the first time or again.
    pub due_at: DateTimeUtc,
    pub state: JobState,
    /// How often it was taken. The number of the present attempt fences off the earlier ones.
    pub attempts: i32,
    /// The worker that took it last.
    pub lease_holder: Option<Uuid>,
    /// When another worker may take it over.
    pub lease_until: Option<DateTimeUtc>,
    /// The code of what went wrong last.
    pub last_code: Option<String>,
    /// The same as a sentence, without anything personal.
    pub last_error: Option<String>,
    pub created_at: DateTimeUtc,
    /// When it was done or given up.
    pub finished_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
