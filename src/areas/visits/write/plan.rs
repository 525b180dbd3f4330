//! Arranging a visit.

use async_graphql::InputObject;
use entity::estate::{community, unit};
use entity::households::party;
use entity::ids::{CommunityId, PartyId, StaffMemberId, TicketId, UnitId, VisitId};
use entity::organisation::staff_member;
use entity::stamps::FieldStamps;
use entity::tickets::{TicketKind, ticket};
use entity::visits::{VisitEventKind, VisitKind, VisitState, visit};
use schemars::JsonSchema;
use sea_orm::prelude::DateTimeUtc;
use serde::Deserialize;

use super::super::access;
use super::super::error::VisitError;
use super::{due_after, event, load_returns, open_returns, policy, suitable};
use crate::areas::tickets::FollowVisit;
use crate::auth::Viewer;
use crate::clock::optional_moment;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{LINE, required_text};

/// Arranges a visit to a home, or a return visit after a ticket, which is due by the class of its
/// repair. A ticket has one return visit at a time that has yet to be made.
#[derive(Clone, Debug, Deserialize, InputObject, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "PlanVisitInput")]
pub struct PlanVisit {
    /// Made by the caller, so that a call that is repeated plans one visit only; the server makes one
    /// when it is left out.
    #[serde(skip)]
    pub id: Option<VisitId>,
    /// The community it belongs to.
    pub community_id: CommunityId,
    /// Home visit or return visit.
    pub kind: VisitKind,
    /// The ticket that a return visit follows; unit, party and day come from it. Not for a home visit.
    pub ticket_id: Option<TicketId>,
    /// The unit of a home visit; required for it.
    pub unit_id: Option<UnitId>,
    /// Who is visited at home; may be left out.
    pub party_id: Option<PartyId>,
    /// What it is for, in one line of 1 to 200 characters.
    pub purpose: String,
    /// By when it is to be made, where no rule of the handbook sets a day.
    pub due_at: Option<DateTimeUtc>,
    /// Who makes it; must work in the community. May be named later.
    pub visitor_id: Option<StaffMemberId>,
    /// Who comes with the visitor; must work in the community and be somebody else.
    pub companion_id: Option<StaffMemberId>,
}

impl Command for PlanVisit {
    const KIND: &'static str = "visit.plan";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        write
            .load::<visit::Model>(batch.iter().filter_map(|plan| plan.id))
            .await?;
        write
            .see::<community::Model>(batch.iter().map(|plan| plan.community_id))
            .await?;
        let tickets: Vec<_> = batch.iter().filter_map(|plan| plan.ticket_id).collect();
        // Locked, with its history: a return visit that is planned and made in one push closes its ticket; and
        // of two desks that plan at once the second sees what the first planned.
        FollowVisit::load(write, tickets.iter().copied(), std::iter::empty()).await?;
        load_returns(write, tickets, false).await?;
        write
            .see::<unit::Model>(batch.iter().filter_map(|plan| plan.unit_id))
            .await?;
        write
            .see::<party::Model>(batch.iter().filter_map(|plan| plan.party_id))
            .await?;
        let visitors = batch.iter().filter_map(|plan| plan.visitor_id);
        let companions = batch.iter().filter_map(|plan| plan.companion_id);
        let people: Vec<_> = visitors.chain(companions).collect();
        Ok(write.see::<staff_member::Model>(people).await?)
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        if !viewer.reach().reaches(self.community_id.into()) {
            return Err(ApiError::not_found("community"));
        }
        if !access::may_plan(viewer, self.community_id) {
            return Err(ApiError::forbidden());
        }
        if let Some(repeated) = self.repeated(viewer, write)? {
            return Ok(repeated);
        }
        let visit = self.planned(occasion, viewer, write)?;
        let mut event = event(write, viewer, occasion, &visit, VisitEventKind::Planned);
        event.to_state = Some(VisitState::Planned);
        event.details.visitor_id = visit.visitor_id;
        event.details.companion_id = visit.companion_id;
        let effect = Effect::on(&visit);
        write.insert(visit)?;
        write.insert(event)?;
        Ok(effect)
    }
}

impl PlanVisit {
    /// An id that is taken where the viewer cannot see answers like one that is not there.
    fn repeated(&self, viewer: &Viewer, write: &Write) -> Result<Option<Effect>, ApiError> {
        let known = self.id.and_then(|id| write.get::<visit::Model>(id));
        let Some(known) = known else {
            return Ok(None);
        };
        if !access::scope().allows(viewer.reach(), known) {
            return Err(ApiError::not_found("visit"));
        }
        let is_same = known.community_id == self.community_id
            && known.kind == self.kind
            && known.ticket_id == self.ticket_id
            && known.purpose == LINE.clean(&self.purpose);
        if is_same {
            Ok(Some(Effect::on(known)))
        } else {
            Err(ApiError::conflict("visit"))
        }
    }

    fn planned(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &Write,
    ) -> Result<visit::Model, ApiError> {
        let ticket = self.ticket(viewer, write)?;
        let unit = self.unit(ticket.as_ref(), viewer, write)?;
        let party_id = self.party(ticket.as_ref(), write)?;
        for person in [self.visitor_id, self.companion_id].into_iter().flatten() {
            suitable(write, self.community_id, person)?;
        }
        if self.companion_id.is_some() && self.companion_id == self.visitor_id {
            return Err(VisitError::CompanionMissing.into());
        }
        let due = ticket
            .as_ref()
            .and_then(|ticket| due_after(&policy(write, self.community_id), ticket));
        Ok(visit::Model {
            id: self.id.unwrap_or_else(|| VisitId(write.new_id())),
            community_id: self.community_id,
            kind: self.kind,
            state: VisitState::Planned,
            unit_id: unit.0,
            zone_id: unit.1,
            party_id,
            ticket_id: self.ticket_id,
            repair_finished_at: ticket.as_ref().and_then(|ticket| ticket.finished_at),
            repair_tested_at: ticket.and_then(|ticket| ticket.water_tested_at),
            purpose: required_text("purpose", &self.purpose, LINE)?,
            due_at: due
                .and_then(|due| due.at)
                .or(optional_moment("dueAt", self.due_at)?),
            due_rule: due.map(|due| due.rule.to_owned()),
            overdue_at: None,
            channel: None,
            appointed_at: None,
            is_inside: true,
            visitor_id: self.visitor_id,
            companion_id: self.companion_id,
            opinion: String::new(),
            handling: String::new(),
            result: String::new(),
            outcome: None,
            reply_promised_at: None,
            signature: None,
            new_ticket_id: None,
            observed_at: occasion.observed_at,
            started_at: None,
            finished_at: None,
            left_phones_at: None,
            field_seq: FieldStamps::default(),
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        })
    }

    fn ticket(&self, viewer: &Viewer, write: &Write) -> Result<Option<ticket::Model>, ApiError> {
        let unfit = |english, chinese| Err(ApiError::invalid("ticketId", english, chinese));
        let id = match (self.kind, self.ticket_id) {
            (VisitKind::Home, None) => return Ok(None),
            (VisitKind::Home, Some(_)) => {
                return unfit("belongs to return visits", "只用于回访");
            }
            (VisitKind::Return, None) => {
                return unfit("a return visit follows a ticket", "回访须注明工单");
            }
            (VisitKind::Return, Some(id)) => id,
        };
        let scope = crate::areas::tickets::access::scope();
        let ticket = write.visible(&scope, viewer.reach(), id)?;
        if ticket.community_id != self.community_id {
            return Err(ApiError::not_found("ticket"));
        }
        // V-12
        if ticket.is_anonymous {
            return unfit("who gave no name is not visited", "匿名者不回访");
        }
        if open_returns(write, ticket.id).next().is_some() {
            return Err(VisitError::ReturnPlanned.into());
        }
        Ok(Some(ticket.clone()))
    }

    /// Unit and zone: of the ticket, or as named.
    fn unit(
        &self,
        ticket: Option<&ticket::Model>,
        viewer: &Viewer,
        write: &Write,
    ) -> Result<(Option<UnitId>, Option<entity::ids::ZoneId>), ApiError> {
        if let Some(ticket) = ticket {
            // A complaint is no business of its zone, and so is the visit that follows it.
            let zone = ticket.zone_id.filter(|_| ticket.kind == TicketKind::Repair);
            return Ok((ticket.unit_id, zone));
        }
        let Some(id) = self.unit_id else {
            return Err(ApiError::invalid("unitId", "must be named", "须注明房屋"));
        };
        let scope = crate::areas::estate::access::unit_scope();
        let unit = write.visible(&scope, viewer.reach(), id)?;
        if unit.community_id != self.community_id {
            return Err(ApiError::not_found("unit"));
        }
        Ok((Some(unit.id), unit.zone_id))
    }

    /// Who is visited: the reporter of the ticket, or as named.
    fn party(
        &self,
        ticket: Option<&ticket::Model>,
        write: &Write,
    ) -> Result<Option<PartyId>, ApiError> {
        if let Some(ticket) = ticket {
            return Ok(ticket.reporter_party_id);
        }
        let Some(id) = self.party_id else {
            return Ok(None);
        };
        let party = write.get::<party::Model>(id);
        let party = party
            .filter(|party| party.community_id == self.community_id && party.deleted_at.is_none());
        party
            .map(|party| Some(party.id))
            .ok_or_else(|| ApiError::not_found("party"))
    }
}
