//! What a resolver may ask of its context.

use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, Request};
use uuid::Uuid;

use super::loader::{ById, RequestLoader};
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::database::record::Visible;
use crate::error::ApiError;

/// What a request without a viewer failed with: no token, or one that is no good.
#[derive(Clone, Debug)]
pub struct Anonymous(pub Option<ApiError>);

/// The address a request came from, for limits per address.
#[derive(Clone, Copy, Debug)]
pub struct Caller(pub Option<std::net::IpAddr>);

/// What a resolver may ask of its context.
pub trait ContextExt {
    fn app(&self) -> &App;

    /// The viewer, or why there is none.
    fn viewer(&self) -> Result<&Viewer, ApiError>;

    /// One record by its id, together with all others asked for in the same moment. None when the
    /// viewer may not see it.
    fn load<M: Visible>(
        &self,
        id: impl Into<Uuid> + Send,
    ) -> impl Future<Output = Result<Option<M>, ApiError>> + Send;

    /// The loader of this request, for keys of an area's own.
    fn loader(&self) -> &DataLoader<RequestLoader>;
}

/// Puts into a request who is calling and what his resolvers need. A request without a viewer
/// carries why there is none, if that was not by choice.
pub fn prepare(
    request: Request,
    app: &App,
    viewer: Result<Viewer, Option<ApiError>>,
    caller: Caller,
) -> Request {
    let request = request.data(caller);
    match viewer {
        Err(refused) => request.data(Anonymous(refused)),
        Ok(viewer) => {
            let loader = RequestLoader {
                app: app.clone(),
                viewer: viewer.clone(),
            };
            let loader = DataLoader::new(loader, tokio::spawn);
            request.data(loader).data(viewer)
        }
    }
}

impl ContextExt for Context<'_> {
    fn app(&self) -> &App {
        self.data_unchecked()
    }

    fn viewer(&self) -> Result<&Viewer, ApiError> {
        self.data_opt::<Viewer>().ok_or_else(|| {
            let refused = self
                .data_opt::<Anonymous>()
                .and_then(|anonymous| anonymous.0.clone());
            refused.unwrap_or_else(|| SessionError::Unauthenticated.into())
        })
    }

    async fn load<M: Visible>(&self, id: impl Into<Uuid> + Send) -> Result<Option<M>, ApiError> {
        self.loader().load_one(ById::<M>::new(id.into())).await
    }

    fn loader(&self) -> &DataLoader<RequestLoader> {
        self.data_unchecked()
    }
}
