//! What a platform's folder must hold, said in sentences: for the tests and for `valetkey platforms lint`.

mod translation;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use valetkey_sdk::guide::{self, Guide};
use valetkey_sdk::manifest::{self, Manifest, Method, task};
use valetkey_sdk::words::Words;

pub use translation::notes;

const MANIFEST: &str = "manifest.toml";
const WORDS: &str = "words.en.ftl";
const GUIDE: &str = "guide.en.md";
const ERRORS: &str = "errors.toml";

/// Every mistake in the files of one folder; none when it can be used.
pub fn folder(path: &Path) -> Vec<String> {
    if !path.is_dir() {
        return vec![format!("there is no folder {}", path.display())];
    }
    let read = |name: &str| {
        std::fs::read_to_string(path.join(name)).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => format!("{name} is missing"),
            _ => format!("{name} cannot be read: {e}"),
        })
    };
    let parsed = |text: String| manifest::parse(&text).map_err(|e| format!("{MANIFEST}: {}", e.trim_end()));
    let mut manifest = match read(MANIFEST).and_then(parsed) {
        Ok(manifest) => manifest,
        Err(mistake) => return vec![mistake],
    };
    let mut mistakes = Vec::new();
    if path.join(ERRORS).exists() {
        let added = read(ERRORS).and_then(|text| {
            manifest::add_errors(&mut manifest, &text).map_err(|e| format!("{ERRORS}: {}", e.trim_end()))
        });
        mistakes.extend(added.err());
    }
    if path.file_name().is_none_or(|name| name.to_string_lossy().replace('_', "-") != manifest.id) {
        mistakes.push(format!("the folder is not named after the platform, {}", manifest.id));
    }
    let guide = match path.join(GUIDE).exists() {
        true => read(GUIDE).and_then(|t| guide::parse(&manifest, &t).map_err(|e| format!("{GUIDE}: {e}"))),
        false => Err(String::new()),
    };
    match &guide {
        Err(none) if none.is_empty() && is_by_hand(&manifest) => {
            mistakes.push(format!("a level is guided, and {GUIDE} is missing"));
        }
        Err(mistake) if !mistake.is_empty() => mistakes.push(mistake.clone()),
        _ => {}
    }
    match read(WORDS).and_then(|text| Ok((Words::parse("en", &text)?, text))) {
        Ok((words, text)) => {
            mistakes.extend(facts_and_words(&manifest, &words, guide.as_ref().ok()));
            mistakes.extend(advice(&manifest, &words, &text));
            mistakes.extend(strays(&manifest, &text));
            mistakes.extend(remedies_in_code(path, &words));
        }
        Err(mistake) => mistakes.push(mistake),
    }
    mistakes.extend(translation::mistakes(path, &manifest, guide.as_ref().ok()));
    let mut said = BTreeSet::new();
    mistakes.retain(|mistake| said.insert(mistake.clone()));
    mistakes
}

/// What the facts name has words.
pub fn facts_and_words(manifest: &Manifest, words: &Words, guide: Option<&Guide>) -> Vec<String> {
    let mut mistakes = Vec::new();
    let mut wants = |id: String| {
        if words.find(&id, &BTreeMap::new()).is_none_or(|text| text.trim().is_empty()) {
            mistakes.push(format!("{WORDS}: no words for {id}"));
        }
    };
    for asset in &manifest.assets {
        wants(format!("asset-{}", asset.of));
        for level in asset.levels.keys() {
            wants(format!("{}-{}-can", asset.of, level.as_str()));
            wants(format!("{}-{}-cannot", asset.of, level.as_str()));
        }
        if !asset.levels.is_empty() {
            wants(format!("asset-{}-many", asset.of));
        }
        if asset.parent.is_some() {
            wants("outside-container".to_owned());
        }
        if guide.is_some() && !asset.levels.is_empty() {
            wants(format!("which-{}", asset.of));
        }
        asset.costs.iter().for_each(|id| wants(format!("cost-{id}")));
        for id in asset.question.iter().map(|q| &q.id) {
            ["", "-means", "-wished", "-yes", "-no"]
                .iter()
                .for_each(|end| wants(format!("question-{id}{end}")));
        }
        for role in &asset.on_top {
            wants(format!("role-{role}"));
            wants(format!("on-top-{role}"));
        }
    }
    for grantee in &manifest.grantees {
        wants(format!("grantee-{}", grantee.kind));
    }
    for task in &manifest.tasks {
        if !task::EVERYWHERE.contains(&task.id.as_str()) {
            wants(format!("task-{}", task.id));
        }
        task.besides.iter().for_each(|id| wants(format!("besides-{id}")));
    }
    mistakes
}

fn is_by_hand(manifest: &Manifest) -> bool {
    manifest.assets.iter().flat_map(|a| a.levels.values()).any(|l| l.method == Method::Guided)
}

/// Each message that the facts list has words, and whatever went wrong comes with what to do.
fn advice(manifest: &Manifest, words: &Words, text: &str) -> Vec<String> {
    let find = |prefix: &str, id: &str| words.find_explanation(prefix, id);
    let unexplained = manifest.errors.iter().map(|e| &e.id);
    let unexplained = unexplained.filter(|id| find("error", id).or_else(|| find("remedy", id)).is_none());
    let unexplained = unexplained.map(|id| format!("{WORDS}: no words for error-{id} or remedy-{id}"));
    let silent = ids(text).filter_map(|id| Some((id, id.split_once('-')?)));
    let silent = silent.filter(|(_, (prefix, id))| {
        matches!(*prefix, "error" | "remedy")
            && find(prefix, id).is_none_or(|advice| advice.act.is_none_or(|act| act.trim().is_empty()))
    });
    let silent = silent.map(|(id, _)| format!("{WORDS}: {id} does not say what to do: add .do below it"));
    let nobody = manifest.errors.iter().filter(|e| e.by.is_empty() || e.source.is_none());
    let nobody = nobody.map(|e| {
        format!("error {}: say who can do something about it (by), and where it was read (source)", e.id)
    });
    unexplained.chain(silent).chain(nobody).collect()
}

/// Words for what the facts do not name: mostly a misspelt id.
fn strays(manifest: &Manifest, text: &str) -> Vec<String> {
    let mut known = BTreeSet::new();
    for grantee in &manifest.grantees {
        known.insert(format!("grantee-{}", grantee.kind));
        known.extend(grantee.holds.iter().map(|role| format!("role-{role}")));
    }
    for asset in &manifest.assets {
        let of = &asset.of;
        known.extend([format!("asset-{of}"), format!("asset-{of}-many"), format!("which-{of}")]);
        let tables = asset.implies.iter().chain(&asset.expands);
        let named = tables.flat_map(|(role, more)| more.iter().chain([role]));
        let asked = asset.levels.values().flat_map(|l| &l.roles);
        known.extend(named.chain(asked).chain(&asset.ranks).map(|role| format!("role-{role}")));
    }
    // What a task is called everywhere, the product says.
    let own = manifest.tasks.iter().filter(|t| !task::EVERYWHERE.contains(&t.id.as_str()));
    known.extend(own.map(|t| format!("task-{}", t.id)));
    known.extend(manifest.tasks.iter().flat_map(|t| &t.besides).map(|id| format!("besides-{id}")));
    let prefixes = ["grantee-", "asset-", "which-", "role-", "task-", "besides-"];
    let checked = |id: &&str| prefixes.iter().any(|p| id.starts_with(p));
    let strays = ids(text).filter(checked).filter(|id| !known.contains(*id));
    strays.map(|id| format!("{WORDS}: {id} is named by nothing in {MANIFEST}: check its spelling")).collect()
}

/// Remedies and questions that the connector's files name. The simulator speaks to nobody of ours.
fn remedies_in_code(path: &Path, words: &Words) -> Vec<String> {
    let files = std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut code: Vec<_> =
        files.filter(|f| f.extension().is_some_and(|e| e == "rs") && !f.ends_with("sim.rs")).collect();
    code.sort();
    let mut mistakes = Vec::new();
    for file in code {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        for id in named(&text, &["remedy(\"", "Remedy::new(\""]) {
            if words.find_explanation("remedy", id).is_none() {
                mistakes.push(format!("{WORDS}: no words for remedy-{id}, which {name} names"));
            }
        }
        for id in named(&text, &["Check::ask(\""]) {
            if words.find_explanation("ask", id).is_none_or(|question| question.act.is_none()) {
                mistakes.push(format!("{WORDS}: no words for ask-{id} and its .do, which {name} asks"));
            }
        }
    }
    mistakes
}

/// Ids that stand right after one of these.
fn named<'a>(code: &'a str, after: &'a [&str]) -> impl Iterator<Item = &'a str> {
    after
        .iter()
        .flat_map(move |open| code.match_indices(open).map(move |(i, _)| &code[i + open.len()..]))
        .filter_map(|rest| rest.split('"').next())
}

/// Names of the messages in a words file.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    let starts = |line: &&str| line.starts_with(|c: char| c.is_ascii_alphabetic());
    text.lines().filter(starts).filter_map(|line| line.split_once('=')).map(|(id, _)| id.trim())
}
