//! What the client finds on the list of accounts.

use serde_json::json;

use super::{meta, send};
use crate::app::{ACCOUNT, NORTHWIND, PAGE, PAGE_2, TestApp};
use crate::browser::Page;

fn ticked(page: &Page) -> Vec<String> {
    let form = page.form("review");
    form.fields.into_iter().filter(|(name, _)| name == "pick").map(|(_, value)| value).collect()
}

#[tokio::test]
async fn what_the_agency_named_is_ticked_and_two_clicks_give_it() {
    let app = TestApp::start().await;
    let asked = json!([
        {"type": "page", "level": "manage", "external_id": PAGE},
        {"type": "page", "level": "view", "external_id": PAGE_2},
        {"type": "ad_account", "level": "manage", "external_id": ACCOUNT},
    ]);
    let sent = app.send(asked).await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    assert_eq!((pick.assets(), ticked(&pick).len()), ((3, 0), 3), "each of the named ones, once, ticked");
    let review = olivia.press(&pick, "review").await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let mut ledger = app.ledger();
    ledger.sort();
    let mut wanted = [PAGE, PAGE_2, ACCOUNT].map(|asset| format!("grant {asset} {NORTHWIND}"));
    wanted.sort();
    assert_eq!(ledger, wanted);
    let (_, grants) = app.api(&app.agency, "GET", "/grants", None).await;
    let level = |id: &str| {
        let mut all = grants["data"].as_array().expect("a list").iter();
        all.find(|g| g["asset"]["external_id"] == id).expect("granted")["level"].clone()
    };
    assert_eq!((level(PAGE), level(PAGE_2)), (json!("manage"), json!("view")), "each at its own level");
    app.check().await;
}

#[tokio::test]
async fn what_the_agency_has_already_is_said_and_not_given_again() {
    let app = TestApp::start().await;
    let (first, _) = send(&app, vec![meta()]).await;
    let olivia = app.browser();
    let pick = olivia.connect(&first, "olivia").await;
    assert!(!pick.has("has this already"));
    let review = olivia.pick(&pick, &[PAGE]).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let (second, _) = send(&app, vec![meta()]).await;
    let pick = olivia.connect(&second, "olivia").await;
    assert_eq!(pick.html.matches("<bdi>Northwind Growth</bdi> has this already").count(), 1);
    let review = olivia.pick(&pick, &[PAGE]).await;
    assert!(review.has("has this already, and it was checked. Nothing changes."));
    olivia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}")], "adopted without a call");
    assert_eq!(app.words().await[PAGE], "active");
    app.check().await;
}
