//! The agency's pages.

pub mod access_map;
pub mod api_keys;
pub mod asking;
pub mod audit;
pub mod clients;
pub mod compose;
pub mod entry;
pub mod home;
pub mod settings;
pub mod team;

use askama::Template;
use valetkey_pages::steps::Steps;
use valetkey_pages::view::{Advice, Badge, Frame, GranteeMark, When};

/// Inside the dashboard: who is signed in, which section is open.
pub struct Rail {
    pub member: String,
    pub role: String,
    /// `home`, `requests`, `clients`, `grantees`, `audit`, `team` or `account`.
    pub section: &'static str,
    /// May change clients, requests and grants.
    pub works: bool,
    /// May change who receives access and who is a member.
    pub governs: bool,
}

#[derive(Template)]
#[template(path = "agency/requests.html")]
pub struct Requests {
    pub frame: Frame,
    pub rail: Rail,
    pub chips: Vec<audit::Chip>,
    /// The chip that is on.
    pub show: String,
    pub query: String,
    /// How many requests there are, and how many fit.
    pub total: usize,
    pub found: usize,
    pub rows: Vec<RequestRow>,
}

/// Client, what, since when, the one action.
pub struct Attention {
    pub client: String,
    pub client_href: String,
    pub what: String,
    pub badge: Badge,
    pub since: When,
    pub href: String,
    pub action: String,
}

pub struct RequestRow {
    pub href: String,
    pub client: String,
    pub platforms: Vec<String>,
    pub badge: Badge,
    pub created: When,
    /// "1 of 2 active".
    pub progress: String,
}

#[derive(Template)]
#[template(path = "agency/request.html")]
pub struct Request {
    pub frame: Frame,
    pub rail: Rail,
    pub client: String,
    pub client_href: String,
    pub badge: Badge,
    /// Only for members who may work with it.
    pub url: Option<String>,
    /// GET here for the link to copy, scan and send.
    pub link: Option<String>,
    pub preview: String,
    /// GET here for the steps that the client can print.
    pub handout: Option<String>,
    pub again: Option<String>,
    /// POST here to let the link live longer.
    pub extend: Option<String>,
    pub message: Option<String>,
    pub link_until: When,
    pub access_until: Option<When>,
    pub items: Vec<Item>,
    pub timeline: Vec<Event>,
    /// What was mailed of it, newest first.
    pub mails: Vec<MailRow>,
    /// POST here to mail the link, and to whom.
    pub mail_link: Option<(String, String)>,
    pub notice: Option<String>,
    /// POST here to cancel, while it can be.
    pub cancel: Option<String>,
}

/// One mail, and how it went.
#[derive(Clone)]
pub struct MailRow {
    /// `receipt` or `request`.
    pub kind: &'static str,
    pub what: &'static str,
    pub to: Option<String>,
    pub badge: Badge,
    pub at: When,
    /// What the mail server said, or what else is in the way.
    pub why: Option<String>,
    pub next: Option<When>,
    /// POST here to try it anew.
    pub again: Option<String>,
}

pub struct Item {
    pub id: String,
    pub platform_name: String,
    pub badge: Badge,
    pub grantee: Option<GranteeMark>,
    /// "Page, manage".
    pub asks: Vec<String>,
    pub signed_in_as: Option<String>,
    /// Whom of the agency it is given to afterwards.
    pub staff: Vec<String>,
    /// What of the agency's own it is connected to afterwards.
    pub connects: Vec<String>,
    /// Where the agency can ask the owner from its own side.
    pub asking: Option<String>,
    /// What the client asked for help with, newest first.
    pub help: Vec<HelpNote>,
    /// POST here that somebody saw to it, up to this time in milliseconds.
    pub help_done: Option<(String, i64)>,
    /// Each share, and under it who was assigned to it.
    pub grants: Vec<GrantRow>,
}

/// A client asked for help with a card.
pub struct HelpNote {
    pub note: Option<String>,
    pub at: When,
    /// When somebody of the agency saw to it, and who.
    pub dealt_with: Option<(When, String)>,
}

/// Access that only a person can take away, and that waits for it.
pub struct Removal {
    /// None where the platform's guide says nothing about it.
    pub steps: Option<Steps>,
    /// POST here to say that it was removed.
    pub action: Option<String>,
}

pub struct GrantRow {
    pub id: String,
    /// The person or system user of the agency that was assigned, or its account that was connected; none for the
    /// share itself.
    pub person: Option<GranteeMark>,
    /// It is an account, and nobody who works.
    pub is_connected: bool,
    pub asset: String,
    pub kind: String,
    pub external_id: String,
    pub level: String,
    pub native_roles: Vec<String>,
    pub badge: Badge,
    pub verified: Option<When>,
    pub verified_by: Option<String>,
    pub advice: Option<Advice>,
    /// POST here to read the platform again.
    pub verify: Option<String>,
    /// POST here to try again what a person has mended.
    pub retry: Option<String>,
    /// Nothing can be read there: when somebody said last what was done, and who.
    pub said: Option<When>,
    /// It was there before it was approved: nothing was changed.
    pub adopted: bool,
    pub said_by: Option<String>,
    pub removal: Option<Removal>,
    /// GET here to see what revoking would do.
    pub revoke: Option<String>,
}

impl GrantRow {
    /// What its hooks end in: the asset, and the person where one was assigned.
    pub fn part(&self) -> String {
        match &self.person {
            Some(mark) => format!("{}-{}", self.external_id, mark.external_id),
            None => self.external_id.clone(),
        }
    }

    /// For those who do not see the table: what a button is about.
    pub fn named(&self) -> String {
        match &self.person {
            Some(mark) => format!("{} on {}", mark.label, self.asset),
            None => self.asset.clone(),
        }
    }
}

/// The audit log in sentences.
pub struct Event {
    pub at: When,
    pub sentence: String,
}

/// What revoking calls and what else goes; nothing has happened before its button.
#[derive(Template)]
#[template(path = "agency/revoke.html")]
pub struct Revoke {
    pub frame: Frame,
    pub rail: Rail,
    pub client: String,
    pub asset: String,
    pub platform_name: String,
    pub grantee: GranteeMark,
    /// The exact acts: "Remove Northwind Growth (1555…) from Page Harbour Bakery, with the client's sign-in".
    pub acts: Vec<String>,
    pub also: Vec<String>,
    /// What the receiver keeps, because it flows from something else.
    pub stays: Vec<String>,
    /// Why it cannot be done by us now, and what to do instead.
    pub problem: Option<Advice>,
    pub action: String,
    pub back: String,
}

#[derive(Template)]
#[template(path = "agency/grantees.html")]
pub struct Grantees {
    pub frame: Frame,
    pub rail: Rail,
    pub platforms: Vec<GranteePlatform>,
    pub notice: Option<Advice>,
}

pub struct GranteePlatform {
    /// The platform's id.
    pub platform: String,
    pub name: String,
    pub grantees: Vec<GranteeRow>,
    /// POST here to sign in at the platform and prove grantees.
    pub connect: Option<String>,
    pub typing: Option<Typing>,
}

pub struct GranteeRow {
    pub mark: GranteeMark,
    /// Proven when, and by whom.
    pub at: Option<When>,
    pub by: Option<String>,
    /// The id has not the shape that ids there usually have.
    pub unusual: bool,
    /// Who of it can be assigned, and what of its own connected, afterwards.
    pub people: Vec<GranteeMark>,
}

/// The form for a grantee that is typed.
pub struct Typing {
    pub action: String,
    pub kinds: Vec<compose::Choice>,
    pub external_id: String,
    pub label: String,
    pub problem: Option<String>,
    /// It cannot receive access before somebody signed in there.
    pub needs_proof: bool,
}

/// One sentence, one button, inside the agency's frame.
#[derive(Template)]
#[template(path = "agency/trouble.html")]
pub struct Trouble {
    pub frame: Frame,
    pub headline: String,
    pub sentence: String,
    pub button: Option<(String, String)>,
    pub details: String,
}
