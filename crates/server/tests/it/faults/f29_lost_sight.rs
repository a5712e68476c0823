//! F29: the reading token loses rights and sees empty lists. Absence is not evidence then.

use serde_json::{Value, json};

use crate::app::{ACCOUNT, HARBOUR, PAGE, TestApp};

fn level(role: &str) -> Value {
    json!({
        "person": "olivia", "platform": "meta", "do": "change_role",
        "asset": {"type": "portfolio", "id": HARBOUR}, "principal": {"kind": "person", "id": "olivia"}, "role": role,
    })
}

/// The agency's own sign-in sees nothing either: its app was removed.
fn blind_agency() -> Value {
    json!({"person": "kim", "platform": "meta", "do": "revoke_app"})
}

#[tokio::test]
async fn nothing_is_called_lost_while_nobody_can_see() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE, ACCOUNT]).await;
    app.drain().await;
    app.act(level("EMPLOYEE")).await;
    app.act(blind_agency()).await;
    let before = app.ledger();
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "GET",
        "kind": "status", "code": 200, "body": {"data": []}}]))
        .await;
    app.nights(3).await;
    for word in app.words().await.into_values() {
        assert_eq!(word, "unverifiable");
    }
    assert_eq!(app.ledger(), before);

    app.faults(json!([])).await;
    app.act(level("ADMIN")).await;
    app.nights(1).await;
    for word in app.words().await.into_values() {
        assert_eq!(word, "active", "seen again");
    }
    app.check().await;
}

#[tokio::test]
async fn a_revoke_is_not_called_done_while_nobody_can_see() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    app.act(level("EMPLOYEE")).await;
    app.act(blind_agency()).await;
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "GET",
        "kind": "status", "code": 200, "body": {"data": []}}]))
        .await;
    let id = app.grant_id(ACCOUNT).await;
    app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    app.nights(1).await;
    assert_ne!(app.words().await[ACCOUNT], "revoked", "nobody read it as gone");
    assert!(!app.ledger().iter().any(|l| l.starts_with("revoke ")));
}
