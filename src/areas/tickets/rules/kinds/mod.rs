//! The kinds of tickets, each a table that can be held against the handbook (domain 13.2, 13.3).

mod complaint;
mod repair;

pub use complaint::COMPLAINT;
pub use repair::REPAIR;

use entity::tickets::{ClockMetBy, TicketKind, TicketState};

/// How tickets of a kind move.
#[derive(Debug)]
pub struct Path {
    pub kind: TicketKind,
    /// The states in the order in which they are reached; the first is where a ticket begins.
    pub order: &'static [&'static [TicketState]],
    /// From here on somebody handles it.
    pub given: TicketState,
    pub steps: &'static [Step],
}

/// A step from one of several states to another.
#[derive(Debug)]
pub struct Step {
    pub from: &'static [TicketState],
    pub to: TicketState,
    pub by: By,
    /// What it needs besides the state.
    pub needs: Needs,
    /// It works again at what was finished.
    pub reopens: bool,
    /// It is the end of the work.
    pub ends_work: bool,
    /// The handbook leaves it out unless nobody knows who complained.
    pub if_anonymous: bool,
    /// Where a phone may still say it, because others did the same or more without it: it is kept and moves
    /// nothing.
    pub said_again: &'static [TicketState],
    /// What is done once a ticket stands there.
    pub meets: &'static [ClockMetBy],
}

/// Who takes a step. The office takes every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Office,
    /// Whoever works at the repair, or answers for the complaint.
    Handler,
}

/// What a step needs besides the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    Nothing,
    /// A record of what was said, planned, told, heard, or why not.
    Note,
    /// Somebody to whom the ticket is given.
    Assignee,
    /// More than a state: it is a command of its own.
    Command,
}

impl Step {
    const fn new(from: &'static [TicketState], to: TicketState, by: By) -> Self {
        Self {
            from,
            to,
            by,
            needs: Needs::Nothing,
            reopens: false,
            ends_work: false,
            if_anonymous: false,
            said_again: &[],
            meets: &[],
        }
    }

    const fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    const fn reopens(self) -> Self {
        let reopens = true;
        Self { reopens, ..self }
    }

    const fn ends_work(self) -> Self {
        let ends_work = true;
        Self { ends_work, ..self }
    }

    const fn if_anonymous(self) -> Self {
        let if_anonymous = true;
        Self {
            if_anonymous,
            ..self
        }
    }

    const fn said_again(self, said_again: &'static [TicketState]) -> Self {
        Self { said_again, ..self }
    }

    const fn meets(self, meets: &'static [ClockMetBy]) -> Self {
        Self { meets, ..self }
    }
}

impl Path {
    pub fn of(kind: TicketKind) -> &'static Self {
        match kind {
            TicketKind::Repair => &REPAIR,
            TicketKind::Complaint => &COMPLAINT,
        }
    }

    /// Where a ticket begins.
    pub fn first(&self) -> TicketState {
        self.order[0][0]
    }

    /// The step from one state to another, if it may be taken. To say again what stands already is one where
    /// the table says so: two people who saw it are two facts.
    pub fn step(&self, from: TicketState, to: TicketState, is_anonymous: bool) -> Option<&Step> {
        let mut steps = self.to(to);
        steps.find(|step| step.from.contains(&from) && (is_anonymous || !step.if_anonymous))
    }

    /// The steps that lead to a state.
    pub fn to(&self, to: TicketState) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |step| step.to == to)
    }

    /// Whether a phone that did not know may say that a ticket in this state came there.
    pub fn may_be_said_again(&self, state: TicketState, to: TicketState) -> bool {
        self.to(to).any(|step| step.said_again.contains(&state))
    }

    pub fn demands_note(&self, to: TicketState) -> bool {
        self.to(to).any(|step| step.needs == Needs::Note)
    }

    /// Whether coming there names more than a state, and so is a command of its own.
    pub fn names_more(&self, to: TicketState) -> bool {
        self.to(to).any(|step| step.needs == Needs::Command)
    }

    /// What has been done when a ticket stands here.
    pub fn meets(&self, to: TicketState) -> impl Iterator<Item = ClockMetBy> {
        self.to(to).flat_map(|step| step.meets.iter().copied())
    }

    /// Whether a ticket that stands here has come as far as there, one way or another.
    pub fn has_reached(&self, state: TicketState, there: TicketState) -> bool {
        self.place(state) >= self.place(there)
    }

    /// Whether this is worked at again.
    pub fn goes_back(&self, from: TicketState, to: TicketState) -> bool {
        self.place(to) < self.place(from)
    }

    /// How far along the path this is.
    fn place(&self, state: TicketState) -> Option<usize> {
        self.order.iter().position(|same| same.contains(&state))
    }

    /// Which step counts from here once it is reported. One of those who handle the ticket counts wherever it leads
    /// on: that nobody reported the steps between does not undo what was done. What was called off is called off,
    /// whatever was done meanwhile.
    pub fn counts(&self, from: TicketState, to: TicketState, is_anonymous: bool) -> Option<&Step> {
        let listed = self.step(from, to, is_anonymous);
        listed.filter(|step| !step.reopens).or_else(|| {
            let is_open = !super::is_settled(from);
            let is_ahead = self.place(to) > self.place(from);
            let is_given = self.has_reached(from, self.given);
            let leads_on = |step: &&Step| {
                let is_work = step.by == By::Handler && !step.reopens;
                is_work && is_given || to == TicketState::Cancelled
            };
            self.to(to).filter(|_| is_open && is_ahead).find(leads_on)
        })
    }

    /// The step that works again at what is finished.
    pub fn reopening(&self, to: TicketState) -> Option<&Step> {
        self.to(to).find(|step| step.reopens)
    }
}
