//! Patrols as the row faces carry them. A report is an inserted `patrolResult`.

use entity::patrol::{patrol_point, patrol_result, patrol_route, patrol_task};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::command::record::{Column, columns_of};
use crate::error::ApiError;
use crate::sync::rows::{Carried, Meaning, payload_of};

impl Carried for patrol_point::Model {
    const COLLECTION: &'static str = "patrolPoint";
    const TABLE: &'static str = "patrol_points";
    const COLUMNS: &'static [Column] = columns_of!(patrol_point::Model);
}

impl Carried for patrol_route::Model {
    const COLLECTION: &'static str = "patrolRoute";
    const TABLE: &'static str = "patrol_routes";
    const COLUMNS: &'static [Column] = columns_of!(patrol_route::Model);
}

impl Carried for patrol_task::Model {
    const COLLECTION: &'static str = "patrolTask";
    const TABLE: &'static str = "patrol_tasks";
    const COLUMNS: &'static [Column] = columns_of!(patrol_task::Model);
}

impl Carried for patrol_result::Model {
    const COLLECTION: &'static str = "patrolResult";
    const TABLE: &'static str = "patrol_results";
    const COLUMNS: &'static [Column] = columns_of!(patrol_result::Model);

    fn inserted(_: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        let payload = payload_of(Self::COLUMNS, row);
        Ok(Meaning::new("patrol.report", payload))
    }
}
