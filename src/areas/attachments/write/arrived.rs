//! Who has sent which contents, for commands that decide by it.

use std::collections::BTreeSet;

use entity::attachments::attachment_holder;
use entity::ids::AccountId;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::database::{Audience, Record, Root, Stamp, Write};
use crate::error::ApiError;

/// Commands only look at holders: they are added when a content arrives.
impl Record for attachment_holder::Model {
    const NAME: &'static str = "attachment_holder";
    const RANK: u8 = u8::MAX;

    /// Follows from its key, which has two columns.
    fn id(&self) -> Uuid {
        Uuid::new_v5(&self.account_id.into(), self.sha256.as_bytes())
    }

    fn realm(&self) -> Uuid {
        Uuid::nil()
    }

    fn is_deleted(&self) -> bool {
        false
    }

    fn stamp(&mut self, _: Stamp) {}

    fn root(&self) -> Option<Root> {
        None
    }

    fn audiences(&self) -> BTreeSet<Audience> {
        BTreeSet::new()
    }

    fn id_column() -> attachment_holder::Column {
        attachment_holder::Column::AccountId
    }

    fn realm_column() -> attachment_holder::Column {
        attachment_holder::Column::AccountId
    }

    fn deleted_column() -> Option<attachment_holder::Column> {
        None
    }
}

/// Loads who has sent these contents, by their hashes, for [`has_sent`].
pub async fn load_holders(
    write: &mut Write,
    hashes: impl IntoIterator<Item = String>,
) -> Result<(), ApiError> {
    let hashes: BTreeSet<String> = hashes.into_iter().collect();
    if hashes.is_empty() {
        return Ok(());
    }
    let sent = Condition::all().add(attachment_holder::Column::Sha256.is_in(hashes));
    Ok(write
        .load_where::<attachment_holder::Model>(sent, false)
        .await?)
}

/// Whether an account has sent this content whole.
pub fn has_sent(write: &Write, account: AccountId, hash: &str) -> bool {
    let holders = write.rows::<attachment_holder::Model>();
    let mut of_hash = holders.filter(|holder| holder.sha256 == hash);
    of_hash.any(|holder| holder.account_id == account)
}
