//! Clients: the list, one of them, and ending all of its access.

use askama::Template;
use valetkey_pages::view::{Badge, Frame, GranteeMark, When};

use super::{Event, GrantRow, Rail, RequestRow};

#[derive(Template)]
#[template(path = "agency/clients.html")]
pub struct Clients {
    pub frame: Frame,
    pub rail: Rail,
    pub query: String,
    pub rows: Vec<ClientRow>,
    /// There are clients, but the search found none.
    pub filtered: bool,
}

pub struct ClientRow {
    pub href: String,
    pub name: String,
    pub initials: String,
    pub email: String,
    pub health: Badge,
    /// "4 of 5 active".
    pub grants: String,
    pub last: Option<When>,
}

#[derive(Template)]
#[template(path = "agency/client.html")]
pub struct Client {
    pub frame: Frame,
    pub rail: Rail,
    pub name: String,
    pub email: String,
    pub initials: String,
    pub health: Badge,
    pub platforms: Vec<PlatformGrants>,
    pub requests: Vec<RequestRow>,
    pub timeline: Vec<Event>,
    pub notice: Option<String>,
    /// POST here to check everything now.
    pub verify: Option<String>,
    /// GET here to see what ending everything would do.
    pub revoke: Option<String>,
    /// GET here to see who has access to what.
    pub access: Option<String>,
    /// GET here to ask again for what was asked last.
    pub again: Option<String>,
}

/// The grants at one platform.
pub struct PlatformGrants {
    pub name: String,
    pub grants: Vec<GrantRow>,
}

#[derive(Template)]
#[template(path = "agency/revoke_all.html")]
pub struct RevokeAll {
    pub frame: Frame,
    pub rail: Rail,
    pub client: String,
    pub acts: Vec<PlannedAct>,
    /// What cannot be done by us now: account, and why.
    pub problems: Vec<(String, String)>,
    pub grantees: Vec<GranteeMark>,
    pub action: String,
    pub back: String,
}

/// One call that would be made.
pub struct PlannedAct {
    pub grant: String,
    pub sentence: String,
}
