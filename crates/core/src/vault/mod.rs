//! Keys and sealed values: one master key in a file, one data key for each agency, and a place for
//! each value, so that a sealed value opens nowhere but where it was put.
//!
//! ```text
//! key file ── master key ─┬─ wraps ── data key of an agency ── seals ── one value in one place
//!                         ├─ lookup keys: finding a token by its keyed hash, without storing it
//!                         └─ the seed of the key that signs audit heads
//! ```
//!
//! Two versions are told apart: the *layout* byte of what is stored, and the *version* of the data key.
//! Losing or changing the master key file makes everything sealed unreadable; no backup holds it.

mod data_key;
mod error;
mod key_bytes;
mod key_file;
mod lookup;
mod master;
mod seal;
#[cfg(test)]
mod tests;

pub use data_key::{DataKey, KeyRing};
pub use error::VaultError;
pub use lookup::LookupKey;
pub use master::{MasterId, MasterKey, Purpose};
pub use seal::{Place, open, seal, sealed_version};
