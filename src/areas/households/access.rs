//! Who sees parties: the office, and each resident himself.

use entity::estate::community;
use entity::households::{party, party_relation};
use entity::ids::CommunityId;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition};

use crate::areas::estate::community_scope;
use crate::auth::Viewer;
use crate::database::record::Visible;
use crate::database::{Reach, Rule, Scope, Write};
use crate::error::ApiError;

crate::database::record!(party, "party", rank 4, root party_scope(), grants account_id);
crate::database::record!(party_relation, "party_relation", rank 5, child of party::Model, by party_id);

pub fn party_scope() -> Scope<party::Model> {
    Scope::of([Rule::Office, Rule::Viewer(party::Column::Id)])
}

impl Visible for party_relation::Model {
    fn visible_to(reach: &Reach) -> Condition {
        let parties = Query::select()
            .column(party::Column::Id)
            .from(party::Entity)
            .cond_where(party_scope().visible_to(reach))
            .to_owned();
        Condition::all()
            .add(party_relation::Column::DeletedAt.is_null())
            .add(party_relation::Column::PartyId.in_subquery(parties))
    }
}

/// The office keeps the register of parties.
pub fn may_keep(viewer: &Viewer, community: CommunityId) -> bool {
    viewer.is_office(community)
}

/// The community, if the viewer may keep its register. It has been seen by the change.
pub fn get_community_to_keep<'a>(
    viewer: &Viewer,
    write: &'a Write,
    id: CommunityId,
) -> Result<&'a community::Model, ApiError> {
    let community = write.visible(&community_scope(), viewer.reach(), id)?;
    if may_keep(viewer, id) {
        Ok(community)
    } else {
        Err(ApiError::forbidden())
    }
}
