//! Several phones were there, and each syncs when it can: whichever is first, it ends in the same.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::estate::{Estate, estate};
use crate::households::office;
use crate::support::{Phone, Staff, TestApp};
use crate::sync::{after, contact, mutation};
use crate::tickets::act;

/// What each phone reports: minutes after its contact, kind, payload. Its own come in their order.
type Tales = Vec<Vec<(i64, &'static str, Value)>>;

/// So many orders of each story are tried.
const ORDERS: usize = 12;

/// Whose turn it is, again and again until all is reported; and where what one phone reports is sent in one push.
fn turns(tales: &Tales) -> Vec<Vec<(usize, bool)>> {
    let each = tales.iter().enumerate();
    let all: Vec<usize> = each
        .flat_map(|(phone, told)| vec![phone; told.len()])
        .collect();
    let cuts = proptest::collection::vec(any::<bool>(), all.len());
    let strategy = (Just(all).prop_shuffle(), cuts);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let orders = (0..ORDERS).map(|_| {
        let (order, cuts) = strategy.new_tree(&mut runner).unwrap().current();
        order.into_iter().zip(cuts).collect()
    });
    orders.collect()
}

/// A ticket, and its return visit where the story has one.
struct Matter {
    ticket: String,
    visit: Option<String>,
}

impl Matter {
    /// The record that a mutation of this kind is about.
    fn record(&self, kind: &str) -> &str {
        let visit = self.visit.as_deref().filter(|_| kind.starts_with("visit."));
        visit.unwrap_or(&self.ticket)
    }
}

/// Plays a story of a ticket in one order.
async fn play(
    phones: &[(&Phone<'_>, String)],
    tales: &Tales,
    matter: &Matter,
    turns: &[(usize, bool)],
) {
    let mut left: Vec<_> = tales.iter().map(|told| told.iter()).collect();
    let mut batch: Vec<Value> = Vec::new();
    for (place, (phone, is_cut)) in turns.iter().enumerate() {
        let (minutes, kind, payload) = left[*phone].next().unwrap();
        let record = matter.record(kind);
        let id = format!("{record} {phone} {minutes}");
        let step = mutation(&id, kind, record, payload.clone());
        batch.push(after(&phones[*phone].1, *minutes, step));
        let goes_on = turns.get(place + 1).is_some_and(|(next, _)| next == phone);
        if *is_cut || !goes_on {
            let sent = std::mem::take(&mut batch);
            for (outcome, code) in phones[*phone].0.outcomes(sent).await {
                assert!(code.is_none(), "{outcome} {code:?}: {turns:?}");
            }
        }
    }
}

async fn ends(desk: &Phone<'_>, matter: &Matter) -> Value {
    let visit = "query ($id: UUID!) { visit(id: $id) {
        state visitor { name } companion { name } isInside appointedAt finishedAt channel outcome opinion
        signature overdueAt
    } }";
    let query = "query ($id: UUID!) { ticket(id: $id) {
        state priority finishedAt closedAt waterTestedAt dueAt dueRule breachedAt
        assignee { name } responsible { name }
        complaint { severity isSecond department escalatedAt }
        clocks { kind rule dueAt metAt breachedAt }
    } }";
    let answer = desk.run(query, json!({ "id": matter.ticket })).await;
    let mut ticket = answer.data("ticket").clone();
    if let Some(id) = &matter.visit {
        let answer = desk.run(visit, json!({ "id": id })).await;
        ticket["visit"] = answer.data("visit").clone();
        // Texts are added to each other as they are heard.
        let opinion = &mut ticket["visit"]["opinion"];
        let mut lines: Vec<_> = opinion
            .as_str()
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect();
        lines.sort();
        *opinion = json!(lines);
    }
    let clocks = ticket["clocks"].as_array_mut().unwrap();
    clocks.sort_by_key(ToString::to_string);
    ticket
}

struct Cast<'a> {
    app: &'a TestApp,
    estate: Estate,
    desk: Phone<'a>,
    office: Phone<'a>,
    wang: (Staff, Phone<'a>),
    sun: (Staff, Phone<'a>),
}

impl<'a> Cast<'a> {
    async fn of(app: &'a TestApp) -> Self {
        let estate = estate(app, "bijiang").await;
        let zone = app.zone_of(&estate.community, "江畔苑").await;
        let worker = async |name: &'static str| {
            let staff = app.staff(name, PostKind::MaintenanceWorker);
            let staff = staff.in_zone(&zone).await;
            (staff, app.sign_in(name, "d1").await)
        };
        Self {
            app,
            desk: office(app, &estate, "li").await,
            office: office(app, &estate, "zhao").await,
            wang: worker("wang").await,
            sun: worker("sun").await,
            estate,
        }
    }

    /// Tells a story of several tickets, of each in another order, and demands that all end in the same.
    async fn tell(&self, matters: Vec<Matter>, tales: Tales) -> Value {
        let phones = [&self.office, &self.wang.1, &self.sun.1];
        let mut contacts = Vec::new();
        for phone in phones {
            contacts.push((phone, contact(phone).await));
        }
        self.app.wait(TimeDelta::minutes(10));
        let orders = turns(&tales);
        for (matter, turns) in matters.iter().zip(&orders) {
            play(&contacts, &tales, matter, turns).await;
        }
        let first = ends(&self.desk, &matters[0]).await;
        for (matter, turns) in matters.iter().zip(&orders) {
            let end = ends(&self.desk, matter).await;
            assert_eq!(end, first, "{turns:?} and {:?}", orders[0]);
        }
        first
    }

    /// Tickets that the desk has recorded, graded and given to Wang.
    async fn given(&self, kind: &str) -> Vec<Matter> {
        let mut matters = Vec::new();
        for number in 0..ORDERS {
            let input = json!({ "communityId": self.estate.community.id, "kind": kind,
                "unitId": crate::households::unit_of(self.app, &self.estate, "0101").await,
                "summary": format!("第{number}件") });
            let opened = act(&self.desk, "openTicket", input).await;
            let id = opened.text("openTicket.ticket.id");
            let wang = &self.wang.0.id;
            let given = if kind == "REPAIR" {
                vec![("assignTicket", json!({ "id": id, "assigneeId": wang }))]
            } else {
                vec![
                    ("gradeTicket", json!({ "id": id, "severity": "MINOR" })),
                    ("routeTicket", json!({ "id": id, "responsibleId": wang })),
                ]
            };
            for (mutation, input) in given {
                act(&self.desk, mutation, input).await.data(mutation);
            }
            matters.push(Matter {
                ticket: id,
                visit: None,
            });
        }
        matters
    }

    /// Repairs that were given to Wang, whose return visit is agreed on: Sun goes, and Wang with him.
    async fn to_be_visited(&self) -> Vec<Matter> {
        let mut matters = self.given("REPAIR").await;
        for matter in &mut matters {
            let input = json!({ "communityId": self.estate.community.id, "kind": "RETURN",
                "ticketId": matter.ticket, "purpose": "维修回访" });
            let planned = crate::visits::act(&self.desk, "planVisit", input).await;
            let id = planned.text("planVisit.visit.id");
            let input = json!({ "id": id, "appointedAt": "2026-09-01T03:00:00Z",
                "visitorId": self.sun.0.id, "companionId": self.wang.0.id });
            crate::visits::act(&self.desk, "appointVisit", input)
                .await
                .data("appointVisit");
            matter.visit = Some(id);
        }
        matters
    }
}

fn step(minute: i64, to: &str) -> (i64, &'static str, Value) {
    let step = json!({ "to": to, "note": "已记录" });
    (minute, "ticket.advance", step)
}

#[tokio::test]
async fn two_who_repair_and_the_office_come_home_in_any_order() {
    let app = TestApp::start().await;
    let cast = Cast::of(&app).await;
    let tickets = cast.given("REPAIR").await;
    let water = |minute| (minute, "ticket.test_water", json!({ "note": "无渗漏" }));
    let give = (1, "ticket.assign", json!({ "assigneeId": cast.sun.0.id }));
    let tales = vec![
        vec![give, step(9, "ordered")],
        vec![step(2, "on_site"), water(5), step(6, "finished")],
        vec![step(3, "on_site"), step(4, "finished"), water(7)],
    ];
    let end = cast.tell(tickets, tales).await;
    let minute = |text: &Value| text.as_str().map(|at| at[14..16].to_owned());
    assert_eq!(end["state"], "FINISHED");
    assert_eq!(end["assignee"]["name"], "sun");
    assert_eq!(minute(&end["finishedAt"]).as_deref(), Some("04"));
    assert_eq!(minute(&end["waterTestedAt"]).as_deref(), Some("07"));
}

#[tokio::test]
async fn what_was_called_off_meanwhile_is_called_off_in_any_order() {
    let app = TestApp::start().await;
    let cast = Cast::of(&app).await;
    let tickets = cast.given("REPAIR").await;
    let tales = vec![
        vec![step(5, "cancelled")],
        vec![step(2, "on_site"), step(4, "finished")],
        vec![step(3, "on_site")],
    ];
    let end = cast.tell(tickets, tales).await;
    assert_eq!(end["state"], "CANCELLED");
    assert_eq!(end["finishedAt"], Value::Null);
}

// T-16, T-21, T-22: and so do the clocks.
#[tokio::test]
async fn those_who_handle_a_complaint_come_home_in_any_order() {
    let app = TestApp::start().await;
    let cast = Cast::of(&app).await;
    let tickets = cast.given("COMPLAINT").await;
    let grade = (4, "ticket.grade", json!({ "severity": "major" }));
    let solved = (6, "ticket.resolve", json!({ "note": "施工改到白天" }));
    let tales = vec![
        vec![step(1, "contacted"), grade],
        vec![
            step(2, "contacted"),
            step(3, "planned"),
            step(5, "in_progress"),
            solved,
            step(8, "informed"),
        ],
        vec![],
    ];
    let end = cast.tell(tickets, tales).await;
    assert_eq!(end["state"], "INFORMED");
    let clocks = end["clocks"].as_array().unwrap().iter();
    let mut clocks: Vec<_> = clocks
        .map(|clock| (clock["rule"].as_str().unwrap(), clock["metAt"].is_string()))
        .collect();
    clocks.sort_unstable();
    assert_eq!(
        clocks,
        [
            ("T-15", false),
            ("T-16", true),
            ("T-17", true),
            ("T-22", true)
        ]
    );
}

// Domain 13.3: what the return visit found wanting is worked at again; whoever does so knows of it before it is
// written down.
#[tokio::test]
async fn a_complaint_that_is_worked_at_again_comes_home_in_any_order() {
    let app = TestApp::start().await;
    let cast = Cast::of(&app).await;
    let matters = cast.given("COMPLAINT").await;
    for matter in &matters {
        for to in ["CONTACTED", "PLANNED", "IN_PROGRESS", "INFORMED"] {
            let step = json!({ "id": matter.ticket, "to": to, "note": "已记录" });
            act(&cast.desk, "advanceTicket", step)
                .await
                .data("advanceTicket");
        }
    }
    let tales = vec![
        vec![step(2, "returned")],
        vec![step(3, "in_progress"), step(5, "in_progress")],
        vec![],
    ];
    let end = cast.tell(matters, tales).await;
    assert_eq!(end["state"], "IN_PROGRESS");
    assert_eq!(end["finishedAt"], Value::Null);
}

fn end_of_visit(minute: i64, outcome: &str) -> (i64, &'static str, Value) {
    let end = json!({ "channel": "home", "outcome": outcome, "opinion": outcome,
        "signature": crate::visits::SIGNATURE });
    (minute, "visit.finish", end)
}

fn at_visit(minute: i64, to: &str) -> (i64, &'static str, Value) {
    let step = json!({ "to": to, "note": "已记录" });
    (minute, "visit.step", step)
}

// V-01, V-03: mended, visited, found wanting by one of two.
#[tokio::test]
async fn those_who_mend_and_visit_come_home_in_any_order() {
    let app = TestApp::start().await;
    let cast = Cast::of(&app).await;
    let matters = cast.to_be_visited().await;
    let later = json!({ "appointedAt": "2026-09-01T05:00:00Z" });
    let tales = vec![
        vec![(1, "visit.appoint", later)],
        vec![
            step(2, "on_site"),
            step(4, "finished"),
            end_of_visit(9, "defect"),
        ],
        vec![
            at_visit(6, "at_door"),
            at_visit(7, "in_talk"),
            end_of_visit(8, "satisfied"),
        ],
    ];
    let mut end = cast.tell(matters, tales).await;
    let visit = end["visit"].take();
    assert_eq!(end["state"], "ON_SITE");
    assert_eq!(end["finishedAt"], Value::Null);
    assert_eq!(visit["state"], "DONE");
    assert_eq!(visit["outcome"], "DEFECT");
    assert_eq!(visit["visitor"]["name"], "sun");
    assert_eq!(visit["appointedAt"], "2026-09-01T05:00:00+00:00");
}

// W-05, W-06: nobody was let in, another time was agreed on, and it was called off.
#[tokio::test]
async fn a_visit_in_vain_that_is_called_off_comes_home_in_any_order() {
    let app = TestApp::start().await;
    let cast = Cast::of(&app).await;
    let matters = cast.to_be_visited().await;
    let again = json!({ "appointedAt": "2026-09-01T06:00:00Z" });
    let tales = vec![
        vec![(9, "visit.cancel", json!({ "note": "住户外出" }))],
        vec![step(2, "on_site"), step(4, "finished")],
        vec![
            at_visit(6, "at_door"),
            at_visit(7, "absent"),
            (8, "visit.appoint", again),
        ],
    ];
    let mut end = cast.tell(matters, tales).await;
    let visit = end["visit"].take();
    assert_eq!(end["state"], "FINISHED");
    assert_eq!(visit["state"], "CANCELLED");
    assert_eq!(visit["appointedAt"], "2026-09-01T06:00:00+00:00");
}
