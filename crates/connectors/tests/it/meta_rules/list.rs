//! Every rule of Meta's world has a test that names it, or stands here with the reason why it has none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How many rules there are.
const RULES: [(&str, u32); 3] = [("meta", 11), ("ig", 29), ("th", 23)];

/// What is not built yet. One that gets a test has to leave this list.
const OPEN: &[(&str, &str)] = &[];

#[test]
fn every_rule_has_a_test_or_a_reason() {
    let mut tested = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut tested);
    let rules: BTreeSet<String> =
        RULES.iter().flat_map(|(of, last)| (1..=*last).map(move |n| format!("{of}_{n}"))).collect();
    let open: BTreeMap<_, _> = OPEN.iter().map(|(rule, why)| ((*rule).to_owned(), *why)).collect();
    let silent: Vec<_> = rules.iter().filter(|r| !tested.contains(*r) && !open.contains_key(*r)).collect();
    assert!(silent.is_empty(), "neither a test nor a reason: {silent:?}");
    let done: Vec<_> = open.keys().filter(|r| tested.contains(*r)).collect();
    assert!(done.is_empty(), "tested by now: {done:?}");
    let unknown: Vec<_> = tested.difference(&rules).collect();
    assert!(unknown.is_empty(), "tests of rules that are not there: {unknown:?}");
}

/// Rules in the names of tests below this folder.
fn collect(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path).expect("text");
            let names = text.lines().filter_map(|line| line.trim_start().split_once("fn ")).map(|(_, n)| n);
            names.for_each(|name| rules_in(name, into));
        }
    }
}

/// `th_22_and_ig_29_…` names two.
fn rules_in(name: &str, into: &mut BTreeSet<String>) {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    loop {
        let (Some(of), Some(number)) = (words.next(), words.next()) else { return };
        if !RULES.iter().any(|(known, _)| *known == of) || number.parse::<u32>().is_err() {
            return;
        }
        into.insert(format!("{of}_{number}"));
        if words.next() != Some("and") {
            return;
        }
    }
}
