//! The agency's own people: assigned after the share, within it, and gone with it.

pub mod connected;
mod follows;
mod named;
mod trouble;

use std::collections::BTreeMap;

use serde_json::{Value, json};
use valetkey::app::agencies::Added;

use crate::app::{NORTHWIND, Sent, TestApp};

/// Ids of Northwind Growth's people in its portfolio.
pub const RAVI: &str = "122103359102288";
pub const ELENA: &str = "122103359102246";
pub const REPORTING: &str = "100087234511290";

/// The id of each grantee of an agency, by its id at the platform.
pub async fn ids(app: &TestApp, agency: &Added) -> BTreeMap<String, String> {
    let (_, all) = app.api(agency, "GET", "/grantees?limit=200", None).await;
    let text = |g: &Value, key: &str| g[key].as_str().expect("text").to_owned();
    let all = all["data"].as_array().expect("a list");
    all.iter().map(|g| (text(g, "external_id"), text(g, "id"))).collect()
}

pub async fn body(app: &TestApp, people: &[&str]) -> Value {
    let ids = ids(app, &app.agency).await;
    let named: Vec<_> = [NORTHWIND].iter().chain(people).map(|p| ids[*p].clone()).collect();
    json!({
        "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
        "items": [{"platform": "meta", "grantee_ids": named, "assets": [
            {"type": "page", "level": "manage"}, {"type": "ad_account", "level": "manage"}]}],
    })
}

/// A request that names these people of the agency.
pub async fn send(app: &TestApp, people: &[&str]) -> Sent {
    app.send_body(body(app, people).await).await
}

/// The grant of this asset and principal, as the API shows it.
pub async fn grant(app: &TestApp, asset: &str, principal: &str) -> Value {
    let (_, all) = app.api(&app.agency, "GET", "/grants?limit=200", None).await;
    let is = |g: &&Value| g["asset"]["external_id"] == asset && g["grantee"]["external_id"] == principal;
    all["data"].as_array().expect("a list").iter().find(is).expect("a grant").clone()
}

pub async fn word(app: &TestApp, asset: &str, principal: &str) -> String {
    grant(app, asset, principal).await["state"].as_str().expect("a word").to_owned()
}

/// What a member does to one grant.
pub async fn ask(app: &TestApp, asset: &str, principal: &str, what: &str) -> (u16, Value) {
    let id = grant(app, asset, principal).await["id"].as_str().expect("an id").to_owned();
    app.api(&app.agency, "POST", &format!("/grants/{id}/{what}"), None).await
}

/// The agency's own sign-in ends.
pub async fn lose_kim(app: &TestApp) {
    app.act(json!({"person": "kim", "platform": "meta", "do": "revoke_app"})).await;
}
