//! Meta's error envelope and the errors used in several places.
//! Meta docs: error handling guide, 2026-11. HTTP statuses per code are unconfirmed: mostly 400, 403 for permissions.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Map, Value, json};

/// Meta says no.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub code: u32,
    pub subcode: Option<u32>,
    pub kind: &'static str,
    pub message: String,
    pub transient: bool,
    /// Title and text for people.
    pub for_people: Option<(&'static str, String)>,
}

impl Refusal {
    pub fn new(code: u32, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, subcode: None, kind: "OAuthException", message, transient: false, for_people: None }
    }

    /// A numbered message, as Meta writes most of them.
    pub fn numbered(code: u32, text: impl std::fmt::Display) -> Self {
        Self::new(code, format!("(#{code}) {text}"))
    }

    pub fn parameter(text: impl std::fmt::Display) -> Self {
        Self::numbered(100, text)
    }

    pub fn missing(parameter: &str) -> Self {
        Self::parameter(format!("The parameter {parameter} is required"))
    }

    /// The id leads nowhere, for this caller at least.
    pub fn no_such_object(method: &str, id: &str) -> Self {
        let verb = method.to_ascii_lowercase();
        Self::new(
            100,
            format!(
                "Unsupported {verb} request. Object with ID '{id}' does not exist, cannot be loaded due to missing \
                 permissions, or does not support this operation"
            ),
        )
        .subcode(33)
        .of_kind("GraphMethodException")
    }

    pub fn no_such_field(name: &str, node: &str) -> Self {
        Self::parameter(format!("Tried accessing nonexisting field ({name}) on node type ({node})"))
    }

    /// Only full control of the owning portfolio may do this (META-9; Meta docs:
    /// business-to-business guide, 2026-11).
    pub fn not_allowed(text: &str) -> Self {
        Self::numbered(200, text)
            .for_people("You can't do this", format!("{text}. Ask somebody with full control."))
    }

    pub fn needs_permission(permission: &str) -> Self {
        Self::numbered(200, format!("Requires {permission} permission to manage the object"))
    }

    /// Meta docs: business-to-business guide and Pages API errors, 2026-11; that both numbers come together
    /// is inferred.
    pub fn needs_page_token() -> Self {
        Self::new(190, "This call must be made with a Page access token of this Page").subcode(2_069_032)
    }

    #[must_use]
    pub fn subcode(mut self, subcode: u32) -> Self {
        self.subcode = Some(subcode);
        self
    }

    #[must_use]
    pub fn of_kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    #[must_use]
    pub fn transient(mut self) -> Self {
        self.transient = true;
        self
    }

    #[must_use]
    pub fn for_people(mut self, title: &'static str, text: String) -> Self {
        self.for_people = Some((title, text));
        self
    }

    fn status(&self) -> StatusCode {
        match self.code {
            1 | 2 => StatusCode::INTERNAL_SERVER_ERROR,
            3 | 10 | 200..=299 => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// The envelope around it.
    pub fn into_response(self, trace: &str) -> Response {
        let mut error = Map::new();
        error.insert("message".into(), json!(self.message));
        error.insert("type".into(), json!(self.kind));
        error.insert("code".into(), json!(self.code));
        if let Some(subcode) = self.subcode {
            error.insert("error_subcode".into(), json!(subcode));
        }
        if self.transient || self.for_people.is_some() {
            error.insert("is_transient".into(), json!(self.transient));
        }
        if let Some((title, text)) = &self.for_people {
            error.insert("error_user_title".into(), json!(title));
            error.insert("error_user_msg".into(), json!(text));
        }
        error.insert("fbtrace_id".into(), json!(trace));
        (self.status(), Json(json!({ "error": Value::Object(error) }))).into_response()
    }
}
