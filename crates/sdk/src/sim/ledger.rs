//! The ledger: every change of access that a simulated platform really applied, in order.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What was done to whose access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    Grant,
    Change,
    Revoke,
    Invite,
    Accept,
    Decline,
    Withdraw,
    /// Asked for; nobody has access yet.
    Request,
    /// What was asked for now takes effect.
    Approve,
    Create,
    /// Taken away by hand.
    Remove,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerAsset {
    #[serde(rename = "type")]
    pub kind: String,
    pub id: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerPrincipal {
    pub kind: String,
    pub id: String,
}

/// Who made the platform do it. Without an app it was a person by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub app: Option<String>,
    pub person: Option<String>,
}

/// An effect as a simulator reports it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    pub platform: String,
    pub host: String,
    pub operation: Operation,
    pub asset: LedgerAsset,
    pub principal: LedgerPrincipal,
    /// Native roles, sorted by the ledger.
    pub roles: Vec<String>,
    pub caller: Caller,
}

impl Effect {
    /// An effect without roles; see [`with_roles`](Self::with_roles).
    pub fn new(
        platform: &str,
        host: &str,
        operation: Operation,
        (asset_kind, asset_id): (&str, &str),
        (principal_kind, principal_id): (&str, &str),
        caller: Caller,
    ) -> Self {
        Self {
            platform: platform.to_owned(),
            host: host.to_owned(),
            operation,
            asset: LedgerAsset { kind: asset_kind.to_owned(), id: asset_id.to_owned() },
            principal: LedgerPrincipal { kind: principal_kind.to_owned(), id: principal_id.to_owned() },
            roles: Vec::new(),
            caller,
        }
    }

    #[must_use]
    pub fn with_roles(mut self, roles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.roles = roles.into_iter().map(Into::into).collect();
        self
    }
}

/// An effect with its place in the order of things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub seq: u64,
    pub at: Timestamp,
    #[serde(flatten)]
    pub effect: Effect,
}

/// Append-only until the next reset.
#[derive(Debug, Default)]
pub struct Ledger(Mutex<Vec<Entry>>);

impl Ledger {
    pub(super) fn append(&self, at: Timestamp, mut effect: Effect) {
        effect.roles.sort();
        effect.roles.dedup();
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seq = entries.len() as u64 + 1;
        entries.push(Entry { seq, at, effect });
    }

    /// Entries after this sequence number; 0 for all.
    pub fn entries_after(&self, seq: u64) -> Vec<Entry> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().filter(|entry| entry.seq > seq).cloned().collect()
    }

    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub(super) fn recall(&self, entries: Vec<Entry>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = entries;
    }

    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
