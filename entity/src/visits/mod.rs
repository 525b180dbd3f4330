//! Visits to homes and return visits, and their history.

pub mod visit;
pub mod visit_event;

use chrono::{DateTime, Utc};
use sea_orm::{DeriveActiveEnum, EnumIter, FromJsonQueryResult};
use serde::{Deserialize, Serialize};

use crate::changes::FieldChange;
use crate::ids::{StaffMemberId, TicketId};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $value:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            EnumIter, DeriveActiveEnum,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$about])* $value,)+
        }
    )+};
}

words! {
    /// Why somebody is visited.
    VisitKind {
        /// Visit to a home by the visit plan (走访).
        Home,
        /// Return visit after a ticket (回访).
        Return,
    }

    /// Where a visit stands (domain 14, 15).
    VisitState {
        /// Arranged.
        Planned,
        /// Telephoned, time agreed.
        Appointed,
        /// Knocked or rung.
        AtDoor,
        /// The resident does not want it.
        Refused,
        /// Nobody at home.
        Absent,
        /// Admitted, talking.
        InTalk,
        /// Over, with its result.
        Done,
        /// The record is with the supervisor.
        Reported,
        /// Checked by the supervisor.
        Checked,
        /// Filed.
        Archived,
        /// Called off.
        Cancelled,
    }

    /// How somebody was spoken to (V-05).
    VisitChannel {
        /// At his home.
        Home,
        /// By telephone.
        Phone,
    }

    /// What came of a visit; of two that differ the later in this list weighs more.
    VisitOutcome {
        /// All is well.
        Satisfied,
        /// Something new was asked for.
        NewOpinion,
        /// What was repaired is not in order.
        Defect,
    }

    /// What happened to a visit.
    VisitEventKind {
        /// It was arranged.
        Planned,
        /// A time was agreed.
        Appointed,
        /// Somebody knocked.
        AtDoor,
        /// The resident did not want it.
        Refused,
        /// Nobody was at home.
        Absent,
        /// Somebody was admitted.
        InTalk,
        /// The resident said something that is to be kept.
        Opinion,
        /// Somebody wrote a note.
        Noted,
        /// It was over.
        Finished,
        /// The record went to the supervisor.
        Reported,
        /// The supervisor checked it.
        Checked,
        /// It was filed.
        Archived,
        /// The ticket was opened again because of it.
        Reopened,
        /// It was called off.
        Cancelled,
        /// Editable fields were changed.
        Edited,
    }
}

/// Photos by their content: SHA-256 in lower-case hex.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Photos(pub Vec<String>);

/// What an event says beside its note: an appointment, or the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct VisitDetails {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointed_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitor_id: Option<StaffMemberId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub companion_id: Option<StaffMemberId>,
    /// Who agreed on the time: he goes himself if nobody was ever named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appointed_by: Option<StaffMemberId>,
    /// Where nobody had to agree on a time first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_unappointed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_inside: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<VisitChannel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<VisitOutcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opinion: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handling: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_promised_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_ticket_id: Option<TicketId>,
    /// What an edit changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<FieldChange>,
}
