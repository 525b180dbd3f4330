//! What a query costs: it follows the statements it takes, so that no request takes the database for
//! itself.

use std::fmt::Write as _;

use entity::kinds::PostKind;
use serde_json::json;

use crate::support::{Phone, TestApp, statements};

/// Statements that look who is calling.
const VIEWER: usize = 6;

/// Statements that one request may take.
const MOST: usize = 120;

/// Everything at the root that asks the database, as somebody would repeat it.
const ROOTS: [&str; 31] = [
    "parties(communityId: $c) { nodes { id relations { id } } }",
    "parties(communityId: $c, first: 200) { nodes { id } }",
    "parties(communityId: $c, search: \"a\") { nodes { id } }",
    "party(id: $c) { id }",
    "staffMembers(communityId: $c) { nodes { id } }",
    "communities { id }",
    "zones(communityId: $c) { id }",
    "buildings(communityId: $c) { id zone { id } }",
    "units(buildingId: $c) { nodes { id } }",
    "unit(id: $c) { id building { zone { id } } }",
    "shifts(communityId: $c) { id }",
    "duties(communityId: $c, day: \"2026-11-29\") { id }",
    "handovers { nodes { id events { id } } }",
    "responsible(communityId: $c, post: SECURITY_GUARD) { id }",
    "tickets { nodes { id } }",
    "tickets(first: 200) { nodes { id lastEvents { id } clocks { rule } } }",
    "tickets(first: null) { nodes { id unit { id } reporter { id } assignee { id } } }",
    "tickets(first: 2147483647) { nodes { id } }",
    "patrolTasks { nodes { id points { id } results { id } } }",
    "patrolPoints(communityId: $c) { nodes { id } }",
    "patrolRoutes(communityId: $c) { nodes { id } }",
    "visits { nodes { id events { id } } }",
    "syncIssues { nodes { id } }",
    "jobs { nodes { id } }",
    "board(communityId: $c) { day }",
    "mySync { openIssues }",
    "mySessions { id }",
    "syncLedger(communityId: $c) { distinct }",
    "me { account session { id } }",
    "syncPull { cursor }",
    "pullTicket(limit: 100) { documents { id } }",
];

/// A query with so many of one field.
fn repeated(field: &str, count: usize) -> String {
    // So that the variable is used, whatever the field.
    let mut query = "query($c: UUID!) { unit(id: $c) { id }".to_owned();
    for number in 1..count {
        write!(query, " a{number}: {field}").unwrap();
    }
    query + " }"
}

/// How many of a field are let in at most; they take a bounded number of statements.
async fn most_of(field: &str, phone: &Phone<'_>, community: &str) -> usize {
    for count in (2..=60).rev() {
        let query = repeated(field, count);
        let (answer, taken) = statements::of(phone.run(&query, json!({ "c": community }))).await;
        if answer.code() == "TOO_COMPLEX" {
            assert!(taken.len() <= VIEWER, "{field} x {count}: {taken:#?}");
            continue;
        }
        assert_ne!(answer.code(), "INVALID_REQUEST", "{field}: {answer:?}");
        assert!(taken.len() <= MOST, "{field} x {count}: {}", taken.len());
        return count;
    }
    panic!("{field} is never let in");
}

#[tokio::test]
async fn whatever_is_repeated_takes_a_bounded_number_of_statements() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Supervisor).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let community = bijiang.id.to_string();
    for field in ROOTS {
        let most = most_of(field, &phone, &community).await;
        assert!((4..=50).contains(&most), "{field}: {most}");
    }
    let accounts = |count: usize| {
        let mut query = "{ me {".to_owned();
        for number in 0..count {
            write!(query, " a{number}: account").unwrap();
        }
        query + "} }"
    };
    let (answer, taken) = statements::of(phone.run(&accounts(90), json!({}))).await;
    assert!(answer.code().is_empty() && taken.len() <= MOST);
    let answer = phone.run(&accounts(110), json!({})).await;
    assert_eq!(answer.code(), "TOO_COMPLEX");
}

#[tokio::test]
async fn a_large_query_of_the_desk_is_within_its_price() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Supervisor).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let query = "query($c: UUID!) {
        me { name account positions { communityId post } }
        communities { id name timeZone } zones(communityId: $c) { id name }
        buildings(communityId: $c) { id name zone { id name } } shifts(communityId: $c) { id code }
        board(communityId: $c) { day tickets { open byState { kind state count } }
            patrols { due rounds { points task { name state } } }
            visits { overdue today { id } } contacts { staffMember { name } lastContactAt } }
        tickets(communityId: $c, first: 100) { nodes { id kind state priority summary description
            convenientTime contactName contactPhoneMasked observedAt dueAt dueRule seq
            unit { roomNumber building { name } } reporter { name phoneMasked }
            assignee { name } responsible { name } lastEvents { kind note authorName observedAt } }
            pageInfo { hasNextPage endCursor } }
        visits(first: 50) { nodes { id kind state purpose unit { roomNumber } visitor { name } } }
        patrolTasks(communityId: $c, first: 50) { nodes { id name state assignee { name }
            points { id name } results { observedAt finding } } }
        staffMembers(communityId: $c, first: 100) { nodes { id name } }
        syncIssues(first: 50) { nodes { id code field lostValue authorName } }
    }";
    let answer = phone.run(query, json!({ "c": bijiang.id })).await;
    assert_eq!(answer.code(), "", "{answer:?}");
}
