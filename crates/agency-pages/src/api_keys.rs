//! Keys of the API: listed, made, shown once, ended.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valetkey_core::app::roles::Right;
use valetkey_core::app::{AppError, api_keys};
use valetkey_core::desk::Desk;
use valetkey_core::store::agencies::Member;
use valetkey_core::store::api_keys::ApiKey;
use valetkey_pages::forms::{Plain, Posted};
use valetkey_pages::frame::when;
use valetkey_pages::page_words::english;
use valetkey_pages::{Error, page, see};

use super::SignedIn;
use crate::view::api_keys::{ApiKeys, EndKey, KeyRow, MadeKey};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct New {
    csrf: String,
    #[serde(default)]
    label: String,
}

pub async fn list(State(desk): State<Desk>, who: SignedIn) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    list_page(&desk, &who, None, String::new(), None).await
}

async fn list_page(
    desk: &Desk,
    who: &SignedIn,
    made: Option<MadeKey>,
    label: String,
    problem: Option<String>,
) -> Result<Response, Error> {
    let keys = desk.store.list_api_keys(&who.scope).await.map_err(AppError::from)?;
    let members = desk.store.list_members(&who.scope).await.map_err(AppError::from)?;
    page(&ApiKeys {
        frame: who.frame(desk, "API keys"),
        rail: who.rail("keys"),
        keys: keys.into_iter().map(|k| row(desk, &members, k)).collect(),
        made,
        typed: label,
        field: if problem.is_some() { "label" } else { "" },
        problem,
    })
}

fn row(desk: &Desk, members: &[Member], key: ApiKey) -> KeyRow {
    let maker = key.made_by.as_ref().and_then(|id| members.iter().find(|m| &m.id == id));
    KeyRow {
        id: key.id.to_string(),
        label: key.label,
        made: when(desk, english(), key.created_at),
        made_by: maker.map(|m| m.name.clone()),
        used: key.used_at.map(|at| when(desk, english(), at)),
    }
}

/// The key is on the page that answers, and nowhere afterwards.
pub async fn make(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(form): Posted<New>,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    who.check(&desk, &form.csrf)?;
    match api_keys::add(&desk, &who.scope, &form.label).await {
        Ok(made) => {
            let made = MadeKey { label: made.key.label, key: made.secret.expose().to_owned() };
            list_page(&desk, &who, Some(made), String::new(), None).await
        }
        Err(AppError::Invalid { .. }) => {
            let problem = "Say where the key is used, in 1 to 200 characters on one line.".to_owned();
            let page = list_page(&desk, &who, None, form.label, Some(problem)).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

/// What ending a key means, before it happens.
pub async fn review_end(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    let key = api_keys::get(&desk, &who.scope, &id).await?;
    page(&EndKey {
        frame: who.frame(&desk, "Revoke an API key"),
        rail: who.rail("keys"),
        action: format!("/api-keys/{}/revoke", key.id),
        label: key.label,
        used: key.used_at.map(|at| when(&desk, english(), at)),
    })
}

pub async fn end(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    who.check(&desk, &form.csrf)?;
    api_keys::remove(&desk, &who.scope, &id).await?;
    Ok(see("/api-keys"))
}
