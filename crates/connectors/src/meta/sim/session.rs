//! Who is calling: checks the token and its proof, and says why a token is dead.

use std::collections::BTreeSet;

use aws_lc_rs::hmac;

use super::Meta;
use super::call::Call;
use super::refusal::Refusal;
use super::tokens::Token;
use super::world::World;

/// A caller with a living token.
#[derive(Clone, Debug)]
pub struct Session {
    pub value: String,
    pub token: Token,
    /// Permissions the person grants the app now; a token follows its consent.
    pub granted: BTreeSet<String>,
}

impl Session {
    pub fn person(&self) -> &str {
        &self.token.person
    }

    pub fn needs(&self, permission: &str) -> Result<(), Refusal> {
        if self.granted.contains(permission) { Ok(()) } else { Err(Refusal::needs_permission(permission)) }
    }

    pub fn needs_any(&self, permissions: &[&str]) -> Result<(), Refusal> {
        match permissions.iter().any(|permission| self.granted.contains(*permission)) {
            true => Ok(()),
            false => Err(Refusal::needs_permission(&permissions.join(" or "))),
        }
    }
}

/// The session of a call, or why there is none.
pub fn authenticate(meta: &Meta, world: &World, call: &Call) -> Result<Session, Refusal> {
    let Some(value) = &call.token else {
        let text = "An access token is required to request this resource.";
        return Err(match call.path.first().map(String::as_str) {
            Some("me") => {
                Refusal::new(2500, "An active access token must be used to query information about you.")
            }
            _ => Refusal::numbered(104, text),
        });
    };
    let session = check(meta, world, value)?;
    check_proof(world, &session, call)?;
    Ok(session)
}

/// A token's session when it is alive. Subcodes: Meta docs, handling errors, 2026-11.
pub fn check(meta: &Meta, world: &World, value: &str) -> Result<Session, Refusal> {
    let tokens = meta.books.tokens.open();
    let Some(token) = tokens.tokens.get(value).cloned() else {
        return Err(Refusal::new(190, "Invalid OAuth access token - Cannot parse access token"));
    };
    if let Some(subcode) = token.dead {
        return Err(dead(subcode));
    }
    if token.expires_at_ms.is_some_and(|end| meta.hub.clock.now_ms() >= end) {
        return Err(dead(463));
    }
    if !world.users.contains_key(&token.person) || !world.apps.contains_key(&token.app) {
        return Err(dead(467));
    }
    let Some(consent) = tokens.find_consent(&token.app, &token.person) else { return Err(dead(458)) };
    if let Some(page) = &token.page {
        let holds_task =
            world.assets.get(page).is_some_and(|page| !world.tasks_of(page, &token.person).is_empty());
        if !holds_task {
            // A Page token dies with the person's task; that the subcode is this one is unconfirmed.
            return Err(dead(467));
        }
    }
    Ok(Session { value: value.to_owned(), granted: consent.granted.clone(), token })
}

fn dead(subcode: u32) -> Refusal {
    let why = match subcode {
        458 => "The user has not authorized application.",
        460 => "The session has been invalidated because the user changed their password.",
        463 => "Session has expired.",
        _ => "The session is invalid.",
    };
    Refusal::new(190, format!("Error validating access token: {why}")).subcode(subcode)
}

fn check_proof(world: &World, session: &Session, call: &Call) -> Result<(), Refusal> {
    let app = world.apps.get(&session.token.app);
    let method_error = |text: &str| Refusal::new(100, text).of_kind("GraphMethodException");
    match (call.find("appsecret_proof"), app) {
        (Some(proof), Some(app)) if is_proof(&app.secret, &session.value, proof) => Ok(()),
        (Some(_), _) => Err(method_error("Invalid appsecret_proof provided in the API argument")),
        (None, Some(app)) if !app.require_appsecret_proof => Ok(()),
        (None, _) => Err(method_error("API calls from the server require an appsecret_proof argument")),
    }
}

/// Lower-case hexadecimal HMAC-SHA256 of the token, under the app's secret.
fn is_proof(secret: &str, token: &str, proof: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, token.as_bytes());
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    hex == proof
}
