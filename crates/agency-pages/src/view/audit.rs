//! The audit log in sentences.

use askama::Template;
use valetkey_pages::view::{Advice, Frame, When};

use super::Rail;

#[derive(Template)]
#[template(path = "agency/audit.html")]
pub struct Audit {
    pub frame: Frame,
    pub rail: Rail,
    pub filters: Vec<Chip>,
    pub rows: Vec<AuditRow>,
    /// First and last number of what was read and checked.
    pub range: Option<(i64, i64)>,
    /// The first record that cannot be right; none: all of them hold the one before.
    pub broken: Option<String>,
    /// The whole log was checked, with this outcome.
    pub whole: Option<Advice>,
    pub whole_is_right: bool,
    pub older: Option<String>,
    pub newer: Option<String>,
}

/// One filter that can be pressed.
pub struct Chip {
    pub label: String,
    pub href: String,
    pub on: bool,
}

pub struct AuditRow {
    pub seq: i64,
    pub at: When,
    pub sentence: String,
    pub action: String,
    /// The first letters of the hash.
    pub hash: String,
    pub request: Option<String>,
}
