//! Numbers, dates, and what a sale ends.

mod numbers;

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use entity::kinds::RelationKind;

pub use numbers::{
    contact_phone, identity_number, is_firm_code, masked_identity_number, masked_phone, phone,
};

use self::numbers::is_digits;
use super::error::HouseholdError;
use crate::text::names::{key, plain};
use crate::text::{LINE, first_phone};

/// A name as it is stored.
pub fn name(text: &str) -> Result<String, HouseholdError> {
    let most = LINE.longest();
    let name = LINE.fit(text).filter(|name| !name.is_empty());
    name.ok_or(HouseholdError::NameUnsuitable { most })
}

/// Why somebody looks at a number.
pub fn reason(text: &str) -> Result<String, HouseholdError> {
    let most = LINE.longest();
    let reason = LINE.fit(text).filter(|reason| !reason.is_empty());
    reason.ok_or(HouseholdError::ReasonUnsuitable { most })
}

/// What somebody who looks for a party has typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    PhoneTail(String),
    Phone(String),
    Name(String),
}

/// Four digits are the end of a phone, a whole phone is one, all else is part of a name.
pub fn search(text: &str) -> Search {
    let plain = plain(text);
    if plain.len() == 4 && is_digits(&plain) {
        return Search::PhoneTail(plain);
    }
    match phone(&plain) {
        Ok(phone) => Search::Phone(first_phone(&phone).to_owned()),
        Err(_) => Search::Name(key(text)),
    }
}

/// Whether a relation of these dates counts on a day; its last day still does.
pub fn is_current(
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    today: NaiveDate,
) -> bool {
    starts_on.is_none_or(|day| day <= today) && ends_on.is_none_or(|day| day >= today)
}

/// A relation does not end before it starts, and both days have a year of four digits: databases
/// know no others, or sort them as text.
pub fn check_dates(
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
) -> Result<(), HouseholdError> {
    let has_four_digits = |day: &NaiveDate| (1000..=9999).contains(&day.year());
    if ![starts_on, ends_on].iter().flatten().all(has_four_digits) {
        return Err(HouseholdError::DayUnsuitable);
    }
    match starts_on.zip(ends_on) {
        Some((starts_on, ends_on)) if ends_on < starts_on => {
            Err(HouseholdError::EndsBeforeStart { starts_on })
        }
        _ => Ok(()),
    }
}

/// Whether a relation that did not count when it was last touched, on `touched_on`, has begun
/// since. One that somebody ended early stays ended.
pub fn has_begun(
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    touched_on: NaiveDate,
    today: NaiveDate,
) -> bool {
    starts_on.is_some_and(|day| day > touched_on) && is_current(starts_on, ends_on, today)
}

/// Whether a present relation goes with the owner when he sells. Tenants and merchants stay, and
/// with them the family and the representatives whose term ends on the day of a lease.
pub fn ends_with_sale(
    relation: RelationKind,
    ends_on: Option<NaiveDate>,
    leases_end_on: &BTreeSet<NaiveDate>,
) -> bool {
    let is_of_lease = ends_on.is_some_and(|day| leases_end_on.contains(&day));
    match relation {
        RelationKind::Owner => true,
        RelationKind::FamilyMember | RelationKind::Representative => !is_of_lease,
        RelationKind::Occupant | RelationKind::Tenant | RelationKind::Merchant => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    #[test]
    fn what_is_typed_is_a_phone_its_end_or_a_name() {
        assert_eq!(search("３３３６"), Search::PhoneTail("3336".to_owned()));
        let whole = Search::Phone("13000003336".to_owned());
        assert_eq!(search("130 0000 3336"), whole);
        assert_eq!(search(" 秦 "), Search::Name("秦".to_owned()));
        assert_eq!(search("33367"), Search::Name("33367".to_owned()));
    }

    #[test]
    fn a_relation_counts_from_its_first_to_its_last_day() {
        for (starts_on, ends_on, counts) in [
            (None, None, true),
            (Some(day(10)), Some(day(10)), true),
            (Some(day(11)), None, false),
            (None, Some(day(9)), false),
        ] {
            assert_eq!(is_current(starts_on, ends_on, day(10)), counts);
        }
        assert!(check_dates(Some(day(2)), Some(day(1))).is_err());
        for far in [NaiveDate::MIN, NaiveDate::MAX] {
            assert!(check_dates(Some(far), None).is_err() && check_dates(None, Some(far)).is_err());
        }
        assert!(has_begun(Some(day(10)), None, day(9), day(10)));
        assert!(!has_begun(Some(day(10)), None, day(10), day(11)));
    }

    #[test]
    fn a_sale_ends_the_owners_household_and_leaves_the_tenants() {
        use RelationKind::{FamilyMember, Occupant, Owner, Representative, Tenant};
        let leases = BTreeSet::from([day(30)]);
        for (relation, ends_on, ends) in [
            (Owner, None, true),
            (FamilyMember, None, true),
            (FamilyMember, Some(day(29)), true),
            (FamilyMember, Some(day(30)), false),
            (Representative, None, true),
            (Representative, Some(day(30)), false),
            (Tenant, Some(day(30)), false),
            (Occupant, None, false),
        ] {
            let ended = ends_with_sale(relation, ends_on, &leases);
            assert_eq!(ended, ends, "{relation:?} until {ends_on:?}");
        }
    }
}
