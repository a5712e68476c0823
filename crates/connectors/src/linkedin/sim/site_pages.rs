//! The words of the login and consent pages: plain forms that work without JavaScript.

use axum::response::Response;
use valetkey_sdk::sim::doorway::{Consent, Doorway, Login, Permission};
use valetkey_sdk::sim::{Person, Site};

use super::site::{Asked, SCOPES};

pub fn door(prefix: &str) -> Doorway<'_> {
    Doorway { site: Site { name: "LinkedIn" }, cookie: "sim_linkedin_person", prefix }
}

/// Who is there?
pub fn login(door: Doorway<'_>, asked: &Asked<'_>, people: &[&Person], return_to: &str) -> Response {
    let people: Vec<_> = people.iter().map(|person| (*person, person.email.as_str())).collect();
    door.login(&Login {
        title: "Sign in",
        words: "Sign in to continue to",
        app: &asked.app.name,
        action: "/checkpoint/session",
        way_on: ("return_to", return_to),
        heading: "Sign in as",
        people: &people,
        known: None,
    })
}

/// May the app do this? All of it, or nothing.
pub fn consent(door: Doorway<'_>, asked: &Asked<'_>, person: &Person, action: &str) -> Response {
    let words = |scope: &str| SCOPES.iter().find(|(name, _)| *name == scope).map_or("", |(_, words)| words);
    let asks: Vec<_> =
        asked.scopes.iter().map(|name| Permission { name, words: words(name), tick: false }).collect();
    door.consent(&Consent {
        title: &format!("Authorize {}", asked.app.name),
        words: "You are signed in as",
        person,
        action,
        heading: &format!("{} would like to", asked.app.name),
        asks: &asks,
        note: None,
        button: "action",
        allow: ("allow", "Allow"),
        deny: ("cancel", "Cancel"),
    })
}

/// The app's link is wrong. Nobody is sent anywhere.
pub fn refused(door: Doorway<'_>, sentence: &str) -> Response {
    door.refused("Bummer, something went wrong", sentence)
}

pub fn not_found(door: Doorway<'_>) -> Response {
    door.not_found("Not found", "The simulated site has only its sign-in pages.")
}
