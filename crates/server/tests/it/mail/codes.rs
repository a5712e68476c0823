//! "Who has access" by a code that was mailed: bound to page and address, for ten minutes, once.

use jiff::SignedDuration;
use serde_json::json;
use valetkey::defence::weaken;
use valetkey::mail::Mailer;

use super::{access_page, caught};
use crate::app::{PAGE, Sent, TestApp};
use crate::browser::{Browser, Page};
use crate::client::audits;
use crate::threats::rows;

const MINUTES_10: SignedDuration = SignedDuration::from_mins(10);
const MS: SignedDuration = SignedDuration::from_millis(1);

/// A page of a client who gave one account.
async fn given() -> (TestApp, Sent, String) {
    let app = TestApp::start_mailing(Mailer::memory()).await;
    let sent = app.send(json!([{"type": "page", "level": "manage"}])).await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let path = access_page(&app, &sent).await;
    (app, sent, path)
}

/// Asks for a code; the form, and the code from the mail.
async fn ask(app: &TestApp, browser: &Browser, path: &str) -> (Page, String) {
    let page = browser.get(&format!("{path}/code")).await;
    let page = browser.press(&page, "send-code").await;
    app.drain().await;
    let mail = caught(app).pop().expect("a mail").message;
    let digits = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
    let code = mail.text.lines().map(str::trim).find(digits).expect("a code").to_owned();
    assert!(!mail.subject.contains(&code), "a lock screen shows the subject");
    (page, code)
}

async fn enter(browser: &Browser, page: &Page, code: &str) -> Page {
    browser.send(&page.form("enter-code").set("code", code)).await
}

#[tokio::test]
async fn a_code_lets_whoever_reads_the_clients_mail_revoke_for_an_hour() {
    let (app, _, path) = given().await;
    let phone = app.browser();
    let seen = phone.get(&path).await;
    assert!(!seen.has("data-testid=\"revoke-") && seen.has("code-to-revoke"));
    let (page, code) = ask(&app, &phone, &path).await;
    assert!(page.has("A code was sent to <bdi>o…@harbourbakery.example</bdi>"), "{}", page.html);
    let page = enter(&phone, &page, &format!(" {} {} ", &code[..3], &code[3..])).await;
    assert_eq!(page.path, path);
    // Nobody else, and not for longer.
    let mut revoke = page.form(&format!("revoke-{PAGE}"));
    assert_eq!(app.browser().send(&revoke).await.status, 403);
    app.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(phone.send(&revoke).await.status, 403, "the hour is over");
    assert!(phone.get(&path).await.has("code-to-revoke"));
    let (page, code) = ask(&app, &phone, &path).await;
    let page = enter(&phone, &page, &code).await;
    revoke.fields = page.form(&format!("revoke-{PAGE}")).fields;
    assert_eq!(phone.send(&revoke).await.status, 200);
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "revoked");
    assert_eq!((audits(&app, "access.code_asked"), audits(&app, "access.code_used")), (2, 2));
    app.check().await;
}

#[tokio::test]
async fn after_thirty_days_the_page_opens_with_a_code_only() {
    let (app, _, path) = given().await;
    app.clock.advance(SignedDuration::from_hours(24 * 30));
    let olivia = app.browser();
    let gate = olivia.get(&path).await;
    assert_eq!(gate.path, format!("{path}/code"));
    assert!(!gate.has(PAGE), "nothing of the page is shown");
    let (page, code) = ask(&app, &olivia, &path).await;
    let page = enter(&olivia, &page, &code).await;
    assert!(page.path == path && page.has(&format!("revoke-{PAGE}")), "{}", page.html);
    assert_eq!(app.browser().get(&path).await.path, format!("{path}/code"), "this browser only");
    app.check().await;
}

#[tokio::test]
async fn a_code_works_until_its_last_millisecond_once_and_only_the_newest() {
    let (app, _, path) = given().await;
    let browser = app.browser();
    let (page, first) = ask(&app, &browser, &path).await;
    let (_, second) = ask(&app, &browser, &path).await;
    assert_eq!(enter(&browser, &page, &first).await.status, 422, "a newer one was sent");
    app.clock.advance(MINUTES_10 - MS);
    assert_eq!(enter(&browser, &page, &second).await.path, path);
    let other = app.browser();
    assert_eq!(enter(&other, &page, &second).await.status, 422, "it was used");
    let (_, third) = ask(&app, &browser, &path).await;
    app.clock.advance(MINUTES_10);
    assert_eq!(enter(&other, &page, &third).await.status, 422, "its time is over");
    let (_, fourth) = ask(&app, &browser, &path).await;
    app.clock.advance(MINUTES_10 + MS);
    assert_eq!(enter(&other, &page, &fourth).await.status, 422, "at expiry and a millisecond");
}

#[tokio::test]
async fn a_code_is_bound_to_its_page_and_to_the_address_that_it_went_to() {
    let (app, sent, path) = given().await;
    let other = app.send(json!([{"type": "page", "level": "view"}])).await;
    let other = access_page(&app, &other).await;
    let browser = app.browser();
    let (page, code) = ask(&app, &browser, &path).await;
    let elsewhere = browser.get(&format!("{other}/code?sent=1")).await;
    assert_eq!(enter(&browser, &elsewhere, &code).await.status, 422, "another client's page");
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    let client = format!("/clients/{}", request["client"]["id"].as_str().expect("an id"));
    let moved = json!({"email": "new@harbourbakery.example"});
    assert_eq!(app.api(&app.agency, "PATCH", &client, Some(moved)).await.0, 200);
    assert_eq!(enter(&browser, &page, &code).await.status, 422, "the address changed meanwhile");
    let (page, code) = ask(&app, &browser, &path).await;
    assert_eq!(caught(&app).pop().expect("one").message.to.to_string(), "new@harbourbakery.example");
    assert_eq!(enter(&browser, &page, &code).await.path, path);
    let back = json!({"email": "olivia@harbourbakery.example"});
    assert_eq!(app.api(&app.agency, "PATCH", &client, Some(back)).await.0, 200);
    assert!(!browser.get(&path).await.has("data-testid=\"revoke-"), "what that address opened is shut");
}

/// Wrong ones from as many browsers as somebody likes, at two nodes in turn, then the right one.
async fn guess(app: &TestApp, path: &str) -> u16 {
    let (page, code) = ask(app, &app.browser(), path).await;
    let second = app.second_node().await;
    let elsewhere = app.browser().get(&format!("{second}{path}/code?sent=1")).await;
    for n in 0..20 {
        let wrong = format!("{:06}", (code.parse::<u32>().expect("digits") + 1 + n) % 1_000_000);
        let page = if n % 2 == 0 { &page } else { &elsewhere };
        let status = enter(&app.browser(), page, &wrong).await.status;
        assert!(matches!(status, 422 | 429), "{status}");
    }
    enter(&app.browser(), &page, &code).await.status
}

/// T41. A million codes, five tries in a quarter of an hour, ten codes a day.
#[tokio::test]
async fn t41_whoever_guesses_at_the_code_has_five_tries_over_two_nodes_and_the_agency_is_told() {
    let (app, _, path) = given().await;
    assert_eq!(guess(&app, &path).await, 429, "not even the right one");
    assert_eq!(audits(&app, "access.tries_used"), 1);
    assert_eq!(app.words().await[PAGE], "active");
    app.clock.advance(SignedDuration::from_mins(15));
    let (page, code) = ask(&app, &app.browser(), &path).await;
    assert_eq!(enter(&app.browser(), &page, &code).await.path, path);
}

#[tokio::test]
async fn t41_without_that_limit_guessing_goes_on() {
    let (app, _, path) = given().await;
    let _weak = weaken::without("code_tries");
    assert_eq!(guess(&app, &path).await, 200, "the right one is found in the end");
}

#[tokio::test]
async fn ten_codes_a_day_are_sent_for_one_page_and_nothing_at_rest_is_a_code() {
    let (app, _, path) = given().await;
    let browser = app.browser();
    let mut codes = Vec::new();
    for _ in 0..10 {
        codes.push(ask(&app, &browser, &path).await.1);
    }
    let page = browser.get(&format!("{path}/code")).await;
    assert_eq!(browser.press(&page, "send-code").await.status, 400);
    let all = rows::all(&app);
    for (table, code) in
        ["mail", "access_code", "audit"].iter().flat_map(|t| codes.iter().map(move |c| (t, c)))
    {
        assert!(!all[*table].iter().any(|row| row.contains(&format!("\"{code}\""))), "{table} holds a code");
    }
    let sealed = rows::query(&rows::open(&app), "SELECT COUNT(*) FROM mail WHERE sealed IS NOT NULL");
    assert_eq!(format!("{sealed:?}"), "[[Integer(0)]]", "what was sent is not kept");
    app.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(browser.press(&page, "send-code").await.status, 200);
}
