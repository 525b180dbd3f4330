//! Who sees parties: the office, and each resident himself.

use entity::households::{party, party_relation};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition};

use crate::database::record::Visible;
use crate::database::{Reach, Rule, Scope};

crate::database::record!(party, "party", rank 4, root party_scope());
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
