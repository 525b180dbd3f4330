//! Sync issues in the open: as a collection on phones, and settled by the office.

use chrono::{DateTime, Utc};
use entity::accounts::session;
use entity::ids::{AccountId, CommunityId, SessionId, SyncIssueId};
use entity::sync::{MutationOutcome, SyncIssueKind, SyncIssueState, sync_issue, sync_mutation};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::collection::Synced;
use super::push::Again;
use super::registry::Registry;
use super::rows::{Carried, Column, Shape};
use crate::app::App;
use crate::auth::{Viewer, Viewers};
use crate::command::issue::scope;
use crate::database::Write;
use crate::database::page::{Page, Place};
use crate::database::sealed::Keyring;
use crate::error::{ApiError, Coded, ErrorCode};

/// A sync issue on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncIssueDocument {
    id: SyncIssueId,
    community_id: CommunityId,
    mutation_id: String,
    mutation_kind: String,
    collection: String,
    record_id: String,
    kind: SyncIssueKind,
    code: Option<String>,
    field: Option<String>,
    kept_value: Option<Value>,
    lost_value: Option<Value>,
    state: SyncIssueState,
    author_name: String,
    created_at: DateTime<Utc>,
    settled_at: Option<DateTime<Utc>>,
}

impl Synced for sync_issue::Model {
    crate::sync::collection::synced_columns!(sync_issue, root "sync_issue" by Id);
    type Document = SyncIssueDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<SyncIssueDocument, ApiError> {
        Ok(SyncIssueDocument {
            id: self.id,
            community_id: self.community_id,
            mutation_id: self.mutation_id.clone(),
            mutation_kind: self.mutation_kind.clone(),
            collection: self.collection.clone(),
            record_id: self.record_id.clone(),
            kind: self.kind,
            code: self.code.clone(),
            field: self.field.clone(),
            kept_value: self.kept_value.clone(),
            lost_value: self.lost_value.clone(),
            state: self.state,
            author_name: self.author_name.clone(),
            created_at: self.created_at,
            settled_at: self.settled_at,
        })
    }
}

impl Carried for sync_issue::Model {
    const COLLECTION: &'static str = "syncIssue";
    const TABLE: &'static str = "sync_issues";
    const COLUMNS: &'static [Column] = &[
        Column::new("communityId", Shape::Id, "The community it belongs to."),
        Column::new("mutationId", Shape::Text, "The mutation it came from."),
        Column::new("mutationKind", Shape::Word, "The kind of that mutation."),
        // A document of RxDB has a `collection` of its own and cannot be read with another.
        Column::new(
            "recordCollection",
            Shape::Word,
            "The collection of the record it is about, as the native face names it.",
        )
        .holding("collection"),
        Column::new(
            "recordId",
            Shape::Text,
            "The record it is about, as the phone named it.",
        ),
        Column::new("kind", Shape::Word, "`field_lost` or `quarantined`."),
        Column::new("code", Shape::Word, "Why it was kept out.").optional(),
        Column::new("field", Shape::Word, "The field that lost its value.").optional(),
        Column::new("keptValue", Shape::Json, "The value that stayed.").optional(),
        Column::new("lostValue", Shape::Json, "The value that did not.").optional(),
        Column::new("state", Shape::Word, "`open`, or how it was settled."),
        Column::new("authorName", Shape::Text, "Whose mutation it was."),
        Column::new("createdAt", Shape::Moment, "When it was filed."),
        Column::new("settledAt", Shape::Moment, "When it was settled.").optional(),
    ];
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

/// The issues a viewer may see, newest first.
pub async fn list(
    app: &App,
    viewer: &Viewer,
    community: Option<CommunityId>,
    only_open: bool,
    limit: u64,
    after: Option<Place>,
) -> Result<Page<sync_issue::Model>, ApiError> {
    use sync_issue::Column::{CommunityId, CreatedAt, Id, State};
    let mut issues = sync_issue::Entity::find().filter(scope().visible_to(viewer.reach()));
    if let Some(community) = community {
        issues = issues.filter(CommunityId.eq(community));
    }
    if only_open {
        issues = issues.filter(State.eq(SyncIssueState::Open));
    }
    if let Some(Place { at, id }) = after {
        let same_moment = CreatedAt.eq(at).and(Id.lt(id));
        issues = issues.filter(CreatedAt.lt(at).or(same_moment));
    }
    let issues = issues
        .order_by_desc(CreatedAt)
        .order_by_desc(Id)
        .limit(limit + 1);
    Ok(Page::of(issues.all(app.db().reader()).await?, limit))
}

/// What the office does with an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Run the mutation again, now that it may succeed.
    Retry,
    /// Give the lost value the field after all.
    TakeTheirs,
    /// Let it go; it stays on record.
    Discard,
}

/// The issue has been settled already, or cannot be settled in this way.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    #[error("this sync issue has been settled already")]
    Settled,
    #[error("an issue of this kind cannot be settled in this way")]
    Unsuitable,
    #[error("the field has been changed since; look at it again")]
    Moved,
}

impl Coded for IssueError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Settled => ErrorCode::SYNC_ISSUE_SETTLED,
            Self::Unsuitable => ErrorCode::INVALID_INPUT,
            Self::Moved => ErrorCode::FIELD_CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Settled => "该同步问题已处理".to_owned(),
            Self::Unsuitable => "此类问题不能这样处理".to_owned(),
            Self::Moved => "该字段此后又有改动，请重新查看".to_owned(),
        }
    }
}

/// Settles an issue, on the authority of the office. When the mutation is refused again, the issue
/// stays open and the refusal is the answer.
pub async fn settle(
    app: &App,
    registry: &Registry,
    viewers: &Viewers,
    viewer: &Viewer,
    id: SyncIssueId,
    settlement: Settlement,
) -> Result<sync_issue::Model, ApiError> {
    let author = match settlement {
        Settlement::Retry => viewers.author(session_of(app, viewer, id).await?).await?,
        Settlement::TakeTheirs | Settlement::Discard => viewer.clone(),
    };
    let author = viewer.answering_for(author);
    let change = async |write: &mut Write| {
        write.load::<sync_issue::Model>([id]).await?;
        let issue = write.visible(&scope(), viewer.reach(), id)?.clone();
        if !viewer.is_office(issue.community_id) {
            return Err(ApiError::forbidden());
        }
        let by_policy = issue.state == SyncIssueState::SettledByPolicy;
        if issue.state != SyncIssueState::Open
            && !(by_policy && settlement == Settlement::TakeTheirs)
        {
            return Err(IssueError::Settled.into());
        }
        let again = Again {
            registry,
            viewer: &author,
        };
        let state = match (settlement, issue.kind) {
            (Settlement::Retry, SyncIssueKind::Quarantined) => {
                let group = again
                    .run(write, issue.session_id, &issue.mutation_id)
                    .await?;
                settle_group(write, viewer, &issue, group).await?;
                SyncIssueState::Retried
            }
            (Settlement::TakeTheirs, SyncIssueKind::FieldLost) => {
                again.edit(write, &issue, lost_change(&issue)).await?;
                SyncIssueState::Taken
            }
            (Settlement::Discard, kind) => {
                if kind == SyncIssueKind::Quarantined {
                    discard(write, &issue).await?;
                }
                SyncIssueState::Discarded
            }
            _ => return Err(IssueError::Unsuitable.into()),
        };
        close(write, viewer, id, state)
    };
    app.write(&viewer.actor(), "settle sync issue", change)
        .await?;
    let settled = sync_issue::Entity::find_by_id(id)
        .one(app.db().reader())
        .await?;
    settled.ok_or_else(|| ApiError::not_found("sync_issue"))
}

/// The session of an issue that the viewer may see.
async fn session_of(app: &App, viewer: &Viewer, id: SyncIssueId) -> Result<SessionId, ApiError> {
    let issue = sync_issue::Entity::find_by_id(id).filter(scope().visible_to(viewer.reach()));
    let issue = issue.one(app.db().reader()).await?;
    issue
        .map(|issue| issue.session_id)
        .ok_or_else(|| ApiError::not_found("sync_issue"))
}

/// With one member of a group all of it was let through.
async fn settle_group(
    write: &mut Write,
    viewer: &Viewer,
    issue: &sync_issue::Model,
    mutations: Vec<String>,
) -> Result<(), ApiError> {
    let of_group = Condition::all()
        .add(sync_issue::Column::SessionId.eq(issue.session_id))
        .add(sync_issue::Column::MutationId.is_in(mutations))
        .add(sync_issue::Column::Kind.eq(SyncIssueKind::Quarantined))
        .add(sync_issue::Column::State.eq(SyncIssueState::Open));
    write
        .load_where::<sync_issue::Model>(of_group, true)
        .await?;
    let others = write
        .rows::<sync_issue::Model>()
        .filter(|other| other.id != issue.id && other.state == SyncIssueState::Open);
    let others: Vec<_> = others
        .filter(|other| other.kind == SyncIssueKind::Quarantined)
        .map(|other| other.id)
        .collect();
    for other in others {
        close(write, viewer, other, SyncIssueState::Retried)?;
    }
    Ok(())
}

/// Notes how an issue was settled, by whom and when.
fn close(
    write: &mut Write,
    viewer: &Viewer,
    id: SyncIssueId,
    state: SyncIssueState,
) -> Result<(), ApiError> {
    let (now, account) = (write.now(), viewer.person().map(|person| person.account_id));
    write.update::<sync_issue::Model>(id, |issue| {
        issue.state = state;
        issue.settled_at = Some(now);
        issue.settled_by = account;
    })
}

/// The edit that gives the lost value its field.
fn lost_change(issue: &sync_issue::Model) -> Map<String, Value> {
    let field = issue.field.clone().unwrap_or_default();
    Map::from_iter([(field, issue.lost_value.clone().unwrap_or(json!(null)))])
}

async fn discard(write: &mut Write, issue: &sync_issue::Model) -> Result<(), ApiError> {
    let key = (issue.session_id, issue.mutation_id.clone());
    let row = sync_mutation::Entity::find_by_id(key)
        .one(write.connection())
        .await?;
    if let Some(mut row) = row {
        row.outcome = MutationOutcome::Discarded;
        row.resolved_at = write.now();
        write.append(row);
    }
    Ok(())
}
