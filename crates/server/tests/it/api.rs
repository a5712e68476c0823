//! The JSON API from outside.

mod description;
mod grants;
mod idempotency;
mod limits;
mod lists;
mod requests;
mod t22_secrets;

use serde_json::{Value, json};

use crate::app::{HARBOUR, NORTHWIND, PAGE, TestApp};
use crate::threats::rows;

fn request() -> Value {
    json!({
        "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
        "items": [{"platform": "meta", "assets": [{"type": "page", "level": "manage"}]}],
    })
}

/// The valid request with one value put somewhere else.
fn with(at: &str, key: &str, value: Value) -> Value {
    let mut body = request();
    body.pointer_mut(at).and_then(Value::as_object_mut).expect("an object").insert(key.to_owned(), value);
    body
}

async fn post(app: &TestApp, body: Value) -> (u16, Value) {
    app.api(&app.agency, "POST", "/requests", Some(body)).await
}

#[tokio::test]
async fn every_refusal_is_a_problem_with_a_stable_type() {
    let app = TestApp::start().await;
    let key = format!("Bearer {}", app.agency.api_key.expose());
    let (auth, none) = (("authorization", &*key), ("authorization", "Basic eDp5"));
    let cases = [
        ("GET", "/api/v1/requests", none, "", 401, "/problems/unauthorized"),
        ("GET", "/api/v1/requests/req_0", auth, "", 404, "/problems/not-found"),
        ("GET", "/api/v1/nowhere", auth, "", 404, "/problems/not-found"),
        ("DELETE", "/api/v1/requests", auth, "", 405, "/problems/method"),
        ("POST", "/api/v1/requests", auth, "{", 422, "/problems/unreadable"),
        ("POST", "/api/v1/requests", auth, "[]", 422, "/problems/unreadable"),
        ("POST", "/api/v1/requests", auth, "null", 422, "/problems/unreadable"),
        ("POST", "/api/v1/requests", auth, "\"x\"", 422, "/problems/unreadable"),
        ("POST", "/api/v1/requests", auth, "{\"items\":[],\"items\":[]}", 422, "/problems/unreadable"),
        ("POST", "/api/v1/grantees", auth, "", 422, "/problems/unreadable"),
        ("GET", "/api/v1/grants?state=active&state=active", auth, "", 422, "/problems/unreadable"),
        ("GET", "/api/v1/grants?agency_id=x", auth, "", 422, "/problems/unreadable"),
        ("GET", "/api/v1/requests?cursor=x", auth, "", 422, "/problems/invalid"),
    ];
    for (method, path, with, body, status, kind) in cases {
        let page = app.browser().raw(method, path, &[with], body).await;
        assert_eq!(page.status, status, "{method} {path} {body}: {}", page.html);
        assert_eq!(page.headers["content-type"], "application/problem+json", "{method} {path}");
        let problem: Value = serde_json::from_str(&page.html).expect("JSON");
        assert_eq!((&problem["type"], &problem["status"]), (&json!(kind), &json!(status)), "{method} {path}");
        assert!(problem["detail"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
    }
    app.check().await;
}

/// Whatever the address under the API, a program gets a problem and never a page.
#[tokio::test]
async fn an_unknown_path_is_a_problem_and_never_a_page() {
    let app = TestApp::start().await;
    let paths = ["", "/", "/nowhere", "/nowhere/", "/requests/", "/requests/a/b/c", "//", "/%ff", "/../v1/x"];
    for path in paths {
        for method in ["GET", "POST", "DELETE"] {
            let answer = app.browser().raw(method, &format!("/api/v1{path}"), &[], "").await;
            let header =
                |name: &str| answer.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
            assert_eq!(answer.status, 404, "{method} {path:?}");
            assert_eq!(header("content-type"), "application/problem+json", "{method} {path:?}");
            let problem: Value = serde_json::from_str(&answer.html).expect("JSON");
            assert_eq!(problem["type"], "/problems/not-found", "{method} {path:?}");
            assert!(header("content-security-policy").starts_with("default-src 'none'"), "{method} {path:?}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{method} {path:?}");
        }
    }
    app.check().await;
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused_by_the_name_of_its_field() {
    let app = TestApp::start().await;
    let long = "x".repeat(201);
    let cases = [
        ("", "items", json!([]), "items"),
        ("", "client_id", json!("cli_0"), "client"),
        ("", "message", json!("x".repeat(2_001)), "message"),
        ("", "access_expires_at", json!("2026-11-22T12:00:00Z"), "access_expires_at"),
        ("/client", "name", json!(" "), "client.name"),
        ("/client", "name", json!(long), "client.name"),
        ("/client", "name", json!("a\nb"), "client.name"),
        ("/client", "email", json!("olivia"), "client.email"),
        ("/client", "email", json!("a@b.example\r\nBcc: x@y.example"), "client.email"),
        ("/items/0", "platform", json!("myspace"), "platform"),
        ("/items/0", "assets", json!([]), "assets"),
        ("/items/0/assets/0", "type", json!("moon"), "type"),
        ("/items/0/assets/0", "external_id", json!("../me"), "external_id"),
        ("/items/0/assets/0", "native_roles", json!([]), "native_roles"),
        ("/items/0/assets/0", "native_roles", json!(["MANAGE"]), "native_roles"),
        ("/items/0/assets/0", "native_roles", json!(["ANALYZE", "OWNER"]), "native_roles"),
    ];
    let before = rows::all(&app);
    for (at, key, value, field) in cases {
        let (status, problem) = post(&app, with(at, key, value.clone())).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{at}/{key} {value}: {problem}");
    }
    for (at, key, value) in [
        ("/items/0/assets/0", "level", json!("owner")),
        ("/items/0/assets/0", "native_roles", json!("ANALYZE")),
        ("", "link_expires_in_days", json!("7")),
        ("", "link_expires_in_days", json!(1.5)),
        ("", "access_expires_at", json!("tomorrow")),
        ("", "dry_run", json!("yes")),
    ] {
        let (status, problem) = post(&app, with(at, key, value.clone())).await;
        assert_eq!(
            (status, problem["type"].as_str()),
            (422, Some("/problems/unreadable")),
            "{at}/{key} {value}"
        );
    }
    assert_eq!(rows::all(&app), before);
    let fewer = post(&app, with("/items/0/assets/0", "native_roles", json!(["ANALYZE"]))).await;
    assert_eq!(fewer.0, 201, "fewer roles than the level's: {}", fewer.1);
    app.check().await;
}

#[tokio::test]
async fn a_link_lives_from_one_day_to_a_year() {
    let app = TestApp::start().await;
    for days in [0, -1, 366, i64::MAX, i64::MIN] {
        let (status, problem) = post(&app, with("", "link_expires_in_days", json!(days))).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some("link_expires_in_days")), "{days}");
    }
    for (days, until) in [(1, "2026-11-23T12:00:00Z"), (365, "2027-11-22T12:00:00Z")] {
        let (status, sent) = post(&app, with("", "link_expires_in_days", json!(days))).await;
        assert_eq!((status, sent["link_expires_at"].as_str()), (201, Some(until)));
    }
    assert_eq!(
        post(&app, request()).await.1["link_expires_at"],
        "2026-12-06T12:00:00Z",
        "14 days unless said"
    );
    app.check().await;
}

#[tokio::test]
async fn a_dry_run_checks_everything_and_writes_nothing() {
    let app = TestApp::start().await;
    let before = rows::all(&app);
    let (status, answer) = post(&app, with("", "dry_run", json!(true))).await;
    assert_eq!((status, &answer["dry_run"], &answer["valid"]), (200, &json!(true), &json!(true)));
    assert_eq!(answer["items"][0]["grantee"]["external_id"], NORTHWIND, "and says what would be sent");
    let mut wrong = with("", "dry_run", json!(true));
    wrong["items"][0]["platform"] = json!("myspace");
    assert_eq!(post(&app, wrong).await.0, 422);
    assert_eq!(rows::all(&app), before);
    app.check().await;
}

#[tokio::test]
async fn a_dry_run_is_never_taken_for_the_real_thing() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let grant = app.grant_id(PAGE).await;
    let (before, calls) = (rows::all(&app), app.seen("").await);
    let dry = || Some(json!({"dry_run": true}));
    assert_eq!(app.api(&app.agency, "POST", &format!("/grants/{grant}/revoke"), dry()).await.0, 200);
    // These have none, and say so instead of doing it.
    for path in [
        format!("/grants/{grant}/verify"),
        format!("/grants/{grant}/retry"),
        format!("/requests/{}/cancel", sent.id),
    ] {
        assert_eq!(app.api(&app.agency, "POST", &path, dry()).await.0, 422, "{path}");
    }
    app.drain().await;
    assert_eq!((rows::all(&app), app.seen("").await), (before, calls));
    app.check().await;
}

#[tokio::test]
async fn lists_come_in_pages_within_limits() {
    let app = TestApp::start().await;
    let mut sent = Vec::new();
    for _ in 0..5 {
        sent.insert(0, post(&app, request()).await.1["id"].clone());
        app.clock.advance(jiff::SignedDuration::from_secs(1));
    }
    for limit in ["0", "-1", "201", "9223372036854775807", "x", "1.5", ""] {
        assert_eq!(
            app.api(&app.agency, "GET", &format!("/requests?limit={limit}"), None).await.0,
            422,
            "{limit}"
        );
    }
    for cursor in ["", ".", "x.y", "1", "1e3.req_0", "99999999999999999999.req_0"] {
        let path = format!("/requests?cursor={cursor}");
        assert_eq!(app.api(&app.agency, "GET", &path, None).await.0, 422, "{cursor}");
    }
    let (mut found, mut path) = (Vec::new(), "/requests?limit=2".to_owned());
    loop {
        let (status, page) = app.api(&app.agency, "GET", &path, None).await;
        assert_eq!(status, 200);
        found.extend(page["data"].as_array().expect("a list").iter().map(|r| r["id"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("/requests?limit=2&cursor={next}");
    }
    assert_eq!(found, sent);
    app.check().await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let app = TestApp::start().await;
    let before = rows::all(&app);
    let (status, _) = post(&app, with("", "message", json!("x".repeat(300 * 1024)))).await;
    assert!(matches!(status, 413 | 422), "{status}");
    assert_eq!(rows::all(&app), before);
    app.check().await;
}

#[tokio::test]
async fn a_typed_grantee_is_checked_and_stays_unproven() {
    let app = TestApp::start().await;
    let body = |key: &str, value: &str| {
        let mut body =
            json!({"platform": "meta", "kind": "portfolio", "external_id": HARBOUR, "label": "Bakery"});
        body[key] = json!(value);
        Some(body)
    };
    let cases = [
        ("platform", "x"),
        ("kind", "person"),
        ("external_id", "act_1"),
        ("external_id", ""),
        ("label", " "),
    ];
    for (key, value) in cases {
        let (status, problem) = app.api(&app.agency, "POST", "/grantees", body(key, value)).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(key)), "{value}: {problem}");
    }
    let (status, grantee) = app.api(&app.agency, "POST", "/grantees", body("label", "Bakery")).await;
    assert_eq!((status, &grantee["proven"]), (201, &json!(false)));
    let path = format!("/grantees/{}", grantee["id"].as_str().expect("an id"));
    assert_eq!(app.api(&app.agency, "GET", &path, None).await, (200, grantee));
    assert_eq!(app.api(&app.other_agency, "GET", &path, None).await.0, 404);
    let (_, all) = app.api(&app.agency, "GET", "/grantees", None).await;
    let proven = all["data"].as_array().expect("a list").iter().find(|g| g["external_id"] == NORTHWIND);
    assert_eq!(proven.expect("listed")["proven"], true);
    app.check().await;
}
