//! What is declared of households: never a number in full.

use entity::households::{party, party_relation};

use crate::command::record::{COMMUNITY_ID, Declared, Field, field};

impl Declared for party::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(name, Text, "Name of the person or company."),
        field!(phone_masked, Text, "The number with its middle hidden.").optional(),
        field!(
            identity_number_masked,
            Text,
            "The identity number with its middle hidden."
        )
        .optional(),
    ];
}

impl Declared for party_relation::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(party_id, Id, "The party."),
        field!(unit_id, Id, "The unit."),
        field!(
            relation,
            Word,
            "`owner`, `family_member`, `occupant`, `tenant`, `merchant` or `representative`."
        ),
        field!(starts_on, Text, "The first day, `2026-09-01`.").optional(),
        field!(ends_on, Text, "The last day.").optional(),
        field!(is_current, Flag, "Whether it counts today."),
    ];
}
