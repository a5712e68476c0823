//! A bakery with a private Threads profile: asked beforehand, told by Meta's own message, mended, finished.

use serde_json::{Value, json};

use super::{INSTAGRAM, THREADS};
use crate::app::{HARBOUR, NORTHWIND, PAGE, TestApp};
use crate::browser::Page;

fn everything() -> Value {
    json!([
        {"type": "page", "level": "manage"},
        {"type": "instagram_account", "level": "manage"},
        {"type": "threads_account", "level": "manage"},
    ])
}

/// Made after 29 January 2026, so that it has to be added by hand, and private.
async fn with_private_threads() -> TestApp {
    let app = TestApp::start().await;
    let mut world = app.sim("GET", "/_sim/world", Value::Null).await;
    let threads = &mut world["platforms"]["meta"]["assets"][THREADS];
    threads["created"] = json!("2026-05-02");
    threads["private"] = json!(true);
    threads.as_object_mut().expect("an asset").remove("portfolio");
    app.sim("POST", "/_sim/reset", world).await;
    app
}

/// What Meta says to olivia; nothing when it worked.
async fn by_hand(app: &TestApp, deed: &str, more: Value) -> String {
    let mut act = json!({"person": "olivia", "platform": "meta", "do": deed, "asset": THREADS});
    for (name, value) in more.as_object().into_iter().flatten() {
        act[name] = value.clone();
    }
    let (_, answer) = app.browser().json("POST", &format!("{}/_sim/act", app.sims.url), &act).await;
    answer["error"].as_str().unwrap_or_default().to_owned()
}

/// The card's fix for this message, as text.
fn fix(page: &Page, message: &str) -> String {
    let curly = message.replace('\'', "\u{2019}");
    let from = page.html.find(&curly).unwrap_or_else(|| panic!("{message} is not named: {}", page.html));
    page.html[from..].split("</details>").next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn ig_28_one_link_serves_page_instagram_and_threads_and_nobody_types_an_id() {
    let app = TestApp::start().await;
    let sent = app.send(everything()).await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE, INSTAGRAM, THREADS]).await;
    assert!(!review.has("type=\"text\"") && !review.has("<textarea"), "{}", review.html);
    for asked in ["Is the Threads profile public?", "the same name?", "before 29 January 2026?"] {
        assert!(review.has(asked), "{asked}: {}", review.html);
    }
    olivia.press(&review, "approve").await;
    app.drain().await;
    let words = app.words().await;
    assert_eq!((&*words[PAGE], &*words[INSTAGRAM], &*words[THREADS]), ("active", "active", "needs_action"));
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(progress.shows_id(NORTHWIND) || progress.has(NORTHWIND), "the id to copy: {}", progress.html);
    olivia.press(&progress, "done-by-hand").await;
    assert_eq!(app.words().await[THREADS], "attested");
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!(request["state"], "complete");
    app.check().await;
}

#[tokio::test]
async fn th_9_and_th_10_a_private_profile_is_mended_and_the_grant_goes_on_where_it_was() {
    let app = with_private_threads().await;
    let sent = app.send(everything()).await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[PAGE, INSTAGRAM, THREADS]).await;
    app.drain().await;
    let at = format!("{}/{}/progress", sent.path, sent.item);
    let said = by_hand(&app, "add_threads", json!({"principal": HARBOUR})).await;
    let told = fix(&olivia.get(&at).await, &said);
    for part in [
        "Only public profiles can be added",
        "On a phone:",
        "Menu, Privacy",
        "On a computer:",
        "More, Settings",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let before = app.ledger();
    assert_eq!(by_hand(&app, "set_private", json!({"value": false})).await, "");
    assert_eq!(by_hand(&app, "add_threads", json!({"principal": HARBOUR})).await, "");
    assert_eq!(by_hand(&app, "share", json!({"principal": NORTHWIND, "role": ["CONTENT"]})).await, "");
    olivia.press(&olivia.get(&at).await, "done-by-hand").await;
    app.drain().await;
    let words = app.words().await;
    assert_eq!((&*words[PAGE], &*words[INSTAGRAM], &*words[THREADS]), ("active", "active", "attested"));
    assert_eq!(
        app.ledger()[before.len()..],
        [format!("grant {THREADS} {NORTHWIND}")],
        "nothing was given twice"
    );
    app.check().await;
}

/// Each of the four, as Meta says it to somebody with too little control.
#[tokio::test]
async fn th_12_and_th_13_too_little_control_is_told_on_the_card_with_who_can_help() {
    let app = with_private_threads().await;
    let sent = app.send(everything()).await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[THREADS]).await;
    app.drain().await;
    let page = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    for message in [
        "Only people with full control can add this account.",
        "You don't have sufficient permissions for this business.",
        "Action not allowed: Missing required permissions.",
        "You must be an admin to complete this request.",
    ] {
        let told = fix(&page, message);
        assert!(told.contains("add the account and assign you afterwards"), "{message}: {told}");
        assert!(told.contains("Who can help:") && told.contains("Full control"), "{message}: {told}");
    }
    assert!(page.has("/doctor?platform=meta"), "any other message is looked up");
    app.check().await;
}
