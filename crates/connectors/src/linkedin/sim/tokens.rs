//! Codes and tokens of members. They outlive a reset of the world, as sign-ins outlive data.
//! "Authorization code flow", learn.microsoft.com/linkedin, read 2026-11-22.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::form_urlencoded::parse;

use super::{Linkedin, PLATFORM};

/// A code works for half an hour.
const CODE_MS: i64 = 30 * 60_000;
/// A token lives for sixty days.
const TOKEN_S: i64 = 60 * 24 * 3600;

/// What the consent page gave out, waiting to be exchanged once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Code {
    pub app: String,
    pub person: String,
    pub redirect_uri: String,
    pub scopes: BTreeSet<String>,
    pub issued_at_ms: i64,
    pub used: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    pub app: String,
    pub person: String,
    pub scopes: BTreeSet<String>,
    pub ends_at_ms: i64,
    /// The member took the app back.
    pub dead: bool,
}

#[derive(Default)]
pub struct Tokens(Mutex<Drawers>);

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Drawers {
    pub codes: BTreeMap<String, Code>,
    pub tokens: BTreeMap<String, Token>,
}

impl Tokens {
    pub fn open(&self) -> MutexGuard<'_, Drawers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `POST /oauth/v2/accessToken`.
pub fn exchange(linkedin: &Linkedin, body: &[u8]) -> Response {
    let form: BTreeMap<String, String> = parse(body).into_owned().collect();
    match token(linkedin, &form) {
        Ok((value, scopes)) => Json(json!({
            "access_token": value, "expires_in": TOKEN_S, "token_type": "Bearer",
            "scope": scopes.into_iter().collect::<Vec<_>>().join(","),
        }))
        .into_response(),
        Err((status, error, text)) => {
            (status, Json(json!({ "error": error, "error_description": text }))).into_response()
        }
    }
}

type Wrong = (StatusCode, &'static str, &'static str);

fn token(linkedin: &Linkedin, form: &BTreeMap<String, String>) -> Result<(String, BTreeSet<String>), Wrong> {
    let find = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let invalid = |text| (StatusCode::BAD_REQUEST, "invalid_request", text);
    if find("grant_type") != "authorization_code" {
        return Err(invalid("A required parameter \"grant_type\" is missing"));
    }
    let world = linkedin.books.world.newest();
    if world.apps.get(find("client_id")).is_none_or(|app| app.secret != find("client_secret")) {
        return Err((StatusCode::UNAUTHORIZED, "invalid_client", "Client authentication failed"));
    }
    let wrong_code = invalid(
        "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired.",
    );
    let now_ms = linkedin.hub.clock.now_ms();
    let mut drawers = linkedin.books.tokens.open();
    let code = drawers.codes.get_mut(find("code")).ok_or(wrong_code)?;
    let fits = code.app == find("client_id") && code.redirect_uri == find("redirect_uri");
    if !fits || code.used || now_ms - code.issued_at_ms >= CODE_MS {
        return Err(wrong_code);
    }
    code.used = true;
    let code = code.clone();
    let value = format!("AQ{}", linkedin.hub.random.token().expose());
    let token = Token {
        app: code.app,
        person: code.person.clone(),
        scopes: code.scopes.clone(),
        ends_at_ms: now_ms + TOKEN_S * 1000,
        dead: false,
    };
    drawers.tokens.insert(value.clone(), token);
    drop(drawers);
    linkedin.hub.secrets.register("access_token", PLATFORM, &value, &code.person);
    Ok((value, code.scopes))
}
