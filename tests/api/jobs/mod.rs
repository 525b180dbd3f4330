//! Work that is done at its time, once, by whichever process comes first.

mod leases;
mod retries;
mod schedules;
mod visible;
mod worker;

use async_trait::async_trait;
use entity::estate::zone;
use entity::ids::{CommunityId, ZoneId};
use entity::jobs::job;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use xunfang::app::App;
use xunfang::auth::Viewer;
use xunfang::database::Write;
use xunfang::error::ApiError;
use xunfang::jobs::queue::{Queued, queue};
use xunfang::jobs::registry::Registry;
use xunfang::jobs::{Job, Schedule, Taken, Worker};

use crate::support::{Community, TestApp};

/// Leaves a zone behind each time it is done, named after its key.
pub struct LeaveZone;

#[async_trait]
impl Job for LeaveZone {
    const KIND: &'static str = "test.leave_zone";

    fn schedule(&self) -> Schedule {
        Schedule::Queued
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let leave = async |write: &mut Write| leave_zone(write, taken);
        taken.finish(app, "leave a zone", leave).await
    }
}

fn leave_zone(write: &mut Write, taken: &Taken) -> Result<(), ApiError> {
    write.insert(zone::Model {
        id: ZoneId(write.new_id()),
        community_id: taken.community_id(),
        name: taken.row().key.clone(),
        seq: 0,
        created_at: write.now(),
        updated_at: write.now(),
        deleted_at: None,
    })
}

/// The kinds that have turns of their own in each community, and those that have them once for all.
fn scheduled() -> (Vec<&'static str>, Vec<&'static str>) {
    let registry = xunfang::areas::jobs();
    let (each, all): (Vec<_>, Vec<_>) = registry
        .schedules()
        .filter(|(_, schedule)| *schedule != Schedule::Queued)
        .partition(|(_, schedule)| schedule.is_per_community());
    let kinds = |list: Vec<(&'static str, Schedule)>| list.into_iter().map(|it| it.0).collect();
    (kinds(each), kinds(all))
}

/// The names of the zones that jobs left behind.
async fn zones(app: &TestApp) -> Vec<String> {
    let zones = zone::Entity::find().order_by_asc(zone::Column::Name);
    let zones = zones.all(app.app.db().reader()).await.unwrap();
    zones.into_iter().map(|zone| zone.name).collect()
}

/// A worker that leaves zones.
pub fn worker(app: &App) -> Worker {
    Worker::new(app.clone(), Registry::default().job(LeaveZone))
}

/// Work that is due now.
fn work<J: Job>(app: &TestApp, community: CommunityId, key: &str) -> Queued {
    Queued {
        kind: J::KIND,
        community_id: community,
        key: key.to_owned(),
        payload: json!({}),
        due_at: app.app.clock().now(),
    }
}

/// Queues work that is due now, in one change.
pub async fn ask<J: Job>(app: &TestApp, community: &Community, keys: &[&str]) {
    let ask = async |write: &mut Write| {
        for key in keys {
            queue(write, work::<J>(app, community.id, key));
        }
        Ok(())
    };
    let actor = Viewer::system().actor();
    app.app.write(&actor, "ask for work", ask).await.unwrap();
}

/// All jobs of a kind, by key.
pub async fn jobs<J: Job>(app: &TestApp) -> Vec<job::Model> {
    let jobs = job::Entity::find()
        .filter(job::Column::Kind.eq(J::KIND))
        .order_by_asc(job::Column::Key);
    jobs.all(app.app.db().reader()).await.unwrap()
}

/// The one job of a kind.
async fn job<J: Job>(app: &TestApp) -> job::Model {
    let [job] = <[_; 1]>::try_from(jobs::<J>(app).await).unwrap();
    job
}
