//! The client's pages: link, pick, review, progress, receipt, trouble.

use std::borrow::Cow;

use askama::Template;

use super::{Advice, Badge, Frame, GranteeMark, Logo, Tone, When};

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

/// What was granted to whom, until when.
#[derive(Template)]
#[template(path = "client/receipt.html")]
pub struct Receipt {
    pub frame: Frame,
    /// Where it is mailed to, veiled, and whether it was.
    pub mailed: Option<(String, bool)>,
    pub client: String,
    pub sections: Vec<ReceiptSection>,
    pub access_until: Option<When>,
    pub completed: When,
    /// GET here for the same as a file.
    pub file: String,
    /// POST here for the page "who has access".
    pub access: String,
    pub back: String,
}

/// The receipt as one file, without anything beside it.
#[derive(Template)]
#[template(path = "client/receipt_file.html")]
pub struct ReceiptFile {
    pub receipt: Receipt,
    pub made: String,
    pub request: String,
    /// The agency's, with its bytes in place of an address.
    pub logo: Option<Logo>,
}

impl Receipt {
    /// Whether anything is shared at all.
    pub fn shares(&self) -> bool {
        self.sections.iter().flat_map(|section| &section.lines).any(|line| line.badge.tone == Tone::Done)
    }

    /// Whether anything is shared as the client said, which nobody can check.
    pub fn is_said(&self) -> bool {
        self.sections.iter().flat_map(|section| &section.lines).any(|line| line.badge.word == "attested")
    }
}

pub struct ReceiptSection {
    pub platform_name: String,
    pub grantee: GranteeMark,
    pub lines: Vec<Line>,
    /// How to take it back, and whether that needs signing in again.
    pub undo: String,
}

/// Steps that a person does by hand at the platform.
#[derive(Template)]
#[template(path = "client/guide.html")]
pub struct Guide {
    pub frame: Frame,
    pub platform: String,
    pub platform_name: String,
    pub grantee: GranteeMark,
    pub tasks: Vec<GuideTask>,
    /// From when on the steps hold.
    pub since: Option<String>,
    pub access_until: Option<When>,
    /// POST here with `terms` and one `which` for each task.
    pub action: String,
    pub terms: String,
    pub back: String,
    pub problem: Option<String>,
}

/// What the owner lets the agency into by scanning a code.
#[derive(Template)]
#[template(path = "client/scan.html")]
pub struct Scanned {
    pub frame: Frame,
    pub platform: String,
    pub platform_name: String,
    pub grantee: GranteeMark,
    /// Names of those of the agency who are assigned afterwards.
    pub staff: Vec<String>,
    pub tasks: Vec<GuideTask>,
    pub since: Option<String>,
    pub access_until: Option<When>,
    /// The code as a picture and as an address; none before it was asked for.
    pub code: Option<ScanCode>,
    /// POST here for a new code.
    pub renew: String,
    /// GET here tells a script whether the platform shows it by now.
    pub there: String,
    /// POST here for the owner's own sign-in; none where the platform has none.
    pub sign_in: Option<String>,
    /// Who signed in in this way.
    pub owner: Option<String>,
    /// POST here with `terms` and one `which` for each task.
    pub action: String,
    pub terms: String,
    pub back: String,
    pub problem: Option<String>,
}

pub struct ScanCode {
    /// Drawn by us: nothing of it came from outside but the address that it holds.
    pub picture: String,
    pub address: String,
}

/// One account to be shared by hand.
pub struct GuideTask {
    pub asset: String,
    pub level: String,
    pub can: String,
    pub cannot: String,
    pub steps: Steps,
    /// Asks which account it was.
    pub question: String,
    /// The agency named the account.
    pub named: Option<String>,
    pub typed: String,
}

pub struct Steps {
    pub title: String,
    /// What the platform may show instead of what the steps promise.
    pub says: Vec<Said>,
    /// GET here to look up any other message.
    pub look_up: Option<String>,
    pub intro: Vec<Vec<StepPiece>>,
    pub steps: Vec<Vec<StepPiece>>,
    pub notes: Vec<Vec<StepPiece>>,
}

/// Messages that mean one thing, word by word, and what to do then.
pub struct Said {
    pub id: String,
    pub messages: Vec<String>,
    pub advice: Advice,
}

pub enum StepPiece {
    Text(String),
    Strong(String),
    /// A name of somebody, set apart from the sentence.
    Name(String),
    /// A value to copy.
    Copy(String),
    Link {
        text: String,
        url: String,
        host: String,
    },
}

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
