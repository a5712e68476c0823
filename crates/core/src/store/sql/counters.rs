//! Counts of what the store has committed, for benchmarks that state transactions per grant.

use std::sync::atomic::{AtomicU64, Ordering};

/// What was committed since the database was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Transactions (closures) whose effects were kept.
    pub transactions: u64,
    /// Commits; several transactions may share one.
    pub commits: u64,
}

#[derive(Default)]
pub(super) struct Tally {
    transactions: AtomicU64,
    commits: AtomicU64,
}

impl Tally {
    pub(super) fn committed(&self, transactions: u64) {
        self.transactions.fetch_add(transactions, Ordering::SeqCst);
        self.commits.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn read(&self) -> Counters {
        Counters {
            transactions: self.transactions.load(Ordering::SeqCst),
            commits: self.commits.load(Ordering::SeqCst),
        }
    }
}
