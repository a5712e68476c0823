//! The REST API's front: headers, token, and which resource a path names.

use std::collections::BTreeMap;

use axum::response::Response;
use http::header::AUTHORIZATION;
use http::request::Parts;
use serde_json::{Value, json};
use url::form_urlencoded::parse;
use valetkey_sdk::sim::{Caller, Effect, Operation};

use super::answer::{Answer, Refusal};
use super::tokens::Token;
use super::world::World;
use super::{API, Linkedin, PLATFORM, ads};

/// Versions served now: at least twelve months of them ("Versioning", read 2026-11-22).
const VERSIONS: std::ops::RangeInclusive<u32> = 202_511..=202_610;

pub fn answer(linkedin: &Linkedin, parts: &Parts, body: &[u8], lag_ms: i64) -> Response {
    match dispatch(linkedin, parts, body, lag_ms) {
        Ok(answer) => answer.into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

fn dispatch(linkedin: &Linkedin, parts: &Parts, body: &[u8], lag_ms: i64) -> Result<Answer, Refusal> {
    let world = linkedin.books.world.visible(linkedin.hub.clock.now_ms());
    let token = authenticate(linkedin, &world, parts)?;
    let query = parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let member = world.members[&token.person].clone();
    let cx = Cx { linkedin, world: &world, token: &token, member, parts, query, body, lag_ms };
    // The path as it was sent: what is encoded in a key is not a separator.
    match parts.uri.path() {
        "/v2/userinfo" => cx.userinfo(),
        path => match path.strip_prefix("/rest/") {
            Some(resource) => {
                cx.versioned()?;
                ads::answer(&cx, resource)
            }
            None => {
                Err(Refusal::new(404, "RESOURCE_NOT_FOUND", format!("No virtual resource found: {path}")))
            }
        },
    }
}

fn authenticate(linkedin: &Linkedin, world: &World, parts: &Parts) -> Result<Token, Refusal> {
    let bearer =
        parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let invalid = |code, text: &str| Refusal::new(401, code, text);
    let value = bearer.ok_or_else(|| invalid("EMPTY_ACCESS_TOKEN", "Empty oauth2 access token"))?;
    let token = linkedin.books.tokens.open().tokens.get(value).cloned();
    let token = token.filter(|t| world.apps.contains_key(&t.app) && world.members.contains_key(&t.person));
    let token = token.ok_or_else(|| invalid("INVALID_ACCESS_TOKEN", "Invalid access token"))?;
    if token.dead {
        return Err(invalid(
            "REVOKED_ACCESS_TOKEN",
            "The token used in the request has been revoked by the user",
        ));
    }
    if linkedin.hub.clock.now_ms() >= token.ends_at_ms {
        return Err(invalid("EXPIRED_ACCESS_TOKEN", "The token used in the request has expired"));
    }
    Ok(token)
}

/// What the answer to one call is made from.
pub struct Cx<'a> {
    pub linkedin: &'a Linkedin,
    /// As reads see it now.
    pub world: &'a World,
    pub token: &'a Token,
    /// The caller's id for this app.
    pub member: String,
    pub parts: &'a Parts,
    pub query: BTreeMap<String, String>,
    body: &'a [u8],
    pub lag_ms: i64,
}

impl Cx<'_> {
    pub fn header(&self, name: &str) -> &str {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub fn has_scope(&self, scope: &str) -> bool {
        self.token.scopes.contains(scope)
    }

    pub fn json(&self) -> Result<Value, Refusal> {
        let body: Value =
            serde_json::from_slice(self.body).map_err(|_| Refusal::invalid("Unable to parse JSON"))?;
        body.is_object().then_some(body).ok_or_else(|| Refusal::invalid("The body is no object"))
    }

    /// Every call under `/rest` names a version and speaks protocol 2.
    fn versioned(&self) -> Result<(), Refusal> {
        let version = self.header("linkedin-version");
        if version.is_empty() {
            return Err(Refusal::new(
                400,
                "VERSION_MISSING",
                "A version must be present. Please specify a version.",
            ));
        }
        if !version.parse().is_ok_and(|version| VERSIONS.contains(&version)) {
            let text = format!("Requested version {version} is not active");
            return Err(Refusal::new(426, "NONEXISTENT_VERSION", text));
        }
        match self.header("x-restli-protocol-version") {
            "2.0.0" => Ok(()),
            _ => Err(Refusal::invalid("Invalid query parameters or key: use protocol version 2.0.0")),
        }
    }

    /// OpenID Connect: `sub` is the member's id for this app.
    fn userinfo(&self) -> Result<Answer, Refusal> {
        if !self.has_scope("openid") {
            return Err(Refusal::denied("userinfo.GET.NO_VERSION"));
        }
        let mut body = json!({ "sub": self.member });
        if let Some(person) =
            self.linkedin.hub.people().find(&self.token.person).filter(|_| self.has_scope("profile"))
        {
            body["name"] = json!(person.name);
        }
        Ok(Answer(200, Some(body)))
    }

    pub fn record(&self, operation: Operation, account: &str, member: &str, role: &str) {
        let caller = Caller { app: Some(self.token.app.clone()), person: Some(self.token.person.clone()) };
        let effect =
            Effect::new(PLATFORM, API, operation, ("ad_account", account), ("member", member), caller);
        self.linkedin.hub.record(effect.with_roles([role]));
    }
}
