//! Work that ends when nobody waits for it any more, but never inside a change.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use tokio::sync::oneshot;

tokio::task_local! {
    /// How many changes of this work have begun and are not over.
    static CHANGES: Arc<AtomicUsize>;
}

/// Does the work until it is done (then it says what came of it) or the other end of `wanted` is
/// dropped. What only looks is dropped where it stands: the driver lets a statement end before its
/// connection is used again. A change that has begun goes on to its commit and its news.
pub async fn while_wanted<T>(
    wanted: oneshot::Receiver<()>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let changes = Arc::<AtomicUsize>::default();
    let mut work = pin!(CHANGES.scope(changes.clone(), work));
    let mut wanted = pin!(wanted);
    let mut is_wanted = true;
    poll_fn(|context| {
        is_wanted = is_wanted && wanted.as_mut().poll(context).is_pending();
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Some(done));
        }
        if is_wanted || changes.load(Ordering::SeqCst) > 0 {
            Poll::Pending
        } else {
            Poll::Ready(None)
        }
    })
    .await
}

/// A change that is going on.
pub struct Change(Option<Arc<AtomicUsize>>);

impl Change {
    pub fn begin() -> Self {
        let changes = CHANGES.try_with(Arc::clone).ok();
        if let Some(changes) = &changes {
            changes.fetch_add(1, Ordering::SeqCst);
        }
        Self(changes)
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        if let Some(changes) = &self.0 {
            changes.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_only_looks_ends_when_nobody_waits() {
        let (waiting, wanted) = oneshot::channel();
        drop(waiting);
        assert_eq!(
            while_wanted(wanted, std::future::pending::<()>()).await,
            None
        );
        let (_waiting, wanted) = oneshot::channel();
        assert_eq!(while_wanted(wanted, async { 1 }).await, Some(1));
    }

    #[tokio::test]
    async fn a_change_goes_on_to_its_end_and_no_further() {
        let (waiting, wanted) = oneshot::channel();
        let (commit, committed) = oneshot::channel::<()>();
        let (tell, told) = oneshot::channel();
        let work = tokio::spawn(while_wanted(wanted, async move {
            let change = Change::begin();
            committed.await.unwrap();
            tell.send(()).unwrap();
            drop(change);
            std::future::pending::<()>().await;
        }));
        drop(waiting);
        tokio::task::yield_now().await;
        commit.send(()).unwrap();
        told.await.unwrap();
        assert_eq!(work.await.unwrap(), None);
    }
}
