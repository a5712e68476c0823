//! The audit chain of an agency: records in which each holds the hash of the one before, and heads that
//! are signed and sent out, so that nobody can change, drop or reorder what happened without being found out.
//!
//! Pure: no database, no clock, no key file. A chain that was forged anew from some record on is consistent
//! in itself; only a head that left the machine before shows it.

mod data;
mod digest;
mod head;
mod record;
mod signed;
#[cfg(test)]
mod tests;
mod verify;

pub use data::{Data, NotCanonical};
pub use head::Head;
pub use record::{Entry, Hash, Record, hash_from_stored};
pub use signed::{BadHead, HeadKey, SignedHead, sign_head, verify_head};
pub use verify::{FirstBad, Verifier, Why, verify};
