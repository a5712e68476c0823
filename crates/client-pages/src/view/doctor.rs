//! What a platform's message means.

use askama::Template;
use valetkey_pages::view::Frame;

#[derive(Template)]
#[template(path = "client/doctor.html")]
pub struct Doctor {
    pub frame: Frame,
    pub platforms: Vec<Known>,
    /// What was asked, as it was typed.
    pub message: String,
    /// Longest message that is looked at, in characters.
    pub most: usize,
    pub found: Vec<Found>,
    /// Something was asked, and nothing is known about it.
    pub unknown: bool,
}

/// One platform that can be chosen.
pub struct Known {
    pub id: String,
    pub name: String,
    pub chosen: bool,
}

/// One explanation.
pub struct Found {
    pub platform: Option<String>,
    pub id: String,
    pub cause: String,
    pub fix: Option<String>,
    pub phone: Option<String>,
    pub desktop: Option<String>,
    /// Who can do something about it, the likeliest first.
    pub by: Vec<String>,
    pub who: Option<String>,
    pub source: Option<String>,
    /// The day on which the source was read.
    pub read: Option<String>,
}
