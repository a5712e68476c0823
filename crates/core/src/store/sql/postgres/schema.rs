//! What a change of the schema needs here: one node at a time, an empty or known database, the walls.

use super::super::DbError;
use super::Postgres;
use super::failure::plain;
use super::wall::{self, OPEN_TABLES};

/// One number for all versions of this program: "valetkey" as eight bytes.
const LOCK: i64 = i64::from_be_bytes(*b"valetkey");

/// Held while the schema is looked at and changed; dropping it closes its connection and so unlocks.
pub(in crate::store::sql) struct SchemaLock(
    #[expect(dead_code, reason = "the session is the lock")] Option<deadpool_postgres::ClientWrapper>,
);

impl SchemaLock {
    /// For an engine that is one process's own.
    pub(in crate::store::sql) fn none() -> Self {
        Self(None)
    }
}

impl Postgres {
    /// Waits until no other node changes the schema. A lock of the session, taken before BEGIN: a
    /// transaction that waits for a lock has an old snapshot when it gets it.
    pub(in crate::store::sql) async fn lock_schema(&self) -> Result<SchemaLock, DbError> {
        self.writable()?;
        self.ask(async |shared| {
            let conn = deadpool_postgres::Object::take(shared.connection().await?);
            conn.batch_execute(&format!("SET statement_timeout = '120s'; SELECT pg_advisory_lock({LOCK})"))
                .await
                .map_err(|error| plain(&error))?;
            Ok(SchemaLock(Some(conn)))
        })
        .await
    }

    /// A table of the current schema that a new database of ours would not have.
    pub(in crate::store::sql) async fn foreign_table(&self) -> Result<Option<String>, DbError> {
        let text = "SELECT CAST(relname AS TEXT) FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm')
                    AND relnamespace = CAST(current_schema() AS regnamespace) ORDER BY relname LIMIT 1";
        Ok(self.names(text).await?.pop())
    }

    pub(in crate::store::sql) async fn has_table(&self, name: &str) -> Result<bool, DbError> {
        let text = "SELECT CAST(relname AS TEXT) FROM pg_class WHERE relkind IN ('r', 'p')
                    AND relnamespace = CAST(current_schema() AS regnamespace)";
        Ok(self.names(text).await?.iter().any(|found| found == name))
    }

    /// Builds the wall of every agency table that has none.
    pub(in crate::store::sql) async fn build_walls(&self) -> Result<(), DbError> {
        let open = self.open_tables().await?;
        if open.is_empty() {
            return Ok(());
        }
        let text = open.iter().map(|table| wall::build(table)).collect::<String>();
        self.ask(async move |shared| {
            let conn = shared.connection().await?;
            conn.batch_execute(&text).await.map_err(|error| plain(&error))
        })
        .await
    }

    /// Agency tables whose rows any statement could see.
    pub(in crate::store::sql) async fn open_tables(&self) -> Result<Vec<String>, DbError> {
        let mut open = self.names(OPEN_TABLES).await?;
        open.retain(|table| !wall::OUTSIDE.contains(&table.as_str()));
        Ok(open)
    }

    /// Whether the user of the address is one that PostgreSQL lets through every wall.
    pub(in crate::store::sql) async fn passes_walls(&self) -> Result<bool, DbError> {
        let text = "SELECT CAST(rolname AS TEXT) FROM pg_roles
                    WHERE rolname = current_user AND (rolsuper OR rolbypassrls)";
        Ok(!self.names(text).await?.is_empty())
    }

    /// The server's clock, epoch milliseconds.
    pub(in crate::store::sql) async fn now_ms(&self) -> Result<i64, DbError> {
        self.ask(async move |shared| {
            let conn = shared.connection().await?;
            let text = "SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS INT8)";
            Ok(conn.query_one(text, &[]).await.map_err(|error| plain(&error))?.get(0))
        })
        .await
    }

    /// A statement about the catalogue that answers one column of names.
    async fn names(&self, text: &'static str) -> Result<Vec<String>, DbError> {
        self.ask(async move |shared| {
            let conn = shared.connection().await?;
            let rows = conn.query(text, &[]).await.map_err(|error| plain(&error))?;
            Ok(rows.iter().map(|row| row.get(0)).collect())
        })
        .await
    }
}
