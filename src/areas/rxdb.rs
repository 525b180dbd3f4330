//! The collections that RxDB replicates, and what they add to the API.

use async_graphql::{MergedObject, MergedSubscription};

use crate::sync::rxdb::face::rxdb_face;

rxdb_face!(
    party, entity::households::party::Model,
    pull "pullParty" gives "PartyRows", push "pushParty" ("partyPushRow"), stream "streamParty",
    inputs "PartyInputCheckpoint" "PartyInputPushRow" "PartyInputHeaders"
);
rxdb_face!(
    ticket, entity::tickets::ticket::Model,
    pull "pullTicket" gives "TicketRows", push "pushTicket" ("ticketPushRow"), stream "streamTicket",
    inputs "TicketInputCheckpoint" "TicketInputPushRow" "TicketInputHeaders"
);
rxdb_face!(
    ticket_event, entity::tickets::ticket_event::Model,
    pull "pullTicketEvent" gives "TicketEventRows", push "pushTicketEvent" ("ticketEventPushRow"),
    stream "streamTicketEvent",
    inputs "TicketEventInputCheckpoint" "TicketEventInputPushRow" "TicketEventInputHeaders"
);
rxdb_face!(
    patrol_point, entity::patrol::patrol_point::Model,
    pull "pullPatrolPoint" gives "PatrolPointRows", push "pushPatrolPoint" ("patrolPointPushRow"),
    stream "streamPatrolPoint",
    inputs "PatrolPointInputCheckpoint" "PatrolPointInputPushRow" "PatrolPointInputHeaders"
);
rxdb_face!(
    patrol_route, entity::patrol::patrol_route::Model,
    pull "pullPatrolRoute" gives "PatrolRouteRows", push "pushPatrolRoute" ("patrolRoutePushRow"),
    stream "streamPatrolRoute",
    inputs "PatrolRouteInputCheckpoint" "PatrolRouteInputPushRow" "PatrolRouteInputHeaders"
);
rxdb_face!(
    patrol_task, entity::patrol::patrol_task::Model,
    pull "pullPatrolTask" gives "PatrolTaskRows", push "pushPatrolTask" ("patrolTaskPushRow"),
    stream "streamPatrolTask",
    inputs "PatrolTaskInputCheckpoint" "PatrolTaskInputPushRow" "PatrolTaskInputHeaders"
);
rxdb_face!(
    patrol_result, entity::patrol::patrol_result::Model,
    pull "pullPatrolResult" gives "PatrolResultRows", push "pushPatrolResult" ("patrolResultPushRow"),
    stream "streamPatrolResult",
    inputs "PatrolResultInputCheckpoint" "PatrolResultInputPushRow" "PatrolResultInputHeaders"
);
rxdb_face!(
    sync_issue, entity::sync::sync_issue::Model,
    pull "pullSyncIssue" gives "SyncIssueRows", push "pushSyncIssue" ("syncIssuePushRow"),
    stream "streamSyncIssue",
    inputs "SyncIssueInputCheckpoint" "SyncIssueInputPushRow" "SyncIssueInputHeaders"
);

#[derive(MergedObject, Default)]
pub struct RxdbQuery(
    party::Pull,
    ticket::Pull,
    ticket_event::Pull,
    patrol_point::Pull,
    patrol_route::Pull,
    patrol_task::Pull,
    patrol_result::Pull,
    sync_issue::Pull,
);

#[derive(MergedObject, Default)]
pub struct RxdbMutation(
    party::Push,
    ticket::Push,
    ticket_event::Push,
    patrol_point::Push,
    patrol_route::Push,
    patrol_task::Push,
    patrol_result::Push,
    sync_issue::Push,
);

#[derive(MergedSubscription, Default)]
pub struct RxdbSubscription(
    party::Live,
    ticket::Live,
    ticket_event::Live,
    patrol_point::Live,
    patrol_route::Live,
    patrol_task::Live,
    patrol_result::Live,
    sync_issue::Live,
);
