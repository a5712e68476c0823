//! T03: an attacker starts a sign-in and has the victim finish it.

use valetkey::defence::weaken;

use crate::app::TestApp;

/// The attacker presses Connect; the victim signs in at the platform with that address in another browser.
async fn attack(app: &TestApp) -> (u16, usize) {
    let sent = app.send_request().await;
    let (attacker, victim) = (app.browser(), app.browser());
    let link = attacker.get(&sent.path).await;
    let login = attacker.press(&link, "connect-meta").await;
    let before = app.seen("/oauth/access_token").await;
    let as_victim = victim.get(login.url.as_str()).await;
    let consent = victim.press(&as_victim, "sim-login-olivia").await;
    let back = victim.press(&consent, "sim-allow").await;
    (back.status, app.seen("/oauth/access_token").await - before)
}

#[tokio::test]
async fn a_callback_in_another_browser_exchanges_nothing() {
    let app = TestApp::start().await;
    assert_eq!(attack(&app).await, (400, 0));
    app.check().await;
}

#[tokio::test]
async fn the_attack_works_without_the_binding() {
    let app = TestApp::start().await;
    let _weakened = weaken::without("browser_binding");
    let (_, exchanges) = attack(&app).await;
    assert!(exchanges > 0, "the test would not notice a missing defence");
}

#[tokio::test]
async fn the_victims_own_cookie_does_not_help_the_attacker() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (attacker, victim) = (app.browser(), app.browser());
    // The victim has a cookie of ours from an own sign-in.
    victim.connect(&sent, "noah").await;
    let link = attacker.get(&sent.path).await;
    let login = attacker.press(&link, "connect-meta").await;
    let before = app.seen("/oauth/access_token").await;
    let as_victim = victim.get(login.url.as_str()).await;
    let consent = victim.press(&as_victim, "sim-login-olivia").await;
    let back = victim.press(&consent, "sim-allow").await;
    assert_eq!((back.status, app.seen("/oauth/access_token").await), (400, before));
    app.check().await;
}
