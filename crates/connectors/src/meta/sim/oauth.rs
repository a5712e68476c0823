//! Codes become tokens, short tokens become long ones, and a token can be looked into.

use serde_json::{Value, json};

use super::call::Call;
use super::refusal::Refusal;
use super::session::check;
use super::tokens::{CODE_MS, DATA_ACCESS_MS, LONG_MS, SHORT_MS, Token};
use super::world::World;
use super::{Meta, PLATFORM};

/// `/oauth/access_token`, for codes and for extending.
pub fn exchange(meta: &Meta, world: &World, call: &Call) -> Result<Value, Refusal> {
    if call.method != "GET" && call.method != "POST" {
        return Err(Refusal::no_such_object(&call.method, "oauth"));
    }
    let app = authenticate_app(world, call)?;
    let now_ms = meta.hub.clock.now_ms();
    let (person, lifetime_ms) = match call.find("grant_type") {
        None | Some("authorization_code") => (use_code(meta, call, app, now_ms)?, SHORT_MS),
        Some("fb_exchange_token") => {
            let session = check(meta, world, call.get("fb_exchange_token")?)?;
            if session.token.app != app || session.token.page.is_some() {
                return Err(Refusal::new(190, "The access token does not belong to this application."));
            }
            (session.token.person, LONG_MS)
        }
        Some(other) => return Err(Refusal::parameter(format!("Unsupported grant_type {other}"))),
    };
    let token = Token {
        app: app.to_owned(),
        person,
        page: None,
        long: lifetime_ms == LONG_MS,
        issued_at_ms: now_ms,
        expires_at_ms: Some(now_ms + lifetime_ms),
        dead: None,
    };
    let subject = token.person.clone();
    let value = meta.books.tokens.open().add(&meta.hub.random, token);
    meta.hub.secrets.register("access_token", PLATFORM, &value, &subject);
    Ok(json!({ "access_token": value, "token_type": "bearer", "expires_in": lifetime_ms / 1000 }))
}

fn authenticate_app<'a>(world: &World, call: &'a Call) -> Result<&'a str, Refusal> {
    let id = call.get("client_id")?;
    let Some(app) = world.apps.get(id) else {
        return Err(Refusal::new(101, "Error validating application. Cannot get application info."));
    };
    match call.get("client_secret")? == app.secret {
        true => Ok(id),
        false => Err(Refusal::new(1, "Error validating client secret.")),
    }
}

/// A code works once, for a few minutes, for the app and address it was made for. Subcodes are recalled.
fn use_code(meta: &Meta, call: &Call, app: &str, now_ms: i64) -> Result<String, Refusal> {
    let redirect_uri = call.get("redirect_uri")?;
    let mut tokens = meta.books.tokens.open();
    let code = tokens.codes.get_mut(call.get("code")?).filter(|code| code.app == app);
    let code = code.ok_or_else(|| Refusal::new(100, "Invalid verification code format."))?;
    if code.used {
        return Err(Refusal::new(100, "This authorization code has been used.").subcode(36_009));
    }
    if now_ms - code.issued_at_ms >= CODE_MS {
        return Err(Refusal::new(100, "This authorization code has expired.").subcode(36_007));
    }
    if code.redirect_uri != redirect_uri {
        let text = "Error validating verification code. The redirect_uri must be identical to the one in the dialog.";
        return Err(Refusal::new(100, text).subcode(36_008));
    }
    code.used = true;
    Ok(code.person.clone())
}

/// `/debug_token`, for the app itself.
pub fn debug_token(meta: &Meta, world: &World, call: &Call) -> Result<Value, Refusal> {
    let (app, secret) = call.token.as_deref().and_then(|token| token.split_once('|')).unwrap_or_default();
    if world.apps.get(app).is_none_or(|known| known.secret != secret) {
        return Err(Refusal::numbered(100, "You must provide an app access token for this application"));
    }
    let input = call.get("input_token")?;
    let known = meta.books.tokens.open().tokens.get(input).cloned().filter(|token| token.app == app);
    let Some(token) = known else {
        let error = json!({ "code": 190, "message": "Invalid OAuth access token." });
        return Ok(json!({ "data": { "error": error, "is_valid": false, "scopes": [] } }));
    };
    let session = check(meta, world, input);
    let mut data = json!({
        "app_id": app,
        "application": world.apps[app].name,
        "type": if token.page.is_some() { "PAGE" } else { "USER" },
        "is_valid": session.is_ok(),
        "issued_at": token.issued_at_ms / 1000,
        "expires_at": token.expires_at_ms.unwrap_or(0) / 1000,
        "data_access_expires_at": (token.issued_at_ms + DATA_ACCESS_MS) / 1000,
        "user_id": world.users.get(&token.person).map(|user| &user.id),
    });
    if let Some(page) = token.page {
        data["profile_id"] = json!(page);
    }
    match session {
        // No `target_ids`: people here never narrow a permission, so it holds for all they have.
        Ok(session) => {
            data["granular_scopes"] = session.granted.iter().map(|scope| json!({ "scope": scope })).collect();
            data["scopes"] = json!(session.granted);
        }
        Err(refusal) => {
            data["scopes"] = json!([]);
            data["error"] =
                json!({ "code": refusal.code, "message": refusal.message, "subcode": refusal.subcode });
        }
    }
    Ok(json!({ "data": data }))
}
