//! Who takes part, and what a phone does next: chosen by its own dice, by what it holds, and by
//! nothing else.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Orders, dispatches, closes, calls off.
    Desk,
    /// Goes and repairs.
    Worker,
    /// Walks rounds, tells what is there, hands the post over.
    Guard,
    /// Goes to homes, two and two; hears complaints.
    Keeper,
    /// Reports and follows.
    Resident,
    /// Belongs to another community and must never see anything of this one.
    Outsider,
}

impl Role {
    /// As many of them are called.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Worker => "workers",
            Self::Guard => "guards",
            Self::Keeper => "keepers",
            Self::Resident => "residents",
            Self::Outsider => "outsider",
        }
    }
}

/// What a phone does in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Open,
    OpenAsGroup,
    ChildFirst,
    Edit,
    Note,
    Advance,
    AdvanceAstray,
    Assign,
    Cancel,
    FailingGroup,
    Malformed,
    Intrude,
    /// What is seen at a point of a round.
    Report,
    /// Something is wrong there: the report and its ticket, both or none.
    ReportWithTicket,
    Prepare,
    HandOver,
    PlanVisit,
    Visit,
    EditVisit,
    Complain,
    Handle,
    /// No network for some steps.
    GoOffline,
    Restart,
    ClockJump,
    Push,
    /// The same body twice, one after the other.
    PushTwice,
    /// The same body twice at once.
    PushTogether,
    /// The server takes it and the answer is lost.
    PushLost,
    /// The phone hangs up in between; whether it was taken nobody knows.
    PushCut,
    /// What was acknowledged long ago, once more.
    Replay,
    Pull,
    /// Stops in the middle of its pages, the last one forgotten.
    PullCrash,
    Refresh,
    RefreshLost,
}

use Action::{
    Advance, AdvanceAstray, Assign, Cancel, ChildFirst, ClockJump, Complain, Edit, EditVisit,
    FailingGroup, GoOffline, HandOver, Handle, Intrude, Malformed, Note, Open, OpenAsGroup,
    PlanVisit, Prepare, Pull, PullCrash, Push, PushCut, PushLost, PushTogether, PushTwice, Refresh,
    RefreshLost, Replay, Report, ReportWithTicket, Restart, Visit,
};

const WORK: &[(Action, u32)] = &[
    (Open, 6),
    (OpenAsGroup, 3),
    (ChildFirst, 3),
    (Edit, 12),
    (Note, 12),
    (Malformed, 2),
    (FailingGroup, 2),
];
const DESK: &[(Action, u32)] = &[
    (Advance, 10),
    (AdvanceAstray, 2),
    (Assign, 10),
    (Cancel, 1),
    (Complain, 2),
    (Handle, 8),
    (PlanVisit, 2),
    (Visit, 6),
];
const WORKER: &[(Action, u32)] = &[(Advance, 12), (AdvanceAstray, 3), (Assign, 1)];
const GUARD: &[(Action, u32)] = &[
    (Report, 34),
    (ReportWithTicket, 6),
    (Prepare, 4),
    (HandOver, 14),
];
const KEEPER: &[(Action, u32)] = &[
    (PlanVisit, 3),
    (Visit, 30),
    (EditVisit, 5),
    (Complain, 3),
    (Handle, 6),
];
const RESIDENT: &[(Action, u32)] = &[(Cancel, 2), (AdvanceAstray, 1), (Complain, 3)];
const OUTSIDER: &[(Action, u32)] = &[(Intrude, 10)];
const LIFE: &[(Action, u32)] = &[(GoOffline, 5), (Restart, 3), (ClockJump, 2)];
const NETWORK: &[(Action, u32)] = &[
    (Push, 16),
    (PushTwice, 3),
    (PushTogether, 3),
    (PushLost, 5),
    (Replay, 2),
    (Pull, 14),
    (PullCrash, 7),
    (Refresh, 2),
    (RefreshLost, 2),
];
const CUTS: &[(Action, u32)] = &[(PushCut, 4)];

/// The next action. Cuts depend on how fast the server is, so a run that must repeat goes without.
pub fn choose(dice: &mut StdRng, role: Role, is_offline: bool, with_cuts: bool) -> Action {
    let own = match role {
        Role::Desk => DESK,
        Role::Worker => WORKER,
        Role::Guard => GUARD,
        Role::Keeper => KEEPER,
        Role::Resident => RESIDENT,
        Role::Outsider => OUTSIDER,
    };
    let mut lists = vec![WORK, own, LIFE];
    if !is_offline {
        lists.push(NETWORK);
        if with_cuts {
            lists.push(CUTS);
        }
    }
    let all = || lists.iter().flat_map(|list| list.iter());
    let mut lot = dice.random_range(0..all().map(|(_, weight)| weight).sum());
    for (action, weight) in all() {
        if lot < *weight {
            return *action;
        }
        lot -= weight;
    }
    Push
}

/// What dice and ids are made for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    Choices = 1,
    Mutations = 2,
    Records = 3,
    Turns = 4,
    Office = 5,
}

/// The dice of one phone for one purpose. `nonce` tells runs on one estate apart.
pub fn dice(seed: u64, nonce: u64, phone: u64, purpose: Purpose) -> StdRng {
    let mut bytes = [0; 32];
    let parts = [seed, nonce, phone, purpose as u64];
    for (place, part) in bytes.chunks_exact_mut(8).zip(parts) {
        place.copy_from_slice(&part.to_le_bytes());
    }
    StdRng::from_seed(bytes)
}

/// Makes ids in the form of UUIDv7.
#[derive(Debug)]
pub struct Minter {
    dice: StdRng,
    count: u64,
}

/// Some moment in 2026; what phones put into ids says nothing about time.
const MINTED_AT: u64 = 1_780_000_000_000;

impl Minter {
    pub fn new(dice: StdRng) -> Self {
        Self { dice, count: 0 }
    }

    pub fn mint(&mut self) -> String {
        self.count += 1;
        let rest: [u8; 10] = self.dice.random();
        let id = uuid::Builder::from_unix_timestamp_millis(MINTED_AT + self.count, &rest);
        let id: Uuid = id.into_uuid();
        id.to_string()
    }

    /// How many were made.
    pub fn count(&self) -> u64 {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_chooses_the_same_and_another_does_not() {
        let choices = |seed| {
            let mut dice = dice(seed, 0, 1, Purpose::Choices);
            let one = |_| choose(&mut dice, Role::Desk, false, false);
            (0..50).map(one).collect::<Vec<_>>()
        };
        assert_eq!(choices(7), choices(7));
        assert_ne!(choices(7), choices(8));
    }

    #[test]
    fn offline_there_is_no_network() {
        let mut dice = dice(1, 0, 1, Purpose::Choices);
        let network = |action: &Action| NETWORK.iter().any(|(it, _)| it == action);
        let actions = (0..500).map(|_| choose(&mut dice, Role::Worker, true, true));
        assert!(
            !actions
                .collect::<Vec<_>>()
                .iter()
                .any(|it| network(it) || *it == PushCut)
        );
    }

    #[test]
    fn ids_are_told_apart_by_seed_nonce_phone_and_purpose() {
        let mint =
            |seed, nonce, phone, purpose| Minter::new(dice(seed, nonce, phone, purpose)).mint();
        let ids = [
            mint(1, 0, 1, Purpose::Records),
            mint(2, 0, 1, Purpose::Records),
            mint(1, 1, 1, Purpose::Records),
            mint(1, 0, 2, Purpose::Records),
            mint(1, 0, 1, Purpose::Mutations),
        ];
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
        assert_eq!(Uuid::try_parse(&ids[0]).unwrap().get_version_num(), 7);
    }
}
