//! T01: links are guessed or tried one after the other.

use std::collections::BTreeSet;

use jiff::SignedDuration;
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
async fn unknown_and_cancelled_links_answer_with_the_same_bytes_on_every_page() {
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
        assert_eq!((cancelled.status, nothing.status), (404, 404), "{method} {template}");
        assert_eq!(cancelled.html, nothing.html, "{method} {template}");
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
