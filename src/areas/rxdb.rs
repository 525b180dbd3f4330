//! The collections that RxDB replicates, and what they add to the API.

use async_graphql::{MergedObject, MergedSubscription};

use crate::sync::rxdb::face::rxdb_face;

rxdb_face!(
    community, entity::estate::community::Model,
    pull "pullCommunity" gives "CommunityRows", push "pushCommunity" ("communityPushRow"), stream "streamCommunity",
    inputs "CommunityInputCheckpoint" "CommunityInputPushRow" "CommunityInputHeaders"
);
rxdb_face!(
    zone, entity::estate::zone::Model,
    pull "pullZone" gives "ZoneRows", push "pushZone" ("zonePushRow"), stream "streamZone",
    inputs "ZoneInputCheckpoint" "ZoneInputPushRow" "ZoneInputHeaders"
);
rxdb_face!(
    building, entity::estate::building::Model,
    pull "pullBuilding" gives "BuildingRows", push "pushBuilding" ("buildingPushRow"), stream "streamBuilding",
    inputs "BuildingInputCheckpoint" "BuildingInputPushRow" "BuildingInputHeaders"
);
rxdb_face!(
    unit, entity::estate::unit::Model,
    pull "pullUnit" gives "UnitRows", push "pushUnit" ("unitPushRow"), stream "streamUnit",
    inputs "UnitInputCheckpoint" "UnitInputPushRow" "UnitInputHeaders"
);
rxdb_face!(
    staff_member, entity::organisation::staff_member::Model,
    pull "pullStaffMember" gives "StaffMemberRows", push "pushStaffMember" ("staffMemberPushRow"), stream "streamStaffMember",
    inputs "StaffMemberInputCheckpoint" "StaffMemberInputPushRow" "StaffMemberInputHeaders"
);
rxdb_face!(
    party, entity::households::party::Model,
    pull "pullParty" gives "PartyRows", push "pushParty" ("partyPushRow"), stream "streamParty",
    inputs "PartyInputCheckpoint" "PartyInputPushRow" "PartyInputHeaders"
);
rxdb_face!(
    party_relation, entity::households::party_relation::Model,
    pull "pullPartyRelation" gives "PartyRelationRows", push "pushPartyRelation" ("partyRelationPushRow"), stream "streamPartyRelation",
    inputs "PartyRelationInputCheckpoint" "PartyRelationInputPushRow" "PartyRelationInputHeaders"
);
rxdb_face!(
    shift, entity::duty::shift::Model,
    pull "pullShift" gives "ShiftRows", push "pushShift" ("shiftPushRow"), stream "streamShift",
    inputs "ShiftInputCheckpoint" "ShiftInputPushRow" "ShiftInputHeaders"
);
rxdb_face!(
    duty, entity::duty::duty::Model,
    pull "pullDuty" gives "DutyRows", push "pushDuty" ("dutyPushRow"), stream "streamDuty",
    inputs "DutyInputCheckpoint" "DutyInputPushRow" "DutyInputHeaders"
);
rxdb_face!(
    handover, entity::duty::handover::Model,
    pull "pullHandover" gives "HandoverRows", push "pushHandover" ("handoverPushRow"), stream "streamHandover",
    inputs "HandoverInputCheckpoint" "HandoverInputPushRow" "HandoverInputHeaders"
);
rxdb_face!(
    handover_event, entity::duty::handover_event::Model,
    pull "pullHandoverEvent" gives "HandoverEventRows", push "pushHandoverEvent" ("handoverEventPushRow"), stream "streamHandoverEvent",
    inputs "HandoverEventInputCheckpoint" "HandoverEventInputPushRow" "HandoverEventInputHeaders"
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
    visit, entity::visits::visit::Model,
    pull "pullVisit" gives "VisitRows", push "pushVisit" ("visitPushRow"), stream "streamVisit",
    inputs "VisitInputCheckpoint" "VisitInputPushRow" "VisitInputHeaders"
);
rxdb_face!(
    visit_event, entity::visits::visit_event::Model,
    pull "pullVisitEvent" gives "VisitEventRows", push "pushVisitEvent" ("visitEventPushRow"),
    stream "streamVisitEvent",
    inputs "VisitEventInputCheckpoint" "VisitEventInputPushRow" "VisitEventInputHeaders"
);
rxdb_face!(
    sync_issue, entity::sync::sync_issue::Model,
    pull "pullSyncIssue" gives "SyncIssueRows", push "pushSyncIssue" ("syncIssuePushRow"),
    stream "streamSyncIssue",
    inputs "SyncIssueInputCheckpoint" "SyncIssueInputPushRow" "SyncIssueInputHeaders"
);

#[derive(MergedObject, Default)]
pub struct RxdbQuery(
    community::Pull,
    zone::Pull,
    building::Pull,
    unit::Pull,
    staff_member::Pull,
    party::Pull,
    party_relation::Pull,
    shift::Pull,
    duty::Pull,
    handover::Pull,
    handover_event::Pull,
    ticket::Pull,
    ticket_event::Pull,
    patrol_point::Pull,
    patrol_route::Pull,
    patrol_task::Pull,
    patrol_result::Pull,
    visit::Pull,
    visit_event::Pull,
    sync_issue::Pull,
);

#[derive(MergedObject, Default)]
pub struct RxdbMutation(
    community::Push,
    zone::Push,
    building::Push,
    unit::Push,
    staff_member::Push,
    party::Push,
    party_relation::Push,
    shift::Push,
    duty::Push,
    handover::Push,
    handover_event::Push,
    ticket::Push,
    ticket_event::Push,
    patrol_point::Push,
    patrol_route::Push,
    patrol_task::Push,
    patrol_result::Push,
    visit::Push,
    visit_event::Push,
    sync_issue::Push,
);

#[derive(MergedSubscription, Default)]
pub struct RxdbSubscription(
    community::Live,
    zone::Live,
    building::Live,
    unit::Live,
    staff_member::Live,
    party::Live,
    party_relation::Live,
    shift::Live,
    duty::Live,
    handover::Live,
    handover_event::Live,
    ticket::Live,
    ticket_event::Live,
    patrol_point::Live,
    patrol_route::Live,
    patrol_task::Live,
    patrol_result::Live,
    visit::Live,
    visit_event::Live,
    sync_issue::Live,
);
