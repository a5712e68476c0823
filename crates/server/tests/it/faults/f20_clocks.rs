//! F20: clocks jump, and those of two nodes differ.

use jiff::SignedDuration;
use serde_json::{Value, json};
use valetkey::engine::{self, Engine};
use valetkey_sdk::clock::Clock;

use crate::app::{ACCOUNT, NORTHWIND, TestApp};

/// How often somebody asked the platform to share.
async fn posts(app: &TestApp) -> usize {
    let all = app.sim("GET", "/_sim/requests", Value::Null).await;
    let seen = all["data"].as_array().expect("a list");
    seen.iter()
        .filter(|r| r["method"] == "POST" && r["path"].as_str().is_some_and(|p| p.contains("/agencies")))
        .count()
}

/// The platform takes its time with a share.
async fn slow(app: &TestApp) {
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "POST",
        "kind": "delay", "ms": 1_500}]))
        .await;
}

#[tokio::test]
async fn f20_a_jump_of_the_clock_during_a_call_makes_no_second_one() {
    for jump in [3_600, -3_600, -1, 1] {
        let app = TestApp::start().await;
        let sent = app.send_request().await;
        slow(&app).await;
        let engine = Engine::start(app.desk.clone());
        app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
        while posts(&app).await == 0 {
            tokio::task::yield_now().await;
        }
        app.clock.advance(SignedDuration::from_secs(jump));
        app.desk.wake.notify_one();
        app.after(&format!("grant {ACCOUNT} {NORTHWIND}")).await;
        while app.words().await[ACCOUNT] != "active" {
            tokio::task::yield_now().await;
            app.clock.advance(SignedDuration::from_millis(100));
        }
        engine.stop().await;
        assert_eq!((posts(&app).await, app.ledger().len()), (1, 1), "the clock jumped by {jump} s");
        app.check().await;
    }
}

/// A grant whose call is out while a node looks for work whose clock is five minutes ahead: more than a lease lasts.
/// How often the platform was asked.
async fn with_a_node_ahead(set: bool) -> usize {
    let app = TestApp::start_on_postgres().await;
    let ahead = Clock::mock(app.clock.now() + SignedDuration::from_mins(5));
    let other = app.node_with(app.database.place(), ahead.clone()).await;
    if set {
        // As both do at their start, and every ten seconds.
        app.desk.store.set_clock(&app.clock).await.expect("the database's time");
        other.store.set_clock(&ahead).await.expect("the database's time");
        let apart = ahead.now().duration_since(app.clock.now()).abs();
        assert!(apart < SignedDuration::from_secs(2), "{apart}");
    }
    let sent = app.send_request().await;
    slow(&app).await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    let both = async {
        while posts(&app).await == 0 {
            tokio::task::yield_now().await;
        }
        engine::drain(&other).await
    };
    let (one, two) = tokio::join!(engine::drain(&app.desk), both);
    one.and(two).expect("the store answers");
    for _ in 0..3 {
        app.later(SignedDuration::from_mins(3)).await;
    }
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
    posts(&app).await
}

#[tokio::test]
async fn f20_nodes_go_by_the_clock_of_the_database_and_do_nothing_twice() {
    assert_eq!(with_a_node_ahead(true).await, 1);
    assert_eq!(with_a_node_ahead(false).await, 2, "by their own clocks they would");
}
