//! `/platform/{id}/…`: what a platform posts about a person who removed the app, and what the person sees of it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Form;
use serde::Deserialize;
use serde_json::json;
use valetkey_core::app::notices::{self, Notice};
use valetkey_core::app::thing;
use valetkey_core::desk::Desk;
use valetkey_pages::frame::frame;
use valetkey_pages::language::Reader;
use valetkey_pages::{Error, page};

use crate::view::Trouble;

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
    reader: Reader,
) -> Result<Response, Error> {
    let speech = reader.speech(None);
    let say = speech.words;
    let found = desk.registry.find(&platform).map(|p| p.manifest.name.clone());
    let name = found.unwrap_or_else(|| thing(say.lang, "the platform"));
    let progress = notices::progress(&desk, &code).await?;
    let (headline, sentence) = match (progress.asked, progress.done) {
        (0, _) => (&say.erased_nothing, say.erased_nothing_text(&name)),
        (asked, done) if asked == done => (&say.erased, say.erased_text(&name)),
        _ => (&say.to_be_erased, say.to_be_erased_text(&name)),
    };
    page(&Trouble {
        frame: frame(&desk, &speech, &**headline, None, String::new()),
        headline: headline.to_string(),
        sentence: sentence.plain(),
        button: None,
        details: say.confirmation_code(&code).plain(),
    })
}
