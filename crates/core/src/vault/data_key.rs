//! An agency's data keys, and how the master key wraps them.
//!
//! ```text
//! layout 1 | id of the master key, 8 bytes | data key version, 4 bytes | nonce | ciphertext | tag
//! ```
//!
//! Changing the master key wraps the data keys anew and touches no sealed value. Changing a data key
//! adds a version; values are sealed anew one by one; then the ring's minimum is raised and the old
//! wrapped key destroyed, after which old backups cannot be read either.

use valetkey_sdk::random::Random;
use zeroize::Zeroizing;

use super::key_bytes::{KeyBytes, redacted};
use super::seal::{associated, decrypt, encrypt};
use super::{MasterId, MasterKey, VaultError};

const LAYOUT: u8 = 1;
const HEADER: usize = 1 + MasterId::LENGTH + 4;

/// One version of the key that seals an agency's values.
///
/// ```compile_fail
/// fn compared(a: &valetkey_core::vault::DataKey, b: &valetkey_core::vault::DataKey) -> bool { a == b }
/// ```
/// ```compile_fail
/// fn stored(key: &valetkey_core::vault::DataKey) -> String { serde_json::to_string(key).unwrap() }
/// ```
pub struct DataKey {
    agency: String,
    version: u32,
    bytes: KeyBytes,
}

redacted!(DataKey);

impl DataKey {
    /// A new key. Versions count up from 1.
    pub fn generate(random: &Random, agency: impl Into<String>, version: u32) -> Self {
        let bytes = KeyBytes::copied(&Zeroizing::new(random.bytes()));
        Self { agency: agency.into(), version, bytes }
    }

    /// The key as it is stored, readable only with the master key and only for this agency and version.
    pub fn wrap(&self, master: &MasterKey, random: &Random) -> Vec<u8> {
        let id = master.id();
        let mut out = vec![LAYOUT];
        out.extend_from_slice(id.bytes());
        out.extend_from_slice(&self.version.to_be_bytes());
        let bound = bound_to(&self.agency, self.version, id);
        encrypt(&master.wrapping(), random, &bound, self.bytes.expose(), &mut out);
        out
    }

    /// Reads what [`DataKey::wrap`] made.
    ///
    /// # Errors
    /// `OtherMaster` if it was wrapped by another master key, `Refused` if it was changed or is another
    /// agency's, `Malformed` if it is no wrapped key.
    pub fn from_wrapped(
        master: &MasterKey,
        agency: impl Into<String>,
        wrapped: &[u8],
    ) -> Result<Self, VaultError> {
        let agency = agency.into();
        let (sealed, version, rest) = header(wrapped)?;
        let held = master.id();
        if sealed != held {
            return Err(VaultError::OtherMaster { sealed, held });
        }
        let plain = decrypt(&master.wrapping(), &bound_to(&agency, version, sealed), rest)?;
        let bytes: &[u8; 32] =
            plain.as_slice().try_into().map_err(|_| VaultError::Malformed { why: "it is not a key" })?;
        Ok(Self { agency, version, bytes: KeyBytes::copied(bytes) })
    }

    /// Which master key wrapped this, to find what is still to be wrapped anew.
    ///
    /// # Errors
    /// `Malformed` if it is no wrapped key.
    pub fn wrapped_by(wrapped: &[u8]) -> Result<MasterId, VaultError> {
        header(wrapped).map(|(id, ..)| id)
    }

    pub fn agency(&self) -> &str {
        &self.agency
    }

    pub fn version(&self) -> u32 {
        self.version
    }

    pub(super) fn bytes(&self) -> &KeyBytes {
        &self.bytes
    }
}

fn header(wrapped: &[u8]) -> Result<(MasterId, u32, &[u8]), VaultError> {
    match wrapped {
        [LAYOUT, a, b, c, d, e, f, g, h, v1, v2, v3, v4, ..] => Ok((
            MasterId::from_bytes([*a, *b, *c, *d, *e, *f, *g, *h]),
            u32::from_be_bytes([*v1, *v2, *v3, *v4]),
            &wrapped[HEADER..],
        )),
        [LAYOUT, ..] | [] => Err(VaultError::Malformed { why: "it is too short" }),
        _ => Err(VaultError::Malformed { why: "it has another layout" }),
    }
}

fn bound_to(agency: &str, version: u32, master: MasterId) -> Vec<u8> {
    associated(&[b"valetkey data key", &[LAYOUT], &version.to_be_bytes(), master.bytes(), agency.as_bytes()])
}

/// The versions of one agency's key: the newest seals, and all from the minimum up open.
#[derive(Debug)]
pub struct KeyRing {
    agency: String,
    minimum: u32,
    keys: Vec<DataKey>,
}

impl KeyRing {
    /// `minimum` is the oldest version that still opens anything.
    ///
    /// # Errors
    /// `WrongAgency` if a key is not this agency's; `UnknownVersion` if none is as new as `minimum`.
    pub fn new(agency: impl Into<String>, minimum: u32, mut keys: Vec<DataKey>) -> Result<Self, VaultError> {
        let agency = agency.into();
        if let Some(stray) = keys.iter().find(|key| key.agency != agency) {
            return Err(VaultError::WrongAgency { key: stray.agency.clone(), place: agency });
        }
        keys.retain(|key| key.version >= minimum);
        keys.sort_by_key(|key| key.version);
        if keys.is_empty() {
            return Err(VaultError::UnknownVersion { found: minimum });
        }
        Ok(Self { agency, minimum, keys })
    }

    /// The key to seal with.
    pub fn newest(&self) -> &DataKey {
        self.keys.last().expect("`new` refuses an empty ring")
    }

    pub fn agency(&self) -> &str {
        &self.agency
    }

    pub(super) fn accepted(&self, version: u32) -> Result<&DataKey, VaultError> {
        if version < self.minimum {
            return Err(VaultError::TooOld { found: version, minimum: self.minimum });
        }
        self.keys
            .iter()
            .find(|key| key.version == version)
            .ok_or(VaultError::UnknownVersion { found: version })
    }
}
