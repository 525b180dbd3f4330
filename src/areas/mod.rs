//! The list of areas: what each adds to the API, to sync and to reach.
//!
//! Adding an area is one folder beside this file, one in `entity`, one migration, one line in each
//! list below, and one test file.

use std::sync::Arc;

pub mod accounts;
pub mod estate;
pub mod households;
pub mod organisation;
pub mod tickets;

use async_graphql::{EmptySubscription, MergedObject, Schema, SchemaBuilder};

use self::accounts::Entrance;
use self::accounts::graphql::{AccountsMutation, AccountsQuery};
use self::estate::graphql::EstateQuery;
use self::households::HouseholdReach;
use self::households::graphql::{HouseholdsMutation, HouseholdsQuery};
use self::organisation::graphql::{OrganisationMutation, OrganisationQuery};
use crate::app::App;
use crate::auth::{ReachProvider, Viewers};
use crate::graphql::errors::SpeakErrors;
use crate::graphql::limits;
use crate::graphql::server::ServerQuery;

#[derive(MergedObject, Default)]
pub struct Query(
    ServerQuery,
    OrganisationQuery,
    EstateQuery,
    AccountsQuery,
    HouseholdsQuery,
);

#[derive(MergedObject, Default)]
pub struct Mutation(OrganisationMutation, AccountsMutation, HouseholdsMutation);

pub type Api = Schema<Query, Mutation, EmptySubscription>;

/// Who knows what an account reaches.
fn reach_providers() -> Vec<Arc<dyn ReachProvider>> {
    vec![Arc::new(organisation::StaffReach), Arc::new(HouseholdReach)]
}

/// The viewers of this process.
pub fn viewers(app: &App) -> Viewers {
    Viewers::new(app.clone(), reach_providers())
}

fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .limit_depth(limits::DEPTH)
        .limit_complexity(limits::COMPLEXITY)
        .limit_directives(limits::DIRECTIVES)
        .extension(SpeakErrors)
}

/// The API of a running process.
pub fn api(app: &App) -> Api {
    let viewers = viewers(app);
    let entrance = Entrance::new(app, viewers.clone());
    let builder = builder().data(app.clone()).data(viewers).data(entrance);
    if app.settings().http.graphiql {
        builder
    } else {
        builder.disable_introspection()
    }
    .finish()
}

/// The published schema.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new();
    let options = options
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by();
    builder().finish().sdl_with_options(options)
}
