//! Patrols on phones: what they carry, and what they may send.

mod rows;

use entity::ids::{PatrolPointId, PatrolResultId, PatrolTaskId, TicketId};
use entity::patrol::{patrol_point, patrol_result, patrol_route, patrol_task};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::access::plans_somewhere;
use super::rules::checked_position;
use super::write::{OrderPatrol, ReportPatrol};
use crate::auth::Viewer;
use crate::error::ApiError;
use crate::json;
use crate::sync::collection::Synced;
use crate::sync::registry::{About, Reference, Replayed, as_it_is};

impl Synced for patrol_point::Model {
    crate::sync::collection::synced_columns!(patrol_point, root "patrol_point" by Id);
}

impl Synced for patrol_route::Model {
    crate::sync::collection::synced_columns!(patrol_route, root "patrol_route" by Id);
}

impl Synced for patrol_task::Model {
    crate::sync::collection::synced_columns!(patrol_task, leaving root "patrol_task");
}

impl Synced for patrol_result::Model {
    crate::sync::collection::synced_columns!(patrol_result, root "patrol_task" by TaskId, of leaving patrol_task);
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
