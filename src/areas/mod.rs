//! The list of areas: what each adds to the API, to sync and to reach; `jobs.rs` lists what
//! each does at its time.
//!
//! Adding an area is one folder beside this file, one in `entity`, one migration, one line in each
//! list below, and one test file.

pub mod accounts;
pub mod attachments;
pub mod duty;
pub mod estate;
pub mod households;
pub mod jobs;
pub mod organisation;
pub mod patrol;
pub mod reports;
pub mod tickets;
pub mod visits;

use std::sync::Arc;

use async_graphql::{MergedObject, MergedSubscription, Schema, SchemaBuilder};

use self::accounts::Entrance;
use self::accounts::graphql::{AccountsMutation, AccountsQuery};
use self::attachments::graphql::AttachmentQuery;
pub use self::attachments::{Attachments, Piece, Progress, Taken};
use self::duty::graphql::{DutyMutation, DutyQuery};
use self::duty::rules::DutyPolicy;
use self::estate::graphql::{EstateMutation, EstateQuery, Settables};
use self::households::HouseholdReach;
use self::households::graphql::{HouseholdsMutation, HouseholdsQuery};
use self::organisation::graphql::{OrganisationMutation, OrganisationQuery};
use self::patrol::graphql::{PatrolMutation, PatrolQuery};
use self::patrol::rules::PatrolPolicy;
use self::reports::graphql::ReportQuery;
use self::tickets::graphql::{TicketMutation, TicketQuery};
use self::tickets::rules::policy::ComplaintPolicy;
use self::visits::VisitPolicy;
use self::visits::graphql::{VisitMutation, VisitQuery};
use crate::app::App;
use crate::auth::{ReachProvider, Viewers};
use crate::graphql::described::{Described, apart};
use crate::graphql::limits;
use crate::graphql::meant::ReadAsMeant;
use crate::graphql::server::ServerQuery;
use crate::jobs::desk::JobQuery;
use crate::jobs::leave_phones::OfflinePolicy;
use crate::policy::{Settable, settable};
use crate::sync::desk::{SyncIssueMutation, SyncIssueQuery};
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

/// Who knows what an account reaches.
fn reach_providers() -> Vec<Arc<dyn ReachProvider>> {
    vec![Arc::new(organisation::StaffReach), Arc::new(HouseholdReach)]
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
    use duty::write::{
        CheckHandover, NoteHandover, PrepareHandover, PutRightHandover, RejectHandover,
        SignHandover,
    };
    use entity::duty::{duty as duty_line, handover, handover_event, shift};
    use entity::estate::{building, community, unit, zone};
    use entity::households::{party, party_relation};
    use entity::organisation::staff_member;
    use entity::patrol::{patrol_point, patrol_result, patrol_route, patrol_task};
    use entity::sync::sync_issue;
    use entity::tickets::{ticket, ticket_event};
    use entity::visits::{visit, visit_event};
    use patrol::write::{OrderPatrol, ReportPatrol};
    use tickets::write::{
        AdvanceTicket, AssignTicket, EditTicket, EscalateTicket, GradeTicket, NoteTicket,
        OpenTicket, ResolveTicket, RouteTicket, TestWater,
    };
    use visits::write::{
        AppointVisit, Archiving, CancelVisit, Checking, EditVisit, FinishVisit, NoteVisit,
        PlanVisit, Reporting, SettleVisit, StepVisit,
    };

    Registry::default()
        .reached_by(reach_providers())
        .personal("contactPhone", households::masked_phone)
        .personal("phone", households::masked_phone)
        .personal("identityNumber", households::masked_identity_number)
        .collection::<community::Model>()
        .collection::<zone::Model>()
        .collection::<building::Model>()
        .collection::<unit::Model>()
        .collection::<staff_member::Model>()
        .collection::<party::Model>()
        .collection::<party_relation::Model>()
        .collection::<shift::Model>()
        .collection::<duty_line::Model>()
        .collection::<handover::Model>()
        .collection::<handover_event::Model>()
        .collection::<ticket::Model>()
        .collection::<ticket_event::Model>()
        .collection::<patrol_point::Model>()
        .collection::<patrol_route::Model>()
        .collection::<patrol_task::Model>()
        .collection::<patrol_result::Model>()
        .collection::<visit::Model>()
        .collection::<visit_event::Model>()
        .collection::<sync_issue::Model>()
        .rows::<community::Model>()
        .rows::<zone::Model>()
        .rows::<building::Model>()
        .rows::<unit::Model>()
        .rows::<staff_member::Model>()
        .rows::<party::Model>()
        .rows::<party_relation::Model>()
        .rows::<shift::Model>()
        .rows::<duty_line::Model>()
        .rows::<handover::Model>()
        .rows::<handover_event::Model>()
        .rows::<ticket::Model>()
        .rows::<ticket_event::Model>()
        .rows::<patrol_point::Model>()
        .rows::<patrol_route::Model>()
        .rows::<patrol_task::Model>()
        .rows::<patrol_result::Model>()
        .rows::<visit::Model>()
        .rows::<visit_event::Model>()
        .rows::<sync_issue::Model>()
        .kind::<OpenTicket>()
        .kind::<EditTicket>()
        .kind::<AssignTicket>()
        .kind::<AdvanceTicket>()
        .kind::<NoteTicket>()
        .kind::<PrepareHandover>()
        .kind::<CheckHandover>()
        .kind::<RejectHandover>()
        .kind::<PutRightHandover>()
        .kind::<SignHandover>()
        .kind::<NoteHandover>()
        .kind::<OrderPatrol>()
        .kind::<ReportPatrol>()
        .kind::<PlanVisit>()
        .kind::<AppointVisit>()
        .kind::<StepVisit>()
        .kind::<NoteVisit>()
        .kind::<FinishVisit>()
        .kind::<SettleVisit<Reporting>>()
        .kind::<SettleVisit<Checking>>()
        .kind::<SettleVisit<Archiving>>()
        .kind::<EditVisit>()
        .kind::<CancelVisit>()
        .kind::<TestWater>()
        .kind::<GradeTicket>()
        .kind::<RouteTicket>()
        .kind::<EscalateTicket>()
        .kind::<ResolveTicket>()
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
    vec![
        settable::<OfflinePolicy>(),
        settable::<DutyPolicy>(),
        settable::<ComplaintPolicy>(),
        settable::<PatrolPolicy>(),
        settable::<VisitPolicy>(),
    ]
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
