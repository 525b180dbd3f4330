//! What is going on in a community at this moment (看板), counted for whoever asks: each number counts
//! only what he may see.

pub mod access;
pub mod graphql;
mod read;
mod rules;
