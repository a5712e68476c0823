//! F16: the client's sign-in dies in the middle. Signing in again finishes it without starting over.

use serde_json::json;

use crate::app::{ACCOUNT, NORTHWIND, PAGE, TestApp};

#[tokio::test]
async fn signing_in_again_finishes_what_was_approved() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    app.act(json!({"person": "olivia", "platform": "meta", "do": "revoke_app"})).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "needs_action");
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!(request["items"][0]["connection"]["state"], "needs_reauthorization");
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(progress.has("data-testid=\"sign-in-again\""));

    let login = olivia.press(&progress, "sign-in-again").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    olivia.press(&consent, "sim-allow").await;
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "active");
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}")]);
    app.check().await;
}

/// The sign-in dies between the read and the write of one look.
#[tokio::test]
async fn a_sign_in_that_dies_at_the_write_is_seen_at_once() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[ACCOUNT]).await;
    let dead = json!({"error": {"message": "Error validating access token", "type": "OAuthException",
        "code": 190, "error_subcode": 460}});
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "POST",
        "kind": "status", "code": 400, "body": dead}]))
        .await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.words().await[ACCOUNT], "needs_action");
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!(request["items"][0]["connection"]["state"], "needs_reauthorization");
    let calls = app.seen("/agencies").await;
    app.nights(2).await;
    assert_eq!(app.seen("/agencies").await, calls, "a dead sign-in is not used again");

    app.faults(json!([])).await;
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    let login = olivia.press(&progress, "sign-in-again").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    olivia.press(&consent, "sim-allow").await;
    app.drain().await;
    assert_eq!(app.words().await[ACCOUNT], "active");
    assert_eq!(app.ledger(), [format!("grant {ACCOUNT} {NORTHWIND}")]);
    app.check().await;
}

/// Trying again without signing in again asks for the same, and calls nothing.
#[tokio::test]
async fn trying_again_with_a_dead_sign_in_asks_again() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    app.act(json!({"person": "olivia", "platform": "meta", "do": "revoke_app"})).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let id = app.grant_id(PAGE).await;
    app.api(&app.agency, "POST", &format!("/grants/{id}/retry"), None).await;
    app.drain().await;
    let (_, grant) = app.api(&app.agency, "GET", &format!("/grants/{id}"), None).await;
    assert_eq!(grant["state"], "needs_action");
    assert!(grant.to_string().contains("sign-in-again"), "{grant}");
    assert!(app.ledger().is_empty());
    app.check().await;
}
