//! Shifts, the roster and handovers on phones: what they carry, and what they may send.

mod rows;

use chrono::{DateTime, NaiveDate, Utc};
use entity::duty::{
    EquipmentList, HandoverEventKind, HandoverState, OpenMatters, duty, handover, handover_event,
    shift,
};
use entity::ids::{
    CommunityId, DutyId, HandoverEventId, HandoverId, ShiftId, StaffMemberId, ZoneId,
};
use entity::kinds::PostKind;
use entity::sync::ObservedMark;
use serde::Serialize;

use super::write::{
    CheckHandover, NoteHandover, PrepareHandover, PutRightHandover, RejectHandover, SignHandover,
};
use crate::auth::Viewer;
use crate::database::sealed::Keyring;
use crate::error::ApiError;
use crate::sync::collection::Synced;
use crate::sync::registry::{Reference, Replayed, as_it_is};

/// A shift on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShiftDocument {
    id: ShiftId,
    community_id: CommunityId,
    code: String,
    from_time: String,
    to_time: String,
    has_noon_break: bool,
    post: Option<PostKind>,
    retired_at: Option<DateTime<Utc>>,
}

impl Synced for shift::Model {
    crate::sync::collection::synced_columns!(shift, root "shift" by Id);
    type Document = ShiftDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<ShiftDocument, ApiError> {
        Ok(ShiftDocument {
            id: self.id,
            community_id: self.community_id,
            code: self.code.clone(),
            from_time: self.from_time.clone(),
            to_time: self.to_time.clone(),
            has_noon_break: self.has_noon_break,
            post: self.post,
            retired_at: self.retired_at,
        })
    }
}

/// A line of the roster on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DutyDocument {
    id: DutyId,
    community_id: CommunityId,
    staff_member_id: StaffMemberId,
    shift_id: ShiftId,
    on_day: NaiveDate,
}

impl Synced for duty::Model {
    crate::sync::collection::synced_columns!(duty, leaving root "duty");
    type Document = DutyDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<DutyDocument, ApiError> {
        Ok(DutyDocument {
            id: self.id,
            community_id: self.community_id,
            staff_member_id: self.staff_member_id,
            shift_id: self.shift_id,
            on_day: self.on_day,
        })
    }
}

/// A handover on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HandoverDocument {
    id: HandoverId,
    community_id: CommunityId,
    zone_id: Option<ZoneId>,
    post: PostKind,
    shift_id: Option<ShiftId>,
    outgoing_id: StaffMemberId,
    incoming_id: Option<StaffMemberId>,
    state: HandoverState,
    open_matters: OpenMatters,
    equipment: EquipmentList,
    is_environment_fine: Option<bool>,
    note: String,
    prepared_at: DateTime<Utc>,
    arrive_by: Option<DateTime<Utc>>,
    arrived_at: Option<DateTime<Utc>>,
    checked_at: Option<DateTime<Utc>>,
    outgoing_signed_at: Option<DateTime<Utc>>,
    incoming_signed_at: Option<DateTime<Utc>>,
    outgoing_signature: Option<String>,
    incoming_signature: Option<String>,
    passed_at: Option<DateTime<Utc>>,
}

impl Synced for handover::Model {
    crate::sync::collection::synced_columns!(handover, leaving root "handover");
    type Document = HandoverDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<HandoverDocument, ApiError> {
        Ok(HandoverDocument {
            id: self.id,
            community_id: self.community_id,
            zone_id: self.zone_id,
            post: self.post,
            shift_id: self.shift_id,
            outgoing_id: self.outgoing_id,
            incoming_id: self.incoming_id,
            state: self.state,
            open_matters: self.open_matters.clone(),
            equipment: self.equipment.clone(),
            is_environment_fine: self.is_environment_fine,
            note: self.note.clone(),
            prepared_at: self.prepared_at,
            arrive_by: self.arrive_by,
            arrived_at: self.arrived_at,
            checked_at: self.checked_at,
            outgoing_signed_at: self.outgoing_signed_at,
            incoming_signed_at: self.incoming_signed_at,
            outgoing_signature: self.outgoing_signature.clone(),
            incoming_signature: self.incoming_signature.clone(),
            passed_at: self.passed_at,
        })
    }
}

/// One step of a handover on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HandoverEventDocument {
    id: HandoverEventId,
    community_id: CommunityId,
    handover_id: HandoverId,
    kind: HandoverEventKind,
    note: String,
    equipment: EquipmentList,
    signature: Option<String>,
    incoming_id: Option<StaffMemberId>,
    author_staff_id: Option<StaffMemberId>,
    author_name: String,
    observed_at: DateTime<Utc>,
    observed_mark: ObservedMark,
    received_at: DateTime<Utc>,
}

impl Synced for handover_event::Model {
    crate::sync::collection::synced_columns!(handover_event, root "handover" by HandoverId, of leaving handover);
    type Document = HandoverEventDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<HandoverEventDocument, ApiError> {
        Ok(HandoverEventDocument {
            id: self.id,
            community_id: self.community_id,
            handover_id: self.handover_id,
            kind: self.kind,
            note: self.note.clone(),
            equipment: self.equipment.clone(),
            signature: self.signature.clone(),
            incoming_id: self.incoming_id,
            author_staff_id: self.author_staff_id,
            author_name: self.author_name.clone(),
            observed_at: self.observed_at,
            observed_mark: self.observed_mark,
            received_at: self.received_at,
        })
    }
}

impl Replayed for PrepareHandover {
    as_it_is!(made by its author);
    const CREATES: bool = true;
    const REFERENCES: &'static [Reference] = &[
        ("communityId", "community"),
        ("incomingId", "staff_member"),
        ("shiftId", "shift"),
    ];
}

impl Replayed for CheckHandover {
    as_it_is!();
}

impl Replayed for RejectHandover {
    as_it_is!();
}

impl Replayed for PutRightHandover {
    as_it_is!();
}

impl Replayed for SignHandover {
    as_it_is!();
}

impl Replayed for NoteHandover {
    as_it_is!();
    const REFERENCES: &'static [Reference] = &[("incomingId", "staff_member")];
}
