//! Who plays what, and on which phone.

use std::collections::BTreeMap;

use super::Plan;
use super::plan::Role;

/// The number of the phone of another community.
const OUTSIDER: u64 = 1_000_000;

/// Somebody on stage.
pub struct Part {
    pub number: u64,
    pub role: Role,
    pub account: String,
    /// The number of the phone that he holds; mostly his own.
    pub device: u64,
}

/// Beyond the first of each post most people are in the field, as in any estate.
const FIELD: [Role; 10] = [
    Role::Guard,
    Role::Worker,
    Role::Resident,
    Role::Guard,
    Role::Worker,
    Role::Guard,
    Role::Resident,
    Role::Worker,
    Role::Guard,
    Role::Keeper,
];

/// Who plays what: first two of each, then the field by its shares; the outsider comes on top.
pub fn parts(plan: &Plan) -> Vec<Part> {
    use Role::{Desk, Guard, Keeper, Resident, Worker};
    let first = [
        Desk, Worker, Guard, Keeper, Resident, Guard, Keeper, Worker, Desk, Resident,
    ];
    let cast = &plan.cast;
    let desk: Vec<String> = cast
        .desk
        .iter()
        .chain([&cast.supervisor])
        .cloned()
        .collect();
    let accounts = |role| match role {
        Desk => &desk,
        Worker => &cast.workers,
        Guard => &cast.guards,
        Keeper => &cast.keepers,
        _ => &cast.residents,
    };
    let mut turns: BTreeMap<Role, usize> = BTreeMap::new();
    let is_cast = |role: &Role| !accounts(*role).is_empty();
    let (first, field) = (first.into_iter(), FIELD.into_iter());
    let field: Vec<Role> = field.filter(is_cast).collect();
    let roles = first.filter(is_cast).chain(field.into_iter().cycle());
    let dealt = roles.map(|role| {
        let accounts = accounts(role);
        let turn = turns.entry(role).or_default();
        let account = accounts[*turn % accounts.len()].clone();
        *turn += 1;
        (role, account)
    });
    let mut parts = Vec::new();
    let mut lent: Option<(u64, String)> = None;
    for (number, (role, account)) in (1..=plan.phones).zip(dealt) {
        let device = device_of(number, role, &account, &mut lent);
        parts.push(Part {
            number,
            role,
            account,
            device,
        });
    }
    parts.extend(cast.outsider.iter().map(|account| Part {
        number: OUTSIDER,
        role: Role::Outsider,
        account: account.clone(),
        device: OUTSIDER,
    }));
    parts
}

/// Two shifts of guards share one phone: one device, and each his own session and queue on it.
fn device_of(number: u64, role: Role, account: &str, lent: &mut Option<(u64, String)>) -> u64 {
    if role != Role::Guard {
        return number;
    }
    match lent.take() {
        Some((device, owner)) if owner != account => device,
        _ => {
            *lent = Some((number, account.to_owned()));
            number
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Cast;
    use super::*;
    use crate::clock::SystemClock;

    fn plan(phones: u64, guards: usize, workers: usize) -> Plan {
        let some = |word: &str, count| (1..=count).map(|it| format!("{word}{it}")).collect();
        Plan {
            urls: Vec::new(),
            give_up: Duration::ZERO,
            password: String::new(),
            cast: Cast {
                supervisor: "supervisor".to_owned(),
                desk: some("desk", 1),
                workers: some("worker", workers),
                guards: some("guard", guards),
                keepers: some("keeper", 2),
                residents: some("resident", 2),
                outsider: Some("stranger".to_owned()),
            },
            seed: 1,
            nonce: 0,
            phones,
            rounds: 1,
            is_serial: true,
            clock: std::sync::Arc::new(SystemClock),
        }
    }

    #[test]
    fn in_a_large_cast_most_are_in_the_field_and_all_get_a_turn() {
        let parts = parts(&plan(200, 60, 30));
        let count = |role| parts.iter().filter(|part| part.role == role).count();
        assert_eq!(count(Role::Guard), 78);
        assert_eq!(count(Role::Worker), 59);
        assert_eq!(count(Role::Resident), 40);
        assert_eq!(count(Role::Keeper), 21);
        assert_eq!(count(Role::Desk), 2);
        assert_eq!(count(Role::Outsider), 1);
        let guards = parts.iter().filter(|part| part.role == Role::Guard);
        let guards: std::collections::BTreeSet<_> = guards.map(|part| &part.account).collect();
        assert_eq!(guards.len(), 60);
    }

    #[test]
    fn two_shifts_of_guards_share_one_phone() {
        let parts = parts(&plan(6, 2, 1));
        let guards = parts.iter().filter(|part| part.role == Role::Guard);
        let guards: Vec<_> = guards.map(|part| (&*part.account, part.device)).collect();
        assert_eq!(guards, [("guard1", 3), ("guard2", 3)]);
    }

    #[test]
    fn where_nobody_is_in_the_field_the_office_plays_alone() {
        let mut plan = plan(9, 0, 0);
        (plan.cast.keepers, plan.cast.residents) = (Vec::new(), Vec::new());
        assert_eq!(parts(&plan).len(), 3);
    }
}
