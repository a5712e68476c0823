//! F11: 500, HTML, wrong types, cut bodies, no answer: at each call of a grant, before and after the effect.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::app::{PAGE, TestApp};

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
    let calls = [("GET", format!("*/{PAGE}")), ("GET", "*/agencies".into()), ("POST", "*/agencies".into())];
    let kinds = [
        json!({"kind": "status", "code": 500}),
        json!({"kind": "status", "code": 502}),
        json!({"kind": "html"}),
        json!({"kind": "wrong_type"}),
        json!({"kind": "truncate"}),
        json!({"kind": "drop_before"}),
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
