//! Who may do what, as a table to be reviewed like code.

use std::fmt::Write as _;

use entity::ids::StaffMemberId;
use entity::kinds::PostKind;
use serde_json::{Value, json};

use crate::estate::estate;
use crate::households::{office, owner, unit_of};
use crate::support::{Answer, Phone, TestApp};
use crate::tickets::act;

/// What somebody was told: `yes`, or the code of the refusal.
fn said(answer: &Answer) -> String {
    let code = answer.code();
    if code.is_empty() { "yes" } else { code }.to_owned()
}

#[tokio::test]
async fn everybody_may_do_what_his_post_is_for() {
    let app = TestApp::start().await;
    let (here, there) = (estate(&app, "bijiang").await, estate(&app, "cuihu").await);
    let desk = office(&app, &here, "desk").await;
    let helper = app
        .staff("helper", PostKind::MaintenanceWorker)
        .at(&here.community)
        .await;
    owner(&desk, &app, &here, "owner").await;
    let unit = unit_of(&app, &here, "0101").await;

    let posts = [
        ("supervisor", PostKind::Supervisor, &here),
        ("assistant", PostKind::Assistant, &here),
        (
            "maintenance_worker of another zone",
            PostKind::MaintenanceWorker,
            &here,
        ),
        ("supervisor elsewhere", PostKind::Supervisor, &there),
    ];
    let mut people: Vec<(&str, Phone<'_>)> = Vec::new();
    for (name, post, estate) in posts {
        app.staff(name, post).at(&estate.community).await;
        people.push((name, app.sign_in(name, "d1").await));
    }
    let zone = app.zone_of(&here.community, "江畔苑").await;
    for (name, post) in [
        (
            "maintenance_worker of the zone",
            PostKind::MaintenanceWorker,
        ),
        ("security_guard of the zone", PostKind::SecurityGuard),
    ] {
        app.staff(name, post).in_zone(&zone).await;
        people.push((name, app.sign_in(name, "d1").await));
    }
    people.push(("owner", app.sign_in("owner", "d1").await));
    people.push(("nobody", app.stranger()));

    let mut table = String::new();
    for (name, phone) in &people {
        writeln!(table, "{name}").unwrap();
        let input = json!({ "communityId": here.community.id, "unitId": unit, "summary": "漏水" });
        let opened = act(&desk, "openTicket", input.clone()).await;
        let ticket = opened.text("openTicket.ticket.id");
        for (what, answer) in powers(phone, &ticket, input, helper.id).await {
            writeln!(table, "  {what}: {answer}").unwrap();
        }
        let ledger = "query ($id: UUID!) { syncLedger(communityId: $id) { distinct } }";
        let ledger = phone.run(ledger, json!({ "id": here.community.id })).await;
        writeln!(table, "  read the ledger: {}", said(&ledger)).unwrap();
    }
    insta::assert_snapshot!(table);
}

/// What somebody may do with a ticket.
async fn powers(
    phone: &Phone<'_>,
    ticket: &str,
    opening: Value,
    helper: StaffMemberId,
) -> Vec<(&'static str, String)> {
    let read = "query ($id: UUID!) { ticket(id: $id) { id } }";
    let read = phone.run(read, json!({ "id": ticket })).await;
    let is_hidden = read.code().is_empty() && read.data("ticket").is_null();
    let sees = if is_hidden {
        "no".to_owned()
    } else {
        said(&read)
    };
    let steps: [(&str, &str, Value); 7] = [
        ("record one", "openTicket", opening),
        (
            "edit it",
            "editTicket",
            json!({ "id": ticket, "convenientTime": "下午" }),
        ),
        (
            "say how urgent it is",
            "editTicket",
            json!({ "id": ticket, "priority": "HIGH" }),
        ),
        (
            "note on it",
            "noteTicket",
            json!({ "id": ticket, "note": "好" }),
        ),
        (
            "order it",
            "advanceTicket",
            json!({ "id": ticket, "to": "ORDERED" }),
        ),
        (
            "assign it",
            "assignTicket",
            json!({ "id": ticket, "assigneeId": helper }),
        ),
        (
            "cancel it",
            "advanceTicket",
            json!({ "id": ticket, "to": "CANCELLED" }),
        ),
    ];
    let mut powers = vec![("see a ticket", sees)];
    for (what, mutation, input) in steps {
        powers.push((what, said(&act(phone, mutation, input).await)));
    }
    powers
}
