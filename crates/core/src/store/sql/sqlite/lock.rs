//! One process at a time on one database file.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::super::{DbError, DbErrorKind};

/// Holds `PATH.lock` locked until dropped. The file itself stays: removing it would let two
/// processes lock two different files of that name.
pub(super) struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

impl Lock {
    pub(super) fn take(database: &Path) -> Result<Self, DbError> {
        let path = beside(database);
        let fail = |error: std::io::Error| DbError::other(format!("cannot lock {}: {error}", path.display()));
        let file = File::options().create(true).append(true).open(&path).map_err(fail)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(DbError::new(
                DbErrorKind::Busy,
                format!(
                    "the database {} is in use by another valetkey process (it holds {}): stop that one first, \
                     or use another database",
                    database.display(),
                    path.display(),
                ),
            )),
            Err(TryLockError::Error(error)) => Err(fail(error)),
        }
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
