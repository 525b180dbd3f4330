//! The staff directory on phones, readable without a network.

use entity::ids::{CommunityId, StaffMemberId, ZoneId};
use entity::kinds::PostKind;
use entity::organisation::staff_member;
use serde::Serialize;

use crate::auth::Viewer;
use crate::database::sealed::Keyring;
use crate::error::ApiError;
use crate::sync::collection::Synced;
use crate::sync::rows::{Carried, Column, Shape};

/// A colleague on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StaffMemberDocument {
    id: StaffMemberId,
    community_id: CommunityId,
    name: String,
    post: PostKind,
    zone_id: Option<ZoneId>,
    /// Still named on old records, no longer to be given work.
    has_left: bool,
}

impl Synced for staff_member::Model {
    crate::sync::collection::synced_columns!(staff_member, root "staff_member" by Id);
    type Document = StaffMemberDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<StaffMemberDocument, ApiError> {
        Ok(StaffMemberDocument {
            id: self.id,
            community_id: self.community_id,
            name: self.name.clone(),
            post: self.post,
            zone_id: self.zone_id,
            has_left: self.left_at.is_some(),
        })
    }
}

impl Carried for staff_member::Model {
    const COLLECTION: &'static str = "staffMember";
    const TABLE: &'static str = "staff_members";
    const COLUMNS: &'static [Column] = &[
        Column::new("communityId", Shape::Id, "The community it belongs to."),
        Column::new("name", Shape::Text, "Name of the person."),
        Column::new(
            "post",
            Shape::Word,
            "The post held, such as `security_guard`.",
        ),
        Column::new("zoneId", Shape::Id, "The zone a field worker answers for.").optional(),
        Column::new(
            "hasLeft",
            Shape::Flag,
            "Still named on old records, no longer to be given work.",
        ),
    ];
}
