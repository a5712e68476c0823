//! How clients see the agency: name, colour, logo, domain.

use askama::Template;
use valetkey_pages::view::{Badge, Frame, Logo, When};

use super::Rail;

#[derive(Template)]
#[template(path = "agency/settings.html")]
pub struct Settings {
    pub frame: Frame,
    pub rail: Rail,
    /// As typed, or as it is.
    pub name: String,
    pub accent: String,
    /// The picture that can be put back.
    pub logo_before: Option<Logo>,
    /// As typed, or as it was claimed.
    pub domain: String,
    pub proof: Option<Proof>,
    /// How mail goes out here, in a sentence.
    pub mail: String,
    pub notice: Option<&'static str>,
    pub field: &'static str,
    pub problem: Option<String>,
}

/// A domain that was claimed, and the record that proves it.
pub struct Proof {
    pub domain: String,
    pub record_name: String,
    pub record_value: String,
    pub badge: Badge,
    /// How it stands and what to do, in sentences.
    pub says: String,
    pub looked: Option<When>,
    /// Clients see it.
    pub is_shown: bool,
    /// Its record is in the demo's own name server.
    pub of_demo: bool,
}
