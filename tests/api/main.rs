//! Behaviour, through the API, on a database per test.
//!
//! On SQLite by default; on PostgreSQL with `XUNFANG_TEST_DATABASE=postgres` and
//! `XUNFANG_TEST_POSTGRES_URL`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should panic, in its helpers too"
)]

mod support;

mod access_matrix;
mod accounts;
mod attachments;
mod broken;
mod complaints;
mod demo;
mod duty;
mod estate;
mod households;
mod import;
mod jobs;
mod late;
mod moments;
mod orders;
mod organisation;
mod patrol;
mod policies;
mod prices;
mod reports;
mod sealed;
mod sequence;
mod statements;
mod sync;
mod tickets;
mod visits;
mod workbook;
