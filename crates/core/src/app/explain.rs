//! What a platform's message means, what to do about it, and who can.

use jiff::civil::Date;
use valetkey_connectors::{Platform, Registry};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::Doer;
use valetkey_sdk::words::Advice;

use crate::words_in;

/// Longest message that is looked at, in characters.
pub const MOST_TEXT: usize = 4_000;

/// One explanation.
#[derive(Debug, PartialEq, Eq)]
pub struct Explanation {
    /// None where it can come from any platform.
    pub platform: Option<String>,
    pub id: String,
    pub cause: String,
    pub fix: Option<String>,
    /// Where to click on a phone, and on a computer.
    pub phone: Option<String>,
    pub desktop: Option<String>,
    /// Whom to ask, in the platform's own words for its roles.
    pub who: Option<String>,
    pub by: Vec<Doer>,
    /// Where it was read, and when.
    pub source: Option<(String, Date)>,
}

/// Why nothing can be explained.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexplained {
    #[error("{0} is not a platform here: `valetkey platforms` lists them")]
    NoPlatform(String),
    #[error(
        "nothing is known about this message: give the code that came with it, check --platform, or send the \
         whole message with its time (without names and ids) to whoever runs this server"
    )]
    Unknown,
}

/// Everything that is known about a message, a code, or a reason that a grant shows.
///
/// # Errors
/// When nothing is known, or there is no such platform.
pub fn explain(
    registry: &Registry,
    message: &str,
    platform: Option<&str>,
    lang: Lang,
) -> Result<Vec<Explanation>, Unexplained> {
    let message: String = message.trim().chars().take(MOST_TEXT).collect();
    let platforms: Vec<&Platform> = match platform {
        Some(id) => vec![registry.find(id).ok_or_else(|| Unexplained::NoPlatform(id.to_owned()))?],
        None => registry.iter().collect(),
    };
    let mut found: Vec<_> = platforms.iter().flat_map(|p| of_platform(p, &message, lang)).collect();
    if found.is_empty()
        && let Some(advice) = words_in(lang).find_explanation("remedy", &message)
    {
        let name = platform.and_then(|id| registry.find(id)).map(|p| p.manifest.name.clone());
        found.push(explanation(name, &message, advice, lang));
    }
    if found.is_empty() { Err(Unexplained::Unknown) } else { Ok(found) }
}

/// Who can do something, in words.
pub fn doer(who: Doer, lang: Lang) -> String {
    words_in(lang).text(&format!("doer-{}", who.as_str()))
}

fn of_platform(p: &Platform, message: &str, lang: Lang) -> Vec<Explanation> {
    let file = p.words_in(lang);
    let words = |id: &str| file.find_explanation("error", id).or_else(|| file.find_explanation("remedy", id));
    let name = || Some(p.manifest.name.clone());
    let listed = p.manifest.find_errors(message).into_iter().filter_map(|facts| {
        let mut found = explanation(name(), &facts.id, words(&facts.id)?, lang);
        found.by.clone_from(&facts.by);
        let source = facts.source.as_ref().and_then(|id| p.manifest.find_source(id));
        found.source = source.map(|s| (s.url.clone(), s.read));
        Some(found)
    });
    let mut found: Vec<_> = listed.collect();
    // A grant shows a remedy's id as its reason.
    if found.is_empty() {
        found.extend(words(message).map(|advice| explanation(name(), message, advice, lang)));
    }
    found
}

fn explanation(platform: Option<String>, id: &str, advice: Advice, lang: Lang) -> Explanation {
    let named = platform.clone().unwrap_or_else(|| super::thing(lang, "the platform"));
    let here = |text: String| text.replace("{$platform}", &named);
    Explanation {
        platform,
        id: id.to_owned(),
        cause: here(advice.happened),
        fix: advice.act.map(here),
        phone: advice.phone,
        desktop: advice.desktop,
        who: advice.who.map(here),
        by: Vec::new(),
        source: None,
    }
}

#[cfg(test)]
mod tests;
