//! Shifts, the roster, and handovers with their history.

#[expect(
    clippy::module_inception,
    reason = "a duty (值班) is what the table and the handbook call it"
)]
pub mod duty;
pub mod handover;
pub mod handover_event;
pub mod shift;

use async_graphql::InputObject;
use schemars::JsonSchema;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

use crate::ids::TicketId;

words! {
    /// Where a handover stands; it follows from its events.
    HandoverState {
        /// Open matters are written down, the equipment is listed (已准备).
        Prepared = "prepared" "已准备",
        /// The successor has counted the equipment and found the place in order (已清点).
        Checked = "checked" "已清点",
        /// The successor found the place not in order; the outgoing person puts it right first (整改).
        Rejected = "rejected" "被退回整改",
        /// Both have signed: the successor is responsible (已签字).
        Signed = "signed" "双方已签字",
    }

    /// What a step of a handover was.
    HandoverEventKind {
        /// The outgoing person wrote down open matters and equipment.
        Prepared,
        /// The successor found the place not in order; `note` says what.
        Rejected,
        /// The outgoing person put the place in order.
        PutRight,
        /// The successor counted the equipment and found the place in order.
        Checked,
        /// One of the two signed.
        Signed,
        /// Somebody added a note, or named another successor.
        Noted,
    }

    /// What an open matter is about.
    MatterKind {
        /// A repair (报修).
        Repair,
        /// A complaint (投诉).
        Complaint,
        /// Another matter of weight (其他重大事项).
        Other,
    }
}

/// A matter that is left to the next shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "OpenMatterInput")]
pub struct OpenMatter {
    /// What it is about.
    pub kind: MatterKind,
    /// What is still to be done; 1 to 4000 characters.
    pub text: String,
    /// The ticket of the matter; may be left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket_id: Option<TicketId>,
}

/// A piece of equipment that is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "EquipmentInput")]
pub struct Equipment {
    /// Its name, 1 to 200 characters; unique in the list.
    pub name: String,
    /// How many there should be, 0 to 100000.
    #[serde(default)]
    pub count: i32,
    /// How many the successor counted (S-16).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[graphql(skip)]
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
