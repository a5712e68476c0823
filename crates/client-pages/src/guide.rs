//! Steps that a client follows by hand, and the button that says they were done.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valetkey_connectors::Platform;
use valetkey_core::app::attest::{self, Asked, Sheet};
use valetkey_core::app::link::Link;
use valetkey_core::app::{AppError, sign_in};
use valetkey_core::desk::Desk;
use valetkey_core::store::agencies::Agency;
use valetkey_core::store::grantees::Grantee;
use valetkey_pages::access_words::{asset_word, can_and_cannot_with, level_word};
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Posted, check};
use valetkey_pages::frame::grantee_mark;
use valetkey_pages::language::{Reader, Speech};
use valetkey_pages::page_words::PageWords;
use valetkey_pages::steps::{Said, Steps, Values, answer, role_word, steps};
use valetkey_pages::{Error, page, see, see_with, words};
use valetkey_sdk::access::AssetType;
use valetkey_sdk::lang::Lang;

use super::{csrf, open, page_frame, path, when};
use crate::view::{Guide, GuideTask};

pub async fn show(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    reader: Reader,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    let speech = reader.speech(link.request.locale.as_deref());
    let sheet = attest::sheet(&desk, &link, &item, speech.lang()).await?;
    if sign_in::is_approved(&sheet.item) {
        return Ok(see(&path(&link, "")));
    }
    render(&desk, &speech, &link, &agency, &sheet, &[], None).await
}

/// A client's word.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    pub(super) csrf: String,
    #[serde(default)]
    pub(super) terms: String,
    /// One name for each task.
    #[serde(default)]
    pub(super) which: Vec<String>,
}

/// "I have done this." Finished even if the browser goes away.
pub async fn done(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    reader: Reader,
    Posted(form): Posted<Done>,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    let speech = reader.speech(link.request.locale.as_deref());
    let lang = speech.lang();
    // What this browser said is bound to it, as a sign-in would be.
    let browser = cookies.find(Name::Browser).unwrap_or_else(|| desk.random.token());
    let to = path(&link, "");
    let Done { terms, which, .. } = form;
    let work = {
        let (desk, browser, which, item) = (desk.clone(), browser.clone(), which.clone(), item.clone());
        tokio::spawn(async move {
            attest::done(&desk, &token, &item, browser.expose(), &terms, &which, lang).await
        })
    };
    match work.await.map_err(|e| AppError::Internal(e.into()))? {
        Ok(()) => Ok(see_with(cookies.set(Name::Browser, &browser), &to)),
        Err(AppError::Invalid { problem, .. }) => {
            let sheet = attest::sheet(&desk, &link, &item, lang).await?;
            let problem = problem.find_in(lang).unwrap_or_else(|| speech.words.not_done_text.to_string());
            let body = render(&desk, &speech, &link, &agency, &sheet, &which, Some(problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

async fn render(
    desk: &Desk,
    speech: &Speech,
    link: &Link,
    agency: &Agency,
    sheet: &Sheet<'_>,
    typed: &[String],
    problem: Option<String>,
) -> Result<Response, Error> {
    let client = desk.store.get_client(&link.scope, &link.request.client_id).await.map_err(AppError::from)?;
    let platform = sheet.platform;
    let tasks = sheet.tasks.iter().enumerate().map(|(n, asked)| GuideTask {
        typed: typed.get(n).cloned().unwrap_or_default(),
        ..task(desk, speech.words, platform, asked, &sheet.grantee, &client.name)
    });
    let name = platform.manifest.name.clone();
    page(&Guide {
        frame: page_frame(
            desk,
            speech,
            speech.words.title_how_to_share(&name).plain(),
            Some(agency),
            csrf(desk, link),
        ),
        platform: platform.manifest.id.clone(),
        grantee: grantee_mark(desk, speech.lang(), &sheet.grantee),
        tasks: tasks.collect(),
        since: since(speech.words, platform),
        access_until: link.request.access_expires_at.map(|at| when(desk, speech.words, at)),
        action: path(link, &format!("/{}/guide", sheet.item.id)),
        terms: sheet.digest.clone(),
        back: path(link, ""),
        problem,
        platform_name: name,
    })
}

/// One account to be shared by hand, with its steps filled in.
pub fn task(
    desk: &Desk,
    say: &PageWords,
    platform: &Platform,
    asked: &Asked<'_>,
    grantee: &Grantee,
    client: &str,
) -> GuideTask {
    let (id, ask) = (&platform.manifest.id, &asked.ask);
    let more = (ask.native_roles.as_ref(), ask.wants_yes);
    let (can, cannot) = can_and_cannot_with(desk, say.lang, id, &ask.of, ask.level, more);
    let level = asked.facts.levels.get(&ask.level);
    let roles = ask.native_roles.as_ref().or(level.map(|l| &l.roles));
    let roles = roles.into_iter().flatten().map(|r| role_word(platform, say.lang, r)).collect();
    GuideTask {
        asset: asset_word(desk, say.lang, id, ask.of.as_str()),
        level: level_word(say, ask.level).to_owned(),
        can: can.into_owned(),
        cannot: cannot.to_owned(),
        steps: with_messages(
            say.lang,
            platform,
            &ask.of,
            steps(asked.section, &Values { grantee, client, roles, answer: answer(platform, say.lang, ask) }),
        ),
        question: platform.words_in(say.lang).text(&format!("which-{}", ask.of)),
        named: ask.external_id.clone(),
        typed: String::new(),
    }
}

/// The same steps with what the platform may show in between, where its facts tell.
pub fn with_messages(lang: Lang, platform: &Platform, of: &AssetType, steps: Steps) -> Steps {
    let says: Vec<_> = platform
        .manifest
        .messages_on(of)
        .filter_map(|e| {
            let advice = words::explanation(platform, lang, &e.id)?;
            Some(Said { id: e.id.clone(), messages: e.shows.clone(), advice })
        })
        .collect();
    let look_up = (!says.is_empty()).then(|| words::look_up(lang, &platform.manifest.id, ""));
    Steps { says, look_up, ..steps }
}

/// Since when the steps are the platform's.
pub fn since(say: &PageWords, platform: &Platform) -> Option<String> {
    platform.manifest.guides.last().map(|g| say.day(g.from))
}
