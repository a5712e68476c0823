//! Links that are over, and browsers that did not start.

use jiff::SignedDuration;

use crate::app::{PAGE, TestApp};
use crate::threats::rows;

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

/// No row is kept beyond a change, whoever makes it: it is on the page that the same browser asks for next.
#[tokio::test]
async fn a_link_shows_what_is_true_at_each_request() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let browser = app.browser();
    let shows = async |text: &str| {
        let page = browser.get(&sent.path).await;
        assert!(page.status == 200 && page.has(text), "{}: {text} is not on the page", page.status);
    };
    shows("Sent by <bdi>Kim Park, owner</bdi>").await;
    shows("Harbour Bakery").await;
    for (sql, text) in [
        ("UPDATE client SET name = 'Lighthouse Bakery'", "Lighthouse Bakery"),
        ("UPDATE agency SET name = 'Southwind Growth'", "Southwind Growth"),
        ("UPDATE member SET name = 'Kim Stone', role = 'member'", "Sent by <bdi>Kim Stone, member</bdi>"),
        ("UPDATE request SET message = 'For the spring'", "For the spring"),
        ("UPDATE item SET required = 0", "Optional"),
        ("UPDATE item SET state = 'skipped_declined'", "You left this out"),
    ] {
        rows::change(&app, sql, []);
        shows(text).await;
    }
    app.api(&app.agency, "POST", &format!("/requests/{}/cancel", sent.id), None).await;
    let cancelled = browser.get(&sent.path).await;
    assert_eq!(cancelled.status, 404, "the very next request sees that it is cancelled");
    assert!(!cancelled.has("Southwind") && !cancelled.has("Lighthouse"), "and names nothing");
}

#[tokio::test]
async fn a_request_without_its_member_is_asked_by_the_first_who_is_still_there() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    rows::change(
        &app,
        "INSERT INTO member (agency_id, member_id, name, email, role, created_at)
         SELECT agency_id, 'mem_later', 'Robin Later', 'r@agency.example', 'admin', created_at + 1 FROM agency",
        [],
    );
    rows::change(&app, "UPDATE request SET member_id = NULL", []);
    let browser = app.browser();
    assert!(browser.get(&sent.path).await.has("Sent by <bdi>Kim Park, owner</bdi>"));
    rows::change(&app, "UPDATE member SET removed_at = 1 WHERE name = 'Kim Park'", []);
    assert!(browser.get(&sent.path).await.has("Sent by <bdi>Robin Later, admin</bdi>"));
    rows::change(
        &app,
        "UPDATE request SET member_id = (SELECT member_id FROM member WHERE name = 'Kim Park')",
        [],
    );
    assert!(
        browser.get(&sent.path).await.has("Sent by <bdi>Kim Park, owner</bdi>"),
        "what they sent stays theirs"
    );
}
