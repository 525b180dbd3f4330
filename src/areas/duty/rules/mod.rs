//! What may be said, the shifts of the handbook, and their hours.

mod hours;
mod standing;

pub use hours::{arrive_by, clock_time, nearest_start, span};
pub use standing::Standing;

use chrono::{DateTime, Utc};
use entity::duty::{Equipment, OpenMatter, handover};
use entity::ids::StaffMemberId;
use entity::kinds::PostKind;
use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::policy::Policy;
use crate::text::names::key;
use crate::text::{LINE, TEXT, required_text};

/// Matters, or pieces of equipment, in one handover.
const MOST: usize = 100;

/// What a community may decide about its shifts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct DutyPolicy {
    /// How long before his shift a successor should be there (S-11; 10 after the other handbook, CF-07).
    pub early_arrival_minutes: u16,
    /// How long the noon break of a shift is (S-06).
    pub noon_break_minutes: u16,
    /// The shifts that a community begins with.
    pub shifts: Vec<ShiftDefinition>,
}

impl Policy for DutyPolicy {
    const KEY: &'static str = "duty";

    fn check(&self) -> Result<(), String> {
        let is_fine = |shift: &ShiftDefinition| {
            let hours = [&shift.from, &shift.to].map(|text| clock_time(text));
            let code = shift.code.trim().chars().count();
            (1..=20).contains(&code) && hours.iter().all(Option::is_some)
        };
        if self.shifts.len() > 50 || !self.shifts.iter().all(is_fine) {
            return Err(
                "at most 50 shifts, each with a short code and hours like 07:00".to_owned(),
            );
        }
        Ok(())
    }
}

/// A shift of the handbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShiftDefinition {
    pub code: String,
    pub from: String,
    pub to: String,
    #[serde(default)]
    pub has_noon_break: bool,
    pub post: Option<PostKind>,
}

impl Default for DutyPolicy {
    /// The hours of winter; when summer begins the handbook does not say, so supervisors change them
    /// (S-09, S-10).
    fn default() -> Self {
        let shift = |code: &str, from: &str, to: &str, post| ShiftDefinition {
            code: code.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            has_noon_break: matches!(code, "A" | "B" | "C" | "D"),
            post,
        };
        Self {
            early_arrival_minutes: 15,
            noon_break_minutes: 60,
            shifts: vec![
                shift("A", "07:00", "16:00", None),
                shift("B", "08:00", "17:00", None),
                shift("C", "08:30", "17:30", None),
                shift("D", "09:00", "18:00", None),
                shift("E", "14:00", "22:00", None),
                shift("noon", "12:00", "13:30", Some(PostKind::Assistant)),
                shift("night", "17:30", "08:30", Some(PostKind::MaintenanceWorker)),
            ],
        }
    }
}

/// The matters that are left to the next shift, each in writing (S-15).
pub fn open_matters(matters: &[OpenMatter]) -> Result<Vec<OpenMatter>, ApiError> {
    bounded("openMatters", matters.len())?;
    let checked = matters.iter().map(|matter| {
        Ok(OpenMatter {
            text: required_text("openMatters", &matter.text, TEXT)?,
            ..matter.clone()
        })
    });
    checked.collect()
}

/// Equipment with sensible names and numbers, no name twice (S-16).
pub fn equipment(list: &[Equipment]) -> Result<Vec<Equipment>, ApiError> {
    bounded("equipment", list.len())?;
    let mut checked: Vec<Equipment> = Vec::new();
    for item in list {
        let name = required_text("equipment", &item.name, LINE)?;
        let numbers = [Some(item.count), item.counted];
        let is_sound = numbers
            .iter()
            .flatten()
            .all(|number| (0..=100_000).contains(number));
        if !is_sound || checked.iter().any(|known| key(&known.name) == key(&name)) {
            return Err(ApiError::invalid(
                "equipment",
                "each piece once, with a number from 0 to 100000",
                "每种器械只列一次，数量为 0 至 100000",
            ));
        }
        checked.push(Equipment {
            name,
            ..item.clone()
        });
    }
    Ok(checked)
}

fn bounded(field: &'static str, count: usize) -> Result<(), ApiError> {
    if count <= MOST {
        return Ok(());
    }
    Err(ApiError::invalid(
        field,
        format!("at most {MOST}"),
        format!("最多 {MOST} 项"),
    ))
}

/// Who was responsible at a moment: the outgoing person until both have signed, then the successor
/// (S-18, S-19).
pub fn responsible_at(handover: &handover::Model, moment: DateTime<Utc>) -> StaffMemberId {
    let has_passed = handover.passed_at.is_some_and(|passed| moment >= passed);
    let successor = handover.incoming_id.filter(|_| has_passed);
    successor.unwrap_or(handover.outgoing_id)
}

#[cfg(test)]
mod tests {
    use entity::duty::MatterKind;

    use super::*;

    // S-01, S-02, S-03, S-04, S-05; S-06: one hour at noon for A to D; S-09, S-10: noon and night.
    #[test]
    fn the_shifts_of_the_handbook_are_there() {
        let policy = DutyPolicy::default();
        let shifts: Vec<_> = policy
            .shifts
            .iter()
            .map(|shift| (&*shift.code, &*shift.from, &*shift.to, shift.has_noon_break))
            .collect();
        assert_eq!(
            shifts,
            [
                ("A", "07:00", "16:00", true),
                ("B", "08:00", "17:00", true),
                ("C", "08:30", "17:30", true),
                ("D", "09:00", "18:00", true),
                ("E", "14:00", "22:00", false),
                ("noon", "12:00", "13:30", false),
                ("night", "17:30", "08:30", false),
            ]
        );
        assert_eq!(policy.noon_break_minutes, 60);
        let own: DutyPolicy = serde_json::from_str(r#"{"earlyArrivalMinutes":10}"#).unwrap();
        assert_eq!((own.early_arrival_minutes, own.shifts.len()), (10, 7));
    }

    // S-15: in writing; S-16: counted, each piece once.
    #[test]
    fn what_is_handed_over_is_written_and_counted() {
        let matter = |text: &str| OpenMatter {
            kind: MatterKind::Repair,
            text: text.to_owned(),
            ticket_id: None,
        };
        assert_eq!(
            open_matters(&[matter(" 电梯停运 ")]).unwrap()[0].text,
            "电梯停运"
        );
        assert!(open_matters(&[matter(" ")]).is_err());
        assert!(open_matters(&vec![matter("漏水"); 101]).is_err());
        let piece = |name: &str, count| Equipment {
            name: name.to_owned(),
            count,
            counted: None,
        };
        assert!(equipment(&[piece("对讲机", 2), piece("手电筒", 0)]).is_ok());
        for wrong in [
            [piece("对讲机", 2), piece(" 对讲机", 1)],
            [piece("对讲机", -1), piece("手电筒", 1)],
            [piece("", 1), piece("手电筒", 1)],
        ] {
            assert_eq!(equipment(&wrong).unwrap_err().field(), Some("equipment"));
        }
    }
}
