//! When patrols are walked, and when one counts. Pure.

mod calendar;
mod evidence;
mod frequency;
mod position;
mod words;

pub use calendar::{Occurrence, check_plan, occurrences};
pub use evidence::{Demand, Given, Seen, Standing, is_in_window, missing, standing, state_after};
pub use frequency::{Frequency, PatrolPolicy, check_frequency};
pub use position::is_near;
pub use words::{Answered, checked_answers, checked_checklist, checked_position, lacks_answers};
