//! One client: health, timeline in sentences, ending all access after a dry run.

use serde_json::json;

use crate::app::{ACCOUNT, NORTHWIND, PAGE, PAGE_2, TestApp};
use crate::browser::Page;

async fn with_access() -> (TestApp, String) {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE, ACCOUNT]).await;
    app.drain().await;
    let client = app.desk.store.list_clients_by_name(&app.agency.scope, 1).await.expect("readable").remove(0);
    (app, format!("/clients/{}", client.id))
}

/// A grant that a second client of the same agency gave.
async fn of_another_client(app: &TestApp) -> String {
    let body = json!({
        "client": {"name": "Pine & Co", "email": "ann@pine.example"},
        "items": [{"platform": "meta", "assets": [{"type": "page", "level": "manage"}]}],
    });
    let sent = app.send_body(body).await;
    app.browser().give(&sent, "olivia", &[PAGE_2]).await;
    app.drain().await;
    app.grant_id(PAGE_2).await
}

/// What people read: no tags, no fold.
fn words(page: &Page) -> String {
    let main = page.html.split("<main").nth(1).expect("a main part");
    let mut text = String::new();
    let mut inside = true;
    for c in main.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    text
}

#[tokio::test]
async fn the_timeline_is_made_of_sentences_without_ids() {
    let (app, path) = with_access().await;
    let member = app.member(&app.agency).await;
    let page = member.get(&path).await;
    assert!(page.has("Healthy"));
    let text = words(&page);
    for sentence in [
        "An API key sent the request for Meta",
        "The client opened the link",
        "Olivia Reyes signed in at Meta",
        "Olivia Reyes approved access to",
        "Asked Meta to give access to Harbour Bakery",
        "Meta shows the access to Harbour Bakery: it is active",
        "The request is complete",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
    for prefix in ["req_", "grt_", "mem_", "itm_", "con_", "cli_", "key_"] {
        assert!(!text.contains(prefix), "{prefix} is for machines\n{text}");
    }
}

#[tokio::test]
async fn ending_everything_is_first_said_and_then_done() {
    let (app, path) = with_access().await;
    let member = app.member(&app.agency).await;
    let before = app.ledger().len();
    let dry = member.get(&format!("{path}/revoke")).await;
    for text in ["Northwind Growth", "Facebook Page", "Ad account", "Revoke access to 2 accounts"] {
        assert!(dry.has(text), "{text}");
    }
    assert!(dry.shows_id(NORTHWIND));
    assert_eq!(app.ledger().len(), before, "looking calls nothing");
    let other = app.member(&app.other_agency).await;
    let mut stolen = dry.form("revoke-all-confirm");
    let csrf = other.get("/account").await.form("sign-out-everywhere").fields[0].1.clone();
    stolen = stolen.set("csrf", &csrf);
    assert_eq!(other.send(&stolen).await.status, 404);
    let nothing = member.send(&dry.form("revoke-all-confirm").without("grant")).await;
    assert_eq!(nothing.status, 422);
    let foreign = member.send(&dry.form("revoke-all-confirm").set("grant", "grt_1")).await;
    assert_eq!(foreign.status, 404);
    let neighbour = dry.form("revoke-all-confirm").add("grant", &of_another_client(&app).await);
    let before = app.ledger().len();
    assert_eq!(member.send(&neighbour).await.status, 404, "another client's grant ends nothing");
    app.drain().await;
    assert_eq!(app.ledger().len(), before);
    let done = member.press(&dry, "revoke-all-confirm").await;
    assert!(done.has("Revoking access to 2 accounts"));
    app.drain().await;
    let mut ended = app.ledger().split_off(before);
    ended.sort();
    assert_eq!(ended, [format!("revoke {PAGE} {NORTHWIND}"), format!("revoke {ACCOUNT} {NORTHWIND}")]);
    assert!(member.get(&path).await.has("No access"));
    app.check().await;
}

#[tokio::test]
async fn checking_everything_reads_the_platform_and_attention_names_what_was_found() {
    let (app, path) = with_access().await;
    let member = app.member(&app.agency).await;
    app.act(
        json!({"person": "olivia", "platform": "meta", "do": "remove", "asset": {"type": "page", "id": PAGE},
        "principal": {"kind": "portfolio", "id": NORTHWIND}}),
    )
    .await;
    let reads = app.seen("").await;
    let asked = member.press(&member.get(&path).await, "verify-all").await;
    assert!(asked.has("Checking 2 accounts"));
    app.drain().await;
    assert!(app.seen("").await > reads);
    let client = member.get(&path).await;
    assert!(client.has("Needs attention") && client.has("Removed at the platform"), "{}", client.html);
    let home = member.get("/").await;
    assert!(
        home.has("data-testid=\"attention\"") && home.has("Removed at the platform") && home.has("Ask again")
    );
}

#[tokio::test]
async fn a_typed_grantee_is_checked_and_stays_unproven() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let form = member.get("/grantees").await.form("type-meta").set("kind", "portfolio");
    let bad = member.send(&form.clone().set("external_id", "abc").set("label", "Second")).await;
    assert!(bad.status == 422 && bad.has("his cannot be an id there") && bad.has("value=\"abc\""));
    let unusual = member.send(&form.clone().set("external_id", "12345678").set("label", "Second")).await;
    assert!(unusual.has("Typed, not proven") && unusual.has("usually have"), "{}", unusual.html);
    let page = member.send(&form.set("external_id", NORTHWIND).set("label", "Renamed")).await;
    assert!(!page.has("Renamed"), "what is proven keeps the platform's name (T11)");
    assert!(page.has("by <bdi>Kim Park</bdi>"), "{}", page.html);
}
