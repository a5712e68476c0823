//! Every message that a manifest lists is found by what it lists, and has words that say what to do.

use valetkey_connectors::Registry;

#[test]
fn every_listed_message_is_found_and_explained() {
    for platform in Registry::new().iter() {
        let id = &platform.manifest.id;
        if platform.connector.is_some() {
            assert!(!platform.manifest.errors.is_empty(), "{id} speaks through an API and lists no error");
        }
        for error in &platform.manifest.errors {
            let words = |prefix| platform.words.find_explanation(prefix, &error.id);
            let advice = words("error").or_else(|| words("remedy"));
            let advice = advice.unwrap_or_else(|| panic!("{id}: no words for the error {}", error.id));
            assert!(advice.act.is_some_and(|act| !act.is_empty()), "{id}: error {} has no .do", error.id);
            let found = |text: &str| platform.manifest.find_errors(text).iter().any(|e| e.id == error.id);
            for part in &error.says {
                assert!(found(&format!("Sorry: {part}.")), "{id}: {part}");
            }
            for code in &error.codes {
                let text = match code.split_once(['/', '-']) {
                    Some((code, other)) if code.bytes().all(|b| b.is_ascii_digit()) => {
                        format!("{{\"code\": {code}, \"error_subcode\": {other}}}")
                    }
                    _ => format!("code {code}"),
                };
                assert!(found(&text), "{id}: {text}");
            }
        }
    }
}

/// Meta's reference, subcodes behind a slash: error handling, Pages, Business and Marketing API, read 2026-11-22.
const META: &str = "1 2 3 4 10 17 17/2446079 32 100 100/33 102 104 190 190/458 190/459 190/460 190/463 190/464 190/467 \
    190/492 190/2069032 200 270 283 299 341 368 370 413 415 452 457 613 2620 2635 3910 3911 3912 3913 3914 3918 3944 \
    3946 3947 3948 3962 3973 3974 3977 3979 3980 3982 3989 3996 42000 42001 42004 80000 80001 80002 80003 80004 80005 \
    80006 80008 80009 80014 104001 1404163";

#[test]
fn every_code_of_metas_reference_has_a_cause_a_fix_and_somebody_who_can() {
    let registry = Registry::new();
    let platform = registry.find("meta").expect("there");
    for listed in META.split_whitespace() {
        let (code, sub) = listed.split_once('/').map_or((listed, None), |(code, sub)| (code, Some(sub)));
        let message = match sub {
            Some(sub) => format!("{{\"error\": {{\"code\": {code}, \"error_subcode\": {sub}}}}}"),
            None => format!("(#{code}) This did not work"),
        };
        let found = platform.manifest.find_errors(&message);
        let error = found.first().unwrap_or_else(|| panic!("{listed} is not recognised"));
        let words = |prefix| platform.words.find_explanation(prefix, &error.id);
        let advice = words("error").or_else(|| words("remedy")).expect("words");
        assert!(!advice.happened.is_empty() && advice.act.is_some() && !error.by.is_empty(), "{listed}");
        assert!(
            sub.is_none() || error.codes.iter().any(|known| known == listed),
            "{listed} is told as {}",
            error.id
        );
    }
    assert!(platform.manifest.find_errors("(#4711) This did not work").is_empty(), "the test could fail");
}

/// The SDK check in `e2e/sdk/meta` tries each refusal of this list, and finds none besides.
#[test]
fn the_simulated_metas_notes_list_every_refusal_that_its_source_knows() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/meta/sim");
    let notes = std::fs::read_to_string(folder.join("README.md")).expect("notes");
    let mut found = std::collections::BTreeSet::new();
    for file in std::fs::read_dir(&folder).expect("a folder").flatten() {
        let text = std::fs::read_to_string(file.path()).unwrap_or_default();
        for call in ["Refusal::new(", "Refusal::numbered(", "Self::new(", "Self::numbered("] {
            for rest in text.split(call).skip(1) {
                let code: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
                found.extend((!code.is_empty()).then_some(code));
            }
        }
    }
    let silent: Vec<_> = found
        .iter()
        .filter(|c| !notes.contains(&format!("| `{c}` |")) && !notes.contains(&format!("| `{c}/")))
        .collect();
    assert!(found.len() > 15 && silent.is_empty(), "not listed: {silent:?} of {found:?}");
}
