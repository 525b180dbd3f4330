//! Recording a repair (T-01, T-02) or a complaint (T-13, T-14).

use async_graphql::InputObject;
use chrono::Months;
use entity::estate::{community, unit};
use entity::households::{party, party_relation};
use entity::ids::{CommunityId, PartyId, TicketId, UnitId};
use entity::sealed::Sealed;
use entity::stamps::FieldStamps;
use entity::tickets::{
    ComplaintChannel, Priority, RepairClass, TicketEventKind, TicketKind, ticket,
};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::{ActiveEnum as _, ColumnTrait, Condition};

use super::super::access;
use super::super::error::TicketError;
use super::super::read::complaint_policy;
use super::super::rules::{Path, complaint, is_settled};
use super::{clocks, event, is_complaint, load_histories, raise};
use crate::areas::households;
use crate::auth::Viewer;
use crate::clock::optional_moment;
use crate::command::history::ActedOn;
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::database::sealed::Purpose;
use crate::error::ApiError;
use crate::text::{LINE, TEXT, given, required_text, text};

/// What the register of complaints asks for in addition to summary, reporter and contact (T-13, T-14).
#[derive(Clone, Debug, Default, InputObject)]
#[graphql(name = "ComplaintInput")]
pub struct Complaint {
    /// How it came in; counts as `SPOKEN` when left out.
    pub channel: Option<ComplaintChannel>,
    /// When the matter complained about happened.
    pub occurred_at: Option<DateTimeUtc>,
    /// Where it happened; at most 200 characters.
    #[graphql(default)]
    pub place: String,
    /// The person complained about; at most 200 characters.
    #[graphql(default)]
    pub person_concerned: String,
    /// The departments complained about; at most 200 characters.
    #[graphql(default)]
    pub departments_concerned: String,
    /// What the complainant demands; at most 4000 characters.
    #[graphql(default)]
    pub demand: String,
    /// By when the complainant asks for a solution (T-21).
    pub wanted_by: Option<DateTimeUtc>,
    /// Whether the complainant gives no name; only staff write such a complaint down.
    #[graphql(default)]
    pub is_anonymous: bool,
}

/// A ticket to open: who asks for what, where, and when it suits him (T-01). Opening twice with one id is once, with
/// other content refused.
#[derive(Clone, Debug, InputObject)]
#[graphql(name = "OpenTicketInput")]
pub struct OpenTicket {
    /// Made by the caller, so that a call that is repeated opens one ticket only; the server makes one
    /// when it is left out.
    pub id: Option<TicketId>,
    /// The community it belongs to.
    pub community_id: CommunityId,
    /// The unit it is about. A resident names one of his own; staff may leave it out.
    pub unit_id: Option<UnitId>,
    /// The party that reports, named by staff. Ignored of residents, who report for themselves.
    pub reporter_party_id: Option<PartyId>,
    /// What it is about, in one line of 1 to 200 characters.
    pub summary: String,
    /// What it is about, at length; at most 4000 characters.
    #[graphql(default)]
    pub description: String,
    /// How urgent it is. Of residents it is only written into the history: their tickets begin as
    /// `NORMAL`.
    #[graphql(default_with = "Priority::Normal")]
    pub priority: Priority,
    /// When it suits the resident, in his own words; at most 200 characters.
    #[graphql(default)]
    pub convenient_time: String,
    /// Whom to ask for, at most 200 characters; the name of the reporter when left out.
    pub contact_name: Option<String>,
    /// The number to call, written out; that of the reporter when left out.
    pub contact_phone: Option<String>,
    /// Repair or complaint.
    #[graphql(default_with = "TicketKind::Repair")]
    pub kind: TicketKind,
    /// What is to be repaired; left out when it is not known yet.
    pub repair_class: Option<RepairClass>,
    /// Of a complaint: what is recorded of complaints only.
    pub complaint: Option<Complaint>,
}

impl Command for OpenTicket {
    const KIND: &'static str = "ticket.open";
    type Output = Effect;

    async fn prefetch(batch: &[&Self], viewer: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        write
            .load::<ticket::Model>(batch.iter().filter_map(|open| open.id))
            .await?;
        write
            .see::<unit::Model>(batch.iter().filter_map(|open| open.unit_id))
            .await?;
        let own = viewer
            .person()
            .into_iter()
            .flat_map(|person| person.parties.values().copied());
        let reporters = batch.iter().filter_map(|open| open.reporter_party_id);
        let parties: Vec<_> = reporters.chain(own).collect();
        if !parties.is_empty() {
            let relations = party_relation::Column::PartyId.is_in(parties.clone());
            write
                .load_where::<party_relation::Model>(Condition::all().add(relations), false)
                .await?;
            write.see::<party::Model>(parties.clone()).await?;
        }
        load_like_complaints(batch, parties, write).await
    }

    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let unit = self.unit(viewer, write)?;
        if !access::may_open(viewer, self.community_id, self.unit_id.map(Into::into)) {
            return Err(ApiError::not_found("community"));
        }
        if let Some(repeated) = self.repeated(viewer, write)? {
            return Ok(repeated);
        }
        let reporter = self.reporter(viewer, write)?;
        let (contact_name, contact_phone, contact_phone_masked) =
            self.contact(write, reporter.as_ref())?;
        let details = self.complaint.clone().unwrap_or_default();
        let id = self.id.unwrap_or_else(|| TicketId(write.new_id()));
        let ticket = ticket::Model {
            id,
            community_id: self.community_id,
            kind: self.kind,
            state: Path::of(self.kind).first(),
            priority: self.priority(viewer),
            summary: required_text("summary", &self.summary, LINE)?,
            description: text("description", &self.description, TEXT)?,
            convenient_time: text("convenientTime", &self.convenient_time, LINE)?,
            unit_id: self.unit_id,
            zone_id: unit.and_then(|unit| unit.zone_id),
            reporter_party_id: reporter.map(|party| party.id),
            recorded_by: viewer
                .position(self.community_id)
                .map(|position| position.staff_member_id),
            contact_name,
            contact_phone,
            contact_phone_masked,
            assignee_id: None,
            observed_at: occasion.observed_at,
            finished_at: None,
            closed_at: None,
            repair_class: self.repair_class,
            water_tested_at: None,
            severity: None,
            channel: details.channel,
            occurred_at: optional_moment("occurredAt", details.occurred_at)?,
            place: text("place", &details.place, LINE)?,
            person_concerned: text("personConcerned", &details.person_concerned, LINE)?,
            departments_concerned: text(
                "departmentsConcerned",
                &details.departments_concerned,
                LINE,
            )?,
            demand: text("demand", &details.demand, TEXT)?,
            wanted_by: optional_moment("wantedBy", details.wanted_by)?,
            is_anonymous: self.is_anonymous(),
            is_second: false,
            department: String::new(),
            responsible_id: None,
            escalated_at: None,
            due_at: None,
            due_rule: None,
            breached_at: None,
            left_phones_at: None,
            field_seq: FieldStamps::default(),
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        };
        let mut event = event(write, viewer, occasion, &ticket, TicketEventKind::Opened);
        event.to_state = Some(ticket.state);
        if self.priority != ticket.priority {
            let asked = self.priority.to_value();
            event.note = format!("要求的优先级 / priority asked for: {asked}");
        }
        let effect = Effect::on(&ticket);
        write.insert(ticket.clone())?;
        write.insert(event)?;
        if self.kind == TicketKind::Complaint {
            let policy = clocks::terms(write, self.community_id)?.policy;
            flag_seconds(
                occasion,
                viewer,
                write,
                (&ticket, policy.second_within_months),
            )?;
            clocks::update(write, id)?;
        }
        Ok(effect)
    }
}

/// Loads what the complaints of a batch may repeat or be repeated by, and what their policy is read from;
/// of repairs there is nothing to load.
async fn load_like_complaints(
    batch: &[&OpenTicket],
    parties: Vec<PartyId>,
    write: &mut Write,
) -> Result<(), ApiError> {
    use ticket::Column::{CommunityId, Kind, ObservedAt, ReporterPartyId, UnitId};
    /// How long after the fact a phone may still tell of a complaint.
    const OFFLINE_MONTHS: u32 = 3;
    let complaints = batch
        .iter()
        .filter(|open| open.kind == TicketKind::Complaint);
    let communities: Vec<_> = complaints.clone().map(|open| open.community_id).collect();
    if communities.is_empty() {
        return Ok(());
    }
    write.see::<community::Model>(communities.clone()).await?;
    let policies = write.rows::<community::Model>().map(complaint_policy);
    let months = policies.map(|policy| policy.second_within_months).max();
    let since = Months::new(months.unwrap_or(0).saturating_add(OFFLINE_MONTHS));
    let since = write.now().checked_sub_months(since);
    let units = complaints.filter_map(|open| open.unit_id);
    let of_them = Condition::any()
        .add(UnitId.is_in(units))
        .add(ReporterPartyId.is_in(parties));
    let alike = Condition::all()
        .add(CommunityId.is_in(communities))
        .add(Kind.eq(TicketKind::Complaint))
        .add_option(since.map(|since| ObservedAt.gte(since)))
        .add(of_them);
    write.load_where::<ticket::Model>(alike, true).await?;
    let complaints = write
        .rows::<ticket::Model>()
        .filter(|row| is_complaint(row));
    let alike: Vec<_> = complaints.map(|row| row.id).collect();
    load_histories(write, alike.into_iter(), std::iter::empty()).await
}

impl OpenTicket {
    /// How urgent a report is, is for those who work there to say. What a resident asks for is noted.
    fn priority(&self, viewer: &Viewer) -> Priority {
        if access::may_prioritise(viewer, self.community_id) {
            self.priority
        } else {
            Priority::Normal
        }
    }

    fn is_anonymous(&self) -> bool {
        let is_anonymous = |details: &Complaint| details.is_anonymous;
        self.kind == TicketKind::Complaint && self.complaint.as_ref().is_some_and(is_anonymous)
    }

    /// Whom to ask for, and his number, sealed and masked: as told, or as the reporter is known.
    fn contact(
        &self,
        write: &Write,
        reporter: Option<&party::Model>,
    ) -> Result<(String, Option<Sealed>, Option<String>), ApiError> {
        if self.is_anonymous() {
            return Ok((String::new(), None, None));
        }
        let name = match (given(self.contact_name.as_deref()), reporter) {
            (Some(name), _) => text("contactName", name, LINE)?,
            (None, Some(party)) => party.name.clone(),
            (None, None) => String::new(),
        };
        let (phone, phone_masked) = match given(self.contact_phone.as_deref()) {
            Some(phone) => {
                let phone = households::contact_phone(phone).map_err(|_| {
                    let (english, chinese) = ("is no phone number", "不是有效的电话号码");
                    ApiError::invalid("contactPhone", english, chinese)
                })?;
                let masked = households::masked_phone(&phone);
                (
                    Some(write.keys().seal(Purpose::Phone, &phone)?),
                    Some(masked),
                )
            }
            None => reporter
                .map(|party| (party.phone.clone(), party.phone_masked.clone()))
                .unwrap_or_default(),
        };
        Ok((name, phone, phone_masked))
    }

    /// Opening twice with one id is once. An id that is taken where the viewer cannot see answers
    /// like one that is not there.
    fn repeated(&self, viewer: &Viewer, write: &Write) -> Result<Option<Effect>, ApiError> {
        let known = self.id.and_then(|id| write.get::<ticket::Model>(id));
        let Some(known) = known else {
            return Ok(None);
        };
        if !access::scope().allows(viewer.reach(), known) {
            return Err(ApiError::not_found("ticket"));
        }
        let is_same = known.community_id == self.community_id
            && known.unit_id == self.unit_id
            && known.summary == LINE.clean(&self.summary);
        if is_same {
            Ok(Some(Effect::on(known)))
        } else {
            Err(ApiError::conflict("ticket"))
        }
    }

    fn unit(&self, viewer: &Viewer, write: &Write) -> Result<Option<unit::Model>, ApiError> {
        let Some(id) = self.unit_id else {
            return Ok(None);
        };
        let unit = write.visible(
            &crate::areas::estate::access::unit_scope(),
            viewer.reach(),
            id,
        )?;
        if unit.community_id != self.community_id {
            return Err(ApiError::not_found("unit"));
        }
        Ok(Some(unit.clone()))
    }

    /// The party that reports: named by staff, or the resident himself.
    fn reporter(&self, viewer: &Viewer, write: &Write) -> Result<Option<party::Model>, ApiError> {
        if self.is_anonymous() {
            let staff = viewer.is_staff(self.community_id);
            let nobody = staff.then_some(None);
            return nobody.ok_or_else(|| TicketError::AnonymousResident.into());
        }
        let own = viewer
            .person()
            .and_then(|person| person.parties.get(&self.community_id));
        // Who holds a post names the reporter; a resident is it himself, also when the office lets his
        // report through.
        let staff = viewer.is_staff(self.community_id);
        let resident = own.filter(|_| viewer.position(self.community_id).is_none());
        let named = self.reporter_party_id.filter(|_| staff);
        let Some(id) = resident.copied().or(named) else {
            return Ok(None);
        };
        let party = write.get::<party::Model>(id);
        let party = party
            .filter(|party| party.community_id == self.community_id && party.deleted_at.is_none());
        let lives_there = |party: &party::Model| {
            write.rows::<party_relation::Model>().any(|relation| {
                relation.party_id == party.id
                    && Some(relation.unit_id) == self.unit_id
                    && relation.is_current
                    && relation.deleted_at.is_none()
            })
        };
        // A field worker may name the household he stands before, not look others up.
        let known = |party: &&party::Model| {
            viewer.is_office(self.community_id) || !staff || lives_there(party)
        };
        party
            .filter(known)
            .cloned()
            .map(Some)
            .ok_or_else(|| ApiError::not_found("party"))
    }
}

/// Marks this complaint if it repeats one of before, and those that repeat it and were heard of first (T-30,
/// T-31). Which one is repeated is not said: whoever wrote it down need not know of the other.
fn flag_seconds(
    occasion: &Occasion,
    viewer: &Viewer,
    write: &mut Write,
    (ticket, months): (&ticket::Model, u32),
) -> Result<(), ApiError> {
    let is_second = write
        .rows::<ticket::Model>()
        .any(|earlier| complaint::repeats(earlier, ticket, months));
    if is_second {
        flag_second(occasion, viewer, write, ticket)?;
    }
    let later = write.rows::<ticket::Model>().filter(|later| {
        later.observed_at > ticket.observed_at && complaint::repeats(ticket, later, months)
    });
    let later: Vec<_> = later.filter(|later| !later.is_second).cloned().collect();
    for later in &later {
        flag_second(occasion, &Viewer::system(), write, later)?;
    }
    Ok(())
}

/// Marks a complaint as a second one, and raises it as long as something can be done about it.
fn flag_second(
    occasion: &Occasion,
    viewer: &Viewer,
    write: &mut Write,
    ticket: &ticket::Model,
) -> Result<(), ApiError> {
    let mut event = event(write, viewer, occasion, ticket, TicketEventKind::Repeated);
    event.is_internal = true;
    let counts = Ok::<_, TicketError>(());
    ActedOn::new(write, ticket.clone(), occasion)?.record(write, occasion, event, counts)?;
    write.update::<ticket::Model>(ticket.id, |row| {
        if row.is_second && !is_settled(row.state) {
            raise(row);
        }
    })
}
