//! Who sees a board.

use entity::ids::CommunityId;

use crate::auth::Viewer;
use crate::error::ApiError;

/// The board is for those who work in the community; for others there is none.
pub fn check_board(viewer: &Viewer, community: CommunityId) -> Result<(), ApiError> {
    if viewer.is_staff(community) {
        return Ok(());
    }
    Err(ApiError::not_found("community"))
}

/// Who was heard of, and when, is for the office.
pub fn sees_contacts(viewer: &Viewer, community: CommunityId) -> bool {
    viewer.is_office(community)
}
