//! What a client may know before anybody has signed in.

use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::ContextExt;

#[derive(Default)]
pub struct ServerQuery;

/// What keeps the data.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// Embedded, for one process.
    Sqlite,
    /// For several processes.
    Postgresql,
}

/// The server itself.
#[derive(SimpleObject)]
pub struct Server {
    /// Version of the program.
    version: &'static str,
    /// The server's clock.
    time: DateTime<Utc>,
    /// What keeps the data; null to viewers who are not signed in, except in the demo.
    database: Option<DatabaseKind>,
}

#[Object]
impl ServerQuery {
    /// The server itself. Needs no sign-in.
    async fn server(&self, ctx: &Context<'_>) -> Server {
        let is_told = ctx.viewer().is_ok() || ctx.app().settings().sign_in.demo;
        let database = if ctx.app().db().is_postgres() {
            DatabaseKind::Postgresql
        } else {
            DatabaseKind::Sqlite
        };
        Server {
            database: is_told.then_some(database),
            version: env!("CARGO_PKG_VERSION"),
            time: ctx.app().clock().now(),
        }
    }
}
