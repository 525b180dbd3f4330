//! Forgetting uploads that nobody goes on with.

use entity::attachments::{attachment, attachment_holder, attachment_upload};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use super::super::read;
use crate::database::Write;
use crate::error::ApiError;
use crate::sha256::Sha256;
use crate::storage::Storage;

/// Forgets those of these uploads that have rested since. Gives how many.
pub async fn forget_uploads(
    write: &mut Write,
    uploads: &[attachment_upload::Model],
    since: DateTimeUtc,
) -> Result<u64, ApiError> {
    use attachment_upload::Column::{AccountId, Sha256, UpdatedAt};
    if uploads.is_empty() {
        return Ok(0);
    }
    let mut any = Condition::any();
    for upload in uploads {
        let it = Condition::all()
            .add(AccountId.eq(upload.account_id))
            .add(Sha256.eq(&*upload.sha256));
        any = any.add(it);
    }
    let forgotten = attachment_upload::Entity::delete_many()
        .filter(any)
        .filter(UpdatedAt.lt(since))
        .exec(write.connection())
        .await?;
    Ok(forgotten.rows_affected)
}

/// Throws a content away, if it is still so that nobody has sent it since and no record carries it.
/// The row goes first and the file before that is saved: who sends it again at the same moment waits
/// for that, and then looks whether the file is there. False when it stays.
pub async fn forget_content(
    write: &mut Write,
    storage: &Storage,
    hash: &Sha256,
    since: DateTimeUtc,
) -> Result<bool, ApiError> {
    let gone = attachment::Entity::delete_many()
        .filter(attachment::Column::Sha256.eq(hash.as_str()))
        .filter(read::uncarried(since))
        .exec(write.connection())
        .await?;
    if gone.rows_affected == 0 {
        return Ok(false);
    }
    attachment_holder::Entity::delete_many()
        .filter(attachment_holder::Column::Sha256.eq(hash.as_str()))
        .exec(write.connection())
        .await?;
    storage.remove(hash).await?;
    Ok(true)
}
