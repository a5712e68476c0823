//! What the agency is called, and its colour.

use askama::Template;

use super::Rail;
use crate::web::view::Frame;

#[derive(Template)]
#[template(path = "agency/settings.html")]
pub struct Settings {
    pub frame: Frame,
    pub rail: Rail,
    /// As typed, or as it is.
    pub name: String,
    pub accent: String,
    pub notice: Option<String>,
    pub field: &'static str,
    pub problem: Option<String>,
}
