//! What is asked for to edit tickets.

use async_graphql::InputObject;
use entity::tickets::{Priority, RepairClass};
use serde::Serialize;
use uuid::Uuid;

/// Changes of editable fields; a field that is left out stays as it is.
#[derive(InputObject, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EditTicketInput {
    /// The ticket.
    #[serde(skip)]
    pub(super) id: Uuid,
    /// The version (`seq`) that the author was looking at; the present one when left out.
    #[serde(skip)]
    pub(super) base_seq: Option<i64>,
    /// 1 to 200 characters.
    pub(super) summary: Option<String>,
    /// At most 4000 characters; an empty text clears it.
    pub(super) description: Option<String>,
    /// When it suits the resident; at most 200 characters, an empty text clears it.
    pub(super) convenient_time: Option<String>,
    /// How urgent it is; staff only.
    pub(super) priority: Option<Priority>,
    /// What was repaired; staff only.
    pub(super) repair_class: Option<RepairClass>,
    /// Where the matter complained about happened; at most 200 characters, an empty text clears it.
    pub(super) place: Option<String>,
    /// The person complained about; at most 200 characters, an empty text clears it.
    pub(super) person_concerned: Option<String>,
    /// The departments complained about; at most 200 characters, an empty text clears it.
    pub(super) departments_concerned: Option<String>,
    /// What the complainant demands; at most 4000 characters, an empty text clears it.
    pub(super) demand: Option<String>,
}
