//! Visits to homes and return visits, and their history.

pub mod visit;
pub mod visit_event;

use chrono::{DateTime, Utc};
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

use crate::changes::FieldChange;
use crate::ids::{StaffMemberId, TicketId};

words! {
    /// What a visit is made for.
    VisitKind {
        /// Visit to a home by the visit plan (走访).
        Home = "home visit" "走访",
        /// Return visit after a ticket (回访).
        Return = "return visit" "回访",
    }

    /// Where a visit stands on its path.
    VisitState {
        /// Planned, no time agreed yet (已计划).
        Planned = "planned" "已计划",
        /// A time was agreed by telephone (已预约).
        Appointed = "appointed" "已预约",
        /// The visitor stands at the door (已到门口).
        AtDoor = "at the door" "已到门口",
        /// The resident did not want the visit (被谢绝); another time can be agreed.
        Refused = "refused" "被谢绝",
        /// Nobody was at home (家中无人); another time can be agreed.
        Absent = "without anybody at home" "家中无人",
        /// Let in, and talking (访谈中).
        InTalk = "in talk" "访谈中",
        /// Made, with its result (已完成).
        Done = "done" "已完成",
        /// The record of a home visit is with the supervisor (已上报).
        Reported = "reported" "已上报",
        /// The record of a return visit was checked by a supervisor or a manager (已检查).
        Checked = "checked" "已检查",
        /// The record of a return visit is filed; it can no longer change (已归档).
        Archived = "archived" "已归档",
        /// Called off before it was made; it can no longer change (已取消).
        Cancelled = "cancelled" "已取消",
    }

    /// How the resident was spoken to.
    VisitChannel {
        /// At his home (上门).
        Home,
        /// By telephone (电话回访); return visits only.
        Phone,
    }

    /// How a visit ended.
    VisitOutcome {
        /// All is well. A return visit closes its ticket by this.
        Satisfied,
        /// The resident asked for something new.
        NewOpinion,
        /// The repair is not in order. A return visit opens its ticket again by this.
        Defect,
    }

    /// What a step in the history of a visit was.
    VisitEventKind {
        /// The visit was planned.
        Planned,
        /// A time was agreed.
        Appointed,
        /// The visitor arrived at the door.
        AtDoor,
        /// The resident did not want the visit.
        Refused,
        /// Nobody was at home.
        Absent,
        /// The visitor was let in.
        InTalk,
        /// The resident said something that was written down.
        Opinion,
        /// Somebody added a note.
        Noted,
        /// The visit was made.
        Finished,
        /// The record went to the supervisor. For staff.
        Reported,
        /// The record was checked; `note` is the opinion of who checked it. For staff.
        Checked,
        /// The record was filed. For staff.
        Archived,
        /// The ticket was opened again because the repair is not in order.
        Reopened,
        /// The visit was called off.
        Cancelled,
        /// Texts were edited; `changes` says which. For staff.
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

impl VisitDetails {
    /// What others are shown of it: what was said, not what a fold needs besides.
    #[must_use]
    pub fn shown(&self) -> Self {
        Self {
            appointed_by: None,
            is_unappointed: None,
            ..self.clone()
        }
    }
}
