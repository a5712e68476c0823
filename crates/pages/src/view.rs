//! What pages show: plain data, filled by the handlers, rendered by the templates.

use valetkey_sdk::lang::Lang;

use crate::page_words::PageWords;

/// Around every page.
#[derive(Clone)]
pub struct Frame {
    /// What is written on it, in the language of whoever reads it.
    pub words: &'static PageWords,
    /// The choice of another language, where there is one.
    pub languages: Option<LanguageChoice>,
    /// Where you are, without the product's name.
    pub title: String,
    /// Hashed addresses of style and script.
    pub css: &'static str,
    pub agency_css: &'static str,
    pub js: &'static str,
    /// The stylesheet of the agency's colour, where it has one.
    pub brand: Option<String>,
    /// The egress map sends calls elsewhere: these are not the real platforms, and every page says so.
    pub simulated: bool,
    /// The agency whose page this is.
    pub agency: Option<AgencyMark>,
    /// The form token that our own pages carry.
    pub csrf: String,
    /// Where this server lives, as an address bar shows it.
    pub host: String,
    /// A client's page shown to the agency: nothing on it can be pressed.
    pub preview: bool,
}

impl Frame {
    pub fn logo(&self) -> Option<&Logo> {
        self.agency.as_ref()?.logo.as_ref()
    }

    pub fn has_logo(&self) -> bool {
        self.logo().is_some()
    }

    /// Who asks, in a sentence.
    pub fn asker(&self) -> &str {
        self.agency.as_ref().map_or(&self.words.the_agency, |agency| &agency.name)
    }

    pub fn other_languages(&self) -> impl Iterator<Item = Lang> + use<> {
        let own = self.words.lang;
        Lang::ALL.into_iter().filter(move |lang| *lang != own)
    }
}

/// What the form sends that chooses a language.
#[derive(Clone, Debug)]
pub struct LanguageChoice {
    /// The page that is read now, and comes again.
    pub back: String,
    /// That this server wrote the form, for this page.
    pub csrf: String,
}

/// The agency as its client sees it.
#[derive(Clone, Debug)]
pub struct AgencyMark {
    pub name: String,
    /// Two letters for the place of a logo.
    pub initials: String,
    pub logo: Option<Logo>,
    /// The verified domain, when there is one.
    pub domain: Option<String>,
    /// It was verified with a demo's own name server.
    pub of_demo: bool,
}

/// A picture with the room that it takes.
#[derive(Clone, Debug)]
pub struct Logo {
    pub src: String,
    pub width: u32,
    pub height: u32,
}

/// The four meanings, each with icon and word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Done,
    Waiting,
    YourTurn,
    Stop,
    Neutral,
}

impl Tone {
    /// CSS class suffix and icon name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Waiting => "waiting",
            Self::YourTurn => "turn",
            Self::Stop => "stop",
            Self::Neutral => "neutral",
        }
    }
}

/// A state word with its meaning. `word` is the vocabulary's word (`data-state`), `label` is for people.
#[derive(Clone, Debug)]
pub struct Badge {
    pub word: String,
    pub label: String,
    pub tone: Tone,
}

/// A remedy in words: what happened, what to do now, who can help.
#[derive(Clone, Debug, Default)]
pub struct Advice {
    pub happened: String,
    pub act: Option<String>,
    pub phone: Option<String>,
    pub desktop: Option<String>,
    pub who: Option<String>,
    pub link: Option<String>,
    /// Our page that says more about it.
    pub more: Option<String>,
}

/// A time for people and for machines.
#[derive(Clone, Debug)]
pub struct When {
    /// "in 12 days", "3 minutes ago", "30 June 2027".
    pub text: String,
    /// The day (UTC), for a sentence with "until": "30 June 2027".
    pub day: String,
    /// RFC 3339, for `<time datetime>` and the tooltip.
    pub exact: String,
}

/// Who receives the access.
#[derive(Clone, Debug)]
pub struct GranteeMark {
    pub label: String,
    /// The platform's word for it: "Business portfolio".
    pub kind: String,
    pub external_id: String,
    pub proven: bool,
}

/// An id in pieces that the eye can follow: its trailing digits by fours.
pub fn grouped(id: &str) -> Vec<&str> {
    let (head, digits) = id.split_at(id.trim_end_matches(|c: char| c.is_ascii_digit()).len());
    if digits.len() < 7 {
        return vec![id];
    }
    let mut pieces = Vec::new();
    if !head.is_empty() {
        pieces.push(head);
    }
    let mut rest = digits;
    while rest.len() > 5 {
        let (piece, tail) = rest.split_at(4);
        pieces.push(piece);
        rest = tail;
    }
    pieces.push(rest);
    pieces
}
