//! Every platform that has a connector, through the product. A new one is tested here by being in the list.

use serde_json::json;
use valetkey_connectors::Registry;
use valetkey_sdk::manifest::{LevelFacts, Method};

use crate::app::{NORTHWIND, TestApp};
use crate::browser::{Browser, Page};

/// Ids of words that a page shows when a platform's file has no words for them, or a page asked for a wrong one.
const IDS: [&str; 6] = ["outside-container", ">asset-", ">grantee-", ">role-", "remedy-", "cost-"];

#[tokio::test]
async fn what_is_asked_for_is_given_read_back_and_taken_away_on_every_platform() {
    let mut ways = 0;
    for platform in Registry::new().iter().filter(|p| p.connector.is_some()) {
        for asset in platform.manifest.assets.iter() {
            let Some((level, facts)) = asset.levels.first_key_value() else { continue };
            goes_through(&platform.manifest.id, asset.of.as_str(), level.as_str(), facts).await;
            ways += 1;
        }
    }
    assert!(ways > 0, "no platform was tried");
}

/// Kim proves the agency's grantee, olivia gives the first of what she can, and the agency takes it away.
async fn goes_through(platform: &str, of: &str, level: &str, facts: &LevelFacts) {
    let place = format!("{platform}, {of}");
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let page = in_words(member.get("/grantees").await, &place);
    let login = member.press(&page, &format!("grantees-connect-{platform}")).await;
    let consent = member.press(&login, "sim-login-kim").await;
    let proven = member.press(&consent, "sim-allow").await;
    assert_eq!(proven.url.query(), Some("proven=1"), "{place}: {}", proven.path);

    let sent = app
        .send_body(json!({
            "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
            "items": [{"platform": platform, "assets": [{"type": of, "level": level}]}],
        }))
        .await;
    let olivia = app.browser();
    let link = in_words(olivia.get(&sent.path).await, &place);
    let login = olivia.press(&link, &format!("connect-{platform}")).await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    let pick = in_words(olivia.press(&consent, "sim-allow").await, &place);
    let review = olivia.send(&pick.form("review").set("pick", "0")).await;
    let review = in_words(review, &place);
    assert_eq!(app.ledger(), Vec::<String>::new(), "{place}: nothing happens before the approval");
    let progress = in_words(olivia.press(&review, "approve").await, &place);
    assert_eq!(progress.status, 200, "{place}");
    app.drain().await;

    if facts.method == Method::Guided {
        return by_hand(&app, &olivia, &progress.path, &place, facts).await;
    }
    let words = app.words().await;
    let (id, state) = words.first_key_value().unwrap_or_else(|| panic!("{place}: nothing was granted"));
    assert_eq!((words.len(), state.as_str()), (1, "active"), "{place}");
    in_words(olivia.get(&format!("{}/receipt", sent.path)).await, &place);
    in_words(member.get(&format!("/requests/{}", sent.id)).await, &place);
    app.nights(1).await;
    assert_eq!(app.words().await[id], "active", "{place}");

    let grant = app.grant_id(id).await;
    let (status, answer) = app.api(&app.agency, "POST", &format!("/grants/{grant}/revoke"), None).await;
    assert!((200..300).contains(&status), "{place}: {answer}");
    app.drain().await;
    assert_eq!(app.words().await[id], "revoked", "{place}");
    let ledger = app.ledger();
    assert!(ledger.last().is_some_and(|line| line.starts_with("revoke ")), "{place}: {ledger:?}");
    app.check().await;
}

/// The client does it at the platform with the steps on the page. It is read back where it can be.
async fn by_hand(app: &TestApp, olivia: &Browser, progress: &str, place: &str, facts: &LevelFacts) {
    let id = app.words().await.first_key_value().expect("granted").0.clone();
    assert_eq!(app.words().await[&id], "needs_action", "{place}");
    assert_eq!(app.ledger(), Vec::<String>::new(), "{place}: nothing was called");
    let page = in_words(olivia.get(progress).await, place);
    assert!(page.has("data-testid=\"steps\"") && page.has(NORTHWIND), "{place}: {}", page.html);
    if facts.verify.is_empty() {
        let calls = app.seen("").await;
        olivia.press(&page, "done-by-hand").await;
        app.nights(2).await;
        assert_eq!(app.words().await[&id], "attested", "{place}: said, and never read");
        assert_eq!(app.seen("").await, calls, "{place}: no platform was called");
    } else {
        assert!(!page.has("done-by-hand"), "{place}: what can be read is not taken on somebody's word");
        let page = olivia.press(&page, "retry").await;
        app.drain().await;
        assert_eq!(app.words().await[&id], "needs_action", "{place}: saying it does not make it so");
        app.act(json!({"person": "olivia", "platform": "meta", "do": "share", "asset": {"id": id},
            "principal": {"id": NORTHWIND}, "role": facts.roles}))
            .await;
        olivia.press(&olivia.get(&page.path).await, "retry").await;
        app.drain().await;
        assert_eq!(app.words().await[&id], "active", "{place}");
    }
    app.check().await;
}

fn in_words(page: Page, place: &str) -> Page {
    for id in IDS {
        assert!(!page.has(id), "{place}: {} shows the id {id} instead of words: {}", page.path, page.html);
    }
    page
}
