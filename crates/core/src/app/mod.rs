//! What people and scripts can do, each as one function. Pages, API and commands call these.

pub mod accent;
pub mod access;
pub mod access_code;
pub mod access_map;
pub mod agencies;
pub mod already;
pub mod api_keys;
pub mod approve;
pub mod asking;
pub mod attest;
pub mod audit;
pub mod cards;
pub mod client_access;
pub mod clients;
pub mod display_name;
pub mod domain_name;
pub mod domains;
pub mod explain;
pub mod gates;
pub mod grantees;
pub mod grants;
pub mod handout;
pub mod help;
pub mod jobs;
pub mod least;
pub mod link;
pub mod logo;
pub mod look_again;
pub mod mails;
pub mod members;
pub mod notices;
pub mod offboarding;
pub mod offer;
pub mod passwords;
pub mod promised;
pub mod renewal;
pub mod requests;
pub mod restore;
pub mod revoking;
pub mod roles;
pub mod scanned;
pub mod set_up;
pub mod settings;
pub mod sign_in;
pub mod staff;
pub mod team;
pub mod templates;
pub mod typed_grantees;
mod why;

use valetkey_sdk::lang::Lang;
use valetkey_sdk::remedy::Remedy;

pub use why::Why;

use crate::desk::KeyError;
use crate::engine::sides::SidesError;
use crate::store::StoreError;

/// Why something was not done, in words for whoever asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Not there, or not this caller's: the two look the same.
    #[error("{0} was not found")]
    NotFound(&'static str),
    /// Input that cannot be used: which field, and what to do.
    #[error("{field}: {problem}")]
    Invalid { field: &'static str, problem: Why },
    /// It does not fit the state that things are in.
    #[error("{0}")]
    Conflict(Why),
    /// What the page showed is not what is true now.
    #[error("{0} was changed since this page was shown; look at it again")]
    Stale(&'static str),
    /// This browser did not sign in here.
    #[error("this step belongs to the browser that signed in")]
    OtherBrowser,
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// The database was away, or did not say whether the change was made. What is sent again is recognised.
    #[error("the database did not answer; try again in a moment")]
    Away(StoreError),
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

/// A platform's refusal that a person can mend.
#[derive(Debug)]
pub struct Refusal {
    pub platform: String,
    pub remedy: Remedy,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} refused: {}", self.platform, self.remedy.id)
    }
}

impl From<StoreError> for AppError {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::Stale(what) => Self::Stale(what),
            StoreError::TooMany(what) => {
                Self::Conflict(format!("{what} was asked for several times already; wait an hour").into())
            }
            StoreError::Db(e) if e.is_passing() => Self::Away(e.into()),
            other => Self::Internal(other.into()),
        }
    }
}

impl From<KeyError> for AppError {
    fn from(e: KeyError) -> Self {
        Self::Internal(e.into())
    }
}

impl From<SidesError> for AppError {
    fn from(e: SidesError) -> Self {
        Self::Internal(e.into())
    }
}

/// How often a decision is made anew when somebody else changed the rows meanwhile.
pub(crate) const TRIES: usize = 8;

pub fn invalid(field: &'static str, problem: impl Into<Why>) -> AppError {
    AppError::Invalid { field, problem: problem.into() }
}

/// A name or reference: one line of 1 to 200 characters, without the white space around it.
pub(crate) fn one_line(field: &'static str, text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err(invalid(field, "give 1 to 200 characters on one line"));
    }
    Ok(text.to_owned())
}

/// What an error calls the thing that is missing or has changed, in this language.
pub fn thing(lang: Lang, english: &str) -> String {
    let words = crate::words::words_in(lang);
    let id = format!("thing-{}", english.replace([' ', '\''], "-"));
    words.text(if words.has(&id) { &id } else { "thing-other" })
}
