//! T11: access goes to somebody else than the page named, or than the agency proved.

use serde_json::{Value, json};
use valetkey::defence::weaken;

use crate::app::{HARBOUR, NORTHWIND, PAGE, TIDEWATER, TestApp};
use crate::browser::{Browser, Page};
use crate::threats::rows;

/// A client stands before the approve button.
async fn before_approval(app: &TestApp) -> (Browser, Page) {
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    assert!(review.shows_id(NORTHWIND));
    (olivia, review)
}

/// What somebody with the database does while the client reads.
fn swap(app: &TestApp) {
    rows::change(app, "UPDATE grantee SET external_id = ?1 WHERE external_id = ?2", [TIDEWATER, NORTHWIND]);
}

async fn types(app: &TestApp, external_id: &str, label: &str) -> Value {
    let body = json!({"platform": "meta", "kind": "portfolio", "external_id": external_id, "label": label});
    let (status, grantee) = app.api(&app.agency, "POST", "/grantees", Some(body)).await;
    assert_eq!(status, 201, "{grantee}");
    grantee
}

async fn send_to(app: &TestApp, grantees: Value) -> (u16, Value) {
    let body = json!({
        "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
        "items": [{"platform": "meta", "assets": [{"type": "page", "level": "manage"}], "grantee_ids": grantees}],
    });
    app.api(&app.agency, "POST", "/requests", Some(body)).await
}

#[tokio::test]
async fn an_id_swapped_after_the_page_was_shown_stops_the_approval() {
    let app = TestApp::start().await;
    let (olivia, review) = before_approval(&app).await;
    swap(&app);
    let refused = olivia.press(&review, "approve").await;
    assert_eq!(refused.status, 409);
    assert!(refused.has("Meanwhile") && refused.has("Nothing was done"), "{}", refused.html);
    app.drain().await;
    assert!(app.ledger().is_empty());
    assert_eq!((rows::count(&app, "approval"), rows::count(&app, "access_grant")), (0, 0));
    app.check().await;
}

#[tokio::test]
async fn the_swap_works_without_the_frozen_grantee() {
    let app = TestApp::start().await;
    let _weakened = weaken::without("frozen_grantee");
    let (olivia, review) = before_approval(&app).await;
    swap(&app);
    olivia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.ledger(), [format!("grant {PAGE} {TIDEWATER}")], "the test would not notice");
}

#[tokio::test]
async fn a_name_changed_after_the_page_was_shown_stops_the_approval() {
    let app = TestApp::start().await;
    let (olivia, review) = before_approval(&app).await;
    rows::change(&app, "UPDATE grantee SET label = 'Meta Support' WHERE external_id = ?1", [NORTHWIND]);
    assert_eq!(olivia.press(&review, "approve").await.status, 409);
    app.drain().await;
    assert!(app.ledger().is_empty());
    app.check().await;
}

#[tokio::test]
async fn an_id_swapped_after_the_approval_changes_nothing() {
    let app = TestApp::start().await;
    let (olivia, review) = before_approval(&app).await;
    olivia.press(&review, "approve").await;
    swap(&app);
    app.drain().await;
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}")], "what was approved is what happens");
    app.check().await;
}

#[tokio::test]
async fn a_typed_grantee_that_could_be_proven_cannot_be_asked_for() {
    let app = TestApp::start().await;
    let foreign = types(&app, HARBOUR, "Northwind Growth").await;
    assert_eq!(foreign["proven"], false);
    let (status, problem) = send_to(&app, json!([foreign["id"]])).await;
    assert_eq!((status, problem["field"].as_str()), (422, Some("grantee_ids")), "{problem}");
    assert_eq!(rows::count(&app, "request"), 0);
    app.check().await;
}

#[tokio::test]
async fn typing_over_a_proven_grantee_does_not_rename_it() {
    let app = TestApp::start().await;
    let typed = types(&app, NORTHWIND, "Your Bakery").await;
    assert_eq!((typed["label"].as_str(), &typed["proven"]), (Some("Northwind Growth"), &json!(true)));
    let (_, review) = before_approval(&app).await;
    assert!(!review.has("Your Bakery"));
    app.check().await;
}

#[tokio::test]
async fn a_grantee_that_is_not_the_agencys_or_not_clear_is_refused() {
    let app = TestApp::start().await;
    let (_, theirs) = app.api(&app.other_agency, "GET", "/grantees", None).await;
    let (_, ours) = app.api(&app.agency, "GET", "/grantees", None).await;
    let typed = types(&app, HARBOUR, "Harbour Bakery").await;
    let (own, other) = (&ours["data"][0]["id"], &theirs["data"][0]["id"]);
    for wrong in [json!([other]), json!(["gte_0"]), json!([own, other]), json!([own, typed["id"]])] {
        let (status, problem) = send_to(&app, wrong.clone()).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some("grantee_ids")), "{wrong}: {problem}");
    }
    assert_eq!(rows::count(&app, "request"), 0);
    assert_eq!(send_to(&app, json!([own])).await.0, 201);
    let (status, sent) = send_to(&app, json!([])).await;
    assert_eq!(status, 201, "only the proven one can be meant: {sent}");
    assert_eq!(
        rows::text(&rows::query(&rows::open(&app), "SELECT DISTINCT grantee_id FROM item")[0][0]),
        *own
    );
    app.check().await;
}
