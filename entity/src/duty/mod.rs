//! Shifts, the roster, and handovers with their history.

#[expect(
    clippy::module_inception,
    reason = "a duty (值班) is what the table and the handbook call it"
)]
pub mod duty;
pub mod handover;
pub mod handover_event;
pub mod shift;

use sea_orm::{DeriveActiveEnum, EnumIter, FromJsonQueryResult};
use serde::{Deserialize, Serialize};

use crate::ids::TicketId;

/// Where a handover stands (domain 17.2).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum HandoverState {
    /// The outgoing person has written down what is open and listed the equipment.
    Prepared,
    /// The successor has counted the equipment and found the place in order.
    Checked,
    /// The successor found the place not in order.
    Rejected,
    /// Both have signed: the successor is responsible.
    Signed,
}

/// What happened to a handover.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum HandoverEventKind {
    /// The outgoing person prepared it.
    Prepared,
    /// The successor found the place not in order.
    Rejected,
    /// The outgoing person put it in order.
    PutRight,
    /// The successor counted the equipment and found the place in order.
    Checked,
    /// One of the two signed.
    Signed,
    /// Somebody wrote a note, or named another successor.
    Noted,
}

/// What an open matter is about (S-15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatterKind {
    /// A repair that a resident reported.
    Repair,
    /// A complaint.
    Complaint,
    /// Another matter of weight.
    Other,
}

/// A matter that is left to the next shift, in writing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenMatter {
    pub kind: MatterKind,
    pub text: String,
    /// The ticket it is kept in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket_id: Option<TicketId>,
}

/// A piece of equipment, how many there are to be, and how many the successor counted (S-16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Equipment {
    pub name: String,
    #[serde(default)]
    pub count: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted: Option<i32>,
}

/// Shape of the column `open_matters`: `[{"kind": "repair", "text": "…"}]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct OpenMatters(pub Vec<OpenMatter>);

/// Shape of the column `equipment`: `[{"name": "对讲机", "count": 2, "counted": 2}]`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct EquipmentList(pub Vec<Equipment>);
