//! SQLite's errors in the words of the port.

use rusqlite::ffi::{self, ErrorCode};
use rusqlite::{Connection, Error};

use super::super::{Constraint, DbError, DbErrorKind, Rule};

/// An error outside a statement.
pub(in crate::store::sql) fn plain(error: &Error) -> DbError {
    let kind = match error.sqlite_error_code() {
        // Nothing is kept of what does not fit, or could not be written: it works once the disk does.
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen,
        ) => DbErrorKind::Busy,
        Some(ErrorCode::TypeMismatch) => DbErrorKind::Type,
        _ => DbErrorKind::Other,
    };
    DbError::new(kind, error.to_string())
}

/// How a commit went that did not go well. What the disk did with it when it failed, nobody knows.
pub(super) fn of_commit(error: &Error) -> DbError {
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => DbError::new(DbErrorKind::CommitUnknown, error.to_string()),
        _ => plain(error),
    }
}

/// An error of a statement; broken rules get the name that the schema gives them.
pub(super) fn of_statement(conn: &Connection, error: &Error) -> DbError {
    let Error::SqliteFailure(code, Some(message)) = error else { return plain(error) };
    if code.extended_code == ffi::SQLITE_CONSTRAINT_DATATYPE {
        return DbError::wrong_type(message);
    }
    // "UNIQUE constraint failed: grant.agency_id, grant.id"
    let subject = message.split_once(" failed: ").map(|(_, subject)| subject);
    let (rule, name) = match code.extended_code {
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            (Rule::Unique, subject.and_then(columns).map(|(table, _)| format!("{table}_pkey")))
        }
        ffi::SQLITE_CONSTRAINT_UNIQUE => {
            (Rule::Unique, subject.and_then(|subject| unique_name(conn, subject)))
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => (Rule::Foreign, None),
        ffi::SQLITE_CONSTRAINT_CHECK => (Rule::Check, subject.map(str::to_owned)),
        ffi::SQLITE_CONSTRAINT_NOTNULL => (Rule::NotNull, subject.map(str::to_owned)),
        _ => return plain(error),
    };
    DbError::new(DbErrorKind::Constraint(Constraint { rule, name }), message)
}

/// The index behind "table.a, table.b" or "index 'name'"; a nameless one is called what PostgreSQL
/// would call it, so that callers can rely on one name.
fn unique_name(conn: &Connection, subject: &str) -> Option<String> {
    if let Some(quoted) = subject.strip_prefix("index '") {
        return quoted.strip_suffix('\'').map(str::to_owned);
    }
    let (table, columns) = columns(subject)?;
    declared_index(conn, table, &columns)
        .ok()
        .flatten()
        .or_else(|| Some(format!("{table}_{}_key", columns.join("_"))))
}

fn columns(subject: &str) -> Option<(&str, Vec<&str>)> {
    let pairs: Option<Vec<_>> = subject.split(", ").map(|pair| pair.split_once('.')).collect();
    let pairs = pairs?;
    Some((pairs.first()?.0, pairs.into_iter().map(|(_, column)| column).collect()))
}

fn declared_index(conn: &Connection, table: &str, columns: &[&str]) -> rusqlite::Result<Option<String>> {
    let mut statement = conn.prepare(
        "SELECT i.name FROM pragma_index_list(?1) i WHERE i.\"unique\" = 1 AND i.origin = 'c' AND ?2 =
           (SELECT group_concat(c.name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno) c)
         ORDER BY i.name LIMIT 1",
    )?;
    let mut rows = statement.query((table, columns.join(",")))?;
    rows.next()?.map(|row| row.get(0)).transpose()
}
