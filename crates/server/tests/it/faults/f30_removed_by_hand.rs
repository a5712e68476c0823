//! F30: the client removes the agency by hand. What the client removed stays removed.

use jiff::SignedDuration;
use serde_json::json;

use crate::app::{ACCOUNT, NORTHWIND, PAGE, TestApp};

fn remove(asset: &str, kind: &str) -> serde_json::Value {
    json!({
        "person": "olivia", "platform": "meta", "do": "remove",
        "asset": {"type": kind, "id": asset}, "principal": {"kind": "portfolio", "id": NORTHWIND},
    })
}

#[tokio::test]
async fn thirty_nights_later_nothing_was_given_back() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE, ACCOUNT]).await;
    app.drain().await;
    app.act(remove(PAGE, "page")).await;
    let before = app.ledger();
    app.nights(30).await;
    assert_eq!(app.ledger(), before, "nothing was given without a new approval");
    assert_eq!(app.words().await[PAGE], "drifted");
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
}

#[tokio::test]
async fn a_new_approval_gives_it_once_more() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    app.act(remove(PAGE, "page")).await;
    app.nights(2).await;
    let again = app.send_request().await;
    app.browser().give(&again, "olivia", &[PAGE]).await;
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "active");
    let grants = app.ledger().iter().filter(|l| l.starts_with("grant ")).count();
    assert_eq!(grants, 2, "one for each approval");
    app.check().await;
}

#[tokio::test]
async fn looking_again_after_a_revoke_changes_nothing() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    let id = app.grant_id(ACCOUNT).await;
    app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    app.drain().await;
    assert_eq!(app.words().await[ACCOUNT], "revoked");
    let before = app.ledger();
    app.api(&app.agency, "POST", &format!("/grants/{id}/verify"), None).await;
    app.later(SignedDuration::from_hours(1)).await;
    assert_eq!(app.ledger(), before);
    assert_eq!(app.words().await[ACCOUNT], "revoked");
}

/// The client gives it again by hand: said, and left alone until the agency ends it once more.
#[tokio::test]
async fn what_came_back_after_a_revoke_is_said_and_not_removed() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    let shared = app.sim("GET", "/_sim/world", serde_json::Value::Null).await;
    let id = app.grant_id(ACCOUNT).await;
    app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    app.drain().await;
    assert_eq!(app.words().await[ACCOUNT], "revoked");
    app.sim("POST", "/_sim/reset", shared).await;
    app.api(&app.agency, "POST", &format!("/grants/{id}/verify"), None).await;
    app.drain().await;
    assert_eq!(app.words().await[ACCOUNT], "drifted", "it is there, and nobody asked for it");
    app.nights(30).await;
    assert!(app.ledger().is_empty(), "reported, not removed");
    assert_eq!(app.words().await[ACCOUNT], "drifted");
    app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    app.drain().await;
    assert_eq!(app.ledger(), [format!("revoke {ACCOUNT} {NORTHWIND}")], "a new order acts");
    assert_eq!(app.words().await[ACCOUNT], "revoked");
    app.check().await;
}
