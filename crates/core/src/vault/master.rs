//! The master key: what it wraps and what is derived from it.

use std::fmt;

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use valetkey_sdk::random::Random;
use zeroize::Zeroizing;

use super::LookupKey;
use super::key_bytes::{KeyBytes, redacted};

/// The one key that is not in the database.
///
/// ```compile_fail
/// fn printed(key: &valetkey_core::vault::MasterKey) -> String { format!("{key}") }
/// ```
/// ```compile_fail
/// fn compared(a: &valetkey_core::vault::MasterKey, b: &valetkey_core::vault::MasterKey) -> bool { a == b }
/// ```
/// ```compile_fail
/// fn stored(key: &valetkey_core::vault::MasterKey) -> String { serde_json::to_string(key).unwrap() }
/// ```
pub struct MasterKey(KeyBytes);

redacted!(MasterKey);

/// What a lookup key is for. A hash made for one purpose is worthless for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Finding a link by its token.
    LinkLookup,
    /// Finding a session by its cookie.
    SessionLookup,
    /// Tying a form's token to its session.
    Csrf,
}

/// Tells master keys apart without saying anything about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MasterId([u8; 8]);

impl MasterKey {
    pub fn generate(random: &Random) -> Self {
        Self(KeyBytes::copied(&Zeroizing::new(random.bytes())))
    }

    pub(super) fn from_bytes(bytes: KeyBytes) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        self.0.expose()
    }

    pub fn id(&self) -> MasterId {
        let derived = self.expand("id");
        let mut id = [0; 8];
        id.copy_from_slice(&derived.expose()[..8]);
        MasterId(id)
    }

    /// A key for keyed hashes of one purpose.
    pub fn derive(&self, purpose: Purpose) -> LookupKey {
        LookupKey::new(&self.expand(match purpose {
            Purpose::LinkLookup => "link lookup",
            Purpose::SessionLookup => "session lookup",
            Purpose::Csrf => "csrf",
        }))
    }

    /// The seed of the Ed25519 key that signs audit heads.
    pub fn audit_head_seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(*self.expand("audit head").expose())
    }

    /// The key that wraps data keys.
    pub(super) fn wrapping(&self) -> KeyBytes {
        self.expand("wrap data keys")
    }

    fn expand(&self, label: &str) -> KeyBytes {
        struct Length;
        impl KeyType for Length {
            fn len(&self) -> usize {
                32
            }
        }
        let root = Salt::new(HKDF_SHA256, b"valetkey-key-1").extract(self.bytes());
        KeyBytes::filled(|bytes| {
            root.expand(&[label.as_bytes()], Length)
                .and_then(|output| output.fill(bytes))
                .expect("HKDF-SHA256 gives up to 8160 bytes");
        })
    }
}

impl MasterId {
    pub(super) const LENGTH: usize = 8;

    pub(super) fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

impl fmt::Display for MasterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
