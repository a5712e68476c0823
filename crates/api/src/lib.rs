//! The JSON API under `/api/v1`: bearer key, UTC times, problem+json, unknown fields refused.

mod access;
mod acts;
mod api_keys;
mod asking;
mod asks;
mod audit_log;
mod body;
mod caller;
mod clients;
mod connections;
mod grantees;
mod grants;
mod idempotency;
mod offboardings;
pub mod openapi;
mod paging;
mod platforms;
mod problem;
mod requests;
mod strict;
mod templates;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use valetkey_core::{app, audit, desk, engine, ids, limits, store};

use desk::Desk;

pub use access::line as access_line;
pub use platforms::view as platform_view;
pub use problem::Problem;

/// Largest body, in bytes.
const MAX_BODY: usize = 256 * 1024;

pub fn router(desk: &Desk) -> Router<Desk> {
    let (routes, _) = routes().split_for_parts();
    routes
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(from_fn_with_state(desk.clone(), idempotency::guard))
        .layer(from_fn(openapi::refuse_unknown_parameters))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// Every route, with its description: there is no other list.
fn routes() -> OpenApiRouter<Desk> {
    OpenApiRouter::with_openapi(openapi::Common::openapi())
        .routes(routes!(openapi::serve))
        .routes(routes!(platforms::list))
        .routes(routes!(clients::list, clients::add))
        .routes(routes!(clients::get, clients::change, clients::remove))
        .routes(routes!(access::get))
        .routes(routes!(templates::list, templates::add))
        .routes(routes!(templates::get, templates::change, templates::remove))
        .routes(routes!(grantees::list, grantees::add))
        .routes(routes!(grantees::get, grantees::rename, grantees::remove))
        .routes(routes!(requests::list, requests::send))
        .routes(routes!(requests::get))
        .routes(routes!(requests::cancel))
        .routes(routes!(requests::resend))
        .routes(routes!(requests::extend))
        .routes(routes!(asking::get, asking::ask))
        .routes(routes!(grants::list))
        .routes(routes!(grants::get))
        .routes(routes!(grants::verify))
        .routes(routes!(grants::retry))
        .routes(routes!(grants::revoke))
        .routes(routes!(grants::extend))
        .routes(routes!(offboardings::start))
        .routes(routes!(connections::list))
        .routes(routes!(audit_log::list))
        .routes(routes!(audit_log::head))
        .routes(routes!(api_keys::list, api_keys::add))
        .routes(routes!(api_keys::remove))
}

/// A platform's id in a filter.
fn platform(desk: &Desk, id: Option<String>) -> Result<Option<String>, Problem> {
    match id {
        Some(id) if desk.registry.find(&id).is_none() => {
            Err(Problem::invalid("platform", "this is not a platform here: GET /platforms lists them"))
        }
        id => Ok(id),
    }
}
