//! T21: a session from before the sign-in, or from before the sign-out, is used after it.

use valetkey::app::agencies;

use crate::app::TestApp;
use crate::threats::steps::Steps;

const SESSION: &str = "valetkey_session";

async fn ticket(app: &TestApp) -> String {
    let ticket = agencies::ticket(&app.desk, &app.agency.scope, &app.agency.owner).await.expect("a ticket");
    agencies::sign_in_address(&app.desk, &ticket)
}

/// Somebody else who holds this cookie.
async fn works(app: &TestApp, cookie: &str) -> bool {
    let thief = Steps::new(app);
    thief.set_cookie(SESSION, cookie);
    let page = thief.get("/requests").await;
    assert!(matches!(page.status, 200 | 401), "{}", page.status);
    page.status == 200
}

#[tokio::test]
async fn a_planted_session_is_never_promoted() {
    let app = TestApp::start().await;
    let (browser, planted) = (Steps::new(&app), "A".repeat(43));
    browser.set_cookie(SESSION, &planted);
    let home = browser.sign_in(&ticket(&app).await).await;
    assert_eq!(Steps::location(&home).path(), "/");
    let session = browser.cookie(SESSION).expect("a session");
    assert_ne!(session, planted);
    assert!(works(&app, &session).await && !works(&app, &planted).await);
    app.check().await;
}

#[tokio::test]
async fn the_cookie_changes_at_every_sign_in_and_the_old_one_is_dead() {
    let app = TestApp::start().await;
    let browser = Steps::new(&app);
    browser.sign_in(&ticket(&app).await).await;
    let first = browser.cookie(SESSION).expect("a session");
    assert!(works(&app, &first).await);
    browser.sign_in(&ticket(&app).await).await;
    let second = browser.cookie(SESSION).expect("a session");
    assert_ne!(first, second);
    assert!(works(&app, &second).await && !works(&app, &first).await);
    app.check().await;
}

#[tokio::test]
async fn a_ticket_opens_once() {
    let app = TestApp::start().await;
    let address = ticket(&app).await;
    let (browser, thief) = (Steps::new(&app), Steps::new(&app));
    let (page, copy) = (browser.get(&address).await, thief.get(&address).await);
    assert_eq!(browser.post(&page.form("sign-in")).await.status, 303);
    assert_eq!(thief.post(&copy.form("sign-in")).await.status, 401);
    assert_eq!(browser.post(&page.form("sign-in")).await.status, 401, "not even for the same browser");
    assert!(thief.cookie(SESSION).is_none());
    assert!(!thief.get(&address).await.has("data-testid=\"sign-in\""));
    app.check().await;
}

#[tokio::test]
async fn a_ticket_is_no_session_and_a_session_no_ticket() {
    let app = TestApp::start().await;
    let address = ticket(&app).await;
    let (_, token) = address.split_once("ticket=").expect("a ticket");
    assert!(!works(&app, token).await);
    let browser = Steps::new(&app);
    browser.sign_in(&address).await;
    let session = browser.cookie(SESSION).expect("a session");
    let page = Steps::new(&app).get(&format!("/sign-in?ticket={session}")).await;
    assert!(!page.has("data-testid=\"sign-in\""));
    app.check().await;
}

#[tokio::test]
async fn the_cookie_is_dead_after_signing_out_and_after_its_time() {
    let app = TestApp::start().await;
    let (browser, late) = (Steps::new(&app), Steps::new(&app));
    browser.sign_in(&ticket(&app).await).await;
    late.sign_in(&ticket(&app).await).await;
    let (session, other) =
        (browser.cookie(SESSION).expect("a session"), late.cookie(SESSION).expect("a session"));
    let home = browser.get("/requests").await;
    let left = browser.post(&home.form("sign-out")).await;
    assert_eq!(Steps::location(&left).path(), "/sign-in");
    assert_eq!(browser.cookie(SESSION), None, "the browser forgets it");
    assert!(!works(&app, &session).await && works(&app, &other).await);
    app.clock.advance(jiff::SignedDuration::from_hours(12));
    assert!(!works(&app, &other).await);
    app.check().await;
}

#[tokio::test]
async fn scripts_cannot_read_the_cookies_and_other_sites_cannot_send_them() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let browser = Steps::new(&app);
    let signed_in = browser.sign_in(&ticket(&app).await).await;
    for page in [signed_in, browser.connect(&sent).await] {
        let cookie = page.headers["set-cookie"].to_str().expect("text");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    app.check().await;
}
