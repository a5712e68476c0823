//! Lanes: what shares a person's sign-in runs a few at a time, and what a platform must not have changed in
//! parallel one at a time; between nodes that is a turn in the database. Pauses are in the desk's budget.
//!
//! A job waits for its turn in here, and that is not for ever: its lease runs meanwhile. Who has waited for too long
//! is told so, and gives the job back as if it had not been taken.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// All lanes of this process, by key: the connection that the calls are made with, or what they change.
#[derive(Clone, Default)]
pub struct Lanes(Arc<Mutex<All>>);

#[derive(Default)]
struct All {
    turns: BTreeMap<String, Arc<Semaphore>>,
    /// Who waits, by until when; dropping it tells them that it was too long.
    waiting: BTreeMap<(i64, u64), oneshot::Sender<()>>,
    numbered: u64,
    closed: bool,
}

/// A turn in a lane, until dropped.
pub struct Turn {
    permit: Option<OwnedSemaphorePermit>,
    key: String,
    lanes: Lanes,
}

impl Lanes {
    /// The next turn in a lane, of which `width` run at once. Nothing when it did not come before `until`, in epoch
    /// milliseconds.
    pub async fn turn(&self, key: &str, width: usize, until: i64) -> Option<Turn> {
        let (turns, number, told) = {
            let mut all = self.all();
            let turns = all.turns.entry(key.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(width)));
            let turns = Arc::clone(turns);
            if let Ok(permit) = Arc::clone(&turns).try_acquire_owned() {
                return Some(Turn { permit: Some(permit), key: key.to_owned(), lanes: self.clone() });
            }
            if all.closed {
                return None;
            }
            all.numbered += 1;
            let (tell, told) = oneshot::channel();
            let number = (until, all.numbered);
            all.waiting.insert(number, tell);
            (turns, number, told)
        };
        let _waiting = Waiting { lanes: self, key, number };
        tokio::select! {
            biased;
            permit = turns.acquire_owned() => {
                Some(Turn { permit: permit.ok(), key: key.to_owned(), lanes: self.clone() })
            }
            _ = told => None,
        }
    }

    /// Tells those who waited until now that it was too long.
    pub fn let_go(&self, now: i64) {
        let mut all = self.all();
        let later = all.waiting.split_off(&(now.saturating_add(1), 0));
        drop(std::mem::replace(&mut all.waiting, later));
    }

    /// From now on nobody waits.
    pub fn close(&self) {
        let mut all = self.all();
        all.closed = true;
        all.waiting.clear();
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    /// A lane in which nobody has a turn or waits for one.
    fn forget(&mut self, key: &str) {
        if self.turns.get(key).is_some_and(|turns| Arc::strong_count(turns) == 1) {
            self.turns.remove(key);
        }
    }
}

/// A place among those who wait.
struct Waiting<'a> {
    lanes: &'a Lanes,
    key: &'a str,
    number: (i64, u64),
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut all = self.lanes.all();
        all.waiting.remove(&self.number);
        all.forget(self.key);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.permit.take();
        self.lanes.all().forget(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn who_waits_for_too_long_is_told_and_the_others_keep_their_order() {
        let lanes = Lanes::default();
        let first = lanes.turn("olivia", 1, 10).now_or_never().expect("at once");
        let mut second = Box::pin(lanes.turn("olivia", 1, 10));
        let mut third = Box::pin(lanes.turn("olivia", 1, 20));
        assert!((&mut second).now_or_never().is_none() && (&mut third).now_or_never().is_none());
        assert!(lanes.turn("liam", 1, 10).now_or_never().is_some(), "another lane is free");
        lanes.let_go(9);
        assert!((&mut second).now_or_never().is_none());
        lanes.let_go(10);
        assert!((&mut second).now_or_never().expect("told").is_none());
        drop(first);
        let turn = (&mut third).now_or_never().expect("its turn");
        assert!(turn.is_some());
        drop((turn, second, third));
        assert!(lanes.all().turns.is_empty() && lanes.all().waiting.is_empty(), "nothing is left of it");
    }

    #[test]
    fn nobody_waits_once_they_are_closed() {
        let lanes = Lanes::default();
        let held = lanes.turn("olivia", 1, 10).now_or_never().expect("at once");
        let mut waits = Box::pin(lanes.turn("olivia", 1, 10));
        assert!((&mut waits).now_or_never().is_none());
        lanes.close();
        assert!((&mut waits).now_or_never().expect("told").is_none());
        assert!(lanes.turn("olivia", 1, 10).now_or_never().expect("at once").is_none());
        drop(held);
        assert!(
            lanes.turn("olivia", 1, 10).now_or_never().expect("at once").is_some(),
            "a free turn is taken"
        );
    }
}
