//! Lanes: what shares a person's sign-in runs a few at a time, and what a platform must not have changed in
//! parallel one at a time; between nodes that is a turn in the database. Pauses are in the desk's budget.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

/// All lanes of this process, by key: the connection that the calls are made with, or what they change.
#[derive(Clone, Default)]
pub struct Lanes(Arc<Mutex<BTreeMap<String, Arc<Semaphore>>>>);

impl Lanes {
    /// The turns of one lane; `width` of them run at once.
    pub fn turns(&self, key: &str, width: usize) -> Arc<Semaphore> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.retain(|_, turns| Arc::strong_count(turns) > 1);
        Arc::clone(lanes.entry(key.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(width))))
    }
}
