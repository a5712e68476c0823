//! The first page: what needs attention, what is under way, what happened.

use askama::Template;
use valetkey_pages::view::{Frame, When};

use super::{Attention, Rail, RequestRow};

#[derive(Template)]
#[template(path = "agency/home.html")]
pub struct Home {
    pub frame: Frame,
    pub rail: Rail,
    /// What needs attention first.
    pub attention: Vec<Attention>,
    /// How many requests of the last 30 days got how far.
    pub funnel: Vec<Stage>,
    pub rows: Vec<RequestRow>,
    pub recent: Vec<Happened>,
    /// The agency has named nobody who receives access: the first thing to do.
    pub lacks_grantee: bool,
}

/// One step of the way from sent to complete.
pub struct Stage {
    pub label: &'static str,
    pub count: usize,
    pub href: &'static str,
}

/// One thing that happened, with the client it was about.
pub struct Happened {
    pub at: When,
    pub sentence: String,
    pub client: Option<(String, String)>,
}
