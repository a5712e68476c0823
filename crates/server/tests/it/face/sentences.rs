//! Everything that the source writes to the audit log has a sentence of its own on the pages.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;
use valetkey::store::Write;
use valetkey::store::audit::Entry;

use crate::app::TestApp;

/// Names of fields and files, which look the same.
const NO_ACTIONS: [&str; 3] = ["client.name", "client.email", "valetkey.toml"];

/// Every `"thing.happened"` of these files that is no event.
fn look(at: &Path, found: &mut BTreeSet<String>) {
    if at.is_dir() {
        for entry in std::fs::read_dir(at).expect("a folder") {
            let path = entry.expect("an entry").path();
            // The state machines emit events and write nothing, and tests neither.
            if !path.ends_with("engine/state") && !path.ends_with("tests.rs") {
                look(&path, found);
            }
        }
        return;
    }
    let text = std::fs::read_to_string(at).expect("a source");
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('"') {
        let (word, next) = after.split_once('"').unwrap_or((after, ""));
        let is_name = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        let is_action = word.split_once('.').is_some_and(|(thing, act)| is_name(thing) && is_name(act));
        if is_action && !before.ends_with("Emit(") && !NO_ACTIONS.contains(&word) {
            found.insert(word.to_owned());
        }
        // One quotation mark at a time: a stray one hides nothing.
        rest = if is_action { next } else { after };
    }
}

fn actions() -> BTreeSet<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = BTreeSet::new();
    for part in ["core/src/app", "core/src/engine", "client-pages/src", "server/src/cli"] {
        look(&crates.join(part), &mut found);
    }
    found
}

#[tokio::test]
async fn every_action_of_the_source_is_told_in_a_sentence() {
    let actions = actions();
    for known in ["grant.followed", "item.skipped", "grant.set_aside", "template.deleted", "owner.reset"] {
        assert!(actions.contains(known), "the search misses {known}: {actions:?}");
    }
    assert!(actions.len() < 90, "what is no action is listed: {actions:?}");
    let app = TestApp::start().await;
    let write = |action: &str| {
        let (action, subject_id) = (action.to_owned(), "sub_1".to_owned());
        let at = app.clock.now_ms();
        Write::Audit(Entry { at, action, subject_id, request_id: None, data: json!({}) })
    };
    let mut writes: Vec<_> = actions.iter().map(|a| write(a)).collect();
    writes.push(write("nothing.known"));
    app.desk.store.commit(valetkey_sdk::point!("trial"), &app.agency.scope, writes).await.expect("written");
    let page = app.member(&app.agency).await.get("/audit").await;
    assert!(page.has(": nothing known"), "an unknown action would show: {}", page.html);
    let words = |action: &String| format!(": {}", action.replace(['.', '_'], " "));
    let untold: Vec<_> = actions.iter().filter(|a| page.has(&words(a))).collect();
    assert_eq!(untold, Vec::<&String>::new(), "these have no sentence");
}
