//! The JSON API under `/api/v1`: bearer key, UTC times, problem+json, unknown fields refused.

mod body;
mod caller;
mod grantees;
mod grants;
mod paging;
mod platforms;
mod problem;
mod requests;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};

use crate::desk::Desk;
use crate::web::headers;

pub use platforms::view as platform_view;
pub use problem::Problem;

/// Largest body, in bytes.
const MAX_BODY: usize = 256 * 1024;

pub fn router() -> Router<Desk> {
    Router::new()
        .route("/platforms", get(platforms::list))
        .route("/grantees", get(grantees::list).post(grantees::add))
        .route("/grantees/{grantee}", get(grantees::get))
        .route("/requests", get(requests::list).post(requests::send))
        .route("/requests/{request}", get(requests::get))
        .route("/requests/{request}/cancel", post(requests::cancel))
        .route("/grants", get(grants::list))
        .route("/grants/{grant}", get(grants::get))
        .route("/grants/{grant}/verify", post(grants::verify))
        .route("/grants/{grant}/revoke", post(grants::revoke))
        .route("/grants/{grant}/retry", post(grants::retry))
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn(headers::add_to_data))
}
