//! Every platform that has a connector, through the product. A new one is tested here by being in the list.

use jiff::SignedDuration;
use serde_json::{Value, json};
use valetkey_connectors::{Platform, Registry};
use valetkey_sdk::access::AssetType;
use valetkey_sdk::manifest::{GranteeFacts, LevelFacts, Method};

use crate::app::TestApp;
use crate::browser::{Browser, Page};

/// Ids of words that a page shows when a platform's file has no words for them, or a page asked for a wrong one.
const IDS: [&str; 6] = ["outside-container", ">asset-", ">grantee-", ">role-", "remedy-", "cost-"];

#[tokio::test]
async fn what_is_asked_for_is_given_read_back_and_taken_away_on_every_platform() {
    let mut ways = 0;
    for platform in Registry::new().iter().filter(|p| p.connector.is_some()) {
        for asset in platform.manifest.assets.iter() {
            let Some((level, facts)) = asset.levels.first_key_value() else { continue };
            // Nobody signs in for what is done by hand entirely, nor for what is scanned: client/scanned.rs.
            if asset.sign_in.is_none() || asset.scan {
                continue;
            }
            goes_through(platform, &asset.of, level.as_str(), facts).await;
            ways += 1;
        }
    }
    assert!(ways > 0, "no platform was tried");
}

/// Kim proves the agency's grantee, olivia gives the first of what she can, and the agency takes it away.
async fn goes_through(known: &Platform, of: &AssetType, level: &str, facts: &LevelFacts) {
    let platform = known.manifest.id.as_str();
    let receiver = known.manifest.grantees.iter().find(|g| g.after.is_none() && g.takes(of));
    let receiver = receiver.expect("somebody can receive it");
    let place = format!("{platform}, {of}");
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let page = in_words(member.get("/grantees").await, &place);
    let login = member.press(&page, &format!("grantees-connect-{platform}")).await;
    let consent = member.press(&login, "sim-login-kim").await;
    let proven = member.press(&consent, "sim-allow").await;
    assert_eq!(proven.url.query(), Some("proven=1"), "{place}: {}", proven.path);
    name_person(&app, platform, receiver, &place).await;

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
        is_guided(&app, &olivia, &progress.path, &place, facts).await;
    }
    if facts.method == Method::Guided && facts.verify.is_empty() {
        return;
    }
    by_hand(&app, known, of, receiver).await;
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
    if facts.method == Method::Guided && facts.revoke.is_empty() {
        assert_eq!(app.words().await[id], "needs_action", "{place}: a person takes it away");
        return app.check().await;
    }
    assert_eq!(app.words().await[id], "revoked", "{place}");
    let ledger = app.ledger();
    assert!(ledger.last().is_some_and(|line| line.starts_with("revoke ")), "{place}: {ledger:?}");
    app.check().await;
}

/// The client does it at the platform with the steps on the page; saying so does not make it so.
async fn is_guided(app: &TestApp, olivia: &Browser, progress: &str, place: &str, facts: &LevelFacts) {
    let id = app.words().await.first_key_value().expect("granted").0.clone();
    assert_eq!(app.words().await[&id], "needs_action", "{place}");
    assert_eq!(app.ledger(), Vec::<String>::new(), "{place}: nothing was called");
    let page = in_words(olivia.get(progress).await, place);
    assert!(page.has("data-testid=\"steps\""), "{place}: {}", page.html);
    if facts.verify.is_empty() {
        let calls = app.seen("").await;
        olivia.press(&page, "done-by-hand").await;
        app.nights(2).await;
        assert_eq!(app.words().await[&id], "attested", "{place}: said, and never read");
        assert_eq!(app.seen("").await, calls, "{place}: no platform was called");
    } else {
        assert!(!page.has("done-by-hand"), "{place}: what can be read is not taken on somebody's word");
        olivia.press(&page, "retry").await;
        app.drain().await;
        assert_eq!(app.words().await[&id], "needs_action", "{place}: saying it does not make it so");
    }
    app.check().await;
}

/// Who is proven by nothing is typed in; then no proven one is taken in its place.
async fn name_person(app: &TestApp, platform: &str, receiver: &GranteeFacts, place: &str) {
    if receiver.proven_by.is_some() {
        return;
    }
    let new = json!({
        "platform": platform, "kind": receiver.kind, "external_id": "kim@northwindgrowth.example",
        "label": "Kim Park",
    });
    let (status, answer) = app.api(&app.agency, "POST", "/grantees", Some(new)).await;
    assert_eq!(status, 201, "{place}: {answer}");
}

/// What people do by hand where the product only guides them or waits for them.
async fn by_hand(app: &TestApp, known: &Platform, of: &AssetType, receiver: &GranteeFacts) {
    let platform = known.manifest.id.as_str();
    let (_, grants) = app.api(&app.agency, "GET", "/grants", None).await;
    let asset = grants.pointer("/data/0/asset/external_id").and_then(Value::as_str).expect("granted");
    let asset = json!({ "type": of, "id": asset });
    let facts = known.manifest.facts_for(of, &receiver.kind).expect("known");
    let level = facts.levels.values().next().expect("a level");
    match level.method {
        Method::Guided => {
            let who = grants.pointer("/data/0/grantee/external_id").cloned().expect("a receiver");
            let roles: Vec<_> = level.roles.iter().collect();
            let act = json!({
                "person": "olivia", "platform": platform, "do": "share", "asset": asset, "principal": who,
                "role": roles,
            });
            app.act(act).await;
        }
        Method::Invite if level.accept.is_empty() => {
            app.act(json!({ "person": "kim", "platform": platform, "do": "accept", "asset": asset })).await;
        }
        _ => return,
    }
    let id = asset["id"].as_str().expect("text").to_owned();
    let grant = app.grant_id(&id).await;
    app.later(SignedDuration::from_mins(16)).await;
    let verify = async || {
        app.api(&app.agency, "POST", &format!("/grants/{grant}/verify"), None).await;
        app.drain().await;
    };
    verify().await;
    if app.words().await[&id] == "awaiting_acceptance" && level.method == Method::Guided {
        app.act(json!({ "person": "kim", "platform": platform, "do": "accept", "asset": asset })).await;
        verify().await;
    }
}

/// A kind of receiver that cannot be given what is asked for is refused, with the kind that can.
#[tokio::test]
async fn what_a_receiver_cannot_take_is_not_asked_for() {
    let app = TestApp::start().await;
    let typed = json!({
        "platform": "tiktok", "kind": "member", "external_id": "kim@northwindgrowth.example", "label": "Kim Park",
    });
    let (status, kim) = app.api(&app.agency, "POST", "/grantees", Some(typed)).await;
    assert_eq!(status, 201, "{kim}");
    let ask = |of: &str| {
        json!({
            "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"}, "dry_run": true,
            "items": [{"platform": "tiktok", "assets": [{"type": of, "level": "manage"}]}],
        })
    };
    let (status, problem) = app.api(&app.agency, "POST", "/requests", Some(ask("pixel"))).await;
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert_eq!((status, problem["field"].as_str()), (422, Some("grantee_ids")), "{problem}");
    assert!(detail.contains("Pixel cannot be given to Kim Park (Person)"), "{detail}");
    assert!(detail.contains("another receiver: Business Center"), "{detail}");
    assert_eq!(app.api(&app.agency, "POST", "/requests", Some(ask("ad_account"))).await.0, 200);
}

/// Colleagues are assigned to those of the shared assets that their kind can be given.
#[tokio::test]
async fn a_colleague_follows_only_what_their_kind_takes() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let login = member.press(&member.get("/grantees").await, "grantees-connect-tiktok").await;
    let consent = member.press(&login, "sim-login-kim").await;
    member.press(&consent, "sim-allow").await;
    let (_, all) = app.api(&app.agency, "GET", "/grantees?limit=200", None).await;
    let named = all["data"].as_array().expect("a list").iter().filter(|g| {
        g["platform"] == "tiktok" && (g["kind"] == "business_center" || g["label"] == "Ravi Nair")
    });
    let ids: Vec<_> = named.map(|g| g["id"].clone()).collect();
    assert_eq!(ids.len(), 2, "{all}");
    let sent = app
        .send_body(json!({
            "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
            "items": [{"platform": "tiktok", "grantee_ids": ids, "assets": [
                {"type": "ad_account", "level": "manage"}, {"type": "catalog", "level": "manage"},
            ]}],
        }))
        .await;
    let olivia = app.browser();
    let link = olivia.get(&sent.path).await;
    let login = olivia.press(&link, "connect-tiktok").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    let pick = olivia.press(&consent, "sim-allow").await;
    let (account, catalog) = ("7093215678901234567", "7150000000000000017");
    let review = olivia.pick(&pick, &[account, catalog]).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let (_, grants) = app.api(&app.agency, "GET", "/grants?limit=200", None).await;
    let mut rows: Vec<_> = grants["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|g| {
            let text = |at: &str| g.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
            format!("{} {} {}", text("/asset/external_id"), text("/grantee/label"), text("/state"))
        })
        .collect();
    rows.sort();
    let wanted = [
        format!("{account} Northwind Growth active"),
        format!("{account} Ravi Nair active"),
        format!("{catalog} Northwind Growth needs_action"),
    ];
    assert_eq!(rows, wanted);
}

fn in_words(page: Page, place: &str) -> Page {
    for id in IDS {
        assert!(!page.has(id), "{place}: {} shows the id {id} instead of words: {}", page.path, page.html);
    }
    page
}
