//! T17: a field is added to what was sent, in the hope that it reaches a column.

use serde_json::{Value, json};

use crate::app::{PAGE, TestApp};
use crate::browser::{Browser, Form, Page};
use crate::threats::routes::{API, Ids, PAGES};
use crate::threats::rows;

/// Names a caller might try besides the columns.
const MORE: [&str; 6] = ["admin", "proven", "verified", "scope", "__proto__", "id"];

fn names(app: &TestApp) -> Vec<String> {
    let mut names = rows::columns(app);
    assert!(names.len() > 50 && names.iter().any(|n| n == "agency_id"));
    names.extend(MORE.map(str::to_owned));
    names
}

/// A valid body of each call that changes something, and where an object in it takes fields.
fn bodies(template: &str) -> (Value, &'static [&'static str]) {
    match template {
        "/api/v1/grantees" => (
            json!({"platform": "meta", "kind": "portfolio", "external_id": "461820937451102", "label": "x"}),
            &[""],
        ),
        "/api/v1/requests" => (
            json!({
                "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
                "items": [{"platform": "meta", "assets": [{"type": "page", "level": "manage"}], "required": true}],
                "message": "Hello", "access_expires_at": "2027-11-22T12:00:00Z", "link_expires_in_days": 3,
            }),
            &["", "/client", "/items/0", "/items/0/assets/0"],
        ),
        "/api/v1/clients" | "/api/v1/clients/{client}" => {
            (json!({"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"}), &[""])
        }
        "/api/v1/templates" | "/api/v1/templates/{template}" => (
            json!({
                "name": "Pages",
                "items": [{"platform": "meta", "assets": [{"type": "page", "level": "manage"}], "required": true}],
            }),
            &["", "/items/0", "/items/0/assets/0"],
        ),
        "/api/v1/grantees/{grantee}" | "/api/v1/api-keys" => (json!({"label": "x"}), &[""]),
        "/api/v1/grants/{grant}/extend" => {
            (json!({"access_expires_at": "2027-11-22T12:00:00Z", "dry_run": true}), &[""])
        }
        "/api/v1/requests/{request}/extend" => {
            (json!({"access_expires_at": "2027-11-22T12:00:00Z", "link_expires_in_days": 3}), &[""])
        }
        "/api/v1/offboardings" => (json!({"client_id": "cli_0", "dry_run": true}), &[""]),
        _ => (json!({}), &[""]),
    }
}

#[tokio::test]
async fn every_api_call_refuses_every_column_as_an_extra_field() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let (ids, before) = (Ids::of(&app, &sent).await, rows::all(&app));
    let caller = app.browser();
    for (method, template) in API.iter().filter(|(method, _)| *method != "GET") {
        let (valid, places) = bodies(template);
        for place in places {
            for name in names(&app) {
                let mut body = valid.clone();
                let object = body.pointer_mut(place).and_then(Value::as_object_mut).expect("an object");
                if object.contains_key(&name) || optional(template, place).contains(&name.as_str()) {
                    continue;
                }
                object.insert(name.clone(), json!("1"));
                let path = ids.fill(template).replace("/api/v1", "");
                let (status, problem) =
                    caller.api(method, &path, app.agency.api_key.expose(), Some(body)).await;
                assert_eq!(status, 422, "{method} {template} took {name} at {place:?}: {problem}");
            }
        }
        assert_eq!(rows::all(&app), before, "{method} {template}");
    }
    app.check().await;
}

/// Fields that are the call's own, and that the valid body leaves out.
fn optional(template: &str, place: &str) -> &'static [&'static str] {
    match (template, place) {
        (_, "/items/0/assets/0") => &["external_id"],
        ("/api/v1/requests/{request}/items/{item}/asked", _) => &["external_id", "type"],
        ("/api/v1/requests", "") => &["client_id", "customer_reference", "locale", "template_id"],
        _ => &[],
    }
}

/// Columns' names that a page's own form has as well.
fn fields_of(template: &str) -> &'static [&'static str] {
    match template {
        "/sign-in" => &["email"],
        "/set-up" => &["domain", "email"],
        "/invitations/{token}" => &["name"],
        "/requests/new" | "/requests/new/preview" => &["email", "locale", "message", "name"],
        "/api-keys" => &["label"],
        "/settings" => &["accent", "name"],
        "/settings/domain" => &["domain"],
        "/team/invite" => &["email", "role"],
        "/team/{member}/role" => &["role"],
        "/grantees/{platform}/type" => &["external_id", "kind", "label"],
        "/requests/{request}/{item}/helped" => &["until"],
        "/requests/{request}/{item}/asked" => &["id"],
        "/r/{token}/{item}/guide" | "/r/{token}/{item}/scanned" => &["terms"],
        "/r/{token}/{item}/help" => &["note"],
        _ => &[],
    }
}

/// The form of a page's own token, as the page would send it.
fn form(app: &TestApp, page: &Page, hook: &str, path: &str, terms: &str) -> Form {
    let own = page.form(hook);
    let csrf = own.fields.iter().find(|(name, _)| name == "csrf").expect("a token").1.clone();
    let action = format!("{}{path}", app.base).parse().expect("an address");
    let form = Form { action, fields: Vec::new(), ..own }.set("csrf", &csrf);
    if path.ends_with("/approve") { form.set("terms", terms) } else { form }
}

#[tokio::test]
async fn every_form_refuses_every_column_as_an_extra_field() {
    let app = TestApp::start().await;
    let first = app.send_request().await;
    app.browser().give(&first, "olivia", &[PAGE]).await;
    app.drain().await;
    let sent = app.send_request().await;
    let (olivia, member): (Browser, Browser) = (app.browser(), app.member(&app.agency).await);
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await.form("approve");
    let terms = review.fields.iter().find(|(name, _)| name == "terms").expect("terms").1.clone();
    let ids = Ids {
        token: sent.path.trim_start_matches("/r/").into(),
        item: sent.item.clone(),
        ..Ids::of(&app, &first).await
    };
    let home = member.get("/grantees").await;
    let before = rows::all(&app);
    // `client::access` tries the pages of the client's other link.
    for (_, template) in PAGES.iter().filter(|(method, path)| *method != "GET" && !path.starts_with("/a/")) {
        let path = ids.fill(template);
        let (who, page, hook) = match template.starts_with("/r/") {
            true => (&olivia, &pick, "review"),
            false => (&member, &home, "grantees-connect-meta"),
        };
        let valid = form(&app, page, hook, &path, &terms);
        for name in names(&app) {
            let own = valid.fields.iter().any(|(own, _)| own == &name);
            if own || fields_of(template).contains(&name.as_str()) {
                continue;
            }
            let answer = who.send(&valid.clone().add(&name, "1")).await;
            assert_eq!(answer.status, 422, "{template} took {name}");
        }
        assert_eq!(rows::all(&app), before, "{template}");
    }
    app.check().await;
}
