//! Links that are over, and browsers that did not start.

use jiff::SignedDuration;

use crate::app::{PAGE, TestApp};

#[tokio::test]
async fn an_expired_link_says_so_and_takes_nothing() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let link = olivia.get(&sent.path).await;
    app.clock.advance(SignedDuration::from_hours(14 * 24));
    let expired = app.browser().get(&sent.path).await;
    assert_eq!(expired.status, 410);
    assert!(expired.has("This link has expired") && !expired.has("Harbour"), "it names nothing");
    assert_eq!(olivia.press(&link, "connect-meta").await.status, 410, "no sign-in starts either");
    app.check().await;
}

#[tokio::test]
async fn a_sign_in_that_comes_back_after_the_link_expired_connects_nothing() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    app.clock.advance(SignedDuration::from_hours(14 * 24) - SignedDuration::from_mins(5));
    let link = olivia.get(&sent.path).await;
    let login = olivia.press(&link, "connect-meta").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    app.clock.advance(SignedDuration::from_mins(6));
    let back = olivia.press(&consent, "sim-allow").await;
    assert!((400..500).contains(&back.status), "{}", back.status);
    assert!(back.has("expired"), "it says why");
    app.drain().await;
    assert!(app.ledger().is_empty());
    app.check().await;
}

#[tokio::test]
async fn a_completed_link_shows_another_browser_states_and_no_names() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let own = olivia.get(&sent.path).await;
    assert!(own.has(PAGE), "the browser that did it sees what it shared");
    let other = app.browser();
    let link = other.get(&sent.path).await;
    assert_eq!(link.status, 200);
    assert!(!link.has(PAGE) && !link.has("Olivia"), "no asset and no person is named");
    let receipt = other.get(&format!("{}/receipt", sent.path)).await;
    assert!(!receipt.has(PAGE) && !receipt.has("Olivia"));
    for step in ["pick", "review", "progress"] {
        let page = other.get(&format!("{}/{}/{step}", sent.path, sent.item)).await;
        assert_eq!(page.status, 403, "{step}");
        assert!(page.has("Go on in the browser you started in"), "{step} says what to do");
    }
    app.check().await;
}
