//! A command that fails in a way nobody foresaw.

use entity::kinds::PostKind;
use entity::sync::MutationOutcome::{Applied, Quarantined};
use serde::Deserialize;
use serde_json::json;
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
use crate::support::TestApp;

/// Fails as if the server had a fault.
struct Stumble;

#[derive(Deserialize)]
struct Nothing {}

impl Command for Stumble {
    type Output = Effect;

    async fn prefetch(_: &[&Self], _: &Viewer, _: &mut Write) -> Result<(), ApiError> {
        Ok(())
    }

    fn decide(&self, _: &Occasion, _: &Viewer, _: &mut Write) -> Result<Effect, ApiError> {
        Err(ApiError::internal("a planted fault"))
    }
}

impl Replayed for Stumble {
    const KIND: &'static str = "ticket.stumble";
    type Payload = Nothing;

    fn from_mutation(_: About, _: Nothing) -> Result<Self, ApiError> {
        Ok(Self)
    }
}

#[tokio::test]
async fn what_fails_unforeseen_is_kept_out_alone_and_told_without_its_inside() {
    let app = TestApp::start().await;
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let viewer = app
        .viewer(phone.access_token.as_deref().unwrap())
        .await
        .unwrap();
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
        mutation("m2", "ticket.stumble", &ticket, json!({})),
        mutation("m3", "ticket.note", &ticket, json!({ "note": "好" })),
    ];
    let registry = registry().kind::<Stumble>();

    for is_replay in [false, true] {
        let results = push(&app.app, &registry, &viewer, Language::English, &sent)
            .await
            .unwrap();
        let outcomes: Vec<_> = results[1..].iter().map(|result| result.outcome).collect();
        assert_eq!(outcomes, [Applied, Quarantined, Applied]);
        assert_eq!(results[2].code.as_deref(), Some("INTERNAL"));
        assert!(!format!("{results:?}").contains("planted"));
        assert!(results.iter().all(|result| result.duplicate == is_replay));
    }
    assert_eq!(phone.first_sync().await.count("ticket_event"), 2);
    assert_eq!(phone.first_sync().await.count("sync_issue"), 1);
}
