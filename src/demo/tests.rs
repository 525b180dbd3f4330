use std::collections::{BTreeSet, HashSet};

use entity::kinds::{Occupancy, PostKind, RelationKind};

use super::estate::{DemoCommunity, DemoDuty, DemoPriority, DemoRoute, DemoTicketState};
use super::{DemoEstate, DemoSize, demo_estate};

fn small(seed: u64) -> DemoEstate {
    demo_estate(DemoSize::Small, seed)
}

fn seeds() -> impl Iterator<Item = DemoEstate> {
    (0..20).chain([u64::MAX]).map(small)
}

/// The word by which a post is known in the database and in JSON.
fn word(post: PostKind) -> String {
    serde_json::to_value(post)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

#[test]
fn one_seed_is_one_estate_and_another_seed_another() {
    assert_eq!(small(7), small(7));
    assert_ne!(small(7), small(8));
}

#[test]
fn the_estate_has_its_size_and_every_kind_of_life_in_it() {
    for estate in seeds() {
        let [bijiang, cuihu] = estate.communities.as_slice() else {
            panic!("two communities");
        };
        let size = |community: &DemoCommunity| {
            (
                community.zones.len(),
                community.buildings.len(),
                community.units.len(),
                community.tickets.len(),
            )
        };
        assert_eq!((bijiang.code, size(bijiang)), ("bijiang", (2, 3, 120, 36)));
        assert_eq!((cuihu.code, size(cuihu)), ("cuihu", (2, 2, 30, 10)));
        let occupancies: HashSet<_> = bijiang.units.iter().map(|unit| unit.occupancy).collect();
        assert_eq!(occupancies.len(), 5);
        let relations: HashSet<_> = estate
            .communities
            .iter()
            .flat_map(|of| &of.parties)
            .map(|party| party.relation)
            .collect();
        assert_eq!(relations.len(), 6);
        for community in &estate.communities {
            for unit in &community.units {
                let parties: Vec<_> = community
                    .parties
                    .iter()
                    .filter(|party| community.unit_of(party) == Some(unit))
                    .collect();
                assert_eq!(parties.is_empty(), unit.occupancy == Occupancy::Vacant);
            }
            assert!(
                community
                    .parties
                    .iter()
                    .all(|party| community.unit_of(party).is_some())
            );
        }
    }
}

#[test]
fn no_account_name_phone_or_identity_number_is_given_twice_and_all_are_marked_as_fiction() {
    for estate in seeds() {
        let mut seen = HashSet::new();
        let mut once = |text: &str| assert!(seen.insert(text.to_owned()), "{text} twice");
        for community in &estate.communities {
            let phones = community
                .parties
                .iter()
                .map(|party| &party.phone)
                .chain(community.staff.iter().map(|staff| &staff.phone));
            for phone in phones {
                once(phone);
                assert_eq!(phone.get(3..7), Some("0000"));
            }
            for number in community
                .parties
                .iter()
                .filter_map(|party| party.identity_number.as_ref())
            {
                once(number);
                assert!(number.ends_with("000X"));
            }
            community.parties.iter().for_each(|party| once(&party.name));
            community.staff.iter().for_each(|staff| once(&staff.name));
            community.staff.iter().for_each(|staff| once(staff.account));
            community
                .residents
                .iter()
                .for_each(|resident| once(resident.account));
        }
    }
}

#[test]
fn every_post_is_filled_and_accounts_are_named_after_it() {
    let estate = small(1);
    let [bijiang, cuihu] = estate.communities.as_slice() else {
        panic!("two communities");
    };
    let posts: HashSet<PostKind> = bijiang.staff.iter().map(|staff| staff.post).collect();
    assert_eq!(posts.len(), 17);
    for post in posts {
        let account = word(post);
        assert!(
            bijiang
                .staff
                .iter()
                .any(|staff| staff.post == post && staff.account == account),
            "{account}"
        );
    }
    for community in [bijiang, cuihu] {
        for staff in &community.staff {
            assert!(staff.account.starts_with(&word(staff.post)));
            assert_eq!(staff.account.ends_with('2'), community.code == "cuihu");
            assert_eq!(staff.zones.is_empty(), staff.post.is_office());
            assert!(
                staff
                    .zones
                    .iter()
                    .all(|zone| community.zones.contains(zone))
            );
            if let Some(superior) = staff.superior {
                assert!(
                    community
                        .staff
                        .iter()
                        .any(|other| other.account == superior)
                );
            }
        }
    }
    let zones_of = |account| {
        bijiang
            .staff
            .iter()
            .find(|staff| staff.account == account)
            .map(|staff| staff.zones.clone())
    };
    assert_ne!(
        zones_of("maintenance_worker"),
        zones_of("maintenance_worker_b")
    );
    // O-15 to O-20.
    let count = |post| {
        cuihu
            .staff
            .iter()
            .filter(|staff| staff.post == post)
            .count()
    };
    let park = [
        PostKind::Supervisor,
        PostKind::HrOfficer,
        PostKind::AdminOfficer,
        PostKind::Assistant,
        PostKind::ConferenceAttendant,
        PostKind::WarehouseKeeper,
    ];
    assert_eq!(park.map(count), [1, 1, 1, 1, 3, 1]);
}

#[test]
fn residents_can_sign_in_as_parties_of_different_units() {
    for estate in seeds() {
        let accounts: Vec<_> = estate
            .communities
            .iter()
            .flat_map(|of| &of.residents)
            .map(|resident| resident.account)
            .collect();
        assert_eq!(accounts, ["resident", "resident_b", "resident2"]);
        for community in &estate.communities {
            let units: BTreeSet<_> = community
                .residents
                .iter()
                .map(|resident| (resident.building, &resident.room_number))
                .collect();
            assert_eq!(units.len(), community.residents.len());
            for resident in &community.residents {
                let party = community
                    .parties
                    .iter()
                    .find(|party| party.phone == resident.phone);
                let is_right =
                    |relation| matches!(relation, RelationKind::Owner | RelationKind::Merchant);
                assert!(
                    party.is_some_and(
                        |party| party.name == resident.name && is_right(party.relation)
                    )
                );
            }
        }
    }
}

#[test]
fn tickets_tell_one_story_each() {
    for estate in seeds() {
        for community in &estate.communities {
            let known: HashSet<&str> = community
                .staff
                .iter()
                .map(|staff| staff.account)
                .chain(community.residents.iter().map(|resident| resident.account))
                .collect();
            for ticket in &community.tickets {
                let ages: Vec<i64> = ticket.steps.iter().map(|step| step.age_minutes).collect();
                assert!(
                    ages.is_sorted_by(|earlier, later| earlier >= later) && ages.last() > Some(&0),
                    "{ages:?}"
                );
                assert_eq!(ages.first(), Some(&ticket.age_minutes));
                let states: Vec<_> = ticket.steps.iter().map(|step| step.state).collect();
                assert!(
                    states.is_sorted()
                        && states.first() == Some(&DemoTicketState::Recorded)
                        && states.last() == Some(&ticket.state)
                );
                assert!(
                    ticket
                        .steps
                        .iter()
                        .map(|step| step.by)
                        .chain(ticket.notes.iter().map(|note| note.by))
                        .all(|by| known.contains(by))
                );
                assert!(ticket.notes.iter().all(|note| {
                    ticket
                        .steps
                        .iter()
                        .any(|step| step.age_minutes == note.age_minutes)
                }));

                assert_eq!(
                    ticket.assignee.is_some(),
                    ticket.state >= DemoTicketState::Dispatched
                );
                if let Some(assignee) = ticket.assignee {
                    assert!(community.staff.iter().any(|staff| staff.account == assignee
                        && staff.post == PostKind::MaintenanceWorker
                        && staff.zones.contains(&ticket.zone)));
                }
                assert_eq!(ticket.room_number.is_none(), ticket.place.is_some());
                assert_eq!(
                    ticket.room_number.is_some(),
                    ticket.convenient_time.is_some()
                );
                assert!(
                    ticket
                        .building
                        .is_none_or(|building| community.zone_of(building) == Some(ticket.zone))
                );
            }
            let of = |account: &str| {
                community
                    .tickets
                    .iter()
                    .filter(|ticket| ticket.reported_by == account)
                    .count()
            };
            assert!(
                community
                    .residents
                    .iter()
                    .all(|resident| of(resident.account) > 0)
            );
        }
        let bijiang = &estate.communities[0].tickets;
        let states: HashSet<_> = bijiang.iter().map(|ticket| ticket.state).collect();
        let priorities: HashSet<DemoPriority> =
            bijiang.iter().map(|ticket| ticket.priority).collect();
        assert_eq!((states.len(), priorities.len()), (6, 4));
        assert!(
            bijiang.iter().any(|ticket| ticket.notes.is_empty())
                && bijiang.iter().any(|ticket| !ticket.notes.is_empty())
        );
    }
}

// P-01 to P-11: the estate has the posts of the frequency table, and routes for them.
#[test]
fn every_zone_is_patrolled_and_every_point_has_a_code_of_its_own() {
    for size in [DemoSize::Small, DemoSize::Full] {
        let estate = demo_estate(size, 1);
        for community in &estate.communities {
            let codes: HashSet<_> = community.points.iter().map(|point| &point.code).collect();
            assert_eq!(codes.len(), community.points.len());
            for zone in &community.zones {
                let of_zone = |route: &&DemoRoute| route.zone == Some(zone);
                let routes = community.routes.iter().filter(of_zone);
                assert!(
                    routes.clone().any(|route| route.key == "guard_night"),
                    "{zone}"
                );
            }
            for route in &community.routes {
                assert!(!route.points.is_empty(), "{}", route.name);
                assert!(route.points.iter().all(|code| codes.contains(code)));
            }
        }
        let [bijiang, cuihu] = &estate.communities[..] else {
            panic!("two communities")
        };
        let keys = |community: &DemoCommunity| -> HashSet<_> {
            community.routes.iter().map(|route| route.key).collect()
        };
        for key in [
            "estate",
            "posts",
            "estate_supervisor",
            "building_services",
            "special_inspection",
        ] {
            assert!(keys(bijiang).contains(key), "{key}");
        }
        assert!(keys(cuihu).contains("printers_and_lounges"));
    }
}

// S-07, S-08
#[test]
fn the_roster_fills_a_week_and_somebody_is_there_at_night() {
    let estate = demo_estate(DemoSize::Full, 1);
    for community in &estate.communities {
        for day in 0..7 {
            let at_night = |duty: &&DemoDuty| duty.in_days == day && duty.shift == "night";
            assert!(community.roster.iter().any(|duty| at_night(&duty)), "{day}");
        }
        let lines: HashSet<_> = community
            .roster
            .iter()
            .map(|duty| (duty.account, duty.in_days))
            .collect();
        assert_eq!(lines.len(), community.roster.len(), "one shift a day");
    }
}
