//! T16: an agency reads or changes another agency's rows.

use serde_json::json;
use valetkey::defence::weaken;

use crate::app::{PAGE, TestApp};
use crate::browser::{Browser, Page};
use crate::threats::routes::{API, Ids, PAGES};
use crate::threats::rows;

/// The first agency has a request with one grant; the second one knows all its ids.
async fn two_agencies() -> (TestApp, Ids) {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let ids = Ids::of(&app, &sent).await;
    (app, ids)
}

/// Every parameter names an agency's row, but those of links and those that are the same for everybody.
fn names_a_row(template: &str) -> bool {
    // Pages of a client's own link: `client::access` tries them.
    if template.starts_with("/a/") {
        return false;
    }
    let all_alike = ["{token}", "{item}", "{platform}", "{sign_in}", "{name}"];
    all_alike.iter().fold(template.to_owned(), |rest, p| rest.replace(p, "")).contains('{')
}

async fn call(app: &TestApp, key: &str, method: &str, path: &str) -> (u16, String) {
    let bearer = format!("Bearer {key}");
    let page = app.browser().raw(method, path, &[("authorization", &bearer)], "").await;
    (page.status, page.html)
}

/// The same on a member's pages, with a form token that this member was given.
async fn visit(member: &Browser, method: &str, path: &str, csrf: &str) -> Page {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = if method == "GET" { String::new() } else { format!("csrf={csrf}") };
    member.raw(method, path, &form, &body).await
}

async fn csrf(member: &Browser) -> String {
    let form = member.get("/grantees").await.form("grantees-connect-meta");
    form.fields.into_iter().find(|(name, _)| name == "csrf").expect("a token").1
}

#[tokio::test]
async fn every_api_route_with_an_id_answers_another_agency_as_if_it_were_unknown() {
    let (app, ids) = two_agencies().await;
    let (own, other) = (app.agency.api_key.expose(), app.other_agency.api_key.expose());
    let (before, calls) = (rows::all(&app), app.seen("").await);
    let with_ids: Vec<_> = API.iter().filter(|(_, template)| names_a_row(template)).collect();
    assert!(with_ids.len() >= 7);
    for (method, template) in &with_ids {
        let (path, unknown) = (ids.fill(template), ids.unknown().fill(template));
        let foreign = call(&app, other, method, &path).await;
        assert_eq!(foreign.0, 404, "{method} {template}");
        assert_eq!(foreign, call(&app, other, method, &unknown).await, "{method} {template}");
        assert_eq!(foreign, call(&app, own, method, &unknown).await, "{method} {template}");
        for key in ["", "vk_", &own[..own.len() - 1], &own.to_uppercase()] {
            assert_eq!(call(&app, key, method, &path).await.0, 401, "{method} {template} with {key:?}");
        }
        assert_eq!(app.browser().raw(method, &path, &[], "").await.status, 401, "{method} {template}");
    }
    assert_eq!(rows::all(&app), before);
    app.drain().await;
    assert_eq!(app.seen("").await, calls, "no platform was called");
    for (method, template) in &with_ids {
        let (status, body) = call(&app, own, method, &ids.fill(template)).await;
        assert!(![401, 404].contains(&status), "{method} {template}: {status} {body}");
    }
    app.check().await;
}

#[tokio::test]
async fn every_page_with_an_id_answers_another_agency_as_if_it_were_unknown() {
    let (app, ids) = two_agencies().await;
    let (own, other) = (app.member(&app.agency).await, app.member(&app.other_agency).await);
    let (own_csrf, other_csrf) = (csrf(&own).await, csrf(&other).await);
    let before = rows::all(&app);
    let with_ids: Vec<_> = PAGES.iter().filter(|(_, template)| names_a_row(template)).collect();
    assert!(with_ids.len() >= 6);
    for (method, template) in &with_ids {
        let (path, unknown) = (ids.fill(template), ids.unknown().fill(template));
        let foreign = visit(&other, method, &path, &other_csrf).await;
        let nothing = visit(&other, method, &unknown, &other_csrf).await;
        assert_eq!((foreign.status, nothing.status), (404, 404), "{method} {template}");
        assert_eq!(foreign.html, nothing.html, "{method} {template}");
        let stranger = visit(&app.browser(), method, &path, &own_csrf).await;
        assert_eq!(stranger.status, 401, "{method} {template}");
        assert!(!stranger.has("Harbour"), "{method} {template}");
    }
    assert_eq!(rows::all(&app), before);
    for (method, template) in &with_ids {
        let page = visit(&own, method, &ids.fill(template), &own_csrf).await;
        assert!(![401, 404].contains(&page.status), "{method} {template}: {}", page.status);
    }
    app.check().await;
}

#[tokio::test]
async fn the_attack_works_when_the_agency_comes_from_the_address() {
    let (app, ids) = two_agencies().await;
    let _weakened = weaken::without("agency_scope");
    let other = app.other_agency.api_key.expose();
    for template in ["/api/v1/grants/{grant}", "/api/v1/requests/{request}", "/api/v1/grantees/{grantee}"] {
        assert_eq!(call(&app, other, "GET", &ids.fill(template)).await.0, 200, "{template}");
    }
    let member = app.member(&app.other_agency).await;
    assert!(member.get(&ids.fill("/requests/{request}")).await.has("Harbour Bakery"));
    assert_eq!(call(&app, other, "POST", &ids.fill("/api/v1/grants/{grant}/revoke")).await.0, 200);
    app.drain().await;
    assert!(app.ledger().last().is_some_and(|line| line.starts_with("revoke ")), "the test would not notice");
}

#[tokio::test]
async fn lists_filters_and_cursors_show_the_own_agency_only() {
    let (app, ids) = two_agencies().await;
    let (_, grant) = app.api(&app.agency, "GET", &format!("/grants/{}", ids.grant), None).await;
    let client = grant["client_id"].as_str().expect("an id");
    let lists = [
        "/grants".to_owned(),
        format!("/grants?request_id={}", ids.request),
        format!("/grants?client_id={client}"),
        format!("/grants?cursor=9223372036854775807.{}", ids.grant),
        "/requests".to_owned(),
        format!("/requests?cursor=9223372036854775807.{}", ids.request),
    ];
    for list in lists {
        let (status, found) = app.api(&app.other_agency, "GET", &list, None).await;
        assert_eq!((status, &found["data"]), (200, &json!([])), "{list}");
    }
    let (_, grantees) = app.api(&app.other_agency, "GET", "/grantees", None).await;
    assert!(grantees["data"].as_array().expect("a list").iter().all(|g| g["id"] != *ids.grantee));
    let body = json!({
        "client_id": client,
        "items": [{"platform": "meta", "assets": [{"type": "page", "level": "view"}]}],
    });
    let (status, problem) = app.api(&app.other_agency, "POST", "/requests", Some(body)).await;
    assert_eq!((status, problem["field"].as_str()), (422, Some("client_id")));
    app.check().await;
}

#[tokio::test]
async fn a_card_of_another_link_answers_as_if_it_were_unknown() {
    let (app, ids) = two_agencies().await;
    let sent = app.send_request().await;
    let (client, own) =
        (app.browser(), Ids { token: sent.path.trim_start_matches("/r/").into(), ..ids.clone() });
    let link = client.get(&sent.path).await.form("connect-meta");
    let csrf = &link.fields.iter().find(|(name, _)| name == "csrf").expect("a token").1;
    let unknown = Ids { token: own.token.clone(), ..ids.unknown() };
    let before = rows::all(&app);
    for (method, template) in PAGES.iter().filter(|(_, template)| template.starts_with("/r/{token}/{item}")) {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let body = match *template {
            "/r/{token}/{item}/approve" => format!("csrf={csrf}&terms=00"),
            _ => format!("csrf={csrf}"),
        };
        let body = if *method == "GET" { String::new() } else { body };
        let client = crate::threats::steps::Steps::new(&app);
        client.set_cookie("valetkey_browser", &"A".repeat(43));
        let foreign = client.raw(method, &own.fill(template), &form, &body).await;
        let nothing = client.raw(method, &unknown.fill(template), &form, &body).await;
        assert_eq!((foreign.status, nothing.status), (404, 404), "{method} {template}");
        assert_eq!(foreign.html, nothing.html, "{method} {template}");
    }
    assert_eq!(rows::all(&app), before);
    app.check().await;
}
