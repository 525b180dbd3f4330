//! Who stands above whom.

use entity::ids::CommunityId;
use entity::kinds::PostKind;
use entity::organisation::staff_member;

/// The posts that fill others, higher ones above.
fn rank(post: PostKind) -> u8 {
    match post {
        PostKind::EstateManager => 3,
        PostKind::CsManager => 2,
        PostKind::Supervisor => 1,
        _ => 0,
    }
}

/// Whether the holder of this post fills others.
pub fn leads(post: PostKind) -> bool {
    rank(post) > 0
}

/// Whether somebody works in a community now.
pub fn works_in(member: &staff_member::Model, community: CommunityId) -> bool {
    member.community_id == community && member.left_at.is_none() && member.deleted_at.is_none()
}

/// Whether one post stands below another.
pub fn is_below(post: PostKind, other: PostKind) -> bool {
    rank(post) < rank(other)
}

/// Whether the holder of one post may put people into another, or take them out of it: supervisors
/// and above, up to their own level (O-10, O-25).
pub fn may_fill(holder: PostKind, post: PostKind) -> bool {
    rank(holder) > 0 && rank(holder) >= rank(post)
}

#[cfg(test)]
mod tests {
    use entity::kinds::PostKind::{Assistant, CsManager, EstateManager, SecurityGuard, Supervisor};

    use super::*;

    #[test]
    fn posts_are_filled_from_above() {
        for (holder, post, may) in [
            (EstateManager, EstateManager, true),
            (EstateManager, Assistant, true),
            (CsManager, EstateManager, false),
            (CsManager, Supervisor, true),
            (Supervisor, Supervisor, true),
            (Supervisor, CsManager, false),
            (Supervisor, SecurityGuard, true),
            (Assistant, SecurityGuard, false),
            (Assistant, Assistant, false),
        ] {
            assert_eq!(may_fill(holder, post), may, "{holder:?} fills {post:?}");
        }
    }
}
