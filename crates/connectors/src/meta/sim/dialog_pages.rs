//! The words of the login dialog: plain forms that work without JavaScript.

use axum::response::Response;
use valetkey_sdk::sim::doorway::{Consent, Doorway, Login, Permission};
use valetkey_sdk::sim::{Person, Site};

use super::dialog_request::Asked;
use super::permissions;

pub fn door(prefix: &str) -> Doorway<'_> {
    Doorway { site: Site { name: "Meta" }, cookie: "sim_meta_person", prefix }
}

/// Who is there? The one who is logged in comes first; everybody else can still be chosen.
pub fn login(
    door: Doorway<'_>,
    asked: &Asked<'_>,
    people: &[&Person],
    known: Option<&Person>,
    next: &str,
) -> Response {
    let people: Vec<_> = people.iter().map(|person| (*person, person.email.as_str())).collect();
    door.login(&Login {
        title: "Log in",
        words: "Log in to use your account with",
        app: &asked.app.name,
        action: "/login/",
        way_on: ("next", next),
        heading: if known.is_some() { "Log in as someone else" } else { "Log in as" },
        people: &people,
        known,
    })
}

/// May the app do this?
pub fn consent(
    door: Doorway<'_>,
    asked: &Asked<'_>,
    person: &Person,
    offered: &[String],
    action: &str,
) -> Response {
    let row = |name| Permission {
        name,
        words: permissions::find(name).unwrap_or_default(),
        tick: !asked.all_or_none && name != "public_profile",
    };
    let asks: Vec<_> = offered.iter().map(|name| row(name.as_str())).collect();
    let note = match asked.all_or_none {
        true => "All of this is needed: allow all of it, or none.",
        false => "Untick what you do not want to allow.",
    };
    let app = &asked.app.name;
    door.consent(&Consent {
        title: &format!("{app} asks for access"),
        words: "You are logged in as",
        person,
        action,
        heading: &format!("{app} will be able to"),
        asks: &asks,
        note: Some(note),
        button: "answer",
        allow: ("allow", "Allow"),
        deny: ("deny", "Cancel"),
    })
}

/// The app's link is wrong. Nobody is sent anywhere.
pub fn refused(door: Doorway<'_>, sentence: &str) -> Response {
    door.refused("Sorry, this link does not work", sentence)
}

pub fn not_found(door: Doorway<'_>) -> Response {
    door.not_found("This page isn't available", "The simulated site has only its login dialog.")
}
