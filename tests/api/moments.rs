//! Moments and days that no calendar of an office holds.

use entity::kinds::PostKind;
use serde_json::json;

use crate::estate::estate;
use crate::households::office;
use crate::support::{Answer, TestApp};
use crate::sync::mutation;
use crate::visits::{Office, act, step};

/// Longer ago than PostgreSQL can tell, and later than four digits can say.
const FARTHEST: [&str; 2] = ["-5000-01-01T00:00:00Z", "+10000-01-01T00:00:00Z"];

/// Whether this field was refused.
#[track_caller]
fn refused(answer: &Answer, field: &str) {
    let extensions = &answer.error()["extensions"];
    let told = (&extensions["code"], &extensions["field"]);
    assert_eq!(told, (&json!("INVALID_INPUT"), &json!(field)));
}

#[tokio::test]
async fn a_complaint_names_no_moment_of_no_calendar() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let wang = app
        .staff("wang", PostKind::MaintenanceWorker)
        .at(&estate.community)
        .await;
    let complaint =
        json!({ "communityId": estate.community.id, "kind": "COMPLAINT", "summary": "噪音" });
    let opened = crate::tickets::act(&desk, "openTicket", complaint.clone()).await;
    let ticket = opened.text("openTicket.ticket.id");
    let grade = json!({ "id": ticket, "severity": "MINOR" });
    let route = json!({ "id": ticket, "responsibleId": wang.id });
    for (mutation, input) in [("gradeTicket", grade), ("routeTicket", route)] {
        let done = crate::tickets::act(&desk, mutation, input).await;
        done.data(mutation);
    }
    for moment in FARTHEST {
        for field in ["occurredAt", "wantedBy"] {
            let mut input = complaint.clone();
            input["complaint"] = json!({ field: moment });
            let answer = crate::tickets::act(&desk, "openTicket", input).await;
            refused(&answer, field);
        }
        let promise = json!({ "to": "contacted", "note": "已通话", "replyPromisedAt": moment });
        let sent = mutation(moment, "ticket.advance", &ticket, promise);
        let kept = desk.outcomes(vec![sent]).await;
        let code = "INVALID_INPUT".to_owned();
        assert_eq!(kept, [("QUARANTINED".to_owned(), Some(code))]);
    }
}

#[tokio::test]
async fn a_visit_names_no_moment_of_no_calendar() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let unit = crate::households::unit_of(&app, &office.estate, "0101").await;
    for moment in FARTHEST {
        let visit = office.appointed().await;
        let plan = json!({ "communityId": office.estate.community.id, "kind": "HOME", "unitId": unit,
            "purpose": "季度走访", "dueAt": moment });
        let appoint = json!({ "id": visit, "appointedAt": moment });
        let finish = json!({ "id": visit, "channel": "HOME", "replyPromisedAt": moment });
        for (mutation, input, field) in [
            ("planVisit", plan, "dueAt"),
            ("appointVisit", appoint, "appointedAt"),
            ("finishVisit", finish, "replyPromisedAt"),
        ] {
            if mutation == "finishVisit" {
                for to in ["AT_DOOR", "IN_TALK"] {
                    step(&office.supervisor, &visit, to, "").await;
                }
            }
            let answer = act(&office.supervisor, mutation, input).await;
            refused(&answer, field);
        }
    }
}

#[tokio::test]
async fn nobody_looks_for_days_of_no_calendar() {
    let app = TestApp::start().await;
    let office = Office::of(&app).await;
    let community = office.estate.community.id;
    for moment in FARTHEST {
        let day = moment.split('T').next().unwrap();
        for (query, field) in [
            (
                format!("duties(communityId: \"{community}\", day: \"{day}\") {{ id }}"),
                "day",
            ),
            (
                format!("patrolTasks(day: \"{day}\") {{ nodes {{ id }} }}"),
                "day",
            ),
            (
                format!(
                    "responsible(communityId: \"{community}\", post: SECURITY_GUARD, at: \"{moment}\") {{ id }}"
                ),
                "at",
            ),
        ] {
            let answer = office
                .supervisor
                .run(&format!("{{ {query} }}"), json!({}))
                .await;
            refused(&answer, field);
        }
        let plan = "mutation ($input: PlanDutyInput!) { planDuty(input: $input) { lines } }";
        let line =
            json!({ "staffMemberId": office.li.id, "shiftId": office.zhao.id, "onDay": day });
        let input = json!({ "input": { "communityId": community, "lines": [line] } });
        refused(&office.supervisor.run(plan, input).await, "onDay");
        let order = "mutation ($input: OrderPatrolInput!) { orderPatrol(input: $input) { patrolTask { id } } }";
        for field in ["from", "to"] {
            let mut input = json!({ "communityId": community, "name": "巡查", "pointIds": [] });
            input[field] = json!(moment);
            let answer = office
                .supervisor
                .run(order, json!({ "input": input }))
                .await;
            refused(&answer, field);
        }
    }
}
