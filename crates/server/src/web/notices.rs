//! `/platform/{id}/…`: what a platform posts about a person who removed the app, and what the person sees of it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Form;
use serde::Deserialize;
use serde_json::json;

use super::frame::frame;
use super::view::client::Trouble;
use super::{Error, page};
use crate::app::notices::{self, Notice};
use crate::desk::Desk;

/// Whatever else comes with it is not looked at.
#[derive(Deserialize)]
pub struct Posted {
    signed_request: String,
}

pub async fn deauthorized(
    State(desk): State<Desk>,
    Path(platform): Path<String>,
    Form(form): Form<Posted>,
) -> Result<Response, Error> {
    let code = notices::heard(&desk, &platform, &form.signed_request, Notice::Deauthorized).await?;
    Ok(code.map_or_else(not_theirs, |_| StatusCode::OK.into_response()))
}

/// Answers where the person sees how far it has come, and under which code.
pub async fn data_deletion(
    State(desk): State<Desk>,
    Path(platform): Path<String>,
    Form(form): Form<Posted>,
) -> Result<Response, Error> {
    let code = notices::heard(&desk, &platform, &form.signed_request, Notice::DataDeletion).await?;
    Ok(code.map_or_else(not_theirs, |code| {
        let base = desk.public_url.as_str().trim_end_matches('/');
        let url = format!("{base}/platform/{platform}/data-deletion/{code}");
        Json(json!({"url": url, "confirmation_code": code})).into_response()
    }))
}

fn not_theirs() -> Response {
    (StatusCode::BAD_REQUEST, "The signature is not right: nothing was done.\n").into_response()
}

pub async fn status(
    State(desk): State<Desk>,
    Path((platform, code)): Path<(String, String)>,
) -> Result<Response, Error> {
    let name = desk.registry.find(&platform).map_or("the platform", |p| p.manifest.name.as_str());
    let progress = notices::progress(&desk, &code).await?;
    let (headline, sentence) = match (progress.asked, progress.done) {
        (0, _) => (
            "Nothing of yours is stored here",
            format!("Under this code we keep no sign-in of yours at {name}."),
        ),
        (asked, done) if asked == done => (
            "Your sign-in was erased",
            format!(
                "We dropped the key that {name} gave us, and your name. We keep the record of which access was given, \
                 with the number by which {name} calls you here. Access that was given to an agency is not ended by \
                 this: take it back in the settings there, or on your page “Who has access”."
            ),
        ),
        _ => (
            "Your sign-in is about to be erased",
            format!(
                "We are asking {name} whether it is over. As long as {name} says that it is in use, it is kept: remove \
                 the app in your settings there, and it is erased with the next look, within a day."
            ),
        ),
    };
    page(&Trouble {
        frame: frame(&desk, headline, None, String::new()),
        headline: headline.to_owned(),
        sentence,
        button: None,
        details: format!("confirmation code {code}"),
    })
}
