//! Transactions of one name run one after the other: those of this process wait for each other before they have a
//! connection, those of several processes by a lock of the server. Who waits when a turn comes shares its commit.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::member::Member;

/// The queues of this process, by name.
#[derive(Default)]
pub(super) struct Queues(RefCell<HashMap<String, Rc<Queue>>>);

#[derive(Default)]
struct Queue {
    turn: Arc<Mutex<()>>,
    waiting: RefCell<VecDeque<Rc<dyn Member>>>,
}

/// A place in a queue, until dropped.
pub(super) struct Place<'a> {
    queues: &'a Queues,
    name: String,
    queue: Option<Rc<Queue>>,
}

impl Queues {
    pub(super) fn place(&self, name: String) -> Place<'_> {
        let queue = Rc::clone(self.0.borrow_mut().entry(name.clone()).or_default());
        Place { queues: self, name, queue: Some(queue) }
    }
}

impl Place<'_> {
    fn queue(&self) -> &Queue {
        self.queue.as_ref().expect("held until dropped")
    }

    /// Waits for the turn, in the order of asking. It ends with what this gives.
    pub(super) async fn turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.queue().turn).lock_owned().await
    }

    /// Lets this one be taken along by whoever has the turn.
    pub(super) fn enter(&self, member: Rc<dyn Member>) {
        self.queue().waiting.borrow_mut().push_back(member);
    }

    /// Those that entered first and were not taken yet.
    pub(super) fn take(&self, most: usize) -> Vec<Rc<dyn Member>> {
        let mut waiting = self.queue().waiting.borrow_mut();
        let count = waiting.len().min(most);
        waiting.drain(..count).collect()
    }

    /// Whether this one was not taken yet; it is not any more.
    pub(super) fn leave(&self, member: &Rc<dyn Member>) -> bool {
        let mut waiting = self.queue().waiting.borrow_mut();
        let before = waiting.len();
        waiting.retain(|other| !Rc::ptr_eq(other, member));
        waiting.len() < before
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.queue.take();
        let mut all = self.queues.0.borrow_mut();
        // Nobody waits in it.
        if all.get(&self.name).is_some_and(|queue| Rc::strong_count(queue) == 1) {
            all.remove(&self.name);
        }
    }
}
