//! What was granted, as a page and as a file.

use askama::Template;
use valetkey_pages::view::{Frame, GranteeMark, Logo, Tone, When};

use super::Line;

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
