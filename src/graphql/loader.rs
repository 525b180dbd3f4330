//! One loader per request: it carries the viewer, so its cache can never cross people.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::time::Duration;

use async_graphql::dataloader::{DataLoader, Loader};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::gathering::Gathering;
use crate::app::App;
use crate::auth::Viewer;
use crate::database::record::Visible;
use crate::error::ApiError;

/// Loads what the resolvers of one request ask for, many at a time. Areas add keys of their own.
pub struct RequestLoader {
    pub app: App,
    pub viewer: Viewer,
}

impl RequestLoader {
    /// The loader of one request, which sees what this viewer sees and loads when the request
    /// waits for it.
    pub fn of(app: &App, viewer: Viewer, gathering: &Gathering) -> DataLoader<Self> {
        let (app, gathering) = (app.clone(), gathering.clone());
        DataLoader::new(Self { app, viewer }, move |load| gathering.add(load)).delay(Duration::ZERO)
    }

    /// The loader of a subscription, which sees nothing: a subscription outlives what its viewer
    /// reached at the start; see `LiveViewer`.
    pub fn of_subscription(app: &App) -> DataLoader<Self> {
        let (app, viewer) = (app.clone(), Viewer::nobody());
        DataLoader::new(Self { app, viewer }, tokio::spawn)
    }
}

/// A record by its id.
pub struct ById<M> {
    id: Uuid,
    record: PhantomData<fn() -> M>,
}

impl<M> ById<M> {
    pub fn new(id: Uuid) -> Self {
        Self {
            id,
            record: PhantomData,
        }
    }
}

impl<M> Clone for ById<M> {
    fn clone(&self) -> Self {
        Self::new(self.id)
    }
}

impl<M> PartialEq for ById<M> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<M> Eq for ById<M> {}

impl<M> Hash for ById<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<M: Visible> Loader<ById<M>> for RequestLoader {
    type Value = M;
    type Error = ApiError;

    async fn load(&self, keys: &[ById<M>]) -> Result<HashMap<ById<M>, M>, ApiError> {
        let rows = M::Entity::find()
            .filter(M::visible_to(self.viewer.reach()))
            .filter(M::id_column().is_in(keys.iter().map(|key| key.id)))
            .all(self.app.db().reader())
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (ById::new(row.id()), row))
            .collect())
    }
}
