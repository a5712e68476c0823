//! T06: a callback is brought twice, or its code with another flow's state.

use futures_util::future::join_all;

use crate::app::TestApp;
use crate::threats::rows;
use crate::threats::steps::{Steps, parameter, with_parameter};

#[tokio::test]
async fn a_callback_brought_a_hundred_times_at_once_exchanges_once() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let browser = Steps::new(&app);
    let (before, connections) = (app.seen("/oauth/access_token").await, rows::count(&app, "connection"));
    let callback = browser.to_callback(&sent, "olivia").await;
    let pages = join_all((0..100).map(|_| browser.get(callback.as_str()))).await;
    let went_on = pages.iter().filter(|p| p.status == 303).count();
    let refused = pages.iter().filter(|p| p.status == 400).count();
    assert_eq!((went_on, refused), (1, 99));
    // One exchange, and the extension that follows it.
    assert_eq!(app.seen("/oauth/access_token").await - before, 2);
    assert_eq!(rows::count(&app, "connection"), connections + 1);
    assert_eq!(browser.get(callback.as_str()).await.status, 400, "and not later either");
    app.check().await;
}

#[tokio::test]
async fn the_code_of_one_flow_with_the_state_of_another_is_stored_nowhere() {
    let app = TestApp::start().await;
    let (one, two) = (app.send_request().await, app.send_request().await);
    let (attacker, victim) = (Steps::new(&app), Steps::new(&app));
    let first = attacker.to_callback(&one, "noah").await;
    let second = victim.to_callback(&two, "olivia").await;
    let (before, connections) = (app.seen("/oauth/access_token").await, rows::count(&app, "connection"));
    let mixed = with_parameter(&second, "code", &parameter(&first, "code"));
    assert_eq!(attacker.get(mixed.as_str()).await.status, 400);
    let mixed = with_parameter(&first, "code", &parameter(&second, "code"));
    assert_eq!(victim.get(mixed.as_str()).await.status, 400);
    assert_eq!(app.seen("/oauth/access_token").await, before);
    assert_eq!(rows::count(&app, "connection"), connections);
    app.check().await;
}

#[tokio::test]
async fn a_code_that_was_used_connects_nothing_with_a_fresh_state() {
    let app = TestApp::start().await;
    let (one, two) = (app.send_request().await, app.send_request().await);
    let browser = Steps::new(&app);
    let first = browser.to_callback(&one, "olivia").await;
    browser.get(first.as_str()).await;
    let connections = rows::count(&app, "connection");
    let fresh = Steps::location(&browser.connect(&two).await);
    let replayed = with_parameter(&first, "state", &parameter(&fresh, "state"));
    let back = browser.get(replayed.as_str()).await;
    assert_eq!(Steps::location(&back).path(), two.path, "the card says that it did not come through");
    assert_eq!(rows::count(&app, "connection"), connections);
    assert!(app.ledger().is_empty());
    app.check().await;
}

#[tokio::test]
async fn a_state_is_dead_after_ten_minutes() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let browser = Steps::new(&app);
    let before = app.seen("/oauth/access_token").await;
    let callback = browser.to_callback(&sent, "olivia").await;
    app.clock.advance(jiff::SignedDuration::from_mins(10));
    assert_eq!(browser.get(callback.as_str()).await.status, 400);
    assert_eq!(app.seen("/oauth/access_token").await, before);
    app.check().await;
}
