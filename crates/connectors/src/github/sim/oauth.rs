//! Codes become tokens. GitHub docs: "Authorizing OAuth apps", read 2026-11-23.

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Parts;
use serde_json::Value;
use url::form_urlencoded::{Serializer, parse};

use super::tokens::{CODE_MS, Token};
use super::{Github, PLATFORM};

/// `POST /login/oauth/access_token`. Refusals come with status 200, and all answers as a form unless JSON
/// was asked for.
pub fn exchange(github: &Github, parts: &Parts, body: &[u8]) -> Response {
    let is_json = |name| {
        let value = parts.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        value.is_some_and(|value| value.contains("application/json"))
    };
    let form: BTreeMap<String, String> = if is_json(CONTENT_TYPE) {
        serde_json::from_slice(body).unwrap_or_default()
    } else {
        let query = parse(parts.uri.query().unwrap_or_default().as_bytes());
        query.into_owned().chain(parse(body).into_owned()).collect()
    };
    let pairs = match token(github, &form) {
        Ok((value, scope)) => {
            vec![("access_token", value), ("scope", scope), ("token_type", "bearer".to_owned())]
        }
        Err((error, description)) => vec![
            ("error", error.to_owned()),
            ("error_description", description.to_owned()),
            (
                "error_uri",
                format!("https://docs.github.com/apps/managing-oauth-apps/troubleshooting#{error}"),
            ),
        ],
    };
    if is_json(ACCEPT) {
        let body: serde_json::Map<_, _> =
            pairs.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
        return Json(body).into_response();
    }
    let text = Serializer::new(String::new()).extend_pairs(pairs).finish();
    ([(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8")], text).into_response()
}

type Wrong = (&'static str, &'static str);

fn token(github: &Github, form: &BTreeMap<String, String>) -> Result<(String, String), Wrong> {
    let find = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let world = github.books.world.newest();
    let app = world.apps.get(find("client_id"));
    if app.is_none_or(|app| app.secret != find("client_secret")) {
        return Err((
            "incorrect_client_credentials",
            "The client_id and/or client_secret passed are incorrect.",
        ));
    }
    let bad_code = ("bad_verification_code", "The code passed is incorrect or expired.");
    let now_ms = github.hub.clock.now_ms();
    let mut tokens = github.books.tokens.open();
    let code = tokens.codes.get_mut(find("code")).ok_or(bad_code)?;
    if code.app != find("client_id") || code.used || now_ms - code.issued_at_ms >= CODE_MS {
        return Err(bad_code);
    }
    if !find("redirect_uri").is_empty() && find("redirect_uri") != code.redirect_uri {
        let text = "The redirect_uri MUST match the registered callback URL for this application.";
        return Err(("redirect_uri_mismatch", text));
    }
    code.used = true;
    if code.challenge.as_ref().is_some_and(|challenge| *challenge != challenge_of(find("code_verifier"))) {
        // Which error a wrong verifier gives is unconfirmed.
        return Err(bad_code);
    }
    let code = code.clone();
    let scope = code.scopes.iter().cloned().collect::<Vec<_>>().join(",");
    let token = Token { app: code.app, person: code.person.clone(), scopes: code.scopes, dead: false };
    let value = tokens.add(&github.hub.random, token);
    drop(tokens);
    github.hub.secrets.register("access_token", PLATFORM, &value, &code.person);
    Ok((value, scope))
}

/// URL-safe base64 without padding of the SHA-256 (RFC 7636 §4.2), written out here.
fn challenge_of(verifier: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let hash = digest::digest(&digest::SHA256, verifier.as_bytes());
    let mut out = String::new();
    for chunk in hash.as_ref().chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..=chunk.len() {
            out.push(char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]));
        }
    }
    out
}
