//! The file: sealed under a key beside it, as the product's own data is sealed under the master key.
//!
//! Not against thieves, who find both. A search of a demo's folder for the secrets that platforms issued
//! must find what the product leaves there, and a platform's own memory would hide that.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write as _};
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::state::Kept;
use crate::random::Random;

const FORMAT: u32 = 1;
const WAY_OUT: &str = "nothing was changed; to start anew, move it away";

#[derive(Serialize, Deserialize)]
struct Envelope {
    valetkey_simulators: u32,
    nonce: String,
    sealed: String,
}

pub struct SealedFile {
    file: PathBuf,
    key: PathBuf,
}

impl fmt::Display for SealedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.file.display().fmt(f)
    }
}

impl SealedFile {
    pub fn new(file: PathBuf) -> Self {
        Self { key: beside(&file, ".key"), file }
    }

    /// What an earlier process wrote, if there was one.
    pub fn read(&self) -> Result<Option<Kept>, String> {
        let text = match std::fs::read(&self.file) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(format!("{self} cannot be read: {e}")),
        };
        let envelope: Envelope = serde_json::from_slice(&text)
            .map_err(|_| format!("{self} is damaged or no file of the simulators; {WAY_OUT}"))?;
        if envelope.valetkey_simulators != FORMAT {
            let theirs = envelope.valetkey_simulators;
            return Err(format!(
                "{self} has format {theirs}, and this version reads only {FORMAT}; {WAY_OUT}"
            ));
        }
        let key = self.read_key()?;
        let key =
            key.ok_or_else(|| format!("{self} cannot be opened without {}; {WAY_OUT}", self.key.display()))?;
        let damaged = || format!("{self} is damaged, or {} is not its key; {WAY_OUT}", self.key.display());
        let mut sealed = STANDARD.decode(envelope.sealed).map_err(|_| damaged())?;
        let nonce = STANDARD.decode(envelope.nonce).map_err(|_| damaged())?;
        let nonce = Nonce::try_assume_unique_for_key(&nonce).map_err(|_| damaged())?;
        let plain = key.open_in_place(nonce, Aad::empty(), &mut sealed).map_err(|_| damaged())?;
        let kept =
            serde_json::from_slice(plain).map_err(|e| format!("{self} does not fit: {e}; {WAY_OUT}"))?;
        Ok(Some(kept))
    }

    /// The file is the old one or the new one, whenever the process is killed. A power cut is not covered.
    pub fn write(&self, kept: &Kept, random: &Random) -> Result<(), String> {
        let failed = |e: &dyn fmt::Display| format!("{self} cannot be written: {e}");
        let key = match self.read_key()? {
            Some(key) => key,
            None => {
                let bytes = random.bytes::<32>();
                replace(&self.key, STANDARD.encode(bytes).as_bytes()).map_err(|e| failed(&e))?;
                RandomizedNonceKey::new(&AES_256_GCM, &bytes).map_err(|e| failed(&e))?
            }
        };
        let mut sealed = serde_json::to_vec(kept).map_err(|e| failed(&e))?;
        let nonce = key.seal_in_place_append_tag(Aad::empty(), &mut sealed).map_err(|e| failed(&e))?;
        let envelope = Envelope {
            valetkey_simulators: FORMAT,
            nonce: STANDARD.encode(nonce.as_ref()),
            sealed: STANDARD.encode(sealed),
        };
        let text = serde_json::to_vec(&envelope).map_err(|e| failed(&e))?;
        replace(&self.file, &text).map_err(|e| failed(&e))
    }

    fn read_key(&self) -> Result<Option<RandomizedNonceKey>, String> {
        let text = match std::fs::read(&self.key) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(format!("{} cannot be read: {e}", self.key.display())),
        };
        let key =
            STANDARD.decode(text).ok().and_then(|bytes| RandomizedNonceKey::new(&AES_256_GCM, &bytes).ok());
        key.map(Some).ok_or_else(|| format!("{} is damaged or no key; {WAY_OUT}", self.key.display()))
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = beside(file, ".tmp");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(&temporary)?.write_all(bytes)?;
    std::fs::rename(&temporary, file)
}
