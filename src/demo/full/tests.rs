use std::collections::{HashMap, HashSet};

use entity::kinds::{Occupancy, PostKind, RelationKind};

use super::posts::account;
use crate::demo::estate::{DemoCommunity, DemoTicketState};
use crate::demo::{DemoEstate, DemoSize, demo_estate};

fn full() -> DemoEstate {
    demo_estate(DemoSize::Full, 2026)
}

fn count(community: &DemoCommunity, post: PostKind) -> usize {
    let staff = community.staff.iter();
    staff.filter(|staff| staff.post == post).count()
}

#[test]
fn two_runs_of_the_large_estate_are_equal() {
    assert_eq!(full(), full());
    assert_ne!(full(), demo_estate(DemoSize::Full, 2027));
}

#[test]
fn the_large_estate_has_its_size() {
    let estate = full();
    let [bijiang, cuihu] = estate.communities.as_slice() else {
        panic!("two communities");
    };
    let size = |it: &DemoCommunity| (it.zones.len(), it.buildings.len(), it.units.len());
    assert_eq!(size(bijiang), (10, 105, 11_000));
    assert_eq!(size(cuihu), (2, 10, 302));
    let parties = bijiang.parties.len() + cuihu.parties.len();
    assert!((13_500..=15_000).contains(&parties), "{parties}");
    let has = |relation| {
        let parties = bijiang.parties.iter();
        parties.filter(|party| party.relation == relation).count()
    };
    assert!(has(RelationKind::Owner) > 8_000 && has(RelationKind::Tenant) > 1_500);

    for community in &estate.communities {
        let rooms: HashMap<_, _> = community
            .units
            .iter()
            .map(|unit| ((unit.building, &unit.room_number), unit.occupancy))
            .collect();
        assert_eq!(rooms.len(), community.units.len(), "a room twice");
        let settled: HashSet<_> = community
            .parties
            .iter()
            .map(|party| (party.building, &party.room_number))
            .collect();
        for (room, occupancy) in rooms {
            assert_eq!(!settled.contains(&room), occupancy == Occupancy::Vacant);
        }
        let buildings: HashSet<_> = community.buildings.iter().map(|it| it.name).collect();
        assert_eq!(buildings.len(), community.buildings.len());
    }
    let room = |building: &str, room: &str| {
        let mut units = bijiang.units.iter();
        units.any(|unit| unit.building == building && unit.room_number == room)
    };
    assert!(room("江畔1栋", "3206") && room("翠堤20栋", "4单元602"));
}

#[test]
fn the_desk_has_the_head_counts_of_the_staffing_table() {
    let estate = full();
    let [bijiang, cuihu] = estate.communities.as_slice() else {
        panic!("two communities");
    };
    // O-01
    let desk = [
        PostKind::Supervisor,
        PostKind::TeamLeader,
        PostKind::Assistant,
        PostKind::ArchiveClerk,
    ];
    assert_eq!(desk.map(|post| count(bijiang, post)), [2, 3, 14, 3]);
    // O-15 to O-20.
    let park = [
        PostKind::Supervisor,
        PostKind::HrOfficer,
        PostKind::AdminOfficer,
        PostKind::Assistant,
        PostKind::ConferenceAttendant,
        PostKind::WarehouseKeeper,
    ];
    assert_eq!(park.map(|post| count(cuihu, post)), [1, 1, 1, 1, 3, 1]);
    for zone in &bijiang.zones {
        let of = |post| {
            let staff = bijiang.staff.iter();
            staff
                .filter(|it| it.post == post && it.zones == [*zone])
                .count()
        };
        let field = (of(PostKind::MaintenanceWorker), of(PostKind::SecurityGuard));
        assert_eq!(field, (3, 6), "three shifts in {zone}");
    }
}

#[test]
fn the_accounts_of_the_small_estate_are_those_of_the_same_people_in_the_large_one() {
    let [small, full] = [demo_estate(DemoSize::Small, 1), full()];
    for (small, full) in small.communities.iter().zip(&full.communities) {
        for staff in &small.staff {
            let same = full.staff.iter().find(|it| it.account == staff.account);
            let same = same.unwrap_or_else(|| panic!("{} is gone", staff.account));
            assert_eq!(
                (same.post, same.zones.first()),
                (staff.post, staff.zones.first())
            );
        }
        let residents = |of: &DemoCommunity| -> Vec<_> {
            of.residents
                .iter()
                .map(|it| (it.account, it.building))
                .collect()
        };
        assert_eq!(residents(small), residents(full));
        let known: HashSet<_> = full.staff.iter().map(|it| it.account).collect();
        let superiors = full.staff.iter().filter_map(|it| it.superior);
        assert!(superiors.clone().count() > 0);
        for superior in superiors {
            assert!(known.contains(superior), "{superior}");
        }
    }
    assert_eq!(account("guard", 25, ""), "guard_z");
    assert_eq!(account("guard", 26, "2"), "guard_aa2");
}

#[test]
fn nobody_on_the_large_estate_shares_an_account_a_name_or_a_number() {
    let estate = full();
    let mut seen = HashSet::new();
    for community in &estate.communities {
        for party in &community.parties {
            assert!(seen.insert(party.name.clone()), "{}", party.name);
            assert!(seen.insert(party.phone.clone()) && party.phone.get(3..7) == Some("0000"));
            if let Some(number) = &party.identity_number {
                assert!(seen.insert(number.clone()) && number.ends_with("000X"));
            }
        }
        for staff in &community.staff {
            assert!(seen.insert(staff.account.to_owned()), "{}", staff.account);
            assert!(seen.insert(staff.name.clone()) && seen.insert(staff.phone.clone()));
        }
    }
}

#[test]
fn a_few_hundred_of_some_thousand_repairs_are_open() {
    let estate = full();
    for (community, [all, open]) in estate.communities.iter().zip([[4_000, 372], [183, 31]]) {
        let tickets = &community.tickets;
        let is_open = |state| state < DemoTicketState::Closed;
        assert_eq!(tickets.len(), all);
        assert_eq!(
            tickets.iter().filter(|it| is_open(it.state)).count(),
            open + 2
        );
        let states: HashSet<_> = tickets.iter().map(|ticket| ticket.state).collect();
        assert_eq!(states.len(), 7);
        for ticket in tickets {
            let ages: Vec<_> = ticket.steps.iter().map(|step| step.age_minutes).collect();
            assert!(ages.is_sorted_by(|earlier, later| earlier >= later) && ages.last() > Some(&0));
            assert_eq!(
                ticket.steps.last().map(|step| step.state),
                Some(ticket.state)
            );
            let worker = ticket.assignee.map(|account| {
                let staff = community.staff.iter().find(|it| it.account == account);
                staff.is_some_and(|it| {
                    it.post == PostKind::MaintenanceWorker && it.zones.contains(&ticket.zone)
                })
            });
            assert_ne!(worker, Some(false));
        }
        for resident in &community.residents {
            assert!(tickets.iter().any(|it| it.reported_by == resident.account));
        }
    }
}
