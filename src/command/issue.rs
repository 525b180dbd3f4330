//! Filing sync issues: what was lost, or could not be applied, is kept whole and shown.

use std::collections::{BTreeMap, BTreeSet};

use entity::accounts::{account, session};
use entity::ids::{AccountId, CommunityId, SessionId, SyncIssueId};
use entity::stamps::FieldStamps;
use entity::sync::{SyncIssueKind, SyncIssueState, sync_issue};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::Occasion;
use super::merge::{Loser, Loss};
use crate::auth::Viewer;
use crate::database::{Rule, Scope, Write};
use crate::error::{ApiError, ErrorCode};

crate::database::record!(sync_issue, "sync_issue", rank 9, root scope());

/// The office sees every issue of its community, and the author sees his own.
pub fn scope() -> Scope<sync_issue::Model> {
    Scope::of([
        Rule::Office,
        Rule::Viewer(sync_issue::Column::AuthorAccountId),
    ])
}

/// The longest value that an issue about an unreadable one shows, in bytes of JSON.
const LONGEST_SHOWN: usize = 200;

/// What the issue is about.
pub struct About<'a> {
    pub community_id: CommunityId,
    /// Empty when it cannot be told.
    pub collection: &'a str,
    pub record_id: &'a str,
}

/// Whose mutation it was.
pub struct Author {
    pub account_id: AccountId,
    pub name: String,
}

impl Author {
    /// The holder of an account that was loaded.
    pub fn of(write: &Write, account_id: AccountId) -> Self {
        let account = write.get::<account::Model>(account_id);
        Self {
            account_id,
            name: account
                .map(|account| account.name.clone())
                .unwrap_or_default(),
        }
    }
}

impl From<&Viewer> for Author {
    fn from(viewer: &Viewer) -> Self {
        let account_id = viewer
            .person()
            .map_or(AccountId(Uuid::nil()), |person| person.account_id);
        Self {
            account_id,
            name: viewer.actor().name,
        }
    }
}

/// Loads the sessions that last changed fields, and their accounts: whoever loses a value is told.
pub async fn prefetch_authors(
    write: &mut Write,
    stamps: impl IntoIterator<Item = FieldStamps>,
) -> Result<(), ApiError> {
    let of_row = |stamps: FieldStamps| stamps.0.into_values().map(|stamp| stamp.session);
    write
        .see::<session::Model>(stamps.into_iter().flat_map(of_row))
        .await?;
    let accounts: Vec<_> = write
        .rows::<session::Model>()
        .map(|row| row.account_id)
        .collect();
    Ok(write.see::<account::Model>(accounts).await?)
}

/// Who had written the value that stood in a field.
fn author_of(write: &Write, stamps: &FieldStamps, field: &str) -> Option<Author> {
    let stamp = stamps.0.get(field)?;
    let account = write.get::<session::Model>(stamp.session)?.account_id;
    let name = write.get::<account::Model>(account)?.name.clone();
    Some(Author {
        account_id: account,
        name,
    })
}

/// Files one issue for every value that lost, each for whoever had written it.
pub fn file_losses(
    write: &mut Write,
    author: &Author,
    occasion: &Occasion,
    about: &About<'_>,
    stamps: &FieldStamps,
    losses: &[Loss],
) -> Result<(), ApiError> {
    for loss in losses {
        let of_stored = match loss.lost_by {
            Loser::Stored => author_of(write, stamps, &loss.field),
            Loser::Incoming => None,
        };
        let mut issue = blank(write, of_stored.as_ref().unwrap_or(author), occasion, about);
        issue.kind = SyncIssueKind::FieldLost;
        issue.code = Some(ErrorCode::FIELD_CONFLICT.as_str().to_owned());
        issue.field = Some(loss.field.clone());
        // Somebody else may have the record out of reach by now; who sees it sees this value there.
        let is_told = issue.author_account_id == author.account_id;
        issue.kept_value = Some(loss.kept.clone()).filter(|_| is_told);
        issue.lost_value = Some(loss.lost.clone());
        if loss.settled {
            issue.state = SyncIssueState::SettledByPolicy;
            issue.settled_at = Some(write.now());
        }
        write.insert(issue)?;
    }
    Ok(())
}

/// Files an issue for a mutation that was kept out.
pub fn file_quarantined(
    write: &mut Write,
    author: &Author,
    occasion: &Occasion,
    about: &About<'_>,
    code: &str,
) -> Result<(), ApiError> {
    let mut issue = blank(write, author, occasion, about);
    issue.code = Some(code.to_owned());
    write.insert(issue)
}

/// Files a settled issue for each part of a mutation that only bore witness and could not be read: the
/// work was taken without it.
pub fn file_unread(
    write: &mut Write,
    author: &Author,
    occasion: &Occasion,
    about: &About<'_>,
    unread: &[(String, Value)],
) -> Result<(), ApiError> {
    for (field, said) in unread {
        let mut issue = blank(write, author, occasion, about);
        issue.kind = SyncIssueKind::FieldLost;
        issue.code = Some(ErrorCode::WITNESS_UNREADABLE.as_str().to_owned());
        issue.field = Some(field.clone());
        issue.lost_value = Some(shown(said));
        issue.state = SyncIssueState::SettledByPolicy;
        issue.settled_at = Some(write.now());
        write.insert(issue)?;
    }
    Ok(())
}

/// A value as an issue can show it: JSON text of it where it is long, or holds what `PostgreSQL` does
/// not take. The mutation is kept whole beside it.
fn shown(said: &Value) -> Value {
    let text = said.to_string();
    if text.len() <= LONGEST_SHOWN && !text.contains("\\u0000") {
        return said.clone();
    }
    Value::from(text.chars().take(LONGEST_SHOWN).collect::<String>())
}

fn blank(
    write: &Write,
    author: &Author,
    occasion: &Occasion,
    about: &About<'_>,
) -> sync_issue::Model {
    let origin = occasion.mutation.as_ref();
    let session = origin
        .map(|origin| origin.session_id.into())
        .or(write.actor().session_id);
    sync_issue::Model {
        id: SyncIssueId(write.new_id()),
        community_id: about.community_id,
        session_id: SessionId(session.unwrap_or_default()),
        mutation_id: origin
            .map(|origin| origin.mutation_id.clone())
            .unwrap_or_default(),
        author_account_id: author.account_id,
        author_name: author.name.clone(),
        mutation_kind: origin.map(|origin| origin.kind.clone()).unwrap_or_default(),
        collection: about.collection.to_owned(),
        record_id: about.record_id.to_owned(),
        kind: SyncIssueKind::Quarantined,
        code: None,
        field: None,
        kept_value: None,
        lost_value: None,
        state: SyncIssueState::Open,
        settled_by: None,
        settled_at: None,
        settled_note: String::new(),
        is_corrected: false,
        left_phones_at: None,
        seq: 0,
        created_at: write.now(),
        updated_at: write.now(),
        deleted_at: None,
    }
}

/// How many open issues of one author phones carry.
const MOST_CARRIED: usize = 50;

/// Of the issues that this change files, lets phones carry no more than so many of each author that are
/// open. Whoever asks finds the others: nobody can fill the phones of the office.
pub async fn limit_carried(write: &mut Write) -> Result<(), ApiError> {
    use sync_issue::Column::{AuthorAccountId, DeletedAt, Id, LeftPhonesAt, State};
    let mut filed: BTreeMap<AccountId, BTreeSet<SyncIssueId>> = BTreeMap::new();
    for issue in write.rows::<sync_issue::Model>() {
        let is_new = issue.seq == 0 && issue.left_phones_at.is_none();
        if is_new && issue.state == SyncIssueState::Open {
            let of_author = filed.entry(issue.author_account_id).or_default();
            of_author.insert(issue.id);
        }
    }
    if filed.is_empty() {
        return Ok(());
    }
    let carried: Vec<(AccountId, i64)> = sync_issue::Entity::find()
        .select_only()
        .column(AuthorAccountId)
        .column_as(Expr::col(Id).count(), "carried")
        .filter(AuthorAccountId.is_in(filed.keys().copied()))
        .filter(State.eq(SyncIssueState::Open))
        .filter(LeftPhonesAt.is_null())
        .filter(DeletedAt.is_null())
        .group_by(AuthorAccountId)
        .into_tuple()
        .all(write.connection())
        .await?;
    let carried: BTreeMap<AccountId, i64> = carried.into_iter().collect();
    let now = write.now();
    for (author, issues) in filed {
        let carried = carried.get(&author).copied().unwrap_or(0);
        let carried = usize::try_from(carried).unwrap_or(usize::MAX);
        for id in issues
            .into_iter()
            .skip(MOST_CARRIED.saturating_sub(carried))
        {
            write.update::<sync_issue::Model>(id, |issue| issue.left_phones_at = Some(now))?;
        }
    }
    Ok(())
}
