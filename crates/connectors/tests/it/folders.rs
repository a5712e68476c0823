//! Every folder is complete: words for all that the manifest names, no host outside it.

use std::collections::BTreeMap;
use std::path::Path;

use valetkey_connectors::{Registry, lint};
use valetkey_sdk::remedy::Remedy;

#[test]
fn every_folder_has_words_and_steps_for_all_that_its_manifest_names() {
    let (mut guides, registry) = (0, Registry::new());
    for platform in registry.iter() {
        let mistakes = lint::facts_and_words(&platform.manifest, &platform.words, platform.guide.as_ref());
        assert!(mistakes.is_empty(), "{}: {mistakes:#?}", platform.manifest.id);
        guides += usize::from(platform.guide.is_some());
        if platform.connector.is_none() {
            assert!(platform.guide.is_some(), "{} can do nothing at all", platform.manifest.id);
        }
    }
    assert!(guides > 0, "no guide was read");
}

#[test]
fn the_linter_passes_our_folders_and_names_what_is_wrong_in_others() {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/x-ads");
    assert_eq!(lint::folder(&ours), Vec::<String>::new());
    let theirs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("x-ads");
    std::fs::create_dir_all(&theirs).expect("a folder");
    for name in ["manifest.toml", "words.en.ftl", "guide.en.md"] {
        std::fs::copy(ours.join(name), theirs.join(name)).expect("copied");
    }
    let spoil = |name: &str, from: &str, to: &str| {
        let whole = std::fs::read_to_string(ours.join(name)).expect("readable");
        assert!(whole.contains(from), "{from}");
        std::fs::write(theirs.join(name), whole.replacen(from, to, 1)).expect("written");
        let found = lint::folder(&theirs);
        std::fs::write(theirs.join(name), whole).expect("written");
        found.join("\n")
    };
    let login = ("Save the changes.", "Enter your password on this page.");
    assert!(spoil("guide.en.md", login.0, login.1).contains("never speaks of a password"));
    assert!(spoil("guide.en.md", "https://ads.x.com/", "https://ads-x.example/").contains("not on one of"));
    assert!(spoil("guide.en.md", "Save the changes.", "<img src=x>").contains("HTML is refused"));
    assert!(
        spoil("words.en.ftl", "which-ad_account", "which-page").contains("no words for which-ad_account")
    );
    assert!(spoil("manifest.toml", "category", "categorie").contains("categorie"));
    assert_eq!(lint::folder(&theirs), Vec::<String>::new());
}

#[test]
fn ids_and_callbacks_are_unique() {
    let registry = Registry::new();
    let mut ids: Vec<_> = registry.iter().map(|p| p.manifest.id.clone()).collect();
    let mut sign_ins: Vec<_> =
        registry.iter().flat_map(|p| p.manifest.sign_ins.iter().map(|s| s.id.clone())).collect();
    let (all_ids, all_sign_ins) = (ids.len(), sign_ins.len());
    ids.sort();
    ids.dedup();
    sign_ins.sort();
    sign_ins.dedup();
    assert_eq!((ids.len(), sign_ins.len()), (all_ids, all_sign_ins));
}

#[test]
fn a_simulator_answers_for_exactly_the_manifests_hosts() {
    for platform in Registry::new().iter() {
        let Some(simulator) = platform.simulator else { continue };
        let mut simulated: Vec<_> = simulator().hosts().iter().map(|h| (*h).to_owned()).collect();
        let mut known = platform.manifest.hosts.clone();
        simulated.sort();
        known.sort();
        assert_eq!(simulated, known, "{}", platform.manifest.id);
    }
}

#[test]
fn every_remedy_named_in_code_has_words() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for platform in Registry::new().iter() {
        let folder = sources.join(&platform.manifest.id);
        let text = std::fs::read_to_string(folder.join("words.en.ftl")).expect("a folder named as its id");
        let files = std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("a file").path());
        // The simulator speaks to nobody of ours.
        let code = files.filter(|f| f.extension().is_some_and(|e| e == "rs") && !f.ends_with("sim.rs"));
        for file in code {
            for id in named(&std::fs::read_to_string(&file).expect("readable")) {
                let remedy = variables(&text).fold(Remedy::new(id), |remedy, key| remedy.arg(key, "x"));
                let advice = platform.words.find_advice(&remedy);
                assert!(advice.is_some_and(|a| a.act.is_some()), "{}: no words for {id}", file.display());
            }
        }
    }
}

/// What a platform's access may cost has words as well.
#[test]
fn every_cost_has_words() {
    for platform in Registry::new().iter() {
        for id in platform.manifest.assets.iter().flat_map(|a| &a.costs) {
            let words = platform.words.find(&format!("cost-{id}"), &BTreeMap::new());
            assert!(words.is_some_and(|t| !t.is_empty()), "{}: no words for cost-{id}", platform.manifest.id);
        }
    }
}

/// Names of the variables in a words file.
fn variables(words: &str) -> impl Iterator<Item = &str> {
    words.split("{ $").skip(1).filter_map(|rest| rest.split(' ').next())
}

/// Ids in `remedy("…")` and `Remedy::new("…")`.
fn named(code: &str) -> Vec<&str> {
    ["remedy(\"", "Remedy::new(\""]
        .into_iter()
        .flat_map(|open| code.match_indices(open).map(move |(i, _)| &code[i + open.len()..]))
        .filter_map(|rest| rest.split('"').next())
        .collect()
}
