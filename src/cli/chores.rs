//! What a server does by itself every hour.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::areas::estate::list_communities;
use crate::areas::households::write::SettleRelations;
use crate::auth::Viewer;
use crate::command;
use crate::error::ApiError;
use crate::sync::push::expire_deferred;

/// Days begin in the time zone of each community; every hour is soon enough for all of them.
const PERIOD: Duration = Duration::from_hours(1);

/// Does the chores now and every hour, until `stop`. Each is safe to run twice, also by several
/// servers at once; one that fails is tried again an hour later.
pub async fn run(app: App, stop: impl Future<Output = ()>) {
    let mut hours = interval(PERIOD);
    hours.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let hourly = async {
        loop {
            hours.tick().await;
            if let Err(error) = settle_relations(&app).await {
                tracing::error!(cause = error.causes(), "relations were not settled");
            }
            if let Err(error) = expire(&app).await {
                tracing::error!(cause = error.causes(), "deferred mutations did not expire");
            }
        }
    };
    // A change that is dropped half-way never happened.
    tokio::select! {
        biased;
        () = stop => {}
        () = hourly => {}
    }
}

/// Lets tenancies and other relations begin and end on their day.
async fn settle_relations(app: &App) -> Result<(), ApiError> {
    let viewer = Viewer::system();
    for community in list_communities(app, &viewer).await? {
        let settle = SettleRelations {
            community_id: community.id,
        };
        let settled = command::run(app, &viewer, "settle relations", &settle).await?;
        if settled > 0 {
            tracing::info!(community.id = %community.id, settled, "relations settled");
        }
    }
    Ok(())
}

/// Puts into quarantine what has waited too long for what it depends on.
async fn expire(app: &App) -> Result<(), ApiError> {
    loop {
        let expired = expire_deferred(app).await?;
        if expired == 0 {
            return Ok(());
        }
        tracing::info!(expired, "deferred mutations expired");
    }
}
