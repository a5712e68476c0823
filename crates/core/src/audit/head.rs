//! The end of a chain: what the next record is tied to.

use super::digest::hash;
use super::{Hash, Record};

/// The last record of an agency's chain, by number and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub agency_id: String,
    /// 0 for a chain without records.
    pub seq: i64,
    pub hash: Hash,
}

impl Head {
    /// The head of a chain that has no record yet. It depends on the agency, so that one agency's chain
    /// cannot stand in for another's.
    pub fn genesis(agency_id: impl Into<String>) -> Self {
        let agency_id = agency_id.into();
        let hash = hash("valetkey audit genesis 1", &[agency_id.as_bytes()]);
        Self { agency_id, seq: 0, hash }
    }

    /// The head after this record.
    pub fn of(record: &Record) -> Self {
        Self { agency_id: record.agency_id.clone(), seq: record.seq, hash: record.hash }
    }
}
