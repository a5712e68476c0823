//! F17: some of several assets come through. Each has its own state; trying again touches only the rest.

use serde_json::json;

use crate::app::{ACCOUNT, NORTHWIND, PAGE, PAGE_2, TestApp};

#[tokio::test]
async fn trying_again_touches_only_what_is_missing() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE, PAGE_2, ACCOUNT]).await;
    let refusal =
        json!({"error": {"message": "(#200) Permissions error", "type": "OAuthException", "code": 200}});
    app.faults(json!([{"host": "graph.facebook.com", "path": format!("*/{PAGE}/agencies"), "method": "POST",
        "kind": "status", "code": 403, "body": refusal}]))
        .await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let words = app.words().await;
    assert_eq!([&words[PAGE], &words[PAGE_2], &words[ACCOUNT]], ["needs_action", "active", "active"]);
    let before = app.ledger();
    app.nights(1).await;
    assert_eq!(app.ledger(), before, "what waits for a person is not tried by itself");

    app.faults(json!([])).await;
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    olivia.press(&progress, "retry").await;
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "active");
    assert_eq!(app.ledger()[before.len()..], [format!("grant {PAGE} {NORTHWIND}")]);
    app.check().await;
}
