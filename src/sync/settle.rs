//! Settling sync issues: what the office does with them.

use std::collections::BTreeMap;

use entity::ids::{CommunityId, SessionId, SyncIssueId};
use entity::sync::{MutationOutcome, SyncIssueKind, SyncIssueState, sync_issue, sync_mutation};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::{Map, Value, json};

use super::issue::IssueFilter;
use super::push::{Again, Correction};
use super::registry::Registry;
use crate::app::App;
use crate::auth::{Viewer, Viewers};
use crate::command::issue::scope;
use crate::database::Write;
use crate::error::{ApiError, Coded, ErrorCode};
use crate::text::{TEXT, required_text};

/// What the office does with an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Run the mutation again, now that it may succeed or has been mended.
    Retry(Correction),
    /// Give the lost value the field after all.
    TakeTheirs,
    /// It was done by hand; so it is noted.
    ByHand(String),
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
        Settlement::Retry(_) => viewers.author(session_of(app, viewer, id).await?).await?,
        _ => viewer.clone(),
    };
    let settlement = &settlement;
    let author = viewer.answering_for(author);
    let change = async |write: &mut Write| {
        write.load::<sync_issue::Model>([id]).await?;
        let issue = write.visible(&scope(), viewer.reach(), id)?.clone();
        if !viewer.is_office(issue.community_id) {
            return Err(ApiError::forbidden());
        }
        let by_policy = issue.state == SyncIssueState::SettledByPolicy;
        if issue.state != SyncIssueState::Open
            && !(by_policy && *settlement == Settlement::TakeTheirs)
        {
            return Err(IssueError::Settled.into());
        }
        let again = Again {
            registry,
            viewer: &author,
        };
        let state = match (settlement, issue.kind) {
            (Settlement::Retry(correction), SyncIssueKind::Quarantined) => {
                let (session, mutation) = (issue.session_id, &issue.mutation_id);
                let group = again.run(write, session, mutation, correction).await?;
                settle_group(write, viewer, &issue, group).await?;
                let is_corrected = *correction != Correction::default();
                write.update::<sync_issue::Model>(id, |row| row.is_corrected = is_corrected)?;
                SyncIssueState::Retried
            }
            (Settlement::TakeTheirs, SyncIssueKind::FieldLost) => {
                again.edit(write, &issue, lost_change(&issue)).await?;
                SyncIssueState::Taken
            }
            (Settlement::ByHand(note), _) => {
                let note = required_text("note", note, TEXT)?;
                write.update::<sync_issue::Model>(id, |row| row.settled_note = note)?;
                discard(write, std::slice::from_ref(&issue)).await?;
                SyncIssueState::DoneByHand
            }
            (Settlement::Discard, _) => {
                discard(write, std::slice::from_ref(&issue)).await?;
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

/// Lets the mutations go that were kept out.
async fn discard(write: &mut Write, issues: &[sync_issue::Model]) -> Result<(), ApiError> {
    use sync_mutation::Column::{MutationId, Outcome, SessionId as OfSession};
    let mut by_session: BTreeMap<SessionId, Vec<&str>> = BTreeMap::new();
    for issue in issues {
        if issue.kind == SyncIssueKind::Quarantined {
            let of_session = by_session.entry(issue.session_id).or_default();
            of_session.push(&issue.mutation_id);
        }
    }
    if by_session.is_empty() {
        return Ok(());
    }
    let mut any = Condition::any();
    for (session, ids) in by_session {
        any = any.add(OfSession.eq(session).and(MutationId.is_in(ids)));
    }
    let rows = sync_mutation::Entity::find()
        .filter(any)
        .filter(Outcome.eq(MutationOutcome::Quarantined))
        .all(write.connection())
        .await?;
    for mut row in rows {
        row.outcome = MutationOutcome::Discarded;
        row.resolved_at = write.now();
        write.append(row);
    }
    Ok(())
}

/// How many issues are discarded at once.
const AT_ONCE: u64 = 500;

/// What was discarded in bulk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Discarded {
    pub discarded: usize,
    /// How many more there are that would be.
    pub remaining: u64,
}

/// Lets the oldest open issues of a community go that a filter names.
pub async fn discard_many(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
    filter: IssueFilter,
) -> Result<Discarded, ApiError> {
    use sync_issue::Column::{CreatedAt, Id};
    if !viewer.is_office(community) {
        return Err(ApiError::not_found("community"));
    }
    let filter = IssueFilter {
        community_id: Some(community),
        states: Some(vec![SyncIssueState::Open]),
        ..filter
    };
    let wanted = sync_issue::Entity::find().filter(filter.condition(viewer));
    let oldest = wanted.clone().select_only().column(Id);
    let oldest = oldest
        .order_by_asc(CreatedAt)
        .order_by_asc(Id)
        .limit(AT_ONCE);
    let change = async |write: &mut Write| {
        let ids: Vec<SyncIssueId> = oldest.into_tuple().all(write.connection()).await?;
        write.load::<sync_issue::Model>(ids).await?;
        let issues = write.rows::<sync_issue::Model>();
        let issues: Vec<_> = issues
            .filter(|issue| issue.state == SyncIssueState::Open)
            .cloned()
            .collect();
        discard(write, &issues).await?;
        for issue in &issues {
            close(write, viewer, issue.id, SyncIssueState::Discarded)?;
        }
        Ok(issues.len())
    };
    let discarded = app
        .write(&viewer.actor(), "discard sync issues", change)
        .await?;
    let remaining = wanted.count(app.db().reader()).await?;
    Ok(Discarded {
        discarded,
        remaining,
    })
}
