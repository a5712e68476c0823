//! An app that Meta has not reviewed yet: the same cards show the steps, and what people did is read back.

use serde_json::{Value, json};

use crate::app::{ACCOUNT, NORTHWIND, TestApp};

#[tokio::test]
async fn what_the_app_may_not_do_a_person_does_and_it_is_read_back() {
    let app = TestApp::start().await;
    let mut world = app.sim("GET", "/_sim/world", Value::Null).await;
    for known in world["platforms"]["meta"]["apps"].as_object_mut().expect("apps").values_mut() {
        known["advanced_access"] = json!(false);
    }
    app.sim("POST", "/_sim/reset", world).await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    assert_eq!(app.words().await[ACCOUNT], "needs_action");
    assert!(app.ledger().is_empty());
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(progress.has("data-testid=\"steps\"") && progress.has("Partners"), "{}", progress.html);
    assert!(!progress.has("done-by-hand"), "it can be read, so nobody’s word is taken");
    olivia.press(&progress, "retry").await;
    app.drain().await;
    assert_eq!(app.words().await[ACCOUNT], "needs_action", "saying it does not make it so");

    app.act(json!({
        "person": "olivia", "platform": "meta", "do": "share", "asset": ACCOUNT, "principal": NORTHWIND,
        "role": ["ADVERTISE", "ANALYZE"],
    }))
    .await;
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    olivia.press(&progress, "retry").await;
    app.drain().await;
    assert_eq!(app.words().await[ACCOUNT], "active");
    assert_eq!(app.ledger(), [format!("grant {ACCOUNT} {NORTHWIND}")]);
    app.check().await;
}
