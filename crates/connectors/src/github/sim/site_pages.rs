//! The words of the login and consent pages: plain forms that work without JavaScript.

use axum::response::Response;
use valetkey_sdk::sim::doorway::{Consent, Doorway, Login, Permission};
use valetkey_sdk::sim::{Person, Site};

use super::site::Asked;
use super::tokens::SCOPES;
use super::world::User;

pub fn door(prefix: &str) -> Doorway<'_> {
    Doorway { site: Site { name: "GitHub" }, cookie: "sim_github_person", prefix }
}

/// Who is there? The one who is logged in comes first; everybody else can still be chosen.
pub fn login(
    door: Doorway<'_>,
    asked: &Asked<'_>,
    people: &[(&Person, &User)],
    known: Option<&Person>,
    return_to: &str,
) -> Response {
    let people: Vec<_> = people.iter().map(|(person, user)| (*person, user.login.as_str())).collect();
    door.login(&Login {
        title: "Sign in",
        words: "Sign in to continue to",
        app: &asked.app.name,
        action: "/session",
        way_on: ("return_to", return_to),
        heading: "Sign in as",
        people: &people,
        known,
    })
}

/// May the app do this? All of it, or nothing.
pub fn consent(door: Doorway<'_>, asked: &Asked<'_>, person: &Person, action: &str) -> Response {
    let app = &asked.app.name;
    let words = |scope: &str| SCOPES.iter().find(|(name, ..)| *name == scope).map_or("", |(.., words)| words);
    let asks: Vec<_> =
        asked.scopes.iter().map(|name| Permission { name, words: words(name), tick: false }).collect();
    door.consent(&Consent {
        title: &format!("Authorize {app}"),
        words: "You are signed in as",
        person,
        action,
        heading: &format!("{app} wants to"),
        asks: &asks,
        note: None,
        button: "authorize",
        allow: ("1", &format!("Authorize {app}")),
        deny: ("0", "Cancel"),
    })
}

/// The app's link is wrong. Nobody is sent anywhere.
pub fn refused(door: Doorway<'_>, sentence: &str) -> Response {
    door.refused("Be careful!", sentence)
}

pub fn not_found(door: Doorway<'_>) -> Response {
    door.not_found("Not found", "The simulated site has only its sign-in pages.")
}
