//! Every folder is complete: words for all that the manifest names, no host outside it.

use std::path::Path;

use valetkey_connectors::{Registry, lint};
use valetkey_sdk::lang::Lang;

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

/// What the linter says of a folder of this platform's files, one of which was changed.
fn spoilt(platform: &str, name: &str, from: &str, to: &str) -> String {
    let ours = sources().join(platform);
    let theirs =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{from:?}", name.len()).replace('/', "_"));
    let theirs = theirs.join(platform);
    std::fs::create_dir_all(&theirs).expect("a folder");
    for file in std::fs::read_dir(&ours).expect("a folder").map(|entry| entry.expect("a file").path()) {
        // A newcomer's folder is in English only, unless the language is what is spoilt.
        let is_translation = file.to_string_lossy().contains(".de.");
        if file.is_file() && (!is_translation || name.contains(".de.")) {
            std::fs::copy(&file, theirs.join(file.file_name().expect("a name"))).expect("copied");
        }
    }
    let whole = std::fs::read_to_string(ours.join(name)).expect("readable");
    assert!(whole.contains(from), "{from}");
    std::fs::write(theirs.join(name), whole.replacen(from, to, 1)).expect("written");
    let found = lint::folder(&theirs);
    std::fs::remove_dir_all(theirs.parent().expect("made above")).expect("removed");
    found.join("\n")
}

fn sources() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn the_linter_passes_our_folders() {
    for platform in Registry::new().iter() {
        let found = lint::folder(&sources().join(&platform.manifest.id));
        assert_eq!(found, Vec::<String>::new(), "{}", platform.manifest.id);
    }
}

/// What a newcomer is likely to get wrong: the sentence names the file, the place and what is wanted, and
/// nothing else is complained about.
#[test]
fn the_linter_names_what_is_wrong() {
    let (facts, words, guide) = ("manifest.toml", "words.en.ftl", "guide.en.md");
    let table = [
        ("klaviyo", facts, "category", "categorie", "manifest.toml: TOML parse error at line 4"),
        ("klaviyo", facts, "name = \"Klaviyo\"", "name = Klaviyo", "string values must be quoted"),
        ("klaviyo", facts, "level.view", "level.read", "expected one of `view`, `manage`, `full`"),
        ("klaviyo", facts, "\"www.klaviyo.com\"", "\"https://www.klaviyo.com\"", "give the name only"),
        ("klaviyo", facts, "[[grantee]]", "[[error]]", "manifest.toml: TOML parse error"),
        ("linkedin", facts, "proven_by = \"member\"\n", "", "what takes effect at once needs a proven one"),
        ("linkedin", facts, "verify = [\"client\", \"agency\"]\n", "", "nothing can verify it"),
        ("klaviyo", facts, "id = \"send-campaigns\"", "id = \"send-mail\"", "no words for task-send-mail"),
        ("linkedin", facts, "besides = [\"page-role\"]", "besides = [\"page\"]", "no words for besides-page"),
        (
            "klaviyo",
            facts,
            "type = \"account\", level = \"manage\"",
            "type = \"list\", level = \"manage\"",
            "list is not offered with the level manage",
        ),
        (
            "klaviyo",
            words,
            "task-send-campaigns =",
            "task-run-ads = x\ntask-send-campaigns =",
            "task-run-ads is named by no",
        ),
        ("klaviyo", words, "asset-account =", "asset-account", "words.en.ftl, line 5: "),
        ("klaviyo", words, "account-view-cannot", "account-veiw-cannot", "no words for account-view-cannot"),
        (
            "klaviyo",
            words,
            "which-account =",
            "which-acount = x\nwhich-account =",
            "which-acount is named by no",
        ),
        ("github", words, "cost-seat", "cost-set", "no words for cost-seat"),
        ("linkedin", words, "error-old-version", "error-older", "no words for error-old-version or remedy-"),
        ("linkedin", words, "remedy-may-not", "remedy-maynot", "no words for remedy-may-not, which mod.rs"),
        ("linkedin", words, ".do = Choose", ".doo = Choose", "remedy-account-closed does not say what to do"),
        ("x-ads", guide, "Save the changes.", "Enter your password.", "never speaks of a password"),
        ("x-ads", guide, "https://ads.x.com/", "https://ads-x.example/", "not on one of"),
        ("x-ads", guide, "Save the changes.", "<img src=x>", "HTML is refused"),
        ("x-ads", guide, "{grantee_id}", "{agency_email}", "nothing is called {agency_email}"),
        ("x-ads", guide, "#remove-ad_account", "#remove-account", "the manifest has no asset type account"),
        ("x-ads", guide, "1. Open", "- Open", "number the steps"),
    ];
    for (platform, file, from, to, says) in table {
        let found = spoilt(platform, file, from, to);
        assert!(found.contains(says), "{platform}, {file}, {from}: {found}");
        if file != facts {
            assert_eq!(found.lines().count(), 1, "{platform}, {file}, {from}: {found}");
            assert!(found.contains(file), "{platform}, {file}, {from}: {found}");
        }
    }
    assert_eq!(lint::folder(Path::new("/nowhere")), ["there is no folder /nowhere"]);
    let empty = Path::new(env!("CARGO_TARGET_TMPDIR")).join("empty");
    std::fs::create_dir_all(&empty).expect("a folder");
    assert_eq!(lint::folder(&empty), ["manifest.toml is missing"]);
}

/// A translation says the same as the English files, or the sentence says where it does not.
#[test]
fn the_linter_names_what_a_translation_lacks() {
    let (words, guide) = ("words.de.ftl", "guide.de.md");
    let table = [
        (
            "klaviyo",
            words,
            "account-view-can =",
            "account-view-kann =",
            "words.de.ftl: no words for account-view-can\n",
        ),
        ("klaviyo", words, "{ $grantee }", "{ $empfänger }", "words.de.ftl"),
        ("klaviyo", words, "{ $grantee }", "Sie", "takes the arguments none, and in English $grantee"),
        (
            "klaviyo",
            words,
            "    .do = Entfernen",
            "    .tun = Entfernen",
            "no words for remedy-remove-by-hand.do",
        ),
        (
            "klaviyo",
            words,
            "account-view-can = Ergebnisse",
            "account-view-can = {\"\"}\nx = Ergebnisse",
            "cannot be shown",
        ),
        ("x-ads", guide, "{grantee_id} von", "von", "{#give-ad_account} names other values or addresses"),
        (
            "x-ads",
            guide,
            "4. Speichern Sie die Änderungen. Das Handle steht nicht",
            "Das Handle steht nicht",
            "other paragraphs or steps",
        ),
        (
            "x-ads",
            guide,
            "{#remove-ad_account}",
            "{#give-ad_account}",
            "guide.de.md: {#give-ad_account} is there twice",
        ),
        (
            "x-ads",
            guide,
            "und melden Sie sich",
            "und geben Sie uns Ihr Kennwort und melden Sie sich",
            "never speaks of a kennwort",
        ),
    ];
    for (platform, file, from, to, says) in table {
        let found = spoilt(platform, file, from, to) + "\n";
        assert!(found.contains(says), "{platform}, {file}, {from}: {found}");
    }
}

#[test]
fn a_folder_may_be_english_only_and_the_linter_notes_who_reads_it_so() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("english/x-ads");
    std::fs::create_dir_all(&folder).expect("a folder");
    for file in ["manifest.toml", "words.en.ftl", "guide.en.md"] {
        std::fs::copy(sources().join("x-ads").join(file), folder.join(file)).expect("copied");
    }
    assert_eq!(lint::folder(&folder), Vec::<String>::new());
    let note = "there is no words.de.ftl: clients who read Deutsch see this platform's words in English";
    assert_eq!(lint::notes(&folder), [note]);
    std::fs::copy(sources().join("x-ads/words.de.ftl"), folder.join("words.de.ftl")).expect("copied");
    assert_eq!(lint::folder(&folder), ["guide.de.md is missing beside words.de.ftl"]);
    std::fs::copy(sources().join("x-ads/guide.de.md"), folder.join("guide.dd.md")).expect("copied");
    assert!(
        lint::folder(&folder)
            .contains(&"guide.dd.md is in no language that clients can read: en, de".to_owned())
    );
    std::fs::remove_dir_all(&folder).expect("removed");
}

/// What lies in a folder is also compiled in: a line that was forgotten shows here.
#[test]
fn every_translation_in_a_folder_is_known_to_the_registry() {
    let mut translated = 0;
    for platform in Registry::new().iter() {
        let folder = sources().join(&platform.manifest.id);
        for lang in Lang::ALL.into_iter().filter(|lang| *lang != Lang::En) {
            let is_there = folder.join(format!("words.{}.ftl", lang.as_str())).exists();
            let known = platform.translations.iter().any(|t| t.lang == lang);
            assert_eq!(known, is_there, "{}, {}", platform.manifest.id, lang.as_str());
            assert_eq!(
                platform.guide_in(lang).is_some(),
                platform.guide.is_some(),
                "{}",
                platform.manifest.id
            );
            translated += usize::from(known);
        }
    }
    assert!(translated > 0, "no platform is translated");
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
