//! Who may add accounts, and whose devices one may report lost.

use entity::accounts::{account, session};
use entity::ids::AccountId;

use crate::areas::organisation::may_fill;
use crate::auth::{Person, Position, Standing, Viewer};

crate::database::private_record!(account, "account", rank 0, of id);
crate::database::private_record!(session, "session", rank 1, of account_id);

/// Administrators, and the system.
pub fn may_add_accounts(viewer: &Viewer) -> bool {
    viewer.is_system() || viewer.person().is_some_and(Person::administers)
}

/// Whose devices one may look at and report lost: his own, those of people below him in a community whose
/// office he belongs to, never upwards, and for administrators any.
pub fn may_revoke(viewer: &Viewer, owner: AccountId, standing: &Standing) -> bool {
    let Some(person) = viewer.person() else {
        return viewer.is_system();
    };
    person.account_id == owner || person.administers() || is_above(viewer, standing)
}

/// Who works somewhere answers there to those above him; who lives somewhere, or has left, to its office.
fn is_above(viewer: &Viewer, owner: &Standing) -> bool {
    if owner.positions.is_empty() {
        let mut communities = owner.communities.iter();
        return communities.any(|community| viewer.is_office(*community));
    }
    let mut shared = owner
        .positions
        .iter()
        .filter_map(|(community, theirs)| Some((viewer.position(*community)?, theirs)))
        .peekable();
    let is_below = |(own, theirs): (&Position, &Position)| {
        let is_of_the_office = own.post.is_office() && !theirs.post.is_office();
        is_of_the_office || may_fill(own.post, theirs.post)
    };
    shared.peek().is_some() && shared.all(is_below)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use entity::ids::{CommunityId, StaffMemberId};
    use entity::kinds::PostKind::{self, Assistant, EstateManager, SecurityGuard, Supervisor};
    use uuid::Uuid;

    use super::*;

    fn position(post: PostKind) -> Position {
        Position {
            staff_member_id: StaffMemberId(Uuid::nil()),
            post,
            zone_id: None,
        }
    }

    #[test]
    fn devices_are_revoked_from_above_and_never_upwards() {
        let community = CommunityId(Uuid::from_u128(1));
        for (own, theirs, may) in [
            (Assistant, SecurityGuard, true),
            (Assistant, Assistant, false),
            (Assistant, Supervisor, false),
            (Supervisor, Assistant, true),
            (Supervisor, Supervisor, true),
            (Supervisor, EstateManager, false),
            (EstateManager, Supervisor, true),
            (SecurityGuard, SecurityGuard, false),
            (SecurityGuard, EstateManager, false),
        ] {
            let mut viewer = Viewer::system_in_the_name_of(AccountId(Uuid::nil()), String::new());
            viewer.hold(community, position(own));
            let owner = Standing {
                positions: BTreeMap::from([(community, position(theirs))]),
                communities: [community].into(),
            };
            let is_above = may_revoke(&viewer, AccountId(Uuid::max()), &owner);
            assert_eq!(is_above, may, "{own:?} revokes a device of {theirs:?}");
        }
    }
}
