//! One audit record and its hash.

use super::digest::hash;
use super::{Data, Head};

/// SHA-256.
pub type Hash = [u8; 32];

/// What happened, before it has a place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Epoch milliseconds.
    pub at_ms: i64,
    /// Who did it: `member:mem_…`, `client:…`, `system`.
    pub actor: String,
    /// What was done: `grant.verified`.
    pub action: String,
    /// To what: an id.
    pub subject: String,
    pub data: Data,
}

/// An entry in its place. The fields are what is stored; nothing here is checked until [`verify`](super::verify).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub agency_id: String,
    /// Counts from 1 without gaps.
    pub seq: i64,
    pub at_ms: i64,
    pub actor: String,
    pub action: String,
    pub subject: String,
    pub data: Data,
    /// The hash of the record before, or of the genesis.
    pub prev: Hash,
    pub hash: Hash,
}

impl Record {
    /// The record that comes after `head`. Read the head and write the record in one transaction.
    pub fn after(head: &Head, entry: Entry) -> Self {
        let mut record = Self {
            agency_id: head.agency_id.clone(),
            seq: head.seq + 1,
            at_ms: entry.at_ms,
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            data: entry.data,
            prev: head.hash,
            hash: [0; 32],
        };
        record.hash = record.computed_hash();
        record
    }

    /// The hash that the other fields ask for.
    pub fn computed_hash(&self) -> Hash {
        hash(
            "valetkey audit record 1",
            &[
                &self.prev,
                self.agency_id.as_bytes(),
                &self.seq.to_be_bytes(),
                &self.at_ms.to_be_bytes(),
                self.actor.as_bytes(),
                self.action.as_bytes(),
                self.subject.as_bytes(),
                self.data.as_str().as_bytes(),
            ],
        )
    }
}

/// A stored hash. One of the wrong length becomes all zeros, which no record has, so that verification
/// names the record instead of stopping at an unreadable row.
pub fn hash_from_stored(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap_or_default()
}
