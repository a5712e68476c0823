//! F11: 500, HTML, wrong types, cut bodies, no answer: at each call of a grant, before and after the effect.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::app::{ACCOUNT, PAGE, TestApp};

/// Gives one Page with this fault in the way, and lets two minutes pass.
async fn give_under(fault: &Value) {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    app.faults(json!([fault])).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    for _ in 0..24 {
        app.later(SignedDuration::from_secs(5)).await;
    }
    assert_eq!(app.words().await[PAGE], "active", "{fault}");
    assert_eq!(app.ledger().iter().filter(|l| l.starts_with("grant ")).count(), 1, "{fault}");
    app.check().await;
}

#[tokio::test]
async fn a_grant_comes_through_whatever_call_is_answered_badly() {
    let calls = [
        ("GET", format!("*/{PAGE}")),
        ("GET", "*/agencies".into()),
        ("GET", "*/business_users".into()),
        ("POST", "*/agencies".into()),
    ];
    let kinds = [
        json!({"kind": "status", "code": 500}),
        json!({"kind": "status", "code": 502}),
        json!({"kind": "html"}),
        json!({"kind": "wrong_type"}),
        json!({"kind": "truncate"}),
        json!({"kind": "drop_before"}),
        json!({"kind": "drop_after_effect"}),
        json!({"kind": "status", "code": 200, "body": ""}),
        json!({"kind": "status", "code": 200, "body": {}}),
    ];
    for (method, path) in &calls {
        for kind in &kinds {
            let mut fault = kind.clone();
            fault["host"] = json!("graph.facebook.com");
            fault["method"] = json!(method);
            fault["path"] = json!(path);
            fault["times"] = json!(2);
            give_under(&fault).await;
        }
    }
}

/// Half a minute without an answer to the write passes by itself.
#[tokio::test]
async fn an_outage_of_the_write_needs_nobody() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[ACCOUNT]).await;
    let down = json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "POST",
        "kind": "status", "code": 503}]);
    app.faults(down).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    for _ in 0..15 {
        app.later(SignedDuration::from_secs(2)).await;
    }
    app.faults(json!([])).await;
    for _ in 0..20 {
        app.later(SignedDuration::from_secs(2)).await;
    }
    assert_eq!(app.words().await[ACCOUNT], "active");
    assert_eq!(app.ledger().len(), 1);
    app.check().await;
}

#[tokio::test]
async fn a_write_that_never_answers_asks_a_person_and_stops_calling() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[ACCOUNT]).await;
    let down = json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "POST",
        "kind": "status", "code": 503}]);
    app.faults(down).await;
    olivia.press(&review, "approve").await;
    for _ in 0..40 {
        app.later(SignedDuration::from_secs(5)).await;
    }
    assert_eq!(app.words().await[ACCOUNT], "needs_action");
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(progress.has("did not give a usable answer"), "in words");
    let calls = app.seen("").await;
    for _ in 0..96 {
        app.later(SignedDuration::from_mins(15)).await;
    }
    let more = app.seen("").await - calls;
    assert!(more <= 12, "{more} calls in a day for something that waits for a person");

    app.faults(json!([])).await;
    let id = app.grant_id(ACCOUNT).await;
    let (status, _) = app.api(&app.agency, "POST", &format!("/grants/{id}/retry"), None).await;
    assert!((200..300).contains(&status), "{status}");
    for _ in 0..14 {
        app.later(SignedDuration::from_secs(5)).await;
    }
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
}

/// One side fails for a moment, the other sees nothing at all: asked again, not given up for the night.
#[tokio::test]
async fn a_passing_failure_of_one_side_is_not_decided_by_the_other() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[ACCOUNT]).await;
    let of_client = json!({"host": "graph.facebook.com", "path": "*/agencies", "method": "GET", "times": 2});
    for kind in [json!({"kind": "status", "code": 500}), json!({"kind": "rate_limit", "retry_after_s": 60})] {
        let mut fault = of_client.clone();
        for (key, value) in kind.as_object().expect("an object") {
            fault[key.as_str()] = value.clone();
        }
        let nothing = json!({"host": "graph.facebook.com", "path": "*/client_ad_accounts",
            "kind": "status", "code": 200, "body": {"data": []}});
        app.faults(json!([fault, nothing])).await;
        if kind["kind"] == "status" {
            olivia.press(&review, "approve").await;
        } else {
            let id = app.grant_id(ACCOUNT).await;
            app.api(&app.agency, "POST", &format!("/grants/{id}/verify"), None).await;
        }
        app.drain().await;
        for _ in 0..30 {
            assert_ne!(app.words().await[ACCOUNT], "unverifiable", "{kind}");
            app.later(SignedDuration::from_secs(5)).await;
        }
        assert_eq!(app.words().await[ACCOUNT], "active", "{kind}");
    }
    assert_eq!(app.ledger().len(), 1);
    app.check().await;
}
