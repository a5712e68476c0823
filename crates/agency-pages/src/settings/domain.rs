//! The agency's domain: named, proved with a record, given up.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use valetkey_core::app::domains;
use valetkey_core::desk::Desk;
use valetkey_pages::forms::{Plain, Posted};
use valetkey_pages::{Error, see};

use super::super::SignedIn;
use super::{Filled, govern, refused};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    csrf: String,
    #[serde(default)]
    domain: String,
}

pub async fn claim(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(form): Posted<Claim>,
) -> Result<Response, Error> {
    govern(&desk, &who, &form.csrf)?;
    match domains::claim(&desk, &who.scope, &who.agency, &form.domain).await {
        Ok(()) => Ok(see("/settings?done=domain")),
        Err(e) => {
            let filled = Filled { domain: Some(form.domain), ..Filled::default() };
            refused(&desk, &who, e, &["domain"], filled).await
        }
    }
}

/// Looks for the record now; the page says what came of it.
pub async fn check(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    govern(&desk, &who, &form.csrf)?;
    domains::check(&desk, &who.scope, &who.agency).await?;
    Ok(see("/settings?done=checked"))
}

pub async fn remove(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    govern(&desk, &who, &form.csrf)?;
    domains::give_up(&desk, &who.scope, &who.agency).await?;
    Ok(see("/settings?done=domain-removed"))
}
