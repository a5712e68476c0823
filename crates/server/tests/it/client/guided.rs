//! A platform where people do everything by hand: the client's word, and nothing taken for a read.

use jiff::SignedDuration;
use serde_json::json;

use super::{HANDLE, add_handle, audits, events, meta, send, send_with, x_ads};
use crate::app::{NORTHWIND, PAGE, TestApp};
use crate::browser::{Browser, Page};

async fn fill(client: &Browser, guide: &Page, which: &str) -> Page {
    client.send(&guide.form("guided-done-x-ads").set("which", which)).await
}

#[tokio::test]
async fn the_clients_word_is_shown_as_their_word_and_nothing_is_called() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, items) = send(&app, vec![x_ads()]).await;
    let client = app.browser();
    let link = client.get(&sent.path).await;
    assert!(!link.has("connect-x-ads") && link.has("data-testid=\"guide-x-ads\""));
    let calls = app.seen("").await;
    let guide = client.get(&format!("{}/{}/guide", sent.path, items[0])).await;
    assert!(guide.has(HANDLE) && guide.has("Ad manager") && guide.has("Typed, not proven"), "{}", guide.html);
    assert!(guide.has("https://ads.x.com/") && guide.has("(ads.x.com"), "the host is shown");

    let after = fill(&client, &guide, "@HarbourBakery").await;
    assert_eq!(after.status, 200);
    app.drain().await;
    assert!(after.has("data-testid=\"platform-x-ads\" data-state=\"settled\""), "{}", after.html);
    assert!(after.has("Said to be done by the client") && after.has("X Ads does not let us check this"));
    assert!(!after.has("Active, checked"));
    let (_, grants) = app.api(&app.agency, "GET", "/grants", None).await;
    let grant = &grants["data"][0];
    assert_eq!((grant["state"].as_str(), grant["verified_at"].as_str()), (Some("attested"), None));
    assert_eq!(
        (grant["asset"]["external_id"].as_str(), grant["level"].as_str()),
        (Some("harbourbakery"), Some("manage"))
    );
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!(request["state"], "complete");
    assert_eq!((audits(&app, "item.attested"), audits(&app, "grant.attested")), (1, 1));
    assert_eq!((events(&app, "grant.attested"), events(&app, "grant.verified")), (1, 0));

    app.sim("POST", "/_sim/reset", json!({})).await;
    app.nights(30).await;
    assert_eq!(app.words().await["harbourbakery"], "attested");
    assert_eq!(app.seen("").await, 0, "{calls}: no platform was called at night");
    let receipt = client.get(&format!("{}/receipt", sent.path)).await;
    assert!(receipt.has("You said that"), "{}", receipt.html);
    app.check().await;
}

#[tokio::test]
async fn twice_is_once_and_another_browser_sees_no_names() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, items) = send(&app, vec![x_ads()]).await;
    let client = app.browser();
    let guide = client.get(&format!("{}/{}/guide", sent.path, items[0])).await;
    let form = guide.form("guided-done-x-ads").set("which", "harbourbakery");
    let both = futures_util::future::join_all((0..10).map(|_| client.send(&form))).await;
    assert!(both.iter().all(|p| p.status == 200), "{:?}", both.iter().map(|p| p.status).collect::<Vec<_>>());
    assert_eq!((audits(&app, "grant.attested"), events(&app, "grant.attested")), (1, 1));
    let other = app.browser().get(&sent.path).await;
    assert!(!other.has("harbourbakery") && other.has("data-state=\"settled\""));
    assert_eq!(app.browser().get(&format!("{}/receipt", sent.path)).await.status, 403);
    app.check().await;
}

#[tokio::test]
async fn what_cannot_be_an_account_is_refused_in_a_sentence() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, items) = send(&app, vec![x_ads()]).await;
    let client = app.browser();
    let guide = client.get(&format!("{}/{}/guide", sent.path, items[0])).await;
    for wrong in
        ["", "   ", "harbour bakery", "a@b.example", "<script>", "\u{202e}bakery", &"x".repeat(5_000)]
    {
        let page = fill(&client, &guide, wrong).await;
        assert_eq!(page.status, 422, "{wrong}");
        assert!(page.has("role=\"alert\"") && !page.has("<script>"), "{wrong}");
    }
    let stale = client.send(&guide.form("guided-done-x-ads").set("which", "bakery").set("terms", "00")).await;
    assert_eq!(stale.status, 409);
    let none = client.send(&guide.form("guided-done-x-ads").without("which")).await;
    assert_eq!(none.status, 409);
    assert!(app.words().await.is_empty());
    app.check().await;
}

#[tokio::test]
async fn a_card_with_steps_does_not_lead_to_a_sign_in() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, items) = send(&app, vec![x_ads()]).await;
    let client = app.browser();
    let guide = client.get(&format!("{}/{}/guide", sent.path, items[0])).await;
    let csrf = guide.form("guided-done-x-ads").fields[0].1.clone();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let page = client
        .raw("POST", &format!("{}/{}/connect", sent.path, items[0]), &form, &format!("csrf={csrf}"))
        .await;
    assert_eq!((page.status, page.path), (200, guide.path));
    app.check().await;
}

#[tokio::test]
async fn the_same_account_asked_for_again_is_the_same_grant() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (first, items) = send(&app, vec![x_ads()]).await;
    let client = app.browser();
    let guide = client.get(&format!("{}/{}/guide", first.path, items[0])).await;
    fill(&client, &guide, "@bakery").await;
    let (_, grants) = app.api(&app.agency, "GET", "/grants", None).await;
    let client_id = grants["data"][0]["client_id"].clone();
    let full = json!({"platform": "x-ads", "assets": [{"type": "ad_account", "level": "full"}]});
    let body = json!({"client_id": client_id, "items": [full]});
    let (status, sent) = app.api(&app.agency, "POST", "/requests", Some(body)).await;
    assert_eq!(status, 201, "{sent}");
    let path = sent["url"].as_str().expect("text").strip_prefix(&app.base).expect("ours").to_owned();
    let item = sent["items"][0]["id"].as_str().expect("an id");
    let guide = client.get(&format!("{path}/{item}/guide")).await;
    fill(&client, &guide, "Bakery").await;
    // Another client may mean another account by the same name.
    let (other, items) = send(&app, vec![x_ads()]).await;
    let guide = client.get(&format!("{}/{}/guide", other.path, items[0])).await;
    fill(&client, &guide, "bakery").await;
    let (_, grants) = app.api(&app.agency, "GET", "/grants", None).await;
    let of = |id: &serde_json::Value| {
        let all = grants["data"].as_array().expect("a list").iter();
        all.filter(|g| &g["client_id"] == id).map(|g| g["level"].as_str().expect("text")).collect::<Vec<_>>()
    };
    assert_eq!((of(&client_id), grants["data"].as_array().map(Vec::len)), (vec!["full"], Some(2)));
    app.check().await;
}

#[tokio::test]
async fn what_was_given_by_hand_is_taken_away_by_hand() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, items) = send(&app, vec![x_ads()]).await;
    let client = app.browser();
    let guide = client.get(&format!("{}/{}/guide", sent.path, items[0])).await;
    fill(&client, &guide, "bakery").await;
    let id = app.grant_id("bakery").await;
    let (status, plan) =
        app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), Some(json!({"dry_run": true}))).await;
    assert_eq!((status, plan["blocked"].as_str()), (200, Some("revoke-by-hand")));
    assert_eq!(app.api(&app.agency, "POST", &format!("/grants/{id}/verify"), None).await.0, 409);
    let (_, grant) = app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    assert_eq!(
        (grant["state"].as_str(), grant["reason"].as_str()),
        (Some("needs_action"), Some("remove-by-hand"))
    );
    app.nights(3).await;
    assert_eq!(app.words().await["bakery"], "needs_action", "nobody said that it is gone");
    app.api(&app.agency, "POST", &format!("/grants/{id}/retry"), None).await;
    app.drain().await;
    assert_eq!(app.words().await["bakery"], "needs_action", "trying again changes nothing");

    let receipt = client.get(&format!("{}/receipt", sent.path)).await;
    let access = client.press(&receipt, "access").await;
    let steps = client.get(&format!("{}/{id}/removed", access.path)).await;
    assert!(steps.has("remove its access") && steps.has(HANDLE), "{}", steps.html);
    let stranger = app.browser().send(&steps.form("removed-x-ads")).await;
    assert_eq!(stranger.status, 403);
    client.press(&steps, "removed-x-ads").await;
    client.press(&steps, "removed-x-ads").await;
    assert_eq!(app.words().await["bakery"], "revoked");
    assert_eq!((events(&app, "grant.revoked"), audits(&app, "grant.removal_attested")), (1, 1));
    assert!(client.get(&access.path).await.has("Said to be removed"));
    app.check().await;
}

#[tokio::test]
async fn access_by_hand_that_is_over_waits_for_a_person() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let body = json!({"items": [x_ads()], "access_expires_at": "2026-11-24T12:00:00Z"});
    let (sent, items) = send_with(&app, body).await;
    let client = app.browser();
    let guide = client.get(&format!("{}/{}/guide", sent.path, items[0])).await;
    fill(&client, &guide, "bakery").await;
    app.later(SignedDuration::from_hours(47)).await;
    assert_eq!(app.words().await["bakery"], "attested");
    app.later(SignedDuration::from_hours(2)).await;
    assert_eq!(app.words().await["bakery"], "needs_action");
    app.check().await;
}

#[tokio::test]
async fn without_an_app_the_operators_platform_falls_back_to_its_steps() {
    let app = TestApp::start_without_apps().await;
    let body =
        json!({"platform": "meta", "kind": "portfolio", "external_id": NORTHWIND, "label": "Northwind"});
    assert_eq!(app.api(&app.agency, "POST", "/grantees", Some(body)).await.0, 201);
    let (sent, items) = send(&app, vec![meta()]).await;
    let client = app.browser();
    let link = client.get(&sent.path).await;
    assert!(!link.has("connect-meta") && link.has("data-testid=\"guide-meta\""));
    let guide = client.get(&format!("{}/{}/guide", sent.path, items[0])).await;
    assert!(guide.has(NORTHWIND));
    client.send(&guide.form("guided-done-meta").set("which", PAGE)).await;
    app.nights(2).await;
    assert_eq!(app.words().await[PAGE], "attested");
    assert_eq!(app.ledger(), Vec::<String>::new());
    app.check().await;
}

#[tokio::test]
async fn other_cards_go_on_beside_a_card_with_steps() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, items) = send(&app, vec![meta(), x_ads()]).await;
    let client = app.browser();
    client.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!(request["state"], "partially_complete");
    let guide = client.get(&format!("{}/{}/guide", sent.path, items[1])).await;
    let link = fill(&client, &guide, "bakery").await;
    assert!(link.has("Everything on this page is settled."));
    let receipt = client.get(&format!("{}/receipt", sent.path)).await;
    assert!(receipt.has("Active, checked") && receipt.has("Said to be done by the client"));
    let file = client.get(&format!("{}/receipt/file", sent.path)).await;
    let kind = file.headers.get("content-disposition").and_then(|v| v.to_str().ok()).unwrap_or_default();
    assert!(kind.starts_with("attachment") && file.has("Said to be done by the client"));
    app.check().await;
}

/// IG-23: revoking the direct share of an Instagram account leaves what flows from its Page, and the log says so.
#[tokio::test]
async fn ig_23_the_audit_log_says_where_access_still_flows_from() {
    const INSTAGRAM: &str = "672839102938471";
    let app = TestApp::start().await;
    let both = json!([{"type": "page", "level": "manage"}, {"type": "instagram_account", "level": "manage"}]);
    let sent = app.send(both).await;
    app.browser().give(&sent, "olivia", &[PAGE, INSTAGRAM]).await;
    app.drain().await;
    assert_eq!(app.words().await[INSTAGRAM], "active");
    let grant = app.grant_id(INSTAGRAM).await;
    app.api(&app.agency, "POST", &format!("/grants/{grant}/revoke"), None).await;
    app.drain().await;
    assert_eq!((&*app.words().await[INSTAGRAM], &*app.words().await[PAGE]), ("revoked", "active"));
    let db = crate::threats::rows::open(&app);
    let last = "SELECT data FROM audit WHERE subject_id = ?1 ORDER BY seq DESC LIMIT 1";
    let data: String = db.query_row(last, [&grant], |row| row.get(0)).expect("a record");
    assert!(data.contains("inherited_from") && data.contains(PAGE), "{data}");
    app.check().await;
}
