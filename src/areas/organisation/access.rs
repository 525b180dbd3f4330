//! Who sees staff, and who fills posts.

use entity::ids::CommunityId;
use entity::kinds::PostKind;
use entity::organisation::staff_member;

use super::rules;
use crate::auth::Viewer;
use crate::database::{Rule, Scope};

crate::database::record!(staff_member, "staff_member", rank 2, root scope(), grants account_id);

/// Colleagues see each other, and everybody sees himself, also after he has left.
pub fn scope() -> Scope<staff_member::Model> {
    Scope::of([Rule::Staff, Rule::Viewer(staff_member::Column::AccountId)])
}

/// Whether the viewer fills posts there: a supervisor, or somebody above.
pub fn leads_in(viewer: &Viewer, community: CommunityId) -> bool {
    let position = viewer.position(community);
    position.is_some_and(|position| rules::leads(position.post))
}

/// Whether the viewer may put people into this post, or take them out of it.
pub fn may_fill(viewer: &Viewer, community: CommunityId, post: PostKind) -> bool {
    let Some(person) = viewer.person() else {
        return viewer.is_system();
    };
    let position = viewer.position(community);
    let may = position.is_some_and(|position| rules::may_fill(position.post, post));
    person.administers() || (may && !person.has_left)
}
