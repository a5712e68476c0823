//! The guide of a request, as its client can print it: to send instead of the link, or beside it.

use axum::extract::{Path, State};
use axum::response::Response;
use valetkey_agency_pages::SignedIn;
use valetkey_client_pages::handout::{self, About};
use valetkey_client_pages::view::handout::Handout;
use valetkey_pages::language::Speech;
use valetkey_pages::view::Frame;
use valetkey_pages::{Error, page};

use crate::app::{AppError, requests};
use crate::desk::Desk;

pub async fn show(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
) -> Result<Response, Error> {
    page(&of_request(&desk, &who, &id).await?)
}

pub async fn pdf(State(desk): State<Desk>, Path(id): Path<String>, who: SignedIn) -> Result<Response, Error> {
    let found = of_request(&desk, &who, &id).await?;
    handout::file(&desk, &found, &format!("/requests/{id}/guide"))
}

async fn of_request(desk: &Desk, who: &SignedIn, id: &str) -> Result<Handout, Error> {
    let request = requests::get(desk, &who.scope, id).await?;
    let client = desk.store.get_client(&who.scope, &request.client_id).await.map_err(AppError::from)?;
    let items = desk.store.list_items(&who.scope, &request.id).await.map_err(AppError::from)?;
    let asker = match &request.member_id {
        Some(id) => desk.store.find_member(&who.scope, id).await.map_err(AppError::from)?,
        None => None,
    };
    let say = Speech::fixed(request.locale.as_deref()).words;
    let about = About {
        frame: Frame { words: say, ..who.frame(desk, &say.title_guide) },
        client: &client.name,
        asker: asker.as_ref(),
        pdf: format!("/requests/{}/guide.pdf", request.id),
        back: format!("/requests/{}", request.id),
        request: &request,
    };
    Ok(handout::view(desk, &who.scope, items, about).await?)
}
