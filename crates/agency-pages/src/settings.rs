//! How clients see the agency: name and colour here, logo and domain beside it.

pub mod domain;
pub mod logo;
mod proof;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valetkey_core::app::roles::Right;
use valetkey_core::app::{AppError, domain_name, settings};
use valetkey_core::desk::Desk;
use valetkey_pages::forms::Posted;
use valetkey_pages::sentence;
use valetkey_pages::{Error, brand, page, see};

use super::SignedIn;
use crate::view::settings::Settings;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    csrf: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    accent: String,
}

#[derive(Deserialize)]
pub struct After {
    done: Option<String>,
}

/// What stands in the fields besides what is saved, and what is wrong with it.
#[derive(Default)]
struct Filled {
    name: Option<String>,
    accent: Option<String>,
    domain: Option<String>,
    notice: Option<&'static str>,
    problem: Option<(&'static str, String)>,
}

/// Somebody who may change settings, with a form of ours.
fn govern(desk: &Desk, who: &SignedIn, csrf: &str) -> Result<(), Error> {
    who.require(Right::Govern)?;
    who.check(desk, csrf)
}

pub async fn show(
    State(desk): State<Desk>,
    Query(after): Query<After>,
    who: SignedIn,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    let notice = match after.done.as_deref() {
        Some("1") => Some("Saved. Clients see it from now on."),
        Some("logo") => Some("Logo saved. Clients see it from now on."),
        Some("logo-removed") => Some("Logo removed. Clients see your initials in its place."),
        Some("logo-restored") => Some("The logo before is back."),
        Some("domain") => Some("Domain saved. Clients see it once its record is found."),
        Some("domain-removed") => Some("Domain removed. Clients do not see it any more."),
        _ => None,
    };
    settings_page(&desk, &who, Filled { notice, ..Filled::default() }).await
}

async fn settings_page(desk: &Desk, who: &SignedIn, filled: Filled) -> Result<Response, Error> {
    let (field, problem) = filled.problem.unzip();
    let found = desk.store.find_domain_proof(&who.scope).await.map_err(AppError::from)?;
    let claimed = match &found {
        Some(row) => Some(row.domain.clone()),
        // Named when the server was set up, and not looked for yet.
        None => desk.store.find_claimed_domain(&who.scope).await.map_err(AppError::from)?,
    };
    let shown = who.agency.logo.as_deref();
    let before = desk.store.find_logo_before(&who.scope, shown).await.map_err(AppError::from)?;
    page(&Settings {
        frame: who.frame(desk, "Settings"),
        rail: who.rail("settings"),
        name: filled.name.unwrap_or_else(|| who.agency.name.clone()),
        accent: filled.accent.or_else(|| who.agency.accent.clone()).unwrap_or_default(),
        logo_before: before.as_deref().and_then(brand::logo),
        domain: filled.domain.or_else(|| claimed.map(|d| domain_name::shown(&d))).unwrap_or_default(),
        proof: found.map(|row| proof::view(desk, who, &row)),
        mail: mail(desk),
        notice: filled.notice,
        field: field.unwrap_or_default(),
        problem,
    })
}

/// Who serves this installation sets the mail server; agencies see how it stands.
fn mail(desk: &Desk) -> String {
    match (desk.mailer.sender(), desk.mailer.sends()) {
        (Some((from, _)), _) => {
            format!("Clients get mail from {from}: links, receipts, and codes for “who has access”.")
        }
        (None, true) => "This is a demo: mail is shown in a mailbox of its own, and nothing is sent.".into(),
        (None, false) => {
            "No mail is sent from this server: its operator has set no mail server. Everything works by \
                          links, which you pass on yourself."
                .into()
        }
    }
}

/// The page again with what was typed and what is wrong with it, or the error as it is.
async fn refused(
    desk: &Desk,
    who: &SignedIn,
    error: AppError,
    fields: &[&'static str],
    filled: Filled,
) -> Result<Response, Error> {
    match error {
        AppError::Invalid { field, problem } => {
            let field = fields.iter().copied().find(|known| *known == field).unwrap_or(fields[0]);
            let filled = Filled { problem: Some((field, sentence(&problem))), ..filled };
            let page = settings_page(desk, who, filled).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        other => Err(other.into()),
    }
}

pub async fn change(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(form): Posted<Change>,
) -> Result<Response, Error> {
    govern(&desk, &who, &form.csrf)?;
    match settings::change(&desk, &who.scope, &who.agency, &form.name, &form.accent).await {
        Ok(()) => Ok(see("/settings?done=1")),
        Err(e) => {
            let filled = Filled { name: Some(form.name), accent: Some(form.accent), ..Filled::default() };
            refused(&desk, &who, e, &["name", "accent"], filled).await
        }
    }
}
