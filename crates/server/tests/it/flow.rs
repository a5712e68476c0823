//! The spine, judged by the simulator's ledger at each point.

use serde_json::json;

use crate::app::{ACCOUNT, NORTHWIND, PAGE, TestApp};

#[tokio::test]
async fn access_is_given_verified_and_revoked() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    assert_eq!(pick.assets(), (4, 0), "two Pages and two ad accounts, all of which she can share");
    let review = olivia.pick(&pick, &[PAGE, ACCOUNT]).await;
    assert!(review.has("Northwind Growth") && review.shows_id(NORTHWIND), "the grantee is named with its id");
    assert_eq!(app.ledger(), Vec::<String>::new(), "nothing happens before the approval");

    let progress = olivia.press(&review, "approve").await;
    assert_eq!(progress.status, 200);
    app.drain().await;
    let granted = [format!("grant {PAGE} {NORTHWIND}"), format!("grant {ACCOUNT} {NORTHWIND}")];
    let mut ledger = app.ledger();
    ledger.sort_by_key(|line| line != &granted[0]);
    assert_eq!(ledger, granted);
    assert!(app.words().await.values().all(|word| word == "active"));
    let receipt = olivia.get(&format!("{}/receipt", sent.path)).await;
    assert!(receipt.has("data-testid=\"receipt\""));

    let id = app.grant_id(PAGE).await;
    let plan =
        app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), Some(json!({"dry_run": true}))).await;
    assert_eq!((plan.0, &plan.1["acts"][0]["operation"]), (200, &json!("revoke")));
    assert_eq!(app.ledger().len(), 2, "a dry run calls nothing");
    app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    app.drain().await;
    assert_eq!(app.ledger().last(), Some(&format!("revoke {PAGE} {NORTHWIND}")));
    assert_eq!(app.words().await[PAGE], "revoked");
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
}

#[tokio::test]
async fn a_grant_costs_at_most_four_transactions() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    let before = app.desk.store.counters().transactions;
    olivia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "active");
    let spent = app.desk.store.counters().transactions - before;
    assert!(spent <= 4, "approve, claim, intend, record; it took {spent}");
}
