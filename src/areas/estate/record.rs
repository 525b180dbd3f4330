//! What is declared of the estate.

use entity::estate::{building, community, unit, zone};

use crate::command::record::{COMMUNITY_ID, Declared, Field, field};

impl Declared for community::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(code, Text, "Short latin name, unique in the company."),
        field!(name, Text, "Its name."),
        field!(
            time_zone,
            Text,
            "IANA name of the time zone its day runs in."
        ),
    ];
}

impl Declared for zone::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(name, Text, "Its name."),
    ];
}

impl Declared for building::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(zone_id, Id, "The zone it lies in.").optional(),
        field!(name, Text, "Its name."),
    ];
}

impl Declared for unit::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(building_id, Id, "The building it is in."),
        field!(zone_id, Id, "The zone it lies in.").optional(),
        field!(
            floor,
            Number,
            "Negative below ground; `3A` is 4, a mezzanine counts with the floor under it."
        ),
        field!(
            floor_name,
            Text,
            "What the building calls the floor, where that is not its number: `3A`, `夹层`."
        )
        .optional(),
        field!(room_number, Text, "As written on the door."),
        field!(layout, Text, "Rooms and halls, as the office writes it.").optional(),
        field!(
            area_centi_m2,
            Number,
            "Floor area in hundredths of a square metre."
        )
        .optional(),
        field!(
            occupancy,
            Word,
            "`owner_resident`, `owner_not_resident`, `vacant`, `entrusted` or `let`."
        ),
    ];
}
