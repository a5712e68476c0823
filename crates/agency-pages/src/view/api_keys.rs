//! Keys of the API.

use askama::Template;
use valetkey_pages::view::{Frame, When};

use super::Rail;

#[derive(Template)]
#[template(path = "agency/api_keys.html")]
pub struct ApiKeys {
    pub frame: Frame,
    pub rail: Rail,
    /// Newest first.
    pub keys: Vec<KeyRow>,
    pub made: Option<MadeKey>,
    /// What was typed, when it has to be typed anew.
    pub typed: String,
    pub field: &'static str,
    pub problem: Option<String>,
}

pub struct KeyRow {
    pub id: String,
    pub label: String,
    pub made: When,
    /// The member with whom it ends.
    pub made_by: Option<String>,
    pub used: Option<When>,
}

/// A key that was just made: shown once.
pub struct MadeKey {
    pub label: String,
    pub key: String,
}

#[derive(Template)]
#[template(path = "agency/end_key.html")]
pub struct EndKey {
    pub frame: Frame,
    pub rail: Rail,
    pub label: String,
    pub used: Option<When>,
    pub action: String,
}
