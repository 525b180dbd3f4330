//! Where a handover stands: it follows from what happened, in the order in which it happened, and
//! never from the order in which phones came home.

use chrono::{DateTime, Utc};
use entity::duty::{Equipment, HandoverEventKind, HandoverState, handover, handover_event};
use entity::ids::StaffMemberId;

use crate::history::{Happened, Story};
use crate::text::names::key;

/// What the events of a handover come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    outgoing_id: StaffMemberId,
    pub state: HandoverState,
    pub incoming_id: Option<StaffMemberId>,
    pub equipment: Vec<Equipment>,
    pub is_environment_fine: Option<bool>,
    pub arrived_at: Option<DateTime<Utc>>,
    pub checked_at: Option<DateTime<Utc>>,
    pub outgoing: Option<Signature>,
    pub incoming: Option<Signature>,
    /// From when on the successor is responsible (S-19).
    pub passed_at: Option<DateTime<Utc>>,
}

/// A signature that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub at: DateTime<Utc>,
    pub text: Option<String>,
}

impl Story for handover::Model {
    type Event = handover_event::Model;
    type State = Standing;

    fn begin(&self) -> Standing {
        Standing {
            outgoing_id: self.outgoing_id,
            state: HandoverState::Prepared,
            incoming_id: None,
            equipment: Vec::new(),
            is_environment_fine: None,
            arrived_at: None,
            checked_at: None,
            outgoing: None,
            incoming: None,
            passed_at: None,
        }
    }

    fn follow(standing: &mut Standing, event: &handover_event::Model) {
        standing.take(event);
    }

    /// It changes something; a note always does.
    fn counts(standing: &Standing, event: &handover_event::Model) -> bool {
        let mut after = standing.clone();
        after.take(event);
        after != *standing || event.kind == HandoverEventKind::Noted
    }

    fn stand(&mut self, standing: Standing) {
        standing.write_into(self);
    }
}

impl Happened for handover_event::Model {
    fn observed_at(&self) -> DateTime<Utc> {
        self.observed_at
    }

    fn seq(&self) -> i64 {
        self.seq
    }

    fn begins(&self) -> bool {
        self.kind == HandoverEventKind::Prepared
    }
}

impl Standing {
    /// What one event changes. One that does not count where the handover stands changes nothing and is
    /// kept all the same.
    fn take(&mut self, event: &handover_event::Model) {
        use HandoverState::{Checked, Prepared, Rejected, Signed};
        if self.state == Signed {
            return;
        }
        let is_outgoing = event.author_staff_id == Some(self.outgoing_id);
        match event.kind {
            HandoverEventKind::Prepared => {
                self.equipment.clone_from(&event.equipment.0);
                self.incoming_id = event.incoming_id;
            }
            HandoverEventKind::Rejected if !is_outgoing && self.state != Rejected => {
                self.come(event);
                self.state = Rejected;
                self.is_environment_fine = Some(false);
                // Nobody has signed for a place that is not in order (S-17).
                (self.outgoing, self.incoming) = (None, None);
            }
            HandoverEventKind::PutRight if is_outgoing && self.state == Rejected => {
                self.state = Prepared;
                self.is_environment_fine = None;
            }
            HandoverEventKind::Checked if !is_outgoing && self.state != Rejected => {
                self.come(event);
                self.state = Checked;
                self.is_environment_fine = Some(true);
                self.checked_at = Some(event.observed_at);
                self.count(&event.equipment.0);
            }
            HandoverEventKind::Signed if self.state != Rejected => self.sign(is_outgoing, event),
            HandoverEventKind::Noted if self.state == Prepared && event.incoming_id.is_some() => {
                self.incoming_id = event.incoming_id;
            }
            _ => {}
        }
    }

    /// The successor is whoever came.
    fn come(&mut self, event: &handover_event::Model) {
        self.arrived_at = self.arrived_at.or(Some(event.observed_at));
        if self.incoming_id != event.author_staff_id {
            self.incoming_id = event.author_staff_id;
            self.incoming = None;
        }
    }

    fn count(&mut self, counted: &[Equipment]) {
        for item in counted {
            let known = self
                .equipment
                .iter_mut()
                .find(|it| key(&it.name) == key(&item.name));
            match known {
                Some(known) => known.counted = item.counted,
                None => self.equipment.push(Equipment {
                    count: 0,
                    ..item.clone()
                }),
            }
        }
    }

    /// The outgoing person may sign as soon as he has prepared, his successor when he has checked; the
    /// later of the two signatures passes the responsibility on (S-19).
    fn sign(&mut self, is_outgoing: bool, event: &handover_event::Model) {
        let signature = Signature {
            at: event.observed_at,
            text: event.signature.clone(),
        };
        if is_outgoing {
            self.outgoing.get_or_insert(signature);
        } else if self.state == HandoverState::Checked && self.incoming_id == event.author_staff_id
        {
            self.incoming.get_or_insert(signature);
        }
        let both = self.outgoing.as_ref().zip(self.incoming.as_ref());
        if let Some((one, other)) = both.filter(|_| self.state == HandoverState::Checked) {
            self.passed_at = Some(one.at.max(other.at));
            self.state = HandoverState::Signed;
        }
    }

    fn write_into(self, row: &mut handover::Model) {
        row.state = self.state;
        row.incoming_id = self.incoming_id;
        row.equipment.0 = self.equipment;
        row.is_environment_fine = self.is_environment_fine;
        row.arrived_at = self.arrived_at;
        row.checked_at = self.checked_at;
        row.outgoing_signed_at = self.outgoing.as_ref().map(|it| it.at);
        row.outgoing_signature = self.outgoing.and_then(|it| it.text);
        row.incoming_signed_at = self.incoming.as_ref().map(|it| it.at);
        row.incoming_signature = self.incoming.and_then(|it| it.text);
        row.passed_at = self.passed_at;
    }
}

#[cfg(test)]
mod tests;
