//! T05: the attacker's platform account is slipped into the victim's request.

use valetkey::defence::weaken;

use crate::app::TestApp;
use crate::browser::Page;
use crate::threats::rows;
use crate::threats::steps::{Steps, parameter, with_parameter};

const OLIVIA: &str = "10229483756102938";

/// What the attacker brings: an address with an own code, made for an own sign-in on the same link.
async fn forced(app: &TestApp, attacker: &Steps) -> (crate::app::Sent, url::Url) {
    let sent = app.send_request().await;
    let callback = attacker.to_callback(&sent, "noah").await;
    (sent, callback)
}

#[tokio::test]
async fn a_forced_callback_with_the_attackers_code_is_refused() {
    let app = TestApp::start().await;
    let (attacker, victim) = (Steps::new(&app), Steps::new(&app));
    let (sent, callback) = forced(&app, &attacker).await;
    victim.connect(&sent).await;
    let (before, connections) = (app.seen("/oauth/access_token").await, rows::count(&app, "connection"));
    let image =
        [("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "image"), ("sec-fetch-mode", "no-cors")];
    assert_eq!(victim.raw("GET", callback.as_str(), &image, "").await.status, 400);
    let link =
        [("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document"), ("sec-fetch-mode", "navigate")];
    assert_eq!(victim.raw("GET", callback.as_str(), &link, "").await.status, 400);
    let form = [("origin", "https://evil.example"), ("content-type", "application/x-www-form-urlencoded")];
    let posted = victim.raw("POST", callback.as_str(), &form, callback.query().expect("a query")).await;
    assert!(matches!(posted.status, 403 | 405), "{}", posted.status);
    assert_eq!(app.seen("/oauth/access_token").await, before);
    assert_eq!(rows::count(&app, "connection"), connections);
    app.check().await;
}

#[tokio::test]
async fn the_attack_works_without_the_binding() {
    let app = TestApp::start().await;
    let _weakened = weaken::without("browser_binding");
    let (attacker, victim) = (Steps::new(&app), Steps::new(&app));
    let (sent, callback) = forced(&app, &attacker).await;
    victim.connect(&sent).await;
    let before = app.seen("/oauth/access_token").await;
    victim.raw("GET", callback.as_str(), &[("sec-fetch-site", "cross-site")], "").await;
    assert!(app.seen("/oauth/access_token").await > before, "the test would not notice");
}

#[tokio::test]
async fn an_invented_state_with_the_attackers_code_is_refused() {
    let app = TestApp::start().await;
    let (attacker, victim) = (Steps::new(&app), Steps::new(&app));
    let (sent, callback) = forced(&app, &attacker).await;
    let own = Steps::location(&victim.connect(&sent).await);
    let before = app.seen("/oauth/access_token").await;
    let state = parameter(&own, "state");
    for wrong in ["", "null", &state[1..], &state.to_uppercase(), &format!("{state}x"), &format!(" {state}")]
    {
        let page = victim.get(with_parameter(&callback, "state", wrong).as_str()).await;
        assert_eq!(page.status, 400, "state {wrong:?}");
    }
    assert_eq!(app.seen("/oauth/access_token").await, before);
    app.check().await;
}

#[tokio::test]
async fn the_pages_say_which_person_and_id_is_signed_in_and_offer_another() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let victim = Steps::new(&app);
    let pick: Page = victim.to_pick(&sent, "olivia").await;
    assert!(pick.has("Olivia") && pick.shows_id(OLIVIA), "{}", pick.html);
    let again = victim.post(&pick.form("not-me-meta")).await;
    assert!(
        Steps::location(&again).as_str().starts_with(&app.sims.url),
        "not me leads to the platform's login"
    );
    let review = victim.to_review(&pick, &[crate::app::PAGE]).await;
    assert!(review.has("Olivia"), "who gives it is named next to what is given");
    app.check().await;
}
