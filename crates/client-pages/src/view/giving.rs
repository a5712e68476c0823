//! Choosing accounts, reviewing the choice, and watching what comes of it.

use askama::Template;
use valetkey_pages::steps::Steps;
use valetkey_pages::view::{Advice, Frame, GranteeMark, When};

use super::Line;

/// Choosing assets, grouped as the platform groups them.
#[derive(Template)]
#[template(path = "client/pick.html")]
pub struct Pick {
    pub frame: Frame,
    pub platform: String,
    pub platform_name: String,
    pub signed_in_as: String,
    pub signed_in_id: String,
    /// POST the chosen indexes here as `pick=3&pick=7`.
    pub action: String,
    /// POST here when another person is signed in at the platform.
    pub not_me: String,
    /// POST here to list again, once what is missing or in the way was mended there.
    pub look_again: Option<String>,
    pub back: String,
    pub groups: Vec<Group>,
    /// How many can be chosen. From 8 on the page offers a search.
    pub available: usize,
    pub problem: Option<String>,
    /// Nothing to choose from: what to do.
    pub empty: Vec<Advice>,
}

pub struct Group {
    /// Portfolio or container, "Not in a portfolio".
    pub heading: String,
    pub options: Vec<Choice>,
}

pub struct Choice {
    /// Index into the listing kept on the server.
    pub index: usize,
    pub external_id: String,
    pub name: String,
    pub initials: String,
    pub kind: String,
    pub detail: Option<String>,
    pub level: String,
    pub ticked: bool,
    /// The agency has it already, as it was last read.
    pub held: bool,
    /// Why it cannot be shared, and how to fix that.
    pub blocked: Option<Advice>,
}

/// Who, what, which roles, until when. Nothing has happened before its button.
#[derive(Template)]
#[template(path = "client/review.html")]
pub struct Review {
    pub frame: Frame,
    pub platform: String,
    pub platform_name: String,
    pub signed_in_as: String,
    pub grantee: GranteeMark,
    /// People of the grantee, to whom it then gives the access.
    pub staff: Vec<GranteeMark>,
    pub lines: Vec<ReviewLine>,
    pub access_until: Option<When>,
    /// POST here with `terms` to approve.
    pub action: String,
    /// A digest of what this page shows; a changed grantee or choice makes the approval stale.
    pub terms: String,
    pub back: String,
    pub problem: Option<Advice>,
}

pub struct ReviewLine {
    pub asset: String,
    /// What of the grantee's own it is then connected to.
    pub connects: Vec<GranteeMark>,
    pub kind: String,
    pub external_id: String,
    pub container: Option<String>,
    pub level: String,
    pub can: String,
    pub cannot: String,
    pub native_roles: Vec<String>,
    /// What the platform will add by itself.
    pub adds: Vec<String>,
    /// What it may cost the client there, in sentences.
    pub costs: Vec<String>,
    /// The agency has it already, as it was last read: nothing changes.
    pub held: bool,
    /// It has these, which are more: they are taken away first.
    pub lowers: Vec<String>,
    /// What nobody can read there, as questions; each with what to do when the answer is no.
    pub questions: Vec<Advice>,
}

/// One line an asset, with a live word. Refreshes itself while something is under way.
#[derive(Template)]
#[template(path = "client/progress.html")]
pub struct Progress {
    pub frame: Frame,
    pub platform_name: String,
    pub lines: Vec<Line>,
    pub done: usize,
    /// Nothing will change any more without somebody acting.
    pub finished: bool,
    /// The platform's limit on calls holds the work back for so many minutes.
    pub waits: Option<i64>,
    /// Some access needs a hand: POST here to try again, or to sign in again first.
    pub mend: Option<Mend>,
    /// What the client does by hand at the platform, one for each account.
    pub by_hand: Vec<Steps>,
    /// Of some of it only the client can say that it was done: POST here.
    pub said: Option<String>,
    /// Where a script hears of changes.
    pub events: String,
    pub back: String,
}

/// What a client can do about access that did not come through.
pub struct Mend {
    pub retry: String,
    pub sign_in: String,
}
