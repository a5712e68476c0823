//! A dataset that the agency received, connected to an ad account of its own.

use serde_json::{Value, json};

use super::{grant, ids, lose_kim, word};
use crate::app::{NORTHWIND, Sent, TestApp};

const DATASET: &str = "730482910056471";
pub const EUR: &str = "act_2047719385560147";
pub const GBP: &str = "act_2047719385560962";
/// The client's own.
pub const CLIENTS: &str = "act_1183920475566102";

async fn body(app: &TestApp, accounts: &[&str], level: &str) -> Value {
    let ids = ids(app, &app.agency).await;
    let named: Vec<_> = [NORTHWIND].iter().chain(accounts).map(|p| ids[*p].clone()).collect();
    json!({
        "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
        "items": [{"platform": "meta", "grantee_ids": named, "assets": [{"type": "dataset", "level": level}]}],
    })
}

async fn send(app: &TestApp, accounts: &[&str]) -> Sent {
    app.send_body(body(app, accounts, "manage").await).await
}

pub async fn given(app: &TestApp, accounts: &[&str]) -> Sent {
    let sent = send(app, accounts).await;
    app.browser().give(&sent, "olivia", &[DATASET]).await;
    app.drain().await;
    sent
}

pub async fn by_hand(app: &TestApp, person: &str, deed: &str, account: &str) {
    let principal = json!({"type": "ad_account", "id": account});
    app.act(
        json!({"person": person, "platform": "meta", "do": deed, "asset": DATASET, "principal": principal}),
    )
    .await;
}

async fn revoke(app: &TestApp, principal: &str) {
    let id = grant(app, DATASET, principal).await["id"].as_str().expect("an id").to_owned();
    app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    app.drain().await;
}

fn line(what: &str, who: &str) -> String {
    format!("{what} {DATASET} {who}")
}

/// From the form to the receipt: it is named before the approval, connected after the share, read back, and gone first.
#[tokio::test]
async fn an_ad_account_of_the_agencys_is_connected_after_the_share_and_goes_before_it() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let form = member.get("/requests/new").await;
    assert!(form.has("Connect it to accounts of yours") && form.has("Northwind Growth EUR"), "{}", form.html);
    let sent = send(&app, &[EUR]).await;
    app.browser().give(&sent, "olivia", &[DATASET]).await;
    assert_eq!(word(&app, DATASET, EUR).await, "queued");
    app.drain().await;
    let done = [line("invite", NORTHWIND), line("accept", NORTHWIND), line("grant", EUR)];
    assert_eq!(app.ledger(), done);
    let found = grant(&app, DATASET, EUR).await;
    assert_eq!((&found["state"], &found["verified_by"]), (&json!("active"), &json!("agency")));
    assert_eq!(found["native_roles"], json!(["CONNECTED"]));
    let page = member.get(&format!("/requests/{}", sent.id)).await;
    assert!(page.has("and is connected to") && page.has(", connected to"), "{}", page.html);
    app.nights(2).await;
    assert_eq!(app.ledger(), done, "looking changes nothing");

    revoke(&app, NORTHWIND).await;
    let ledger = app.ledger();
    let order: Vec<_> = ledger[3..].iter().map(String::as_str).collect();
    assert_eq!(order, [line("revoke", EUR), line("revoke", NORTHWIND)], "the account first");
    assert_eq!(
        (word(&app, DATASET, EUR).await, word(&app, DATASET, NORTHWIND).await),
        ("revoked".into(), "revoked".into())
    );
    app.check().await;
}

/// Nothing else goes with it: not the client's own account, nor another one of the agency's that nobody named.
#[tokio::test]
async fn only_what_was_approved_is_disconnected_and_what_was_there_is_adopted() {
    let app = TestApp::start().await;
    given(&app, &[]).await;
    by_hand(&app, "olivia", "connect", CLIENTS).await;
    by_hand(&app, "kim", "connect", GBP).await;
    by_hand(&app, "kim", "connect", EUR).await;
    let before = app.ledger();
    given(&app, &[EUR]).await;
    assert_eq!(word(&app, DATASET, EUR).await, "active");
    assert_eq!(app.ledger(), before, "it was there: nothing is made twice");
    revoke(&app, EUR).await;
    let after = app.ledger();
    assert_eq!(after[before.len()..], [line("revoke", EUR)]);
    assert_eq!(word(&app, DATASET, NORTHWIND).await, "active", "the share is left alone");
}

/// Whoever disconnects it at Meta is not overruled: it is missed, told, and not made again.
#[tokio::test]
async fn an_account_that_somebody_disconnects_is_missed_and_not_connected_again() {
    let app = TestApp::start().await;
    given(&app, &[EUR]).await;
    by_hand(&app, "olivia", "disconnect", EUR).await;
    let before = app.ledger();
    app.nights(2).await;
    assert_eq!(word(&app, DATASET, EUR).await, "drifted");
    assert_eq!((app.ledger(), word(&app, DATASET, NORTHWIND).await.as_str()), (before, "active"));
    app.check().await;
}

/// The share was removed at Meta, and the account stayed behind: the dataset's owner still sees it.
#[tokio::test]
async fn what_outlives_a_share_that_somebody_removed_is_taken_away() {
    let app = TestApp::start().await;
    given(&app, &[EUR]).await;
    let principal = json!({"type": "portfolio", "id": NORTHWIND});
    app.act(json!({"person": "olivia", "platform": "meta", "do": "remove", "asset": DATASET, "principal": principal}))
        .await;
    app.nights(2).await;
    assert_eq!(word(&app, DATASET, NORTHWIND).await, "drifted");
    assert_eq!(word(&app, DATASET, EUR).await, "revoked");
    assert_eq!(app.ledger().last(), Some(&line("revoke", EUR)));
    app.check().await;
}

/// Nobody of the agency is signed in any more: the client's own sign-in ends both.
#[tokio::test]
async fn an_agencys_sign_in_that_is_over_holds_up_nobody_who_wants_it_gone() {
    let app = TestApp::start().await;
    given(&app, &[EUR]).await;
    lose_kim(&app).await;
    let start = app.ledger().len();
    revoke(&app, NORTHWIND).await;
    app.clock.advance(jiff::SignedDuration::from_mins(2));
    app.drain().await;
    assert_eq!(app.ledger()[start..], [line("revoke", EUR), line("revoke", NORTHWIND)]);
    app.check().await;
}

/// What cannot come about is refused when it is asked for, in words that say what to do.
#[tokio::test]
async fn an_account_is_named_only_where_something_can_be_connected_to_it() {
    let app = TestApp::start().await;
    let asked = body(&app, &[EUR], "view").await;
    let (status, problem) = app.api(&app.agency, "POST", "/requests", Some(asked)).await;
    let said = problem["errors"][0]["problem"].as_str().or(problem["detail"].as_str()).unwrap_or_default();
    assert_eq!(status, 422, "{problem}");
    assert!(
        said.contains("Northwind Growth EUR") && said.contains("Dataset (pixel) (manage or full)"),
        "{problem}"
    );
    let sent = send(&app, &[]).await;
    app.browser().give(&sent, "olivia", &[DATASET]).await;
    app.drain().await;
    assert!(!app.ledger().iter().any(|l| l.contains("act_")), "nobody named one");
    app.check().await;
}

/// The client reads which account it is before approving, in the language of the page.
#[tokio::test]
async fn the_review_names_the_account_and_the_approval_is_for_it() {
    let app = TestApp::start().await;
    let mut asked = body(&app, &[EUR], "manage").await;
    asked["locale"] = json!("de");
    let sent = app.send_body(asked).await;
    let client = app.browser();
    let pick = client.connect(&sent, "olivia").await;
    let review = client.pick(&pick, &[DATASET]).await;
    assert!(review.has("data-testid=\"connects\"") && review.has("Northwind Growth EUR"), "{}", review.html);
    assert!(
        review.has("verbindet dies danach mit dem eigenen Konto") && review.has("Werbekonto"),
        "{}",
        review.html
    );
    assert!(app.ledger().is_empty());
}
