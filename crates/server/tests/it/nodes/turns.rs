//! What a platform must not have changed in parallel is changed by one node at a time. Seen by the requests that
//! the simulator gets: two people of the agency lose one Page, each by another node.

use futures_util::poll;
use jiff::SignedDuration;
use serde_json::Value;
use valetkey::defence::weaken;
use valetkey::engine;

use crate::app::{PAGE, TestApp};
use crate::staff::{ELENA, RAVI, ask, send, word};

/// What was asked about the people of a Page, oldest first: the method.
async fn calls(app: &TestApp) -> Vec<String> {
    let all = app.sim("GET", "/_sim/requests", Value::Null).await;
    let seen = all["data"].as_array().expect("a list");
    let people = seen.iter().filter(|r| r["path"].as_str().is_some_and(|p| p.contains("/assigned_users")));
    people.map(|r| r["method"].as_str().expect("text").to_owned()).collect()
}

async fn deletes(app: &TestApp) -> usize {
    calls(app).await.iter().filter(|m| *m == "DELETE").count()
}

async fn given(app: &TestApp) {
    let sent = send(app, &[RAVI, ELENA]).await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    app.later(SignedDuration::from_secs(1)).await;
    for who in [RAVI, ELENA] {
        assert_eq!(word(app, PAGE, who).await, "active");
    }
}

async fn both_gone(app: &TestApp) {
    app.later(SignedDuration::from_secs(1)).await;
    for who in [RAVI, ELENA] {
        assert_eq!(word(app, PAGE, who).await, "revoked");
    }
    assert_eq!(deletes(app).await, 2, "each once");
    app.check().await;
}

/// One node has sent its call and has not written down what came of it, when the other one finds the second job.
/// How many calls there were before it did.
async fn at_once(app: &TestApp) -> usize {
    given(app).await;
    let other = app.beside().await;
    ask(app, PAGE, RAVI, "revoke").await;
    let mut first = Box::pin(engine::drain(&other));
    while deletes(app).await == 0 {
        assert!(poll!(&mut first).is_pending(), "it was to be stopped before its end");
        tokio::task::yield_now().await;
    }
    ask(app, PAGE, ELENA, "revoke").await;
    app.drain().await;
    let calls = deletes(app).await;
    first.await.expect("the store answers");
    both_gone(app).await;
    calls
}

#[tokio::test]
async fn two_nodes_change_one_page_one_after_the_other() {
    assert_eq!(at_once(&TestApp::start_on_postgres().await).await, 1);
}

#[tokio::test]
async fn two_desks_on_one_file_do_too() {
    assert_eq!(at_once(&TestApp::start_on_sqlite().await).await, 1);
}

#[tokio::test]
async fn without_turns_they_change_it_together() {
    let _weak = weaken::without("turns");
    assert_eq!(at_once(&TestApp::start_on_sqlite().await).await, 2);
}

/// One node has read the Page when the other one changes it. How often it was read between the two changes.
async fn overtaken() -> usize {
    let app = TestApp::start_on_sqlite().await;
    given(&app).await;
    let other = app.beside().await;
    ask(&app, PAGE, ELENA, "revoke").await;
    let before = calls(&app).await.len();
    let mut slow = Box::pin(engine::drain(&other));
    while calls(&app).await.len() == before {
        assert!(poll!(&mut slow).is_pending(), "it was to be stopped before its end");
        tokio::task::yield_now().await;
    }
    ask(&app, PAGE, RAVI, "revoke").await;
    app.drain().await;
    assert_eq!(deletes(&app).await, 1);
    slow.await.expect("the store answers");
    both_gone(&app).await;
    let all = calls(&app).await;
    all.iter().skip_while(|m| *m != "DELETE").skip(1).take_while(|m| *m != "DELETE").count()
}

#[tokio::test]
async fn what_was_read_before_anothers_act_is_read_again() {
    let read = overtaken().await;
    let _weak = weaken::without("turns");
    let without = overtaken().await;
    assert!(read > without, "{read} reads with turns, {without} without");
}
