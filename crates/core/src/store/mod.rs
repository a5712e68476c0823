//! Everything Valetkey remembers, and the only place that speaks SQL.
//!
//! One file an entity; each adds `impl Store`. Every method on an agency's rows takes a [`Scope`], which
//! only this module can make: from a link, a session, a key, a job, or the operator at the machine.

pub mod access_codes;
pub mod access_readings;
pub mod administer;
pub mod agencies;
pub mod api_keys;
pub mod audit;
pub mod basis;
pub mod cards;
pub mod clients;
pub mod connections;
pub mod domains;
pub mod erasures;
pub mod events;
pub mod gates;
pub mod grantees;
pub mod grants;
pub mod idempotency;
pub mod invitations;
pub mod items;
pub mod jobs;
pub mod links;
pub mod logos;
pub mod mails;
pub mod members;
pub mod nodes;
pub mod passwords;
pub mod quotas;
pub mod requests;
pub mod scope;
pub mod sessions;
pub mod sign_in_states;
pub mod sql;
pub mod templates;
pub mod turns;
mod unchanged;
pub mod write;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio::sync::broadcast;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::secret::Secret;

use crate::ids::ItemId;
use crate::pace::Pace;

use self::sql::migrate::{self, MigrateError, Migration};
use self::sql::{Counters, Db, DbError};

pub use self::sql::transfer::Copied;
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
    Migration { name: "0007_nodes", text: include_str!("../../migrations/0007_nodes.sql") },
    Migration { name: "0008_erasures", text: include_str!("../../migrations/0008_erasures.sql") },
    Migration { name: "0009_access_map", text: include_str!("../../migrations/0009_access_map.sql") },
    Migration { name: "0010_accent", text: include_str!("../../migrations/0010_accent.sql") },
    Migration { name: "0011_brand", text: include_str!("../../migrations/0011_brand.sql") },
    Migration { name: "0012_mail", text: include_str!("../../migrations/0012_mail.sql") },
];

/// Where the rows are.
#[derive(Clone, Debug)]
pub enum Place {
    /// An SQLite file, for one process.
    File(PathBuf),
    /// The `postgres://` address of a database, for any number of processes. It may hold a password.
    Server(Secret),
}

impl From<&Path> for Place {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<&PathBuf> for Place {
    fn from(path: &PathBuf) -> Self {
        Self::File(path.clone())
    }
}

impl Place {
    /// `postgres://…` or `sqlite:PATH`; nothing for anything else.
    pub fn from_address(address: &str) -> Option<Self> {
        let server = ["postgres://", "postgresql://"].iter().any(|scheme| address.starts_with(scheme));
        match address.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Some(Self::File(PathBuf::from(path))),
            _ => server.then(|| Self::Server(Secret::new(address))),
        }
    }
}

/// The one store.
#[derive(Clone)]
pub struct Store {
    db: Db,
    /// Cards that this process changed, told after the commit.
    changed: broadcast::Sender<ItemId>,
    /// Held up before and after each commit, in a simulation.
    pace: Pace,
    /// Links that were opened since the last commit, by hash.
    links: unchanged::Unchanged<Arc<links::WithItems>>,
    /// What this process is called among those that use the database, once it works on jobs.
    node: Arc<OnceLock<String>>,
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
    /// Opens the database and brings its schema up to date: a file, or what a `postgres://` address names.
    ///
    /// # Errors
    /// If another process uses the file, the server cannot be used, or it is newer than this program.
    pub async fn open(place: impl Into<Place>, now_ms: i64) -> Result<Self, StoreError> {
        let db = match place.into() {
            Place::Server(address) => Db::connect(address.expose())?,
            Place::File(path) => Db::open(path)?,
        };
        migrate::apply(&db, MIGRATIONS, now_ms).await?;
        Ok(Self::on(db))
    }

    fn on(db: Db) -> Self {
        let changed = broadcast::Sender::new(CHANGES_KEPT);
        Self {
            db,
            changed,
            pace: Pace::default(),
            links: unchanged::Unchanged::default(),
            node: Arc::default(),
        }
    }

    /// Opens it for reading beside a running server.
    ///
    /// # Errors
    /// If it is not there.
    pub fn open_read_only(place: impl Into<Place>) -> Result<Self, StoreError> {
        let db = match place.into() {
            Place::Server(address) => Db::connect_read_only(address.expose())?,
            Place::File(path) => Db::open_read_only(path)?,
        };
        Ok(Self::on(db))
    }

    /// Copies everything from an SQLite file into this database, which must be empty.
    ///
    /// # Errors
    /// If there is a row here already, or the counts of a table differ; nothing is kept then.
    pub async fn copy_from(&self, file: &Path) -> Result<Vec<Copied>, StoreError> {
        Store::open_read_only(file)?.require_schema().await?;
        Ok(sql::transfer::copy(file, &self.db).await?)
    }

    /// Copies one moment of an SQLite file into a new one, also while a server is using it.
    ///
    /// # Errors
    /// If the new one is there already or cannot be written, or the old one is damaged.
    pub async fn backup(file: &Path, to: &Path) -> Result<(), StoreError> {
        Ok(sql::transfer::backup(file, to).await?)
    }

    /// Opens a backup for reading, once every page of it was found sound.
    ///
    /// # Errors
    /// If it is no database, damaged, or newer than this program.
    pub async fn open_backup(file: &Path) -> Result<Self, StoreError> {
        sql::transfer::whole(file)?;
        let store = Self::open_read_only(file)?;
        match migrate::require(&store.db, MIGRATIONS).await {
            // What is missing is added where it is restored.
            Ok(()) | Err(MigrateError::Behind { .. }) => Ok(store),
            Err(e) => Err(e.into()),
        }
    }

    /// Fails unless the schema is exactly what this program expects.
    ///
    /// # Errors
    /// If a step is missing, or the database is newer than this program.
    pub async fn require_schema(&self) -> Result<(), StoreError> {
        Ok(migrate::require(&self.db, MIGRATIONS).await?)
    }

    /// What is damaged in the database's file, if anything. Reads all of it.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub async fn damage(&self) -> Result<Option<String>, StoreError> {
        Ok(self.db.damage().await?)
    }

    /// Whether the database's user is one that no wall between agencies holds.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn passes_walls(&self) -> Result<bool, StoreError> {
        Ok(self.db.passes_walls().await?)
    }

    /// Lets the clock go by that of the database, which all nodes share: whose lease and whose access is over must
    /// not depend on the node that looks. A database of this process alone has none.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn set_clock(&self, clock: &Clock) -> Result<(), StoreError> {
        let asked = Instant::now();
        if let Some(ms) = self.db.shared_now_ms().await? {
            clock.follow(ms, asked + asked.elapsed() / 2);
        }
        Ok(())
    }

    /// Whether other processes may use this database too.
    pub fn is_shared(&self) -> bool {
        !self.db.is_ours_alone()
    }

    /// The same store as another process of a simulation has it, which holds it up at each commit.
    #[must_use]
    pub fn paced(&self, pace: Pace) -> Self {
        Self { pace, ..Self::on(self.db.clone()) }
    }

    /// The same tables without a row, for the next history of a simulation.
    ///
    /// # Errors
    /// Unless the database is in memory.
    pub fn emptied(self) -> Result<Self, StoreError> {
        self.db.empty()?;
        Ok(Self::on(self.db))
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
