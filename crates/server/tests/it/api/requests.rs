//! Requests from outside: what would be sent, sent again, given more time, found.

use serde_json::{Value, json};
use valetkey_sdk::lang::Lang;

use super::{post, request, with};
use crate::app::TestApp;
use crate::threats::rows;

async fn change(app: &TestApp, id: &Value, what: &str, body: Value) -> (u16, Value) {
    let path = format!("/requests/{}/{what}", id.as_str().expect("an id"));
    app.api(&app.agency, "POST", &path, Some(body)).await
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_sent() {
    let app = TestApp::start().await;
    let mut body = with("", "dry_run", json!(true));
    body["message"] = json!("Hello");
    body["customer_reference"] = json!("A-17");
    body["access_expires_at"] = json!("2027-01-01T00:00:00Z");
    let before = rows::all(&app);
    let (status, plan) = post(&app, body).await;
    assert_eq!(status, 200);
    assert_eq!(
        plan["client"],
        json!({"id": null, "name": "Harbour Bakery", "email": "olivia@harbourbakery.example"})
    );
    assert_eq!(plan["items"][0]["assets"], json!([{"type": "page", "level": "manage"}]));
    assert_eq!(plan["items"][0]["grantee"]["proven"], true);
    assert_eq!(plan["link_expires_at"], "2026-12-06T12:00:00Z");
    assert_eq!(plan["access_expires_at"], "2027-01-01T00:00:00Z");
    assert_eq!((&plan["message"], &plan["customer_reference"]), (&json!("Hello"), &json!("A-17")));
    assert_eq!(rows::all(&app), before);
    app.check().await;
}

#[tokio::test]
async fn what_is_not_there_yet_is_refused_and_not_passed_over() {
    let app = TestApp::start().await;
    let before = rows::all(&app);
    for (field, value) in
        [("redirect_url_id", json!("rdr_1")), ("questions", json!([])), ("locale", json!("xx"))]
    {
        let (status, problem) = post(&app, with("", field, value)).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{problem}");
        assert!(problem["detail"].as_str().expect("text").contains("available"), "{problem}");
    }
    for (field, value) in [("customer_reference", json!("a\nb")), ("message", json!("a\u{0}b"))] {
        let (status, problem) = post(&app, with("", field, value)).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{problem}");
    }
    let late = with("", "access_expires_at", json!("2099-01-01T00:00:00Z"));
    assert_eq!(post(&app, late).await.1["field"], "access_expires_at");
    assert_eq!(rows::all(&app), before);
    let (status, sent) = post(&app, with("", "locale", json!("en"))).await;
    assert_eq!((status, &sent["locale"]), (201, &json!("en")));
    app.check().await;
}

#[test]
fn the_languages_that_can_be_asked_for_are_those_there_are() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/locales");
    let name = |e: std::io::Result<std::fs::DirEntry>| {
        e.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned()
    };
    let mut there: Vec<_> = std::fs::read_dir(folder).expect("a folder").map(name).collect();
    there.sort();
    let mut known = Lang::ALL.map(Lang::as_str);
    known.sort_unstable();
    assert_eq!(there, known);
}

#[tokio::test]
async fn sending_again_keeps_the_link_and_tells_it_again() {
    let app = TestApp::start().await;
    let (_, sent) = post(&app, request()).await;
    let told = |app: &TestApp| {
        rows::query(&rows::open(app), "SELECT * FROM event WHERE kind = 'request.sent'").len()
    };
    assert_eq!(told(&app), 1);
    let (status, again) = change(&app, &sent["id"], "resend", json!({})).await;
    assert_eq!((status, &again["url"], told(&app)), (200, &sent["url"], 2));
    app.clock.advance(jiff::SignedDuration::from_hours(24 * 15));
    let (status, problem) = change(&app, &sent["id"], "resend", json!({})).await;
    assert_eq!(status, 409, "{problem}");
    assert!(problem["detail"].as_str().expect("text").contains("extend it"));
    assert_eq!(change(&app, &sent["id"], "extend", json!({"link_expires_in_days": 1})).await.0, 200);
    assert_eq!(change(&app, &sent["id"], "resend", json!({})).await.0, 200);
    change(&app, &sent["id"], "cancel", json!({})).await;
    assert_eq!(change(&app, &sent["id"], "resend", json!({})).await.0, 409);
    assert_eq!(told(&app), 3);
    app.check().await;
}

#[tokio::test]
async fn an_open_request_gets_more_time_and_never_less() {
    let app = TestApp::start().await;
    let (_, sent) = post(&app, with("", "access_expires_at", json!("2027-01-01T00:00:00Z"))).await;
    let before = rows::all(&app);
    for (body, field) in [
        (json!({}), "link_expires_in_days"),
        (json!({"link_expires_in_days": 3}), "link_expires_in_days"),
        (json!({"link_expires_in_days": 366}), "link_expires_in_days"),
        (json!({"access_expires_at": "2026-12-31T00:00:00Z"}), "access_expires_at"),
        (json!({"access_expires_at": "2025-01-01T00:00:00Z"}), "access_expires_at"),
        (json!({"access_expires_at": "2090-01-01T00:00:00Z"}), "access_expires_at"),
    ] {
        let (status, problem) = change(&app, &sent["id"], "extend", body.clone()).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{body}: {problem}");
    }
    assert_eq!(rows::all(&app), before);
    let body = json!({"link_expires_in_days": 30, "access_expires_at": "2027-06-01T00:00:00Z"});
    let (status, longer) = change(&app, &sent["id"], "extend", body).await;
    assert_eq!((status, &longer["link_expires_at"]), (200, &json!("2026-12-22T12:00:00Z")));
    assert_eq!(longer["access_expires_at"], "2027-06-01T00:00:00Z");
    assert_eq!(longer["url"], sent["url"]);
    let (_, endless) = post(&app, request()).await;
    let body = json!({"access_expires_at": "2027-06-01T00:00:00Z"});
    assert_eq!(change(&app, &endless["id"], "extend", body).await.1["field"], "access_expires_at");
    change(&app, &sent["id"], "cancel", json!({})).await;
    assert_eq!(change(&app, &sent["id"], "extend", json!({"link_expires_in_days": 60})).await.0, 409);
    app.check().await;
}

#[tokio::test]
async fn requests_are_found_by_state_and_client() {
    let app = TestApp::start().await;
    let (_, first) = post(&app, request()).await;
    let (_, second) = post(&app, request()).await;
    change(&app, &second["id"], "cancel", json!({})).await;
    let found = async |query: &str| {
        let (status, list) = app.api(&app.agency, "GET", &format!("/requests?{query}"), None).await;
        assert_eq!(status, 200, "{query}: {list}");
        list["data"].as_array().expect("a list").iter().map(|r| r["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(found("state=sent").await, [first["id"].clone()]);
    assert_eq!(found("state=cancelled").await, [second["id"].clone()]);
    assert_eq!(found("state=complete").await, Vec::<Value>::new());
    let client = first["client"]["id"].as_str().expect("an id");
    assert_eq!(found(&format!("client_id={client}")).await, [first["id"].clone()]);
    assert_eq!(found(&format!("client_id={client}&state=cancelled")).await, Vec::<Value>::new());
    for wrong in ["state=lost", "client_id=%00", "agency_id=x"] {
        assert_eq!(app.api(&app.agency, "GET", &format!("/requests?{wrong}"), None).await.0, 422, "{wrong}");
    }
    app.check().await;
}

/// A second one that could receive the access is not chosen by chance; one that could not be used does not count.
#[tokio::test]
async fn who_receives_is_named_only_where_there_is_a_choice() {
    let app = TestApp::start().await;
    let post = async |path: &str, body| app.api(&app.agency, "POST", path, Some(body)).await;
    let typed = |platform: &str, kind: &str, id: &str, label: &str| json!({"platform": platform, "kind": kind, "external_id": id, "label": label});
    let client = json!({"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"});
    let ask = |items: Value| json!({"client": client, "items": [items], "dry_run": true});
    let page = json!({"platform": "meta", "assets": [{"type": "page", "level": "manage"}]});
    let portfolio = typed("meta", "portfolio", "1558203947716999", "Northwind Two");
    assert_eq!(post("/grantees", portfolio).await.0, 201);
    let (status, said) = post("/requests", ask(page)).await;
    assert_eq!(status, 200, "an unproven one cannot receive it, so there is no choice: {said}");

    let ads = json!({"platform": "x-ads", "assets": [{"type": "ad_account", "level": "manage"}]});
    let mut ids = Vec::new();
    for (handle, label) in [("@northwindads", "Northwind Ads"), ("@northwindbrand", "Northwind Brand")] {
        let (status, made) = post("/grantees", typed("x-ads", "handle", handle, label)).await;
        assert_eq!(status, 201, "{made}");
        ids.push(made["id"].as_str().expect("an id").to_owned());
    }
    let (status, problem) = post("/requests", ask(ads.clone())).await;
    let detail = problem["detail"].as_str().expect("a sentence");
    assert_eq!((status, problem["field"].as_str()), (422, Some("grantee_ids")));
    for part in [&ids[0], &ids[1], "Northwind Ads", "Northwind Brand", "name one of them"] {
        assert!(detail.contains(part), "{detail}");
    }
    let mut both = ads.clone();
    both["grantee_ids"] = json!(ids);
    let (status, problem) = post("/requests", ask(both)).await;
    assert!(status == 422 && problem["detail"].as_str().expect("text").contains("only one"), "{problem}");
    let mut one = ads;
    one["grantee_ids"] = json!([ids[1]]);
    assert_eq!(post("/requests", ask(one)).await.0, 200);
    app.check().await;
}
