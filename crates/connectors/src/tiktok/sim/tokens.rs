//! Codes and tokens of the marketing authorisation. They outlive a reset of the world, as sign-ins outlive data.
//! "Authentication", business-api.tiktok.com/portal/docs?id=1738373164380162, read 2026-11-23.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Refusal;
use super::world::World;
use super::{PLATFORM, Tiktok};

/// An auth_code works for an hour, once.
const CODE_MS: i64 = 3_600_000;

/// What the consent page gave out, waiting to be exchanged.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Code {
    pub app: String,
    pub person: String,
    pub scopes: BTreeSet<u64>,
    pub issued_at_ms: i64,
    pub used: bool,
}

/// It does not expire; the person or the app ends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub app: String,
    pub person: String,
    pub scopes: BTreeSet<u64>,
    pub dead: bool,
}

#[derive(Default)]
pub struct Tokens(Mutex<Drawers>);

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Drawers {
    pub codes: BTreeMap<String, Code>,
    pub tokens: BTreeMap<String, Token>,
    /// Of the creator authorisation.
    #[serde(default)]
    pub creator_codes: BTreeMap<String, super::creators::Code>,
    #[serde(default)]
    pub creators: BTreeMap<String, super::creators::Token>,
}

impl Tokens {
    pub fn open(&self) -> MutexGuard<'_, Drawers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ad accounts that the person of a token reaches.
pub fn advertisers(world: &World, person: &str) -> Vec<String> {
    let reached = world.assets.iter().filter(|(_, thing)| {
        thing.of == super::Kind::Advertiser
            && (thing.person.as_deref() == Some(person)
                || thing.members.values().any(|members| members.contains_key(person))
                || thing.owner.as_ref().is_some_and(|owner| world.centers[owner].is_admin(person)))
    });
    reached.map(|(id, _)| id.clone()).collect()
}

/// `POST /oauth2/access_token/`.
pub fn exchange(tiktok: &Tiktok, body: &Value) -> Result<Value, Refusal> {
    let world = tiktok.books.world.newest();
    let app = checked_app(&world, body)?;
    let wrong = || Refusal::new(40110, "Auth_code is invalid, has been used or has expired.");
    let value = body
        .get("auth_code")
        .and_then(Value::as_str)
        .ok_or_else(|| Refusal::parameter("auth_code: Missing data for required field."))?;
    let now_ms = tiktok.hub.clock.now_ms();
    let mut drawers = tiktok.books.tokens.open();
    let code = drawers.codes.get_mut(value).ok_or_else(wrong)?;
    if code.app != app {
        return Err(Refusal::new(40101, "The app_id, secret and auth_code do not match."));
    }
    if code.used || now_ms - code.issued_at_ms >= CODE_MS {
        return Err(wrong());
    }
    code.used = true;
    let code = code.clone();
    let value = format!("act.{}", tiktok.hub.random.token().expose());
    let token = Token { app, person: code.person.clone(), scopes: code.scopes.clone(), dead: false };
    drawers.tokens.insert(value.clone(), token);
    drop(drawers);
    tiktok.hub.secrets.register("access_token", PLATFORM, &value, &code.person);
    let mut data = json!({ "access_token": value, "scope": code.scopes, "token_type": "Bearer" });
    if body.get("return_advertiser_ids").and_then(Value::as_bool) != Some(false) {
        data["advertiser_ids"] = json!(advertisers(&world, &code.person));
    }
    Ok(data)
}

/// `POST /oauth2/revoke_token/`: ends the app's access. What was shared stays shared.
pub fn revoke(tiktok: &Tiktok, body: &Value) -> Result<Value, Refusal> {
    let world = tiktok.books.world.newest();
    let app = checked_app(&world, body)?;
    let value = body.get("access_token").and_then(Value::as_str).unwrap_or_default();
    let mut drawers = tiktok.books.tokens.open();
    let token = drawers.tokens.get_mut(value).filter(|token| token.app == app && !token.dead);
    let token = token.ok_or_else(|| Refusal::new(40105, "Access token is incorrect or has been revoked."))?;
    token.dead = true;
    Ok(json!({ "app_id": app, "advertiser_ids": advertisers(&world, &token.person) }))
}

fn checked_app(world: &World, body: &Value) -> Result<String, Refusal> {
    let find = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    match world.apps.get(find("app_id")) {
        Some(app) if app.secret == find("secret") => Ok(find("app_id").to_owned()),
        Some(_) => Err(Refusal::new(40101, "The app_id and secret do not match.")),
        None => Err(Refusal::new(40113, "The app does not exist or is blocked.")),
    }
}
