//! Offline work comes home: what phones send is merged, and what they may see is handed out.

pub mod merge;
pub mod observed;
