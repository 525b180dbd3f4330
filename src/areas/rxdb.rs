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
    party::Pull,
    ticket::Pull,
    ticket_event::Pull,
    visit::Pull,
    visit_event::Pull,
    sync_issue::Pull,
);

#[derive(MergedObject, Default)]
pub struct RxdbMutation(
    party::Push,
    ticket::Push,
    ticket_event::Push,
    visit::Push,
    visit_event::Push,
    sync_issue::Push,
);

#[derive(MergedSubscription, Default)]
pub struct RxdbSubscription(
    party::Live,
    ticket::Live,
    ticket_event::Live,
    visit::Live,
    visit_event::Live,
    sync_issue::Live,
);
