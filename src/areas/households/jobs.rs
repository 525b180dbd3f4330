//! What the calendar does by itself.

use async_trait::async_trait;

use super::write::SettleRelations;
use crate::app::App;
use crate::auth::Viewer;
use crate::command::{Command as _, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::jobs::{Job, Schedule, Taken};

/// Lets tenancies and other relations begin and end on their day.
pub struct SettleRelationsDaily;

#[async_trait]
impl Job for SettleRelationsDaily {
    const KIND: &'static str = "household.settle_relations";

    /// Also at the start: a restored database may be of yesterday.
    fn schedule(&self) -> Schedule {
        Schedule::daily(0, 5).and_at_start()
    }

    async fn run(&self, app: &App, taken: &Taken) -> Result<(), ApiError> {
        let viewer = Viewer::system();
        let community_id = taken.community_id();
        let settle = async |write: &mut Write| {
            let settle = SettleRelations { community_id };
            SettleRelations::prefetch(&[&settle], &viewer, write).await?;
            settle.decide(&Occasion::now(write), &viewer, write)
        };
        let settled = taken.finish(app, "settle relations", settle).await?;
        if settled > 0 {
            tracing::info!(community.id = %community_id, settled, "relations settled");
        }
        Ok(())
    }
}
