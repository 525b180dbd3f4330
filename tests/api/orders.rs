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

/// Plays a story of a ticket in one order.
async fn play(
    phones: &[(&Phone<'_>, String)],
    tales: &Tales,
    ticket: &str,
    turns: &[(usize, bool)],
) {
    let mut left: Vec<_> = tales.iter().map(|told| told.iter()).collect();
    let mut batch: Vec<Value> = Vec::new();
    for (place, (phone, is_cut)) in turns.iter().enumerate() {
        let (minutes, kind, payload) = left[*phone].next().unwrap();
        let id = format!("{ticket} {phone} {minutes}");
        let step = mutation(&id, kind, ticket, payload.clone());
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

async fn ends(desk: &Phone<'_>, ticket: &str) -> Value {
    let query = "query ($id: UUID!) { ticket(id: $id) {
        state priority finishedAt closedAt waterTestedAt dueAt dueRule breachedAt
        assignee { name } responsible { name }
        complaint { severity isSecond department escalatedAt }
        clocks { kind rule dueAt metAt breachedAt }
    } }";
    let answer = desk.run(query, json!({ "id": ticket })).await;
    let mut ticket = answer.data("ticket").clone();
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
    async fn tell(&self, tickets: Vec<String>, tales: Tales) -> Value {
        let phones = [&self.office, &self.wang.1, &self.sun.1];
        let mut contacts = Vec::new();
        for phone in phones {
            contacts.push((phone, contact(phone).await));
        }
        self.app.wait(TimeDelta::minutes(10));
        let orders = turns(&tales);
        for (ticket, turns) in tickets.iter().zip(&orders) {
            play(&contacts, &tales, ticket, turns).await;
        }
        let first = ends(&self.desk, &tickets[0]).await;
        for (ticket, turns) in tickets.iter().zip(&orders) {
            let end = ends(&self.desk, ticket).await;
            assert_eq!(end, first, "{turns:?} and {:?}", orders[0]);
        }
        first
    }

    /// Tickets that the desk has recorded, graded and given to Wang.
    async fn given(&self, kind: &str) -> Vec<String> {
        let mut tickets = Vec::new();
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
            tickets.push(id);
        }
        tickets
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
