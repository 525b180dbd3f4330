//! Noting which record carries which photo.

use entity::attachments::attachment_link;
use entity::ids::CommunityId;
use sea_orm::sea_query::OnConflict;
use uuid::Uuid;

use super::super::rules::{SYSTEM, checked_hash};
use crate::auth::Viewer;
use crate::database::{Appended, Write};
use crate::error::ApiError;

/// A record that carries a photo twice carries it once.
impl Appended for attachment_link::Model {
    fn key(&self) -> Option<String> {
        let Self {
            sha256,
            collection,
            root_id,
            account_id,
            ..
        } = self;
        Some(format!("{sha256} {collection} {root_id} {account_id}"))
    }

    fn on_conflict() -> Option<OnConflict> {
        use attachment_link::Column::{AccountId, Collection, RootId, Sha256};
        Some(
            OnConflict::columns([Sha256, Collection, RootId, AccountId])
                .do_nothing()
                .to_owned(),
        )
    }
}

/// Notes that a record carries these photos, which may arrive later: whoever sees the record sees
/// them, once the viewer who lets it carry them has sent them himself. What the system itself writes
/// shows whatever is here. `root_collection` and `root` name whatever record must be seen for that:
/// usually the root, or a fact of it that not everybody who sees the root may see. Refuses what is
/// no SHA-256 in hex.
pub fn carry<'a>(
    write: &mut Write,
    viewer: &Viewer,
    community: CommunityId,
    root_collection: &'static str,
    root: Uuid,
    hashes: impl IntoIterator<Item = &'a str>,
) -> Result<(), ApiError> {
    let hashes = hashes.into_iter().map(|hash| checked_hash("photos", hash));
    let hashes: Vec<_> = hashes.collect::<Result<_, _>>()?;
    let created_at = write.now();
    let person = viewer.person().filter(|_| !viewer.is_system());
    let account_id = person.map_or(SYSTEM, |person| person.account_id);
    for sha256 in hashes {
        write.append(attachment_link::Model {
            sha256: sha256.to_string(),
            collection: root_collection.to_owned(),
            root_id: root,
            account_id,
            community_id: community,
            created_at,
        });
    }
    Ok(())
}
