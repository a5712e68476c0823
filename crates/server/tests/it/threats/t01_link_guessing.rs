//! T01: links are guessed or tried one after the other.

use std::collections::BTreeSet;
use std::net::IpAddr;

use jiff::SignedDuration;
use valetkey::defence::weaken;
use valetkey::limits::{ALL_MISSES, MISSES};
use valetkey_sdk::random::Random;

use crate::app::{PAGE, TestApp};
use crate::threats::routes::{Ids, PAGES};

/// Of a million tokens no two share their first 128 bits, and every letter is as likely as the others.
#[test]
fn a_million_tokens_are_different_and_even() {
    const COUNT: usize = 1_000_000;
    let random = Random::system();
    let mut seen = Vec::with_capacity(COUNT);
    let mut letters = [0_u32; 128];
    for _ in 0..COUNT {
        let token = random.token();
        let text = token.expose().as_bytes();
        assert_eq!(text.len(), 43, "256 bits");
        let mut start = [0_u8; 22];
        start.copy_from_slice(&text[..22]);
        seen.push(start);
        // The last letter carries four bits only.
        for letter in &text[..42] {
            letters[usize::from(*letter)] += 1;
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), COUNT);
    let used: Vec<_> = letters.into_iter().filter(|n| *n > 0).collect();
    assert_eq!(used.len(), 64);
    let expected = f64::from(u32::try_from(COUNT * 42).expect("small")) / 64.0;
    let farthest = used.iter().map(|n| (f64::from(*n) - expected).abs() / expected.sqrt());
    let farthest = farthest.fold(0.0, f64::max);
    assert!(farthest < 6.0, "a letter is {farthest} standard deviations off");
}

#[tokio::test]
async fn unknown_cancelled_and_deleted_links_answer_with_the_same_bytes_on_every_page() {
    let app = TestApp::start().await;
    let done = app.send_request().await;
    app.browser().give(&done, "olivia", &[PAGE]).await;
    app.drain().await;
    let sent = app.send_request().await;
    let ids = Ids {
        token: sent.path.trim_start_matches("/r/").into(),
        item: sent.item.clone(),
        ..Ids::of(&app, &done).await
    };
    app.api(&app.agency, "POST", &format!("/requests/{}/cancel", sent.id), None).await;
    let erased = app.send_request().await;
    let path = format!("/requests/{}", erased.id);
    let client = app.api(&app.agency, "GET", &path, None).await.1["client"]["id"].clone();
    let path = format!("/clients/{}", client.as_str().expect("an id"));
    assert_eq!(app.api(&app.agency, "DELETE", &path, None).await.0, 204);
    let erased =
        Ids { token: erased.path.trim_start_matches("/r/").into(), item: erased.item.clone(), ..ids.clone() };
    let unknown = Ids { token: "A".repeat(43), ..ids.clone() };
    let mut tried = BTreeSet::new();
    for (method, template) in PAGES.iter().filter(|(_, path)| path.starts_with("/r/")) {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let body = match *template {
            _ if *method == "GET" => "",
            "/r/{token}/{item}/approve" => "csrf=x&terms=x",
            _ => "csrf=x",
        };
        let client = app.browser();
        let cancelled = client.raw(method, &ids.fill(template), &form, body).await;
        let nothing = client.raw(method, &unknown.fill(template), &form, body).await;
        let deleted = client.raw(method, &erased.fill(template), &form, body).await;
        assert_eq!((cancelled.status, nothing.status), (404, 404), "{method} {template}");
        assert_eq!(cancelled.html, nothing.html, "{method} {template}");
        assert_eq!((deleted.status, deleted.html), (404, nothing.html), "{method} {template}");
        assert!(!cancelled.has("Northwind") && !cancelled.has("Harbour"), "{method} {template}");
        tried.insert(*template);
    }
    assert!(tried.len() >= 12, "{tried:?}");
    app.check().await;
}

#[tokio::test]
async fn an_expired_link_says_so_and_names_nothing() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.clock.advance(SignedDuration::from_hours(24 * 14));
    let page = app.browser().get(&sent.path).await;
    assert_eq!(page.status, 410);
    assert!(page.has("expired") && !page.has("Northwind") && !page.has("Harbour"), "{}", page.html);
    app.check().await;
}

async fn status(app: &TestApp, path: &str) -> u16 {
    app.browser().get(path).await.status
}

/// As many as the limit says, then none: not even a link that exists.
async fn misses_until_it_trips(app: &TestApp, most: i64) -> i64 {
    let mut missed = 0;
    while missed < most && status(app, &format!("/r/{missed:043}")).await == 404 {
        missed += 1;
    }
    missed
}

#[tokio::test]
async fn misses_from_one_address_trip_at_the_limit_and_real_links_wait_too() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    assert_eq!(misses_until_it_trips(&app, MISSES + 10).await, MISSES);
    for path in [sent.path.as_str(), "/a/x", "/invitations/x", "/r/x/y/progress"] {
        let page = app.browser().get(path).await;
        assert_eq!(page.status, 429, "{path}");
        assert!(page.has("Too many links that do not work") && !page.has("Northwind"), "{}", page.html);
        assert!(page.headers["retry-after"].to_str().expect("text").parse::<u32>().expect("seconds") >= 1);
    }
    for header in ["x-forwarded-for", "forwarded", "x-real-ip"] {
        let page = app.browser().raw("GET", &sent.path, &[(header, "203.0.113.7")], "").await;
        assert_eq!(page.status, 429, "{header} is not believed");
    }
    assert_eq!(status(&app, "/sign-in").await, 200, "other pages are not held up");
    app.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(status(&app, &sent.path).await, 200, "time gives tries back");
    app.check().await;
}

#[tokio::test]
async fn without_the_budget_guessing_goes_on() {
    let app = TestApp::start().await;
    let _weakened = weaken::without("miss_budget");
    assert_eq!(misses_until_it_trips(&app, MISSES + 10).await, MISSES + 10, "the test would not notice");
}

#[tokio::test]
async fn when_all_addresses_miss_too_often_whoever_missed_waits() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (limits, now) = (&app.desk.limits, app.desk.now_ms());
    for n in 0..u32::try_from(ALL_MISSES - 1).expect("small") {
        limits.missed(Some(IpAddr::V4((0x0a00_0000 + n).into())), now);
    }
    assert_eq!(status(&app, &sent.path).await, 200);
    assert_eq!(status(&app, "/r/nothing").await, 404, "the last one of all");
    assert_eq!(status(&app, "/r/nothing").await, 429);
    assert_eq!(status(&app, &sent.path).await, 429, "this address has missed");
    assert!(limits.may_open(Some("192.0.2.1".parse().expect("an address")), now).is_ok(), "this one has not");
    app.check().await;
}

#[tokio::test]
async fn a_network_of_version_six_is_one_address() {
    let app = TestApp::start().await;
    let (limits, now) = (&app.desk.limits, app.desk.now_ms());
    let from = |text: String| Some(text.parse::<IpAddr>().expect("an address"));
    let sweep = (0..MISSES + 50).filter(|n| {
        let address = from(format!("2001:db8:7:7::{n:x}"));
        let may = limits.may_open(address, now).is_ok();
        limits.missed(address, now);
        may
    });
    assert_eq!(sweep.count(), usize::try_from(MISSES).expect("small"));
    assert!(limits.may_open(from("2001:db8:7:8::1".into()), now).is_ok(), "the next network");
}
