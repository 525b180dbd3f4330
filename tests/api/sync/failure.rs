//! A command that fails in a way nobody foresaw.

use entity::kinds::PostKind;
use entity::sync::MutationOutcome::{Applied, Deferred, Quarantined};
use entity::tickets::ticket;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::areas::registry;
use xunfang::auth::Viewer;
use xunfang::command::{Command, Effect, Occasion};
use xunfang::database::Write;
use xunfang::error::{ApiError, Language};
use xunfang::sync::push::push;
use xunfang::sync::registry::{About, Replayed};

use super::mutation;
use super::push::opening;
use crate::support::{Community, Phone, TestApp};

/// Fails as if the server had a fault, after it has changed something.
struct Stumble {
    ticket: Uuid,
    how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
enum How {
    Fault,
    Panic,
    PanicOfDecoding,
    PanicOfLoading,
}

#[derive(Deserialize, JsonSchema)]
struct Payload {
    how: How,
}

impl Command for Stumble {
    const KIND: &'static str = "ticket.stumble";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        write
            .load::<ticket::Model>(batch.iter().map(|it| it.ticket))
            .await?;
        let stumbles = batch.iter().any(|it| it.how == How::PanicOfLoading);
        assert!(!stumbles, "a planted panic");
        Ok(())
    }

    fn decide(&self, _: &Occasion, _: &Viewer, write: &mut Write) -> Result<Effect, ApiError> {
        let change = |row: &mut ticket::Model| {
            "半".clone_into(&mut row.summary);
            assert!(self.how != How::Panic, "a planted panic");
        };
        write.update(self.ticket, change)?;
        Err(ApiError::internal("a planted fault"))
    }
}

impl Replayed for Stumble {
    type Payload = Payload;

    fn from_mutation(about: About, Payload { how }: Payload) -> Result<Self, ApiError> {
        assert!(how != How::PanicOfDecoding, "a planted panic");
        let ticket = about.record_id;
        Ok(Self { ticket, how })
    }
}

async fn somebody(app: &TestApp) -> (Community, Phone<'_>, Viewer) {
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let token = phone.access_token.as_deref().unwrap();
    let viewer = app.viewer(token).await.unwrap();
    (bijiang, phone, viewer)
}

const WAYS: [&str; 4] = ["Fault", "Panic", "PanicOfDecoding", "PanicOfLoading"];

#[tokio::test]
async fn what_fails_unforeseen_is_kept_out_alone_and_told_without_its_inside() {
    for how in WAYS {
        let app = TestApp::start().await;
        let (bijiang, phone, viewer) = somebody(&app).await;
        let ticket = Uuid::from_u128(7).to_string();
        let waiting = mutation(
            "m0",
            "ticket.note",
            &Uuid::from_u128(9).to_string(),
            json!({ "note": "等" }),
        );
        let sent = [
            waiting,
            opening("m1", Uuid::from_u128(7), &bijiang),
            mutation("m2", "ticket.stumble", &ticket, json!({ "how": how })),
            mutation("m3", "ticket.note", &ticket, json!({ "note": "好" })),
        ];
        let registry = registry().kind::<Stumble>();

        for is_replay in [false, true] {
            let results = push(&app.app, &registry, &viewer, Language::English, &sent)
                .await
                .unwrap();
            let outcomes: Vec<_> = results[1..].iter().map(|result| result.outcome).collect();
            assert_eq!(outcomes, [Applied, Quarantined, Applied], "{how}");
            assert_eq!(results[2].code.as_deref(), Some("INTERNAL"));
            assert!(!format!("{results:?}").contains("planted"));
            assert!(results.iter().all(|result| result.duplicate == is_replay));
        }
        let store = phone.first_sync().await;
        assert_eq!(store.count("ticket_event"), 2, "{how}");
        assert_eq!(store.count("sync_issue"), 1, "{how}");
        let summary = &store.get("ticket", &ticket).unwrap()["summary"];
        assert_ne!(summary, "半", "{how}: nothing of it remains");
    }
}

#[tokio::test]
async fn what_waited_and_fails_unforeseen_holds_nobody_up() {
    for how in ["Fault", "Panic", "PanicOfDecoding"] {
        let app = TestApp::start().await;
        let (bijiang, phone, viewer) = somebody(&app).await;
        let registry = registry().kind::<Stumble>();
        let outcomes = async |sent: &[Value]| -> Vec<_> {
            let pushed = push(&app.app, &registry, &viewer, Language::English, sent).await;
            pushed.unwrap().iter().map(|it| it.outcome).collect()
        };
        let ticket = Uuid::from_u128(7);
        let after = |mut mutation: Value| {
            mutation["after"] = json!("m1");
            mutation
        };
        let about = |id, kind, payload| after(mutation(id, kind, &ticket.to_string(), payload));
        let early = [
            about("m2", "ticket.stumble", json!({ "how": how })),
            about("m3", "ticket.note", json!({ "note": "好" })),
        ];
        let expected = if how == "PanicOfDecoding" {
            Quarantined
        } else {
            Deferred
        };
        assert_eq!(outcomes(&early).await, [expected, Deferred], "{how}");
        assert_eq!(
            outcomes(&[opening("m1", ticket, &bijiang)]).await,
            [Applied]
        );
        assert_eq!(outcomes(&early).await, [Quarantined, Applied], "{how}");
        let store = phone.first_sync().await;
        assert_eq!(store.count("sync_issue"), 1, "{how}");
        assert_eq!(
            store.get("ticket", &ticket.to_string()).unwrap()["summary"],
            "厨房水管漏水"
        );
    }
}
