//! Keyed hashes: a token can be found in the database, and the database does not tell the token.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::key_bytes::{KeyBytes, redacted};

/// A key for HMAC-SHA256, made by [`MasterKey::derive`](super::MasterKey::derive). Ready to sign with, on the
/// heap, and wiped when dropped.
pub struct LookupKey(Box<hmac::Key>);

redacted!(LookupKey);

impl LookupKey {
    pub(super) fn new(bytes: &KeyBytes) -> Self {
        Self(Box::new(hmac::Key::new(hmac::HMAC_SHA256, bytes.expose())))
    }

    /// The keyed hash as 43 URL-safe letters. The same text has the same hash for as long as the master key lives.
    pub fn hash(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, text.as_bytes()))
    }

    /// Whether `hash` is that of `text`, in time that does not depend on how much of it is right.
    pub fn matches(&self, text: &str, hash: &str) -> bool {
        URL_SAFE_NO_PAD.decode(hash).is_ok_and(|bytes| hmac::verify(&self.0, text.as_bytes(), &bytes).is_ok())
    }
}
