//! T04: the victim authorises, and the attacker claims what came of it in a browser of their own.

use crate::app::{PAGE, TestApp};
use crate::threats::rows;
use crate::threats::steps::{Steps, with_parameter};

#[tokio::test]
async fn a_callback_that_the_victims_browser_opened_is_dead_in_the_attackers() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (attacker, victim) = (Steps::new(&app), Steps::new(&app));
    let before = app.seen("/oauth/access_token").await;
    let authorize = Steps::location(&attacker.connect(&sent).await);
    let callback = victim.authorise(&authorize, "olivia").await;
    assert_eq!(victim.get(callback.as_str()).await.status, 400);
    assert_eq!(attacker.get(callback.as_str()).await.status, 400, "spent by whoever brought it first");
    assert_eq!(app.seen("/oauth/access_token").await, before);
    assert!(app.ledger().is_empty());
    app.check().await;
}

#[tokio::test]
async fn a_dropped_callback_leaves_nothing_to_claim_by_its_state() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (attacker, victim) = (Steps::new(&app), Steps::new(&app));
    let (before, connections) = (app.seen("/oauth/access_token").await, rows::count(&app, "connection"));
    let authorize = Steps::location(&attacker.connect(&sent).await);
    let callback = victim.authorise(&authorize, "olivia").await;
    // The attacker chose the state and knows it; the code stayed in the victim's browser.
    let mut without_code = with_parameter(&callback, "code", "");
    without_code.set_fragment(None);
    attacker.get(without_code.as_str()).await;
    for step in ["pick", "review", "progress"] {
        let page = attacker.get(&format!("{}/{}/{step}", sent.path, sent.item)).await;
        assert_ne!(page.status, 200, "{step}");
    }
    let (status, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!((status, request["items"][0]["state"].as_str()), (200, Some("open")));
    assert_eq!(rows::count(&app, "connection"), connections);
    assert!(app.seen("/oauth/access_token").await <= before + 1, "an empty code opens nothing");
    assert!(app.ledger().is_empty());
    app.check().await;
}

#[tokio::test]
async fn another_browser_with_the_link_neither_sees_nor_approves_a_finished_sign_in() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (attacker, victim) = (Steps::new(&app), Steps::new(&app));
    let review = {
        let pick = victim.to_pick(&sent, "olivia").await;
        victim.to_review(&pick, &[PAGE]).await
    };
    // The attacker has a cookie of ours, the link, and even the victim's own form.
    attacker.connect(&sent).await;
    for step in ["pick", "review", "progress"] {
        let page = attacker.get(&format!("{}/{}/{step}", sent.path, sent.item)).await;
        assert_eq!(page.status, 403, "{step}");
        assert!(!page.has("Harbour Bakery Catering") && !page.has(PAGE), "{step} names accounts");
    }
    assert_eq!(attacker.post(&review.form("approve")).await.status, 403);
    assert_eq!(Steps::new(&app).post(&review.form("approve")).await.status, 403, "nor without any cookie");
    app.drain().await;
    assert!(app.ledger().is_empty());
    app.check().await;
}

#[tokio::test]
async fn somebody_else_who_signs_in_after_the_approval_takes_nothing_over() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (olivia, noah) = (app.browser(), Steps::new(&app));
    olivia.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let before = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    // The form token belongs to the link, and whoever has the link had it before.
    let csrf = app.desk.form_token(sent.path.trim_start_matches("/r/"));
    let authorize = Steps::location(&noah.connect_again(&sent, &csrf).await);
    let callback = noah.authorise(&authorize, "noah").await;
    let back = noah.get(callback.as_str()).await;
    assert_eq!(Steps::location(&back).path(), sent.path, "back to the link, which says why");
    for step in ["pick", "review", "progress"] {
        let page = noah.get(&format!("{}/{}/{step}", sent.path, sent.item)).await;
        assert_eq!(page.status, 403, "{step}");
    }
    assert!(
        !noah.get(&sent.path).await.has(PAGE)
            && noah.get(&format!("{}/receipt", sent.path)).await.status == 403
    );
    let after = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!(after.1["items"][0]["connection"], before.1["items"][0]["connection"]);
    assert_eq!(
        olivia.get(&format!("{}/receipt", sent.path)).await.status,
        200,
        "olivia's browser still has it"
    );
    // What olivia gave is taken back with her sign-in, as before.
    app.api(&app.agency, "POST", &format!("/grants/{}/revoke", app.grant_id(PAGE).await), None).await;
    app.drain().await;
    assert!(app.ledger().last().is_some_and(|line| line.starts_with("revoke ")), "{:?}", app.ledger());
    app.check().await;
}
