//! A folder's words and steps in other languages: they say the same as the English ones, or are not there.

use std::collections::BTreeSet;
use std::path::Path;

use valetkey_sdk::guide::{self, Guide, Piece, Section};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::Manifest;
use valetkey_sdk::words::Words;
use valetkey_sdk::words::compare::differences;

use super::{GUIDE, WORDS};

/// Languages that a folder can be translated into.
fn others() -> impl Iterator<Item = Lang> {
    Lang::ALL.into_iter().filter(|lang| *lang != Lang::En)
}

fn words_file(lang: Lang) -> String {
    format!("words.{}.ftl", lang.as_str())
}

fn guide_file(lang: Lang) -> String {
    format!("guide.{}.md", lang.as_str())
}

/// What is no mistake and worth knowing: in which languages clients read this platform's words in English.
pub fn notes(path: &Path) -> Vec<String> {
    let missing = others().filter(|lang| path.join(WORDS).exists() && !path.join(words_file(*lang)).exists());
    let note = |lang: Lang| {
        let (file, name) = (words_file(lang), lang.name());
        format!("there is no {file}: clients who read {name} see this platform's words in English")
    };
    missing.map(note).collect()
}

/// What is wrong with the translations that are there. A folder without one needs none.
pub(super) fn mistakes(path: &Path, manifest: &Manifest, guide: Option<&Guide>) -> Vec<String> {
    let mut found = unknown(path);
    for lang in others() {
        let read = |name: &str| std::fs::read_to_string(path.join(name)).ok();
        let (words_name, guide_name) = (words_file(lang), guide_file(lang));
        let (words, steps) = (read(&words_name), read(&guide_name));
        match (&words, &steps, guide) {
            (None, None, _) | (Some(_), None, None) => {}
            (Some(_), None, Some(_)) => found.push(format!("{guide_name} is missing beside {words_name}")),
            (None, Some(_), _) => found.push(format!("{words_name} is missing beside {guide_name}")),
            (Some(_), Some(_), None) => found.push(format!("{guide_name} is there, and no {GUIDE}")),
            (Some(_), Some(text), Some(english)) => {
                let read = guide::parse(manifest, text).map_err(|e| vec![e]);
                let same = read.map(|translated| compare(english, &translated));
                found.extend(same.unwrap_or_else(|e| e).into_iter().map(|m| format!("{guide_name}: {m}")));
            }
        }
        let Some(text) = &words else { continue };
        match Words::parse(lang.as_str(), text) {
            Ok(words) => {
                let english = read(WORDS).unwrap_or_default();
                let mistakes = differences(&english, text).into_iter().chain(words.unshowable(text));
                found.extend(mistakes.map(|m| format!("{words_name}: {m}")));
            }
            Err(mistake) => found.push(mistake),
        }
    }
    found
}

/// Files in a language that clients cannot choose: mostly a misspelt tag.
fn unknown(path: &Path) -> Vec<String> {
    let names = std::fs::read_dir(path).into_iter().flatten().flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let strange = names.filter(|name| {
        let tag = name.strip_prefix("words.").and_then(|rest| rest.strip_suffix(".ftl"));
        let tag = tag.or_else(|| name.strip_prefix("guide.").and_then(|rest| rest.strip_suffix(".md")));
        tag.is_some_and(|tag| Lang::parse(tag).is_none())
    });
    let mut found: Vec<_> = strange.collect();
    found.sort();
    let known: Vec<_> = Lang::ALL.iter().map(|lang| lang.as_str()).collect();
    let sentence = |name| format!("{name} is in no language that clients can read: {}", known.join(", "));
    found.into_iter().map(sentence).collect()
}

/// Each section has as many steps, and names the same values and addresses.
fn compare(english: &Guide, translated: &Guide) -> Vec<String> {
    let mut found = Vec::new();
    for section in &english.sections {
        let place = format!("{{#{}-{}}}", section.task.as_str(), section.of);
        match translated.find(section.task, &section.of) {
            None => found.push(format!("there is no section {place}")),
            Some(same) => {
                if (section.intro.len(), section.steps.len(), section.notes.len())
                    != (same.intro.len(), same.steps.len(), same.notes.len())
                {
                    found.push(format!("{place} has other paragraphs or steps than in English"));
                }
                if names(section) != names(same) {
                    found.push(format!("{place} names other values or addresses than in English"));
                }
            }
        }
    }
    let more = translated.sections.iter().filter(|s| english.find(s.task, &s.of).is_none());
    found.extend(more.map(|s| format!("{{#{}-{}}} is not in the English steps", s.task.as_str(), s.of)));
    found
}

/// Values and addresses by the steps that hold them: a translation does not move them to another step.
fn names(section: &Section) -> Vec<BTreeSet<String>> {
    let lines = section.intro.iter().chain(&section.steps).chain(&section.notes);
    let named = |piece: &Piece| match piece {
        Piece::Value(value) => Some(format!("{{{}}}", value.as_str())),
        Piece::Link { url, .. } => Some(url.clone()),
        Piece::Text(_) | Piece::Strong(_) => None,
    };
    lines.map(|line| line.iter().filter_map(named).collect()).collect()
}
