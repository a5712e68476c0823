//! F12: the effect is done and its answer is lost. Reading tells.

use jiff::SignedDuration;
use serde_json::json;

use crate::app::{ACCOUNT, NORTHWIND, PAGE, TestApp};

#[tokio::test]
async fn a_lost_answer_to_a_grant_is_one_grant() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE, ACCOUNT]).await;
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "POST",
        "times": 2, "kind": "drop_after_effect"}]))
        .await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    app.later(SignedDuration::from_mins(2)).await;
    assert!(app.words().await.values().all(|w| w == "active"), "{:?}", app.words().await);
    assert_eq!(app.ledger().iter().filter(|l| l.starts_with("grant ")).count(), 2);
    app.check().await;
}

#[tokio::test]
async fn a_lost_answer_to_a_revoke_is_one_revoke() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "DELETE",
        "times": 1, "kind": "drop_after_effect"}]))
        .await;
    let id = app.grant_id(ACCOUNT).await;
    app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    app.drain().await;
    app.later(SignedDuration::from_mins(2)).await;
    assert_eq!(app.words().await[ACCOUNT], "revoked");
    let wanted = [format!("grant {ACCOUNT} {NORTHWIND}"), format!("revoke {ACCOUNT} {NORTHWIND}")];
    assert_eq!(app.ledger(), wanted);
    app.check().await;
}

/// A Page's revoke goes through the Page's own token.
#[tokio::test]
async fn a_lost_answer_to_the_revoke_of_a_page_is_one_revoke() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "DELETE",
        "kind": "drop_after_effect"}]))
        .await;
    let id = app.grant_id(PAGE).await;
    app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    app.drain().await;
    app.later(SignedDuration::from_mins(2)).await;
    assert_eq!(app.words().await[PAGE], "revoked");
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}"), format!("revoke {PAGE} {NORTHWIND}")]);
    app.check().await;
}
