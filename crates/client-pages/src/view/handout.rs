//! The guide that can be sent and printed.

use askama::Template;
use valetkey_pages::view::{Frame, GranteeMark, When};

use super::GuideTask;

#[derive(Template)]
#[template(path = "client/handout.html")]
pub struct Handout {
    pub frame: Frame,
    pub client: String,
    /// The person who asked, and their role.
    pub asked_by: Option<String>,
    pub access_until: Option<When>,
    pub parts: Vec<Part>,
    /// The names of platforms without steps; empty where there are none.
    pub without: String,
    /// The day it was made.
    pub made: String,
    pub request: String,
    /// GET here for the same as a PDF file; none where only a browser has the letters for it.
    pub pdf: Option<String>,
    pub back: String,
}

/// One platform.
pub struct Part {
    pub platform_name: String,
    pub grantee: GranteeMark,
    pub tasks: Vec<GuideTask>,
    /// Since when the steps hold.
    pub since: Option<String>,
}
