//! "Who has access": the page, and the code that opens it.

use askama::Template;
use valetkey_pages::view::{Frame, When};

use super::Line;

/// "Who has access": everything that one agency holds of one client.
#[derive(Template)]
#[template(path = "client/access.html")]
pub struct Access {
    pub frame: Frame,
    pub client: String,
    pub held: Vec<Held>,
    /// What is gone.
    pub over: Vec<Held>,
    pub view_until: When,
    /// GET here for a code by mail, which opens the page after that; none where no mail can be sent.
    pub code: Option<String>,
    /// There is access that this browser cannot take away yet.
    pub locked: bool,
    /// POST here to take all of it away.
    pub revoke_all: Option<String>,
    /// How much can be taken away from here.
    pub all: usize,
    /// A sign-in just now was not by the person who gave the access.
    pub refused: bool,
}

/// The way there with a code by mail.
#[derive(Template)]
#[template(path = "client/access_code.html")]
pub struct AccessCode {
    pub frame: Frame,
    /// Where the code goes, veiled.
    pub to: String,
    /// One was asked for just now.
    pub sent: bool,
    pub send: String,
    pub enter: String,
    pub problem: Option<String>,
    /// Where a demo shows its mail.
    pub mailbox: Option<String>,
    /// The page itself, while its link opens it.
    pub back: Option<String>,
}

/// One grant on that page.
pub struct Held {
    pub id: String,
    pub platform_name: String,
    pub line: Line,
    /// When it was last read at the platform.
    pub checked: Option<When>,
    /// When somebody last said so, where nothing can be read.
    pub said: Option<When>,
    pub until: Option<When>,
    /// POST here to take it away, in the browser that gave it.
    pub revoke: Option<String>,
    /// POST here to sign in again first.
    pub sign_in: Option<String>,
    /// GET here for the steps that take it away by hand.
    pub steps: Option<String>,
}
