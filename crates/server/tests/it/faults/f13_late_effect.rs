//! F13: the effect shows to readers only after a while. It is not given twice.

use jiff::SignedDuration;
use serde_json::json;

use crate::app::{PAGE, TestApp};

#[tokio::test]
async fn a_late_effect_is_waited_for() {
    for seconds in [5, 30, 60] {
        let app = TestApp::start().await;
        let sent = app.send_request().await;
        let olivia = app.browser();
        let pick = olivia.connect(&sent, "olivia").await;
        let review = olivia.pick(&pick, &[PAGE]).await;
        app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "POST",
            "kind": "eventual", "ms": seconds * 1000}]))
            .await;
        olivia.press(&review, "approve").await;
        app.drain().await;
        assert_eq!(app.words().await[PAGE], "verifying", "not shown as done before it was read");
        for _ in 0..14 {
            app.later(SignedDuration::from_secs(5)).await;
        }
        assert_eq!(app.words().await[PAGE], "active", "after {seconds} s");
        assert_eq!(
            app.seen(&format!("{PAGE}/agencies")).await - reads(&app).await,
            1,
            "one write in {seconds} s"
        );
        app.check().await;
    }
}

/// How often the partners were read.
async fn reads(app: &TestApp) -> usize {
    let all = app.sim("GET", "/_sim/requests", serde_json::Value::Null).await;
    let list = all["data"].as_array().expect("a list").iter();
    list.filter(|r| r["method"] == "GET" && r["path"].as_str().is_some_and(|p| p.contains("/agencies")))
        .count()
}
