//! What can go wrong in the database, by what a caller can do about it.

use std::fmt;

use super::postgres::Trouble;

/// A failure of the store. It names the statement and never holds a parameter's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DbError {
    kind: DbErrorKind,
    statement: Option<&'static str>,
    message: String,
    trouble: Trouble,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DbErrorKind {
    /// The database is locked by somebody else or cannot be reached. Nothing was done; the same call may
    /// succeed later.
    Busy,
    /// The connection broke between COMMIT and its answer: it may have taken effect or not. Read what the
    /// transaction would have written, by its natural key, before doing it again.
    CommitUnknown,
    /// The data breaks a rule of the schema.
    Constraint(Constraint),
    /// `one` found no row.
    Missing,
    /// A column or parameter is not of the type, number or shape that was asked for: a bug.
    Type,
    /// An earlier statement of the same transaction failed, so nothing of it is kept.
    Poisoned,
    /// The database is closed, or was opened for reading only.
    Closed,
    /// Anything else; the message says what.
    Other,
}

/// The rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    pub rule: Rule,
    /// The constraint's or index's name: `<table>_pkey` for a primary key and `<table>_<columns>_key`
    /// for a nameless `UNIQUE`. `None` where the engine does not say (foreign keys): decide on `rule`.
    pub name: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Unique,
    Foreign,
    Check,
    NotNull,
}

impl DbError {
    pub(super) fn new(kind: DbErrorKind, message: impl Into<String>) -> Self {
        Self { kind, statement: None, message: message.into(), trouble: Trouble::None }
    }

    pub(in crate::store) fn wrong_type(message: impl Into<String>) -> Self {
        Self::new(DbErrorKind::Type, message)
    }

    pub(super) fn other(message: impl Into<String>) -> Self {
        Self::new(DbErrorKind::Other, message)
    }

    pub(super) fn closed() -> Self {
        Self::new(DbErrorKind::Closed, "the database is closed")
    }

    pub(super) fn in_statement(mut self, name: &'static str) -> Self {
        self.statement.get_or_insert(name);
        self
    }

    pub(super) fn with_trouble(mut self, trouble: Trouble) -> Self {
        self.trouble = trouble;
        self
    }

    /// What it means for the engine that would try again.
    pub(super) fn trouble(&self) -> Trouble {
        self.trouble
    }

    pub fn kind(&self) -> &DbErrorKind {
        &self.kind
    }

    /// The rule of the schema that was broken, if that is what happened.
    pub fn constraint(&self) -> Option<&Constraint> {
        match &self.kind {
            DbErrorKind::Constraint(constraint) => Some(constraint),
            _ => None,
        }
    }

    /// Whether trying again later is all that can be done about it.
    pub fn is_passing(&self) -> bool {
        matches!(self.kind, DbErrorKind::Busy | DbErrorKind::CommitUnknown)
    }

    /// Whether this is a duplicate in the unique index or key of that name.
    pub fn is_duplicate(&self, name: &str) -> bool {
        self.constraint().is_some_and(|c| c.rule == Rule::Unique && c.name.as_deref() == Some(name))
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.statement {
            Some(name) => write!(f, "{name}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for DbError {}
