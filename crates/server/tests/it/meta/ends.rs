//! Sign-ins end: after 60 days, with a new password, with the app removed. Access stays.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::app::{ACCOUNT, NORTHWIND, PAGE, Sent, TestApp};

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn given() -> (TestApp, Sent) {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE, ACCOUNT]).await;
    app.drain().await;
    (app, sent)
}

fn grants() -> Vec<String> {
    [PAGE, ACCOUNT].map(|asset| format!("grant {asset} {NORTHWIND}")).into()
}

async fn states(app: &TestApp) -> [String; 2] {
    let words = app.words().await;
    [words[PAGE].clone(), words[ACCOUNT].clone()]
}

async fn ends(app: &TestApp, person: &str, deed: &str) {
    app.act(json!({"person": person, "platform": "meta", "do": deed})).await;
}

/// Meta's key lives 60 days and cannot be renewed after that.
#[tokio::test]
async fn after_sixty_days_nobody_sees_and_signing_in_again_shows_that_nothing_was_lost() {
    let (app, _) = given().await;
    app.nights(59).await;
    assert_eq!(states(&app).await, ["active", "active"]);
    app.later(DAY * 2).await;
    app.nights(1).await;
    assert_eq!(states(&app).await, ["unverifiable", "unverifiable"], "not gone: nobody can see");
    app.prove(&app.agency, "kim").await;
    app.nights(1).await;
    assert_eq!(states(&app).await, ["active", "active"]);
    let mut ledger = app.ledger();
    ledger.sort();
    let mut wanted = grants();
    wanted.sort();
    assert_eq!(ledger, wanted, "given once, and never again");
    app.check().await;
}

/// Error 190/460 and 190/458: the client's sign-in is over, and the agency's still sees.
#[tokio::test]
async fn a_new_password_or_a_removed_app_ends_the_sign_in_and_not_the_access() {
    for deed in ["change_password", "revoke_app"] {
        let (app, sent) = given().await;
        ends(&app, "olivia", deed).await;
        app.nights(1).await;
        assert_eq!(states(&app).await, ["active", "active"], "{deed}: read from the agency’s side");
        let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
        let connection = request.pointer("/items/0/connection/state").and_then(Value::as_str);
        assert_eq!(connection, Some("needs_reauthorization"), "{deed}");

        ends(&app, "kim", deed).await;
        app.nights(1).await;
        assert_eq!(states(&app).await, ["unverifiable", "unverifiable"], "{deed}");
        // One side that sees again is enough.
        app.prove(&app.agency, "kim").await;
        app.nights(1).await;
        assert_eq!(states(&app).await, ["active", "active"], "{deed}");
        assert_eq!(app.ledger().len(), 2, "{deed}: {:?}", app.ledger());
        app.check().await;
    }
}
