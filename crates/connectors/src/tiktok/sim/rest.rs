//! The API's front: version, last slash, token, scope, limits, and which operation a path names.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use http::request::Parts;
use serde_json::{Value, json};
use url::form_urlencoded::parse;

use super::answer::{self, Refusal};
use super::call::Call;
use super::tokens::{self, Token};
use super::world::World;
use super::{Tiktok, assets, creators, members, partners, pixels, profiles, reads};

type Operation = fn(&Call<'_>) -> Result<Value, Refusal>;

/// Method, path below the version, the scope that it needs, and what answers.
const OPERATIONS: [(&str, &str, Option<u64>, Operation); 25] = [
    ("GET", "/user/info/", None, reads::user_info),
    ("GET", "/oauth2/advertiser/get/", Some(100), reads::advertisers),
    ("GET", "/advertiser/info/", Some(100), reads::advertiser_info),
    ("GET", "/bc/get/", Some(150), reads::centers),
    ("GET", "/changelog/get/", Some(230), reads::change_log),
    ("GET", "/bc/asset/admin/get/", Some(153), assets::admin_get),
    ("POST", "/bc/asset/admin/delete/", Some(153), assets::admin_delete),
    ("GET", "/bc/asset/account/authorization/", Some(153), profiles::authorization),
    ("GET", "/bc/asset/get/", Some(153), assets::get),
    ("GET", "/bc/asset/member/get/", Some(153), assets::members),
    ("GET", "/bc/asset/partner/get/", Some(153), assets::partners),
    ("POST", "/bc/asset/assign/", Some(153), assets::assign),
    ("POST", "/bc/asset/unassign/", Some(153), assets::unassign),
    ("GET", "/bc/partner/get/", Some(155), partners::get),
    ("GET", "/bc/partner/asset/get/", Some(155), partners::assets),
    ("POST", "/bc/partner/add/", Some(155), partners::add),
    ("POST", "/bc/partner/asset/delete/", Some(155), partners::delete_asset),
    ("POST", "/bc/partner/delete/", Some(155), partners::delete),
    ("GET", "/bc/member/get/", Some(156), members::get),
    ("POST", "/bc/member/invite/", Some(156), members::invite),
    ("POST", "/bc/member/update/", Some(156), members::update),
    ("POST", "/bc/member/delete/", Some(156), members::delete),
    ("GET", "/bc/pixel/link/get/", Some(153), pixels::links),
    ("POST", "/bc/pixel/link/update/", Some(153), pixels::link),
    ("POST", "/bc/pixel/transfer/", Some(153), pixels::transfer),
];

pub fn answer(tiktok: &Tiktok, parts: &Parts, body: &[u8], lag_ms: i64) -> Response {
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let request_id: String = tiktok.hub.random.token().expose().chars().take(24).collect();
    let Some((version, path)) = path.strip_prefix("/open_api/").and_then(|rest| {
        let at = rest.find('/')?;
        Some((&rest[..at], &rest[at..]))
    }) else {
        return answer::no_path();
    };
    let exchange = match (method, path) {
        ("POST", "/oauth2/access_token/") => Some(tokens::exchange as fn(&Tiktok, &Value) -> _),
        ("POST", "/oauth2/revoke_token/") => Some(tokens::revoke as fn(&Tiktok, &Value) -> _),
        ("POST", "/tt_user/oauth2/token/") => Some(creators::exchange as fn(&Tiktok, &Value) -> _),
        ("POST", "/tt_user/oauth2/refresh_token/") => Some(creators::refresh as fn(&Tiktok, &Value) -> _),
        ("POST", "/tt_user/oauth2/revoke/") => Some(creators::revoke as fn(&Tiktok, &Value) -> _),
        ("POST", "/tt_user/token_info/get/") => Some(creators::info as fn(&Tiktok, &Value) -> _),
        _ => None,
    };
    let operation = OPERATIONS.iter().find(|(verb, known, ..)| *verb == method && *known == path);
    let is_profile = (method, path) == ("GET", "/business/get/");
    if exchange.is_none() && operation.is_none() && !is_profile {
        // The last slash is part of the path: without it there is no such path.
        return answer::no_path();
    }
    if version != "v1.3" {
        return answer::respond(
            &request_id,
            Err(Refusal::new(40006, format!("Version {version} is not supported."))),
        );
    }
    let told = read_body(method, body).and_then(|body| match (exchange, operation) {
        (Some(exchange), _) => exchange(tiktok, &body),
        (None, Some((_, _, scope, run))) => operate(tiktok, parts, &body, lag_ms, *scope, *run),
        (None, None) if is_profile => creators::profile(tiktok, parts),
        (None, None) => Err(Refusal::missing("The operation")),
    });
    answer::respond(&request_id, told)
}

fn read_body(method: &str, body: &[u8]) -> Result<Value, Refusal> {
    if method != "POST" {
        return Ok(json!({}));
    }
    let body: Option<Value> = serde_json::from_slice(body).ok();
    body.filter(Value::is_object).ok_or_else(|| Refusal::parameter("The body is not a JSON object."))
}

fn operate(
    tiktok: &Tiktok,
    parts: &Parts,
    body: &Value,
    lag_ms: i64,
    scope: Option<u64>,
    run: Operation,
) -> Result<Value, Refusal> {
    let now_ms = tiktok.hub.clock.now_ms();
    let world = tiktok.books.world.visible(now_ms);
    let token = authenticate(tiktok, &world, parts)?;
    if let Some(tier) = world.apps.get(&token.app).and_then(|app| app.tier) {
        tiktok.books.calls.count(&token.app, tier, now_ms)?;
    }
    if scope.is_some_and(|scope| !with_children(&token.scopes).contains(&scope)) {
        return Err(Refusal::forbidden("No permission to operate: the app was not granted this scope."));
    }
    let query: BTreeMap<_, _> =
        parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    run(&Call { tiktok, world: &world, token: &token, query: &query, body, lag_ms })
}

/// The token comes in a header of its own; `Authorization` counts for nothing.
fn authenticate(tiktok: &Tiktok, world: &World, parts: &Parts) -> Result<Token, Refusal> {
    let value = parts.headers.get("access-token").and_then(|value| value.to_str().ok());
    let value = value.ok_or_else(|| Refusal::new(40104, "Access token is empty."))?;
    let token = tiktok.books.tokens.open().tokens.get(value).cloned();
    let token =
        token.filter(|t| !t.dead && world.apps.contains_key(&t.app) && world.users.contains_key(&t.person));
    token.ok_or_else(|| Refusal::new(40105, "Access token is incorrect or has been revoked."))
}

/// A parent brings its children ("Scopes", portal docs).
fn with_children(scopes: &BTreeSet<u64>) -> BTreeSet<u64> {
    let brought: &[u64] = match scopes.contains(&1) || scopes.contains(&15) {
        true => &[150, 153, 155, 156],
        false => &[],
    };
    scopes.iter().chain(brought).copied().collect()
}
