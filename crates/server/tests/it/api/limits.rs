//! T31, T32: how often one may call, and how much one may send.

use serde_json::{Value, json};
use valetkey::limits::Allowance;

use super::request;
use crate::app::TestApp;
use crate::browser::Page;

async fn get(app: &TestApp, key: &str, more: &[(&'static str, &str)]) -> Page {
    let bearer = format!("Bearer {key}");
    let mut headers = vec![("authorization", &*bearer)];
    headers.extend(more);
    app.browser().raw("GET", "/api/v1/platforms", &headers, "").await
}

fn must_wait(page: &Page) {
    assert_eq!(page.status, 429, "{}", page.html);
    assert_eq!(page.headers["content-type"], "application/problem+json");
    let problem: Value = serde_json::from_str(&page.html).expect("JSON");
    assert_eq!(problem["type"], "/problems/too-many-calls");
    assert!(page.headers["retry-after"].to_str().expect("text").parse::<u32>().expect("seconds") >= 1);
}

#[tokio::test]
async fn guessing_keys_from_one_address_ends_whatever_the_headers_say() {
    let app = TestApp::start().await;
    let loopback: std::net::IpAddr = "127.0.0.1".parse().expect("an address");
    for _ in 0..995 {
        app.desk
            .limits
            .take(Allowance::Stranger(Some(loopback)), app.desk.now_ms())
            .expect("within the limit");
    }
    for n in 0..5 {
        assert_eq!(get(&app, &format!("vk_{n}"), &[]).await.status, 401, "{n}");
    }
    must_wait(&get(&app, "vk_x", &[]).await);
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "true-client-ip"] {
        must_wait(&get(&app, "vk_x", &[(header, "203.0.113.7")]).await);
    }
    let own = app.agency.api_key.expose();
    assert_eq!(get(&app, own, &[]).await.status, 200, "who has a key is not held up by guessers");
    app.clock.advance(jiff::SignedDuration::from_secs(1));
    assert_eq!(get(&app, "vk_x", &[]).await.status, 401, "time gives calls back");
    app.check().await;
}

#[tokio::test]
async fn one_key_cannot_take_everything_and_many_keys_of_an_agency_cannot_either() {
    let app = TestApp::start().await;
    let own = app.agency.api_key.expose();
    let (_, keys) = app.api(&app.agency, "GET", "/api-keys", None).await;
    let id = keys["data"][0]["id"].as_str().expect("an id");
    let key = Allowance::Key(valetkey::ids::ApiKeyId::from_text(id));
    while app.desk.limits.take(key.clone(), app.desk.now_ms()).is_ok() {}
    must_wait(&get(&app, own, &[]).await);
    assert_eq!(get(&app, app.other_agency.api_key.expose(), &[]).await.status, 200);
    app.clock.advance(jiff::SignedDuration::from_secs(60));
    assert_eq!(get(&app, own, &[]).await.status, 200);
    let (_, made) = app.api(&app.agency, "POST", "/api-keys", Some(json!({"label": "CRM"}))).await;
    let agency = Allowance::Agency(app.agency.scope.agency().clone());
    while app.desk.limits.take(agency.clone(), app.desk.now_ms()).is_ok() {}
    must_wait(&get(&app, made["key"].as_str().expect("a key"), &[]).await);
    app.clock.advance(jiff::SignedDuration::from_secs(60));
    app.check().await;
}

#[tokio::test]
async fn a_body_that_is_too_large_or_no_json_is_refused_as_such() {
    let app = TestApp::start().await;
    let bearer = format!("Bearer {}", app.agency.api_key.expose());
    let mut large = request();
    large["message"] = json!("x".repeat(300 * 1024));
    let json = ("content-type", "application/json");
    let cases = [
        (vec![json], large.to_string(), 413, "/problems/too-large"),
        (vec![json, ("idempotency-key", "k")], large.to_string(), 413, "/problems/too-large"),
        (vec![("content-type", "text/plain")], request().to_string(), 415, "/problems/media-type"),
        (
            vec![("content-type", "application/x-www-form-urlencoded")],
            "a=b".into(),
            415,
            "/problems/media-type",
        ),
        (vec![json], "[]".into(), 422, "/problems/unreadable"),
        (vec![json], "{\"client\":[\"a\",\"b@c.example\"],\"items\":[]}".into(), 422, "/problems/unreadable"),
    ];
    for (mut headers, body, status, kind) in cases {
        headers.push(("authorization", &*bearer));
        let page = app.browser().raw("POST", "/api/v1/requests", &headers, &body).await;
        assert_eq!(page.status, status, "{headers:?}");
        let problem: Value = serde_json::from_str(&page.html).expect("JSON");
        assert_eq!(problem["type"], kind, "{problem}");
    }
    app.check().await;
}
