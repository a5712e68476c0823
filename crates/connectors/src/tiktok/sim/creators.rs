//! The creator authorisation: a TikTok account's owner tells an app which account it is. A token holds for a day and
//! its refresh token for a year; each refresh spends both ("TikTok accounts", portal docs?id=1738373141733378).

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use http::request::Parts;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::parse;
use valetkey_sdk::sim::doorway::{self, Consent, Doorway, Login, Permission};

use super::answer::Refusal;
use super::world::World;
use super::{PLATFORM, Tiktok};

/// Where an app's link leads, and where the answer goes.
pub const AUTHORIZE: &str = "/v2/auth/authorize/";
pub const LOGIN: &str = "/creator/login";
/// How long a code holds is a guess.
const CODE_MS: i64 = 600_000;
const DAY_S: i64 = 86_400;
const YEAR_S: i64 = 365 * DAY_S;

const SCOPES: [(&str, &str); 3] = [
    ("user.info.basic", "See your picture and display name"),
    ("user.info.username", "See your username"),
    ("video.list", "See your public videos"),
];

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Code {
    app: String,
    person: String,
    scopes: BTreeSet<String>,
    redirect_uri: String,
    until_ms: i64,
}

/// By its access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    app: String,
    pub person: String,
    scopes: BTreeSet<String>,
    until_ms: i64,
    refresh: String,
    refresh_until_ms: i64,
}

/// What an app's link asks for, once it holds water.
struct Asked {
    app_id: String,
    app: String,
    redirect_uri: Url,
    state: Option<String>,
    scopes: Vec<(&'static str, &'static str)>,
}

fn asked(world: &World, query: &str) -> Result<Asked, &'static str> {
    let params: BTreeMap<_, _> = parse(query.as_bytes()).into_owned().collect();
    let find = |name: &str| params.get(name).cloned().filter(|value| !value.is_empty());
    let app_id = find("client_key").unwrap_or_default();
    let app = world.apps.get(&app_id).ok_or("There is no app with this client_key.")?;
    if find("response_type").as_deref() != Some("code") {
        return Err("The response_type has to be code.");
    }
    let redirect = find("redirect_uri").ok_or("The redirect_uri is missing.")?;
    let redirect_uri = app.find_redirect(&redirect)?;
    let known =
        |scope: &str| SCOPES.into_iter().find(|(name, _)| *name == scope).ok_or("A scope is unknown.");
    let scopes = find("scope").ok_or("The scope is missing.")?;
    let scopes = scopes.split(',').map(known).collect::<Result<_, _>>()?;
    Ok(Asked { app_id, app: app.name.clone(), redirect_uri, state: find("state"), scopes })
}

/// Who is there, may the app see which account it is, and back to the app.
pub fn answer(tiktok: &Tiktok, door: Doorway<'_>, parts: &Parts, form: &[(String, String)]) -> Response {
    let world = tiktok.books.world.newest();
    let wrong = |sentence: &str| door.refused("Something went wrong", sentence);
    let value = |name: &str| form.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    if parts.uri.path() == LOGIN {
        let person = value("person").filter(|person| world.profile_of(person).is_some());
        let next = value("next").filter(|next| next.starts_with(AUTHORIZE));
        return match (person, next) {
            (Some(person), Some(next)) => door.admit(person, &format!("{next}&here=1")),
            _ => wrong("Somebody unknown tried to log in, or from nowhere."),
        };
    }
    let query = parts.uri.query().unwrap_or_default();
    let asked = match asked(&world, query) {
        Ok(asked) => asked,
        Err(sentence) => return wrong(sentence),
    };
    let people = tiktok.hub.people();
    let known = door.find_person(parts).and_then(|person| people.find(person));
    let known = known.filter(|person| world.profile_of(&person.id).is_some());
    // Who is logged in already is asked all the same: the phone may be somebody else's.
    let here = query.ends_with("&here=1");
    match (parts.method.as_str(), known) {
        ("POST", Some(person)) if value("answer") == Some("allow") => {
            let ticked = form.iter().filter(|(name, _)| name == "scope").map(|(_, scope)| scope.clone());
            let scopes = ticked.filter(|s| asked.scopes.iter().any(|(name, _)| name == s)).collect();
            let code = Code {
                app: asked.app_id,
                person: person.id.clone(),
                scopes,
                redirect_uri: asked.redirect_uri.to_string(),
                until_ms: tiktok.hub.clock.now_ms() + CODE_MS,
            };
            let text = secret(tiktok, "code", &person.id, "");
            tiktok.books.tokens.open().creator_codes.insert(text.clone(), code);
            doorway::to_app(&asked.redirect_uri, asked.state.as_deref(), &[("code", &text)])
        }
        ("POST", Some(_)) => {
            doorway::to_app(&asked.redirect_uri, asked.state.as_deref(), &[("error", "access_denied")])
        }
        ("GET", Some(person)) if here => door.consent(&Consent {
            title: &format!("Authorize {}", asked.app),
            words: "You are logged in as",
            person,
            action: &format!("{}{AUTHORIZE}?{query}", door.prefix),
            heading: &format!("{} will be able to", asked.app),
            asks: &asked
                .scopes
                .iter()
                .map(|(name, words)| Permission { name, words, tick: true })
                .collect::<Vec<_>>(),
            note: Some("It cannot post, and nobody can advertise with your account by this."),
            button: "answer",
            allow: ("allow", "Authorize"),
            deny: ("deny", "Cancel"),
        }),
        _ => {
            let owners = people.iter().filter(|person| world.profile_of(&person.id).is_some());
            let owners: Vec<_> = owners.map(|person| (person, person.email.as_str())).collect();
            door.login(&Login {
                title: "Log in",
                words: "Log in to TikTok to continue to",
                app: &asked.app,
                action: LOGIN,
                way_on: ("next", &format!("{AUTHORIZE}?{query}")),
                heading: "Log in as",
                people: &owners,
                known,
            })
        }
    }
}

fn secret(tiktok: &Tiktok, kind: &str, person: &str, prefix: &str) -> String {
    let text = format!("{prefix}{}", tiktok.hub.random.token().expose());
    tiktok.hub.secrets.register(kind, PLATFORM, &text, person);
    text
}

fn checked_app(world: &World, body: &Value, grant: &str) -> Result<String, Refusal> {
    let find = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    if find("grant_type") != grant {
        return Err(Refusal::new(40108, format!("grant_type: Must be {grant}.")));
    }
    match world.apps.get(find("client_id")) {
        Some(app) if app.secret == find("client_secret") => Ok(find("client_id").to_owned()),
        Some(_) => Err(Refusal::new(40101, "The client_id and client_secret do not match.")),
        None => Err(Refusal::new(40113, "The app does not exist or is blocked.")),
    }
}

/// `POST /tt_user/oauth2/token/`.
pub fn exchange(tiktok: &Tiktok, body: &Value) -> Result<Value, Refusal> {
    let world = tiktok.books.world.newest();
    let app = checked_app(&world, body, "authorization_code")?;
    let find = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let wrong = || Refusal::new(40110, "Auth_code is invalid, has been used or has expired.");
    let code = tiktok.books.tokens.open().creator_codes.remove(find("auth_code")).ok_or_else(wrong)?;
    if code.app != app || code.redirect_uri != find("redirect_uri") {
        return Err(Refusal::new(40101, "The app, redirect_uri and auth_code do not match."));
    }
    if code.until_ms <= tiktok.hub.clock.now_ms() {
        return Err(wrong());
    }
    Ok(issue(tiktok, &world, app, code.person, code.scopes))
}

/// `POST /tt_user/oauth2/refresh_token/`: the old pair is over.
pub fn refresh(tiktok: &Tiktok, body: &Value) -> Result<Value, Refusal> {
    let world = tiktok.books.world.newest();
    let app = checked_app(&world, body, "refresh_token")?;
    let given = body.get("refresh_token").and_then(Value::as_str).unwrap_or_default();
    let old = {
        let mut drawers = tiktok.books.tokens.open();
        let key = drawers.creators.iter().find(|(_, t)| t.app == app && t.refresh == given);
        let key = key.map(|(key, _)| key.clone());
        key.and_then(|key| drawers.creators.remove(&key))
    };
    let old = old.ok_or_else(|| Refusal::new(40107, "Refresh token is invalid."))?;
    if old.refresh_until_ms <= tiktok.hub.clock.now_ms() {
        return Err(Refusal::new(40103, "Refresh token has expired."));
    }
    Ok(issue(tiktok, &world, app, old.person, old.scopes))
}

fn issue(tiktok: &Tiktok, world: &World, app: String, person: String, scopes: BTreeSet<String>) -> Value {
    let now_ms = tiktok.hub.clock.now_ms();
    let access = secret(tiktok, "access_token", &person, "act.");
    let refresh = secret(tiktok, "refresh_token", &person, "rft.");
    let data = json!({
        "access_token": access, "expires_in": DAY_S, "refresh_token": refresh, "refresh_token_expires_in": YEAR_S,
        "open_id": open_id(world, &person), "scope": scopes.iter().cloned().collect::<Vec<_>>().join(","),
        "token_type": "Bearer",
    });
    let (until_ms, refresh_until_ms) = (now_ms + DAY_S * 1_000, now_ms + YEAR_S * 1_000);
    let token = Token { app, person, scopes, until_ms, refresh, refresh_until_ms };
    tiktok.books.tokens.open().creators.insert(access, token);
    data
}

fn open_id(world: &World, person: &str) -> String {
    format!("_000{}", world.users.get(person).map_or("", String::as_str))
}

/// `POST /tt_user/oauth2/revoke/`.
pub fn revoke(tiktok: &Tiktok, body: &Value) -> Result<Value, Refusal> {
    let value = body.get("access_token").and_then(Value::as_str).unwrap_or_default();
    let gone = tiktok.books.tokens.open().creators.remove(value);
    gone.map(|_| json!({}))
        .ok_or_else(|| Refusal::new(40105, "Access token is incorrect or has been revoked."))
}

fn holder(tiktok: &Tiktok, value: &str) -> Result<Token, Refusal> {
    let token = tiktok.books.tokens.open().creators.get(value).cloned();
    let token = token.ok_or_else(|| Refusal::new(40105, "Access token is incorrect or has been revoked."))?;
    match token.until_ms > tiktok.hub.clock.now_ms() {
        true => Ok(token),
        false => Err(Refusal::new(40102, "Access token has expired.")),
    }
}

/// `POST /tt_user/token_info/get/`: the token is in the body.
pub fn info(tiktok: &Tiktok, body: &Value) -> Result<Value, Refusal> {
    let find = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let token = holder(tiktok, find("access_token"))?;
    if token.app != find("app_id") {
        return Err(Refusal::new(40101, "The app_id and access_token do not match."));
    }
    let scope = token.scopes.iter().cloned().collect::<Vec<_>>().join(",");
    let creator = open_id(&tiktok.books.world.newest(), &token.person);
    Ok(json!({ "app_id": token.app, "scope": scope, "creator_id": creator }))
}

/// `GET /business/get/`: each field has its permission.
pub fn profile(tiktok: &Tiktok, parts: &Parts) -> Result<Value, Refusal> {
    let value = parts.headers.get("access-token").and_then(|value| value.to_str().ok());
    let token = holder(tiktok, value.ok_or_else(|| Refusal::new(40104, "Access token is empty."))?)?;
    let world = tiktok.books.world.newest();
    let query: BTreeMap<_, _> =
        parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    if query.get("business_id") != Some(&open_id(&world, &token.person)) {
        return Err(Refusal::forbidden("No permission to operate this business_id."));
    }
    let fields = query.get("fields").map_or("[\"display_name\"]", String::as_str);
    let fields: Vec<String> = serde_json::from_str(fields)
        .map_err(|_| Refusal::parameter("fields: Not a valid list of strings."))?;
    let name = world.profile_of(&token.person).map(|id| world.assets[id].name.clone()).unwrap_or_default();
    let mut data = json!({});
    for field in fields {
        let scope = match field.as_str() {
            "display_name" => "user.info.basic",
            "username" => "user.info.username",
            other => return Err(Refusal::parameter(format!("fields: {other} is unknown."))),
        };
        if !token.scopes.contains(scope) {
            return Err(Refusal::forbidden(format!("No permission to operate: {scope} was not granted.")));
        }
        data[field] = json!(name);
    }
    Ok(data)
}
