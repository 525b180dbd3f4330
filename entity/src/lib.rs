//! The tables of Xunfang as Rust types, nothing else.
