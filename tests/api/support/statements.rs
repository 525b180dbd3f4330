//! How many statements something takes. A test runs on a thread of its own, and so does its count.

use std::cell::RefCell;

thread_local! {
    static HEARD: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Takes note of one statement.
pub fn count(statement: &str) {
    HEARD.with_borrow_mut(|heard| heard.push(statement.to_owned()));
}

/// What `work` gives, and the beginnings of the statements it took.
pub async fn of<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    HEARD.take();
    let value = work.await;
    let begins = |statement: String| statement.chars().take(60).collect();
    (value, HEARD.take().into_iter().map(begins).collect())
}
