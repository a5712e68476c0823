//! The master key's file: one line, `valetkey-key-1 <32 bytes in base64>`, for its owner's eyes only.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::key_bytes::KeyBytes;
use super::{MasterKey, VaultError};

const FORMAT: &str = "valetkey-key-1";

/// Room for the line and stray white space; anything longer is some other file.
const LONGEST: usize = 256;

impl MasterKey {
    /// Reads a key file. Logs a warning if others on the machine may read it too.
    ///
    /// # Errors
    /// If the file is missing, is no key file, or holds a key that was typed rather than drawn.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, VaultError> {
        let path = path.as_ref();
        let mut file = File::open(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => VaultError::NoKeyFile { path: path.to_owned() },
            _ => VaultError::UnreadableKeyFile { path: path.to_owned(), error },
        })?;
        warn_if_open_to_others(&file, path);
        let mut buffer = Zeroizing::new([0; LONGEST + 1]);
        let length = read_start(&mut file, &mut buffer[..])
            .map_err(|error| VaultError::UnreadableKeyFile { path: path.to_owned(), error })?;
        parse(&buffer[..length]).map_err(|why| VaultError::BadKeyFile { path: path.to_owned(), why })
    }

    /// Writes the key to a new file that only its owner can read.
    ///
    /// # Errors
    /// If there is such a file already: it is never overwritten.
    pub fn write_new(&self, path: impl AsRef<Path>) -> Result<(), VaultError> {
        let path = path.as_ref();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => VaultError::KeyFileExists { path: path.to_owned() },
            _ => VaultError::UnwritableKeyFile { path: path.to_owned(), error },
        })?;
        let encoded = Zeroizing::new(STANDARD.encode(self.bytes()));
        let line = Zeroizing::new([FORMAT, " ", &encoded, "\n"].concat());
        file.write_all(line.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| VaultError::UnwritableKeyFile { path: path.to_owned(), error })
    }
}

fn read_start(file: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    loop {
        match file.read(&mut buffer[length..])? {
            0 => return Ok(length),
            more => length += more,
        }
    }
}

fn parse(content: &[u8]) -> Result<MasterKey, &'static str> {
    if content.len() > LONGEST {
        return Err("it is too long");
    }
    let mut words = std::str::from_utf8(content).map_err(|_| "it is not text")?.split_ascii_whitespace();
    match words.next() {
        None => return Err("it is empty"),
        Some(FORMAT) => {}
        Some(_) => return Err("it does not start with valetkey-key-1"),
    }
    let encoded = words.next().ok_or("the key itself is missing")?;
    if words.next().is_some() {
        return Err("there is more than one line or key in it");
    }
    let bytes = Zeroizing::new(STANDARD.decode(encoded).map_err(|_| "the key is not base64")?);
    let bytes: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| "the key is not 32 bytes long")?;
    if is_sample(bytes) {
        return Err("the key is a sample or was typed by hand, so others can know it");
    }
    Ok(MasterKey::from_bytes(KeyBytes::copied(bytes)))
}

/// Patterns that chance makes once in 10^13 keys or less: readable text, few different bytes, a sequence.
fn is_sample(bytes: &[u8; 32]) -> bool {
    let mut seen = [false; 256];
    bytes.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    let different = seen.iter().filter(|seen| **seen).count();
    let step = bytes[1].wrapping_sub(bytes[0]);
    let is_sequence = bytes.windows(2).all(|pair| pair[1].wrapping_sub(pair[0]) == step);
    let is_text = bytes.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    different < 12 || is_sequence || is_text
}

#[cfg(unix)]
fn warn_if_open_to_others(file: &File, path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata().map_or(0, |data| data.permissions().mode());
    if mode & 0o077 != 0 {
        tracing::warn!(
            "other users of this machine can reach the master key {0}: run `chmod 600 {0}`",
            path.display()
        );
    }
}

#[cfg(not(unix))]
fn warn_if_open_to_others(_file: &File, _path: &Path) {}
