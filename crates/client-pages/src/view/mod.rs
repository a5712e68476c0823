//! What the client's pages show.

mod access;
pub mod doctor;
mod giving;
mod guide;
pub mod handout;
mod link;
mod receipt;

use askama::Template;
use valetkey_pages::steps::Steps;
use valetkey_pages::view::{Frame, GranteeMark, When};

pub use access::{Access, AccessCode, Held};
pub use giving::{Choice, Group, Mend, Pick, Progress, Review, ReviewLine};
pub use guide::{Guide, GuideTask, ScanCode, Scanned};
pub use link::{Ask, Card, CardStep, Line, Link, Ways};
pub use receipt::{Receipt, ReceiptFile, ReceiptSection};

/// The link of one card, for sending to a colleague.
#[derive(Template)]
#[template(path = "client/passed_on.html")]
pub struct PassedOn {
    pub frame: Frame,
    pub platform: String,
    pub platform_name: String,
    pub url: String,
    pub passed_by: Option<String>,
    /// Nobody has opened the card's sign-in yet.
    pub waiting: bool,
    pub back: String,
}

/// Who was told that help is wanted.
#[derive(Template)]
#[template(path = "client/helped.html")]
pub struct Helped {
    pub frame: Frame,
    pub platform: String,
    pub platform_name: String,
    /// The person who is told.
    pub asker: String,
    /// When they were told last.
    pub told: Option<When>,
    /// The last time a note went with it.
    pub noted: bool,
    pub action: String,
    pub back: String,
    pub problem: Option<String>,
    pub typed: String,
}

/// Steps that take one grant away by hand.
#[derive(Template)]
#[template(path = "client/removal.html")]
pub struct Removal {
    pub frame: Frame,
    pub platform: String,
    pub platform_name: String,
    pub asset: String,
    pub grantee: GranteeMark,
    pub steps: Steps,
    pub action: String,
    pub back: String,
}

/// One sentence, one button. Never a bare code.
#[derive(Template)]
#[template(path = "client/trouble.html")]
pub struct Trouble {
    pub frame: Frame,
    pub headline: String,
    pub sentence: String,
    /// Label and address of the one button, if there is one.
    pub button: Option<(String, String)>,
    /// Folded: time and id for support.
    pub details: String,
}
