//! Links are secrets: whoever opens many that are none has to wait (T01).

use std::future::Future;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use valetkey_pages::{Error, address};

use crate::defence;
use crate::desk::Desk;

/// Addresses whose second part is a secret.
const SECRETS: [&str; 3] = ["/r/", "/a/", "/invitations/"];

pub async fn count<F>(desk: &Desk, request: Request, rest: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let is_link = SECRETS.iter().any(|start| request.uri().path().starts_with(start));
    if !is_link || !defence::miss_budget() {
        return rest(request).await;
    }
    let from = address::find(request.extensions(), request.headers(), desk);
    if let Err(wait) = desk.limits.may_open(from, desk.now_ms()) {
        let mut response = Error::Guessing(wait).into_response();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.seconds));
        return response;
    }
    let response = rest(request).await;
    if response.status() == StatusCode::NOT_FOUND {
        desk.limits.missed(from, desk.now_ms());
    }
    response
}
