//! Bad input and trouble that a client or an agency runs into, and what they see then.

mod already_there;
mod approvals;
mod doctor;
mod links;
mod not_theirs;
mod notices;
mod second_admin;
mod settings;
mod sign_ins;

use jiff::SignedDuration;
use serde_json::json;

use crate::app::{ACCOUNT, PAGE, PAGE_2, TestApp};

#[tokio::test]
async fn an_unknown_and_a_cancelled_link_look_the_same() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.api(&app.agency, "POST", &format!("/requests/{}/cancel", sent.id), None).await;
    let cancelled = app.browser().get(&sent.path).await;
    let unknown = app.browser().get(&format!("/r/{}", "x".repeat(43))).await;
    assert_eq!((cancelled.status, unknown.status), (404, 404));
    assert_eq!(cancelled.html, unknown.html);
    app.check().await;
}

#[tokio::test]
async fn a_link_that_expires_between_review_and_approval_shares_nothing() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    app.clock.advance(SignedDuration::from_hours(14 * 24));
    let refused = olivia.press(&review, "approve").await;
    assert_eq!(refused.status, 410);
    assert!(refused.has("expired") && !refused.has("Harbour"), "it says so and names nothing");
    app.drain().await;
    assert!(app.ledger().is_empty());
    app.check().await;
}

#[tokio::test]
async fn a_denied_consent_says_what_happened_and_can_be_tried_again() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let link = olivia.get(&sent.path).await;
    let login = olivia.press(&link, "connect-meta").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    let back = olivia.press(&consent, "sim-deny").await;
    assert_eq!((back.status, back.path.as_str()), (200, sent.path.as_str()));
    assert!(back.has("You did not allow the sign-in"));
    let pick = olivia.connect(&sent, "olivia").await;
    assert_eq!(pick.assets(), (4, 0));
    let link = olivia.get(&sent.path).await;
    assert!(!link.has("You did not allow"), "the notice is gone once it worked");
}

#[tokio::test]
async fn another_person_than_before_is_said() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let browser = app.browser();
    browser.connect(&sent, "noah").await;
    browser.connect(&sent, "olivia").await;
    let link = browser.get(&sent.path).await;
    assert!(link.has("Noah Bennett") && link.has("Olivia Reyes"), "both are named");
}

#[tokio::test]
async fn what_cannot_be_shared_is_shown_with_its_reason() {
    let app = TestApp::start().await;
    for (person, shown, reason) in [
        ("noah", 2, "Your role in the portfolio"),
        ("mia", 2, "belongs to a person and not to a business portfolio"),
    ] {
        let sent = app.send_request().await;
        let browser = app.browser();
        let pick = browser.connect(&sent, person).await;
        assert_eq!(pick.assets(), (shown, shown), "{person} can share nothing");
        assert!(pick.has(reason), "{person} is told why");
        let mut form = pick.form("not-me-meta").add("pick", "0");
        form.action = pick.url.clone();
        assert_eq!(browser.send(&form).await.status, 422);
    }
    app.drain().await;
    assert!(app.ledger().is_empty());
}

#[tokio::test]
async fn one_account_is_ticked_and_two_hundred_are_listed() {
    let app = TestApp::start().await;
    let sent = app.send(json!([{"type": "page", "level": "view"}])).await;
    let zoe = app.browser().connect(&sent, "zoe").await;
    assert_eq!(zoe.assets(), (1, 0));
    assert!(zoe.form("review").fields.iter().any(|(name, _)| name == "pick"), "the only one is ticked");

    let sent = app.send_request().await;
    let liam = app.browser().connect(&sent, "liam").await;
    let (shown, blocked) = liam.assets();
    assert!(shown >= 200, "{shown} are listed");
    assert!(blocked >= 3 && liam.has("Meta has closed this ad account"), "the closed one says so");
    assert!(liam.has("You hold no role on this Page"), "so do two Pages on which he has no task");
    assert!(liam.has("disabled by Meta"), "a disabled one is marked");
    assert!(liam.has("type=\"search\""), "so many can be searched");
}

#[tokio::test]
async fn nothing_of_the_kind_says_what_to_do() {
    let app = TestApp::start().await;
    let sent = app.send(json!([{"type": "ad_account", "level": "view"}])).await;
    let zoe = app.browser().connect(&sent, "zoe").await;
    assert_eq!(zoe.assets(), (0, 0));
    assert!(zoe.has("Nothing of this kind is in your portfolios"));
}

#[tokio::test]
async fn fifty_approvals_at_once_are_one() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE, ACCOUNT]).await;
    let form = review.form("approve");
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (olivia, form) = (olivia.clone(), form.clone());
        all.spawn(async move { olivia.send(&form).await.status });
    }
    while let Some(status) = all.join_next().await {
        assert_eq!(status.expect("answered"), 200, "each is led to the progress");
    }
    app.drain().await;
    assert_eq!(app.ledger().len(), 2, "one effect an account");
    app.check().await;
}

#[tokio::test]
async fn going_back_after_the_approval_changes_nothing() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let again = olivia.pick(&pick, &[PAGE_2]).await;
    assert_eq!((again.status, again.path.ends_with("/receipt")), (200, true), "led to what came of it");
    let twice = olivia.press(&review, "approve").await;
    assert_eq!(twice.status, 200);
    app.drain().await;
    assert_eq!(app.ledger().len(), 1);
}

#[tokio::test]
async fn an_account_that_goes_between_pick_and_approval_is_told() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[ACCOUNT]).await;
    let gone = json!({"error": {"message": "Unsupported request", "type": "GraphMethodException", "code": 100,
        "error_subcode": 33}});
    app.faults(json!([{"host": "graph.facebook.com", "path": format!("*/{ACCOUNT}/agencies"),
        "kind": "status", "code": 400, "body": gone}]))
        .await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.words().await[ACCOUNT], "needs_action");
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(progress.has("does not find it any more"), "in words");
    app.check().await;
}

#[tokio::test]
async fn access_with_an_end_ends_by_itself() {
    let app = TestApp::start().await;
    let sent = app
        .send_body(json!({
            "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
            "items": [{"platform": "meta", "assets": [{"type": "ad_account", "level": "manage"}]}],
            "access_expires_at": "2026-12-01T00:00:00Z",
        }))
        .await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.nights(8).await;
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.nights(1).await;
    assert_eq!(app.words().await[ACCOUNT], "expired");
    assert!(app.ledger().iter().any(|l| l.starts_with("revoke ")));
    app.check().await;
}
