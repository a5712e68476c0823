//! A new request, on one page, and its result.

use askama::Template;
use valetkey_pages::view::{Frame, When};

use super::{MailRow, Rail};

#[derive(Template)]
#[template(path = "agency/compose.html")]
pub struct Compose {
    pub frame: Frame,
    pub rail: Rail,
    /// Id, name, chosen.
    pub clients: Vec<Choice>,
    pub name: String,
    pub email: String,
    pub advisor: Advisor,
    pub platforms: Vec<Platform>,
    pub message: String,
    pub link_days: Vec<Choice>,
    /// Languages of the client's pages.
    pub locales: Vec<Choice>,
    /// Whether the link is mailed, where it can be.
    pub by_mail: Option<bool>,
    /// `2027-06-30`, or nothing: until it is revoked.
    pub access_until: String,
    /// The earliest day that can be chosen.
    pub tomorrow: String,
    pub problem: Option<String>,
    /// The field that the problem is about.
    pub field: String,
}

/// One option of a list.
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// Accounts that are shown without being asked for.
const FEW: usize = 6;

pub struct Platform {
    pub id: String,
    pub name: String,
    pub initials: String,
    /// No connector, or no app set up: the client follows steps.
    pub guided: bool,
    pub open: bool,
    pub assets: Vec<Asset>,
    pub grantees: Vec<Choice>,
    /// The agency's own people, who can be assigned afterwards.
    pub people: Vec<Person>,
    /// Its own accounts, which can be connected afterwards, and to what.
    pub accounts: Vec<Person>,
}

impl Platform {
    pub fn is_asked(&self) -> bool {
        self.assets.iter().any(|a| a.levels.iter().any(|l| l.chosen))
    }

    /// Few fit on the page; of many, somebody chose one.
    pub fn shows_accounts(&self) -> bool {
        self.accounts.len() <= FEW || self.accounts.iter().any(|a| a.chosen)
    }
}

pub struct Asset {
    /// Name of the form's fields: `meta.page`.
    pub key: String,
    pub name: String,
    pub levels: Vec<Level>,
    /// Roles that come on top of a level, none first; empty where there are none.
    pub tops: Vec<Choice>,
    /// What the platform asks along the way, to which yes can be wished for.
    pub question: Option<Question>,
    pub external_id: String,
}

impl Asset {
    pub fn is_asked(&self) -> bool {
        self.levels.iter().any(|l| l.chosen)
    }
}

/// Something that the platform asks along the way.
pub struct Question {
    pub value: String,
    pub label: String,
    pub means: String,
    pub wants_yes: bool,
}

pub struct Level {
    pub value: &'static str,
    pub label: String,
    pub can: String,
    pub cannot: String,
    pub native_roles: Vec<String>,
    pub chosen: bool,
}

#[derive(Template)]
#[template(path = "agency/sent.html")]
pub struct Sent {
    pub frame: Frame,
    pub rail: Rail,
    pub client: String,
    pub email: String,
    pub url: String,
    pub qr: String,
    pub until: When,
    pub href: String,
    pub preview: String,
    /// A mail that the member's own program writes.
    pub mail: String,
    /// POST here to have the link mailed, where it can be.
    pub send: Option<String>,
    /// How that went before.
    pub mailed: Option<MailRow>,
}

/// Somebody of the agency who can be assigned.
#[derive(Clone, Debug)]
pub struct Person {
    pub value: String,
    pub name: String,
    /// Their id, whose they are, and of an account, to what it can be connected.
    pub detail: String,
    pub chosen: bool,
}

/// "What will you do for this client?", and what that comes to.
pub struct Advisor {
    pub tasks: Vec<Task>,
    pub places: Vec<Choice>,
    pub advice: Vec<Advice>,
    /// The form was filled in just now.
    pub filled_in: bool,
}

impl Advisor {
    /// Something is ticked that is for one platform alone.
    pub fn has_own(&self) -> bool {
        self.tasks.iter().any(|t| t.chosen && t.at.is_some())
    }
}

pub struct Task {
    pub value: String,
    pub label: String,
    /// The platform that it is for alone.
    pub at: Option<String>,
    pub chosen: bool,
}

/// The least at one platform.
pub struct Advice {
    pub id: String,
    pub name: String,
    /// Somebody of the agency can receive access there.
    pub receives: bool,
    /// The platform has none of the tasks.
    pub nothing: bool,
    pub lines: Vec<AdviceLine>,
    /// What was in the form before and is not any more.
    pub gone: Vec<String>,
    /// Task, and what it needs that cannot be asked for.
    pub besides: Vec<(String, String)>,
}

pub struct AdviceLine {
    pub asset: String,
    /// The smallest level that is enough; none where no task needs it.
    pub level: Option<String>,
    pub tasks: Vec<String>,
    pub can: String,
    pub cannot: String,
    pub verdict: Verdict,
}

/// How the form stands to it.
pub enum Verdict {
    /// Exactly this is asked for.
    Asked,
    /// The same, after the form was changed.
    Changed { was: Option<String> },
    /// Too little is asked for.
    Short { asked: Option<String> },
    /// More is asked for than is needed.
    Beyond { asked: String },
}
