//! F16: the client's sign-in dies in the middle. Signing in again finishes it without starting over.

use serde_json::json;

use crate::app::{NORTHWIND, PAGE, TestApp};

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
