//! Approvals given twice, gone back from, and overtaken by what people do at the platform.

use serde_json::json;

use crate::app::{ACCOUNT, NORTHWIND, PAGE, PAGE_2, TestApp};

#[tokio::test]
async fn approving_twice_is_approving_once() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    let first = olivia.press(&review, "approve").await;
    let second = olivia.press(&review, "approve").await;
    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(second.path, first.path, "the second press leads to the same place");
    app.drain().await;
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}")]);
    app.check().await;
}

#[tokio::test]
async fn the_back_button_leads_to_the_progress() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    olivia.press(&review, "approve").await;
    let progress = format!("{}/{}/progress", sent.path, sent.item);
    for step in ["pick", "review"] {
        let page = olivia.get(&format!("{}/{}/{step}", sent.path, sent.item)).await;
        assert_eq!((page.status, page.path.as_str()), (200, progress.as_str()), "{step}");
    }
    let again = olivia.pick(&pick, &[PAGE_2]).await;
    assert_eq!((again.status, again.path.as_str()), (200, progress.as_str()));
    app.drain().await;
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}")]);
    app.check().await;
}

#[tokio::test]
async fn a_page_deleted_between_pick_and_approval_waits_for_a_person() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE_2, ACCOUNT]).await;
    app.act(json!({"person": "olivia", "platform": "meta", "do": "close_asset",
        "asset": {"type": "page", "id": PAGE_2}}))
        .await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let words = app.words().await;
    assert_eq!([&words[PAGE_2], &words[ACCOUNT]], ["needs_action", "active"], "the other one is shared");
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(progress.has("does not find it any more"), "in words");
    app.nights(3).await;
    assert_eq!(app.words().await[PAGE_2], "needs_action", "neither lost nor forgotten");
    app.check().await;
}

#[tokio::test]
async fn an_account_that_came_back_is_shared_when_somebody_tries_again() {
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
    app.faults(json!([])).await;
    app.nights(2).await;
    assert!(app.ledger().is_empty(), "what waits for a person does not act by itself");
    let id = app.grant_id(ACCOUNT).await;
    let (status, grant) = app.api(&app.agency, "POST", &format!("/grants/{id}/retry"), None).await;
    assert!((200..300).contains(&status), "{grant}");
    app.drain().await;
    assert_eq!(app.words().await[ACCOUNT], "active");
    assert_eq!(app.ledger(), [format!("grant {ACCOUNT} {NORTHWIND}")]);
    let (status, _) = app.api(&app.agency, "POST", &format!("/grants/{id}/retry"), None).await;
    assert_eq!(status, 409, "there is nothing to try again");
    app.check().await;
}
