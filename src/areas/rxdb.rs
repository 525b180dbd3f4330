//! The collections that RxDB replicates, and what they add to the API.

use async_graphql::{MergedObject, MergedSubscription};

use crate::sync::rxdb::face::rxdb_face;

rxdb_face!(
    community, entity::estate::community::Model,
    pull "pullCommunity" gives "CommunityRows", push "pushCommunity" ("communityPushRow"), stream "streamCommunity" gives "LiveCommunityRows",
    inputs "CommunityInputCheckpoint" "CommunityInputPushRow" "CommunityInputHeaders"
);
rxdb_face!(
    zone, entity::estate::zone::Model,
    pull "pullZone" gives "ZoneRows", push "pushZone" ("zonePushRow"), stream "streamZone" gives "LiveZoneRows",
    inputs "ZoneInputCheckpoint" "ZoneInputPushRow" "ZoneInputHeaders"
);
rxdb_face!(
    building, entity::estate::building::Model,
    pull "pullBuilding" gives "BuildingRows", push "pushBuilding" ("buildingPushRow"), stream "streamBuilding" gives "LiveBuildingRows",
    inputs "BuildingInputCheckpoint" "BuildingInputPushRow" "BuildingInputHeaders"
);
rxdb_face!(
    unit, entity::estate::unit::Model,
    pull "pullUnit" gives "UnitRows", push "pushUnit" ("unitPushRow"), stream "streamUnit" gives "LiveUnitRows",
    inputs "UnitInputCheckpoint" "UnitInputPushRow" "UnitInputHeaders"
);
rxdb_face!(
    staff_member, entity::organisation::staff_member::Model,
    pull "pullStaffMember" gives "StaffMemberRows", push "pushStaffMember" ("staffMemberPushRow"), stream "streamStaffMember" gives "LiveStaffMemberRows",
    inputs "StaffMemberInputCheckpoint" "StaffMemberInputPushRow" "StaffMemberInputHeaders"
);
rxdb_face!(
    party, entity::households::party::Model,
    pull "pullParty" gives "PartyRows", push "pushParty" ("partyPushRow"), stream "streamParty" gives "LivePartyRows",
    inputs "PartyInputCheckpoint" "PartyInputPushRow" "PartyInputHeaders"
);
rxdb_face!(
    party_relation, entity::households::party_relation::Model,
    pull "pullPartyRelation" gives "PartyRelationRows", push "pushPartyRelation" ("partyRelationPushRow"), stream "streamPartyRelation" gives "LivePartyRelationRows",
    inputs "PartyRelationInputCheckpoint" "PartyRelationInputPushRow" "PartyRelationInputHeaders"
);
rxdb_face!(
    shift, entity::duty::shift::Model,
    pull "pullShift" gives "ShiftRows", push "pushShift" ("shiftPushRow"), stream "streamShift" gives "LiveShiftRows",
    inputs "ShiftInputCheckpoint" "ShiftInputPushRow" "ShiftInputHeaders"
);
rxdb_face!(
    duty, entity::duty::duty::Model,
    pull "pullDuty" gives "DutyRows", push "pushDuty" ("dutyPushRow"), stream "streamDuty" gives "LiveDutyRows",
    inputs "DutyInputCheckpoint" "DutyInputPushRow" "DutyInputHeaders"
);
rxdb_face!(
    handover, entity::duty::handover::Model,
    pull "pullHandover" gives "HandoverRows", push "pushHandover" ("handoverPushRow"), stream "streamHandover" gives "LiveHandoverRows",
    inputs "HandoverInputCheckpoint" "HandoverInputPushRow" "HandoverInputHeaders"
);
rxdb_face!(
    handover_event, entity::duty::handover_event::Model,
    pull "pullHandoverEvent" gives "HandoverEventRows", push "pushHandoverEvent" ("handoverEventPushRow"), stream "streamHandoverEvent" gives "LiveHandoverEventRows",
    inputs "HandoverEventInputCheckpoint" "HandoverEventInputPushRow" "HandoverEventInputHeaders"
);
rxdb_face!(
    ticket, entity::tickets::ticket::Model,
    pull "pullTicket" gives "TicketRows", push "pushTicket" ("ticketPushRow"), stream "streamTicket" gives "LiveTicketRows",
    inputs "TicketInputCheckpoint" "TicketInputPushRow" "TicketInputHeaders"
);
rxdb_face!(
    ticket_event, entity::tickets::ticket_event::Model,
    pull "pullTicketEvent" gives "TicketEventRows", push "pushTicketEvent" ("ticketEventPushRow"),
    stream "streamTicketEvent" gives "LiveTicketEventRows",
    inputs "TicketEventInputCheckpoint" "TicketEventInputPushRow" "TicketEventInputHeaders"
);
rxdb_face!(
    patrol_point, entity::patrol::patrol_point::Model,
    pull "pullPatrolPoint" gives "PatrolPointRows", push "pushPatrolPoint" ("patrolPointPushRow"),
    stream "streamPatrolPoint" gives "LivePatrolPointRows",
    inputs "PatrolPointInputCheckpoint" "PatrolPointInputPushRow" "PatrolPointInputHeaders"
);
rxdb_face!(
    patrol_route, entity::patrol::patrol_route::Model,
    pull "pullPatrolRoute" gives "PatrolRouteRows", push "pushPatrolRoute" ("patrolRoutePushRow"),
    stream "streamPatrolRoute" gives "LivePatrolRouteRows",
    inputs "PatrolRouteInputCheckpoint" "PatrolRouteInputPushRow" "PatrolRouteInputHeaders"
);
rxdb_face!(
    patrol_task, entity::patrol::patrol_task::Model,
    pull "pullPatrolTask" gives "PatrolTaskRows", push "pushPatrolTask" ("patrolTaskPushRow"),
    stream "streamPatrolTask" gives "LivePatrolTaskRows",
    inputs "PatrolTaskInputCheckpoint" "PatrolTaskInputPushRow" "PatrolTaskInputHeaders"
);
rxdb_face!(
    patrol_result, entity::patrol::patrol_result::Model,
    pull "pullPatrolResult" gives "PatrolResultRows", push "pushPatrolResult" ("patrolResultPushRow"),
    stream "streamPatrolResult" gives "LivePatrolResultRows",
    inputs "PatrolResultInputCheckpoint" "PatrolResultInputPushRow" "PatrolResultInputHeaders"
);
rxdb_face!(
    visit, entity::visits::visit::Model,
    pull "pullVisit" gives "VisitRows", push "pushVisit" ("visitPushRow"), stream "streamVisit" gives "LiveVisitRows",
    inputs "VisitInputCheckpoint" "VisitInputPushRow" "VisitInputHeaders"
);
rxdb_face!(
    visit_event, entity::visits::visit_event::Model,
    pull "pullVisitEvent" gives "VisitEventRows", push "pushVisitEvent" ("visitEventPushRow"),
    stream "streamVisitEvent" gives "LiveVisitEventRows",
    inputs "VisitEventInputCheckpoint" "VisitEventInputPushRow" "VisitEventInputHeaders"
);
rxdb_face!(
    sync_issue, entity::sync::sync_issue::Model,
    pull "pullSyncIssue" gives "SyncIssueRows", push "pushSyncIssue" ("syncIssuePushRow"),
    stream "streamSyncIssue" gives "LiveSyncIssueRows",
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
    community::Stream,
    zone::Stream,
    building::Stream,
    unit::Stream,
    staff_member::Stream,
    party::Stream,
    party_relation::Stream,
    shift::Stream,
    duty::Stream,
    handover::Stream,
    handover_event::Stream,
    ticket::Stream,
    ticket_event::Stream,
    patrol_point::Stream,
    patrol_route::Stream,
    patrol_task::Stream,
    patrol_result::Stream,
    visit::Stream,
    visit_event::Stream,
    sync_issue::Stream,
);
