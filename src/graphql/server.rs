//! What a client may know before anybody has signed in.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::ContextExt;

#[derive(Default)]
pub struct ServerQuery;

/// The server itself.
#[derive(SimpleObject)]
pub struct Server {
    /// Version of the program.
    version: &'static str,
    /// The server's clock.
    time: DateTime<Utc>,
}

#[Object]
impl ServerQuery {
    /// The server itself. Needs no sign-in.
    async fn server(&self, ctx: &Context<'_>) -> Server {
        Server {
            version: env!("CARGO_PKG_VERSION"),
            time: ctx.app().clock().now(),
        }
    }
}
