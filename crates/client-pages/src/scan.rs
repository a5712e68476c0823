//! A code that the client scans at the platform, and the button that says it was allowed there.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fast_qr::QRBuilder;
use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use serde_json::json;
use valetkey_core::app::link::Link;
use valetkey_core::app::scanned::{self, Sheet};
use valetkey_core::app::{AppError, sign_in};
use valetkey_core::desk::Desk;
use valetkey_core::store::agencies::Agency;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Plain, Posted, check};
use valetkey_pages::frame::grantee_mark;
use valetkey_pages::language::{Reader, Speech};
use valetkey_pages::{Error, page, see, see_with};
use valetkey_sdk::connector::Scan;
use valetkey_sdk::secret::Secret;

use super::guide::{self, Done};
use super::{csrf, open, page_frame, path, when};
use crate::view::{GuideTask, ScanCode, Scanned};

/// The same page without a code: the button on it makes one.
pub async fn show(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    reader: Reader,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    let speech = reader.speech(link.request.locale.as_deref());
    let sheet = scanned::sheet(&desk, &link, &item, speech.lang()).await?;
    if sign_in::is_approved(&sheet.item) {
        return Ok(see(&path(&link, "")));
    }
    let shown = Shown { browser: cookies.find(Name::Browser), ..Shown::default() };
    render(&desk, &speech, &link, &agency, &sheet, shown).await
}

/// For the page's script, which waits beside the code: is it there by now?
pub async fn there(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let (link, _) = open(&desk, &token).await?;
    let lang = reader.speech(link.request.locale.as_deref()).lang();
    let pairs = url::form_urlencoded::parse(query.as_deref().unwrap_or_default().as_bytes());
    let which: Vec<_> = pairs.filter(|(name, _)| name == "which").map(|(_, v)| v.into_owned()).collect();
    let browser = cookies.find(Name::Browser);
    let browser = browser.as_ref().map(|b| b.expose());
    let is_there = scanned::is_there(&desk, &link, &item, browser, &which, lang).await?;
    Ok(Json(json!({ "there": is_there })).into_response())
}

pub async fn code(
    State(desk): State<Desk>,
    Path((token, item)): Path<(String, String)>,
    cookies: Cookies,
    reader: Reader,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    let speech = reader.speech(link.request.locale.as_deref());
    let scan = scanned::code(&desk, &link, &item, speech.lang()).await?;
    let sheet = scanned::sheet(&desk, &link, &item, speech.lang()).await?;
    // Before anything is confirmed, so that pressing twice comes from one browser.
    let browser = cookies.find(Name::Browser).unwrap_or_else(|| desk.random.token());
    let shown = Shown { scan: Some(scan), browser: Some(browser.clone()), ..Shown::default() };
    let page = render(&desk, &speech, &link, &agency, &sheet, shown).await?;
    Ok((cookies.set(Name::Browser, &browser), page).into_response())
}

/// "I have allowed it." Finished even if the browser goes away.
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
    let to = path(&link, &format!("/{item}/progress"));
    let Done { terms, which, .. } = form;
    let work = {
        let (desk, browser, which, item) = (desk.clone(), browser.clone(), which.clone(), item.clone());
        tokio::spawn(async move {
            scanned::done(&desk, &token, &item, browser.expose(), &terms, &which, lang).await
        })
    };
    match work.await.map_err(|e| AppError::Internal(e.into()))? {
        Ok(()) => Ok(see_with(cookies.set(Name::Browser, &browser), &to)),
        Err(AppError::Invalid { problem, .. }) => {
            let sheet = scanned::sheet(&desk, &link, &item, lang).await?;
            let problem = problem.find_in(lang).unwrap_or_else(|| speech.words.not_done_text.to_string());
            let shown =
                Shown { typed: which, problem: Some(problem), browser: Some(browser), ..Shown::default() };
            let body = render(&desk, &speech, &link, &agency, &sheet, shown).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, body).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

/// What a page has beside its sheet.
#[derive(Default)]
struct Shown {
    scan: Option<Scan>,
    typed: Vec<String>,
    problem: Option<String>,
    browser: Option<Secret>,
}

async fn render(
    desk: &Desk,
    speech: &Speech,
    link: &Link,
    agency: &Agency,
    sheet: &Sheet<'_>,
    shown: Shown,
) -> Result<Response, Error> {
    let say = speech.words;
    let client = desk.store.get_client(&link.scope, &link.request.client_id).await.map_err(AppError::from)?;
    let platform = sheet.platform;
    let browser = shown.browser.as_ref().map(|b| b.expose());
    let owner = scanned::find_owner(desk, &link.scope, &sheet.item, browser).await?;
    let tasks = sheet.tasks.iter().enumerate().map(|(n, asked)| {
        let task = guide::task(desk, say, platform, asked, &sheet.grantee, &client.name);
        let typed = shown.typed.get(n).cloned().unwrap_or_default();
        GuideTask { typed, named: owner.clone().or(task.named), ..task }
    });
    let sign_in =
        scanned::find_teller(desk, &sheet.item)?.map(|_| path(link, &format!("/{}/connect", sheet.item.id)));
    let name = platform.manifest.name.clone();
    page(&Scanned {
        frame: page_frame(desk, speech, say.title_allow_at(&name).plain(), Some(agency), csrf(desk, link)),
        platform: platform.manifest.id.clone(),
        grantee: grantee_mark(desk, say.lang, &sheet.grantee),
        staff: sheet.staff.iter().map(|g| g.label.clone()).collect(),
        tasks: tasks.collect(),
        since: guide::since(say, platform),
        access_until: link.request.access_expires_at.map(|at| when(desk, say, at)),
        code: shown.scan.map(|scan| draw(desk, platform, &scan)).transpose()?,
        renew: path(link, &format!("/{}/scan", sheet.item.id)),
        there: path(link, &format!("/{}/there", sheet.item.id)),
        sign_in,
        owner,
        action: path(link, &format!("/{}/scanned", sheet.item.id)),
        terms: sheet.digest.clone(),
        back: path(link, ""),
        problem: shown.problem,
        platform_name: name,
    })
}

/// The picture and the link lead where a browser of this installation finds the platform.
fn draw(desk: &Desk, platform: &valetkey_connectors::Platform, scan: &Scan) -> Result<ScanCode, AppError> {
    let wrong = |e: String| AppError::Internal(anyhow::anyhow!(e));
    let real = url::Url::parse(&scan.address).map_err(|e| wrong(e.to_string()))?;
    let address = desk.platform_client(platform).browser_url(&real).map_err(|e| wrong(e.to_string()))?;
    let code = QRBuilder::new(address.as_str()).build().map_err(|e| wrong(e.to_string()))?;
    let svg = BASE64_STANDARD.encode(SvgBuilder::default().margin(4).to_str(&code));
    Ok(ScanCode { picture: format!("data:image/svg+xml;base64,{svg}"), address: address.into() })
}
