//! Who may add accounts, and whose devices one may report lost.

use std::collections::BTreeSet;

use entity::accounts::{account, session};
use entity::ids::CommunityId;

use crate::auth::{Person, Viewer};

crate::database::private_record!(account, "account", rank 0, of id);
crate::database::private_record!(session, "session", rank 1, of account_id);

/// Administrators, and the system.
pub fn may_add_accounts(viewer: &Viewer) -> bool {
    let is_administrator = |person: &Person| person.is_administrator && !person.has_left;
    viewer.is_system() || viewer.person().is_some_and(is_administrator)
}

/// His own devices, those of people in a community whose office he belongs to, and for
/// administrators any.
pub fn may_revoke(
    viewer: &Viewer,
    session: &session::Model,
    communities: &BTreeSet<CommunityId>,
) -> bool {
    let Some(person) = viewer.person() else {
        return viewer.is_system();
    };
    let is_own = person.account_id == session.account_id;
    let is_administrator = person.is_administrator && !person.has_left;
    let shares = communities
        .iter()
        .any(|community| viewer.is_office(*community));
    is_own || is_administrator || shares
}
