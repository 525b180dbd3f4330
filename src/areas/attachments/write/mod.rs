//! What changes attachments.

mod arrived;
mod carry;
mod forget;
mod take;

pub use arrived::{has_sent, load_holders};
pub use carry::carry;
pub use forget::{forget_content, forget_uploads};
pub use take::Taken;
