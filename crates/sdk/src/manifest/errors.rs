//! A platform's messages that people meet, so that each can be looked up by what it says.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Manifest, Source};
use crate::access::AssetType;

/// One kind of message. Its cause and fix are the words `error-{id}`, or else `remedy-{id}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorFacts {
    pub id: String,
    /// As the platform gives them: `190`, a range `200-299`, two that belong together `100/33`, or a name.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Parts of its messages, in lower case. The program decides nothing by them.
    #[serde(default)]
    pub says: Vec<String>,
    /// Whole messages as they stand on the screen. Found like what it `says`.
    #[serde(default)]
    pub shows: Vec<String>,
    /// Asset types whose steps by hand can end in it: their cards name it.
    #[serde(default)]
    pub on: Vec<AssetType>,
    /// Who can do something about it, the likeliest first.
    #[serde(default)]
    pub by: Vec<Doer>,
    /// Where it was read: the id of one of the sources.
    pub source: Option<String>,
    /// Rules of the domain that it follows from, such as `TH-9`.
    #[serde(default)]
    pub rules: Vec<String>,
}

/// Who can mend what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doer {
    /// Whoever signed in from the link.
    Client,
    /// Somebody with full rights in the client's account.
    ClientAdmin,
    Agency,
    /// Whoever runs this server and its app at the platform.
    Operator,
    /// The platform: waiting, or asking it for a review.
    Platform,
}

impl Doer {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::ClientAdmin => "client_admin",
            Self::Agency => "agency",
            Self::Operator => "operator",
            Self::Platform => "platform",
        }
    }
}

/// A platform's messages in a file of their own, beside its manifest.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorsFile {
    #[serde(default)]
    sources: Vec<Source>,
    #[serde(rename = "error")]
    errors: Vec<ErrorFacts>,
}

/// Adds what `errors.toml` says to a manifest, which is then checked again.
///
/// # Errors
/// A sentence that names the place.
pub fn add_errors(manifest: &mut Manifest, text: &str) -> Result<(), String> {
    let file: ErrorsFile = toml::from_str(text).map_err(|e| e.to_string())?;
    manifest.sources.extend(file.sources);
    manifest.errors.extend(file.errors);
    check(manifest)
}

/// Refuses messages that nobody could find, and sources that are not there.
pub(super) fn check(m: &Manifest) -> Result<(), String> {
    let id = &m.id;
    let mut seen = BTreeSet::new();
    for e in &m.errors {
        if e.codes.is_empty() && e.says.is_empty() && e.shows.is_empty() {
            return Err(format!("{id}: error {}: give codes or parts of what it says", e.id));
        }
        if !seen.insert(&e.id) {
            return Err(format!("{id}: error {} is there twice", e.id));
        }
        if let Some(part) = e.says.iter().find(|p| p.to_lowercase() != **p || p.len() < 5) {
            return Err(format!("{id}: error {}: \"{part}\" is to be in lower case and not too short", e.id));
        }
        if let Some(of) = e.on.iter().find(|of| m.find_asset(of).is_none()) {
            return Err(format!("{id}: error {}: unknown asset type {of}", e.id));
        }
        if !e.on.is_empty() && e.shows.is_empty() {
            return Err(format!("{id}: error {}: cards name it, so give the message as it shows", e.id));
        }
        let is_there = |of: &String| m.sources.iter().any(|s| s.id.as_ref() == Some(of));
        if let Some(source) = e.source.as_ref().filter(|s| !is_there(s)) {
            return Err(format!("{id}: error {}: no source has the id {source}", e.id));
        }
    }
    Ok(())
}

/// How well a message fits; the highest are shown. Of two that fit by words, the longer ones say more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Says(usize),
    Range,
    Code,
    Id,
    BothCodes,
}

/// Those that fit the message best; none when nothing fits.
pub fn find<'a>(all: &'a [ErrorFacts], message: &str) -> Vec<&'a ErrorFacts> {
    let read = Read::of(message);
    let fits: Vec<_> = all.iter().filter_map(|e| Some((e.fit(&read)?, e))).collect();
    let best = fits.iter().map(|(fit, _)| *fit).max();
    fits.into_iter().filter(|(fit, _)| Some(*fit) == best).map(|(_, e)| e).collect()
}

impl ErrorFacts {
    fn fit(&self, read: &Read) -> Option<Fit> {
        let codes = self.codes.iter().filter_map(|code| match code.split_once('/') {
            Some((a, b)) => (read.has(a) && read.has(b)).then_some(Fit::BothCodes),
            None => read.has(code).then_some(if code.contains('-') { Fit::Range } else { Fit::Code }),
        });
        let id = (read.text == self.id).then_some(Fit::Id);
        let shown = self.shows.iter().map(|whole| plain(whole).trim_end_matches('.').to_owned());
        let said = self.says.iter().cloned().chain(shown).filter(|part| read.text.contains(part.as_str()));
        codes.chain(id).chain(said.map(|part| Fit::Says(part.len()))).max()
    }
}

/// A message taken apart.
struct Read {
    text: String,
    /// Numbers that stand where a code stands, and all words.
    codes: Vec<String>,
}

impl Read {
    fn of(message: &str) -> Self {
        let text = plain(message.trim());
        let words = || text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty());
        // A message of numbers and their labels only is a code; elsewhere a number needs its label.
        let bare = words().all(is_number);
        let mut codes = Vec::new();
        let mut before = "";
        for word in words() {
            let labelled =
                before.ends_with("code") || before == "error" || text.contains(&format!("#{word}"));
            if !is_number(word) || bare || labelled {
                codes.push(word.to_owned());
            }
            before = word;
        }
        Self { text, codes }
    }

    fn has(&self, code: &str) -> bool {
        let range = code.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        let code = code.to_lowercase();
        self.codes.iter().any(|found| match range {
            Some((from, to)) => found.parse::<u64>().is_ok_and(|n| (from..=to).contains(&n)),
            None => *found == code,
        })
    }
}

/// In small letters and with a straight apostrophe: platforms write it straight or curly, and so do people.
fn plain(text: &str) -> String {
    text.to_lowercase().replace(['\u{2019}', '\u{2018}', '\u{2bc}'], "'")
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(id: &str, codes: &[&str], says: &[&str]) -> ErrorFacts {
        let own = |list: &[&str]| list.iter().map(|t| (*t).to_owned()).collect();
        let (codes, says) = (own(codes), own(says));
        ErrorFacts {
            id: id.into(),
            codes,
            says,
            shows: Vec::new(),
            on: Vec::new(),
            by: Vec::new(),
            source: None,
            rules: Vec::new(),
        }
    }

    #[test]
    fn a_message_is_found_by_code_by_two_codes_by_name_and_by_words() {
        let all = [
            facts("over", &["190", "102"], &["access token"]),
            facts("hidden", &["100/33"], &[]),
            facts("forbidden", &["200-299", "PERMISSION_DENIED"], &[]),
            facts("limit", &["4"], &["too many calls"]),
            facts("pages", &["283"], &[]),
            facts("expired", &["190/463"], &["access token has expired on"]),
        ];
        let found = |text: &str| find(&all, text).iter().map(|e| e.id.clone()).collect::<Vec<_>>();
        for (text, id) in [
            ("190", "over"),
            ("(#190) Error validating application", "over"),
            ("Invalid OAuth Access Token signature.", "over"),
            ("{\"error\":{\"code\":100,\"error_subcode\":33}}", "hidden"),
            ("code 200: needs permission", "forbidden"),
            ("#299", "forbidden"),
            ("(#283) Requires a permission", "pages"),
            ("code 190, subcode 463", "expired"),
            ("The access token has expired on Friday", "expired"),
            ("permission_denied", "forbidden"),
            ("error 4", "limit"),
            ("limit", "limit"),
        ] {
            assert_eq!(found(text), [id], "{text}");
        }
        for text in ["", "100", "you have 4 pages and 190 followers", "#300", "1900"] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
