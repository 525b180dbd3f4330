//! Tickets and their events as the row faces carry them.

use entity::tickets::{ticket, ticket_event};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::error::ApiError;
use crate::sync::rows::column::{BOOT_ID, CONTACT_ID, ELAPSED_MS, OBSERVED_AT};
use crate::sync::rows::{Carried, Column, Meaning, RowError, Shape, payload_of};

impl Carried for ticket::Model {
    const COLLECTION: &'static str = "ticket";
    const TABLE: &'static str = "tickets";
    const COLUMNS: &'static [Column] = &[
        Column::new("communityId", Shape::Id, "The community it belongs to.").once(),
        Column::new("kind", Shape::Word, "`repair`."),
        Column::new(
            "state",
            Shape::Word,
            "`recorded`, `ordered`, `dispatched`, `on_site`, `finished`, `closed` or `cancelled`.",
        )
        .by_step("recorded"),
        Column::new(
            "priority",
            Shape::Word,
            "`low`, `normal`, `high` or `urgent`.",
        )
        .edited(),
        Column::new("summary", Shape::Text, "What is wrong, in a line.").edited(),
        Column::new("description", Shape::Text, "What is wrong, at length.").edited(),
        Column::new(
            "convenientTime",
            Shape::Text,
            "When the resident is at home, in his words.",
        )
        .edited(),
        Column::new("unitId", Shape::Id, "The unit it is about.")
            .optional()
            .once(),
        Column::new("zoneId", Shape::Id, "The zone of that unit.").optional(),
        Column::new("reporterPartyId", Shape::Id, "The party that reported it.")
            .optional()
            .once(),
        Column::new("contactName", Shape::Text, "Whom to ask for.").once(),
        Column::new(
            "contactPhoneMasked",
            Shape::Text,
            "His number with its middle hidden.",
        )
        .optional(),
        Column::new(
            "contactPhone",
            Shape::Text,
            "His number, for whoever has the ticket in hand.",
        )
        .optional()
        .once(),
        Column::new(
            "assigneeId",
            Shape::Id,
            "The staff member who has it in hand; changes with an event of kind `assigned`.",
        )
        .optional()
        .by_step(""),
        OBSERVED_AT,
        CONTACT_ID,
        BOOT_ID,
        ELAPSED_MS,
        Column::new("finishedAt", Shape::Moment, "When the work was finished.").optional(),
        Column::new(
            "closedAt",
            Shape::Moment,
            "When it was closed or cancelled.",
        )
        .optional(),
        Column::new(
            "repairClass",
            Shape::Word,
            "`safety_facility`, `leak_or_seepage` or `other`; decides when it is visited again.",
        )
        .optional()
        .edited(),
        Column::new(
            "waterTestedAt",
            Shape::Moment,
            "When a mended leak was last tested with water.",
        )
        .optional(),
    ];
    const EDIT: Option<&'static str> = Some("ticket.edit");

    fn inserted(_: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        Ok(Meaning::new("ticket.open", payload_of(Self::COLUMNS, row)))
    }

    /// A state alone says all there is to say of an order, an arrival, an end; an assignment does
    /// not, because it names somebody and is an event.
    fn step(changes: &Map<String, Value>) -> Option<Meaning> {
        let to = changes.get("state")?.clone();
        let payload = Map::from_iter([("to".to_owned(), to)]);
        (changes.len() == 1).then(|| Meaning::new("ticket.advance", payload))
    }
}

impl Carried for ticket_event::Model {
    const COLLECTION: &'static str = "ticketEvent";
    const TABLE: &'static str = "ticket_events";
    const COLUMNS: &'static [Column] = &[
        Column::new("communityId", Shape::Id, "The community it belongs to."),
        Column::new("ticketId", Shape::Id, "The ticket it is a step of.").once(),
        Column::new(
            "kind",
            Shape::Word,
            "`opened`, `edited`, `reopened`, `assigned`, `advanced`, `noted` or `water_tested`; phones insert the last four.",
        )
        .once(),
        Column::new("fromState", Shape::Word, "The state before, of `advanced`.").optional(),
        Column::new(
            "toState",
            Shape::Word,
            "The state after; written with `advanced`.",
        )
        .optional()
        .once(),
        Column::new(
            "assigneeId",
            Shape::Id,
            "Who has it in hand now; written with `assigned`.",
        )
        .optional()
        .once(),
        Column::new("note", Shape::Text, "What was seen or done.").once(),
        Column::new("isInternal", Shape::Flag, "Not shown to residents.").once(),
        Column::new("authorName", Shape::Text, "Who took the step."),
        OBSERVED_AT,
        CONTACT_ID,
        BOOT_ID,
        ELAPSED_MS,
        Column::new(
            "observedMark",
            Shape::Word,
            "How sure `observedAt` is: `monotonic`, `wall` or `received`.",
        ),
        Column::new("receivedAt", Shape::Moment, "When the server heard of it."),
    ];

    /// A step is an inserted event; its id is the id of the event here too.
    fn inserted(id: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        let ticket = row.get("ticketId").and_then(Value::as_str);
        let ticket = ticket.and_then(|id| Uuid::try_parse(id).ok());
        let unreadable = |why: &str| ApiError::from(RowError::Unreadable(why.to_owned()));
        let ticket = ticket.ok_or_else(|| unreadable("ticketId must be a UUID"))?;
        let (kind, wanted): (_, &[_]) = match row.get("kind").and_then(Value::as_str) {
            Some("noted") => ("ticket.note", &["note", "isInternal"]),
            Some("advanced") => ("ticket.advance", &["toState", "note"]),
            Some("assigned") => ("ticket.assign", &["assigneeId", "note"]),
            Some("water_tested") => ("ticket.test_water", &["note"]),
            _ => {
                return Err(unreadable(
                    "kind must be noted, advanced, assigned or water_tested",
                ));
            }
        };
        let mut payload = payload_of(Self::COLUMNS, row);
        payload.remove("ticketId");
        payload.remove("kind");
        let left: Vec<_> = payload
            .iter()
            .filter(|(name, value)| !wanted.contains(&name.as_str()) && **value != false)
            .map(|(name, _)| name.clone())
            .collect();
        if !left.is_empty() {
            return Err(RowError::NotWritable(left.join(", ")).into());
        }
        payload.retain(|name, _| wanted.contains(&name.as_str()));
        if let Some(to) = payload.remove("toState") {
            payload.insert("to".to_owned(), to);
        }
        payload.insert("eventId".to_owned(), id.to_string().into());
        Ok(Meaning {
            kind,
            record_id: Some(ticket),
            payload,
        })
    }
}
