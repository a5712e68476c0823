//! Asking an owner from the agency's own container, and what became of it.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use valetkey_core::app::AppError;
use valetkey_core::app::asking::{self, Sent, Sheet, Shows};
use valetkey_core::app::attest::Asked;
use valetkey_core::app::roles::Right;
use valetkey_core::desk::Desk;
use valetkey_pages::access_words::{asset_word, level_word};
use valetkey_pages::forms::Posted;
use valetkey_pages::frame::{grantee_mark, when};
use valetkey_pages::page_words::english;
use valetkey_pages::steps::{Values, answer, role_word, steps};
use valetkey_pages::view::{Badge, Tone};
use valetkey_pages::{Error, page, see};
use valetkey_sdk::lang::Lang;

use super::SignedIn;
use crate::view::asking::{Asking as View, SentRow, ToAsk};

fn path(request: &str, item: &str) -> String {
    format!("/requests/{request}/{item}/asked")
}

pub async fn show(
    State(desk): State<Desk>,
    Path((request, item)): Path<(String, String)>,
    who: SignedIn,
) -> Result<Response, Error> {
    let sheet = asking::sheet(&desk, &who.scope, &request, &item).await?;
    let client = desk.store.get_client(&who.scope, &sheet.request.client_id).await.map_err(AppError::from)?;
    let works = who.may(Right::Work);
    page(&View {
        frame: who.frame(&desk, "Ask from your own side"),
        rail: who.rail("requests"),
        back: format!("/requests/{}", sheet.request.id),
        platform: sheet.platform.manifest.name.clone(),
        grantee: grantee_mark(&desk, Lang::En, &sheet.grantee),
        problem: sheet.problem.clone(),
        sent: sheet.sent.iter().map(|sent| row(&desk, &sheet, sent, works)).collect(),
        tasks: sheet.tasks.iter().map(|task| to_ask(&desk, &sheet, task, &client.name, works)).collect(),
        action: path(sheet.request.id.as_str(), sheet.item.id.as_str()),
        client: client.name,
    })
}

fn row(desk: &Desk, sheet: &Sheet<'_>, sent: &Sent, works: bool) -> SentRow {
    let badge = |word: &str, label: &str, tone| Badge { word: word.into(), label: label.into(), tone };
    let open = sheet.tasks.iter().any(|t| t.ask.of == sent.of && t.facts.asks);
    SentRow {
        kind: asset_word(desk, Lang::En, &sheet.item.platform, sent.of.as_str()),
        of: sent.of.to_string(),
        id: sent.id.clone(),
        level: level_word(english(), sent.level).to_owned(),
        badge: match sent.shows {
            Some(Shows::Waiting) => badge("waiting", "Waits for the client", Tone::Waiting),
            Some(Shows::Received) => badge("received", "Received", Tone::Done),
            Some(Shows::Nothing) => badge("nothing", "Not there any more", Tone::YourTurn),
            None => badge("unread", "Could not be read", Tone::Neutral),
        },
        at: when(desk, english(), sent.at),
        again: works && open && sent.shows != Some(Shows::Received),
    }
}

fn to_ask(desk: &Desk, sheet: &Sheet<'_>, task: &Asked<'_>, client: &str, works: bool) -> ToAsk {
    let level = task.facts.levels.get(&task.ask.level);
    let roles = task.ask.native_roles.as_ref().or(level.map(|l| &l.roles));
    let roles = roles.into_iter().flatten().map(|r| role_word(sheet.platform, Lang::En, r)).collect();
    let words = sheet.platform.words_in(Lang::En);
    let answer = answer(sheet.platform, Lang::En, &task.ask);
    ToAsk {
        of: task.ask.of.to_string(),
        kind: asset_word(desk, Lang::En, &sheet.item.platform, task.ask.of.as_str()),
        level: level_word(english(), task.ask.level).to_owned(),
        known: task.ask.external_id.clone().unwrap_or_default(),
        hint: words.text(&format!("which-{}", task.ask.of)),
        by_call: works && task.facts.asks,
        steps: steps(task.section, &Values { grantee: &sheet.grantee, client, roles, answer }),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    csrf: String,
    #[serde(default)]
    of: String,
    #[serde(default)]
    id: String,
}

/// Finished even if the browser goes away.
pub async fn ask(
    State(desk): State<Desk>,
    Path((request, item)): Path<(String, String)>,
    who: SignedIn,
    Posted(form): Posted<Ask>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let to = path(&request, &item);
    let work =
        tokio::spawn(
            async move { asking::ask(&desk, &who.scope, (&request, &item), &form.of, &form.id).await },
        );
    work.await.map_err(|e| AppError::Internal(e.into()))??;
    Ok(see(&to))
}
