//! OAuth 2 as platforms really speak it: the manifest names each one's departures from RFC 6749.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::Url;

use super::Credential;
use crate::access::Roles;
use crate::app::App;
use crate::call;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{PlatformClient, Reply, Request};
use crate::manifest::{SignIn, TokenMethod};
use crate::point::Point;
use crate::remedy::Remedy;
use crate::secret::Secret;

/// Where to send the browser. Built from the manifest only: nothing a visitor sends gets in.
pub fn authorize_url(
    sign_in: &SignIn,
    app: &App,
    redirect_uri: &str,
    state: &Secret,
    verifier: &Secret,
    scopes: &Roles,
) -> Result<Url> {
    let mut url = Url::parse(&sign_in.authorize)
        .map_err(|e| Error::unexpected("the manifest's authorise address is not an address").caused_by(e))?;
    if sign_in.fixed_scopes {
        url.query_pairs_mut()
            .append_pair(sign_in.names.app_in_link(), &app.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state.expose());
        return Ok(url);
    }
    let config_id = app.extra.get("config_id").filter(|_| sign_in.config_id);
    let mut pairs = url.query_pairs_mut();
    pairs
        .append_pair(sign_in.names.app_in_link(), &app.client_id)
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("response_type", "code")
        .append_pair("state", state.expose());
    match config_id {
        Some(id) => pairs.append_pair("config_id", id),
        None => {
            let list: Vec<_> = scopes.iter().map(String::as_str).collect();
            pairs.append_pair("scope", &list.join(&sign_in.scope_separator));
            pairs.extend_pairs(&sign_in.ask_again)
        }
    };
    if sign_in.pkce {
        pairs
            .append_pair("code_challenge", &pkce_challenge(verifier))
            .append_pair("code_challenge_method", "S256");
    }
    drop(pairs);
    Ok(url)
}

/// The S256 challenge of a verifier (RFC 7636 §4.2).
pub fn pkce_challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.expose().as_bytes()))
}

/// What a code exchange needs.
pub struct Exchange<'a> {
    pub http: &'a PlatformClient,
    pub sign_in: &'a SignIn,
    pub app: &'a App,
    pub now: Timestamp,
}

/// Exchanges a code, once. The code is spent whatever comes back.
pub async fn exchange(
    with: &Exchange<'_>,
    code: &Secret,
    redirect_uri: &str,
    verifier: &Secret,
) -> Result<Credential> {
    if with.sign_in.token_method == TokenMethod::Json {
        let code = (with.sign_in.names.code.as_str(), code.expose().to_owned());
        let back = ("redirect_uri", redirect_uri.to_owned());
        let params = if with.sign_in.fixed_scopes { vec![code] } else { vec![code, back] };
        return token_call(with, call!("code exchange"), &with.sign_in.token, params).await;
    }
    let mut params = vec![("redirect_uri", redirect_uri.to_owned()), ("code", code.expose().to_owned())];
    if with.sign_in.token_method == TokenMethod::Post {
        params.push(("grant_type", "authorization_code".to_owned()));
    }
    if with.sign_in.pkce {
        params.push(("code_verifier", verifier.expose().to_owned()));
    }
    token_call(with, call!("code exchange"), &with.sign_in.token, params).await
}

/// Makes a short-lived credential long-lived, where the platform offers it; otherwise returns it as it is.
pub async fn extend(with: &Exchange<'_>, short: Credential) -> Result<Credential> {
    let Some(how) = &with.sign_in.extend else { return Ok(short) };
    let params = vec![
        ("grant_type", how.grant_type.clone()),
        (how.param.as_str(), short.access_token.expose().to_owned()),
    ];
    token_call(with, call!("token extension"), &with.sign_in.token, params).await
}

/// A new credential for one that is over; none where the platform offers none. The old one may be spent whatever
/// comes back, so the new one is to be kept before it is used.
pub async fn refresh(with: &Exchange<'_>, old: &Credential) -> Result<Option<Credential>> {
    let (Some(at), Some(token)) = (&with.sign_in.refresh, &old.refresh_token) else { return Ok(None) };
    let params =
        vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", token.expose().to_owned())];
    let new = token_call(with, call!("token refresh"), at, params).await?;
    // Where none comes along, the old one goes on (RFC 6749 §6).
    let refresh_token = new.refresh_token.or_else(|| old.refresh_token.clone());
    Ok(Some(Credential { refresh_token, ..new }))
}

async fn token_call(
    with: &Exchange<'_>,
    name: Point,
    at: &str,
    params: Vec<(&str, String)>,
) -> Result<Credential> {
    let url = Url::parse(at)
        .map_err(|e| Error::unexpected("the manifest's token address is not an address").caused_by(e))?;
    let host = url.host_str().unwrap_or_default();
    let mut request = match with.sign_in.token_method {
        TokenMethod::Get => Request::get(name, host, url.path()),
        TokenMethod::Post | TokenMethod::Json => Request::post(name, host, url.path()),
    };
    let names = &with.sign_in.names;
    let keys = [
        (names.app.as_str(), with.app.client_id.clone()),
        (names.secret.as_str(), with.app.client_secret.expose().to_owned()),
    ];
    let mut body: serde_json::Map<String, Value> = with.sign_in.token_extra.clone().into_iter().collect();
    for (key, value) in keys.into_iter().chain(params) {
        request = match with.sign_in.token_method {
            TokenMethod::Get => request.query(key, value),
            TokenMethod::Post => request.form(key, value),
            TokenMethod::Json => {
                body.insert(key.to_owned(), Value::String(value));
                request
            }
        };
    }
    if with.sign_in.token_method == TokenMethod::Json {
        request = request.json(Value::Object(body));
    }
    // RFC 6749 §5.1 answers in JSON; some platforms do so only when asked.
    let request = request.header("accept", "application/json");
    let reply = with.http.send_exactly_once(&request).await?;
    credential(&reply, with)
}

/// Refuses a sign-in that was allowed less than the manifest asks for, where the answer tells.
fn check_scopes(body: &Value, sign_in: &SignIn) -> Result<()> {
    if !sign_in.fixed_scopes {
        return Ok(());
    }
    let text = |v: &Value| v.as_str().map(str::to_owned).or_else(|| Some(v.as_u64()?.to_string()));
    let granted: Roles =
        body.get("scope").and_then(Value::as_array).into_iter().flatten().filter_map(text).collect();
    let granted = sign_in.with_brought(granted);
    let missing: Vec<_> = sign_in.scopes.difference(&granted).cloned().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let remedy = Remedy::new("permissions-missing").arg("missing", missing.join(", "));
    Err(Error::rejected(remedy, "not everything that is needed was allowed"))
}

/// Reads a token answer leniently: `token_type` and `expires_in` may be missing, numbers may be text.
fn credential(reply: &Reply, with: &Exchange<'_>) -> Result<Credential> {
    let now = with.now;
    if reply.status >= 500 {
        return Err(
            Error::new(ErrorKind::Temporary, "the platform's sign-in is down").with("status", reply.status)
        );
    }
    let whole = reply.json()?;
    let body = match &with.sign_in.envelope {
        Some(field) => whole.get(field).unwrap_or(&Value::Null),
        None => &whole,
    };
    let token = body.get("access_token").and_then(Value::as_str).filter(|_| reply.is_success());
    let Some(token) = token else {
        let remedy = Remedy::new("sign-in-refused");
        return Err(Error::rejected(remedy, "the platform refused the sign-in").with("status", reply.status));
    };
    check_scopes(body, with.sign_in)?;
    let expires_in = body.get("expires_in").and_then(|v| v.as_i64().or_else(|| v.as_str()?.parse().ok()));
    Ok(Credential {
        access_token: Secret::new(token),
        refresh_token: body.get("refresh_token").and_then(Value::as_str).map(Secret::new),
        expires_at: expires_in.filter(|s| *s > 0).map(|s| now + SignedDuration::from_secs(s)),
    })
}
