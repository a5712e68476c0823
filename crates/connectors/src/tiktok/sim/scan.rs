//! `www.tiktok.com`: what the app shows to whoever scanned a code: which Business Center may do what.

use std::collections::BTreeMap;

use axum::response::Response;
use http::request::Parts;
use url::form_urlencoded::parse;
use valetkey_sdk::sim::doorway::{Consent, Doorway, Login, Permission};
use valetkey_sdk::sim::{Caller, Effect, Operation, Site};

use super::profiles::{self, PLACE, delivers_ads};
use super::world::Kind;
use super::{APP, PLATFORM, Tiktok, creators};

/// What the owner allows, as the page says it (TT-27, TT-37).
const ASKS: [Permission<'static>; 2] = [
    Permission { name: "EXISTING_POSTS", words: "Use posts that are there in ads", tick: false },
    Permission { name: "NEW_VIDEOS", words: "Publish new videos, shown through ads only", tick: false },
];

pub fn answer(tiktok: &Tiktok, prefix: &str, parts: &Parts, body: &[u8]) -> Response {
    let door = Doorway { site: Site { name: "TikTok" }, cookie: "sim_tiktok_profile", prefix };
    let world = tiktok.books.world.newest();
    let (path, now_ms) = (parts.uri.path(), tiktok.hub.clock.now_ms());
    let wrong = |sentence: &str| door.refused("Something went wrong", sentence);
    if [creators::AUTHORIZE, creators::LOGIN].contains(&path) {
        let form: Vec<_> = parse(body).into_owned().collect();
        return creators::answer(tiktok, door, parts, &form);
    }
    let form: BTreeMap<_, _> = parse(body).into_owned().collect();
    if (parts.method.as_str(), path) == ("POST", "/login") {
        let person = form.get("person").filter(|person| world.profile_of(person).is_some());
        let next = form.get("next").filter(|next| next.starts_with(PLACE));
        return match (person, next) {
            (Some(person), Some(next)) => door.admit(person, next),
            _ => wrong("Somebody unknown tried to log in, or from nowhere."),
        };
    }
    let Some(text) = path.strip_prefix(PLACE) else {
        return door.not_found("Not found", "The simulated app has only what a code opens.");
    };
    let center = match profiles::find(&world, text, now_ms) {
        Ok(scan) => &world.centers[&scan.center],
        Err(sentence) => return wrong(&sentence),
    };
    let people = tiktok.hub.people();
    let known = door.find_person(parts).and_then(|person| people.find(person));
    let own = known.and_then(|person| Some((person, world.profile_of(&person.id)?)));
    match (parts.method.as_str(), own) {
        ("GET", Some((person, account))) => door.consent(&Consent {
            title: &format!("Let {} deliver ads", center.name),
            words: &format!("This is about @{}, the profile of", world.assets[account].name),
            person,
            action: &format!("{prefix}{path}"),
            heading: &format!("{} will be able to", center.name),
            asks: &ASKS,
            note: Some("It cannot manage your profile. You can end this in your settings."),
            button: "answer",
            allow: ("allow", "Allow"),
            deny: ("deny", "Not now"),
        }),
        ("POST", Some((person, account))) if form.get("answer").is_some_and(|answer| answer == "allow") => {
            let (account, person) = (account.clone(), person.id.clone());
            let linked = tiktok
                .books
                .world
                .change(now_ms, 0, |world| profiles::link(world, &person, &account, text, now_ms));
            match linked {
                Ok(center) => {
                    let caller = Caller { app: None, person: Some(person) };
                    let (asset, by) =
                        ((Kind::TtAccount.word(), account.as_str()), ("business_center", center.as_str()));
                    let effect = Effect::new(PLATFORM, APP, Operation::Approve, asset, by, caller);
                    tiktok.hub.record(effect.with_roles(delivers_ads()));
                    door.found("Done", "You can close this and go back to where the code was.")
                }
                Err(sentence) => wrong(&sentence),
            }
        }
        ("POST", Some(_)) => door.found("Not allowed", "Nothing was changed."),
        _ => {
            let here = people.iter().filter(|person| world.profile_of(&person.id).is_some());
            let here: Vec<_> = here.map(|person| (person, person.email.as_str())).collect();
            door.login(&Login {
                title: "Open in the app",
                words: "You scanned a code of",
                app: &center.name,
                action: "/login",
                way_on: ("next", path),
                heading: "Whose phone is it?",
                people: &here,
                known: None,
            })
        }
    }
}
