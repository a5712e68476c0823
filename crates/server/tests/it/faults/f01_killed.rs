//! F01, in the process: the work is dropped in the middle of a call, and whoever comes next finishes it.

use jiff::SignedDuration;
use serde_json::json;

use crate::app::{ACCOUNT, NORTHWIND, TestApp};

/// Lets the engine run until the simulator recorded `line`, and drops it there.
async fn killed_after(app: &TestApp, line: &str) {
    tokio::select! {
        () = app.drain() => panic!("it was to be dropped while its call was out"),
        () = app.after(line) => {}
    }
}

async fn restarted(app: &TestApp) {
    app.desk.store.release_all_leases().await.expect("the store answers");
    app.faults(json!([])).await;
    app.drain().await;
    for _ in 0..24 {
        app.later(SignedDuration::from_secs(5)).await;
    }
}

#[tokio::test]
async fn a_grant_whose_worker_died_after_the_call_is_one_grant() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "POST",
        "kind": "delay", "ms": 5_000}]))
        .await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    let share = format!("grant {ACCOUNT} {NORTHWIND}");
    killed_after(&app, &share).await;
    restarted(&app).await;
    assert_eq!(app.ledger(), [share]);
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
}

#[tokio::test]
async fn a_revoke_whose_worker_died_after_the_call_is_one_revoke() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "DELETE",
        "kind": "delay", "ms": 5_000}]))
        .await;
    let id = app.grant_id(ACCOUNT).await;
    app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    let unshare = format!("revoke {ACCOUNT} {NORTHWIND}");
    killed_after(&app, &unshare).await;
    restarted(&app).await;
    assert_eq!(app.ledger(), [format!("grant {ACCOUNT} {NORTHWIND}"), unshare]);
    assert_eq!(app.words().await[ACCOUNT], "revoked");
    app.check().await;
}

#[tokio::test]
async fn a_lease_nobody_gives_back_runs_out_by_itself() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    let now = app.clock.now_ms();
    let claimed = app.desk.store.claim_jobs(now, now + 120_000, 10).await.expect("the store answers");
    assert_eq!(claimed.len(), 1);
    app.later(SignedDuration::from_secs(119)).await;
    assert!(app.ledger().is_empty(), "it belongs to somebody");
    app.later(SignedDuration::from_secs(2)).await;
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
}
