//! Events say what a fold of them needs and only the records said: who was to go on a visit that was planned, where
//! nobody had to agree on a time, what post somebody held who was given a complaint, and which return visit closed a
//! repair or opened it again.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table::optional;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            optional("assignee_post").text().to_owned(),
            optional("visit_id").uuid().to_owned(),
        ] {
            let events = Table::alter()
                .table("ticket_event")
                .add_column(column)
                .to_owned();
            manager.alter_table(events).await?;
        }
        let connection = manager.get_connection();
        let people = if manager.get_database_backend() == DbBackend::Postgres {
            PEOPLE_POSTGRES
        } else {
            PEOPLE_SQLITE
        };
        for statement in [POSTS, VISITS].into_iter().chain(people.iter().copied()) {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

const POSTS: &str = "UPDATE ticket_event SET assignee_post =
    (SELECT post FROM staff_member WHERE staff_member.id = ticket_event.assignee_id)
    WHERE kind IN ('routed', 'escalated')";

/// What follows from the end of a visit was observed with it.
const VISITS: &str = "UPDATE ticket_event SET visit_id =
    (SELECT visit.id FROM visit JOIN visit_event ON visit_event.visit_id = visit.id
        WHERE visit.ticket_id = ticket_event.ticket_id AND visit_event.kind = 'finished'
        AND visit_event.observed_at = ticket_event.observed_at ORDER BY visit.id LIMIT 1)
    WHERE (kind = 'advanced' AND to_state = 'closed') OR kind = 'reopened'";

/// Visits whose planning event says nobody, and no appointment says all.
macro_rules! unnamed {
    () => {
        "visit_event.kind = 'planned' AND NOT EXISTS (SELECT 1 FROM visit_event AS appointed
            WHERE appointed.visit_id = visit_event.visit_id AND appointed.kind = 'appointed')"
    };
}

/// What was told of visits to whose door somebody went without an appointment, as he might.
macro_rules! unappointed {
    () => {
        "visit_event.kind IN ('at_door', 'refused', 'absent', 'in_talk', 'finished') AND EXISTS
            (SELECT 1 FROM visit_event AS first WHERE first.visit_id = visit_event.visit_id
            AND first.kind = 'at_door' AND first.from_state = 'planned' AND first.to_state = 'at_door')"
    };
}

const PEOPLE_POSTGRES: &[&str] = &[
    concat!(
        "UPDATE visit_event SET details = visit_event.details || jsonb_strip_nulls(
            jsonb_build_object('visitorId', visit.visitor_id, 'companionId', visit.companion_id))
            FROM visit WHERE visit.id = visit_event.visit_id
            AND (visit.visitor_id IS NOT NULL OR visit.companion_id IS NOT NULL)
            AND visit_event.details ->> 'visitorId' IS NULL AND visit_event.details ->> 'companionId' IS NULL AND ",
        unnamed!()
    ),
    concat!(
        "UPDATE visit_event SET details = details || '{\"isUnappointed\": true}' WHERE ",
        unappointed!()
    ),
];

/// An id as a phone reads it: `SQLite` keeps its bytes.
macro_rules! dashed {
    ($id:literal) => {
        concat!(
            "lower(substr(hex(",
            $id,
            "), 1, 8) || '-' || substr(hex(",
            $id,
            "), 9, 4) || '-' || substr(hex(",
            $id,
            "), 13, 4) || '-' || substr(hex(",
            $id,
            "), 17, 4) || '-' || substr(hex(",
            $id,
            "), 21))"
        )
    };
}

/// One of the people of a visit; nothing where nobody is named.
macro_rules! person {
    ($name:literal, $id:literal) => {
        concat!(
            "(SELECT CASE WHEN ",
            $id,
            " IS NULL THEN '{}' ELSE json_object('",
            $name,
            "', ",
            dashed!($id),
            ") END FROM visit WHERE visit.id = visit_event.visit_id)"
        )
    };
}

const PEOPLE_SQLITE: &[&str] = &[
    concat!(
        "UPDATE visit_event SET details = json_patch(json_patch(details, ",
        person!("visitorId", "visit.visitor_id"),
        "), ",
        person!("companionId", "visit.companion_id"),
        ") WHERE json_extract(details, '$.visitorId') IS NULL AND json_extract(details, '$.companionId') IS NULL AND ",
        unnamed!()
    ),
    concat!(
        "UPDATE visit_event SET details = json_set(details, '$.isUnappointed', json('true')) WHERE ",
        unappointed!()
    ),
];
