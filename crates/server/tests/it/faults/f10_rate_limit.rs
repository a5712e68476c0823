//! F10: the platform says "too many calls". Nothing is called before the time it names.

use jiff::SignedDuration;
use serde_json::json;

use crate::app::{ACCOUNT, TestApp};

#[tokio::test]
async fn a_rate_limit_is_obeyed_and_the_grant_comes_through() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[ACCOUNT]).await;
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "POST",
        "times": 1, "kind": "rate_limit", "retry_after_s": 600}]))
        .await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let calls = app.seen("/agencies").await;
    app.later(SignedDuration::from_secs(590)).await;
    assert_eq!(app.seen("/agencies").await, calls, "nothing is called before the time");
    assert_eq!(app.words().await[ACCOUNT], "queued");
    app.later(SignedDuration::from_secs(15)).await;
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
}
