//! "Who has access": seen by its link, changed only by whoever gave it.

use jiff::SignedDuration;

use super::{add_handle, meta, path_of, send, x_ads};
use crate::app::{NORTHWIND, PAGE, PAGE_2, TestApp};
use crate::browser::{Browser, Page};
use crate::threats::rows;

/// Olivia's browser after she gave the Page, and her page of who has access.
async fn given(app: &TestApp) -> (Browser, Page) {
    let (sent, _) = send(app, vec![meta()]).await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let receipt = olivia.get(&format!("{}/receipt", sent.path)).await;
    let access = olivia.press(&receipt, "access").await;
    (olivia, access)
}

#[tokio::test]
async fn one_and_all_are_revoked_in_the_browser_that_gave_them() {
    let app = TestApp::start().await;
    let (sent, _) = send(&app, vec![meta()]).await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[PAGE, PAGE_2]).await;
    app.drain().await;
    let receipt = olivia.get(&format!("{}/receipt", sent.path)).await;
    let access = olivia.press(&receipt, "access").await;
    assert!(access.path.starts_with("/a/") && access.has("What <bdi>Northwind Growth</bdi> can reach"));
    let again = olivia.press(&receipt, "access").await;
    assert_eq!(again.path, access.path, "one link for 30 days");

    let stranger = app.browser();
    let seen = stranger.get(&access.path).await;
    assert!(seen.has(&format!("data-testid=\"held-{PAGE}\" data-state=\"active\"")), "{}", seen.html);
    assert!(!seen.has("data-testid=\"revoke-"), "the link alone takes nothing away");
    for hook in [format!("revoke-{PAGE}"), "revoke-all".to_owned()] {
        assert_eq!(stranger.send(&access.form(&hook)).await.status, 403, "{hook}");
    }
    app.drain().await;
    assert_eq!(app.ledger().len(), 2, "nothing was revoked");

    olivia.press(&access, &format!("revoke-{PAGE}")).await;
    app.drain().await;
    assert_eq!(app.ledger().last(), Some(&format!("revoke {PAGE} {NORTHWIND}")));
    assert_eq!((app.words().await[PAGE].as_str(), app.words().await[PAGE_2].as_str()), ("revoked", "active"));
    let actor = "SELECT actor FROM audit WHERE action = 'grant.revoke_asked'";
    assert_eq!(rows::text(&rows::query(&rows::open(&app), actor)[0][0]), "client");
    olivia.send(&access.form("revoke-all")).await;
    app.drain().await;
    assert!(app.words().await.values().all(|word| word == "revoked"));
    assert!(olivia.get(&access.path).await.has("No longer shared"));
    app.check().await;
}

#[tokio::test]
async fn on_another_device_the_same_person_signs_in_first_and_nobody_else_can() {
    let app = TestApp::start().await;
    let (_, access) = given(&app).await;

    let noah = app.browser();
    let hook = format!("sign-in-{PAGE}");
    let login = noah.press(&noah.get(&access.path).await, &hook).await;
    let consent = noah.press(&login, "sim-login-noah").await;
    let refused = noah.press(&consent, "sim-allow").await;
    assert!(
        refused.path == access.path && refused.has("not the person who gave the access"),
        "{}",
        refused.html
    );
    assert!(!refused.has("data-testid=\"revoke-"));

    let phone = app.browser();
    let login = phone.press(&phone.get(&access.path).await, &hook).await;
    let consent = phone.press(&login, "sim-login-olivia").await;
    let back = phone.press(&consent, "sim-allow").await;
    assert_eq!(back.path, access.path);
    phone.press(&back, &format!("revoke-{PAGE}")).await;
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "revoked");
    app.check().await;
}

#[tokio::test]
async fn whose_own_sign_in_is_over_signs_in_again_and_then_takes_it_away() {
    let app = TestApp::start().await;
    let (olivia, access) = given(&app).await;
    app.act(serde_json::json!({"person": "olivia", "platform": "meta", "do": "revoke_app"})).await;
    app.nights(1).await;
    let seen = olivia.get(&access.path).await;
    assert!(!seen.has("data-testid=\"revoke-"), "there is nothing to do it with: {}", seen.html);
    let login = olivia.press(&seen, &format!("sign-in-{PAGE}")).await;
    let known = login.has("data-testid=\"sim-continue\"");
    let consent = olivia.press(&login, if known { "sim-continue" } else { "sim-login-olivia" }).await;
    let back = olivia.press(&consent, "sim-allow").await;
    assert_eq!(back.path, access.path);
    olivia.press(&back, &format!("revoke-{PAGE}")).await;
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "revoked");
    app.check().await;
}

#[tokio::test]
async fn another_clients_grant_is_not_on_the_page_and_not_in_reach() {
    let app = TestApp::start().await;
    let (one, _) = send(&app, vec![meta()]).await;
    let (two, _) = send(&app, vec![meta()]).await;
    let olivia = app.browser();
    olivia.give(&one, "olivia", &[PAGE]).await;
    olivia.give(&two, "olivia", &[PAGE_2]).await;
    app.drain().await;
    let access = olivia.press(&olivia.get(&format!("{}/receipt", one.path)).await, "access").await;
    assert!(access.has(&format!("held-{PAGE}")) && !access.has(&format!("held-{PAGE_2}")));
    let foreign = app.grant_id(PAGE_2).await;
    let mut form = access.form(&format!("revoke-{PAGE}"));
    for rest in ["revoke", "sign-in", "removed"] {
        form.action = form.action.join(&format!("{}/{foreign}/{rest}", access.path)).expect("an address");
        assert_eq!(olivia.send(&form).await.status, 404, "{rest}");
    }
    app.drain().await;
    assert!(app.words().await.values().all(|word| word == "active"));
    app.check().await;
}

#[tokio::test]
async fn the_page_is_shown_for_thirty_days_and_a_receipt_leads_there_again() {
    let app = TestApp::start().await;
    let (sent, _) = send(&app, vec![meta()]).await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let receipt = olivia.get(&format!("{}/receipt", sent.path)).await;
    let access = olivia.press(&receipt, "access").await;
    app.clock.advance(SignedDuration::from_hours(24 * 30) - SignedDuration::from_millis(1));
    assert_eq!(app.browser().get(&access.path).await.status, 200);
    app.clock.advance(SignedDuration::from_millis(1));
    assert_eq!(app.browser().get(&access.path).await.status, 410);
    assert_eq!(olivia.send(&access.form(&format!("revoke-{PAGE}"))).await.status, 410);
    let fresh = olivia.press(&receipt, "access").await;
    assert_eq!(fresh.status, 200);
    assert_ne!(fresh.path, access.path);
    app.check().await;
}

/// Request, card and "who has access" have a link each; none opens what another one is for.
#[tokio::test]
async fn a_link_of_one_kind_opens_nothing_of_another_kind() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, items) = send(&app, vec![meta(), x_ads()]).await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let passed = olivia.press(&olivia.get(&sent.path).await, "hand-over-x-ads").await;
    let card = path_of(&app, &passed, "card-link");
    let receipt = olivia.get(&format!("{}/receipt", sent.path)).await;
    let access = olivia.press(&receipt, "access").await;
    let token = |path: &str| path.rsplit('/').next().expect("a token").to_owned();
    let unknown = olivia.get(&format!("/a/{}", "A".repeat(43))).await;
    for other in [token(&sent.path), token(&card)] {
        let page = olivia.get(&format!("/a/{other}")).await;
        assert_eq!((page.status, page.html), (404, unknown.html.replace(&"A".repeat(43), &other)));
        let grant = app.grant_id(PAGE).await;
        for rest in ["revoke", &format!("{grant}/revoke"), &format!("{grant}/removed")] {
            let mut form = access.form(&format!("revoke-{PAGE}"));
            form.action = form.action.join(&format!("/a/{other}/{rest}")).expect("an address");
            assert_eq!(olivia.send(&form).await.status, 404, "{rest}");
        }
    }
    let access = token(&access.path);
    for rest in ["", "/receipt", &format!("/{}/pick", items[0]), &format!("/{}/guide", items[1])] {
        assert_eq!(olivia.get(&format!("/r/{access}{rest}")).await.status, 404, "{rest}");
    }
    // The receipt of a card's link shows its own card, and whoever holds it made nothing there yet.
    assert_eq!(olivia.get(&format!("{card}/receipt")).await.status, 403);
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "active");
    app.check().await;
}

#[tokio::test]
async fn every_form_of_the_page_wants_its_own_token_and_no_other_field() {
    let app = TestApp::start().await;
    let (sent, _) = send(&app, vec![meta()]).await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[PAGE, PAGE_2]).await;
    app.drain().await;
    let receipt = olivia.get(&format!("{}/receipt", sent.path)).await;
    let other = receipt.form("access").fields[0].1.clone();
    let access = olivia.press(&receipt, "access").await;
    let before = rows::all(&app);
    let one = access.form(&format!("revoke-{PAGE}"));
    for rest in ["revoke".to_owned(), format!("{}/sign-in", app.grant_id(PAGE).await)] {
        let mut form = one.clone();
        form.action = form.action.join(&format!("{}/{rest}", access.path)).expect("an address");
        assert_eq!(olivia.send(&form.clone().set("csrf", &other)).await.status, 409, "{rest}");
        assert_eq!(olivia.send(&form.clone().set("csrf", "")).await.status, 409, "{rest}");
        assert_eq!(olivia.send(&form.add("agency_id", "1")).await.status, 422, "{rest}");
    }
    assert_eq!(olivia.send(&one.clone().set("csrf", &other)).await.status, 409);
    assert_eq!(olivia.send(&one.add("state", "1")).await.status, 422);
    assert_eq!(rows::all(&app), before);
    app.check().await;
}
