//! What a resolver may ask of its context.

use std::sync::Arc;

use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, Executor, Response};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::document::Measured;
use super::errors::speak;
use super::gathering::Gathering;
use super::loader::{ById, RequestLoader};
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::database::Heads;
use crate::database::record::Visible;
use crate::error::{ApiError, Language};

/// What a request without a viewer failed with: no token, or one that is no good.
#[derive(Clone, Debug)]
pub struct Anonymous(pub Option<ApiError>);

/// The address a request came from, for limits per address.
#[derive(Clone, Copy, Debug)]
pub struct Caller(pub Option<std::net::IpAddr>);

/// The viewer behind a live connection, as he stands now. A subscription runs for hours, and in
/// that time its viewer may get another zone or sell the flat: whatever it sends is judged by
/// `current()` at the moment of sending, never by what was true when it began. (For the same
/// reason `ctx.viewer()` and `ctx.load()` know nobody in a subscription.) The socket looks at the
/// session again when what it reaches may have changed, every 30 seconds, and before sending, and
/// closes when it has ended.
#[derive(Clone, Debug)]
pub struct LiveViewer(Arc<Connection>);

#[derive(Debug)]
struct Connection {
    viewer: watch::Sender<Arc<Viewer>>,
    broken: Notify,
}

impl LiveViewer {
    pub fn new(viewer: Viewer) -> Self {
        Self(Arc::new(Connection {
            viewer: watch::Sender::new(Arc::new(viewer)),
            broken: Notify::new(),
        }))
    }

    /// Ends the connection, because something on it cannot go on: its client comes back.
    pub fn hang_up(&self) {
        self.0.broken.notify_one();
    }

    /// Waits until the connection is to end.
    pub async fn hung_up(&self) {
        self.0.broken.notified().await;
    }

    /// The viewer with what he reaches now.
    pub fn current(&self) -> Arc<Viewer> {
        self.0.viewer.borrow().clone()
    }

    /// Tells when he reaches more or less than before.
    pub fn changes(&self) -> watch::Receiver<Arc<Viewer>> {
        self.0.viewer.subscribe()
    }

    /// Puts a new look at the viewer in the place of the last one.
    pub fn renew(&self, viewer: Viewer) {
        self.0.viewer.send_if_modified(|known| {
            let is_other = known.reach() != viewer.reach();
            *known = Arc::new(viewer);
            is_other
        });
    }
}

/// Who was behind a live connection when it was acknowledged, and where the communities within his
/// reach stood: what its client pulls after that reaches at least as far.
#[derive(Clone, Debug)]
pub struct LiveSince {
    pub viewer: Arc<Viewer>,
    /// Of the database.
    pub epoch: Uuid,
    pub heads: Heads,
}

/// What a resolver may ask of its context.
pub trait ContextExt {
    fn app(&self) -> &App;

    /// The viewer, or why there is none.
    fn viewer(&self) -> Result<&Viewer, ApiError>;

    /// The viewer of a subscription, as he stands from moment to moment.
    fn live_viewer(&self) -> Result<&LiveViewer, ApiError>;

    /// Where a subscription begins.
    fn live_since(&self) -> Result<&LiveSince, ApiError>;

    /// One record by its id, together with all others asked for in the same moment. None when the
    /// viewer may not see it.
    fn load<M: Visible>(
        &self,
        id: impl Into<Uuid> + Send,
    ) -> impl Future<Output = Result<Option<M>, ApiError>> + Send;

    /// The loader of this request, for keys of an area's own.
    fn loader(&self) -> &DataLoader<RequestLoader>;
}

/// Executes a query or mutation, with who is calling and what his resolvers need. A request without
/// a viewer carries why there is none, if that was not by choice.
pub async fn execute(
    executor: &impl Executor,
    measured: Measured,
    app: &App,
    viewer: Result<Viewer, Option<ApiError>>,
    (caller, language): (Caller, Language),
) -> Response {
    let gathering = Gathering::default();
    let request = measured.request.data(caller).data(language);
    let loader = |viewer| RequestLoader::of(app, viewer, &gathering);
    let request = match viewer {
        Err(refused) => request
            .data(loader(Viewer::nobody()))
            .data(Anonymous(refused)),
        Ok(viewer) => request.data(loader(viewer.clone())).data(viewer),
    };
    let mut response = gathering.run(executor.execute(request)).await;
    speak(&mut response, language);
    response
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

    fn live_viewer(&self) -> Result<&LiveViewer, ApiError> {
        self.data_opt::<LiveViewer>()
            .ok_or_else(|| SessionError::Unauthenticated.into())
    }

    fn live_since(&self) -> Result<&LiveSince, ApiError> {
        self.data_opt::<LiveSince>()
            .ok_or_else(|| SessionError::Unauthenticated.into())
    }

    async fn load<M: Visible>(&self, id: impl Into<Uuid> + Send) -> Result<Option<M>, ApiError> {
        self.loader().load_one(ById::<M>::new(id.into())).await
    }

    fn loader(&self) -> &DataLoader<RequestLoader> {
        self.data_unchecked()
    }
}
