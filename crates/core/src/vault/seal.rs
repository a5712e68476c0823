//! Sealing a value to its place.
//!
//! ```text
//! layout 1 | key version, 4 bytes | nonce, 12 bytes | ciphertext | tag, 16 bytes
//! ```

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use valetkey_sdk::random::Random;
use zeroize::Zeroizing;

use super::key_bytes::KeyBytes;
use super::{DataKey, KeyRing, VaultError};

const LAYOUT: u8 = 1;
const HEADER: usize = 1 + 4;
const TAG: usize = 16;

/// Where a value is stored. It opens there and nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub agency: &'a str,
    pub table: &'a str,
    pub column: &'a str,
    /// The row's key within the agency.
    pub row: &'a str,
}

/// Encrypts `plain` for one place.
///
/// # Errors
/// `WrongAgency` if the key is that of another agency.
pub fn seal(key: &DataKey, random: &Random, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
    if key.agency() != place.agency {
        return Err(VaultError::WrongAgency { key: key.agency().to_owned(), place: place.agency.to_owned() });
    }
    let mut out = Vec::with_capacity(HEADER + NONCE_LEN + plain.len() + TAG);
    out.push(LAYOUT);
    out.extend_from_slice(&key.version().to_be_bytes());
    encrypt(key.bytes(), random, &bound_to(place, key.version()), plain, &mut out);
    Ok(out)
}

/// Decrypts what [`seal`] made for the same place.
///
/// # Errors
/// `TooOld` or `UnknownVersion` if the ring does not accept the key's version, `Refused` if anything
/// about value, place or key is different, `WrongAgency` and `Malformed` as they say.
pub fn open(keys: &KeyRing, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    if keys.agency() != place.agency {
        return Err(VaultError::WrongAgency {
            key: keys.agency().to_owned(),
            place: place.agency.to_owned(),
        });
    }
    let version = sealed_version(sealed)?;
    let key = keys.accepted(version)?;
    decrypt(key.bytes(), &bound_to(place, version), &sealed[HEADER..])
}

/// The version of the data key that a value claims to be sealed with, to find what is to be sealed anew.
///
/// # Errors
/// `Malformed` if it is no sealed value.
pub fn sealed_version(sealed: &[u8]) -> Result<u32, VaultError> {
    match sealed {
        [LAYOUT, a, b, c, d, ..] => Ok(u32::from_be_bytes([*a, *b, *c, *d])),
        [LAYOUT, ..] | [] => Err(VaultError::Malformed { why: "it is too short" }),
        _ => Err(VaultError::Malformed { why: "it has another layout" }),
    }
}

fn bound_to(place: Place<'_>, version: u32) -> Vec<u8> {
    associated(&[
        b"valetkey sealed value",
        &[LAYOUT],
        &version.to_be_bytes(),
        place.agency.as_bytes(),
        place.table.as_bytes(),
        place.column.as_bytes(),
        place.row.as_bytes(),
    ])
}

/// Each part after its length, so that no two lists of parts look alike.
pub(super) fn associated(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    for part in parts {
        out.extend_from_slice(&(part.len() as u64).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}

/// Appends nonce, ciphertext and tag.
pub(super) fn encrypt(key: &KeyBytes, random: &Random, associated: &[u8], plain: &[u8], out: &mut Vec<u8>) {
    let nonce: [u8; NONCE_LEN] = random.bytes();
    // All at once, so that growing leaves no clear text behind.
    out.reserve_exact(NONCE_LEN + plain.len() + TAG);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(plain);
    let tag = cipher(key)
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(associated),
            &mut out[start..],
        )
        .expect("sealing fails only beyond 2^36 bytes");
    out.extend_from_slice(tag.as_ref());
}

/// Reads what [`encrypt`] appended.
pub(super) fn decrypt(
    key: &KeyBytes,
    associated: &[u8],
    stored: &[u8],
) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (nonce, ciphertext) = stored
        .split_first_chunk::<NONCE_LEN>()
        .filter(|(_, rest)| rest.len() >= TAG)
        .ok_or(VaultError::Malformed { why: "it is too short" })?;
    let mut plain = Zeroizing::new(ciphertext.to_vec());
    let length = cipher(key)
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(associated), &mut plain)
        .map_err(|_| VaultError::Refused)?
        .len();
    plain.truncate(length);
    Ok(plain)
}

/// A random nonce of 96 bits is safe for 2^32 values of a key, and if one ever repeats, this cipher
/// shows no more than whether two values are the same.
fn cipher(key: &KeyBytes) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, key.expose()).expect("the key has 32 bytes"))
}
