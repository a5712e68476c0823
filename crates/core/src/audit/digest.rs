//! Hashing a list of parts so that no two lists look alike.

use aws_lc_rs::digest::{Context, SHA256};

use super::Hash;

/// SHA-256 over the tag and the parts, each after its length in 8 bytes, big end first.
pub(super) fn hash(tag: &str, parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in [tag.as_bytes()].iter().chain(parts) {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
