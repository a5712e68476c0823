//! Every folder is complete: words for all that the manifest names, no host outside it.

use std::collections::BTreeMap;

use valetkey_connectors::Registry;
use valetkey_sdk::remedy::Remedy;

#[test]
fn every_asset_type_and_level_has_words() {
    for platform in Registry::new().iter() {
        let words = |id: &str| {
            let found = platform.words.find(id, &BTreeMap::new());
            assert!(
                found.is_some_and(|t| !t.trim().is_empty()),
                "{}: no words for {id}",
                platform.manifest.id
            );
        };
        for asset in &platform.manifest.assets {
            words(&format!("asset-{}", asset.of));
            for level in asset.levels.keys() {
                words(&format!("{}-{}-can", asset.of, level.as_str()));
                words(&format!("{}-{}-cannot", asset.of, level.as_str()));
            }
            if asset.parent.is_some() {
                words("outside-container");
            }
        }
        for grantee in &platform.manifest.grantees {
            words(&format!("grantee-{}", grantee.kind));
        }
    }
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
