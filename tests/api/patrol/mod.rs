//! Patrols: planned at the desk, walked underground.

mod desk;
mod moved;
mod phones;
mod rows;
mod unannounced;

use chrono::{DateTime, TimeDelta, Utc};
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Community, Phone, TestApp, Zone};

/// A community with a zone, its guard, and a supervisor at the desk.
pub struct Ground {
    pub community: Community,
    pub zone: Zone,
}

pub async fn ground(app: &TestApp) -> Ground {
    let community = app.community("bijiang").await;
    let zone = app.zone(&community, "江畔苑").await;
    app.staff("boss", PostKind::Supervisor).at(&community).await;
    app.staff("guard", PostKind::SecurityGuard)
        .in_zone(&zone)
        .await;
    Ground { community, zone }
}

/// The point of that number, whose label says `code 1`, `code 2`, …
pub fn point(number: u128) -> Uuid {
    Uuid::from_u128(0x9000 + number)
}

pub const ROUTE: Uuid = Uuid::from_u128(0xa001);

/// Runs one of the mutations about points, routes and tasks.
pub async fn act(phone: &Phone<'_>, mutation: &str, input: Value) -> Answer {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let fields = match mutation {
        "putPatrolPoint" => {
            "patrolPoint { id code zone { name } checklist { key kind isRequired } }"
        }
        "putPatrolRoute" | "retirePatrolRoute" => {
            "patrolRoute { id post rule retiredAt points { id name } plan { per times weekdays windows { from to } } }"
        }
        _ => {
            "patrolTask { id state reason name windowFrom windowTo assignee { name } points { id } }"
        }
    };
    let operation =
        format!("mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ {fields} }} }}");
    phone.run(&operation, json!({ "input": input })).await
}

/// Points of the ground, with a checklist.
pub async fn points(boss: &Phone<'_>, ground: &Ground, numbers: impl IntoIterator<Item = u128>) {
    for number in numbers {
        let input = json!({
            "id": point(number), "communityId": ground.community.id, "zoneId": ground.zone.id,
            "name": format!("点位 {number}"), "code": format!("code {number}"),
            "checklist": [
                { "key": "clean", "title": "环境卫生", "kind": "CHECK", "isRequired": true },
                { "key": "pressure", "title": "水压", "kind": "NUMBER", "isRequired": false },
            ],
        });
        act(boss, "putPatrolPoint", input)
            .await
            .data("putPatrolPoint");
    }
}

/// A round every night from ten to two over points 1 and 2, whose codes must be read.
pub fn night_round(ground: &Ground) -> Value {
    json!({
        "id": ROUTE, "communityId": ground.community.id, "zoneId": ground.zone.id,
        "key": "night_round", "name": "夜间巡逻", "pointIds": [point(1), point(2)], "needsCode": true,
        "plan": { "per": "DAY", "times": 1, "windows": [{ "from": "22:00", "to": "02:00" }],
            "weekdays": [], "irregular": false },
    })
}

/// The ground with that round laid out by the supervisor.
pub async fn night(app: &TestApp) -> (Ground, Phone<'_>) {
    let ground = ground(app).await;
    let boss = app.sign_in("boss", "desk").await;
    points(&boss, &ground, 1..=2).await;
    act(&boss, "putPatrolRoute", night_round(&ground))
        .await
        .data("putPatrolRoute");
    (ground, boss)
}

/// The tasks somebody sees, earliest window first.
pub async fn tasks(phone: &Phone<'_>) -> Vec<Value> {
    let operation = "{ patrolTasks { nodes {
        id name state onDay number reason windowFrom windowTo startedAt finishedAt missedAt findingCount
        assignee { name } missedPoints { id }
        zone { name }
        results { id finding isInWindow isNear isOnRound answers unaskedAnswers missingEvidence codeMatches authorName observedAt observedMark
            point { name } ticket { summary } }
    } } }";
    let answer = phone.run(operation, json!({})).await;
    let mut tasks = answer.data("patrolTasks.nodes").as_array().unwrap().clone();
    tasks.reverse();
    tasks
}

/// The id of the first task somebody sees.
pub async fn first_task(phone: &Phone<'_>) -> String {
    tasks(phone).await[0]["id"].as_str().unwrap().to_owned()
}

/// A report as a phone makes it, with the right code and all answers.
pub fn report(result: u128, task: &str, number: u128) -> Value {
    let result = Uuid::from_u128(result);
    json!({
        "mutationId": format!("m-{result}"), "kind": "patrol.report", "recordId": result,
        "payload": {
            "taskId": task, "pointId": point(number), "answers": { "clean": true },
            "codeRead": format!("code {number}"),
        },
    })
}

/// Pulls as a phone that tells its clock, and gives the id of the contact.
pub async fn contact(phone: &Phone<'_>, wall_clock: DateTime<Utc>) -> String {
    let pull = "query ($wall: DateTime!) {
        syncPull(clock: { bootId: \"b1\", wallClock: $wall }) { contactId } }";
    let wall_clock = json!({ "wall": wall_clock.to_rfc3339() });
    phone.run(pull, wall_clock).await.text("syncPull.contactId")
}

/// Seen so many minutes after a contact.
pub fn seen(contact: &str, minutes: i64, mut report: Value) -> Value {
    let elapsed = TimeDelta::minutes(minutes).num_milliseconds();
    report["observed"] = json!({ "contactId": contact, "elapsedMs": elapsed, "bootId": "b1" });
    report
}
