//! Everything Valetkey remembers, and the only place that speaks SQL.
//!
//! One file an entity; each adds `impl Store`. Every method on an agency's rows takes a [`Scope`], which
//! only this module can make: from a link, a session, a key, a job, or the operator at the machine.

pub mod administer;
pub mod agencies;
pub mod api_keys;
pub mod audit;
pub mod cards;
pub mod clients;
pub mod connections;
pub mod events;
pub mod gates;
pub mod grantees;
pub mod grants;
pub mod idempotency;
pub mod invitations;
pub mod items;
pub mod jobs;
pub mod links;
pub mod members;
pub mod passwords;
pub mod requests;
pub mod scope;
pub mod sessions;
pub mod sign_in_states;
pub mod sql;
pub mod templates;
pub mod write;

use std::path::Path;

use tokio::sync::broadcast;

use crate::ids::ItemId;

use self::sql::migrate::{self, MigrateError, Migration};
use self::sql::{Counters, Db, DbError};

pub use scope::{Actor, Once, Scope};
pub use write::Write;

/// The schema's history.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_spine", text: include_str!("../../migrations/0001_spine.sql") },
    Migration { name: "0002_staff", text: include_str!("../../migrations/0002_staff.sql") },
    Migration { name: "0003_client_face", text: include_str!("../../migrations/0003_client_face.sql") },
    Migration { name: "0004_agency_face", text: include_str!("../../migrations/0004_agency_face.sql") },
    Migration { name: "0005_api", text: include_str!("../../migrations/0005_api.sql") },
    Migration { name: "0006_keys_and_help", text: include_str!("../../migrations/0006_keys_and_help.sql") },
];

/// The one store.
#[derive(Clone)]
pub struct Store {
    db: Db,
    /// Cards that this process changed, told after the commit.
    changed: broadcast::Sender<ItemId>,
}

/// Who listens and falls this far behind is told so, and reads anew.
const CHANGES_KEPT: usize = 256;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the row meanwhile: read again and decide again.
    #[error("{0} was changed meanwhile")]
    Stale(&'static str),
    /// A unique rule says that this was done already.
    #[error("{0} is there already")]
    Duplicate(&'static str),
    /// Done as often as it may be for now.
    #[error("{0} was asked for too often")]
    TooMany(&'static str),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Migrate(#[from] MigrateError),
}

impl Store {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// If another process uses the file, or it is newer than this program.
    pub async fn open(path: &Path, now_ms: i64) -> Result<Self, StoreError> {
        let db = Db::open(path)?;
        migrate::apply(&db, MIGRATIONS, now_ms).await?;
        Ok(Self { db, changed: broadcast::Sender::new(CHANGES_KEPT) })
    }

    /// Opens it for reading beside a running server.
    ///
    /// # Errors
    /// If it is not there.
    pub fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { db: Db::open_read_only(path)?, changed: broadcast::Sender::new(CHANGES_KEPT) })
    }

    /// Hears of cards that this process changes. Another process's changes are not heard of.
    pub fn changes(&self) -> broadcast::Receiver<ItemId> {
        self.changed.subscribe()
    }

    /// How many transactions and commits there were.
    pub fn counters(&self) -> Counters {
        self.db.counters()
    }
}

/// Fails with `Stale` unless exactly one row was changed.
fn changed(count: u64, what: &'static str) -> Result<(), StoreError> {
    if count == 1 { Ok(()) } else { Err(StoreError::Stale(what)) }
}

#[cfg(test)]
mod tests;
