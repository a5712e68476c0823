//! Asking an owner from the agency's own side.

use askama::Template;
use valetkey_pages::steps::Steps;
use valetkey_pages::view::{Badge, Frame, GranteeMark, When};

use super::Rail;

#[derive(Template)]
#[template(path = "agency/asking.html")]
pub struct Asking {
    pub frame: Frame,
    pub rail: Rail,
    pub back: String,
    pub client: String,
    pub platform: String,
    pub grantee: GranteeMark,
    /// Why what became of it could not be read.
    pub problem: Option<String>,
    pub sent: Vec<SentRow>,
    pub tasks: Vec<ToAsk>,
    /// POST here to ask.
    pub action: String,
}

/// One account that was asked for.
pub struct SentRow {
    pub kind: String,
    pub of: String,
    pub id: String,
    pub level: String,
    pub badge: Badge,
    pub at: When,
    /// It can be asked for once more.
    pub again: bool,
}

/// One account that can be asked for.
pub struct ToAsk {
    pub of: String,
    pub kind: String,
    pub level: String,
    /// Its id, where the request named it.
    pub known: String,
    /// What the id looks like.
    pub hint: String,
    pub by_call: bool,
    pub steps: Steps,
}
