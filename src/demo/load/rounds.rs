//! Shifts, rosters, points and routes; the patrols of today and tomorrow follow from the routes.

use std::collections::BTreeMap;

use chrono::Days;
use entity::duty::shift;
use entity::ids::{CommunityId, PatrolPointId, StaffMemberId};

use super::Loading;
use super::names::{buildings, staff, zones};
use crate::areas::duty::write::{DutyLine, LayShifts, PlanDuty};
use crate::areas::estate::{TIME_ZONE, day_at};
use crate::areas::patrol::write::{PutPatrolPoint, PutPatrolRoute};
use crate::database::Write;
use crate::error::ApiError;

/// Lines of the roster in one plan.
const AT_ONCE: usize = 500;

impl Loading<'_> {
    pub(super) async fn plan_rounds(
        &self,
        write: &mut Write,
        community_id: CommunityId,
    ) -> Result<(), ApiError> {
        let (zones, staff) = (zones(write, community_id), staff(write, community_id));
        self.plan_duty(write, community_id, &staff).await?;
        let buildings = buildings(write, community_id);
        let points = self.community.points.iter().map(|point| PutPatrolPoint {
            id: None,
            community_id,
            zone_id: zones.get(point.zone).copied(),
            building_id: point.building.and_then(|name| buildings.get(name)).copied(),
            name: point.name.clone(),
            place: point.place.to_owned(),
            code: Some(point.code.clone()),
            checklist: point.checklist.clone(),
            latitude_e7: None,
            longitude_e7: None,
        });
        let points: Vec<_> = points.collect();
        let ids = self.run(write, &points).await?;
        let codes = self
            .community
            .points
            .iter()
            .map(|point| point.code.as_str());
        let ids: BTreeMap<&str, PatrolPointId> = codes.zip(ids).collect();
        let routes = self.community.routes.iter().map(|route| PutPatrolRoute {
            id: None,
            community_id,
            zone_id: route.zone.and_then(|name| zones.get(name)).copied(),
            key: route.key.to_owned(),
            name: route.name.clone(),
            post: route.post,
            assignee_id: route
                .assignee
                .and_then(|account| staff.get(account))
                .copied(),
            point_ids: route
                .points
                .iter()
                .filter_map(|code| ids.get(code.as_str()))
                .copied()
                .collect(),
            plan: route.plan.clone(),
            needs_code: route.needs_code,
            needs_photo: false,
            needs_position: false,
            rule: None,
        });
        self.run(write, &routes.collect::<Vec<_>>()).await?;
        Ok(())
    }

    async fn plan_duty(
        &self,
        write: &mut Write,
        community_id: CommunityId,
        staff: &BTreeMap<String, StaffMemberId>,
    ) -> Result<(), ApiError> {
        self.run(write, &[LayShifts { community_id }]).await?;
        let shifts: BTreeMap<String, _> = write
            .rows::<shift::Model>()
            .filter(|row| row.community_id == community_id)
            .map(|row| (row.code.clone(), row.id))
            .collect();
        let today = day_at(TIME_ZONE, write.now());
        let lines = self.community.roster.iter().filter_map(|duty| {
            Some(DutyLine {
                staff_member_id: *staff.get(duty.account)?,
                shift_id: *shifts.get(duty.shift)?,
                on_day: today.checked_add_days(Days::new(duty.in_days))?,
                is_off: false,
            })
        });
        let lines: Vec<_> = lines.collect();
        let plans = lines.chunks(AT_ONCE).map(|lines| PlanDuty {
            community_id,
            lines: lines.to_vec(),
        });
        self.run(write, &plans.collect::<Vec<_>>()).await?;
        Ok(())
    }
}
