//! Checking a chain from its first record, or from a head that is already trusted.

use std::fmt;

use super::{Hash, Head, Record};

/// The first record that cannot be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstBad {
    /// Its number, or for a gap the number of the first missing record.
    pub seq: i64,
    pub why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It belongs to another agency.
    OtherAgency { found: String },
    /// It is missing: the next one found has this number.
    Gap { next: i64 },
    /// It comes again, or after a later one.
    OutOfOrder { after: i64 },
    /// A second record claims the same place in the chain.
    Fork,
    /// Its content is not what its hash was made from.
    Changed,
    /// It is not tied to the record before it.
    Unlinked,
    /// The chain ends before it, but a head that was sent out names it, or one after it.
    Truncated { head: i64 },
    /// It is right in itself, but a head that was sent out says otherwise: the chain was written anew,
    /// from here or from an earlier record.
    Rewritten,
}

/// Checks record after record; for chains that are read in pages.
#[derive(Clone, Debug)]
pub struct Verifier {
    /// The last record that was right.
    head: Head,
    /// Heads from outside that the chain has yet to pass, the next one last.
    outside: Vec<Head>,
    last_prev: Option<Hash>,
}

impl Verifier {
    /// `outside` are heads that left the machine earlier, in any order; those of other agencies are passed over.
    pub fn new(agency_id: impl Into<String>, outside: &[Head]) -> Self {
        Self::after(Head::genesis(agency_id), outside)
    }

    /// Begins after a head that is trusted, such as that of the last verification.
    pub fn after(head: Head, outside: &[Head]) -> Self {
        let mut outside: Vec<Head> =
            outside.iter().filter(|o| o.agency_id == head.agency_id && o.seq >= head.seq).cloned().collect();
        outside.sort_by_key(|outside| std::cmp::Reverse(outside.seq));
        Self { head, outside, last_prev: None }
    }

    /// Takes the next record, in the order of storage.
    ///
    /// # Errors
    /// If it is not the record that belongs here. Do not go on after that.
    pub fn push(&mut self, record: &Record) -> Result<(), FirstBad> {
        self.pass_outside()?;
        let expected = self.head.seq.saturating_add(1);
        if record.agency_id != self.head.agency_id {
            return bad(expected, Why::OtherAgency { found: record.agency_id.clone() });
        }
        if record.seq > expected {
            return bad(expected, Why::Gap { next: record.seq });
        }
        if record.seq < expected {
            let same_place = record.seq == self.head.seq && self.last_prev == Some(record.prev);
            let is_fork = same_place && record.hash != self.head.hash;
            let why = if is_fork { Why::Fork } else { Why::OutOfOrder { after: self.head.seq } };
            return bad(record.seq, why);
        }
        if record.hash != record.computed_hash() {
            return bad(expected, Why::Changed);
        }
        if record.prev != self.head.hash {
            return bad(expected, Why::Unlinked);
        }
        self.last_prev = Some(record.prev);
        self.head = Head::of(record);
        self.pass_outside()
    }

    /// The head, once all records are in.
    ///
    /// # Errors
    /// If a head from outside lies beyond the end.
    pub fn finish(mut self) -> Result<Head, FirstBad> {
        self.pass_outside()?;
        match self.outside.first() {
            Some(furthest) => bad(self.head.seq.saturating_add(1), Why::Truncated { head: furthest.seq }),
            None => Ok(self.head),
        }
    }

    fn pass_outside(&mut self) -> Result<(), FirstBad> {
        while let Some(outside) = self.outside.pop_if(|outside| outside.seq <= self.head.seq) {
            if outside != self.head {
                return bad(self.head.seq, Why::Rewritten);
            }
        }
        Ok(())
    }
}

/// Checks a whole chain in the order of storage, and against heads that left the machine earlier.
///
/// # Errors
/// The first record that cannot be right.
pub fn verify(
    agency_id: &str,
    records: impl IntoIterator<Item = Record>,
    outside: &[Head],
) -> Result<Head, FirstBad> {
    let mut verifier = Verifier::new(agency_id, outside);
    for record in records {
        verifier.push(&record)?;
    }
    verifier.finish()
}

fn bad<T>(seq: i64, why: Why) -> Result<T, FirstBad> {
    Err(FirstBad { seq, why })
}

impl fmt::Display for FirstBad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {} ", self.seq)?;
        match &self.why {
            Why::OtherAgency { found } => write!(f, "belongs to agency {found}"),
            Why::Gap { next } => write!(f, "is missing; the next one is {next}"),
            Why::OutOfOrder { after } => write!(f, "comes after record {after}"),
            Why::Fork => f.write_str("is there twice with different content"),
            Why::Changed => f.write_str("was changed: its content does not give its hash"),
            Why::Unlinked => f.write_str("is not tied to the record before it"),
            Why::Truncated { head } => {
                write!(f, "is missing at the end; a head sent out earlier is at {head}")
            }
            Why::Rewritten => {
                f.write_str("differs from a head sent out earlier: it or a record before it was written anew")
            }
        }
    }
}

impl std::error::Error for FirstBad {}
