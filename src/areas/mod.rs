//! The list of areas: what each adds to the API, and what it hands in beside that (`AREA` in its `mod.rs`).
//!
//! Adding an area is one folder beside this file, one in `entity`, one migration, its name in the lists
//! here, and one test file.

pub mod accounts;
pub mod attachments;
pub mod duty;
pub mod estate;
pub mod households;
pub mod organisation;
pub mod patrol;
pub mod reports;
pub mod tickets;
pub mod visits;

use std::sync::Arc;

use async_graphql::{MergedObject, MergedSubscription, Schema, SchemaBuilder};
use entity::sync::sync_issue;

use self::accounts::Entrance;
use self::accounts::graphql::{AccountsMutation, AccountsQuery};
use self::attachments::graphql::AttachmentQuery;
pub use self::attachments::{Attachments, Piece, Progress, Taken};
use self::duty::graphql::{DutyMutation, DutyQuery};
use self::estate::graphql::{EstateMutation, EstateQuery, Settables};
use self::households::graphql::{HouseholdsMutation, HouseholdsQuery};
use self::organisation::graphql::{OrganisationMutation, OrganisationQuery};
use self::patrol::graphql::{PatrolMutation, PatrolQuery};
use self::reports::graphql::ReportQuery;
use self::tickets::graphql::{TicketMutation, TicketQuery};
use self::visits::graphql::{VisitMutation, VisitQuery};
use crate::app::App;
use crate::auth::{ReachProvider, Viewers};
use crate::graphql::described::{Described, apart};
use crate::graphql::limits;
use crate::graphql::meant::ReadAsMeant;
use crate::graphql::server::ServerQuery;
use crate::jobs::desk::JobQuery;
use crate::jobs::leave_phones::{LeavePhones, OfflinePolicy};
use crate::jobs::purge::PurgeJobs;
use crate::jobs::registry::Registry as Jobs;
use crate::policy::{Settable, settable};
use crate::sync::desk::{SyncIssueMutation, SyncIssueQuery};
use crate::sync::jobs::{ExpireDeferred, PurgeIssues};
use crate::sync::live::SyncSubscription;
use crate::sync::mutations;
use crate::sync::native::{SyncMutation, SyncQuery};
use crate::sync::registry::Registry;
use crate::sync::rows::RowFace;
use crate::sync::rows::published::published;
use crate::sync::rxdb::kept::RowsMutation;
use crate::sync::rxdb::roots::{Faces, RxdbMutation, RxdbQuery, RxdbSubscription};

/// What can be asked for, as far as the viewer may see it. What he may not see looks like what is not
/// there. The `pull…` queries at the end are for RxDB.
#[derive(MergedObject, Default)]
pub struct Query(
    ServerQuery,
    OrganisationQuery,
    EstateQuery,
    AccountsQuery,
    AttachmentQuery,
    HouseholdsQuery,
    DutyQuery,
    TicketQuery,
    PatrolQuery,
    VisitQuery,
    ReportQuery,
    SyncQuery,
    SyncIssueQuery,
    JobQuery,
    RxdbQuery<Registered>,
);

/// What can be changed. Each mutation names the codes it is refused with; any request may also be
/// answered with a code about the caller, the request or the server, such as `UNAUTHENTICATED`,
/// `TOO_COMPLEX` or `OVERLOADED`: see `docs/errors.md`. The mutations at the end, `push…` and
/// `syncPushRows`, are for RxDB.
#[derive(MergedObject, Default)]
pub struct Mutation(
    OrganisationMutation,
    EstateMutation,
    AccountsMutation,
    HouseholdsMutation,
    DutyMutation,
    TicketMutation,
    PatrolMutation,
    VisitMutation,
    SyncMutation,
    RowsMutation,
    SyncIssueMutation,
    RxdbMutation<Registered>,
);

/// What is sent as it happens, over a socket. The `stream…` subscriptions at the end are for RxDB.
#[derive(MergedSubscription, Default)]
pub struct Subscription(SyncSubscription, RxdbSubscription<Registered>);

pub type Api = Schema<Query, Mutation, Subscription>;

/// What an area hands in, besides its queries and mutations.
pub struct Area {
    /// The records that phones carry, parents first, and what phones may send about them.
    sync: fn(Registry) -> Registry,
    /// What it does at its time.
    jobs: fn(Jobs) -> Jobs,
    /// What the handbooks leave to each community, or disagree about.
    policies: &'static [Settable],
    /// Who knows what an account reaches.
    reach: fn() -> Vec<Arc<dyn ReachProvider>>,
}

impl Area {
    const NOTHING: Self = Self {
        sync: |all| all,
        jobs: |all| all,
        policies: &[],
        reach: Vec::new,
    };
}

/// All areas that hand in something: those whose records others belong to come first.
const AREAS: &[Area] = &[
    estate::AREA,
    organisation::AREA,
    attachments::AREA,
    households::AREA,
    duty::AREA,
    tickets::AREA,
    patrol::AREA,
    visits::AREA,
];

/// Who knows what an account reaches.
fn reach_providers() -> Vec<Arc<dyn ReachProvider>> {
    AREAS.iter().flat_map(|area| (area.reach)()).collect()
}

/// The viewers of this process.
pub fn viewers(app: &App) -> Viewers {
    Viewers::new(app.clone(), reach_providers())
}

/// The photos of this process, and who sees them.
pub fn photos(app: &App) -> Attachments {
    Attachments::new(app, Arc::new(registry()))
}

/// What phones carry, parents first, and what they may send.
pub fn registry() -> Registry {
    let all = Registry::default().reached_by(reach_providers());
    let all = AREAS.iter().fold(all, |all, area| (area.sync)(all));
    all.record::<sync_issue::Model>()
}

/// All jobs of a server.
pub fn jobs() -> Jobs {
    let all = AREAS
        .iter()
        .fold(Jobs::default(), |all, area| (area.jobs)(all));
    all.job(LeavePhones::<sync_issue::Model>::new())
        .job(ExpireDeferred(registry()))
        .job(PurgeIssues)
        .job(PurgeJobs)
}

/// All that is registered here, for RxDB.
pub struct Registered;

impl Faces for Registered {
    fn faces() -> Vec<Arc<dyn RowFace>> {
        registry().faces().to_vec()
    }
}

/// What the handbooks leave to each community, or disagree about.
fn policies() -> Vec<Settable> {
    let of_areas = AREAS.iter().flat_map(|area| area.policies);
    let phones = settable::<OfflinePolicy>();
    [phones].into_iter().chain(of_areas.copied()).collect()
}

/// What phones may send, as JSON Schema.
pub fn mutations() -> String {
    format!("{:#}\n", mutations::mutations(&registry()))
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
    .register_output_type::<Described>()
    .limit_depth(limits::DEPTH)
    .limit_complexity(limits::COMPLEXITY)
    .extension(ReadAsMeant)
}

/// The API of a running process.
pub fn api(app: &App) -> Api {
    let viewers = viewers(app);
    let entrance = Entrance::new(app, viewers.clone());
    let builder = builder()
        .data(app.clone())
        .data(viewers)
        .data(entrance)
        .data(Settables(policies()))
        .data(registry())
        .data(photos(app));
    if app.settings().http.graphiql {
        builder
    } else {
        builder.disable_introspection()
    }
    .finish()
}

/// The published schema: fields in the order in which they are declared, and what is for RxDB at the end.
pub fn sdl() -> String {
    let options = async_graphql::SDLExportOptions::new().include_specified_by();
    apart(&builder().finish().sdl_with_options(options))
}
