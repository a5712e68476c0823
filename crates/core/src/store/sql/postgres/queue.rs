//! Transactions of one name run one after the other: those of this process wait for each other before they have a
//! connection, those of several processes by a lock of the server.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

/// The queues of this process, by name.
#[derive(Default)]
pub(super) struct Queues(RefCell<HashMap<String, Arc<Mutex<()>>>>);

/// A transaction's turn, until dropped.
pub(super) struct Queued<'a> {
    queues: &'a Queues,
    name: String,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Queues {
    /// Waits for the turn, in the order of asking.
    pub(super) async fn turn(&self, name: String) -> Queued<'_> {
        let queue = Arc::clone(self.0.borrow_mut().entry(name.clone()).or_default());
        let guard = Some(queue.lock_owned().await);
        Queued { queues: self, name, guard }
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.guard.take();
        let mut all = self.queues.0.borrow_mut();
        // Nobody waits in it.
        if all.get(&self.name).is_some_and(|queue| Arc::strong_count(queue) == 1) {
            all.remove(&self.name);
        }
    }
}
