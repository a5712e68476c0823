//! The log of requests seen, without query and body, so that a test can prove that a call was never made.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// Older requests are forgotten, so that a simulator left running does not fill the memory.
const KEPT: usize = 1_000_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Seen {
    pub seq: u64,
    pub method: String,
    pub host: String,
    pub path: String,
}

#[derive(Debug, Default)]
pub struct Requests(Mutex<(u64, VecDeque<Seen>)>);

impl Requests {
    pub fn note(&self, method: &str, host: &str, path: &str) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.0 += 1;
        let seen =
            Seen { seq: log.0, method: method.to_owned(), host: host.to_owned(), path: path.to_owned() };
        log.1.push_back(seen);
        if log.1.len() > KEPT {
            log.1.pop_front();
        }
    }

    /// Requests after this sequence number; 0 for all that are kept.
    pub fn seen_after(&self, seq: u64) -> Vec<Seen> {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.1.iter().filter(|seen| seen.seq > seq).cloned().collect()
    }

    pub fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (0, VecDeque::new());
    }
}
