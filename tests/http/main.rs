//! The outer room on a real port: whatever comes in, the answer has a code.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on must stop"
)]

mod attachments;
mod hostile;
mod pokes;
mod requests;
mod slow;
mod sockets;
mod support;
