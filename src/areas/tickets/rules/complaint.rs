//! When a complaint is a second one (T-30, T-31).

use chrono::{DateTime, Months, Utc};
use entity::tickets::ticket;

use crate::text::names::key;

/// Whether a complaint repeats an earlier one (T-31): of the same unit or the same person, about the
/// same matter, not long after. The same matter is the same words, the same person complained about,
/// or the same place of the same departments; whoever grades it may know better.
pub fn repeats(earlier: &ticket::Model, later: &ticket::Model, months: u32) -> bool {
    let same_home = later.unit_id.is_some() && later.unit_id == earlier.unit_id;
    let same_person =
        later.reporter_party_id.is_some() && later.reporter_party_id == earlier.reporter_party_id;
    let is_near = follows(earlier.observed_at, later.observed_at, months);
    let same = |one: &str, other: &str| !letters(one).is_empty() && letters(one) == letters(other);
    let same_matter = same(&earlier.summary, &later.summary)
        || same(&earlier.person_concerned, &later.person_concerned)
        || same(&earlier.departments_concerned, &later.departments_concerned)
            && same(&earlier.place, &later.place);
    earlier.id != later.id
        && earlier.kind == later.kind
        && earlier.community_id == later.community_id
        && is_near
        && (same_home || same_person)
        && same_matter
}

fn follows(earlier: DateTime<Utc>, later: DateTime<Utc>, months: u32) -> bool {
    let until = earlier.checked_add_months(Months::new(months));
    earlier <= later && until.is_some_and(|until| later <= until)
}

/// A text without what only dresses it.
fn letters(text: &str) -> String {
    key(text)
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}
