//! What changes attachments.

mod carry;

pub use carry::{MOST_PHOTOS, carry};
