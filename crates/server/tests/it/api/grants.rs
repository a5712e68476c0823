//! Grants from outside: what taking away would do, off-boarding, and access for longer.

use serde_json::{Value, json};

use crate::app::{ACCOUNT, NORTHWIND, PAGE, PAGE_2, TestApp};
use crate::threats::rows;

async fn post(app: &TestApp, path: &str, body: Value) -> (u16, Value) {
    app.api(&app.agency, "POST", path, Some(body)).await
}

/// The acts of a dry run as the simulator's ledger would write them.
fn lines(plan: &Value) -> Vec<String> {
    let line = |act: &Value| {
        let text = |at: &str| act.pointer(at).and_then(Value::as_str).expect("text").to_owned();
        format!("{} {} {}", text("/operation"), text("/asset/external_id"), text("/principal/external_id"))
    };
    let mut lines: Vec<_> = plan["acts"].as_array().expect("acts").iter().map(line).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn what_a_dry_run_of_revoking_says_is_what_the_ledger_then_has() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE, ACCOUNT]).await;
    app.drain().await;
    let path = format!("/grants/{}/revoke", app.grant_id(PAGE).await);
    let (before, calls) = (rows::all(&app), app.seen("").await);
    let (status, plan) = post(&app, &path, json!({"dry_run": true})).await;
    assert_eq!(status, 200);
    assert_eq!((rows::all(&app), app.seen("").await), (before, calls));
    let act = &plan["acts"][0];
    assert_eq!((&act["side"], &act["principal"]["kind"]), (&json!("client"), &json!("portfolio")));
    assert!(act["role"].as_str().expect("text").contains("ADVERTISE"), "{act}");
    assert_eq!((&plan["also"], &plan["blocked"]), (&json!([]), &Value::Null));
    let granted = app.ledger().len();
    post(&app, &path, json!({})).await;
    app.drain().await;
    assert_eq!(app.ledger()[granted..], lines(&plan));
    let (_, plan) = post(&app, &path, json!({"dry_run": true})).await;
    assert_eq!(plan["acts"], json!([]), "what is gone needs no call");
    app.check().await;
}

#[tokio::test]
async fn a_dry_run_says_when_somebody_has_to_sign_in_first() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    rows::change(&app, "UPDATE connection SET state = 'closed' WHERE side = 'client'", []);
    let path = format!("/grants/{}/revoke", app.grant_id(PAGE).await);
    let (_, plan) = post(&app, &path, json!({"dry_run": true})).await;
    assert_eq!((&plan["acts"], &plan["blocked"]), (&json!([]), &json!("sign-in-again")));
}

#[tokio::test]
async fn offboarding_takes_everything_away_and_closes_the_links() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE, PAGE_2, ACCOUNT]).await;
    app.drain().await;
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    let client = request["client"]["id"].clone();
    let open = app
        .send_body(json!({
            "client_id": client,
            "items": [{"platform": "meta", "assets": [{"type": "page", "level": "view"}]}],
        }))
        .await;
    let before = rows::all(&app);
    let (status, plan) = post(&app, "/offboardings", json!({"client_id": client, "dry_run": true})).await;
    assert_eq!((status, &plan["request_ids"]), (200, &json!([open.id])));
    assert_eq!((lines(&plan).len(), &plan["blocked"]), (3, &json!([])));
    assert_eq!(rows::all(&app), before);

    let granted = app.ledger().len();
    let (status, started) = post(&app, "/offboardings", json!({"client_id": client})).await;
    assert_eq!((status, started["grants"].as_array().map(Vec::len)), (201, Some(3)));
    assert_eq!(started["request_ids"], json!([open.id]));
    app.drain().await;
    let mut revoked = app.ledger()[granted..].to_vec();
    revoked.sort();
    assert_eq!(revoked, lines(&plan));
    assert!(revoked.contains(&format!("revoke {PAGE} {NORTHWIND}")));
    assert!(app.words().await.values().all(|word| word == "revoked"), "{:?}", app.words().await);
    assert_eq!(app.browser().get(&open.path).await.status, 404, "the link is closed");

    let (status, again) = post(&app, "/offboardings", json!({"client_id": client})).await;
    assert_eq!((status, &again["grants"]), (201, &json!([])), "nothing is left");
    let (status, problem) =
        app.api(&app.other_agency, "POST", "/offboardings", Some(json!({"client_id": client}))).await;
    assert_eq!((status, problem["field"].as_str()), (422, Some("client_id")));
    app.check().await;
}

#[tokio::test]
async fn access_goes_on_for_longer_only_when_the_client_approves_that() {
    let app = TestApp::start().await;
    let sent = app
        .send_body(json!({
            "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
            "items": [{"platform": "meta", "assets": [{"type": "page", "level": "manage"}]}],
            "access_expires_at": "2026-12-22T12:00:00Z",
        }))
        .await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let grant = app.grant_id(PAGE).await;
    let path = format!("/grants/{grant}/extend");
    let before = rows::all(&app);
    for wrong in [json!({}), json!({"access_expires_at": "2026-12-01T00:00:00Z"})] {
        let (status, problem) = post(&app, &path, wrong).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some("access_expires_at")), "{problem}");
    }
    let longer = json!({"access_expires_at": "2027-12-22T12:00:00Z"});
    let mut dry = longer.clone();
    dry["dry_run"] = json!(true);
    let (status, plan) = post(&app, &path, dry).await;
    assert_eq!((status, &plan["access_expires_at"]), (200, &longer["access_expires_at"]));
    assert_eq!(plan["items"][0]["assets"], json!([{"type": "page", "level": "manage", "external_id": PAGE}]));
    assert_eq!(rows::all(&app), before);

    let (status, renewal) = post(&app, &path, longer).await;
    assert_eq!(status, 201, "{renewal}");
    let ends =
        async || app.api(&app.agency, "GET", &format!("/grants/{grant}"), None).await.1["expires_at"].clone();
    assert_eq!(ends().await, "2026-12-22T12:00:00Z", "asking moves nothing");
    let path = renewal["url"].as_str().expect("a link").strip_prefix(&app.base).expect("ours").to_owned();
    let item = renewal["items"][0]["id"].as_str().expect("an id").to_owned();
    let link = crate::app::Sent { id: renewal["id"].as_str().expect("an id").into(), path, item };
    let acts = app.ledger().len();
    app.browser().give(&link, "olivia", &[PAGE]).await;
    app.drain().await;
    assert_eq!(ends().await, "2027-12-22T12:00:00Z");
    assert_eq!(app.words().await[PAGE], "active");
    assert_eq!(app.ledger().len(), acts, "nothing changes at the platform");

    let endless = app.send(json!([{"type": "page", "level": "manage"}])).await;
    app.browser().give(&endless, "olivia", &[PAGE_2]).await;
    app.drain().await;
    let path = format!("/grants/{}/extend", app.grant_id(PAGE_2).await);
    assert_eq!(post(&app, &path, json!({"access_expires_at": "2027-12-22T12:00:00Z"})).await.0, 409);
    app.check().await;
}

#[tokio::test]
async fn filters_of_grants_take_words_that_exist() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let count = async |query: &str| {
        let (status, list) = app.api(&app.agency, "GET", &format!("/grants?{query}"), None).await;
        (status, list["data"].as_array().map(Vec::len))
    };
    assert_eq!(count("state=active&platform=meta").await, (200, Some(1)));
    assert_eq!(count("state=revoked").await, (200, Some(0)));
    assert_eq!(count(&format!("request_id={}", sent.id)).await, (200, Some(1)));
    for wrong in ["state=fine", "platform=myspace", "request_id=", "client_id=a%0Ab"] {
        assert_eq!(count(wrong).await.0, 422, "{wrong}");
    }
    app.check().await;
}
