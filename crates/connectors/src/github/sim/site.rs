//! `github.com`: who are you, and may this app act for you? GitHub docs: "Authorizing OAuth apps",
//! read 2026-11-23.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use http::request::Parts;
use url::Url;
use url::form_urlencoded::parse;
use valetkey_sdk::sim::doorway::{self, Doorway};

use super::tokens::{Code, SCOPES, normalised};
use super::world::{App, World};
use super::{Github, PLATFORM, oauth, site_pages};

const AUTHORIZE: &str = "/login/oauth/authorize";

pub fn answer(github: &Github, prefix: &str, parts: &Parts, body: &[u8]) -> Response {
    let world = github.books.world.newest();
    let query = parts.uri.query().unwrap_or_default();
    let place = Place { github, world: &world, door: site_pages::door(prefix), query };
    match (parts.method.as_str(), parts.uri.path()) {
        ("POST", "/login/oauth/access_token") => oauth::exchange(github, parts, body),
        ("GET", AUTHORIZE) => place.login_page(parts),
        ("POST", "/session") => place.log_in(body),
        ("GET", "/login/oauth/authorize/consent") => place.consent_page(parts),
        ("POST", "/login/oauth/authorize/consent") => place.decide(parts, body),
        _ => site_pages::not_found(place.door),
    }
}

/// What an app's link asks for, once it holds water.
pub struct Asked<'a> {
    pub app_id: String,
    pub app: &'a App,
    pub redirect_uri: Url,
    pub scopes: BTreeSet<String>,
    state: Option<String>,
    challenge: Option<String>,
}

struct Place<'a> {
    github: &'a Github,
    world: &'a World,
    door: Doorway<'a>,
    query: &'a str,
}

impl Place<'_> {
    fn asked(&self) -> Result<Asked<'_>, String> {
        let params: BTreeMap<_, _> = parse(self.query.as_bytes()).into_owned().collect();
        let find = |name: &str| params.get(name).cloned().filter(|value| !value.is_empty());
        let app_id = find("client_id").unwrap_or_default();
        let app = self.world.apps.get(&app_id).ok_or("There is no app with this client_id.")?;
        let redirect = find("redirect_uri").or_else(|| app.redirect_uris.first().cloned());
        let redirect = redirect.ok_or("The app has no callback URL.")?;
        let redirect_uri = Url::parse(&redirect).map_err(|_| "The redirect_uri is not an address.")?;
        let local =
            app.local && redirect_uri.scheme() == "http" && redirect_uri.host_str() == Some("localhost");
        if !local && !app.redirect_uris.contains(&redirect) {
            return Err("The redirect_uri is not associated with this application.".into());
        }
        let wanted = find("scope").unwrap_or_default();
        let wanted: BTreeSet<_> =
            wanted.split([' ', ',']).filter(|s| !s.is_empty()).map(str::to_owned).collect();
        // GitHub leaves out what it does not know.
        let scopes = wanted.into_iter().filter(|s| SCOPES.iter().any(|(known, ..)| known == s)).collect();
        let method = find("code_challenge_method");
        let challenge = find("code_challenge");
        if challenge.is_some() && method.as_deref() != Some("S256") {
            return Err("Only code_challenge_method=S256 is supported.".into());
        }
        Ok(Asked { app_id, app, redirect_uri, scopes, state: find("state"), challenge })
    }

    fn login_page(&self, parts: &Parts) -> Response {
        let asked = match self.asked() {
            Ok(asked) => asked,
            Err(sentence) => return site_pages::refused(self.door, &sentence),
        };
        let people = self.github.hub.people();
        let here: Vec<_> =
            people.iter().filter_map(|person| Some((person, self.world.users.get(&person.id)?))).collect();
        let known = self.find_person(parts).and_then(|known| people.find(&known).cloned());
        site_pages::login(self.door, &asked, &here, known.as_ref(), &format!("{AUTHORIZE}?{}", self.query))
    }

    fn log_in(&self, body: &[u8]) -> Response {
        let form: BTreeMap<_, _> = parse(body).into_owned().collect();
        let person = form.get("person").filter(|person| self.world.users.contains_key(*person));
        let back = form.get("return_to").and_then(|to| to.strip_prefix(AUTHORIZE)?.strip_prefix('?'));
        let (Some(person), Some(query)) = (person, back) else {
            return site_pages::refused(self.door, "Somebody unknown tried to log in, or from nowhere.");
        };
        self.door.admit(person, &format!("{AUTHORIZE}/consent?{query}"))
    }

    fn consent_page(&self, parts: &Parts) -> Response {
        let asked = match self.asked() {
            Ok(asked) => asked,
            Err(sentence) => return site_pages::refused(self.door, &sentence),
        };
        let people = self.github.hub.people();
        let Some(person) = self.find_person(parts).and_then(|person| people.find(&person).cloned()) else {
            return self.door.see_other(&format!("{AUTHORIZE}?{}", self.query));
        };
        let action = format!("{}{AUTHORIZE}/consent?{}", self.door.prefix, self.query);
        site_pages::consent(self.door, &asked, &person, &action)
    }

    /// All of the scopes or none: an OAuth app's page has nothing to untick.
    fn decide(&self, parts: &Parts, body: &[u8]) -> Response {
        let asked = match self.asked() {
            Ok(asked) => asked,
            Err(sentence) => return site_pages::refused(self.door, &sentence),
        };
        let Some(person) = self.find_person(parts) else {
            return self.door.see_other(&format!("{AUTHORIZE}?{}", self.query));
        };
        if !parse(body).any(|(name, value)| name == "authorize" && value == "1") {
            let text = "The user has denied your application access.";
            return to_app(&asked, &[("error", "access_denied"), ("error_description", text)]);
        }
        let code = Code {
            app: asked.app_id.clone(),
            person: person.clone(),
            redirect_uri: asked.redirect_uri.to_string(),
            scopes: normalised(&asked.scopes),
            challenge: asked.challenge.clone(),
            issued_at_ms: self.github.hub.clock.now_ms(),
            used: false,
        };
        let value = self.github.books.tokens.open().add_code(&self.github.hub.random, code);
        self.github.hub.secrets.register("code", PLATFORM, &value, &person);
        to_app(&asked, &[("code", &value)])
    }

    fn find_person(&self, parts: &Parts) -> Option<String> {
        let person = self.door.find_person(parts)?;
        self.world.users.contains_key(person).then(|| person.to_owned())
    }
}

fn to_app(asked: &Asked<'_>, pairs: &[(&str, &str)]) -> Response {
    doorway::to_app(&asked.redirect_uri, asked.state.as_deref(), pairs)
}
