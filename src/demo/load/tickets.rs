//! The repairs of the demo estate, told as they happened: each step at its time, by whoever took it.

use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;
use entity::accounts::account;
use entity::estate::{building, unit};
use entity::households::party;
use entity::ids::{CommunityId, PartyId, StaffMemberId, TicketId, UnitId};
use entity::sync::ObservedMark;
use entity::tickets::{Priority, TicketKind, TicketState};

use super::{Loading, names};
use crate::areas::tickets::write::{AdvanceTicket, AssignTicket, NoteTicket, OpenTicket};
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::database::sealed::Purpose;
use crate::demo::estate::{DemoPriority, DemoTicket, DemoTicketState};
use crate::error::ApiError;

impl Loading<'_> {
    pub(super) async fn tell_tickets(
        &self,
        write: &mut Write,
        community_id: CommunityId,
    ) -> Result<(), ApiError> {
        let cast = Known::of(write, community_id);
        let mut tickets = Vec::new();
        for ticket in &self.community.tickets {
            let id = TicketId(write.new_id());
            tickets.push((id, self.opened(&cast, id, ticket)));
        }
        // All together first, so that each is loaded once.
        let opened: Vec<_> = tickets.iter().map(|(_, open)| open).collect();
        OpenTicket::prefetch(&opened, &self.viewer, write).await?;
        for ((id, open), ticket) in tickets.iter().zip(&self.community.tickets) {
            let story = Story {
                cast: &cast,
                id: *id,
                ticket,
            };
            run(
                open,
                story.moment(ticket.reported_by, ticket.age_minutes, write)?,
                write,
            )
            .await?;
            story.tell(write).await?;
            self.progress.prepared(1);
        }
        Ok(())
    }

    /// How it was reported.
    fn opened(&self, cast: &Known, id: TicketId, ticket: &DemoTicket) -> OpenTicket {
        let phone = self.keys.blind_index(Purpose::Phone, &ticket.phone);
        let unit = ticket.building.zip(ticket.room_number.clone());
        let place = [ticket.building, ticket.place].into_iter().flatten();
        OpenTicket {
            id: Some(id),
            community_id: cast.community_id,
            kind: TicketKind::Repair,
            unit_id: unit
                .and_then(|(building, room)| cast.units.get(&(building.to_owned(), room)))
                .copied(),
            reporter_party_id: cast.parties.get(phone.present()).copied(),
            summary: ticket.content.to_owned(),
            description: match ticket.place {
                Some(_) => place.collect::<Vec<_>>().join(" "),
                None => String::new(),
            },
            priority: match ticket.priority {
                DemoPriority::Low => Priority::Low,
                DemoPriority::Normal => Priority::Normal,
                DemoPriority::High => Priority::High,
                DemoPriority::Urgent => Priority::Urgent,
            },
            convenient_time: ticket.convenient_time.unwrap_or_default().to_owned(),
            contact_name: Some(ticket.customer_name.clone()),
            contact_phone: Some(ticket.phone.clone()),
            repair_class: None,
            complaint: None,
        }
    }
}

/// What of a community a ticket may name.
struct Known {
    community_id: CommunityId,
    /// By building and room.
    units: HashMap<(String, String), UnitId>,
    /// By the blind index of their phone.
    parties: HashMap<String, PartyId>,
    /// By what they type to sign in.
    accounts: BTreeMap<String, account::Model>,
    staff: BTreeMap<String, StaffMemberId>,
}

impl Known {
    fn of(write: &Write, community_id: CommunityId) -> Self {
        let accounts: BTreeMap<_, _> = write
            .rows::<account::Model>()
            .map(|row| (row.login.clone(), row.clone()))
            .collect();
        let units = write
            .rows::<unit::Model>()
            .filter(|row| row.community_id == community_id);
        let parties = write
            .rows::<party::Model>()
            .filter(|row| row.community_id == community_id);
        Self {
            community_id,
            units: units
                .filter_map(|row| {
                    let building = write.get::<building::Model>(row.building_id)?;
                    Some(((building.name.clone(), row.room_number.clone()), row.id))
                })
                .collect(),
            parties: parties
                .filter_map(|row| Some((row.phone_index.clone()?, row.id)))
                .collect(),
            staff: names::staff(write, community_id),
            accounts,
        }
    }
}

/// One ticket on its way to its state.
struct Story<'a> {
    cast: &'a Known,
    id: TicketId,
    ticket: &'a DemoTicket,
}

/// Who did something, and when.
type Moment = (Viewer, Occasion);

impl Story<'_> {
    /// Every step after the first, each followed by what was noted then.
    async fn tell(&self, write: &mut Write) -> Result<(), ApiError> {
        let id = self.id;
        for step in &self.ticket.steps {
            let moment = self.moment(step.by, step.age_minutes, write)?;
            match (step.state, self.ticket.assignee) {
                (DemoTicketState::Recorded, _) => {}
                (DemoTicketState::Dispatched, Some(assignee)) => {
                    let assignee_id = self.cast.staff.get(assignee).copied();
                    let assign = AssignTicket {
                        id,
                        event_id: None,
                        assignee_id: assignee_id.ok_or_else(|| unknown(assignee))?,
                        note: String::new(),
                    };
                    run(&assign, moment, write).await?;
                }
                (state, _) => {
                    let advance = AdvanceTicket {
                        id,
                        event_id: None,
                        to: ticket_state(state),
                        note: String::new(),
                        reply_promised_at: None,
                    };
                    run(&advance, moment, write).await?;
                }
            }
            let notes = self.ticket.notes.iter();
            for note in notes.filter(|note| note.age_minutes == step.age_minutes) {
                let moment = self.moment(note.by, note.age_minutes, write)?;
                let note = NoteTicket {
                    id,
                    event_id: None,
                    note: note.text.to_owned(),
                    is_internal: false,
                };
                run(&note, moment, write).await?;
            }
        }
        Ok(())
    }

    fn moment(&self, by: &str, age_minutes: i64, write: &Write) -> Result<Moment, ApiError> {
        let account = self.cast.accounts.get(by).ok_or_else(|| unknown(by))?;
        let at = write.now() - TimeDelta::minutes(age_minutes);
        let occasion = Occasion {
            observed_at: at,
            observed_mark: ObservedMark::Received,
            received_at: at,
            mutation: None,
            contact: None,
        };
        Ok((
            Viewer::system_in_the_name_of(account.id, account.name.clone()),
            occasion,
        ))
    }
}

async fn run<C: Command>(
    command: &C,
    (viewer, occasion): Moment,
    write: &mut Write,
) -> Result<C::Output, ApiError> {
    C::prefetch(&[command], &viewer, write).await?;
    command.decide(&occasion, &viewer, write)
}

fn ticket_state(state: DemoTicketState) -> TicketState {
    match state {
        DemoTicketState::Recorded => TicketState::Recorded,
        DemoTicketState::Ordered => TicketState::Ordered,
        DemoTicketState::Dispatched => TicketState::Dispatched,
        DemoTicketState::OnSite => TicketState::OnSite,
        DemoTicketState::Finished => TicketState::Finished,
        DemoTicketState::Closed => TicketState::Closed,
        DemoTicketState::Cancelled => TicketState::Cancelled,
    }
}

fn unknown(account: &str) -> ApiError {
    ApiError::internal(format!("the demo has no {account}"))
}
