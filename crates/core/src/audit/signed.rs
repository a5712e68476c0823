//! Signed heads: the proof of a chain's end that leaves the machine.

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Hash, Head};

const FORMAT: &str = "valetkey-audit-head-1";

/// Signs heads. Made from a seed that the master key derives, so it needs no storage of its own.
pub struct HeadKey(Ed25519KeyPair);

/// A head file: JSON that can be kept anywhere and checked without the database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHead {
    pub format: String,
    pub agency_id: String,
    pub seq: i64,
    /// In base64, as are key and signature.
    pub hash: String,
    /// When it was signed, in epoch milliseconds.
    pub at_ms: i64,
    /// Tells which key to check with. Whether that key is to be trusted, the file cannot say.
    pub public_key: String,
    pub signature: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadHead {
    #[error("this is not a head file of a format that this program knows")]
    Format,
    #[error("the head was signed with another key than the one that is trusted")]
    OtherKey,
    #[error("the head file was changed: its signature does not fit")]
    Signature,
}

impl HeadKey {
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(seed).expect("any 32 bytes are an Ed25519 seed"))
    }

    /// The public key in base64, for those who check heads.
    pub fn public_key(&self) -> String {
        STANDARD.encode(self.0.public_key())
    }
}

impl fmt::Debug for HeadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeadKey(REDACTED)")
    }
}

/// Signs a head at a time in epoch milliseconds.
pub fn sign_head(key: &HeadKey, head: &Head, at_ms: i64) -> SignedHead {
    let signature = key.0.sign(&message(head, at_ms));
    SignedHead {
        format: FORMAT.to_owned(),
        agency_id: head.agency_id.clone(),
        seq: head.seq,
        hash: STANDARD.encode(head.hash),
        at_ms,
        public_key: key.public_key(),
        signature: STANDARD.encode(signature),
    }
}

/// The head that was signed.
///
/// # Errors
/// If it is no head file, or was not signed as it stands with the trusted key (in base64).
pub fn verify_head(trusted_key: &str, signed: &SignedHead) -> Result<Head, BadHead> {
    if signed.format != FORMAT {
        return Err(BadHead::Format);
    }
    if signed.public_key != trusted_key {
        return Err(BadHead::OtherKey);
    }
    let decode = |text: &str| STANDARD.decode(text).map_err(|_| BadHead::Format);
    let hash: Hash = decode(&signed.hash)?.try_into().map_err(|_| BadHead::Format)?;
    let head = Head { agency_id: signed.agency_id.clone(), seq: signed.seq, hash };
    UnparsedPublicKey::new(&ED25519, decode(trusted_key)?)
        .verify(&message(&head, signed.at_ms), &decode(&signed.signature)?)
        .map_err(|_| BadHead::Signature)?;
    Ok(head)
}

fn message(head: &Head, at_ms: i64) -> Hash {
    super::digest::hash(
        FORMAT,
        &[head.agency_id.as_bytes(), &head.seq.to_be_bytes(), &head.hash, &at_ms.to_be_bytes()],
    )
}
