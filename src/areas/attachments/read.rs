//! What is here, who sent it, who carries it, what is on its way.

use std::collections::{BTreeMap, BTreeSet};

use entity::attachments::{attachment, attachment_holder, attachment_link, attachment_upload};
use entity::ids::AccountId;
use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr, WindowStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::Attachments;
use super::rules::SYSTEM;
use crate::app::App;
use crate::auth::Viewer;
use crate::error::ApiError;
use crate::sha256::Sha256;

/// How far a content has come, as somebody may know it.
#[derive(Clone, Debug)]
pub enum Progress {
    /// It is here, he has sent it and may see it.
    Whole(attachment::Model),
    /// He has begun to send it, or sees what somebody else has sent; the next piece begins there.
    Part { offset: u64 },
    /// It is not here, or he may not know.
    Nothing,
}

impl Attachments {
    /// A content that is here and that the viewer may see.
    pub async fn find_whole(
        &self,
        viewer: &Viewer,
        hash: &Sha256,
    ) -> Result<Option<attachment::Model>, ApiError> {
        let found = self.find(viewer, std::slice::from_ref(hash)).await?;
        if found.is_empty() || !self.app.storage()?.has(hash).await? {
            return Ok(None);
        }
        Ok(found.into_values().next())
    }

    /// Those of these contents that are here and that the viewer may see.
    pub async fn find(
        &self,
        viewer: &Viewer,
        hashes: &[Sha256],
    ) -> Result<BTreeMap<String, attachment::Model>, ApiError> {
        let hashes = hashes.iter().map(ToString::to_string).collect();
        let mut found = contents(&self.app, &hashes).await?;
        if !found.is_empty() {
            let here = found.keys().cloned().collect();
            let shown = self.shown(viewer, &here).await?;
            found.retain(|hash, _| shown.contains(hash));
        }
        Ok(found)
    }

    /// How far a content has come of this viewer. Of one that arrived but could not be put in its
    /// place the last byte is asked for again; of one that somebody else has sent all of it, because
    /// only what its author has sent is shown by a record.
    pub async fn progress(&self, viewer: &Viewer, hash: &Sha256) -> Result<Progress, ApiError> {
        let Some(person) = viewer.person() else {
            return Ok(Progress::Nothing);
        };
        let account = person.account_id;
        let seen = self.find_whole(viewer, hash).await?;
        let is_seen = seen.is_some();
        let own = held(&self.app, account, &BTreeSet::from([hash.to_string()])).await?;
        if let Some(content) = seen.filter(|_| !own.is_empty()) {
            return Ok(Progress::Whole(content));
        }
        let Some(upload) = upload(&self.app, account, hash).await? else {
            return Ok(if is_seen {
                Progress::Part { offset: 0 }
            } else {
                Progress::Nothing
            });
        };
        let arrived = self.app.storage()?.arrived(account.into(), hash).await?;
        let last = u64::try_from(upload.total).unwrap_or(0).saturating_sub(1);
        Ok(Progress::Part {
            offset: Ord::min(arrived, last),
        })
    }
}

/// The most records that are asked for one viewer and the hashes of one request. Of a content that
/// more of them carry those count that did so last.
const MOST_LINKS: u64 = 5_000;

/// Those of these contents that are here.
async fn contents(
    app: &App,
    hashes: &BTreeSet<String>,
) -> Result<BTreeMap<String, attachment::Model>, ApiError> {
    let rows = attachment::Entity::find()
        .filter(attachment::Column::Sha256.is_in(hashes))
        .all(app.db().reader())
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.sha256.clone(), row))
        .collect())
}

/// Which of these contents the account has sent.
pub(super) async fn held(
    app: &App,
    account: AccountId,
    hashes: &BTreeSet<String>,
) -> Result<BTreeSet<String>, ApiError> {
    use attachment_holder::Column::{AccountId, Sha256};
    let held = attachment_holder::Entity::find()
        .select_only()
        .column(Sha256)
        .filter(AccountId.eq(account))
        .filter(Sha256.is_in(hashes))
        .into_tuple()
        .all(app.db().reader())
        .await?;
    Ok(held.into_iter().collect())
}

/// Which records carry these contents, by the name of their collection: of those whose author has
/// sent it himself. Of each content as many as of any other.
pub(super) async fn carriers(
    app: &App,
    hashes: &BTreeSet<String>,
) -> Result<BTreeMap<String, BTreeMap<Uuid, BTreeSet<String>>>, ApiError> {
    use attachment_link::Column::{AccountId, Collection, CreatedAt, RootId, Sha256};
    let count = u64::try_from(hashes.len()).unwrap_or(u64::MAX);
    let each = MOST_LINKS.checked_div(count).unwrap_or(0);
    let by_holders = Condition::any()
        .add(AccountId.eq(SYSTEM))
        .add(was_sent(AccountId, Sha256));
    let newest_first = WindowStatement::partition_by(Sha256)
        .order_by(CreatedAt, Order::Desc)
        .order_by(RootId, Order::Desc)
        .to_owned();
    let ranked = Query::select()
        .columns([Sha256, Collection, RootId])
        .expr_window_as(Expr::cust("ROW_NUMBER()"), newest_first, "place")
        .from(attachment_link::Entity)
        .and_where(Sha256.is_in(hashes))
        .cond_where(by_holders)
        .to_owned();
    let newest = Query::select()
        .columns([Collection, RootId, Sha256])
        .from_subquery(ranked, "ranked")
        .and_where(Expr::col("place").lte(each))
        .to_owned();
    let statement = app.db().reader().get_database_backend().build(&newest);
    let mut carriers: BTreeMap<String, BTreeMap<Uuid, BTreeSet<String>>> = BTreeMap::new();
    for link in Link::find_by_statement(statement)
        .all(app.db().reader())
        .await?
    {
        let records = carriers.entry(link.collection).or_default();
        records.entry(link.root_id).or_default().insert(link.sha256);
    }
    Ok(carriers)
}

/// Whether the account in one column of the query around has sent the content that another names.
pub fn was_sent(account: impl ColumnTrait, hash: impl ColumnTrait) -> SimpleExpr {
    let sent = of_it(attachment_holder::Column::Sha256, hash)
        .and_where(
            attachment_holder::Column::AccountId
                .into_expr()
                .eq(column(account)),
        )
        .to_owned();
    Expr::exists(sent)
}

/// That a record carries a content.
#[derive(FromQueryResult)]
struct Link {
    collection: String,
    root_id: Uuid,
    sha256: String,
}

/// The rows of another table that name the content of the query around them.
fn of_it(named: impl ColumnTrait, around: impl ColumnTrait) -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(named.entity_name())
        .and_where(named.into_expr().eq(column(around)))
        .to_owned()
}

/// A column of the table around a subquery.
fn column<C: ColumnTrait>(column: C) -> Expr {
    Expr::col(column.as_column_ref())
}

/// How many bytes this account has sent since, of contents that were not its own before.
pub(super) async fn sent_since(
    db: &impl ConnectionTrait,
    account: AccountId,
    since: DateTimeUtc,
) -> Result<u64, ApiError> {
    use attachment::Column::Sha256;
    let held = Query::select()
        .column(attachment_holder::Column::Sha256)
        .from(attachment_holder::Entity)
        .and_where(attachment_holder::Column::AccountId.eq(account))
        .and_where(attachment_holder::Column::CreatedAt.gt(since))
        .to_owned();
    let sent = attachment::Entity::find()
        .select_only()
        .expr(Expr::cust("CAST(SUM(size) AS BIGINT)"))
        .filter(Sha256.in_subquery(held));
    let sent: Option<Option<i64>> = sent.into_tuple().one(db).await?;
    Ok(u64::try_from(sent.flatten().unwrap_or(0)).unwrap_or(0))
}

/// Contents that nobody has sent since and that no record carries; but not of somebody of whose work
/// something is still kept out: it may come to carry them.
pub(super) fn uncarried(since: DateTimeUtc) -> Condition {
    use attachment::Column::{CreatedAt, Sha256};
    let links = of_it(attachment_link::Column::Sha256, Sha256);
    let kept_out = Query::select()
        .column(sync_mutation::Column::AuthorAccountId)
        .from(sync_mutation::Entity)
        .and_where(
            sync_mutation::Column::Outcome
                .is_in([MutationOutcome::Deferred, MutationOutcome::Quarantined]),
        )
        .to_owned();
    let awaited = of_it(attachment_holder::Column::Sha256, Sha256)
        .and_where(attachment_holder::Column::AccountId.in_subquery(kept_out))
        .to_owned();
    Condition::all()
        .add(CreatedAt.lt(since))
        .add(Expr::exists(links).not())
        .add(Expr::exists(awaited).not())
}

/// So many of those contents, oldest first.
pub(super) async fn list_uncarried(
    app: &App,
    since: DateTimeUtc,
    most: u64,
) -> Result<Vec<Sha256>, ApiError> {
    let hashes: Vec<String> = attachment::Entity::find()
        .select_only()
        .column(attachment::Column::Sha256)
        .filter(uncarried(since))
        .order_by_asc(attachment::Column::CreatedAt)
        .limit(most)
        .into_tuple()
        .all(app.db().reader())
        .await?;
    Ok(hashes.iter().filter_map(|hash| hash.parse().ok()).collect())
}

/// An upload of this account that has begun.
pub(super) async fn upload(
    app: &App,
    account: AccountId,
    hash: &Sha256,
) -> Result<Option<attachment_upload::Model>, ApiError> {
    let key = (account, hash.to_string());
    let upload = attachment_upload::Entity::find_by_id(key);
    Ok(upload.one(app.db().reader()).await?)
}

/// How many uploads of this account have begun, besides this one.
pub(super) async fn other_uploads(
    db: &impl ConnectionTrait,
    account: AccountId,
    hash: &Sha256,
) -> Result<u64, ApiError> {
    use attachment_upload::Column::{AccountId, Sha256};
    let others = attachment_upload::Entity::find()
        .filter(AccountId.eq(account))
        .filter(Sha256.ne(hash.as_str()));
    Ok(others.count(db).await?)
}

/// Uploads of which nothing has come since.
pub(super) async fn abandoned(
    app: &App,
    since: DateTimeUtc,
    most: u64,
) -> Result<Vec<attachment_upload::Model>, ApiError> {
    let abandoned = attachment_upload::Entity::find()
        .filter(attachment_upload::Column::UpdatedAt.lt(since))
        .limit(most);
    Ok(abandoned.all(app.db().reader()).await?)
}
