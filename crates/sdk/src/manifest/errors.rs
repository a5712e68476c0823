//! A platform's messages that people meet, so that each can be looked up by what it says.

use serde::Deserialize;

/// One kind of message. Its cause and fix are the words `error-{id}`, or else `remedy-{id}`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorFacts {
    pub id: String,
    /// As the platform gives them: `190`, a range `200-299`, two that belong together `100/33`, or a name.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Parts of its messages, in lower case.
    #[serde(default)]
    pub says: Vec<String>,
}

/// How well a message fits; the highest are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Says,
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
            None => read.has(code).then_some(Fit::Code),
        });
        let id = (read.text == self.id).then_some(Fit::Id);
        let says = self.says.iter().any(|part| read.text.contains(part.as_str())).then_some(Fit::Says);
        codes.chain(id).chain(says).max()
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
        // Platforms write the apostrophe straight or curly, and so do people.
        let text = message.trim().to_lowercase().replace(['\u{2019}', '\u{2018}', '\u{2bc}'], "'");
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

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(id: &str, codes: &[&str], says: &[&str]) -> ErrorFacts {
        let own = |list: &[&str]| list.iter().map(|t| (*t).to_owned()).collect();
        ErrorFacts { id: id.into(), codes: own(codes), says: own(says) }
    }

    #[test]
    fn a_message_is_found_by_code_by_two_codes_by_name_and_by_words() {
        let all = [
            facts("over", &["190", "102"], &["access token"]),
            facts("hidden", &["100/33"], &[]),
            facts("forbidden", &["200-299", "PERMISSION_DENIED"], &[]),
            facts("limit", &["4"], &["too many calls"]),
        ];
        let found = |text: &str| find(&all, text).iter().map(|e| e.id.clone()).collect::<Vec<_>>();
        for (text, id) in [
            ("190", "over"),
            ("(#190) Error validating application", "over"),
            ("Invalid OAuth Access Token signature.", "over"),
            ("{\"error\":{\"code\":100,\"error_subcode\":33}}", "hidden"),
            ("code 200: needs permission", "forbidden"),
            ("#299", "forbidden"),
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
