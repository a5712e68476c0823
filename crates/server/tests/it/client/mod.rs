//! What clients do on their pages beside signing in.

mod access;
mod cards;
mod events;
mod german;
mod guided;
mod handout;
mod language;
mod lowering;
mod picking;
mod scanned;

use serde_json::{Value, json};

use crate::app::{Sent, TestApp};

pub const HANDLE: &str = "@northwindads";

/// The agency's handle at X, typed.
pub async fn add_handle(app: &TestApp) {
    let body =
        json!({"platform": "x-ads", "kind": "handle", "external_id": HANDLE, "label": "Northwind Growth"});
    let (status, said) = app.api(&app.agency, "POST", "/grantees", Some(body)).await;
    assert_eq!(status, 201, "{said}");
}

pub fn x_ads() -> Value {
    json!({"platform": "x-ads", "assets": [{"type": "ad_account", "level": "manage"}]})
}

/// A request for these cards; `items` in their order.
pub async fn send(app: &TestApp, items: Vec<Value>) -> (Sent, Vec<String>) {
    send_with(app, json!({"items": items})).await
}

pub async fn send_with(app: &TestApp, mut body: Value) -> (Sent, Vec<String>) {
    if body["client"].is_null() {
        body["client"] = json!({"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"});
    }
    let (status, sent) = app.api(&app.agency, "POST", "/requests", Some(body)).await;
    assert_eq!(status, 201, "{sent}");
    let items: Vec<_> = sent["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|i| i["id"].as_str().expect("an id").to_owned())
        .collect();
    let path = sent["url"].as_str().expect("text").strip_prefix(&app.base).expect("ours").to_owned();
    (Sent { id: sent["id"].as_str().expect("text").to_owned(), path, item: items[0].clone() }, items)
}

pub fn meta() -> Value {
    json!({"platform": "meta", "assets": [{"type": "page", "level": "manage"}]})
}

/// How often each kind of event was written for this request.
pub fn events(app: &TestApp, kind: &str) -> i64 {
    let db = crate::threats::rows::open(app);
    let count = "SELECT COUNT(*) FROM event WHERE kind = ?1";
    db.query_row(count, [kind], |r| r.get(0)).expect("a count")
}

/// How often this was written to the audit log.
pub fn audits(app: &TestApp, action: &str) -> i64 {
    let db = crate::threats::rows::open(app);
    db.query_row("SELECT COUNT(*) FROM audit WHERE action = ?1", [action], |r| r.get(0)).expect("a count")
}

/// The link without its agency's address.
pub fn path_of(app: &TestApp, page: &crate::browser::Page, hook: &str) -> String {
    let at = page.html.find(&format!("data-testid=\"{hook}\"")).expect("the hook");
    let tag = &page.html[page.html[..at].rfind('<').expect("a tag")..];
    let value = tag.split("value=\"").nth(1).expect("a value").split('"').next().expect("its end");
    value.strip_prefix(&app.base).expect("on our address").to_owned()
}
