//! Numbers, dates, and what a sale ends.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use entity::kinds::RelationKind;

use super::error::HouseholdError;
use crate::names::{key, plain};
use crate::text::{LINE, last_four};

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

/// A mobile as its 11 digits, a landline as `0757-22334455`; blanks, hyphens, brackets and +86 are
/// taken off. A masked number is refused, so that it can never take the place of the real one.
pub fn phone(text: &str) -> Result<String, HouseholdError> {
    let text = plain(text);
    if text.contains('*') {
        return Err(HouseholdError::PhoneMasked);
    }
    let home = ["+86", "0086"]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(&text);
    let digits = home.replace([' ', '-', '(', ')'], "");
    if !is_digits(&digits) {
        return Err(HouseholdError::PhoneUnsuitable);
    }
    let area_code = match digits.as_bytes() {
        [b'1', ..] if digits.len() == 11 => return Ok(digits),
        [b'0', b'1' | b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return Err(HouseholdError::PhoneUnsuitable),
    };
    match digits.split_at_checked(area_code) {
        Some((code, number)) if matches!(number.len(), 7 | 8) => Ok(format!("{code}-{number}")),
        _ => Err(HouseholdError::PhoneUnsuitable),
    }
}

/// 17 digits and a digit or X; a masked number is refused.
pub fn identity_number(text: &str) -> Result<String, HouseholdError> {
    let number = plain(text).to_ascii_uppercase();
    if number.contains('*') {
        return Err(HouseholdError::IdentityNumberMasked);
    }
    let digits = number.strip_suffix('X').unwrap_or(&number);
    if number.len() != 18 || !is_digits(digits) {
        return Err(HouseholdError::IdentityNumberUnsuitable);
    }
    Ok(number)
}

/// `130****3336`, `0757-****4455`.
pub fn masked_phone(phone: &str) -> String {
    let shown = match phone.split_once('-') {
        Some((area_code, _)) => format!("{area_code}-"),
        None => phone.get(..3).unwrap_or_default().to_owned(),
    };
    format!("{shown}****{}", last_four(phone))
}

/// `4406***********00X`
pub fn masked_identity_number(number: &str) -> String {
    match (number.get(..4), number.get(4..15), number.get(15..)) {
        (Some(place), Some(hidden), Some(end)) => {
            format!("{place}{}{end}", "*".repeat(hidden.len()))
        }
        _ => "*".repeat(18),
    }
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
    phone(&plain).map_or_else(|_| Search::Name(key(text)), Search::Phone)
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

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    #[test]
    fn phones_are_written_one_way() {
        for (text, phone_or_refusal) in [
            ("13000003336", Some("13000003336")),
            (" +86 130-0000-3336 ", Some("13000003336")),
            ("１３００００03336", Some("13000003336")),
            ("(0757)2233 4455", Some("0757-22334455")),
            ("020-22334455", Some("020-22334455")),
            ("130****3336", None),
            ("1300000333", None),
            ("九", None),
            ("", None),
        ] {
            assert_eq!(phone(text).ok().as_deref(), phone_or_refusal, "{text}");
        }
        let masked = phone("130****3336");
        assert!(matches!(masked, Err(HouseholdError::PhoneMasked)));
    }

    #[test]
    fn a_mask_shows_where_a_number_begins_and_ends() {
        assert_eq!(masked_phone("13000003336"), "130****3336");
        assert_eq!(masked_phone("0757-22334455"), "0757-****4455");
        assert_eq!(
            masked_identity_number("44068119740122000X"),
            "4406***********00X"
        );
        assert!(identity_number("4406***********00X").is_err());
        assert!(identity_number("44068119740122000x").is_ok());
        assert!(identity_number("4406811974012200").is_err());
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
