//! How a repair moves, and what may be said in a ticket.

pub mod clocks;
pub mod complaint;
pub mod policy;

use entity::tickets::{TicketKind, TicketState};

use super::error::TicketError;
use crate::error::ApiError;
use crate::text::forbidden;

/// The longest one-line text, in characters.
pub const LINE: usize = 200;

/// The longest free text, in characters.
pub const TEXT: usize = 4_000;

/// Where a ticket of this kind begins.
pub fn first_state(kind: TicketKind) -> TicketState {
    match kind {
        TicketKind::Repair => TicketState::Recorded,
        TicketKind::Complaint => TicketState::Registered,
    }
}

/// The step from one state to another, or why it cannot be taken (domain 13.2). Arriving where the
/// ticket stands already is allowed: the second worker on site is a fact too. What was finished is
/// worked at again when the return visit finds it wanting.
pub fn step(from: TicketState, to: TicketState) -> Result<(), TicketError> {
    use TicketState::{Cancelled, Closed, Dispatched, Finished, OnSite, Ordered, Recorded};
    let allowed = matches!(
        (from, to),
        (Recorded, Ordered)
            | (Ordered, Dispatched)
            | (Dispatched | OnSite, OnSite)
            | (OnSite, Finished)
            | (Finished, Closed | OnSite)
            | (Recorded | Ordered | Dispatched | OnSite, Cancelled)
    );
    if allowed {
        Ok(())
    } else {
        Err(TicketError::StepNotAllowed { from, to })
    }
}

/// Whether this step works again at what was finished.
pub fn reopens(from: TicketState, to: TicketState) -> bool {
    (from, to) == (TicketState::Finished, TicketState::OnSite)
}

/// Whether a repair may be tested with water: it has been worked at.
pub fn is_testable(state: TicketState) -> bool {
    matches!(state, TicketState::OnSite | TicketState::Finished)
}

/// Whether nothing more will happen to a ticket in this state.
pub fn is_settled(state: TicketState) -> bool {
    matches!(state, TicketState::Closed | TicketState::Cancelled)
}

/// A text as it may be stored: trimmed, without control characters other than line breaks and
/// tabs, without marks that turn the direction of what stands beside it.
pub fn text(field: &'static str, text: &str, longest: usize) -> Result<String, ApiError> {
    let text = text.trim();
    if let Some(bad) = forbidden(text) {
        let code = format!("U+{:04X}", u32::from(bad));
        return Err(ApiError::invalid(
            field,
            format!("the character {code} is not allowed"),
            format!("不允许使用字符 {code}"),
        ));
    }
    if text.chars().count() > longest {
        return Err(ApiError::invalid(
            field,
            format!("at most {longest} characters"),
            format!("最多 {longest} 个字符"),
        ));
    }
    Ok(text.to_owned())
}

/// The same, and something must be said.
pub fn required_text(field: &'static str, value: &str, longest: usize) -> Result<String, ApiError> {
    let value = text(field, value, longest)?;
    if value.is_empty() {
        return Err(ApiError::invalid(field, "must not be empty", "不能为空"));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;
    use crate::error::ErrorCode;

    // Domain 13.2, the workflow of a repair; T-04: maintenance goes with the slip.
    #[test]
    fn a_repair_moves_only_along_its_path() {
        use TicketState::{Cancelled, Closed, Dispatched, Finished, OnSite, Ordered, Recorded};
        let allowed = [
            (Recorded, Ordered),
            (Ordered, Dispatched),
            (Dispatched, OnSite),
            (OnSite, OnSite),
            (OnSite, Finished),
            (Finished, Closed),
            (Finished, OnSite),
            (Recorded, Cancelled),
            (Ordered, Cancelled),
            (Dispatched, Cancelled),
            (OnSite, Cancelled),
        ];
        for from in TicketState::iter() {
            for to in TicketState::iter() {
                assert_eq!(
                    step(from, to).is_ok(),
                    allowed.contains(&(from, to)),
                    "{from:?} {to:?}"
                );
            }
        }
    }

    #[test]
    fn nothing_leaves_a_settled_state() {
        for from in TicketState::iter().filter(|state| is_settled(*state)) {
            assert!(
                TicketState::iter().all(|to| step(from, to).is_err()),
                "{from:?}"
            );
        }
    }

    #[test]
    fn a_text_is_trimmed_and_bounded_and_clean() {
        assert_eq!(
            text("note", "  水管漏水\n厨房 ", 20).unwrap(),
            "水管漏水\n厨房"
        );
        for bad in ["a\0b", "a\u{202E}b", "a\u{7}b", "a\u{2066}b"] {
            assert_eq!(
                text("note", bad, 20).unwrap_err().code(),
                ErrorCode::INVALID_INPUT,
                "{bad:?}"
            );
        }
        assert_eq!(text("note", "水水水", 2).unwrap_err().field(), Some("note"));
        assert!(text("note", "水水", 2).is_ok());
        assert!(required_text("note", " \n", 5).is_err());
    }
}
