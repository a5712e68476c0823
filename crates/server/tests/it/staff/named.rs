//! Who may be named, and what the client is told about it.

use serde_json::{Value, json};
use valetkey::defence::weaken;

use super::{ELENA, RAVI, REPORTING, ask, body, grant, ids, send};
use crate::app::{ACCOUNT, NORTHWIND, PAGE, TIDEWATER, TestApp};
use crate::threats::rows;

#[tokio::test]
async fn the_client_reads_who_gets_it_and_approves_that() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI, ELENA]).await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    let at = review.html.find("then gives it to its own people").expect("it is said");
    assert!(review.html[at..].contains("Elena Rossi") && review.html[at..].contains("Ravi Nair"));
    rows::change(&app, "UPDATE grantee SET label = 'Meta Support' WHERE external_id = ?1", [RAVI]);
    assert_eq!(olivia.press(&review, "approve").await.status, 409, "another name than the page showed");
    let review = olivia.get(&format!("{}/{}/review", sent.path, sent.item)).await;
    rows::change(&app, "UPDATE grantee SET external_id = 'x' || ?2 WHERE external_id = ?1", [ELENA, "1"]);
    assert_eq!(olivia.press(&review, "approve").await.status, 409, "somebody else than was named");
    app.drain().await;
    assert!(app.ledger().is_empty());
    assert_eq!(rows::count(&app, "access_grant"), 0);
}

#[tokio::test]
async fn somebody_else_is_assigned_without_the_frozen_grantee() {
    let app = TestApp::start().await;
    let _weakened = weaken::without("frozen_grantee");
    let sent = send(&app, &[ELENA]).await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    rows::change(&app, "DELETE FROM grantee WHERE external_id = ?1 AND kind <> ?2", [RAVI, ""]);
    rows::change(&app, "UPDATE grantee SET external_id = ?2 WHERE external_id = ?1", [ELENA, RAVI]);
    olivia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.ledger()[1..], [format!("grant {PAGE} {RAVI}")], "the tests above would not notice");
}

async fn send_to(app: &TestApp, named: Value) -> (u16, Value) {
    let mut body = body(app, &[]).await;
    body["items"][0]["grantee_ids"] = named;
    app.api(&app.agency, "POST", "/requests", Some(body)).await
}

#[tokio::test]
async fn only_proven_people_of_the_one_who_receives_the_access_are_named() {
    let app = TestApp::start().await;
    app.prove(&app.agency, "liam").await;
    let (ours, theirs) = (ids(&app, &app.agency).await, ids(&app, &app.other_agency).await);
    let northwind = &ours[NORTHWIND];
    let ada = &ours["122104470291178"];
    let sam = &theirs["122108820415563"];
    for (why, wrong) in [
        ("somebody of another portfolio of the agency's", json!([northwind, ada])),
        ("somebody of another agency", json!([northwind, sam])),
        ("another agency's portfolio", json!([theirs[TIDEWATER], ours[RAVI]])),
        ("people of nobody in particular", json!([ours[RAVI]])),
    ] {
        let (status, problem) = send_to(&app, wrong).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some("grantee_ids")), "{why}: {problem}");
    }
    rows::change(&app, "UPDATE grantee SET proven_at = NULL WHERE external_id = ?1", [RAVI]);
    let (status, problem) = send_to(&app, json!([northwind, ours[RAVI]])).await;
    assert_eq!(status, 422, "not proven: {problem}");
    assert_eq!(rows::count(&app, "request"), 0);
    let (status, sent) = send_to(&app, json!([northwind, ours[REPORTING]])).await;
    assert_eq!((status, &sent["items"][0]["staff_ids"]), (201, &json!([ours[REPORTING]])), "{sent}");
    let (status, sent) = send_to(&app, json!([northwind])).await;
    assert_eq!((status, &sent["items"][0]["staff_ids"]), (201, &json!([])), "{sent}");
}

#[tokio::test]
async fn people_are_listed_by_signing_in_and_never_typed() {
    let app = TestApp::start().await;
    let typed =
        json!({"platform": "meta", "kind": "person", "external_id": "122103359109999", "label": "Max"});
    let (status, problem) = app.api(&app.agency, "POST", "/grantees", Some(typed)).await;
    assert_eq!((status, problem["field"].as_str()), (422, Some("kind")), "{problem}");
    let page = app.member(&app.agency).await.get("/grantees").await;
    for name in ["Kim Park", "Elena Rossi", "Ravi Nair", "Northwind Reporting"] {
        assert!(page.has(name), "{name}");
    }
    assert!(!page.has("Sam Carter"));
    let (_, all) = app.api(&app.agency, "GET", "/grantees", None).await;
    let portfolio = &all["data"][0];
    assert_eq!((&portfolio["kind"], &portfolio["within"]), (&json!("portfolio"), &Value::Null));
    let ravi =
        all["data"].as_array().expect("a list").iter().find(|g| g["external_id"] == RAVI).expect("there");
    assert_eq!((&ravi["kind"], &ravi["within"]), (&json!("person"), &json!(NORTHWIND)));
}

#[tokio::test]
async fn another_agency_does_not_find_the_assignment() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI]).await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    let id = grant(&app, ACCOUNT, RAVI).await["id"].as_str().expect("an id").to_owned();
    for (method, path) in [("GET", ""), ("POST", "/verify"), ("POST", "/retry"), ("POST", "/revoke")]
        .map(|(m, p)| (m, format!("/grants/{id}{p}")))
    {
        assert_eq!(app.api(&app.other_agency, method, &path, None).await.0, 404, "{method} {path}");
    }
    assert_eq!(ask(&app, ACCOUNT, RAVI, "verify").await.0, 200);
    app.drain().await;
    app.check().await;
}
