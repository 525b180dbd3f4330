//! The list of areas: what each adds to the API, to sync and to reach; `jobs.rs` lists what
//! each does at its time.
//!
//! Adding an area is one folder beside this file, one in `entity`, one migration, one line in each
//! list below, and one test file.

pub mod accounts;
pub mod estate;
pub mod households;
pub mod jobs;
pub mod organisation;
pub mod rxdb;
pub mod tickets;

use std::sync::Arc;

use async_graphql::{MergedObject, MergedSubscription, Schema, SchemaBuilder};

use self::accounts::Entrance;
use self::accounts::graphql::{AccountsMutation, AccountsQuery};
use self::estate::graphql::{EstateMutation, EstateQuery};
use self::households::HouseholdReach;
use self::households::graphql::{HouseholdsMutation, HouseholdsQuery};
use self::organisation::graphql::{OrganisationMutation, OrganisationQuery};
use self::rxdb::{RxdbMutation, RxdbQuery, RxdbSubscription};
use self::tickets::graphql::{TicketMutation, TicketQuery};
use crate::app::App;
use crate::auth::{ReachProvider, Viewers};
use crate::graphql::errors::SpeakErrors;
use crate::graphql::limits;
use crate::graphql::server::ServerQuery;
use crate::jobs::desk::JobQuery;
use crate::sync::desk::{SyncIssueMutation, SyncIssueQuery};
use crate::sync::live::SyncSubscription;
use crate::sync::native::{SyncMutation, SyncQuery};
use crate::sync::registry::Registry;
use crate::sync::rows::published::published;

#[derive(MergedObject, Default)]
pub struct Query(
    ServerQuery,
    OrganisationQuery,
    EstateQuery,
    AccountsQuery,
    HouseholdsQuery,
    TicketQuery,
    SyncQuery,
    SyncIssueQuery,
    JobQuery,
    RxdbQuery,
);

#[derive(MergedObject, Default)]
pub struct Mutation(
    OrganisationMutation,
    EstateMutation,
    AccountsMutation,
    HouseholdsMutation,
    TicketMutation,
    SyncMutation,
    SyncIssueMutation,
    RxdbMutation,
);

#[derive(MergedSubscription, Default)]
pub struct Subscription(SyncSubscription, RxdbSubscription);

pub type Api = Schema<Query, Mutation, Subscription>;

/// Who knows what an account reaches.
fn reach_providers() -> Vec<Arc<dyn ReachProvider>> {
    vec![Arc::new(organisation::StaffReach), Arc::new(HouseholdReach)]
}

/// The viewers of this process.
pub fn viewers(app: &App) -> Viewers {
    Viewers::new(app.clone(), reach_providers())
}

/// What phones carry, parents first, and what they may send.
pub fn registry() -> Registry {
    use entity::estate::{building, community, unit, zone};
    use entity::households::{party, party_relation};
    use entity::organisation::staff_member;
    use entity::sync::sync_issue;
    use entity::tickets::{ticket, ticket_event};
    use tickets::write::{
        AdvanceTicket, AssignTicket, EditTicket, EscalateTicket, GradeTicket, NoteTicket,
        OpenTicket, ResolveTicket, RouteTicket, TestWater,
    };

    Registry::default()
        .collection::<community::Model>()
        .collection::<zone::Model>()
        .collection::<building::Model>()
        .collection::<unit::Model>()
        .collection::<staff_member::Model>()
        .collection::<party::Model>()
        .collection::<party_relation::Model>()
        .collection::<ticket::Model>()
        .collection::<ticket_event::Model>()
        .collection::<sync_issue::Model>()
        .rows::<party::Model>()
        .rows::<ticket::Model>()
        .rows::<ticket_event::Model>()
        .rows::<sync_issue::Model>()
        .kind::<OpenTicket>()
        .kind::<EditTicket>()
        .kind::<AssignTicket>()
        .kind::<AdvanceTicket>()
        .kind::<NoteTicket>()
        .kind::<TestWater>()
        .kind::<GradeTicket>()
        .kind::<RouteTicket>()
        .kind::<EscalateTicket>()
        .kind::<ResolveTicket>()
}

/// What the row faces carry, as JSON for generators of code.
pub fn rows() -> String {
    format!("{:#}\n", published(registry().faces()))
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
    .limit_depth(limits::DEPTH)
    .limit_complexity(limits::COMPLEXITY)
    .limit_directives(limits::DIRECTIVES)
    .extension(SpeakErrors)
}

/// The API of a running process.
pub fn api(app: &App) -> Api {
    let viewers = viewers(app);
    let entrance = Entrance::new(app, viewers.clone());
    let builder = builder()
        .data(app.clone())
        .data(viewers)
        .data(entrance)
        .data(registry());
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
