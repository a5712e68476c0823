//! Why a key or a sealed value is refused, and what to do about it. Never holds key or value.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::MasterId;

#[derive(Debug, Error)]
pub enum VaultError {
    #[error(
        "there is no master key at {}: make one with `valetkey key new {}`, or put the right file there if this \
         database already has its key elsewhere", .path.display(), .path.display()
    )]
    NoKeyFile { path: PathBuf },
    #[error("cannot read the master key {} ({error}): name a file that the server may read", .path.display())]
    UnreadableKeyFile { path: PathBuf, error: io::Error },
    #[error("{} is not a master key ({why}): make one with `valetkey key new FILE`", .path.display())]
    BadKeyFile { path: PathBuf, why: &'static str },
    #[error(
        "{} already exists and is left alone: what was sealed with it could never be read again. Choose another name",
        .path.display()
    )]
    KeyFileExists { path: PathBuf },
    #[error("cannot write the master key {}: {error}", .path.display())]
    UnwritableKeyFile { path: PathBuf, error: io::Error },
    #[error(
        "this was sealed under the master key {sealed}, but the key file holds {held}: use the right key file"
    )]
    OtherMaster { sealed: MasterId, held: MasterId },
    #[error("the key of agency {key} was used for a value of agency {place}")]
    WrongAgency { key: String, place: String },
    #[error("key version {found} is no longer accepted (the oldest is {minimum})")]
    TooOld { found: u32, minimum: u32 },
    #[error("there is no key of version {found}")]
    UnknownVersion { found: u32 },
    #[error("this is not a sealed value that this program can read: {why}")]
    Malformed { why: &'static str },
    #[error("the sealed value was changed, moved to another place, or sealed with another key")]
    Refused,
}
