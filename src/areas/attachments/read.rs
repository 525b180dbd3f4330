//! What is here, who sent it, who carries it, what is on its way.

use std::collections::{BTreeMap, BTreeSet};

use entity::attachments::{attachment, attachment_holder, attachment_link, attachment_upload};
use entity::ids::AccountId;
use sea_orm::prelude::DateTimeUtc;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::access::Attachments;
use crate::app::App;
use crate::auth::Viewer;
use crate::error::ApiError;
use crate::sha256::Sha256;

/// How far a content has come, as somebody may know it.
#[derive(Clone, Debug)]
pub enum Progress {
    /// It is here, and he may see it.
    Whole(attachment::Model),
    /// He has begun to send it; the next piece begins there.
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

    /// How far a content has come. Of one that arrived but could not be put in its place the last
    /// byte is asked for again.
    pub async fn progress(&self, viewer: &Viewer, hash: &Sha256) -> Result<Progress, ApiError> {
        if let Some(content) = self.find_whole(viewer, hash).await? {
            return Ok(Progress::Whole(content));
        }
        let Some(person) = viewer.person() else {
            return Ok(Progress::Nothing);
        };
        let account = person.account_id;
        let Some(upload) = upload(&self.app, account, hash).await? else {
            return Ok(Progress::Nothing);
        };
        let arrived = self.app.storage()?.arrived(account.into(), hash).await?;
        let last = u64::try_from(upload.total).unwrap_or(0).saturating_sub(1);
        Ok(Progress::Part {
            offset: arrived.min(last),
        })
    }
}

/// The most records that are asked for one viewer and the hashes of one request.
const MOST_LINKS: u64 = 5_000;

/// Those of these contents that are here.
pub async fn contents(
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

/// Which records carry these contents, by the name of their collection.
pub(super) async fn carriers(
    app: &App,
    hashes: &BTreeSet<String>,
) -> Result<BTreeMap<String, BTreeMap<Uuid, BTreeSet<String>>>, ApiError> {
    let links = attachment_link::Entity::find()
        .filter(attachment_link::Column::Sha256.is_in(hashes))
        .limit(MOST_LINKS)
        .all(app.db().reader())
        .await?;
    let mut carriers: BTreeMap<String, BTreeMap<Uuid, BTreeSet<String>>> = BTreeMap::new();
    for link in links {
        let records = carriers.entry(link.collection).or_default();
        records.entry(link.root_id).or_default().insert(link.sha256);
    }
    Ok(carriers)
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
