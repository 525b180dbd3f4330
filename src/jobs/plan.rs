//! Making rows of what schedules say.

use std::collections::HashMap;

use entity::estate::community;
use entity::ids::{CommunityId, JobId};
use entity::jobs::job;
use sea_orm::{DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::queue::{ALL_COMMUNITIES, Queued, once_per_key, waiting};
use super::registry::Registry;
use super::schedule::{Period, Schedule, zone_named};
use crate::app::App;
use crate::database::Reach;
use crate::database::record::Visible as _;

/// How many rows one statement makes.
const AT_ONCE: usize = 500;

/// What a process has planned so far, so that it asks the database for new turns only.
#[derive(Debug, Default)]
pub struct Planned(HashMap<(&'static str, CommunityId), String>);

/// Makes rows of the turns whose time has come since they were last planned. Whoever else plans
/// the same, it is one row each. Gives how many turns were new to this process.
pub async fn plan(app: &App, registry: &Registry, known: &mut Planned) -> Result<usize, DbErr> {
    let now = app.clock().now();
    let turns = turns(app, registry, |schedule, zone| {
        schedule.latest(zone_named(zone), now)
    });
    let mut turns = turns.await?;
    turns.retain(|turn| known.0.get(&(turn.kind, turn.community_id)) != Some(&turn.key));
    insert(app, &turns).await?;
    let count = turns.len();
    for turn in turns {
        known.0.insert((turn.kind, turn.community_id), turn.key);
    }
    Ok(count)
}

/// Makes rows of what is done whenever a process starts.
pub async fn plan_start(app: &App, registry: &Registry, process: Uuid) -> Result<usize, DbErr> {
    let now = app.clock().now();
    let turns = turns(app, registry, |schedule, _| match schedule {
        Schedule::Daily {
            also_at_start: true,
            ..
        } => Some(Period {
            key: format!("start {process}"),
            due_at: now,
        }),
        _ => None,
    });
    let turns = turns.await?;
    insert(app, &turns).await?;
    Ok(turns.len())
}

/// The turns that `period` finds for each job, in each community where it is done.
async fn turns(
    app: &App,
    registry: &Registry,
    period: impl Fn(Schedule, &str) -> Option<Period>,
) -> Result<Vec<Queued>, DbErr> {
    let places: Vec<(CommunityId, String)> = community::Entity::find()
        .select_only()
        .columns([community::Column::Id, community::Column::TimeZone])
        .filter(community::Model::visible_to(&Reach::Everything))
        .into_tuple()
        .all(app.db().reader())
        .await?;
    let everywhere = [(ALL_COMMUNITIES, "UTC".to_owned())];
    let mut turns = Vec::new();
    for (kind, schedule) in registry.schedules() {
        let places = if schedule.is_per_community() {
            &places[..]
        } else {
            &everywhere
        };
        let periods = places
            .iter()
            .filter_map(|(id, zone)| Some((*id, period(schedule, zone)?)));
        turns.extend(periods.map(|(community_id, period)| Queued {
            kind,
            community_id,
            key: period.key,
            payload: Value::Null,
            due_at: period.due_at,
        }));
    }
    Ok(turns)
}

async fn insert(app: &App, turns: &[Queued]) -> Result<(), DbErr> {
    let now = app.clock().now();
    for turns in turns.chunks(AT_ONCE) {
        let rows = turns.iter().map(|turn| {
            let id = JobId(app.clock().new_id());
            waiting(id, turn.clone(), now).into_active_model()
        });
        job::Entity::insert_many(rows)
            .on_conflict(once_per_key())
            .exec_without_returning(app.db().writer())
            .await?;
    }
    Ok(())
}
