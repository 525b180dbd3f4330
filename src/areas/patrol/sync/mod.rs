//! Patrols on phones: what they carry, and what they may send.

mod rows;

use chrono::{DateTime, NaiveDate, Utc};
use entity::ids::{
    BuildingId, CommunityId, PatrolPointId, PatrolResultId, PatrolRouteId, PatrolTaskId,
    StaffMemberId, TicketId, ZoneId,
};
use entity::kinds::PostKind;
use entity::patrol::{
    AnswerKeys, Answers, Checklist, MissingEvidence, PatrolReason, PatrolTaskState, Photos, Plan,
    PointIds, patrol_point, patrol_result, patrol_route, patrol_task,
};
use entity::sync::ObservedMark;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::access::{plans_somewhere, sees_code_read};
use super::rules::checked_position;
use super::write::{OrderPatrol, ReportPatrol};
use crate::auth::Viewer;
use crate::database::sealed::Keyring;
use crate::error::ApiError;
use crate::json;
use crate::sha256::Sha256;
use crate::sync::collection::Synced;
use crate::sync::registry::{About, Reference, Replayed, as_it_is};

/// A point on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PatrolPointDocument {
    id: PatrolPointId,
    community_id: CommunityId,
    zone_id: Option<ZoneId>,
    building_id: Option<BuildingId>,
    name: String,
    place: String,
    /// A phone can tell a right code, and cannot make one up.
    code_hash: String,
    checklist: Checklist,
    latitude_e7: Option<i32>,
    longitude_e7: Option<i32>,
}

impl Synced for patrol_point::Model {
    crate::sync::collection::synced_columns!(patrol_point, root "patrol_point" by Id);
    type Document = PatrolPointDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<PatrolPointDocument, ApiError> {
        Ok(PatrolPointDocument {
            id: self.id,
            community_id: self.community_id,
            zone_id: self.zone_id,
            building_id: self.building_id,
            name: self.name.clone(),
            place: self.place.clone(),
            code_hash: Sha256::of(self.code.as_bytes()).to_string(),
            checklist: self.checklist.clone(),
            latitude_e7: self.latitude_e7,
            longitude_e7: self.longitude_e7,
        })
    }
}

/// A route on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PatrolRouteDocument {
    id: PatrolRouteId,
    community_id: CommunityId,
    zone_id: Option<ZoneId>,
    key: String,
    name: String,
    post: PostKind,
    assignee_id: Option<StaffMemberId>,
    point_ids: PointIds,
    plan: Plan,
    needs_code: bool,
    needs_photo: bool,
    needs_position: bool,
    rule: String,
    retired_at: Option<DateTime<Utc>>,
}

impl Synced for patrol_route::Model {
    crate::sync::collection::synced_columns!(patrol_route, root "patrol_route" by Id);
    type Document = PatrolRouteDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<PatrolRouteDocument, ApiError> {
        Ok(PatrolRouteDocument {
            id: self.id,
            community_id: self.community_id,
            zone_id: self.zone_id,
            key: self.key.clone(),
            name: self.name.clone(),
            post: self.post,
            assignee_id: self.assignee_id,
            point_ids: self.point_ids.clone(),
            plan: self.plan.clone(),
            needs_code: self.needs_code,
            needs_photo: self.needs_photo,
            needs_position: self.needs_position,
            rule: self.rule.clone(),
            retired_at: self.retired_at,
        })
    }
}

/// A task on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PatrolTaskDocument {
    id: PatrolTaskId,
    community_id: CommunityId,
    route_id: Option<PatrolRouteId>,
    zone_id: Option<ZoneId>,
    name: String,
    post: PostKind,
    assignee_id: Option<StaffMemberId>,
    on_day: NaiveDate,
    number: i32,
    window_from: DateTime<Utc>,
    window_to: DateTime<Utc>,
    point_ids: PointIds,
    needs_code: bool,
    needs_photo: bool,
    needs_position: bool,
    reason: PatrolReason,
    state: PatrolTaskState,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    missed_at: Option<DateTime<Utc>>,
    missed_point_ids: PointIds,
    finding_count: i32,
}

impl Synced for patrol_task::Model {
    crate::sync::collection::synced_columns!(patrol_task, leaving root "patrol_task");
    type Document = PatrolTaskDocument;

    fn document(&self, _: &Viewer, _: &Keyring) -> Result<PatrolTaskDocument, ApiError> {
        Ok(PatrolTaskDocument {
            id: self.id,
            community_id: self.community_id,
            route_id: self.route_id,
            zone_id: self.zone_id,
            name: self.name.clone(),
            post: self.post,
            assignee_id: self.assignee_id,
            on_day: self.on_day,
            number: self.number,
            window_from: self.window_from,
            window_to: self.window_to,
            point_ids: self.point_ids.clone(),
            needs_code: self.needs_code,
            needs_photo: self.needs_photo,
            needs_position: self.needs_position,
            reason: self.reason,
            state: self.state,
            started_at: self.started_at,
            finished_at: self.finished_at,
            missed_at: self.missed_at,
            missed_point_ids: self.missed_point_ids.clone(),
            finding_count: self.finding_count,
        })
    }
}

/// A result on a phone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PatrolResultDocument {
    id: PatrolResultId,
    community_id: CommunityId,
    task_id: PatrolTaskId,
    point_id: PatrolPointId,
    answers: Answers,
    unasked_answers: AnswerKeys,
    finding: String,
    ticket_id: Option<TicketId>,
    photos: Photos,
    /// Only for the office and whoever read it.
    code_read: Option<String>,
    code_matches: Option<bool>,
    latitude_e7: Option<i32>,
    longitude_e7: Option<i32>,
    accuracy_m: Option<i32>,
    is_near: Option<bool>,
    is_on_round: bool,
    is_in_window: bool,
    missing_evidence: MissingEvidence,
    author_staff_id: Option<StaffMemberId>,
    author_name: String,
    observed_at: DateTime<Utc>,
    observed_mark: ObservedMark,
    received_at: DateTime<Utc>,
}

impl Synced for patrol_result::Model {
    crate::sync::collection::synced_columns!(patrol_result, root "patrol_task" by TaskId, of leaving patrol_task);
    type Document = PatrolResultDocument;

    fn document(&self, viewer: &Viewer, _: &Keyring) -> Result<PatrolResultDocument, ApiError> {
        let code_read = self.code_read.clone();
        Ok(PatrolResultDocument {
            id: self.id,
            community_id: self.community_id,
            task_id: self.task_id,
            point_id: self.point_id,
            answers: self.answers.clone(),
            unasked_answers: self.unasked_answers.clone(),
            finding: self.finding.clone(),
            ticket_id: self.ticket_id,
            photos: self.photos.clone(),
            code_read: code_read.filter(|_| sees_code_read(viewer, self)),
            code_matches: self.code_matches,
            latitude_e7: self.latitude_e7,
            longitude_e7: self.longitude_e7,
            accuracy_m: self.accuracy_m,
            is_near: self.is_near,
            is_on_round: self.is_on_round,
            is_in_window: self.is_in_window,
            missing_evidence: self.missing_evidence.clone(),
            author_staff_id: self.author_staff_id,
            author_name: self.author_name.clone(),
            observed_at: self.observed_at,
            observed_mark: self.observed_mark,
            received_at: self.received_at,
        })
    }
}

/// Payload of `patrol.report`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportPayload {
    /// The patrol.
    task_id: PatrolTaskId,
    /// The point that was seen, one of the community.
    point_id: PatrolPointId,
    /// The answers, by the keys of the checklist.
    #[serde(default)]
    answers: Map<String, Value>,
    /// What is wrong; at most 4000 characters, empty when nothing is.
    #[serde(default)]
    finding: String,
    /// The ticket that was opened for the finding, perhaps in the same group.
    ticket_id: Option<TicketId>,
    /// SHA-256 of at most 9 photos, in hex; send the photos themselves to `/attachments/{sha256}`.
    #[serde(default)]
    photos: Vec<String>,
    /// What was read from the label of the point, as it was read.
    code_read: Option<String>,
    /// Latitude of the phone in degrees × 10^7, which may be a fraction; both or none.
    latitude_e7: Option<f64>,
    /// Longitude of the phone in degrees × 10^7; both or none.
    longitude_e7: Option<f64>,
    /// How exact that position is, in metres; less than 0 counts as 0.
    accuracy_m: Option<f64>,
}

impl Replayed for ReportPatrol {
    const CREATES: bool = true;
    const REFERENCES: &'static [Reference] = &[
        ("taskId", "patrol_task"),
        ("pointId", "patrol_point"),
        ("ticketId", "ticket"),
    ];
    type Payload = ReportPayload;

    fn collection() -> &'static str {
        "patrol_result"
    }

    /// Where the phone was. A place that is none says as little as no place.
    fn unread(payload: &Map<String, Value>) -> Vec<&'static str> {
        let said = |name: &str| payload.get(name).filter(|said| !json::says_nothing(said));
        let number = |name: &str| i32::try_from(json::rounded(said(name)?)?).ok();
        let place = ["latitudeE7", "longitudeE7"];
        let is_place = checked_position(number(place[0]), number(place[1]));
        let is_read = |name: &'static str| match name {
            "accuracyM" => number(name).is_some(),
            _ => is_place.as_ref().is_ok_and(Option::is_some),
        };
        let mut names = vec![place[0], place[1], "accuracyM"];
        names.retain(|name| said(name).is_some() && !is_read(name));
        names
    }

    fn from_mutation(about: About, payload: ReportPayload) -> Result<Self, ApiError> {
        Ok(Self {
            id: PatrolResultId(about.record_id),
            task_id: payload.task_id,
            point_id: payload.point_id,
            answers: payload.answers,
            finding: payload.finding,
            ticket_id: payload.ticket_id,
            photos: payload.photos,
            code_read: payload.code_read,
            latitude_e7: payload.latitude_e7.map(f64::round).map(whole),
            longitude_e7: payload.longitude_e7.map(f64::round).map(whole),
            // Never fewer metres than were measured.
            accuracy_m: payload.accuracy_m.map(f64::ceil).map(whole),
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float stays within the bounds of what it is cast to"
)]
fn whole(number: f64) -> i32 {
    number as i32
}

impl Replayed for OrderPatrol {
    as_it_is!(made by its author);
    const CREATES: bool = true;
    const REFERENCES: &'static [Reference] = &[
        ("communityId", "community"),
        ("routeId", "patrol_route"),
        ("zoneId", "zone"),
        ("assigneeId", "staff_member"),
    ];

    fn collection() -> &'static str {
        "patrol_task"
    }

    fn is_open_to(viewer: &Viewer) -> bool {
        plans_somewhere(viewer)
    }
}
