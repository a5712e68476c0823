//! F17: some of several assets come through. Each has its own state; trying again touches only the rest.

use jiff::SignedDuration;
use serde_json::json;

use crate::app::{ACCOUNT, NORTHWIND, PAGE, PAGE_2, TestApp};

#[tokio::test]
async fn trying_again_touches_only_what_is_missing() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE, PAGE_2, ACCOUNT]).await;
    let refusal =
        json!({"error": {"message": "(#200) Permissions error", "type": "OAuthException", "code": 200}});
    app.faults(json!([{"host": "graph.facebook.com", "path": format!("*/{PAGE}/agencies"), "method": "POST",
        "kind": "status", "code": 403, "body": refusal}]))
        .await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let words = app.words().await;
    assert_eq!([&words[PAGE], &words[PAGE_2], &words[ACCOUNT]], ["needs_action", "active", "active"]);
    let before = app.ledger();
    app.nights(1).await;
    assert_eq!(app.ledger(), before, "what waits for a person is not tried by itself");

    app.faults(json!([])).await;
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    olivia.press(&progress, "retry").await;
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "active");
    assert_eq!(app.ledger()[before.len()..], [format!("grant {PAGE} {NORTHWIND}")]);
    app.check().await;
}

/// Every choice of those that fail; ending the rest takes away exactly what was given.
#[tokio::test]
async fn each_account_stands_for_itself_whichever_fail() {
    let accounts = [PAGE, PAGE_2, ACCOUNT];
    for failing in 0..8_u8 {
        let fails = |i: usize| failing & (1 << i) != 0;
        let app = TestApp::start().await;
        let sent = app.send_request().await;
        let olivia = app.browser();
        let pick = olivia.connect(&sent, "olivia").await;
        let review = olivia.pick(&pick, &accounts).await;
        let body =
            json!({"error": {"message": "(#200) Permissions error", "type": "OAuthException", "code": 200}});
        let fault = |i: usize| {
            json!({"host": "graph.facebook.com", "path": format!("*/{}/agencies", accounts[i]),
                "method": "POST", "kind": "status", "code": 403, "body": body})
        };
        let faults: Vec<_> = (0..3).filter(|i| fails(*i)).map(fault).collect();
        app.faults(json!(faults)).await;
        olivia.press(&review, "approve").await;
        app.drain().await;
        let words = app.words().await;
        for (i, account) in accounts.iter().enumerate() {
            let expected = if fails(i) { "needs_action" } else { "active" };
            assert_eq!(words[*account], expected, "{failing:03b}");
            let id = app.grant_id(account).await;
            app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
        }
        app.drain().await;
        app.later(SignedDuration::from_mins(2)).await;
        let count = |word: &str| app.ledger().iter().filter(|l| l.starts_with(word)).count();
        let given = 3 - failing.count_ones() as usize;
        assert_eq!((count("grant "), count("revoke ")), (given, given), "{failing:03b}");
        assert!(app.words().await.values().all(|w| w == "revoked"), "{failing:03b}");
        app.check().await;
    }
}
