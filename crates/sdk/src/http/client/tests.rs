//! The client keeps within what it was told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{call, manifest};

const MANIFEST: &str = r#"
id = "example"
name = "Example"
category = "ads"
hosts = ["api.example.com"]
[[sources]]
what = "made for this test"
url = "https://example.com/docs"
read = "2026-11-22"
[[usage]]
header = "x-usage"
of = "app"
percent = ["used"]
pause_s = 600
"#;

/// A short first pause.
const FIRST: Duration = Duration::from_millis(4);

/// Answers each call with the next of these headers; the count of calls comes along.
async fn platform(headers: &'static [&'static str]) -> (PlatformClient, Clock, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let answer = move || {
        let call = counted.fetch_add(1, Ordering::SeqCst);
        async move { ([("x-usage", headers[call.min(headers.len() - 1)])], "{}") }
    };
    let client = serve(axum::Router::new().fallback(answer)).await;
    let clock = Clock::mock(Timestamp::UNIX_EPOCH);
    (client.with_budget(Budget::default(), clock.clone()), clock, calls)
}

/// A client whose platform is this router.
async fn serve(router: axum::Router) -> PlatformClient {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let egress = Egress { all: Some(url.parse().expect("an address")), ..Egress::default() };
    let manifest = manifest::parse(MANIFEST).expect("valid");
    let transport = PlatformClient::transport().expect("a transport");
    PlatformClient::new(&transport, &egress, &manifest)
}

async fn call(client: &PlatformClient) -> Result<()> {
    let request = Request::get(call!("a read"), "api.example.com", "/");
    client.send(&request, "cn_1", (None, &Secret::new("token"))).await.map(drop)
}

#[tokio::test]
async fn nothing_goes_out_between_the_stop_and_its_end() {
    let (client, clock, calls) = platform(&[r#"{"used": 94}"#, r#"{"used": 95}"#, r#"{"used": 3}"#]).await;
    call(&client).await.expect("an answer");
    call(&client).await.expect("an answer");
    let until = clock.now() + SignedDuration::from_secs(600);
    for after_s in [0, 300, 299] {
        clock.advance(SignedDuration::from_secs(after_s));
        assert_eq!(call(&client).await.expect_err("held back").kind, ErrorKind::RateLimited { until });
    }
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    clock.advance(SignedDuration::from_secs(1));
    call(&client).await.expect("an answer");
    call(&client).await.expect("an answer");
    assert_eq!(calls.load(Ordering::SeqCst), 4);
}

#[tokio::test]
async fn garbage_changes_nothing() {
    let garbage = &["<html>", r#"{"used": "99"}"#, "{", r#"{"used": -99}"#, "", r#"{"used": 1e99}"#];
    let (client, _, calls) = platform(garbage).await;
    for _ in 0..20 {
        call(&client).await.expect("an answer");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 20);
}

/// Answers every call with "down for a moment", and counts them.
async fn down() -> (PlatformClient, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let answer = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        async { http::StatusCode::SERVICE_UNAVAILABLE }
    };
    (serve(axum::Router::new().fallback(answer)).await, calls)
}

/// Pauses grow, so that a platform in trouble is not asked all at once. A write is never tried again: whether
/// the first one took effect is not known.
#[tokio::test]
async fn a_read_is_tried_three_times_with_growing_pauses_and_a_write_once() {
    let (client, calls) = down().await;
    assert_eq!(client.pause, Duration::from_millis(100));
    let client = client.with_pause(FIRST);
    let send = async |request: Request| {
        let (began, before) = (tokio::time::Instant::now(), calls.load(Ordering::SeqCst));
        let reply = client.send(&request, "cn_1", (None, &Secret::new("token"))).await.expect("an answer");
        assert_eq!(reply.status, 503);
        (calls.load(Ordering::SeqCst) - before, began.elapsed())
    };
    let (tries, took) = send(Request::get(call!("a read"), "api.example.com", "/")).await;
    assert_eq!(tries, 3);
    assert!(took >= FIRST * 5, "{took:?}");
    assert_eq!(send(Request::post(call!("a write"), "api.example.com", "/")).await.0, 1);
    assert_eq!(send(Request::delete(call!("a write"), "api.example.com", "/")).await.0, 1);
}
