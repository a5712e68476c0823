//! The agency's logo: sent, taken away, put back.

use axum::extract::{Request, State};
use axum::response::Response;
use valetkey_core::app::logo;
use valetkey_core::app::roles::Right;
use valetkey_core::desk::Desk;
use valetkey_pages::forms::{Plain, Posted, Sent};
use valetkey_pages::{Error, see};

use super::super::SignedIn;
use super::{Filled, govern, refused};

/// The right is checked before anything of the file is read.
pub async fn send(State(desk): State<Desk>, who: SignedIn, request: Request) -> Result<Response, Error> {
    who.require(Right::Govern)?;
    let sent = Sent::read(request, "logo", logo::MOST_BYTES).await?;
    who.check(&desk, &sent.csrf)?;
    match logo::put(&desk, &who.scope, &who.agency, sent.file).await {
        Ok(()) => Ok(see("/settings?done=logo")),
        Err(e) => refused(&desk, &who, e, &["logo"], Filled::default()).await,
    }
}

pub async fn remove(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    govern(&desk, &who, &form.csrf)?;
    logo::hide(&desk, &who.scope, &who.agency).await?;
    Ok(see("/settings?done=logo-removed"))
}

pub async fn restore(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    govern(&desk, &who, &form.csrf)?;
    logo::restore(&desk, &who.scope, &who.agency).await?;
    Ok(see("/settings?done=logo-restored"))
}
