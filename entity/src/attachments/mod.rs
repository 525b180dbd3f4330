//! Photos and signatures, by the SHA-256 of their content.

pub mod attachment;
pub mod attachment_holder;
pub mod attachment_link;
pub mod attachment_upload;
