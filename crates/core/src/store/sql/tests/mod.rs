//! The port against real databases: in memory, in a file, and on a PostgreSQL server.

mod columns;
mod files;
mod group;
mod migrations;
mod poison;
mod postgres;
mod together;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::migrate::{Migration, apply};
use super::{Cell, Db, DbError, Sql, Tx};

#[path = "../../../../tests/postgres/mod.rs"]
pub(crate) mod server;

pub(super) const SCHEMA: &[Migration] = &[Migration {
    name: "0001_notes",
    text: "CREATE TABLE note (
               agency_id {text} NOT NULL, id {int} NOT NULL, body {text}, raw {blob}, done {int} NOT NULL DEFAULT 0,
               PRIMARY KEY (agency_id, id), UNIQUE (agency_id, body),
               CONSTRAINT note_done_check CHECK (done IN (0, 1))
           ) {strict};
           CREATE UNIQUE INDEX note_raw ON note (raw) WHERE raw IS NOT NULL;
           CREATE TABLE reply (
               agency_id {text} NOT NULL, id {int} NOT NULL, note_id {int} NOT NULL, PRIMARY KEY (agency_id, id),
               FOREIGN KEY (agency_id, note_id) REFERENCES note (agency_id, id)
           ) {strict};",
}];

pub(super) const ADD: Sql = test("INSERT INTO note (agency_id, id, body) VALUES ('a', $1, $2)");
pub(super) const COUNT: Sql = test("SELECT count(*) FROM note");
pub(super) const IDS: Sql = test("SELECT id FROM note ORDER BY id");

/// A statement that is not in the program's list: its table exists in these tests only.
pub(super) const fn test(text: &'static str) -> Sql {
    Sql::declare("test", text)
}

pub(super) async fn add(db: &Db, id: i64) -> Result<u64, DbError> {
    db.tx(valetkey_sdk::point!("test"), async move |tx: &Tx<'_>| {
        tx.exec(ADD, &[Cell::from(id), Cell::from(None::<&str>)]).await
    })
    .await
}

pub(super) async fn ids(db: &Db) -> Vec<i64> {
    db.query(IDS, &[]).await.unwrap()
}

/// An empty database of each kind.
pub(super) fn empty() -> Vec<(Db, Folder)> {
    let folder = Folder::new();
    let file = Db::open(folder.path("test.db")).unwrap();
    vec![(Db::open(":memory:").unwrap(), Folder::new()), on_postgres(), (file, folder)]
}

/// An empty database on the tests' server.
pub(super) fn on_postgres() -> (Db, Folder) {
    let database = server::server().database(None);
    let db = Db::connect(&database.url).unwrap();
    let mut folder = Folder::new();
    folder.1 = Some(database);
    (db, folder)
}

/// A migrated database of each kind.
pub(super) async fn everywhere() -> Vec<(Db, Folder)> {
    let mut all = Vec::new();
    for (db, folder) in empty() {
        apply(&db, SCHEMA, 0).await.unwrap();
        all.push((db.across(), folder));
    }
    all
}

/// What a database lives in, removed at the end: a folder, or a database of the tests' server.
pub(super) struct Folder(PathBuf, Option<server::Database>);

impl Folder {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("valetkey-sql-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path, None)
    }

    pub(super) fn database(&self) -> &server::Database {
        self.1.as_ref().expect("on PostgreSQL")
    }

    pub(super) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
