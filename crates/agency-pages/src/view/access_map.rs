//! Who has access to what of one client.

use askama::Template;
use valetkey_pages::view::{Badge, Frame, When};

use super::Rail;

#[derive(Template)]
#[template(path = "agency/access_map.html")]
pub struct AccessMap {
    pub frame: Frame,
    pub rail: Rail,
    pub client: String,
    pub client_href: String,
    /// This page without any filter; POST here to read now.
    pub href: String,
    /// The member may have the platforms read.
    pub works: bool,
    /// There is nothing to read: no grant.
    pub bare: bool,
    /// The last reading that worked, of any account.
    pub read: Option<When>,
    pub notice: Option<String>,
    pub findings: Vec<FindingRow>,
    /// What was found and is not about what the filter leaves.
    pub findings_elsewhere: usize,
    pub troubles: Vec<Trouble>,
    pub query: String,
    /// The filters that are on, as they are sent along with a search, and in words.
    pub kept: Vec<(&'static str, String)>,
    pub only: Option<String>,
    pub rows: Vec<AccessRow>,
    /// How many lines fit, of how many.
    pub found: usize,
    pub total: usize,
    pub csv: String,
    pub json: String,
    /// The newest lines of the platforms' own logs.
    pub happened: Vec<HappenedRow>,
}

impl AccessMap {
    fn nothing_could_be_read(&self) -> bool {
        self.read.is_none() && self.troubles.iter().any(|t| t.state == "unreadable")
    }
}

/// One line of a platform's log.
pub struct HappenedRow {
    pub at: When,
    pub platform: String,
    pub by: Option<String>,
    pub what: String,
}

/// Something to act on.
pub struct FindingRow {
    pub rule: &'static str,
    pub badge: Badge,
    pub what: String,
    pub act: String,
    pub seen: When,
    pub asset_href: String,
    pub who_href: String,
}

/// What is not known of one account, and why.
pub struct Trouble {
    /// `unreadable`, `unread` or `limited`.
    pub state: &'static str,
    pub account: String,
    pub says: Vec<String>,
}

/// One access.
pub struct AccessRow {
    pub who: Linked,
    pub account: Linked,
    pub platform: String,
    pub roles: Vec<String>,
    pub badge: Badge,
    /// The account that it flows from: its kind and name.
    pub from: Option<(String, String)>,
    pub read: When,
    /// Whose sign-in: "client".
    pub read_by: &'static str,
    /// What the platform says of the person's second factor.
    pub two_factor: Option<&'static str>,
    pub until: Option<When>,
}

/// A thing or somebody, with the link that asks about them.
pub struct Linked {
    pub name: String,
    pub kind: String,
    pub id: String,
    pub href: String,
}
