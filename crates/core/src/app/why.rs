//! Why something was not done, in the language of whoever asked.

use std::collections::BTreeMap;
use std::fmt;

use valetkey_sdk::lang::Lang;

use crate::words::words_in;

/// A reason. What a client can come to read is a message of `locales`; what only an agency or a script reads
/// is English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    english: String,
    message: Option<(&'static str, BTreeMap<String, String>)>,
}

impl Why {
    /// `why-{id}` of `locales`, with its arguments.
    pub fn message(id: &'static str, args: &[(&str, &str)]) -> Self {
        let args: BTreeMap<_, _> = args.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let english = find(Lang::En, id, &args).unwrap_or_else(|| id.to_owned());
        Self { english, message: Some((id, args)) }
    }

    /// In this language; none where nobody translated it.
    pub fn find_in(&self, lang: Lang) -> Option<String> {
        match (&self.message, lang) {
            (_, Lang::En) => Some(self.english.clone()),
            (Some((id, args)), lang) => find(lang, id, args),
            (None, _) => None,
        }
    }
}

fn find(lang: Lang, id: &str, args: &BTreeMap<String, String>) -> Option<String> {
    words_in(lang).find(&format!("why-{id}"), args)
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}

impl From<Why> for String {
    fn from(why: Why) -> Self {
        why.english
    }
}

impl From<&str> for Why {
    fn from(english: &str) -> Self {
        english.to_owned().into()
    }
}

impl From<String> for Why {
    fn from(english: String) -> Self {
        Self { english, message: None }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn sources(of: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(of).expect("a folder").map(|entry| entry.expect("an entry").path());
        let of = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![path] };
        entries.flat_map(of).collect()
    }

    /// What stands in the code between these and the next quotation mark.
    fn named(opens: &[&str]) -> Vec<String> {
        let core = Path::new(env!("CARGO_MANIFEST_DIR"));
        let places = [core.join("src/app"), core.join("../client-pages/src")];
        let mut found = Vec::new();
        for file in
            places.iter().flat_map(|place| sources(place)).filter(|file| !file.ends_with("app/why.rs"))
        {
            let text = std::fs::read_to_string(file).expect("text");
            for open in opens {
                let after = text.match_indices(open).map(|(at, _)| &text[at + open.len()..]);
                found.extend(after.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
        found
    }

    #[test]
    fn every_reason_that_the_code_names_is_there_in_every_language() {
        let ids = named(&["Why::message(\""]);
        assert!(ids.len() > 5, "{ids:?}");
        for (id, lang) in ids.iter().flat_map(|id| Lang::ALL.map(|lang| (id, lang))) {
            assert!(words_in(lang).has(&format!("why-{id}")), "{}: why-{id}", lang.as_str());
        }
    }

    /// What is missing or has changed is named in a sentence.
    #[test]
    fn everything_that_can_be_missing_or_stale_has_a_name_in_every_language() {
        let names = named(&["NotFound(\"", "Stale(\""]);
        assert!(names.len() > 10, "{names:?}");
        for (name, lang) in names.iter().flat_map(|name| Lang::ALL.map(|lang| (name, lang))) {
            let thing = super::super::thing(lang, name);
            assert_ne!(thing, super::super::thing(lang, "nothing of that name"), "{}: {name}", lang.as_str());
        }
    }

    #[test]
    fn a_reason_is_read_in_the_readers_language_and_never_half_in_another() {
        let why = Why::message("picked-blocked", &[("asset", "Bäckerei")]);
        assert_eq!(why.to_string(), "Bäckerei cannot be shared as it is");
        assert_eq!(why.find_in(Lang::De).as_deref(), Some("Bäckerei lässt sich so nicht teilen"));
        let other = Why::from("only an owner decides who is an owner");
        assert_eq!((other.find_in(Lang::De), other.find_in(Lang::En)), (None, Some(other.to_string())));
    }
}
