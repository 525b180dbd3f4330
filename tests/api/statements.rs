//! How many statements things take: it follows their kinds and never their number.

use entity::ids::TicketId;
use entity::kinds::PostKind;
use entity::tickets::{Priority, TicketKind, TicketState};
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::areas::tickets::write::{AdvanceTicket, AssignTicket, NoteTicket, OpenTicket};
use xunfang::auth::Viewer;
use xunfang::command::{Command, Occasion};
use xunfang::database::Write;

use crate::support::{Community, Phone, TestApp, statements};
use crate::sync::mutation;
use crate::sync::push::opening;
use crate::sync::rxdb;

/// The statements a push takes; all of it is applied.
async fn taken(phone: &Phone<'_>, mutations: Vec<Value>) -> Vec<String> {
    let (results, statements) = statements::of(phone.results(mutations)).await;
    let applied = |result: &Value| matches!(result["outcome"].as_str(), Some("APPLIED" | "MERGED"));
    assert!(results.iter().all(applied), "{results:?}");
    statements
}

fn id_of(ticket: u128) -> String {
    Uuid::from_u128(ticket).to_string()
}

fn notes(push: &str, tickets: std::ops::RangeInclusive<u128>) -> Vec<Value> {
    let note = |ticket| {
        let id = format!("{push}-{ticket}");
        mutation(
            &id,
            "ticket.note",
            &id_of(ticket),
            json!({ "note": "看过" }),
        )
    };
    tickets.map(note).collect()
}

fn edits(push: &str, tickets: std::ops::RangeInclusive<u128>) -> Vec<Value> {
    let edit = |ticket| {
        let id = format!("{push}-{ticket}");
        mutation(
            &id,
            "ticket.edit",
            &id_of(ticket),
            json!({ "summary": push }),
        )
    };
    tickets.map(edit).collect()
}

fn openings(push: &str, at: &Community, tickets: std::ops::RangeInclusive<u128>) -> Vec<Value> {
    let open = |ticket| opening(&format!("{push}-{ticket}"), Uuid::from_u128(ticket), at);
    tickets.map(open).collect()
}

#[tokio::test]
async fn a_push_of_fifty_takes_as_many_statements_as_a_push_of_one() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    taken(&phone, openings("warm", &bijiang, 1..=60)).await;

    let one = taken(&phone, openings("o", &bijiang, 101..=101)).await;
    let fifty = taken(&phone, openings("p", &bijiang, 201..=250)).await;
    assert_eq!(one.len(), fifty.len(), "openings: {one:#?} {fifty:#?}");
    let shares = [one.len()];
    let one = taken(&phone, notes("n", 1..=1)).await;
    let fifty = taken(&phone, notes("m", 1..=50)).await;
    assert_eq!(one.len(), fifty.len(), "notes: {one:#?} {fifty:#?}");
    let shares = [shares[0], one.len()];
    let one = taken(&phone, edits("e", 1..=1)).await;
    let fifty = taken(&phone, edits("f", 1..=50)).await;
    assert_eq!(one.len(), fifty.len(), "edits: {one:#?} {fifty:#?}");
    let shares = [shares[0], shares[1], one.len()];

    let mut mixed = openings("q", &bijiang, 301..=320);
    mixed.extend(notes("r", 1..=20));
    mixed.extend(edits("s", 21..=40));
    let mixed = taken(&phone, mixed).await;
    let sum: usize = shares.iter().sum();
    assert!(
        mixed.len() <= sum,
        "three kinds take {} > {shares:?}: {mixed:#?}",
        mixed.len()
    );
    assert_eq!(
        (shares, mixed.len()),
        PUSH,
        "measured: kinds alone, and mixed: {mixed:#?}"
    );
}

/// Openings, notes, edits alone; all three together.
const PUSH: ([usize; 3], usize) = ([15, 13, 16], 19);

#[tokio::test]
async fn fifty_rows_take_as_many_statements_as_one() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let rows = |tickets: std::ops::RangeInclusive<u128>| -> Vec<Value> {
        let row = |ticket| rxdb::inserted(Uuid::from_u128(ticket), &bijiang);
        tickets.map(row).collect()
    };
    let mut counts = Vec::new();
    for tickets in [1..=1, 101..=150] {
        let inserts = rows(tickets.clone()).iter().map(rxdb::insert).collect();
        let (kept_out, inserted) = statements::of(phone.push_rows("ticket", inserts)).await;
        let edit =
            |row: &Value| rxdb::change(row, &rxdb::with(row, json!({ "summary": "水管爆裂" })));
        let edits = rows(tickets).iter().map(edit).collect();
        let (lost, edited) = statements::of(phone.push_rows("ticket", edits)).await;
        assert!(
            kept_out.is_empty() && lost.is_empty(),
            "{kept_out:?} {lost:?}"
        );
        counts.push((inserted.len(), edited.len()));
    }
    assert_eq!(counts, [ROWS; 2], "measured");
}

/// Inserted rows, and edited ones.
const ROWS: (usize, usize) = (16, 17);

#[tokio::test]
async fn a_replay_takes_no_more_statements_than_what_is_new() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let fresh = taken(&phone, openings("o", &bijiang, 1..=50)).await;
    let again = taken(&phone, openings("o", &bijiang, 1..=50)).await;
    assert!(
        again.len() <= fresh.len(),
        "{} > {}: {again:#?}",
        again.len(),
        fresh.len()
    );
}

/// Tickets with unit, reporter and assignee, as the office records them.
async fn fill(app: &TestApp, community: &Community, count: u128) {
    let worker = app
        .staff("wang", PostKind::MaintenanceWorker)
        .at(community)
        .await;
    let unit = entity::ids::UnitId(app.unit_of(community).await);
    let register = xunfang::areas::households::write::RegisterParty {
        community_id: community.id,
        name: "秦惠豪".to_owned(),
        phone: None,
        identity_number: None,
    };
    let party = app.command(&register).await;
    let ids = (1..=count).map(|number| TicketId(Uuid::from_u128(number)));
    let open = ids.clone().map(|id| OpenTicket {
        id: Some(id),
        community_id: community.id,
        kind: TicketKind::Repair,
        unit_id: Some(unit),
        reporter_party_id: Some(party),
        summary: "漏水".to_owned(),
        description: String::new(),
        priority: Priority::Normal,
        convenient_time: String::new(),
        contact_name: None,
        contact_phone: None,
        repair_class: None,
        complaint: None,
    });
    let order = ids.clone().map(|id| AdvanceTicket {
        id,
        event_id: None,
        to: TicketState::Ordered,
        note: String::new(),
        reply_promised_at: None,
    });
    let assign = ids.clone().map(|id| AssignTicket {
        id,
        event_id: None,
        assignee_id: worker.id,
        note: String::new(),
    });
    let note = ids.map(|id| NoteTicket {
        id,
        event_id: None,
        note: "看过".to_owned(),
        is_internal: false,
    });
    let change = async |write: &mut Write| {
        run(open, write).await?;
        run(order, write).await?;
        run(assign, write).await?;
        run(note, write).await
    };
    let actor = Viewer::system().actor();
    app.app
        .write(&actor, "prepare a test", change)
        .await
        .unwrap();
}

/// Runs commands as a push does: they load together.
async fn run<C: Command>(
    commands: impl Iterator<Item = C>,
    write: &mut Write,
) -> Result<(), xunfang::error::ApiError> {
    let (commands, viewer): (Vec<C>, _) = (commands.collect(), Viewer::system());
    C::prefetch(&commands.iter().collect::<Vec<_>>(), &viewer, write).await?;
    for command in &commands {
        command.decide(&Occasion::now(write), &viewer, write)?;
    }
    Ok(())
}

#[tokio::test]
async fn a_list_of_a_thousand_tickets_takes_as_many_statements_as_a_list_of_ten() {
    let list = "query ($first: Int) { tickets(first: $first) { nodes { id summary
        unit { roomNumber } reporter { name } assignee { name } lastEvents { kind note } } } }";
    let mut counts = Vec::new();
    for count in [10, 1_000] {
        let app = TestApp::start().await;
        let place = crate::estate::estate(&app, "bijiang").await.community;
        app.staff("li", PostKind::Assistant).at(&place).await;
        let phone = app.sign_in("li", "d1").await;
        fill(&app, &place, count).await;
        for first in [10, 100] {
            let (answer, statements) =
                statements::of(phone.run(list, json!({ "first": first }))).await;
            let nodes = answer.data("tickets.nodes").as_array().unwrap();
            assert_eq!(nodes.len() as u128, count.min(first));
            for field in ["unit", "reporter", "assignee"] {
                assert!(nodes[0][field].is_object(), "{field} in {}", nodes[0]);
            }
            assert!(!nodes[0]["lastEvents"].as_array().unwrap().is_empty());
            counts.push(statements);
        }
    }
    let lengths: Vec<_> = counts.iter().map(Vec::len).collect();
    assert_eq!(lengths, [LIST; 4], "{counts:#?}");
}

/// A list of tickets with unit, reporter, assignee and last events.
const LIST: usize = 9;

#[tokio::test]
async fn a_page_of_five_hundred_takes_as_many_statements_as_a_page_of_ten() {
    let app = TestApp::start().await;
    let place = crate::estate::estate(&app, "bijiang").await.community;
    app.staff("li", PostKind::Assistant).at(&place).await;
    let phone = app.sign_in("li", "d1").await;
    let cursor = phone.first_sync().await.cursor.unwrap();
    fill(&app, &place, 300).await;
    let mut counts = Vec::new();
    for limit in [10, 500] {
        let (page, statements) = statements::of(phone.pull_page(Some(&cursor), limit, &[])).await;
        let rows = page.data("syncPull.changes").as_array().unwrap().len();
        assert_eq!(rows, usize::try_from(limit).unwrap());
        counts.push(statements);
    }
    let lengths: Vec<_> = counts.iter().map(Vec::len).collect();
    assert_eq!(lengths, [PAGE; 2], "{counts:#?}");
}

/// A page of news.
const PAGE: usize = 20;

/// How often what waits was tried: each try reads the log of mutations whole.
fn tries(statements: &[String]) -> usize {
    let is_try = |statement: &&String| statement.starts_with(LOG);
    statements.iter().filter(is_try).count()
}

const LOG: &str = r#"SELECT "sync_mutation"."session_id", "#;

#[tokio::test]
async fn what_waits_is_tried_again_when_something_came_and_not_with_each_pull() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    for name in ["li", "zhou"] {
        app.staff(name, PostKind::Assistant).at(&bijiang).await;
    }
    let li = app.sign_in("li", "d1").await;
    let zhou = app.sign_in("zhou", "d2").await;
    let (ticket, event) = (Uuid::from_u128(7), Uuid::from_u128(8));
    let note = json!({ "id": event, "ticketId": ticket, "kind": "noted", "note": "早到",
        "deleted": false });
    li.push_rows("ticketEvent", vec![rxdb::insert(&note)]).await;

    let ten_pulls = async || {
        for collection in ["ticket", "ticketEvent"].repeat(5) {
            li.pull_rows(collection, None, 100).await;
        }
    };
    let ((), statements) = statements::of(ten_pulls()).await;
    assert_eq!(tries(&statements), 1, "nothing came: {statements:#?}");
    taken(&zhou, openings("other", &bijiang, 9..=9)).await;
    let ((), statements) = statements::of(ten_pulls()).await;
    assert_eq!(tries(&statements), 1, "something came: {statements:#?}");
    taken(&zhou, openings("parent", &bijiang, 7..=7)).await;
    let (row, statements) = statements::of(li.row("ticketEvent", event)).await;
    assert_eq!(row["note"], "早到", "its parent came");
    assert_eq!(tries(&statements), 1, "{statements:#?}");
    let ((), statements) = statements::of(ten_pulls()).await;
    assert_eq!(tries(&statements), 0, "nothing waits: {statements:#?}");
}
