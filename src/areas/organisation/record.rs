//! What is declared of the organisation.

use entity::organisation::staff_member;

use crate::command::record::{COMMUNITY_ID, Column, Declared, Field, Shape, field};

impl Declared for staff_member::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(name, Text, "Name of the person."),
        field!(post, Word, "The post held, such as `security_guard`."),
        field!(zone_id, Id, "The zone a field worker answers for.").optional(),
        Field::new(
            Column::new(
                "hasLeft",
                Shape::Flag,
                "Still named on old records, no longer to be given work.",
            ),
            |row: &Self, _| serde_json::to_value(row.left_at.is_some()),
        ),
    ];
}
