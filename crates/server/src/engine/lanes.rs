//! Lanes: what shares a person's limits at a platform runs a few at a time, and pauses together.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Semaphore;

/// All lanes of this process, by key (the connection that the calls are made with).
#[derive(Clone, Default)]
pub struct Lanes(Arc<Mutex<BTreeMap<String, Lane>>>);

struct Lane {
    turns: Arc<Semaphore>,
    /// The platform said "too many calls": nothing goes out before this.
    paused_until: Option<Timestamp>,
}

impl Lanes {
    /// The turns of one lane; `width` of them run at once.
    pub fn turns(&self, key: &str, width: usize, now: Timestamp) -> Arc<Semaphore> {
        let mut lanes = self.lock();
        lanes.retain(|_, lane| {
            Arc::strong_count(&lane.turns) > 1 || lane.paused_until.is_some_and(|at| at > now)
        });
        let new = || Lane { turns: Arc::new(Semaphore::new(width)), paused_until: None };
        Arc::clone(&lanes.entry(key.to_owned()).or_insert_with(new).turns)
    }

    /// Until when this lane has to wait, if it has to.
    pub fn find_pause(&self, key: &str, now: Timestamp) -> Option<Timestamp> {
        self.lock().get(key)?.paused_until.filter(|at| *at > now)
    }

    /// Nothing goes out in this lane before `until`.
    pub fn pause(&self, key: &str, until: Timestamp) {
        if let Some(lane) = self.lock().get_mut(key) {
            lane.paused_until = lane.paused_until.max(Some(until));
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Lane>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
