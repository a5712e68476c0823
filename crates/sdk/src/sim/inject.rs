//! Makes an answer go wrong the way a fault says.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use serde_json::{Value, json};

/// The answer of a `status` fault.
pub fn status(code: u16, body: Option<&Value>) -> Response {
    let code = StatusCode::from_u16(code).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    match body {
        None => code.into_response(),
        Some(Value::String(text)) => (code, text.clone()).into_response(),
        Some(body) => (code, axum::Json(body)).into_response(),
    }
}

/// What a proxy answers while the platform behind it is away.
pub fn html() -> Response {
    let page = "<!doctype html><html lang=\"en\"><title>We'll be back soon</title><h1>We'll be back soon</h1></html>";
    (StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// Announces the whole answer, sends half of it, and breaks.
pub async fn truncate(response: Response) -> Response {
    let (mut parts, bytes) = collect(response).await;
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len() as u64));
    let half = bytes.slice(..bytes.len() / 2);
    Response::from_parts(parts, Body::new(CutShort { half: Some(half), announced: bytes.len() as u64 }))
}

/// Gives every value of a JSON answer another type; leaves what is not JSON alone.
pub async fn wrong_type(response: Response) -> Response {
    let (mut parts, bytes) = collect(response).await;
    let Ok(value) = serde_json::from_slice::<Value>(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(retyped(value).to_string()))
}

fn retyped(value: Value) -> Value {
    match value {
        Value::Object(map) => map.into_iter().map(|(name, value)| (name, retyped_field(value))).collect(),
        other => retyped_field(other),
    }
}

fn retyped_field(value: Value) -> Value {
    match value {
        Value::Null => json!(0),
        Value::Bool(is) => json!(is.to_string()),
        Value::Number(number) => json!({ "value": number }),
        Value::String(text) => json!([text]),
        Value::Array(items) => json!(items.len()),
        Value::Object(_) => json!("object"),
    }
}

async fn collect(response: Response) -> (http::response::Parts, Bytes) {
    let (parts, body) = response.into_parts();
    // Simulators answer from memory, so their bodies cannot fail; an empty one is the honest fallback.
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    (parts, bytes)
}

/// A body that ends before its announced length, which makes the server close the connection.
struct CutShort {
    half: Option<Bytes>,
    announced: u64,
}

impl hyper::body::Body for CutShort {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(Some(match self.half.take() {
            Some(half) => Ok(Frame::data(half)),
            None => Err(std::io::Error::other("cut short by a fault")),
        }))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}
