//! Copying an SQLite file: into another file, and all its rows into an empty PostgreSQL database.

use std::path::Path;
use std::sync::Mutex;

use rusqlite::{Connection, OpenFlags};
use valetkey_sdk::point;

use super::migrate::MIGRATION_TABLE;
use super::{Cell, Db, DbError, Kind, Tx, sqlite};

/// How many rows of a table were copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    pub table: String,
    pub rows: i64,
}

/// Copies one moment of the file into a new one, also while a server is using it.
///
/// # Errors
/// When the new one is there already or cannot be written, or the old one is damaged.
pub async fn backup(from: &Path, to: &Path) -> Result<(), DbError> {
    let (from, to) = (from.to_owned(), to.to_owned());
    let done = tokio::task::spawn_blocking(move || sqlite::backup(&from, &to)).await;
    done.map_err(|error| DbError::other(format!("the copy ended early: {error}")))?
}

/// Fails unless every page of the file is sound.
///
/// # Errors
/// When it is no database, or damaged.
pub fn whole(path: &Path) -> Result<(), DbError> {
    sqlite::whole(path)
}

struct Table {
    name: String,
    columns: Vec<(String, Kind)>,
}

/// Copies one moment of the file, also while a server is using it, in one transaction, and counts every
/// table on both sides before that is committed. Both schemas must be the program's own.
///
/// # Errors
/// If the target holds a row, or a count differs; the target is then as it was.
#[expect(clippy::await_holding_lock, reason = "a transaction is one task, and nobody else takes this lock")]
pub async fn copy(from: &Path, to: &Db) -> Result<Vec<Copied>, DbError> {
    let plain = |error: rusqlite::Error| sqlite::plain(&error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags).map_err(plain)?;
    // The first read fixes the moment that all others see.
    source.execute_batch("BEGIN").map_err(plain)?;
    let tables = tables(&source).map_err(plain)?;
    let source = Mutex::new(source);
    to.across()
        .tx(point!("copy"), async move |tx: &Tx<'_>| {
            let source = source.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let mut all = Vec::new();
            for table in &tables {
                if tx.count_of(&table.name).await? > 0 {
                    return Err(DbError::other(format!(
                        "the target database already has rows, in {}: name an empty one",
                        table.name
                    )));
                }
                let rows = copy_table(&source, table, tx).await?;
                let arrived = tx.count_of(&table.name).await?;
                if arrived != rows {
                    return Err(DbError::other(format!(
                        "{rows} rows of {} left, and {arrived} arrived",
                        table.name
                    )));
                }
                all.push(Copied { table: table.name.clone(), rows });
            }
            Ok(all)
        })
        .await
}

/// The tables in the order in which they were made, so that no row comes before one that it refers to.
fn tables(source: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut statement = source.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> ?1 ORDER BY rowid",
    )?;
    let names: Vec<String> =
        statement.query_map([MIGRATION_TABLE], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let table = |name: String| {
        let mut columns = source.prepare("SELECT name, type FROM pragma_table_info(?1) ORDER BY cid")?;
        let column = |row: &rusqlite::Row<'_>| {
            let kind = match row.get::<_, String>(1)?.as_str() {
                "INTEGER" => Kind::Int,
                "BLOB" => Kind::Blob,
                _ => Kind::Text,
            };
            Ok((row.get(0)?, kind))
        };
        let columns = columns.query_map([&name], column)?.collect::<rusqlite::Result<_>>()?;
        Ok(Table { name, columns })
    };
    names.into_iter().map(table).collect()
}

async fn copy_table(source: &Connection, table: &Table, tx: &Tx<'_>) -> Result<i64, DbError> {
    use rusqlite::types::ValueRef;
    let plain = |error: rusqlite::Error| sqlite::plain(&error);
    let names: Vec<String> = table.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let marks: Vec<String> = (1..=names.len()).map(|number| format!("${number}")).collect();
    let (name, names, marks) = (&table.name, names.join(", "), marks.join(", "));
    let insert = format!("INSERT INTO \"{name}\" ({names}) VALUES ({marks})");
    let mut statement = source.prepare(&format!("SELECT {names} FROM \"{name}\"")).map_err(plain)?;
    let mut rows = statement.query(()).map_err(plain)?;
    let mut count = 0;
    while let Some(row) = rows.next().map_err(plain)? {
        let mut cells = Vec::with_capacity(table.columns.len());
        for (index, (column, kind)) in table.columns.iter().enumerate() {
            cells.push(match row.get_ref(index).map_err(plain)? {
                ValueRef::Null => Cell::Null(*kind),
                ValueRef::Integer(value) => Cell::Int(value),
                ValueRef::Text(bytes) => Cell::Text(std::str::from_utf8(bytes).map_err(|_| {
                    DbError::wrong_type(format!("{name}.{column} holds text that is not UTF-8"))
                })?),
                ValueRef::Blob(bytes) => Cell::Blob(bytes),
                ValueRef::Real(_) => {
                    return Err(DbError::wrong_type(format!("{name}.{column} holds a fraction")));
                }
            });
        }
        tx.undeclared(&insert, &cells).await?;
        count += 1;
    }
    Ok(count)
}
