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
    changes: AtomicU64,
}

impl Tally {
    /// Something may have been committed, also where the commit's outcome is an error.
    pub(super) fn may_have_changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

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
