//! `Idempotency-Key` on POSTs: the same call sent again takes effect once and has the same answer.
//!
//! After the IETF draft "The Idempotency-Key HTTP Header Field". Keys are kept as keyed hashes, answers
//! sealed, for 24 hours.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::caller::Caller;
use super::{MAX_BODY, Problem};
use crate::app::AppError;
use crate::desk::{At, Desk};
use crate::store::idempotency::{Standing, Times};
use crate::store::{Once, Scope};

pub const HEADER: &str = "idempotency-key";
/// Longest key, in characters.
pub const MAX_KEY: usize = 255;
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;
/// Longer than any call takes: after it, a call whose server stopped can be taken up again.
const LEASE_MS: i64 = 60_000;
/// Largest answer that is kept, in bytes.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

pub async fn guard(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    // A caller who goes away does not cut it in the middle.
    let answer = tokio::spawn(async move { once(&desk, request, next).await });
    match answer.await {
        Ok(Ok(response)) => response,
        Ok(Err(problem)) => problem.into_response(),
        Err(e) => Problem::from(AppError::Internal(e.into())).into_response(),
    }
}

async fn once(desk: &Desk, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let Caller(scope) = Caller::from_request_parts(&mut parts, desk).await?;
    let mut keys = parts.headers.get_all(HEADER).iter();
    let key = match (keys.next().and_then(|k| k.to_str().ok()), keys.next()) {
        (Some(key), None) if is_key(key) => key,
        _ => {
            let detail = format!("send it once, with 1 to {MAX_KEY} visible ASCII characters and no spaces");
            return Err(Problem::invalid("Idempotency-Key", detail));
        }
    };
    let body = to_bytes(body, MAX_BODY).await.map_err(|_| Problem::too_large())?;
    let key_hash = desk.hash_session(&format!("idempotency key {key}"));
    let call_hash = desk.hash_session(&call(&parts, &body));
    let now = desk.now_ms();
    let times = Times { now, lease_until: now + LEASE_MS, forget_before: now - KEPT_MS };
    let standing = desk.store.begin_call(&scope, key_hash.clone(), call_hash, times).await?;
    let epoch = match standing {
        Standing::Ours { epoch } => epoch,
        Standing::OtherCall => return Err(Problem::other_call()),
        Standing::UnderWay => return Err(Problem::under_way()),
        Standing::AnswerLost => return Err(Problem::answer_lost()),
        Standing::Answered { status, answer } => {
            return replay(desk, &scope, &key_hash, status, &answer).await;
        }
    };
    let this = Once { key_hash, epoch };
    parts.extensions.insert(Caller(scope.for_call(this.clone())));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    keep(desk, &scope, this, response).await
}

fn is_key(text: &str) -> bool {
    (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// What makes a call this call: method, address and body.
fn call(parts: &axum::http::request::Parts, body: &Bytes) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, body);
    format!("call {} {} {:?}", parts.method, parts.uri, digest.as_ref())
}

/// Keeps an answer that stands for an effect; a refusal without one is forgotten, so that it can be mended.
async fn keep(desk: &Desk, scope: &Scope, this: Once, response: Response) -> Result<Response, Problem> {
    let status = response.status();
    if !status.is_success() && desk.store.release_call(scope, this.clone()).await? {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_ANSWER).await.map_err(|e| AppError::Internal(e.into()))?;
    let place = At("idempotency", "answer", &this.key_hash);
    let sealed = desk.seal(scope, place, &body).await.map_err(AppError::from)?;
    desk.store.keep_answer(scope, this, i64::from(status.as_u16()), sealed).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

async fn replay(
    desk: &Desk,
    scope: &Scope,
    key_hash: &str,
    status: i64,
    sealed: &[u8],
) -> Result<Response, Problem> {
    let plain = desk.open(scope, At("idempotency", "answer", key_hash), sealed).await;
    let body = plain.map_err(AppError::from)?.to_vec();
    let status = u16::try_from(status).ok().and_then(|s| StatusCode::from_u16(s).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() { "application/json" } else { "application/problem+json" };
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(response)
}
