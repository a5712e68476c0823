//! PostgreSQL's errors in the words of the port.

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError as Reported, SqlState};

use super::super::{Constraint, DbError, DbErrorKind, Rule};

/// What an error means for trying again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store::sql) enum Trouble {
    /// Another try would end in the same way.
    #[default]
    None,
    /// Another transaction was in the way: this one has no effect and may be run again.
    Conflict,
    /// The connection is of no use any more. Before COMMIT was sent, nothing of the transaction is kept.
    Lost,
}

/// An error outside a statement.
pub(super) fn plain(error: &Error) -> DbError {
    let Some(reported) = error.as_db_error() else { return of_driver(error) };
    let (kind, trouble) = match reported.code() {
        &SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED => {
            (DbErrorKind::Busy, Trouble::Conflict)
        }
        // After a fail-over the old server may still be there, and takes no writes.
        &SqlState::ADMIN_SHUTDOWN
        | &SqlState::CRASH_SHUTDOWN
        | &SqlState::CANNOT_CONNECT_NOW
        | &SqlState::READ_ONLY_SQL_TRANSACTION
        | &SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        | &SqlState::TOO_MANY_CONNECTIONS => (DbErrorKind::Busy, Trouble::Lost),
        // Sent before it was known that one before it failed.
        &SqlState::IN_FAILED_SQL_TRANSACTION => (DbErrorKind::Poisoned, Trouble::None),
        &SqlState::LOCK_NOT_AVAILABLE | &SqlState::QUERY_CANCELED => (DbErrorKind::Busy, Trouble::None),
        code => match code.code().get(..2) {
            // Connection exceptions.
            Some("08") => (DbErrorKind::Busy, Trouble::Lost),
            // Data exceptions: text where a number belongs, a number that is too large.
            Some("22") => (DbErrorKind::Type, Trouble::None),
            _ if is_of_type(code) => (DbErrorKind::Type, Trouble::None),
            _ => (DbErrorKind::Other, Trouble::None),
        },
    };
    DbError::new(kind, reported.message()).with_trouble(trouble)
}

fn is_of_type(code: &SqlState) -> bool {
    [
        &SqlState::DATATYPE_MISMATCH,
        &SqlState::UNDEFINED_FUNCTION,
        &SqlState::CANNOT_COERCE,
        &SqlState::INDETERMINATE_DATATYPE,
        &SqlState::UNDEFINED_PARAMETER,
        &SqlState::AMBIGUOUS_PARAMETER,
    ]
    .contains(&code)
}

/// The connection broke, or the driver refused a parameter before it was sent.
fn of_driver(error: &Error) -> DbError {
    let source = std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
    let text = format!("{error}{source}");
    if text.starts_with("error serializing parameter") || text.starts_with("expected ") {
        return DbError::wrong_type(text);
    }
    DbError::new(DbErrorKind::Busy, format!("the connection to the database broke ({text})"))
        .with_trouble(Trouble::Lost)
}

/// An error of a statement; broken rules get the name that the schema gives them.
pub(super) fn of_statement(error: &Error) -> DbError {
    let Some(reported) = error.as_db_error() else { return plain(error) };
    let own = || reported.constraint().map(str::to_owned);
    let (rule, name) = match *reported.code() {
        SqlState::UNIQUE_VIOLATION => (Rule::Unique, own()),
        // SQLite does not say which: callers decide on the rule.
        SqlState::FOREIGN_KEY_VIOLATION => (Rule::Foreign, None),
        SqlState::CHECK_VIOLATION => (Rule::Check, own()),
        SqlState::NOT_NULL_VIOLATION => (Rule::NotNull, column(reported)),
        _ => return plain(error),
    };
    // The detail would hold the values.
    DbError::new(DbErrorKind::Constraint(Constraint { rule, name }), reported.message())
}

fn column(reported: &Reported) -> Option<String> {
    Some(format!("{}.{}", reported.table()?, reported.column()?))
}

/// How a commit without a plain "done" went.
pub(super) fn of_commit(error: &Error) -> DbError {
    let refused = error.as_db_error().is_some_and(|reported| {
        matches!(reported.code().code().get(..2), Some("23" | "40")) && reported.severity() == "ERROR"
    });
    if refused {
        return of_statement(error);
    }
    DbError::new(
        DbErrorKind::CommitUnknown,
        "the connection broke while the transaction was being committed: look whether it took effect before \
         doing it again",
    )
}

/// No connection could be had.
pub(super) fn of_pool(error: &PoolError) -> DbError {
    match error {
        PoolError::Backend(error) => {
            let found = plain(error);
            let kind = DbErrorKind::Busy;
            DbError::new(kind, format!("the database cannot be reached: {found}")).with_trouble(Trouble::Lost)
        }
        PoolError::Timeout(TimeoutType::Wait) => {
            DbError::new(DbErrorKind::Busy, "all connections to the database were in use for too long")
        }
        PoolError::Timeout(_) => {
            DbError::new(DbErrorKind::Busy, "the database does not answer").with_trouble(Trouble::Lost)
        }
        other => DbError::other(other.to_string()),
    }
}

/// The first connection failed: what is wrong with the address, in words that hold no password.
pub(super) fn unreachable(place: &str, error: &PoolError) -> DbError {
    let PoolError::Backend(error) = error else {
        return DbError::new(
            DbErrorKind::Busy,
            format!("the database server at {place} does not answer: check host, port and firewall"),
        );
    };
    let Some(reported) = error.as_db_error() else {
        let why = causes(error);
        let advice = if why.contains("TLS") || why.contains("certificate") {
            "the connection must be encrypted with a certificate that this machine trusts; SSL_CERT_FILE names more of \
             them, and only inside a network you trust add ?sslmode=disable"
        } else if why.contains("password") {
            "the server asks for a password: write it into the address"
        } else if why.contains("read-only") || why.contains("writable") {
            "it takes no writes: name the primary, or all hosts separated by commas"
        } else {
            "is it running, and are host and port right?"
        };
        return DbError::new(
            DbErrorKind::Busy,
            format!("no connection to the database server at {place} ({why}): {advice}"),
        );
    };
    let advice = match reported.code() {
        &SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            "check user and password of the address, and pg_hba.conf of the server"
        }
        &SqlState::INVALID_CATALOG_NAME => "create it first: CREATE DATABASE … ENCODING 'UTF8'",
        &SqlState::TOO_MANY_CONNECTIONS => "raise max_connections, or stop something else",
        _ => "ask whoever runs it",
    };
    DbError::other(format!(
        "the database server at {place} refused the connection ({}): {advice}",
        reported.message()
    ))
}

fn causes(error: &Error) -> String {
    let mut text = error.to_string();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
