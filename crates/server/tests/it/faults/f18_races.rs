//! F18: approving and taking away at the same time. The last decision wins, at the platform too.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::app::{ACCOUNT, NORTHWIND, TestApp};

fn shared() -> String {
    format!("grant {ACCOUNT} {NORTHWIND}")
}

fn taken() -> String {
    format!("revoke {ACCOUNT} {NORTHWIND}")
}

/// One approved account whose call to share it is held up by these faults.
async fn approved_under(app: &TestApp, faults: Value) {
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[ACCOUNT]).await;
    app.faults(faults).await;
    olivia.press(&review, "approve").await;
}

async fn revoke(app: &TestApp) {
    let id = app.grant_id(ACCOUNT).await;
    let (status, _) = app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    assert!((200..300).contains(&status), "{status}");
}

async fn two_minutes(app: &TestApp) {
    app.drain().await;
    for _ in 0..24 {
        app.later(SignedDuration::from_secs(5)).await;
    }
}

fn on_post(kind: Value) -> Value {
    let mut fault = kind;
    fault["host"] = json!("graph.facebook.com");
    fault["path"] = json!("*/agencies");
    fault["method"] = json!("POST");
    fault["times"] = json!(1);
    fault
}

#[tokio::test]
async fn taking_away_before_anything_was_called_calls_nothing() {
    let app = TestApp::start().await;
    approved_under(&app, json!([])).await;
    revoke(&app).await;
    two_minutes(&app).await;
    assert!(app.ledger().is_empty());
    assert_eq!(app.words().await[ACCOUNT], "revoked");
    app.check().await;
}

#[tokio::test]
async fn taking_away_while_the_call_is_out_leaves_nothing_there() {
    let app = TestApp::start().await;
    approved_under(&app, json!([on_post(json!({"kind": "delay", "ms": 300}))])).await;
    let revoke_in_between = async {
        app.after(&shared()).await;
        revoke(&app).await;
    };
    tokio::join!(app.drain(), revoke_in_between);
    two_minutes(&app).await;
    assert_eq!(app.ledger(), [shared(), taken()]);
    assert_eq!(app.words().await[ACCOUNT], "revoked");
    app.check().await;
}

#[tokio::test]
async fn a_share_that_shows_late_is_taken_away_before_it_is_called_gone() {
    let app = TestApp::start().await;
    let lost_and_late =
        [on_post(json!({"kind": "drop_after_effect"})), on_post(json!({"kind": "eventual", "ms": 30_000}))];
    approved_under(&app, json!(lost_and_late)).await;
    app.drain().await;
    revoke(&app).await;
    app.later(SignedDuration::from_secs(10)).await;
    assert_ne!(app.words().await[ACCOUNT], "revoked", "it may still show");
    two_minutes(&app).await;
    assert_eq!(app.ledger(), [shared(), taken()]);
    assert_eq!(app.words().await[ACCOUNT], "revoked");
    app.check().await;
}

#[tokio::test]
async fn an_approval_after_the_revoke_gives_it_back() {
    let app = TestApp::start().await;
    approved_under(&app, json!([])).await;
    app.drain().await;
    let late = json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "DELETE",
        "kind": "eventual", "ms": 20_000}]);
    app.faults(late).await;
    revoke(&app).await;
    app.drain().await;
    assert_eq!(app.ledger(), [shared(), taken()], "taken away, and still shown to readers");
    let again = app.send_request().await;
    app.browser().give(&again, "olivia", &[ACCOUNT]).await;
    two_minutes(&app).await;
    assert_eq!(app.ledger(), [shared(), taken(), shared()]);
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
}
