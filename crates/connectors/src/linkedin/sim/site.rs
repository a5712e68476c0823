//! `www.linkedin.com`: who are you, and may this app act for you? "Authorization code flow", read 2026-11-22.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use http::request::Parts;
use url::Url;
use url::form_urlencoded::parse;
use valetkey_sdk::sim::doorway::{self, Doorway};

use super::tokens::{self, Code};
use super::world::{App, World};
use super::{Linkedin, PLATFORM, site_pages};

const AUTHORIZE: &str = "/oauth/v2/authorization";
const CONSENT: &str = "/oauth/v2/authorization/consent";

/// What the app of the world may ask for: the products it was given.
pub const SCOPES: [(&str, &str); 5] = [
    ("openid", "Use your name and photo"),
    ("profile", "Use your name and photo"),
    ("email", "Use the primary email address of your account"),
    ("r_ads", "Retrieve your advertising accounts"),
    ("rw_ads", "Manage your advertising accounts"),
];

pub fn answer(linkedin: &Linkedin, prefix: &str, parts: &Parts, body: &[u8]) -> Response {
    let world = linkedin.books.world.newest();
    let query = parts.uri.query().unwrap_or_default();
    let place = Place { linkedin, world: &world, door: site_pages::door(prefix), query };
    match (parts.method.as_str(), parts.uri.path()) {
        ("POST", "/oauth/v2/accessToken") => tokens::exchange(linkedin, body),
        ("GET", AUTHORIZE) => place.login_page(),
        ("POST", "/checkpoint/session") => place.log_in(body),
        ("GET", CONSENT) => place.consent_page(parts),
        ("POST", CONSENT) => place.decide(parts, body),
        _ => site_pages::not_found(place.door),
    }
}

/// What an app's link asks for, once it holds water.
pub struct Asked<'a> {
    app_id: String,
    pub app: &'a App,
    redirect_uri: Url,
    pub scopes: BTreeSet<String>,
    state: Option<String>,
}

struct Place<'a> {
    linkedin: &'a Linkedin,
    world: &'a World,
    door: Doorway<'a>,
    query: &'a str,
}

impl Place<'_> {
    /// A wrong app or address leads nobody anywhere; the address has to be one that was registered.
    fn asked(&self) -> Result<Asked<'_>, String> {
        let params: BTreeMap<_, _> = parse(self.query.as_bytes()).into_owned().collect();
        let find = |name: &str| params.get(name).cloned().filter(|value| !value.is_empty());
        let app_id = find("client_id").unwrap_or_default();
        let app = self.world.apps.get(&app_id).ok_or("The passed in client_id is invalid.")?;
        let redirect = find("redirect_uri").ok_or("The redirect_uri is missing.")?;
        let redirect_uri = Url::parse(&redirect).map_err(|_| "The redirect_uri is not an address.")?;
        let local =
            app.local && redirect_uri.scheme() == "http" && redirect_uri.host_str() == Some("localhost");
        if !local && !app.redirect_uris.contains(&redirect) {
            return Err("The redirect_uri does not match the registered value.".into());
        }
        if find("response_type").as_deref() != Some("code") {
            return Err("The response_type has to be code.".into());
        }
        let scopes = find("scope").unwrap_or_default();
        let scopes = scopes.split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect();
        Ok(Asked { app_id, app, redirect_uri, scopes, state: find("state") })
    }

    fn login_page(&self) -> Response {
        let asked = match self.asked() {
            Ok(asked) => asked,
            Err(sentence) => return site_pages::refused(self.door, &sentence),
        };
        if let Some(unknown) = asked.scopes.iter().find(|s| SCOPES.iter().all(|(known, _)| known != s)) {
            let text = format!("Scope \"{unknown}\" is not authorized for your application");
            return to_app(&asked, &[("error", "unauthorized_scope_error"), ("error_description", &text)]);
        }
        let people = self.linkedin.hub.people();
        let here: Vec<_> = people.iter().filter(|p| self.world.members.contains_key(&p.id)).collect();
        site_pages::login(self.door, &asked, &here, &format!("{AUTHORIZE}?{}", self.query))
    }

    fn log_in(&self, body: &[u8]) -> Response {
        let form: BTreeMap<_, _> = parse(body).into_owned().collect();
        let person = form.get("person").filter(|person| self.world.members.contains_key(*person));
        let back = form.get("return_to").and_then(|to| to.strip_prefix(AUTHORIZE)?.strip_prefix('?'));
        let (Some(person), Some(query)) = (person, back) else {
            return site_pages::refused(self.door, "Somebody unknown tried to log in, or from nowhere.");
        };
        self.door.admit(person, &format!("{CONSENT}?{query}"))
    }

    fn consent_page(&self, parts: &Parts) -> Response {
        let asked = match self.asked() {
            Ok(asked) => asked,
            Err(sentence) => return site_pages::refused(self.door, &sentence),
        };
        let people = self.linkedin.hub.people();
        let Some(person) = self.find_person(parts).and_then(|person| people.find(&person).cloned()) else {
            return self.door.see_other(&format!("{AUTHORIZE}?{}", self.query));
        };
        site_pages::consent(
            self.door,
            &asked,
            &person,
            &format!("{}{CONSENT}?{}", self.door.prefix, self.query),
        )
    }

    /// All of the scopes or none: the page has nothing to untick.
    fn decide(&self, parts: &Parts, body: &[u8]) -> Response {
        let asked = match self.asked() {
            Ok(asked) => asked,
            Err(sentence) => return site_pages::refused(self.door, &sentence),
        };
        let Some(person) = self.find_person(parts) else {
            return self.door.see_other(&format!("{AUTHORIZE}?{}", self.query));
        };
        if !parse(body).any(|(name, value)| name == "action" && value == "allow") {
            let text = "The user cancelled the authorization";
            return to_app(&asked, &[("error", "user_cancelled_authorize"), ("error_description", text)]);
        }
        let code = Code {
            app: asked.app_id.clone(),
            person: person.clone(),
            redirect_uri: asked.redirect_uri.to_string(),
            scopes: asked.scopes.clone(),
            issued_at_ms: self.linkedin.hub.clock.now_ms(),
            used: false,
        };
        let value = format!("AQ{}", self.linkedin.hub.random.token().expose());
        self.linkedin.books.tokens.open().codes.insert(value.clone(), code);
        self.linkedin.hub.secrets.register("code", PLATFORM, &value, &person);
        to_app(&asked, &[("code", &value)])
    }

    fn find_person(&self, parts: &Parts) -> Option<String> {
        let person = self.door.find_person(parts)?;
        self.world.members.contains_key(person).then(|| person.to_owned())
    }
}

fn to_app(asked: &Asked<'_>, pairs: &[(&str, &str)]) -> Response {
    doorway::to_app(&asked.redirect_uri, asked.state.as_deref(), pairs)
}
