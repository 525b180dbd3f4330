//! Visits to homes, and return visits after repairs.

mod home;
mod late;
mod phones;
mod returns;
mod scope;

use std::convert::Infallible;

use entity::kinds::PostKind;
use futures_util::stream;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;
use xunfang::areas::{Piece, photos};
use xunfang::sha256::Sha256;

use crate::estate::{Estate, estate};
use crate::households::{office, unit_of};
use crate::support::{Answer, Phone, Staff, TestApp};
use crate::sync::mutation;

/// The picture of a signature.
pub const PICTURE: &[u8] = b"\xff\xd8\xff\xe0 a name, written by hand";

/// Its SHA-256.
pub const SIGNATURE: &str = "60f12242d0e9c38c40aad3623109b87caaa71c42359eb6402e162eabbb5d4783";

/// An app that takes pictures.
pub async fn with_pictures() -> (TestApp, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let app = TestApp::with(|settings| settings.attachments.folder = path).await;
    (app, folder)
}

/// Somebody's phone sends a picture whole.
pub async fn send_picture(app: &TestApp, phone: &Phone<'_>, picture: &'static [u8]) {
    let token = phone.access_token.as_deref().unwrap();
    let viewer = app.viewer(token).await.unwrap();
    let piece = Piece::whole(picture.len() as u64);
    let body = stream::iter([Ok::<_, Infallible>(picture)]);
    photos(&app.app)
        .take(&viewer, &Sha256::of(picture), piece, body)
        .await
        .unwrap();
}

/// An estate with its desk, a supervisor and two who visit.
pub struct Office<'a> {
    pub app: &'a TestApp,
    pub estate: Estate,
    pub desk: Phone<'a>,
    pub supervisor: Phone<'a>,
    pub li: Staff,
    pub zhao: Staff,
}

impl<'a> Office<'a> {
    pub async fn of(app: &'a TestApp) -> Self {
        let estate = estate(app, "bijiang").await;
        let desk = office(app, &estate, "desk").await;
        app.staff("chen", PostKind::Supervisor)
            .at(&estate.community)
            .await;
        let guard = |name| {
            app.staff(name, PostKind::SecurityGuard)
                .at(&estate.community)
        };
        let (li, zhao) = (guard("li").await, guard("zhao").await);
        Self {
            app,
            supervisor: app.sign_in("chen", "desk of chen").await,
            li,
            zhao,
            desk,
            estate,
        }
    }

    /// Lets time pass; who sits at a desk signs in again.
    pub async fn wait(&mut self, time: chrono::TimeDelta) {
        self.app.wait(time);
        self.desk = self.app.sign_in("desk", "desk of desk").await;
        self.supervisor = self.app.sign_in("chen", "desk of chen").await;
    }

    /// A visit to unit 0101, planned for nobody in particular.
    pub async fn planned(&self) -> String {
        let input = json!({
            "communityId": self.estate.community.id, "kind": "HOME", "purpose": "季度走访",
            "unitId": unit_of(self.app, &self.estate, "0101").await,
        });
        act(&self.supervisor, "planVisit", input)
            .await
            .text("planVisit.visit.id")
    }

    /// The same, with a time agreed on by Li and Zhao.
    pub async fn appointed(&self) -> String {
        let visit = self.planned().await;
        self.appoint(&visit).await.data("appointVisit");
        visit
    }

    pub async fn appoint(&self, visit: &str) -> Answer {
        let input = json!({
            "id": visit, "appointedAt": "2026-09-01T03:00:00Z",
            "visitorId": self.li.id, "companionId": self.zhao.id,
        });
        act(&self.supervisor, "appointVisit", input).await
    }

    /// A repair of unit 0101 that was ordered, dispatched and mended.
    pub async fn mended(&self, edit: Value) -> String {
        let ticket = self.at_work(edit).await;
        self.advance(&ticket, "FINISHED").await;
        ticket
    }

    /// A repair of unit 0101 at which Li works.
    pub async fn at_work(&self, edit: Value) -> String {
        let input = json!({
            "communityId": self.estate.community.id, "summary": "厨房水管漏水",
            "unitId": unit_of(self.app, &self.estate, "0101").await, "contactName": "秦惠豪",
        });
        let opened = crate::tickets::act(&self.desk, "openTicket", input).await;
        let ticket = opened.text("openTicket.ticket.id");
        if edit != json!({}) {
            let edit = crate::sync::rxdb::with(&json!({ "id": ticket }), edit);
            self.on_ticket("editTicket", edit).await;
        }
        self.advance(&ticket, "ORDERED").await;
        let assign = json!({ "id": ticket, "assigneeId": self.li.id });
        self.on_ticket("assignTicket", assign).await;
        self.advance(&ticket, "ON_SITE").await;
        ticket
    }

    pub async fn advance(&self, ticket: &str, to: &str) {
        self.on_ticket("advanceTicket", json!({ "id": ticket, "to": to }))
            .await;
    }

    pub async fn on_ticket(&self, mutation: &str, input: Value) {
        crate::tickets::act(&self.desk, mutation, input)
            .await
            .data(mutation);
    }

    pub async fn ticket_state(&self, ticket: &str) -> String {
        let query = "query ($id: UUID!) { ticket(id: $id) { state } }";
        let answer = self.desk.run(query, json!({ "id": ticket })).await;
        answer.text("ticket.state")
    }

    /// The return visits after a ticket, newest first.
    pub async fn returns_of(&self, ticket: &str) -> Vec<Value> {
        let visits = visits(&self.desk, json!({ "ticketId": ticket })).await;
        visits.data("visits.nodes").as_array().unwrap().clone()
    }
}

/// What is asked of a visit everywhere.
pub const FIELDS: &str =
    "id kind state purpose dueAt dueRule overdueAt channel isInside seq opinion handling result outcome
     signature replyPromisedAt finishedAt unit { roomNumber } visitor { name } companion { name }
     ticket { id } newTicket { id }
     events { kind toState note opinion isInternal authorName signature observedMark }";

/// Runs one of the mutations of visits.
pub async fn act(phone: &Phone<'_>, mutation: &str, input: Value) -> Answer {
    let kind = match mutation {
        "reportVisit" | "checkVisit" | "archiveVisit" | "cancelVisit" => {
            "SettleVisitInput".to_owned()
        }
        _ => format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]),
    };
    let operation = format!(
        "mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ visit {{ {FIELDS} }} }} }}"
    );
    phone.run(&operation, json!({ "input": input })).await
}

/// One step at the door.
pub async fn step(phone: &Phone<'_>, visit: &str, to: &str, note: &str) -> Answer {
    act(
        phone,
        "stepVisit",
        json!({ "id": visit, "to": to, "note": note }),
    )
    .await
}

pub async fn visits(phone: &Phone<'_>, filter: Value) -> Answer {
    let query = format!(
        "query ($filter: VisitsFilter!) {{ visits(filter: $filter) {{ nodes {{ {FIELDS} }} }} }}"
    );
    phone.run(&query, json!({ "filter": filter })).await
}

pub async fn visit(phone: &Phone<'_>, id: &str) -> Answer {
    let query = format!("query ($id: UUID!) {{ visit(id: $id) {{ {FIELDS} }} }}");
    phone.run(&query, json!({ "id": id })).await
}

/// A mutation of a visit as a phone makes it; its event has the id of the mutation.
pub fn told(id: u128, kind: &str, visit: &str, payload: Value) -> Value {
    let id = Uuid::from_u128(id).to_string();
    let mut payload = payload;
    payload["eventId"] = json!(id);
    mutation(&id, kind, visit, payload)
}

/// The kinds of the events of an answer, oldest first.
pub fn kinds(events: &Value) -> Vec<String> {
    let events = events.as_array().unwrap().iter().rev();
    events
        .map(|event| event["kind"].as_str().unwrap().to_owned())
        .collect()
}
