//! What was granted to whom, until when; for the browsers that signed in.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use valetkey_core::app::link::{Link, list_items};
use valetkey_core::app::{AppError, access as app_access, mails};
use valetkey_core::desk::Desk;
use valetkey_core::engine::state::mail::State as Standing;
use valetkey_core::mail::Address;
use valetkey_core::store::agencies::Agency;
use valetkey_pages::access_words::platform_name;
use valetkey_pages::cookies::{Cookies, Name};
use valetkey_pages::forms::{Plain, Posted, check};
use valetkey_pages::frame::{day, grantee_mark};
use valetkey_pages::language::{Reader, Speech};
use valetkey_pages::view::{Frame, Logo};
use valetkey_pages::{Error, brand, page, see};

use super::{csrf, line, open, page_frame, path, when};
use crate::view::{Receipt, ReceiptFile, ReceiptSection};

pub async fn show(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    cookies: Cookies,
    reader: Reader,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    let speech = reader.speech(link.request.locale.as_deref());
    page(&receipt(&desk, &speech, &link, &agency, cookies).await?)
}

/// The same as one file to keep.
pub async fn file(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    cookies: Cookies,
    reader: Reader,
) -> Result<Response, Error> {
    let (link, agency) = open(&desk, &token).await?;
    let speech = reader.speech(link.request.locale.as_deref());
    let now = desk.clock.now();
    let made = format!("{}, {}", day(speech.words, now), now.strftime("%H:%M UTC"));
    let receipt = receipt(&desk, &speech, &link, &agency, cookies).await?;
    let logo = embedded(&desk, &receipt.frame).await?;
    let file = page(&ReceiptFile { receipt, made, request: link.request.id.to_string(), logo })?;
    let name = "attachment; filename=\"access-receipt.html\"";
    Ok(([(header::CONTENT_DISPOSITION, name)], file).into_response())
}

/// The logo itself in place of its address: the file stands alone.
async fn embedded(desk: &Desk, frame: &Frame) -> Result<Option<Logo>, AppError> {
    let (Some(logo), Some(name)) = (frame.logo(), frame.logo().and_then(brand::name_of)) else {
        return Ok(None);
    };
    let png = desk.store.find_logo(name).await?;
    let src = |png: Vec<u8>| format!("data:image/png;base64,{}", BASE64_STANDARD.encode(png));
    Ok(png.map(|png| Logo { src: src(png), ..logo.clone() }))
}

/// To "who has access": its link is made when it is first asked for.
pub async fn access(
    State(desk): State<Desk>,
    Path(token): Path<String>,
    cookies: Cookies,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    let (link, _) = open(&desk, &token).await?;
    check(&desk, &link.token, &form.csrf)?;
    let browser = cookies.find(Name::Browser);
    let token = app_access::token(&desk, &link, browser.as_ref().map(|b| b.expose())).await?;
    Ok(see(&format!("/a/{}", token.expose())))
}

async fn receipt(
    desk: &Desk,
    speech: &Speech,
    link: &Link,
    agency: &Agency,
    cookies: Cookies,
) -> Result<Receipt, Error> {
    let say = speech.words;
    let browser = cookies.find(Name::Browser);
    let browser = browser.as_ref().map(|b| b.expose());
    let request = &link.request;
    let client = desk.store.get_client(&link.scope, &request.client_id).await.map_err(AppError::from)?;
    let mut sections = Vec::new();
    for item in list_items(desk, link).await? {
        if !app_access::is_own(desk, &link.scope, &item, browser).await? {
            continue;
        }
        let rows = desk.store.list_shares_of_item(&link.scope, &item.id).await.map_err(AppError::from)?;
        if rows.is_empty() {
            continue;
        }
        let grantee = desk.store.find_grantee(&link.scope, &item.grantee_id).await.map_err(AppError::from)?;
        let grantee = grantee.ok_or(AppError::NotFound("the grantee"))?;
        let name = platform_name(desk, &item.platform);
        sections.push(ReceiptSection {
            grantee: grantee_mark(desk, say.lang, &grantee),
            lines: rows.iter().map(|row| line(desk, say, row)).collect::<Result<_, _>>()?,
            undo: say.to_take_back(&grantee.label, &name).plain(),
            platform_name: name,
        });
    }
    if sections.is_empty() {
        return Err(AppError::OtherBrowser.into());
    }
    Ok(Receipt {
        mailed: mailed(desk, link, &client.email).await?,
        frame: page_frame(desk, speech, &*say.title_receipt, Some(agency), csrf(desk, link)),
        client: client.name,
        sections,
        access_until: request.access_expires_at.map(|at| when(desk, say, at)),
        completed: when(desk, say, request.completed_at.unwrap_or_else(|| desk.now_ms())),
        file: path(link, "/receipt/file"),
        access: path(link, "/access"),
        back: path(link, ""),
    })
}

/// Where the mail with all of this goes, once everything is done.
async fn mailed(desk: &Desk, link: &Link, email: &str) -> Result<Option<(String, bool)>, AppError> {
    let mails = mails::list(desk, &link.scope, &link.request.id).await?;
    let Some(mail) = mails.iter().find(|m| m.kind == mails::Kind::Receipt.as_str()) else { return Ok(None) };
    let to = Address::parse(mail.address.as_deref().unwrap_or(email));
    let told = match Standing::parse(&mail.state) {
        Some(Standing::Sent) => Some(true),
        Some(Standing::Waiting) => Some(false),
        _ => None,
    };
    Ok(to.map(|to| to.veiled()).zip(told))
}
