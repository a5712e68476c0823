//! What a page can fail with. How it is told is the router's: only that knows every page.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use valetkey_core::app::AppError;
use valetkey_core::app::roles::Role;
use valetkey_core::limits::Wait;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    App(#[from] AppError),
    #[error("{0}")]
    Unreadable(String),
    #[error("this came from another site")]
    CrossSite,
    #[error("not signed in")]
    SignedOut,
    /// The member's role does not allow it.
    #[error("the role does not allow this")]
    Forbidden(Role),
    #[error("no such page")]
    NoPage,
    /// The link's time is over.
    #[error("the link has expired")]
    LinkExpired,
    /// Too many links that are none were opened from there.
    #[error("too many links that do not work")]
    Guessing(Wait),
}

/// Carries an error to the router, which makes a page of it.
#[derive(Clone)]
pub struct Carried(pub Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Carried(Arc::new(self)));
        response
    }
}

impl Error {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::App(AppError::NotFound(_)) | Self::NoPage => StatusCode::NOT_FOUND,
            Self::App(AppError::Invalid { .. }) | Self::Unreadable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::App(AppError::Conflict(_)) => StatusCode::BAD_REQUEST,
            Self::App(AppError::Stale(_)) => StatusCode::CONFLICT,
            Self::App(AppError::OtherBrowser) | Self::CrossSite | Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::App(AppError::Refused(_)) => StatusCode::BAD_GATEWAY,
            Self::App(AppError::Away(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Self::App(AppError::Internal(_)) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::LinkExpired => StatusCode::GONE,
            Self::Guessing(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }
}

/// A problem that was found in a field, as a sentence of its own.
pub fn sentence(problem: &(impl ToString + ?Sized)) -> String {
    format!("{}.", capital(problem.to_string().trim_end_matches('.')))
}

/// With a capital letter.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
