//! One flat kind that a caller can act on, a sentence, and context.

use std::fmt;

use jiff::Timestamp;

use crate::access::Side;
use crate::remedy::Remedy;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a caller can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The credential of this side at this sign-in is missing, dead or too weak: sign in again.
    Reauthorize {
        side: Side,
        sign_in: String,
    },
    /// The platform knows the caller and says no.
    Forbidden,
    NotFound,
    /// It is already so, or something else is in the way.
    Conflict,
    RateLimited {
        until: Timestamp,
    },
    /// Nothing is known about the outcome; reading will tell.
    Temporary,
    /// The platform (or our app there) does not offer this: guided steps take over.
    Unsupported,
    /// Refused for a reason a person can mend.
    Rejected(Box<Remedy>),
    /// An answer we do not understand. Nothing is known about the outcome.
    Unexpected,
}

/// A failed call, in words and as data. Never carries a secret or a body.
#[derive(Debug)]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
    pub context: Vec<(&'static str, String)>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), context: Vec::new(), source: None }
    }

    pub fn unexpected(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unexpected, message)
    }

    pub fn unsupported(what: &str) -> Self {
        Self::new(ErrorKind::Unsupported, format!("{what} is not supported here"))
    }

    pub fn rejected(remedy: Remedy, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Rejected(Box::new(remedy)), message)
    }

    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl ToString) -> Self {
        self.context.push((key, value.to_string()));
        self
    }

    /// The same failure, understood better.
    #[must_use]
    pub fn with_kind(self, kind: ErrorKind) -> Self {
        Self { kind, ..self }
    }

    #[must_use]
    pub fn caused_by(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// The platform answered and refused: nothing changed there. Everything else is unknown.
    pub fn is_definite_refusal(&self) -> bool {
        !matches!(self.kind, ErrorKind::Temporary | ErrorKind::Unexpected)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        for (key, value) in &self.context {
            write!(f, ", {key}: {value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|e| e.as_ref() as _)
    }
}
