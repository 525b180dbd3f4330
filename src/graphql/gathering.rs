//! What a request wants to load leaves together, when there is nothing more to gather.
//!
//! A loader that waits for a while asks the database more often when the machine is slow. This one
//! looks at the request instead: as long as its resolvers go on, more may be asked for; once all of
//! them wait, everything gathered so far departs. So the number of statements depends on the shape
//! of a query alone.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};

use futures_util::future::BoxFuture;
use futures_util::task::AtomicWaker;

/// The loads of one request that have not departed yet.
#[derive(Clone, Default)]
pub struct Gathering(Arc<Mutex<Vec<BoxFuture<'static, ()>>>>);

impl Gathering {
    /// Keeps a load until the request waits.
    pub fn add(&self, load: BoxFuture<'static, ()>) {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.push(load);
    }

    /// Runs a request; its loads depart whenever all of its resolvers wait.
    pub async fn run<F: Future>(&self, request: F) -> F::Output {
        let mut request = pin!(request);
        let bell = Arc::new(Bell::default());
        let waker = Waker::from(bell.clone());
        poll_fn(|context| {
            bell.muffle(context.waker());
            let polled = request.as_mut().poll(&mut Context::from_waker(&waker));
            // Whoever rang during the poll has more to do, and the next poll comes for it.
            if polled.is_pending() && !bell.has_rung() {
                self.depart();
            }
            polled
        })
        .await
    }

    fn depart(&self) {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for load in gathered.drain(..) {
            tokio::spawn(load);
        }
    }
}

/// Wakes the task of a request and remembers that it did.
#[derive(Default)]
struct Bell {
    has_rung: AtomicBool,
    task: AtomicWaker,
}

impl Bell {
    fn muffle(&self, task: &Waker) {
        self.task.register(task);
        self.has_rung.store(false, Ordering::SeqCst);
    }

    fn has_rung(&self) -> bool {
        self.has_rung.load(Ordering::SeqCst)
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.has_rung.store(true, Ordering::SeqCst);
        self.task.wake();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::join_all;
    use tokio::sync::oneshot;
    use tokio::task::yield_now;

    use super::*;

    /// Asks for one load and counts how many are gathered when it departs.
    async fn ask(gathering: &Gathering, wanted: &Arc<Mutex<Vec<usize>>>, number: usize) -> usize {
        for _ in 0..number % 7 {
            yield_now().await;
        }
        let (answer, answered) = oneshot::channel();
        let is_first = {
            let mut wanted = wanted.lock().unwrap();
            wanted.push(number);
            wanted.len() == 1
        };
        if !is_first {
            return 0;
        }
        let wanted = wanted.clone();
        gathering.add(Box::pin(async move {
            let _ = answer.send(wanted.lock().unwrap().len());
        }));
        answered.await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_load_departs_when_every_resolver_has_asked() {
        let (gathering, wanted) = (Gathering::default(), Arc::default());
        let asking = (0..500).map(|number| ask(&gathering, &wanted, number));
        let counted = gathering.run(join_all(asking)).await;
        assert_eq!(counted.into_iter().max(), Some(500));
    }
}
