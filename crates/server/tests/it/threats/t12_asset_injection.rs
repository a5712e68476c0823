//! T12: an asset is approved that this sign-in did not list.

use serde_json::json;
use valetkey::defence::weaken;

use crate::app::{NORTHWIND, PAGE, PAGE_2, Sent, TestApp};
use crate::browser::{Browser, Page};
use crate::threats::rows;

const MIAS_PAGE: &str = "110294857361120";

/// A list of exactly one Page: olivia has more, and they were not asked for.
async fn one_page(app: &TestApp) -> (Sent, Browser, Page) {
    let sent = app.send(json!([{"type": "page", "level": "manage", "external_id": PAGE}])).await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    assert_eq!(pick.assets(), (1, 0));
    (sent, olivia, pick)
}

async fn post(browser: &Browser, pick: &Page, picks: &[&str]) -> Page {
    let form = picks.iter().fold(pick.form("review").without("pick"), |form, pick| form.add("pick", pick));
    browser.send(&form).await
}

#[tokio::test]
async fn only_indexes_into_the_own_listing_are_taken() {
    let app = TestApp::start().await;
    let (_, olivia, pick) = one_page(&app).await;
    let (calls, before) = (app.seen("").await, rows::all(&app));
    let many: Vec<_> = (0..10_000).map(|i| (1_082_374_619_000_u64 + i).to_string()).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let wrong: [&[&str]; 15] = [
        &[],
        &[PAGE],
        &[PAGE_2],
        &[MIAS_PAGE],
        &["0", PAGE_2],
        &["0", "0"],
        &["0", "00"],
        &["1"],
        &["-1"],
        &["18446744073709551616"],
        &["99999999999999999999999999999999"],
        &["0x0"],
        &["Harbour Bakery"],
        &["0; DROP TABLE item"],
        &many,
    ];
    for picks in wrong {
        let page = post(&olivia, &pick, picks).await;
        assert_eq!(page.status, 422, "{:?}", picks.iter().take(3).collect::<Vec<_>>());
    }
    assert_eq!(app.seen("").await, calls, "the simulator sees no call");
    assert_eq!(rows::all(&app), before);
    app.drain().await;
    assert!(app.ledger().is_empty());
    app.check().await;
}

#[tokio::test]
async fn a_typed_id_works_without_the_own_listing() {
    let app = TestApp::start().await;
    let _weakened = weaken::without("own_listing");
    let (_, olivia, pick) = one_page(&app).await;
    let review = post(&olivia, &pick, &[PAGE_2]).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.ledger(), [format!("grant {PAGE_2} {NORTHWIND}")], "the test would not notice");
}

#[tokio::test]
async fn an_account_that_cannot_be_shared_cannot_be_picked_by_its_index() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let noah = app.browser();
    let pick = noah.connect(&sent, "noah").await;
    let (all, blocked) = pick.assets();
    assert!(all > 0 && all == blocked, "noah has no full control: {all} of which {blocked}");
    let form = |index: usize| {
        let form = pick.form("not-me-meta").add("pick", &index.to_string());
        crate::browser::Form { action: pick.url.clone(), ..form }
    };
    for index in 0..all {
        assert_eq!(noah.send(&form(index)).await.status, 422);
    }
    app.drain().await;
    assert!(app.ledger().is_empty());
    app.check().await;
}

#[tokio::test]
async fn another_flows_card_is_not_found_behind_the_own_link() {
    let app = TestApp::start().await;
    let (own, olivia, pick) = one_page(&app).await;
    let other = app.send_request().await;
    // The same browser holds both, so nothing but the link tells them apart.
    let theirs = olivia.connect(&other, "olivia").await;
    let before = rows::all(&app);
    for step in ["pick", "review", "progress"] {
        let page = olivia.get(&format!("{}/{}/{step}", own.path, other.item)).await;
        assert_eq!(page.status, 404, "{step}");
    }
    let mixed = pick.form("review");
    let action = app.base.clone() + &own.path + "/" + &other.item + "/pick";
    let mixed = crate::browser::Form { action: action.parse().expect("an address"), ..mixed };
    assert_eq!(olivia.send(&mixed).await.status, 404);
    // An index that the other card's listing has, and the own one has not.
    let beyond = theirs.index_of(PAGE_2);
    assert_eq!(post(&olivia, &pick, &[&beyond]).await.status, 422);
    assert_eq!(rows::all(&app), before);
    app.check().await;
}

#[tokio::test]
async fn an_approval_without_a_choice_or_with_other_terms_gives_nothing() {
    let app = TestApp::start().await;
    let (sent, olivia, pick) = one_page(&app).await;
    let action: url::Url =
        format!("{}{}/{}/approve", app.base, sent.path, sent.item).parse().expect("an address");
    let bare = pick.form("review").without("pick").set("terms", "00");
    let early = olivia.send(&crate::browser::Form { action, ..bare }).await;
    assert!((400..500).contains(&early.status), "{}", early.status);
    let review = olivia.pick(&pick, &[PAGE]).await;
    let terms = review.form("approve").fields.iter().find(|(n, _)| n == "terms").expect("terms").1.clone();
    for wrong in ["", "00", &terms[1..], &format!("{terms}0"), &terms.to_uppercase()] {
        let page = olivia.send(&review.form("approve").set("terms", wrong)).await;
        assert!(wrong == terms || page.status == 409, "{wrong}: {}", page.status);
    }
    app.drain().await;
    assert!(app.ledger().is_empty());
    assert_eq!(rows::count(&app, "approval"), 0);
    app.check().await;
}
