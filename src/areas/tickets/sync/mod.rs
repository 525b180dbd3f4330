//! Tickets on phones: what they carry, and what they may send.

mod kinds;
mod rows;

use entity::tickets::{ticket, ticket_event};

use super::access::SHOWN_EVENTS;
use crate::database::Within;
use crate::sync::collection::Synced;

impl Synced for ticket::Model {
    crate::sync::collection::synced_columns!(ticket, leaving root "ticket");
}

impl Synced for ticket_event::Model {
    crate::sync::collection::synced_columns!(ticket_event, root "ticket" by TicketId, of leaving ticket);

    const WITHIN: Within<ticket_event::Column> = SHOWN_EVENTS;
}
