//! What is declared of tickets and their steps.

use entity::tickets::{ticket, ticket_event};

use super::access::{has_in_hand, sees_handling};
use crate::command::record::{
    BOOT_ID, COMMUNITY_ID, CONTACT_ID, Column, Declared, ELAPSED_MS, Field, OBSERVED_AT,
    OBSERVED_MARK, RECEIVED_AT, Shape, edited_text, edited_word, field,
};
use crate::database::sealed::Purpose;
use crate::text::{LINE, TEXT};

impl Declared for ticket::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID).once(),
        field!(kind, Word, "`repair` or `complaint`.").once(),
        field!(
            state,
            Word,
            "Of a repair `recorded`, `ordered`, `dispatched`, `on_site`, `finished`; of a \
             complaint `registered`, `graded`, `routed`, `contacted`, `planned`, `in_progress`, \
             `informed`, `returned`, `cannot_solve`, `invalid`; of both `closed`, `cancelled`."
        )
        .by_step("recorded registered"),
        edited_word!(priority, Max, "`low`, `normal`, `high` or `urgent`.")
            .ranked(&["low", "normal", "high", "urgent"]),
        edited_text!(summary, LINE, StoredWins, "What is wrong, in a line.").required(),
        edited_text!(description, TEXT, Manual, "What is wrong, at length."),
        edited_text!(
            convenient_time,
            LINE,
            LastWins,
            "When the resident is at home, in his words."
        ),
        field!(unit_id, Id, "The unit it is about.")
            .optional()
            .once(),
        field!(zone_id, Id, "The zone of that unit.").optional(),
        field!(reporter_party_id, Id, "The party that reported it.")
            .optional()
            .once(),
        field!(contact_name, Text, "Whom to ask for.").once(),
        field!(
            contact_phone_masked,
            Text,
            "His number with its middle hidden."
        )
        .optional(),
        Field::new(
            Column::new(
                "contactPhone",
                Shape::Text,
                "His number, for whoever has the ticket in hand.",
            ),
            |row: &Self, lens| {
                serde_json::to_value(lens.open(Purpose::Phone, row.contact_phone.as_ref()))
            },
        )
        .shown_to(has_in_hand)
        .personal()
        .optional()
        .once(),
        field!(
            assignee_id,
            Id,
            "The staff member who is to do the work; changes with an event of kind `assigned`."
        )
        .optional()
        .by_step(""),
        field!(observed_at, OBSERVED_AT),
        Field::only_written(CONTACT_ID),
        Field::only_written(BOOT_ID),
        Field::only_written(ELAPSED_MS),
        field!(finished_at, Moment, "When the work was finished.").optional(),
        field!(closed_at, Moment, "When it was closed or cancelled.").optional(),
        edited_word!(
            repair_class,
            StoredWins,
            "`safety_facility`, `leak_or_seepage` or `other`; decides when it is visited again."
        )
        .optional(),
        field!(
            water_tested_at,
            Moment,
            "When a repaired leak was last tested with water; null when it was not."
        )
        .optional(),
        field!(
            severity,
            Word,
            "`major`, `important` or `minor`; changes with an event of kind `graded`. Null to \
             residents."
        )
        .optional()
        .shown_to(sees_handling),
        field!(
            channel,
            Word,
            "How a complaint came in: `spoken` or `letter`."
        )
        .optional()
        .once(),
        field!(
            occurred_at,
            Moment,
            "When what is complained about happened."
        )
        .optional()
        .once(),
        edited_text!(place, LINE, StoredWins, "Where it happened."),
        edited_text!(
            person_concerned,
            LINE,
            StoredWins,
            "The person complained about."
        ),
        edited_text!(
            departments_concerned,
            LINE,
            StoredWins,
            "The departments complained about."
        ),
        edited_text!(demand, TEXT, Manual, "What the resident demands."),
        field!(
            wanted_by,
            Moment,
            "By when the complainant asked for a solution."
        )
        .optional()
        .once(),
        field!(is_anonymous, Flag, "Whether the complainant gave no name.").once(),
        field!(
            is_second,
            Flag,
            "Whether it repeats an earlier complaint about the same matter. False to residents."
        )
        .shown_to(sees_handling),
        field!(
            department,
            Text,
            "The department it was routed to. Empty to residents."
        )
        .shown_to(sees_handling),
        field!(
            responsible_id,
            Id,
            "The staff member who answers for a complaint; changes with an event of kind \
             `routed`. Null to residents."
        )
        .optional()
        .shown_to(sees_handling),
        field!(
            escalated_at,
            Moment,
            "When it was last handed up. Null to residents."
        )
        .optional()
        .shown_to(sees_handling),
        field!(
            due_at,
            Moment,
            "When the nearest of its open clocks runs out. Null to residents."
        )
        .optional()
        .shown_to(sees_handling),
        field!(
            due_rule,
            Word,
            "The rule of that clock: `T-17`. Null to residents."
        )
        .optional()
        .shown_to(sees_handling),
        field!(
            breached_at,
            Moment,
            "When the server found that this clock had run out; null while it runs, and to \
             residents."
        )
        .optional()
        .shown_to(sees_handling),
    ];
}

impl Declared for ticket_event::Model {
    const FIELDS: &'static [Field<Self>] = &[
        field!(community_id, COMMUNITY_ID),
        field!(ticket_id, Id, "The ticket it is a step of.").once(),
        field!(
            kind,
            Word,
            "`opened`, `edited`, `reopened`, `repeated`, `breached`, `assigned`, `advanced`, \
             `noted`, `water_tested`, `graded`, `routed`, `escalated` or `resolved`; phones \
             insert the last eight."
        )
        .once(),
        field!(
            from_state,
            Word,
            "The state before; null when the step was heard of too late to move the ticket."
        )
        .optional(),
        field!(to_state, Word, "The state after; written with `advanced`.")
            .optional()
            .once(),
        field!(
            assignee_id,
            Id,
            "Who is named by the step: with `assigned` the worker, with `routed` the person \
             responsible, with `escalated` the one it is handed up to."
        )
        .optional()
        .once(),
        field!(
            severity,
            Word,
            "What a complaint was graded; written with `graded`."
        )
        .optional()
        .once(),
        field!(
            promised_at,
            Moment,
            "When the complainant was promised the next answer; written with `advanced`."
        )
        .optional()
        .once(),
        field!(note, Text, "What was seen or done.").once(),
        field!(
            changes,
            Json,
            "What `edited` changed: a list of `field`, `old` and `new`."
        )
        .optional(),
        field!(is_internal, Flag, "Not shown to residents.").once(),
        field!(author_name, Text, "Who took the step."),
        field!(observed_at, OBSERVED_AT),
        Field::only_written(CONTACT_ID),
        Field::only_written(BOOT_ID),
        Field::only_written(ELAPSED_MS),
        field!(observed_mark, OBSERVED_MARK),
        field!(received_at, RECEIVED_AT),
    ];
}
