//! The records of all collections, asked who sees them.

use std::collections::BTreeSet;

use async_trait::async_trait;
use uuid::Uuid;

use super::Sight;
use crate::app::App;
use crate::auth::Viewer;
use crate::error::ApiError;
use crate::sync::registry::Registry;

#[async_trait]
impl Sight for Registry {
    async fn seen(
        &self,
        app: &App,
        viewer: &Viewer,
        collection: &str,
        records: &BTreeSet<Uuid>,
    ) -> Result<BTreeSet<Uuid>, ApiError> {
        let Some(collection) = self.find_collection(collection) else {
            return Ok(BTreeSet::new());
        };
        let moment = app.db().snapshot().await?;
        collection.visible(&moment, viewer, records).await
    }
}
