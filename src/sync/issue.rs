//! Sync issues in the open: as a collection on phones, and as a list.

use chrono::{DateTime, Utc};
use entity::accounts::session;
use entity::ids::{AccountId, CommunityId, SessionId};
use entity::sync::{SyncIssueState, sync_issue};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::collection::Synced;
use super::rows::Carried;
use crate::app::App;
use crate::auth::Viewer;
use crate::command::issue::scope;
use crate::command::record::{COMMUNITY_ID, Column, Declared, Field, Shape, columns_of, field};
use crate::database::page::{Page, Place};
use crate::error::ApiError;

impl Declared for sync_issue::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(mutation_id, Text, "The mutation it came from."),
        field!(mutation_kind, Word, "The kind of that mutation."),
        // A document of RxDB has a `collection` of its own and cannot be read with another.
        field!(
            collection,
            Column::new(
                "recordCollection",
                Shape::Word,
                "The collection of the record it is about, as the native face names it."
            )
            .holding("collection")
        ),
        field!(
            record_id,
            Text,
            "The record it is about, as the phone named it."
        ),
        field!(kind, Word, "`field_lost` or `quarantined`."),
        field!(code, Word, "Why it was kept out.").optional(),
        field!(field, Word, "The field that lost its value.").optional(),
        field!(
            kept_value,
            Json,
            "The value that the field has kept; null when a later edit by somebody else won."
        )
        .optional(),
        field!(lost_value, Json, "The value that was not applied.").optional(),
        field!(state, Word, "`open`, or how it was settled."),
        field!(author_name, Text, "Whose mutation it was."),
        field!(created_at, Moment, "When it was filed."),
        field!(settled_at, Moment, "When it was settled.").optional(),
    ];
}

impl Synced for sync_issue::Model {
    crate::sync::collection::synced_columns!(sync_issue, leaving root "sync_issue");
}

impl Carried for sync_issue::Model {
    const COLLECTION: &'static str = "syncIssue";
    const TABLE: &'static str = "sync_issues";
    const COLUMNS: &'static [Column] = columns_of!(sync_issue::Model);
}

/// How many issues of an account wait for a person.
pub async fn count_open(app: &App, account: AccountId) -> Result<i64, ApiError> {
    let open = sync_issue::Entity::find()
        .filter(sync_issue::Column::AuthorAccountId.eq(account))
        .filter(sync_issue::Column::State.eq(SyncIssueState::Open));
    Ok(i64::try_from(open.count(app.db().reader()).await?).unwrap_or(i64::MAX))
}

/// When the server last heard of a session.
pub async fn last_contact(
    app: &App,
    session: SessionId,
) -> Result<Option<DateTime<Utc>>, ApiError> {
    let session = session::Entity::find_by_id(session)
        .one(app.db().reader())
        .await?;
    Ok(session.map(|session| session.last_contact_at))
}

/// Which issues are wanted.
#[derive(Clone, Debug, Default)]
pub struct IssueFilter {
    pub community_id: Option<CommunityId>,
    pub author_id: Option<AccountId>,
    /// All when left out.
    pub states: Option<Vec<SyncIssueState>>,
    pub code: Option<String>,
    pub mutation_kind: Option<String>,
    pub filed_before: Option<DateTime<Utc>>,
}

impl IssueFilter {
    /// Those that the viewer may see.
    pub fn condition(self, viewer: &Viewer) -> Condition {
        use sync_issue::Column::{
            AuthorAccountId, Code, CommunityId, CreatedAt, MutationKind, State,
        };
        scope()
            .visible_to(viewer.reach())
            .add_option(self.community_id.map(|id| CommunityId.eq(id)))
            .add_option(self.author_id.map(|id| AuthorAccountId.eq(id)))
            .add_option(self.states.map(|states| State.is_in(states)))
            .add_option(self.code.map(|code| Code.eq(code)))
            .add_option(self.mutation_kind.map(|kind| MutationKind.eq(kind)))
            .add_option(self.filed_before.map(|at| CreatedAt.lt(at)))
    }
}

/// Those issues, oldest first.
pub async fn list(
    app: &App,
    viewer: &Viewer,
    filter: IssueFilter,
    limit: u64,
    after: Option<Place>,
) -> Result<Page<sync_issue::Model>, ApiError> {
    use sync_issue::Column::{CreatedAt, Id};
    let mut issues = sync_issue::Entity::find().filter(filter.condition(viewer));
    if let Some(Place { at, id }) = after {
        let same_moment = CreatedAt.eq(at).and(Id.gt(id));
        issues = issues.filter(CreatedAt.gt(at).or(same_moment));
    }
    let issues = issues
        .order_by_asc(CreatedAt)
        .order_by_asc(Id)
        .limit(limit + 1);
    Ok(Page::of(issues.all(app.db().reader()).await?, limit))
}
