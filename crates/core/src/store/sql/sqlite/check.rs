//! Looking at the schema: do the program's statements fit it, and are its tables strict?

use rusqlite::Connection;

use super::super::{DbError, Sql};
use super::failure::plain;
use super::run::parameters;

pub(in crate::store::sql) fn check(conn: &Connection, statements: &[Sql]) -> Result<Vec<String>, DbError> {
    let mut problems = Vec::new();
    for sql in statements {
        if let Err(why) = fits(conn, *sql) {
            problems.push(format!("{}: {why}", sql.name()));
        }
    }
    for table in loose_tables(conn).map_err(|error| plain(&error))? {
        problems.push(format!("table {table} is not strict: end its CREATE TABLE with {{strict}}"));
    }
    Ok(problems)
}

/// What SQLite itself finds wrong with the file, or what keeps it from looking.
pub(in crate::store::sql) fn damage(conn: &Connection) -> Option<String> {
    match conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0)) {
        Ok(found) if found == "ok" => None,
        Ok(found) => Some(found.replace('\n', " ")),
        Err(error) => Some(error.to_string()),
    }
}

pub(in crate::store::sql) fn has_table(conn: &Connection, name: &str) -> Result<bool, DbError> {
    conn.query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1", [name], |row| {
        row.get(0)
    })
    .map(|count: i64| count > 0)
    .map_err(|error| plain(&error))
}

fn fits(conn: &Connection, sql: Sql) -> Result<(), String> {
    sql.words_fit()?;
    let statement = conn.prepare(&sql.text_on_sqlite()).map_err(|error| error.to_string())?;
    parameters(&statement).map(drop).map_err(|error| error.to_string())
}

fn loose_tables(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare(
        "SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )?;
    statement.query_map((), |row| row.get(0))?.collect()
}
