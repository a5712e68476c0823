//! Clients, templates, grantees, keys, connections, platforms, the audit log: read, added, changed, deleted.

use serde_json::{Value, json};
use valetkey::audit::{SignedHead, verify_head};

use super::{post, request};
use crate::app::{HARBOUR, PAGE, TestApp};
use crate::threats::rows;

async fn call(app: &TestApp, method: &str, path: &str, body: Value) -> (u16, Value) {
    let body = Some(body).filter(|b| !b.is_null());
    app.api(&app.agency, method, path, body).await
}

fn id(view: &Value) -> String {
    view["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a_client_is_added_changed_and_deleted() {
    let app = TestApp::start().await;
    let new = json!({"name": " Harbour Bakery ", "email": "olivia@harbourbakery.example"});
    let (status, client) = call(&app, "POST", "/clients", new).await;
    assert_eq!((status, &client["name"]), (201, &json!("Harbour Bakery")));
    let path = format!("/clients/{}", id(&client));
    assert_eq!(call(&app, "GET", &path, Value::Null).await, (200, client.clone()));
    let (status, changed) = call(&app, "PATCH", &path, json!({"name": "Harbour Ltd"})).await;
    assert_eq!((status, &changed["name"]), (200, &json!("Harbour Ltd")));
    assert_eq!(changed["email"], client["email"], "what is left out stays");
    for (wrong, field) in [(json!({"name": " "}), "name"), (json!({"email": "x"}), "email")] {
        let (status, problem) = call(&app, "PATCH", &path, wrong).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)));
    }
    let before = rows::all(&app);
    assert_eq!(call(&app, "PATCH", &path, json!({})).await, (200, changed.clone()));
    assert_eq!(call(&app, "PATCH", &path, json!({"name": "Harbour Ltd"})).await, (200, changed));
    assert_eq!(rows::all(&app), before, "nothing to change is nothing written");
    assert_eq!(call(&app, "DELETE", &path, Value::Null).await.0, 204);
    assert_eq!(call(&app, "GET", &path, Value::Null).await.0, 404);
    assert_eq!(call(&app, "DELETE", &path, Value::Null).await.0, 404);
    app.check().await;
}

#[tokio::test]
async fn a_client_with_access_is_deleted_only_after_the_access_is_over() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let client = call(&app, "GET", &format!("/requests/{}", sent.id), Value::Null).await.1["client"].clone();
    let path = format!("/clients/{}", id(&client));
    let before = rows::all(&app);
    let (status, problem) = call(&app, "DELETE", &path, Value::Null).await;
    assert_eq!(status, 409);
    assert!(problem["detail"].as_str().expect("text").contains("POST /offboardings"), "{problem}");
    assert_eq!(rows::all(&app), before);
    assert_eq!(call(&app, "POST", "/offboardings", json!({"client_id": id(&client)})).await.0, 201);
    assert_eq!(call(&app, "DELETE", &path, Value::Null).await.0, 409, "asked is not over");
    app.drain().await;
    assert_eq!(call(&app, "DELETE", &path, Value::Null).await.0, 204);
    for table in ["access_grant", "approval", "item", "request", "link"] {
        assert_eq!(rows::count(&app, table), 0, "{table}");
    }
    assert_eq!(rows::count(&app, "client"), 0);
    let jobs = rows::query(&rows::open(&app), "SELECT job_id FROM job WHERE kind = 'look'");
    assert_eq!(jobs.len(), 0, "nobody looks at what is gone");
    assert_eq!(app.browser().get(&sent.path).await.status, 404, "the link is gone");
    app.drain().await;
    crate::checker::audit_chain_is_whole(&app).await;
}

#[tokio::test]
async fn a_template_is_kept_and_asked_for() {
    let app = TestApp::start().await;
    let items = json!([{"platform": "meta", "assets": [{"type": "page", "level": "view"}]}]);
    let (status, template) = call(&app, "POST", "/templates", json!({"name": "Pages", "items": items})).await;
    assert_eq!((status, &template["items"][0]["required"]), (201, &json!(true)));
    let path = format!("/templates/{}", id(&template));
    assert_eq!(call(&app, "GET", &path, Value::Null).await, (200, template.clone()));
    let body = json!({
        "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
        "template_id": id(&template),
    });
    let (status, sent) = post(&app, body.clone()).await;
    assert_eq!((status, &sent["template_id"]), (201, &template["id"]));
    assert_eq!(sent["items"][0]["assets"], json!([{"type": "page", "level": "view"}]));

    let other =
        json!({"items": [{"platform": "meta", "assets": [{"type": "ad_account", "level": "manage"}]}]});
    let (status, changed) = call(&app, "PATCH", &path, other).await;
    assert_eq!((status, &changed["name"]), (200, &json!("Pages")));
    assert_eq!(changed["items"][0]["assets"][0]["type"], "ad_account");
    let again = app.api(&app.agency, "GET", &format!("/requests/{}", id(&sent)), None).await.1;
    assert_eq!(again["items"][0]["assets"][0]["type"], "page", "what was sent stays");

    for (wrong, field) in [
        (json!({"name": "x", "items": []}), "items"),
        (json!({"name": "", "items": items}), "name"),
        (json!({"name": "x", "items": [{"platform": "myspace", "assets": []}]}), "platform"),
    ] {
        let (status, problem) = call(&app, "POST", "/templates", wrong).await;
        assert_eq!((status, problem["field"].as_str()), (422, Some(field)), "{problem}");
    }
    let mut both = body.clone();
    both["items"] = items;
    assert_eq!(post(&app, both).await.1["field"], "items");
    assert_eq!(call(&app, "DELETE", &path, Value::Null).await.0, 204);
    assert_eq!(post(&app, body).await.1["field"], "template_id");
    app.check().await;
}

#[tokio::test]
async fn a_request_speaks_the_language_of_its_template_unless_it_names_another() {
    let app = TestApp::start().await;
    let items = json!([{"platform": "meta", "assets": [{"type": "page", "level": "view"}]}]);
    let new = json!({"name": "Seiten", "items": items, "locale": "de"});
    let (status, template) = call(&app, "POST", "/templates", new).await;
    assert_eq!((status, &template["locale"]), (201, &json!("de")));
    let path = format!("/templates/{}", id(&template));
    let client = json!({"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"});
    let body = json!({"client": client, "template_id": id(&template)});
    let mut other = body.clone();
    other["locale"] = json!("en");
    assert_eq!(post(&app, body.clone()).await.1["locale"], "de");
    assert_eq!(post(&app, other).await.1["locale"], "en");
    let (_, same) = call(&app, "PATCH", &path, json!({"name": "Pages"})).await;
    assert_eq!(same["locale"], "de", "what is left out stays");
    let (status, none) = call(&app, "PATCH", &path, json!({"locale": null})).await;
    assert_eq!((status, &none["locale"]), (200, &Value::Null));
    assert_eq!(post(&app, body).await.1["locale"], Value::Null);
    let (status, problem) = call(&app, "PATCH", &path, json!({"locale": "fr"})).await;
    assert_eq!((status, problem["field"].as_str()), (422, Some("locale")));
}

#[tokio::test]
async fn a_template_of_another_agency_cannot_be_used_or_named() {
    let app = TestApp::start().await;
    let items = json!([{"platform": "meta", "assets": [{"type": "page", "level": "view"}]}]);
    let (_, template) = call(&app, "POST", "/templates", json!({"name": "Pages", "items": items})).await;
    let (_, grantees) = call(&app, "GET", "/grantees", Value::Null).await;
    let body = json!({
        "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
        "template_id": id(&template),
    });
    let (status, problem) = app.api(&app.other_agency, "POST", "/requests", Some(body)).await;
    assert_eq!((status, problem["field"].as_str()), (422, Some("template_id")));
    let mut foreign = items.clone();
    foreign[0]["grantee_ids"] = json!([grantees["data"][0]["id"]]);
    let body = json!({"name": "Pages", "items": foreign});
    let (status, problem) = app.api(&app.other_agency, "POST", "/templates", Some(body)).await;
    assert_eq!((status, problem["field"].as_str()), (422, Some("grantee_ids")));
    for list in ["/templates", "/clients", "/connections?platform=meta", "/api-keys"] {
        let (_, theirs) = app.api(&app.other_agency, "GET", list, None).await;
        let (_, ours) = call(&app, "GET", list, Value::Null).await;
        for row in ours["data"].as_array().expect("a list") {
            assert!(!theirs["data"].as_array().expect("a list").contains(row), "{list}");
        }
    }
    app.check().await;
}

#[tokio::test]
async fn only_a_typed_grantee_is_renamed_and_only_an_unused_one_deleted() {
    let app = TestApp::start().await;
    let (_, all) = call(&app, "GET", "/grantees", Value::Null).await;
    let proven = format!("/grantees/{}", id(&all["data"][0]));
    let (status, problem) = call(&app, "PATCH", &proven, json!({"label": "Somebody else"})).await;
    assert_eq!((status, &problem["type"]), (409, &json!("/problems/conflict")));
    let new = json!({"platform": "meta", "kind": "portfolio", "external_id": HARBOUR, "label": "Bakery"});
    let typed = format!("/grantees/{}", id(&call(&app, "POST", "/grantees", new).await.1));
    assert_eq!(call(&app, "PATCH", &typed, json!({"label": "Ours"})).await.1["label"], "Ours");
    assert_eq!(call(&app, "GET", &typed, Value::Null).await.1["label"], "Ours");
    assert_eq!(call(&app, "DELETE", &typed, Value::Null).await.0, 204);
    app.send_request().await;
    let before = rows::all(&app);
    assert_eq!(call(&app, "DELETE", &proven, Value::Null).await.0, 409, "a card names it");
    assert_eq!(rows::all(&app), before);
    app.check().await;
}

#[tokio::test]
async fn a_key_is_shown_once_and_ends_at_once() {
    let app = TestApp::start().await;
    let (status, made) = call(&app, "POST", "/api-keys", json!({"label": "CRM"})).await;
    assert_eq!(status, 201);
    let key = made["key"].as_str().expect("the key").to_owned();
    assert_eq!(app.browser().api("GET", "/platforms", &key, None).await.0, 200);
    let (_, list) = call(&app, "GET", "/api-keys", Value::Null).await;
    assert_eq!(list["data"].as_array().expect("a list").len(), 2);
    assert!(!list.to_string().contains(&key), "never again");
    let path = format!("/api-keys/{}", id(&made));
    let (status, problem) = app.browser().api("DELETE", &path, &key, None).await;
    assert_eq!(status, 409, "not with itself: {problem}");
    assert_eq!(call(&app, "DELETE", &path, Value::Null).await.0, 204);
    assert_eq!(app.browser().api("GET", "/platforms", &key, None).await.0, 401);
    assert_eq!(call(&app, "DELETE", &path, Value::Null).await.0, 404);
    app.check().await;
}

#[tokio::test]
async fn connections_say_who_signed_in_and_nothing_that_opens_anything() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().connect(&sent, "olivia").await;
    let (status, all) = call(&app, "GET", "/connections", Value::Null).await;
    assert_eq!((status, all["data"].as_array().expect("a list").len()), (200, 2));
    let client = all["data"].as_array().expect("a list").iter().find(|c| c["side"] == "client");
    let client = client.expect("Olivia's");
    assert_eq!((&client["state"], &client["request_id"]), (&json!("active"), &json!(sent.id)));
    assert!(client["person"]["name"].as_str().expect("text").starts_with("Olivia"));
    let by = format!("/connections?client_id={}", client["client_id"].as_str().expect("an id"));
    assert_eq!(call(&app, "GET", &by, Value::Null).await.1["data"], json!([client]));
    assert_eq!(call(&app, "GET", "/connections?state=closed", Value::Null).await.1["data"], json!([]));
    for wrong in ["state=dead", "platform=myspace", "client_id=", "person=x"] {
        assert_eq!(call(&app, "GET", &format!("/connections?{wrong}"), Value::Null).await.0, 422, "{wrong}");
    }
    app.check().await;
}

#[tokio::test]
async fn the_audit_log_is_read_in_order_and_ends_in_the_signed_head() {
    let app = TestApp::start().await;
    app.send_request().await;
    let (mut records, mut path) = (Vec::new(), "/audit-log?limit=3".to_owned());
    loop {
        let (status, page) = call(&app, "GET", &path, Value::Null).await;
        assert_eq!(status, 200);
        records.extend(page["data"].as_array().expect("a list").clone());
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("/audit-log?limit=3&cursor={next}");
    }
    assert!(records.len() >= 4 && records.last().expect("one")["action"] == "request.sent");
    for (before, after) in records.iter().zip(&records[1..]) {
        assert_eq!(before["hash"], after["prev"]);
        assert_eq!(before["seq"].as_i64().expect("a number") + 1, after["seq"].as_i64().expect("a number"));
    }
    let (status, head) = call(&app, "GET", "/audit-log/head", Value::Null).await;
    assert_eq!((status, &head["hash"]), (200, &records.last().expect("one")["hash"]));
    let signed: SignedHead = serde_json::from_value(head.clone()).expect("a head file");
    let key = head["public_key"].as_str().expect("a key");
    let seq = verify_head(key, &signed).expect("signed").seq;
    assert_eq!(json!(seq), records.last().expect("one")["seq"]);
    for wrong in ["cursor=x", "cursor=after.x", "cursor=after.-1", "limit=0"] {
        assert_eq!(call(&app, "GET", &format!("/audit-log?{wrong}"), Value::Null).await.0, 422, "{wrong}");
    }
    let theirs = app.api(&app.other_agency, "GET", "/audit-log?limit=200", None).await.1;
    assert!(!theirs.to_string().contains("Harbour"), "another agency's chain is its own");
    app.check().await;
}

#[tokio::test]
async fn every_list_comes_in_pages_that_hold_each_row_once() {
    let app = TestApp::start().await;
    for n in 0..5 {
        post(&app, request()).await;
        let items = json!([{"platform": "meta", "assets": [{"type": "page", "level": "view"}]}]);
        call(&app, "POST", "/templates", json!({"name": format!("T{n}"), "items": items})).await;
        call(&app, "POST", "/api-keys", json!({"label": format!("K{n}")})).await;
        let new = json!({"platform": "meta", "kind": "portfolio", "external_id": format!("46182093745110{n}"),
            "label": "x"});
        call(&app, "POST", "/grantees", new).await;
    }
    for list in ["clients", "templates", "api-keys", "grantees", "requests", "audit-log", "platforms"] {
        let whole = call(&app, "GET", &format!("/{list}?limit=200"), Value::Null).await.1;
        assert!(whole["data"].as_array().is_some_and(|d| !d.is_empty()), "{list}");
        let (mut found, mut path) = (Vec::new(), format!("/{list}?limit=2"));
        loop {
            let (status, page) = call(&app, "GET", &path, Value::Null).await;
            assert_eq!(status, 200, "{path}: {page}");
            assert!(page["data"].as_array().expect("a list").len() <= 2);
            found.extend(page["data"].as_array().expect("a list").clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            path = format!("/{list}?limit=2&cursor={next}");
        }
        assert_eq!(json!(found), whole["data"], "{list}");
        for wrong in ["limit=0", "limit=201", "limit=x", "cursor=", "cursor=nowhere", "offset=2"] {
            let path = format!("/{list}?{wrong}");
            assert_eq!(call(&app, "GET", &path, Value::Null).await.0, 422, "{path}");
        }
    }
    app.check().await;
}
