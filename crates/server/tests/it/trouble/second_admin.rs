//! A portfolio in which a second admin has to say yes: liam shares, ada decides.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::app::{NORTHWIND, Sent, TestApp};
use crate::browser::Browser;

/// Of Alder Ventures, where liam and ada have full control.
const VENTURES: &str = "act_2095453538630584";
const VENTURES_PAGE: &str = "118794622202928";

/// The client's next look comes within this.
const PATIENCE: SignedDuration = SignedDuration::from_mins(16);

fn decides(deed: &str) -> Value {
    json!({"person": "ada", "platform": "meta", "do": deed,
        "asset": {"type": "ad_account", "id": VENTURES}, "principal": {"kind": "portfolio", "id": NORTHWIND}})
}

/// What liam gave, waiting for ada.
async fn waiting(assets: &[&str]) -> (TestApp, Sent, Browser) {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let liam = app.browser();
    liam.give(&sent, "liam", assets).await;
    app.drain().await;
    assert_eq!(app.words().await[VENTURES], "awaiting_acceptance");
    assert!(app.ledger().contains(&format!("request {VENTURES} {NORTHWIND}")), "{:?}", app.ledger());
    (app, sent, liam)
}

async fn request_state(app: &TestApp, sent: &Sent) -> String {
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    request["state"].as_str().expect("a state").to_owned()
}

#[tokio::test]
async fn it_waits_says_whose_turn_it_is_and_becomes_active_with_their_yes() {
    let (app, sent, liam) = waiting(&[VENTURES]).await;
    let progress = liam.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(progress.path.ends_with("/progress"), "no receipt yet: {}", progress.path);
    assert!(progress.has("Another admin of Alder Ventures"), "whose turn it is");
    assert!(progress.has("business.facebook.com/settings/requests"), "and where");
    assert!(!progress.has("data-testid=\"retry\""), "trying again would not help");
    let member = app.member(&app.agency).await;
    let request = member.get(&format!("/requests/{}", sent.id)).await;
    assert!(request.has("Another admin of Alder Ventures"), "the agency is told as well");

    app.nights(3).await;
    assert_eq!(app.words().await[VENTURES], "awaiting_acceptance");
    assert_eq!(request_state(&app, &sent).await, "in_progress", "the request does not end");
    assert_eq!(app.ledger(), [format!("request {VENTURES} {NORTHWIND}")], "asked for once");

    app.act(decides("approve")).await;
    app.later(PATIENCE).await;
    assert_eq!(app.words().await[VENTURES], "active");
    assert_eq!(request_state(&app, &sent).await, "complete");
    let lines = ["request", "approve"].map(|word| format!("{word} {VENTURES} {NORTHWIND}"));
    assert_eq!(app.ledger(), lines, "nothing was given but what ada allowed");
    app.check().await;
}

/// Pages of the same portfolio are shared at once: each account has its own word.
#[tokio::test]
async fn what_needs_no_second_yes_does_not_wait_for_it() {
    let (app, sent, liam) = waiting(&[VENTURES_PAGE, VENTURES]).await;
    assert_eq!(app.words().await[VENTURES_PAGE], "active");
    assert_eq!(request_state(&app, &sent).await, "in_progress");
    let progress = liam.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(progress.has("1 of 2"), "one is set up");
    app.check().await;
}

#[tokio::test]
async fn a_no_is_final_until_somebody_approves_again() {
    let (app, sent, _) = waiting(&[VENTURES]).await;
    app.act(decides("decline")).await;
    app.later(PATIENCE).await;
    assert_eq!(app.words().await[VENTURES], "declined");
    let lines = ["request", "decline"].map(|word| format!("{word} {VENTURES} {NORTHWIND}"));
    assert_eq!(app.ledger(), lines);
    app.nights(30).await;
    assert_eq!(app.words().await[VENTURES], "declined");
    assert_eq!(app.ledger(), lines, "nobody was asked again");
    let id = app.grant_id(VENTURES).await;
    let (status, _) = app.api(&app.agency, "POST", &format!("/grants/{id}/retry"), None).await;
    assert_eq!(status, 409, "trying again is no new approval");
    app.api(&app.agency, "POST", &format!("/grants/{id}/verify"), None).await;
    app.drain().await;
    assert_eq!(app.ledger(), lines, "neither is looking");

    let again = app.send_request().await;
    app.browser().give(&again, "liam", &[VENTURES]).await;
    app.drain().await;
    assert_eq!(app.words().await[VENTURES], "awaiting_acceptance");
    assert_eq!(app.ledger().len(), 3, "a new approval asks once more");
    assert_eq!(request_state(&app, &sent).await, "complete", "the first request is over");
    app.check().await;
}

#[tokio::test]
async fn what_is_revoked_while_it_waits_is_withdrawn() {
    let (app, _, _) = waiting(&[VENTURES]).await;
    let id = app.grant_id(VENTURES).await;
    let (status, _) = app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    assert_eq!(status, 200);
    app.drain().await;
    assert_eq!(app.words().await[VENTURES], "revoked");
    let lines = ["request", "withdraw"].map(|word| format!("{word} {VENTURES} {NORTHWIND}"));
    assert_eq!(app.ledger(), lines);
    app.nights(3).await;
    assert_eq!(app.ledger(), lines);
    let world = app.sim("GET", "/_sim/world", Value::Null).await;
    assert!(!world.to_string().contains("PENDING"), "nothing waits for ada any more");
    app.check().await;
}

/// The no comes before we ever saw it waiting.
#[tokio::test]
async fn a_no_that_was_faster_than_our_reading_asks_nobody_again() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let liam = app.browser();
    let pick = liam.connect(&sent, "liam").await;
    let review = liam.pick(&pick, &[VENTURES]).await;
    // The answer to the share arrives; every reading after it fails until ada has decided.
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "GET", "nth": 2,
        "times": 20, "kind": "status", "code": 503}]))
        .await;
    liam.press(&review, "approve").await;
    app.drain().await;
    app.act(decides("decline")).await;
    app.faults(json!([])).await;
    for _ in 0..40 {
        app.later(SignedDuration::from_secs(10)).await;
    }
    app.nights(2).await;
    let asked = app.ledger().iter().filter(|l| l.starts_with("request ")).count();
    assert_eq!(asked, 1, "{:?}", app.ledger());
    app.check().await;
}
