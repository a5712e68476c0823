//! The link page: one card a platform, and one line an asset.

use std::borrow::Cow;

use askama::Template;
use valetkey_pages::view::{Advice, Badge, Frame, When};

/// `/r/{token}`: who asks, for what, and one card a platform.
#[derive(Template)]
#[template(path = "client/link.html")]
pub struct Link<'a> {
    pub frame: Frame,
    pub client: String,
    /// The person who asked, and their role ("Kim Larsen, owner").
    pub asked_by: String,
    pub message: Option<String>,
    /// How many accounts are asked for.
    pub asks: usize,
    pub access_until: Option<When>,
    pub link_until: When,
    pub cards: Vec<Card<'a>>,
    /// What just happened, at the top (denied consent, another account than before, …).
    pub notice: Option<Advice>,
    /// Every required card is settled.
    pub settled: bool,
    /// The way to the receipt, in a browser that has one.
    pub receipt: Option<String>,
    /// The link is for one card, and this person passed it on.
    pub passed_by: Option<String>,
    /// GET here for the steps to print, where there are some.
    pub handout: Option<String>,
}

impl Link<'_> {
    /// Index of the card with the page's one primary button: the first where the client can go on, required
    /// ones before others. Past the end when there is none.
    pub fn next_card(&self) -> usize {
        let open = |card: &Card<'_>| {
            use CardStep::{Choose, Connect, Guide, Scan};
            matches!(card.step, Connect { .. } | Choose { .. } | Guide { .. } | Scan { .. })
        };
        let required = self.cards.iter().position(|card| card.required && open(card));
        required.or_else(|| self.cards.iter().position(open)).unwrap_or(self.cards.len())
    }
}

/// One platform's card.
pub struct Card<'a> {
    pub platform: String,
    pub name: String,
    pub initials: String,
    pub badge: Badge,
    pub asks: Vec<Ask<'a>>,
    /// Who is signed in there, in this browser: "Olivia Reyes".
    pub signed_in_as: Option<String>,
    /// What came of it so far, one line an asset.
    pub lines: Vec<Line>,
    pub step: CardStep,
    /// What else a person can do with an open card.
    pub ways: Option<Ways>,
    /// The platform lets nobody do it for them: said in a sentence.
    pub by_hand: Option<String>,
    pub required: bool,
}

/// Each is one click, and each tells the agency. All of them are posted to.
pub struct Ways {
    pub skip: String,
    pub hand_over: Option<String>,
    pub help: String,
}

/// The one next thing on a card.
pub enum CardStep {
    /// POST here to sign in at the platform.
    Connect { action: String },
    /// GET here to go on choosing, in the browser that connected. `again` signs in anew.
    Choose { href: String, again: String },
    /// GET here for the steps that a person does by hand.
    Guide { href: String },
    /// POST here for a code to scan.
    Scan { action: String },
    /// Something else of this request comes first; this sentence says what.
    After { sentence: String },
    /// Left out: POST here to open it again.
    Skipped { reopen: String },
    /// Passed on: GET here for the link that was made.
    PassedOn { href: String },
    /// Nothing can be done here yet.
    Unable { advice: Advice },
    /// Under way: GET here to watch.
    Watch { href: String },
    /// Nothing to do.
    Nothing,
}

/// What is asked: asset — level — what it allows and what it does not.
pub struct Ask<'a> {
    /// "Facebook Page", or "2 Facebook Pages".
    pub asset: Cow<'a, str>,
    /// The ids that the agency named.
    pub named: Vec<String>,
    pub level: &'a str,
    /// The level in a few words: "can create and change".
    pub means: &'a str,
    pub can: Cow<'a, str>,
    pub cannot: &'a str,
    pub native_roles: Vec<String>,
}

/// One asset with its live word.
pub struct Line {
    pub asset: String,
    pub kind: String,
    pub external_id: String,
    pub level: String,
    pub badge: Badge,
    pub advice: Option<Advice>,
    /// The agency had it before it was approved here: nothing was changed.
    pub adopted: bool,
}
