//! `business-api.tiktok.com/portal/auth`: who are you, and may this app act for you? The link names no scopes:
//! they are set on the app, and the person may leave some out ("Authentication", portal docs, read 2026-11-23).

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use http::request::Parts;
use url::Url;
use url::form_urlencoded::parse;
use valetkey_sdk::sim::Site;
use valetkey_sdk::sim::doorway::{self, Consent, Doorway, Login, Permission};

use super::tokens::Code;
use super::world::{App, World};
use super::{PLATFORM, Tiktok};

const AUTHORIZE: &str = "/portal/auth";
const CONSENT: &str = "/portal/auth/confirm";

/// Numbers of permissions and what the page says of them ("Scopes", portal docs?id=1753986142651394).
pub const SCOPES: [(u64, &str); 6] = [
    (100, "Read ad account information"),
    (150, "Read Business Center information"),
    (153, "Manage Business Center assets"),
    (155, "Manage Business Center partners"),
    (156, "Manage Business Center members"),
    (230, "Read change logs"),
];

pub fn answer(tiktok: &Tiktok, prefix: &str, is_portal: bool, parts: &Parts, body: &[u8]) -> Response {
    let world = tiktok.books.world.newest();
    let door = Doorway { site: Site { name: "TikTok for Business" }, cookie: "sim_tiktok_person", prefix };
    let place = Place { tiktok, world: &world, door, query: parts.uri.query().unwrap_or_default() };
    match (parts.method.as_str(), parts.uri.path()) {
        ("GET", AUTHORIZE) if is_portal => place.login_page(parts),
        ("POST", "/portal/login") if is_portal => place.log_in(body),
        ("GET", CONSENT) if is_portal => place.consent_page(parts),
        ("POST", CONSENT) if is_portal => place.decide(parts, body),
        _ => door.not_found("Not found", "The simulated site has only its sign-in pages."),
    }
}

struct Place<'a> {
    tiktok: &'a Tiktok,
    world: &'a World,
    door: Doorway<'a>,
    query: &'a str,
}

/// What an app's link asks for, once it holds water.
struct Asked<'a> {
    app_id: String,
    app: &'a App,
    redirect_uri: Url,
    state: Option<String>,
}

impl Place<'_> {
    fn asked(&self) -> Result<Asked<'_>, &'static str> {
        let params: BTreeMap<_, _> = parse(self.query.as_bytes()).into_owned().collect();
        let find = |name: &str| params.get(name).cloned().filter(|value| !value.is_empty());
        let app_id = find("app_id").unwrap_or_default();
        let app = self.world.apps.get(&app_id).ok_or("There is no app with this app_id.")?;
        let redirect = find("redirect_uri").ok_or("The redirect_uri is missing.")?;
        let redirect_uri = app.find_redirect(&redirect)?;
        Ok(Asked { app_id, app, redirect_uri, state: find("state") })
    }

    fn login_page(&self, parts: &Parts) -> Response {
        let asked = match self.asked() {
            Ok(asked) => asked,
            Err(sentence) => return self.door.refused("Something went wrong", sentence),
        };
        let people = self.tiktok.hub.people();
        let here = people.iter().filter(|person| self.world.users.contains_key(&person.id));
        let here: Vec<_> = here.map(|person| (person, person.email.as_str())).collect();
        self.door.login(&Login {
            title: "Log in",
            words: "Log in to connect your ad accounts with",
            app: &asked.app.name,
            action: "/portal/login",
            way_on: ("next", &format!("{AUTHORIZE}?{}", self.query)),
            heading: "Log in as",
            people: &here,
            known: self.find_person(parts).and_then(|person| people.find(person)),
        })
    }

    fn log_in(&self, body: &[u8]) -> Response {
        let form: BTreeMap<_, _> = parse(body).into_owned().collect();
        let person = form.get("person").filter(|person| self.world.users.contains_key(*person));
        let back = form.get("next").and_then(|to| to.strip_prefix(AUTHORIZE)?.strip_prefix('?'));
        let (Some(person), Some(query)) = (person, back) else {
            return self
                .door
                .refused("Something went wrong", "Somebody unknown tried to log in, or from nowhere.");
        };
        self.door.admit(person, &format!("{CONSENT}?{query}"))
    }

    fn consent_page(&self, parts: &Parts) -> Response {
        let asked = match self.asked() {
            Ok(asked) => asked,
            Err(sentence) => return self.door.refused("Something went wrong", sentence),
        };
        let people = self.tiktok.hub.people();
        let Some(person) = self.find_person(parts).and_then(|person| people.find(person)) else {
            return self.door.see_other(&format!("{AUTHORIZE}?{}", self.query));
        };
        let names: Vec<_> = asked.app.scopes.iter().map(|scope| (*scope, scope.to_string())).collect();
        let words =
            |scope| SCOPES.iter().find(|(known, _)| *known == scope).map_or("Other", |(_, words)| words);
        let asks: Vec<_> =
            names.iter().map(|(scope, name)| Permission { name, words: words(*scope), tick: true }).collect();
        self.door.consent(&Consent {
            title: &format!("Authorize {}", asked.app.name),
            words: "You are logged in as",
            person,
            action: &format!("{}{CONSENT}?{}", self.door.prefix, self.query),
            heading: &format!("{} will be able to", asked.app.name),
            asks: &asks,
            note: Some("You can leave out what you do not want to allow."),
            button: "answer",
            allow: ("confirm", "Confirm"),
            deny: ("cancel", "Cancel"),
        })
    }

    /// Codes come back twice, under both names (seen in practice, unconfirmed).
    fn decide(&self, parts: &Parts, body: &[u8]) -> Response {
        let asked = match self.asked() {
            Ok(asked) => asked,
            Err(sentence) => return self.door.refused("Something went wrong", sentence),
        };
        let Some(person) = self.find_person(parts) else {
            return self.door.see_other(&format!("{AUTHORIZE}?{}", self.query));
        };
        let form: Vec<(String, String)> = parse(body).into_owned().collect();
        let state = asked.state.as_deref();
        if !form.iter().any(|(name, value)| name == "answer" && value == "confirm") {
            return doorway::to_app(&asked.redirect_uri, state, &[("error", "access_denied")]);
        }
        let kept =
            form.iter().filter(|(name, _)| name == "scope").filter_map(|(_, value)| value.parse().ok());
        let kept: BTreeSet<u64> = kept.filter(|scope| asked.app.scopes.contains(scope)).collect();
        let code = Code {
            app: asked.app_id.clone(),
            person: person.to_owned(),
            scopes: kept,
            issued_at_ms: self.tiktok.hub.clock.now_ms(),
            used: false,
        };
        let value = self.tiktok.hub.random.token().expose().to_owned();
        self.tiktok.books.tokens.open().codes.insert(value.clone(), code);
        self.tiktok.hub.secrets.register("code", PLATFORM, &value, person);
        doorway::to_app(&asked.redirect_uri, state, &[("auth_code", &value), ("code", &value)])
    }

    fn find_person<'p>(&self, parts: &'p Parts) -> Option<&'p str> {
        self.door.find_person(parts).filter(|person| self.world.users.contains_key(*person))
    }
}
