//! What a platform's folder must hold, said in sentences: for the tests and for `valetkey platforms lint`.

use std::collections::BTreeMap;
use std::path::Path;

use valetkey_sdk::guide::{self, Guide};
use valetkey_sdk::manifest::{self, Manifest, Method};
use valetkey_sdk::words::Words;

/// Every mistake in the files of one folder; none when it can be used.
pub fn folder(path: &Path) -> Vec<String> {
    let read = |name: &str| {
        std::fs::read_to_string(path.join(name)).map_err(|e| format!("{name} cannot be read: {e}"))
    };
    let manifest = match read("manifest.toml").and_then(|text| manifest::parse(&text)) {
        Ok(manifest) => manifest,
        Err(mistake) => return vec![mistake],
    };
    let mut mistakes = Vec::new();
    if path.file_name().is_none_or(|name| name.to_string_lossy().replace('_', "-") != manifest.id) {
        mistakes.push(format!("the folder is not named after the platform, {}", manifest.id));
    }
    let guide = match path.join("guide.en.md").exists() {
        true => match read("guide.en.md").and_then(|text| guide::parse(&manifest, &text)) {
            Ok(guide) => Some(guide),
            Err(mistake) => {
                mistakes.push(format!("guide.en.md: {mistake}"));
                None
            }
        },
        false => None,
    };
    match read("words.en.ftl").and_then(|text| Words::parse("en", &text)) {
        Ok(words) => mistakes.extend(facts_and_words(&manifest, &words, guide.as_ref())),
        Err(mistake) => mistakes.push(mistake),
    }
    mistakes
}

/// What the facts name has words, and what is done by hand has steps.
pub fn facts_and_words(manifest: &Manifest, words: &Words, guide: Option<&Guide>) -> Vec<String> {
    let mut mistakes = Vec::new();
    let mut wants = |id: String| {
        if words.find(&id, &BTreeMap::new()).is_none_or(|text| text.trim().is_empty()) {
            mistakes.push(format!("words.en.ftl: no words for {id}"));
        }
    };
    for asset in &manifest.assets {
        wants(format!("asset-{}", asset.of));
        for level in asset.levels.keys() {
            wants(format!("{}-{}-can", asset.of, level.as_str()));
            wants(format!("{}-{}-cannot", asset.of, level.as_str()));
        }
        if asset.parent.is_some() {
            wants("outside-container".to_owned());
        }
        if guide.is_some() && !asset.levels.is_empty() {
            wants(format!("which-{}", asset.of));
        }
    }
    for grantee in &manifest.grantees {
        wants(format!("grantee-{}", grantee.kind));
    }
    let by_hand = manifest.assets.iter().flat_map(|a| a.levels.values()).any(|l| l.method == Method::Guided);
    if by_hand && guide.is_none() {
        mistakes.push("a level is guided, and there is no guide.en.md that can be used".to_owned());
    }
    mistakes
}
