//! Which rows schedules make, and when.

use chrono::TimeDelta;
use entity::estate::community;
use entity::households::party_relation;
use entity::jobs::{JobState, job};
use sea_orm::EntityTrait;
use serde_json::json;
use xunfang::areas::households::jobs::SettleRelationsDaily;
use xunfang::areas::jobs as all_jobs;
use xunfang::auth::Viewer;
use xunfang::database::Write;
use xunfang::error::ApiError;
use xunfang::jobs::plan::{Planned, plan, plan_start};
use xunfang::jobs::queue::queue;
use xunfang::sync::jobs::ExpireDeferred;

use super::{LeaveZone, ask, jobs, scheduled, work, worker, zones};
use crate::estate::estate;
use crate::households::{mutate, office, register, unit_of};
use crate::support::TestApp;

fn keys(jobs: &[job::Model]) -> Vec<&str> {
    jobs.iter().map(|job| job.key.as_str()).collect()
}

#[tokio::test]
async fn planning_twice_makes_one_row() {
    let app = TestApp::start().await;
    app.community("bijiang").await;
    app.community("cuihu").await;
    // Two processes at once, and one of them again after a restart.
    let other = app.second_process().await.unwrap_or(app.app.clone());
    let registry = all_jobs();
    let (mut one, mut two) = (Planned::default(), Planned::default());
    let both = tokio::join!(
        plan(&app.app, &registry, &mut one),
        plan(&other, &registry, &mut two)
    );
    let (each, all) = scheduled();
    let turns = 2 * each.len() + all.len();
    assert_eq!((both.0.unwrap(), both.1.unwrap()), (turns, turns));
    let again = plan(&app.app, &registry, &mut one).await.unwrap();
    assert_eq!(again, 0, "it asks the database for new turns only");
    let restarted = plan(&app.app, &registry, &mut Planned::default()).await;
    assert_eq!(restarted.unwrap(), turns);
    let days = jobs::<SettleRelationsDaily>(&app).await;
    assert_eq!(keys(&days), ["2026-09-01", "2026-09-01"]);
    assert_ne!(days[0].community_id, days[1].community_id);
    assert_eq!(
        keys(&jobs::<ExpireDeferred>(&app).await),
        ["2026-09-01T01Z"]
    );

    worker(&app.app).work_off().await.unwrap();
    app.do_jobs().await;
    app.do_jobs().await;
    let days = jobs::<SettleRelationsDaily>(&app).await;
    let is_done_once = |job: &job::Model| job.state == JobState::Done && job.attempts == 1;
    assert!(days.len() == 2 && days.iter().all(is_done_once));
}

#[tokio::test]
async fn what_was_missed_is_made_up_for_once() {
    let app = TestApp::start().await;
    app.community("bijiang").await;
    app.do_jobs().await;
    app.wait(TimeDelta::days(5));
    app.do_jobs().await;
    let days = jobs::<SettleRelationsDaily>(&app).await;
    assert_eq!(keys(&days), ["2026-09-01", "2026-09-06"]);
    let hours = jobs::<ExpireDeferred>(&app).await;
    assert_eq!(keys(&hours), ["2026-09-01T01Z", "2026-09-06T01Z"]);
}

#[tokio::test]
async fn each_community_has_its_own_day() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let lisbon = app.community("lisbon").await;
    app.force::<community::Model>(lisbon.id, |row| {
        row.time_zone = "Europe/Lisbon".to_owned();
    })
    .await;
    app.wait(TimeDelta::hours(16));
    // In Shanghai it is one o'clock in the morning of the 2nd, in Lisbon six in the evening.
    app.do_jobs().await;
    let days = jobs::<SettleRelationsDaily>(&app).await;
    let of = |id| days.iter().find(|job| job.community_id == id).unwrap();
    assert_eq!(of(bijiang.id).key, "2026-09-02");
    assert_eq!(
        of(bijiang.id).due_at.to_rfc3339(),
        "2026-09-01T16:05:00+00:00"
    );
    assert_eq!(of(lisbon.id).key, "2026-09-01");
    assert_eq!(
        of(lisbon.id).due_at.to_rfc3339(),
        "2026-08-31T23:05:00+00:00"
    );
}

#[tokio::test]
async fn each_process_that_starts_settles_relations_once_more() {
    let app = TestApp::start().await;
    app.community("bijiang").await;
    let process = app.app.clock().new_id();
    // Relations and patrols.
    for planned in [2, 2] {
        let starts = plan_start(&app.app, &all_jobs(), process).await;
        assert_eq!(starts.unwrap(), planned);
    }
    let starts = jobs::<SettleRelationsDaily>(&app).await;
    assert_eq!(keys(&starts), [format!("start {process}")]);
}

#[tokio::test]
async fn tenancies_begin_and_end_at_night_by_themselves() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let party = register(&desk, &estate, "tenant", "13000003336").await;
    let unit = unit_of(&app, &estate, "0102").await;
    let lease = json!({ "partyId": party, "unitId": unit, "relation": "TENANT",
        "startsOn": "2026-09-02", "endsOn": "2026-09-03" });
    mutate(&desk, "relateParty", lease)
        .await
        .data("relateParty.party");
    // From nine in the morning of the 1st, twelve hours at a time.
    for is_current in [false, false, true, true, true, true, false, false] {
        app.do_jobs().await;
        let relations = party_relation::Entity::find();
        let relations = relations.all(app.app.db().reader()).await.unwrap();
        let now = app.app.clock().now();
        assert_eq!(relations[0].is_current, is_current, "{now}");
        app.wait(TimeDelta::hours(12));
    }
}

#[tokio::test]
async fn asking_twice_for_the_same_is_once_and_an_undone_change_asks_for_nothing() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    let undone = async |write: &mut Write| {
        queue(write, work::<LeaveZone>(&app, bijiang.id, "undone"));
        Err::<(), _>(ApiError::forbidden())
    };
    let actor = Viewer::system().actor();
    let refused = app.app.write(&actor, "ask for work", undone).await;
    refused.unwrap_err();

    let mut news = app.app.news();
    ask::<LeaveZone>(&app, &bijiang, &["a", "b", "a"]).await;
    assert!(news.recv().await.unwrap().has_work);
    ask::<LeaveZone>(&app, &bijiang, &["b"]).await;
    worker(&app.app).work_off().await.unwrap();
    ask::<LeaveZone>(&app, &bijiang, &["a"]).await;
    worker(&app.app).work_off().await.unwrap();
    assert_eq!(zones(&app).await, ["a", "b"]);
}

#[tokio::test]
async fn what_was_done_long_ago_is_forgotten() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.do_jobs().await;
    // Nobody there knows this one; it waits.
    ask::<LeaveZone>(&app, &bijiang, &["a"]).await;
    app.wait(TimeDelta::days(30));
    app.do_jobs().await;
    assert_eq!(jobs::<ExpireDeferred>(&app).await.len(), 2);
    app.wait(TimeDelta::hours(1));
    app.do_jobs().await;
    let hours = jobs::<ExpireDeferred>(&app).await;
    assert_eq!(keys(&hours), ["2026-10-01T01Z", "2026-10-01T02Z"]);
    assert_eq!(jobs::<LeaveZone>(&app).await.len(), 1);
}
