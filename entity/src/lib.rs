//! The tables of Xunfang as Rust types, nothing else.

pub mod kinds;
pub mod stamps;
