//! Every rule about TikTok has a test that carries its id.

use std::collections::BTreeSet;
use std::path::Path;

/// TT-1 to TT-46.
const LAST: u32 = 46;

/// Ids in names of tests below this folder: `fn tt_16_tt_38_…`.
fn collect(folder: &Path, found: &mut BTreeSet<u32>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            collect(&entry, found);
        } else if entry.extension().is_some_and(|ext| ext == "rs") {
            let text = std::fs::read_to_string(&entry).expect("a file");
            for (before, name) in text.match_indices("tt_").map(|(at, _)| text.split_at(at)) {
                let line = before.rsplit('\n').next().unwrap_or_default();
                let number: String = name[3..].chars().take_while(char::is_ascii_digit).collect();
                if line.trim_start().trim_start_matches("async ").starts_with("fn ") {
                    found.extend(number.parse::<u32>());
                }
            }
        }
    }
}

#[test]
fn every_rule_has_a_test_with_its_id_in_the_name() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = BTreeSet::new();
    for folder in ["connectors/src/tiktok", "server/tests/it"] {
        collect(&crates.join(folder), &mut found);
    }
    let missing: Vec<_> = (1..=LAST).filter(|n| !found.contains(n)).map(|n| format!("TT-{n}")).collect();
    assert_eq!(missing, Vec::<String>::new());
    assert!(found.iter().all(|n| (1..=LAST).contains(n)), "{found:?}");
}
