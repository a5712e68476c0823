//! "What will you do for this client?": proposes the least access, fills the form in with it, and says why.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use valetkey_connectors::Platform;
use valetkey_core::app::AppError;
use valetkey_core::app::least::{self, Line};
use valetkey_core::desk::Desk;
use valetkey_core::store::grantees::Grantee;
use valetkey_pages::access_words::{asset_word, can_and_cannot, level_word};
use valetkey_pages::forms::Posted;
use valetkey_pages::page_words::english;
use valetkey_pages::{Error, words};
use valetkey_sdk::access::Level;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::task::EVERYWHERE;

use super::SignedIn;
use super::draft::Draft;
use super::new_request::compose;
use crate::view::compose::{Advice, AdviceLine, Advisor, Choice, Task, Verdict};

/// Fills the form in. Nothing is sent, and what is changed in the form is said.
pub async fn propose(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(fields): Posted<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let before = Draft::of_form(fields)?;
    who.check(&desk, &before.csrf)?;
    let unfinished = match (before.tasks.is_empty(), before.places.is_empty()) {
        (true, _) => Some(("tasks", "Tick what you will do for this client.")),
        (_, true) => Some(("places", "Tick at which platforms you will do it.")),
        _ => None,
    };
    if let Some((field, problem)) = unfinished {
        let page = compose(&desk, &who, &before, Some((field.into(), problem.into())), None).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let grantees = desk.store.list_grantees(&who.scope).await.map_err(AppError::from)?;
    let mut draft = before.clone();
    for platform in places(&desk, &before) {
        let id = &platform.manifest.id;
        let tasks = platform.manifest.tasks.iter().map(|t| t.id.as_str());
        let least = platform.manifest.least(tasks.filter(|t| before.tasks.contains(*t)));
        // Where nobody can receive anything, the form has no fields to fill in. Where nothing fits, what was
        // chosen by hand stays.
        if grantees.iter().any(|g| &g.platform == id) && !least.is_empty() {
            draft.ask(id, &least);
        }
    }
    compose(&desk, &who, &draft, None, Some(&before)).await
}

fn places<'a>(desk: &'a Desk, draft: &'a Draft) -> impl Iterator<Item = &'a Platform> {
    desk.registry.iter().filter(|p| draft.places.contains(&p.manifest.id) && !p.manifest.tasks.is_empty())
}

/// The two questions, and what the answers come to against what is asked for now.
pub fn view(desk: &Desk, draft: &Draft, before: Option<&Draft>, grantees: &[Grantee]) -> Advisor {
    let able: Vec<_> = desk.registry.iter().filter(|p| !p.manifest.tasks.is_empty()).collect();
    let mut ids: Vec<&str> = EVERYWHERE.to_vec();
    let mut own: Vec<_> = able.iter().flat_map(|p| &p.manifest.tasks).map(|t| t.id.as_str()).collect();
    own.retain(|id| !EVERYWHERE.contains(id));
    ids.extend(own);
    let mut seen = BTreeSet::new();
    let mut tasks = Vec::new();
    for id in ids.into_iter().filter(|id| seen.insert(*id)) {
        let at: Vec<_> = able.iter().filter(|p| p.manifest.find_task(id).is_some()).collect();
        let Some(first) = at.first() else { continue };
        tasks.push(Task {
            label: words::task(first, id),
            // Which platforms mean it, where it is not the same everywhere.
            at: if EVERYWHERE.contains(&id) { None } else { Some(first.manifest.name.clone()) },
            chosen: draft.tasks.contains(id),
            value: id.to_owned(),
        });
    }
    let places_shown = able.iter().map(|p| Choice {
        value: p.manifest.id.clone(),
        label: p.manifest.name.clone(),
        chosen: draft.places.contains(&p.manifest.id),
    });
    let advice = match draft.tasks.is_empty() {
        true => Vec::new(),
        false => places(desk, draft).map(|p| advice(desk, p, draft, before, grantees)).collect(),
    };
    Advisor { tasks, places: places_shown.collect(), advice, filled_in: before.is_some() }
}

fn advice(
    desk: &Desk,
    platform: &Platform,
    draft: &Draft,
    before: Option<&Draft>,
    grantees: &[Grantee],
) -> Advice {
    let id = &platform.manifest.id;
    let found = least::advise(&platform.manifest, &draft.tasks, &draft.asked(id));
    let receives = grantees.iter().any(|g| &g.platform == id);
    let earlier = before.map(|b| b.asked(id));
    let line = |l: &Line<'_>| {
        let was = earlier.as_ref().map(|asked| asked.get(l.of).copied());
        let (can, cannot) =
            l.least.map(|level| can_and_cannot(desk, Lang::En, id, l.of, level)).unwrap_or_default();
        AdviceLine {
            asset: asset_word(desk, Lang::En, id, l.of.as_str()),
            level: l.least.map(|level| level_word(english(), level).to_owned()),
            tasks: l.tasks.iter().map(|t| words::task(platform, t)).collect(),
            can: can.to_owned(),
            cannot: cannot.to_owned(),
            verdict: match receives {
                true => verdict(l, was),
                false => Verdict::Asked,
            },
        }
    };
    // What the form held before and does not any more is said as well.
    let gone = earlier.iter().flatten().filter(|(of, _)| found.lines.iter().all(|l| l.of != *of));
    let gone = gone.map(|(of, was)| {
        format!(
            "{}, {}",
            asset_word(desk, Lang::En, id, of.as_str()),
            level_word(english(), *was).to_lowercase()
        )
    });
    Advice {
        name: platform.manifest.name.clone(),
        receives,
        nothing: found.nothing,
        lines: found.lines.iter().map(line).collect(),
        gone: gone.collect(),
        besides: found
            .besides
            .iter()
            .map(|(task, what)| {
                (words::task(platform, task), platform.words.text(&format!("besides-{what}")))
            })
            .collect(),
        id: id.clone(),
    }
}

/// What the page says of one line: `was` is what the form held before it was filled in.
fn verdict(line: &Line<'_>, was: Option<Option<Level>>) -> Verdict {
    let word = |level: Option<Level>| level.map(|level| level_word(english(), level).to_owned());
    if line.falls_short() {
        return Verdict::Short { asked: word(line.asked) };
    }
    if line.goes_beyond() {
        return Verdict::Beyond { asked: word(line.asked).unwrap_or_default() };
    }
    match was {
        Some(was) if was != line.asked => Verdict::Changed { was: word(was) },
        _ => Verdict::Asked,
    }
}
