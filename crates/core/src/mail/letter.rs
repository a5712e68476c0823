//! What a mail says, as text and as HTML with the same words.

use askama::Template;
use valetkey_sdk::lang::Lang;

use crate::app::accent::{Accent, Rgb};

/// One mail: fixed sentences with names in them, and at most one thing to do. Nobody's free text is in it (T27).
#[derive(Clone)]
pub struct Letter {
    pub lang: Lang,
    pub subject: String,
    /// Whose name stands at the head.
    pub agency: String,
    /// The verified domain, when there is one.
    pub domain: Option<String>,
    pub accent: Option<Accent>,
    pub head: String,
    pub lead: String,
    pub parts: Vec<Part>,
    /// To be typed.
    pub code: Option<String>,
    /// Words and address of the one thing to do.
    pub act: Option<(String, String)>,
    pub notes: Vec<String>,
    /// Why this was sent, and how to have no more of it.
    pub why: String,
    pub stop: String,
}

/// A list under a heading.
#[derive(Clone)]
pub struct Part {
    pub title: String,
    pub lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct Html<'a> {
    letter: &'a Letter,
    /// Behind the button, on it, and the same where it is dark.
    accent: Rgb,
    ink: Rgb,
    dark_accent: Rgb,
    dark_ink: Rgb,
}

impl Letter {
    /// # Errors
    /// When a template cannot be filled.
    pub fn text(&self) -> askama::Result<String> {
        Text { letter: self }.render()
    }

    /// # Errors
    /// When a template cannot be filled.
    pub fn html(&self) -> askama::Result<String> {
        let own = self.accent.unwrap_or_default();
        let (light, dark) = (own.on_light(), own.on_dark());
        let (accent, ink) = (light.accent, light.ink);
        Html { letter: self, accent, ink, dark_accent: dark.accent, dark_ink: dark.ink }.render()
    }
}
