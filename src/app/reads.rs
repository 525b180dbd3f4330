//! What is read once for all who look for the same.

use std::any::Any;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::database::Span;
use crate::error::ApiError;

/// So many are kept. Who comes later reads again, and for all who come later still.
const KEPT: usize = 32;

/// What is read, and of which numbers of a realm.
type Key = (&'static str, Span);
type Cell = Arc<OnceCell<Arc<dyn Any + Send + Sync>>>;

/// The last reads of a process, the newest last.
#[derive(Default)]
pub struct Reads(Mutex<VecDeque<(Key, Cell)>>);

impl Reads {
    /// What `read` gives to the first who asks for it; the others wait for that. A read that fails was
    /// none: the next one reads again.
    pub async fn once<T: Send + Sync + 'static>(
        &self,
        what: &'static str,
        span: Span,
        read: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<Arc<T>, ApiError> {
        let cell = self.cell((what, span));
        let found = cell
            .get_or_try_init(async || Ok::<_, ApiError>(Arc::new(read.await?) as _))
            .await?;
        let found = Arc::clone(found).downcast();
        found.map_err(|_| ApiError::internal(format!("{what} is read as something else")))
    }

    fn cell(&self, key: Key) -> Cell {
        let mut reads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cell)) = reads.iter().rev().find(|(of, _)| *of == key) {
            return cell.clone();
        }
        if reads.len() >= KEPT {
            reads.pop_front();
        }
        let cell = Cell::default();
        reads.push_back((key, cell.clone()));
        cell
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use uuid::Uuid;

    use super::*;

    fn span(until: i64) -> Span {
        Span {
            realm: Uuid::nil(),
            after: 0,
            until,
        }
    }

    #[tokio::test]
    async fn the_same_is_read_once_and_a_failure_by_the_next() {
        let (reads, count) = (Reads::default(), AtomicUsize::new(0));
        let read = async || Ok(count.fetch_add(1, Ordering::SeqCst));
        let failed: Result<Arc<usize>, _> = reads
            .once("rows", span(1), async { Err(ApiError::internal("cut")) })
            .await;
        assert!(failed.is_err());
        for _ in 0..3 {
            assert_eq!(*reads.once("rows", span(1), read()).await.unwrap(), 0);
        }
        assert_eq!(*reads.once("roots", span(1), read()).await.unwrap(), 1);
        for until in 2..=1 + i64::try_from(KEPT).unwrap() {
            reads.once("rows", span(until), read()).await.unwrap();
        }
        let again = reads.once("rows", span(1), read()).await.unwrap();
        assert_eq!(*again, 2 + KEPT, "so many are kept");
    }
}
