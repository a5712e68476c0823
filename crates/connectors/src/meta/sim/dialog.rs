//! The login dialog of `www.facebook.com`: who are you, and what may this app do?
//! Meta docs: manual login flow; Facebook Login for Business, 2026-11.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use http::request::Parts;
use url::form_urlencoded::parse;
use valetkey_sdk::sim::doorway::{self, Doorway};

use super::dialog_request::{Asked, read_request};
use super::tokens::Code;
use super::world::World;
use super::{Meta, PLATFORM, dialog_pages};

pub fn answer(meta: &Meta, prefix: &str, parts: &Parts, body: &[u8]) -> Response {
    let world = meta.books.world.newest();
    let path = parts.uri.path();
    let query = parts.uri.query().unwrap_or_default();
    let place = Place { meta, world: &world, door: dialog_pages::door(prefix), path, query };
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let path = if path.first().is_some_and(|part| part.starts_with('v')) { &path[1..] } else { &path[..] };
    match (parts.method.as_str(), path) {
        ("GET", ["dialog", "oauth"]) => place.login_page(parts),
        ("POST", ["login"]) => place.log_in(body),
        ("GET", ["dialog", "oauth", "confirm"]) => place.consent_page(parts),
        ("POST", ["dialog", "oauth", "confirm"]) => place.decide(parts, body),
        _ => dialog_pages::not_found(place.door),
    }
}

/// Where on the simulated site a request is.
struct Place<'a> {
    meta: &'a Meta,
    world: &'a World,
    door: Doorway<'a>,
    path: &'a str,
    query: &'a str,
}

impl Place<'_> {
    fn login_page(&self, parts: &Parts) -> Response {
        let asked = match read_request(self.world, self.query) {
            Ok(asked) => asked,
            Err(sentence) => return dialog_pages::refused(self.door, &sentence),
        };
        let people = self.meta.hub.people();
        let here = people.iter().filter(|person| self.world.users.contains_key(&person.id));
        let known = self.find_person(parts);
        let known = known.and_then(|known| people.find(&known));
        let next = format!("{}?{}", self.path, self.query);
        let people: Vec<_> = here.collect();
        dialog_pages::login(self.door, &asked, &people, known, &next)
    }

    fn log_in(&self, body: &[u8]) -> Response {
        let form: BTreeMap<_, _> = parse(body).into_owned().collect();
        let person = form.get("person").filter(|person| self.world.users.contains_key(*person));
        let next = form.get("next").filter(|next| next.starts_with('/') && next.contains("/dialog/oauth?"));
        let (Some(person), Some(next)) = (person, next) else {
            return dialog_pages::refused(self.door, "Somebody unknown tried to log in, or from nowhere.");
        };
        let next = next.replacen("/dialog/oauth?", "/dialog/oauth/confirm?", 1);
        self.door.admit(person, &next)
    }

    fn consent_page(&self, parts: &Parts) -> Response {
        let asked = match read_request(self.world, self.query) {
            Ok(asked) => asked,
            Err(sentence) => return dialog_pages::refused(self.door, &sentence),
        };
        let people = self.meta.hub.people();
        let Some(person) = self.find_person(parts).and_then(|person| people.find(&person).cloned()) else {
            return self.back_to_login();
        };
        let action = format!("{}{}?{}", self.door.prefix, self.path, self.query);
        let offered = self.offered(&asked, &person.id);
        dialog_pages::consent(self.door, &asked, &person, &offered, &action)
    }

    fn decide(&self, parts: &Parts, body: &[u8]) -> Response {
        let asked = match read_request(self.world, self.query) {
            Ok(asked) => asked,
            Err(sentence) => return dialog_pages::refused(self.door, &sentence),
        };
        let Some(person) = self.find_person(parts) else { return self.back_to_login() };
        let form: Vec<(String, String)> = parse(body).into_owned().collect();
        let chose = |name: &str, value: &str| form.iter().any(|(key, given)| key == name && given == value);
        if !chose("answer", "allow") {
            return to_app(
                &asked,
                &[
                    ("error", "access_denied"),
                    ("error_code", "200"),
                    ("error_reason", "user_denied"),
                    ("error_description", "Permissions error"),
                ],
            );
        }
        let offered = self.offered(&asked, &person);
        let keeps = |name: &&String| asked.all_or_none || *name == "public_profile" || chose("scope", name);
        let granted: BTreeSet<String> = offered.iter().filter(keeps).cloned().collect();
        let code = self.remember(&asked, &person, &offered, &granted);
        to_app(&asked, &[("code", &code)])
    }

    /// Writes down the consent and makes the code.
    fn remember(
        &self,
        asked: &Asked<'_>,
        person: &str,
        offered: &[String],
        granted: &BTreeSet<String>,
    ) -> String {
        let hub = &self.meta.hub;
        let mut tokens = self.meta.books.tokens.open();
        let consent = tokens.consents.entry((asked.app_id.clone(), person.to_owned())).or_default();
        for permission in offered {
            let (into, from) = match granted.contains(permission) {
                true => (&mut consent.granted, &mut consent.declined),
                false => (&mut consent.declined, &mut consent.granted),
            };
            from.remove(permission);
            into.insert(permission.clone());
        }
        let code = Code {
            app: asked.app_id.clone(),
            person: person.to_owned(),
            redirect_uri: asked.redirect_text.clone(),
            issued_at_ms: hub.clock.now_ms(),
            used: false,
        };
        let value = tokens.add_code(&hub.random, code);
        hub.secrets.register("code", PLATFORM, &value, person);
        value
    }

    /// What the consent page offers: what was declined before is asked again only with `auth_type=rerequest`.
    fn offered(&self, asked: &Asked<'_>, person: &str) -> Vec<String> {
        let tokens = self.meta.books.tokens.open();
        let declined = tokens.find_consent(&asked.app_id, person).map(|consent| consent.declined.clone());
        let declined = declined.filter(|_| !asked.all_or_none && !asked.rerequest).unwrap_or_default();
        asked.permissions.iter().filter(|permission| !declined.contains(*permission)).cloned().collect()
    }

    fn find_person(&self, parts: &Parts) -> Option<String> {
        let person = self.door.find_person(parts)?;
        self.world.users.contains_key(person).then(|| person.to_owned())
    }

    fn back_to_login(&self) -> Response {
        self.door.see_other(&format!("{}?{}", self.path.trim_end_matches("/confirm"), self.query))
    }
}

/// Back to the app, with the fragment that Meta leaves behind.
fn to_app(asked: &Asked<'_>, pairs: &[(&str, &str)]) -> Response {
    let mut uri = asked.redirect_uri.clone();
    uri.set_fragment(Some("_=_"));
    doorway::to_app(&uri, asked.state.as_deref(), pairs)
}
