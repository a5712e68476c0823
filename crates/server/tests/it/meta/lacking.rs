//! Somebody without a portfolio, whose Page is their own: told what to do, and going on without starting over.

use serde_json::json;

use crate::app::{NORTHWIND, TestApp};

const MIAS_PAGE: &str = "110294857361120";
const MIAS_ACCOUNT: &str = "act_3847561029384756";

#[tokio::test]
async fn what_is_missing_is_made_by_hand_and_looked_for_again_without_a_new_sign_in() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let mia = app.browser();
    let pick = mia.connect(&sent, "mia").await;
    assert!(pick.has("belongs to a person and not to a business portfolio"), "{}", pick.html);
    let same = mia.press(&pick, "look-again").await;
    assert_eq!(same.assets(), (2, 2), "nothing changed at Meta: {}", same.html);

    for (deed, more) in [
        ("create_portfolio", json!({"value": "Mia’s Ceramics"})),
        ("add_asset", json!({"asset": MIAS_PAGE})),
        ("add_asset", json!({"asset": MIAS_ACCOUNT})),
    ] {
        let mut act = json!({"person": "mia", "platform": "meta", "do": deed});
        for (name, value) in more.as_object().into_iter().flatten() {
            act[name] = value.clone();
        }
        app.act(act).await;
    }
    let logins = app.seen("dialog/oauth").await;
    let again = mia.press(&same, "look-again").await;
    assert!(again.has("Mia’s Ceramics"), "{}", again.html);
    let review = mia.pick(&again, &[MIAS_PAGE, MIAS_ACCOUNT]).await;
    mia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.seen("dialog/oauth").await, logins, "nobody signed in again");
    let words = app.words().await;
    assert_eq!((&*words[MIAS_PAGE], &*words[MIAS_ACCOUNT]), ("active", "active"));
    let mut ledger = app.ledger();
    ledger.sort();
    let mut wanted = [MIAS_PAGE, MIAS_ACCOUNT].map(|asset| format!("grant {asset} {NORTHWIND}"));
    wanted.sort();
    assert_eq!(ledger, wanted);
    app.check().await;
}

/// What was approved is not listed anew, and a stranger's browser lists nothing.
#[tokio::test]
async fn looking_again_changes_nothing_that_was_approved_and_is_for_the_browser_that_signed_in() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let form = pick.form("not-me-meta");
    let csrf = form.fields[0].1.clone();
    let at = format!("{}/{}/look-again", sent.path, sent.item);
    let header = [("content-type", "application/x-www-form-urlencoded")];
    let stranger = app.browser().raw("POST", &at, &header, &format!("csrf={csrf}")).await;
    assert_eq!(stranger.status, 403);
    let review = olivia.pick(&pick, &[crate::app::PAGE]).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let after = olivia.raw("POST", &at, &header, &format!("csrf={csrf}")).await;
    assert_eq!(after.status, 200, "{}", after.html);
    assert_eq!(app.words().await[crate::app::PAGE], "active");
    app.check().await;
}
