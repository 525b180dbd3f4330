//! Forgetting uploads that nobody goes on with.

use entity::attachments::attachment_upload;
use sea_orm::prelude::DateTimeUtc;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::database::Write;
use crate::error::ApiError;

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
