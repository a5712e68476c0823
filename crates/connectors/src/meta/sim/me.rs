//! `/me`: the person behind the token, what they may use, and what they allow the app.

use serde_json::{Map, Value, json};

use super::fields::{self, NodeType};
use super::graph::Cx;
use super::refusal::Refusal;
use super::world::{Asset, AssetKind};
use super::{assets, paging, portfolios};

const USER: NodeType = NodeType {
    name: "User",
    shown: &["id", "name"],
    known: &["id", "name", "email", "first_name", "last_name", "picture", "client_business_id", "short_name"],
};

const PERMISSION: NodeType =
    NodeType { name: "Permission", shown: &["permission", "status"], known: &["permission", "status"] };

pub fn answer(cx: &Cx<'_>, edge: &[&str]) -> Result<Value, Refusal> {
    match (cx.call.method.as_str(), edge) {
        ("GET", []) => node(cx),
        ("GET", ["permissions"]) => permissions(cx),
        ("DELETE", ["permissions"]) => withdraw(cx, cx.call.find("permission")),
        ("DELETE", ["permissions", one]) => withdraw(cx, Some(one)),
        ("GET", ["businesses"]) => {
            cx.session.needs("business_management")?;
            let ids = cx.world.portfolios_of(cx.person()).cloned().collect();
            let wanted = fields::parse(cx.call.find("fields"))?;
            paging::page(cx.call, ids, cx.world.sparse_lists, |id| {
                portfolios::node(cx, id, wanted.as_deref())
            })
        }
        ("GET", ["business_users"]) => {
            cx.session.needs("business_management")?;
            let memberships = cx.world.portfolios.values().filter_map(|entry| entry.members.get(cx.person()));
            portfolios::list_assignees(cx, memberships.map(|member| member.id.clone()).collect())
        }
        ("GET", ["accounts"]) => own_assets(cx, AssetKind::Page),
        ("GET", ["adaccounts"]) => own_assets(cx, AssetKind::AdAccount),
        (_, []) => Err(cx.unsupported()),
        (_, [unknown, ..]) => Err(Refusal::no_such_field(unknown, USER.name)),
    }
}

fn node(cx: &Cx<'_>) -> Result<Value, Refusal> {
    let people = cx.meta.hub.people();
    let mut user = Map::new();
    user.insert("id".into(), json!(cx.world.users[cx.person()].id));
    if let Some(person) = people.find(cx.person()) {
        let (first, last) = person.name.rsplit_once(' ').unwrap_or((&person.name, ""));
        user.insert("name".into(), json!(person.name));
        user.insert("first_name".into(), json!(first));
        user.insert("last_name".into(), json!(last));
        if cx.session.granted.contains("email") {
            user.insert("email".into(), json!(person.email));
        }
    }
    fields::project(user, fields::parse(cx.call.find("fields"))?.as_deref(), &USER)
}

fn permissions(cx: &Cx<'_>) -> Result<Value, Refusal> {
    let wanted = fields::parse(cx.call.find("fields"))?;
    let tokens = cx.meta.books.tokens.open();
    let consent = tokens.find_consent(&cx.session.token.app, cx.person()).cloned().unwrap_or_default();
    drop(tokens);
    let rows = consent.granted.iter().map(|name| (name, "granted"));
    let rows =
        rows.chain(consent.declined.iter().map(|name| (name, "declined"))).map(|(permission, status)| {
            let row = json!({ "permission": permission, "status": status });
            let row = row.as_object().cloned().unwrap_or_default();
            fields::project(row, wanted.as_deref(), &PERMISSION)
        });
    // The real edge answers with everything at once.
    Ok(json!({ "data": rows.collect::<Result<Vec<_>, _>>()? }))
}

/// The app gives one permission back, or all of them and its tokens with them.
fn withdraw(cx: &Cx<'_>, permission: Option<&str>) -> Result<Value, Refusal> {
    let app = cx.session.token.app.clone();
    // `?method=delete` makes this of a GET.
    cx.meta.hub.touch();
    let mut tokens = cx.meta.books.tokens.open();
    match permission {
        None => tokens.forget(Some(&app), cx.person()),
        Some(permission) => {
            let consent = tokens.consents.entry((app, cx.person().to_owned())).or_default();
            if !consent.granted.remove(permission) {
                return Err(Refusal::parameter(format!("The permission {permission} was not granted")));
            }
            consent.declined.insert(permission.to_owned());
        }
    }
    Ok(json!({ "success": true }))
}

/// What the person can use; not what their portfolios own (observed by implementers).
fn own_assets(cx: &Cx<'_>, kind: AssetKind) -> Result<Value, Refusal> {
    match kind {
        // Meta answers with an empty list here; the missing permission does not show.
        AssetKind::Page if !cx.session.granted.contains("pages_show_list") => {
            return Ok(json!({ "data": [] }));
        }
        AssetKind::Page => {}
        _ => cx.session.needs_any(&["ads_read", "ads_management"])?,
    }
    let hidden = |asset: &Asset| {
        kind == AssetKind::Page
            && asset.portfolio.as_ref().is_some_and(|id| cx.world.portfolios[id].pages_missing_from_me)
    };
    let usable = |asset: &Asset| asset.kind == kind && !cx.world.tasks_of(asset, cx.person()).is_empty();
    let all = cx.world.assets.iter().filter(|(_, asset)| usable(asset) && !hidden(asset));
    let ids = all.map(|(id, _)| id.clone()).collect();
    assets::list(cx, ids, &assets::In::Me)
}
