//! A panic in what an area handed in is a fault of one mutation, and none of its neighbours'.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt as _;

use crate::error::ApiError;

/// What `work` comes to, on behalf of a kind of mutation or a collection. Whatever it staged before it
/// panicked must be taken back, as of one that was refused.
pub(super) fn caught<T>(
    name: &str,
    work: impl FnOnce() -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked(name)))
}

/// The same for work that waits for the database. The change it was part of cannot go on.
pub(super) async fn caught_waiting<T>(
    name: &str,
    work: impl Future<Output = Result<T, ApiError>> + Send,
) -> Result<T, ApiError> {
    let outcome = AssertUnwindSafe(work).catch_unwind().await;
    outcome.unwrap_or_else(|_| Err(panicked(name)))
}

/// What the panic said stands in the log already.
fn panicked(name: &str) -> ApiError {
    ApiError::internal(format!("{name} panicked"))
}
