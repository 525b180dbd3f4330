//! What changes attachments.

mod carry;
mod forget;
mod take;

pub use carry::carry;
pub use forget::{forget_content, forget_uploads};
pub use take::Taken;
