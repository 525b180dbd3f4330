//! Where photos lie: a folder or an S3 bucket, by the SHA-256 of their content.

mod sha256;

pub use sha256::{NotASha256, Sha256};
