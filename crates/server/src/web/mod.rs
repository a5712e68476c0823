//! The pages: server-rendered, usable without JavaScript.

mod error;
mod guessing;
mod handout;
pub mod headers;
mod preview;
#[cfg(test)]
mod tests;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, extract::DefaultBodyLimit};
use valetkey_agency_pages as agency;
use valetkey_client_pages::{self as client, doctor, notices};
use valetkey_pages::{assets, brand, forms, language};

use crate::desk::Desk;

/// Largest form, in bytes: ten thousand picks fit.
const MAX_FORM: usize = 256 * 1024;

pub fn router(desk: &Desk) -> Router<Desk> {
    let policy = headers::ContentPolicy::of(desk);
    let pages = Router::new()
        .route("/", get(agency::home::show))
        .route("/sign-in", get(agency::sign_in::show).post(agency::sign_in::enter))
        .route("/sign-out", post(agency::sign_in::leave))
        .route("/set-up", get(agency::set_up::show).post(agency::set_up::make))
        .route("/set-password", get(agency::account::show_reset).post(agency::account::reset))
        .route("/account", get(agency::account::show))
        .route("/account/password", post(agency::account::change_password))
        .route("/account/sign-out-everywhere", post(agency::account::sign_out_everywhere))
        .route("/requests", get(agency::requests::list))
        .route("/requests/new", get(agency::new_request::show).post(agency::new_request::send))
        .route("/requests/new/preview", post(preview::show_draft))
        .route("/requests/new/propose", post(agency::advisor::propose))
        .route("/requests/{request}", get(agency::request::show))
        .route("/requests/{request}/link", get(agency::new_request::show_link))
        .route("/requests/{request}/qr.svg", get(agency::new_request::qr))
        .route("/requests/{request}/preview", get(preview::show))
        .route("/requests/{request}/guide", get(handout::show))
        .route("/requests/{request}/guide.pdf", get(handout::pdf))
        .route("/requests/{request}/extend", post(agency::request::extend))
        .route("/requests/{request}/cancel", post(agency::request::cancel))
        .route("/requests/{request}/mail", post(agency::mails::send_link))
        .route("/requests/{request}/mail/{mail}/again", post(agency::mails::again))
        .route("/requests/{request}/{item}/helped", post(agency::request::helped))
        .route("/requests/{request}/{item}/asked", get(agency::asking::show).post(agency::asking::ask))
        .route("/grants/{grant}/verify", post(agency::grants::verify))
        .route("/grants/{grant}/retry", post(agency::grants::retry))
        .route("/grants/{grant}/revoke", get(agency::grants::review_revoke).post(agency::grants::revoke))
        .route("/grants/{grant}/removed", post(agency::grants::removed))
        .route("/clients", get(agency::clients::list))
        .route("/clients/{client}", get(agency::clients::show))
        .route("/clients/{client}/verify", post(agency::clients::verify))
        .route("/clients/{client}/revoke", get(agency::clients::review_revoke).post(agency::clients::revoke))
        .route("/clients/{client}/access", get(agency::access_map::show).post(agency::access_map::read))
        .route("/clients/{client}/access.csv", get(agency::access_map::csv))
        .route("/clients/{client}/access.json", get(agency::access_map::json))
        .route("/audit", get(agency::audit::show))
        .route("/audit/download", get(agency::audit::download))
        .route("/api-keys", get(agency::api_keys::list).post(agency::api_keys::make))
        .route("/api-keys/{api_key}/revoke", get(agency::api_keys::review_end).post(agency::api_keys::end))
        .route("/settings", get(agency::settings::show).post(agency::settings::change))
        .route("/settings/logo", post(agency::settings::logo::send))
        .route("/settings/logo/remove", post(agency::settings::logo::remove))
        .route("/settings/logo/restore", post(agency::settings::logo::restore))
        .route("/settings/domain", post(agency::settings::domain::claim))
        .route("/settings/domain/check", post(agency::settings::domain::check))
        .route("/settings/domain/remove", post(agency::settings::domain::remove))
        .route("/team", get(agency::team::list))
        .route("/team/invite", post(agency::team::invite))
        .route("/team/invitations/{invitation}/withdraw", post(agency::team::withdraw))
        .route("/team/{member}/role", post(agency::team::set_role))
        .route("/team/{member}/remove", get(agency::team::review_remove).post(agency::team::remove))
        .route("/invitations/{token}", get(agency::team::show_invitation).post(agency::team::join))
        .route("/doctor", get(doctor::show))
        .route("/language", post(language::choose))
        .route("/grantees", get(agency::grantees::list))
        .route("/grantees/{platform}/type", post(agency::grantees::type_in))
        .route("/grantees/{platform}/connect", post(agency::grantees::connect))
        .route("/r/{token}", get(client::link::show))
        .route("/r/{token}/receipt", get(client::receipt::show))
        .route("/r/{token}/guide", get(client::handout::show))
        .route("/r/{token}/guide.pdf", get(client::handout::pdf))
        .route("/r/{token}/{item}/connect", post(client::connect::start))
        .route("/r/{token}/{item}/not-me", post(client::connect::not_me))
        .route("/r/{token}/{item}/look-again", post(client::connect::look_again))
        .route("/r/{token}/{item}/pick", get(client::pick::show).post(client::pick::choose))
        .route("/r/{token}/{item}/review", get(client::review::show))
        .route("/r/{token}/{item}/approve", post(client::review::approve))
        .route("/r/{token}/{item}/progress", get(client::progress::show))
        .route("/r/{token}/{item}/retry", post(client::progress::retry))
        .route("/r/{token}/{item}/by-hand", post(client::progress::done_by_hand))
        .route("/r/{token}/receipt/file", get(client::receipt::file))
        .route("/r/{token}/access", post(client::receipt::access))
        .route("/r/{token}/{item}/scan", get(client::scan::show).post(client::scan::code))
        .route("/r/{token}/{item}/scanned", post(client::scan::done))
        .route("/r/{token}/{item}/there", get(client::scan::there))
        .route("/r/{token}/{item}/guide", get(client::guide::show).post(client::guide::done))
        .route("/r/{token}/{item}/skip", post(client::card::skip))
        .route("/r/{token}/{item}/reopen", post(client::card::reopen))
        .route("/r/{token}/{item}/hand-over", get(client::card::handed_over).post(client::card::hand_over))
        .route("/r/{token}/{item}/help", get(client::card::helped).post(client::card::help))
        .route("/r/{token}/{item}/events", get(client::events::stream))
        .route("/a/{token}", get(client::access::show))
        .route("/a/{token}/code", get(client::access_code::show).post(client::access_code::ask))
        .route("/a/{token}/code/enter", post(client::access_code::enter))
        .route("/a/{token}/revoke", post(client::access::revoke_all))
        .route("/a/{token}/{grant}/revoke", post(client::access::revoke))
        .route("/a/{token}/{grant}/sign-in", post(client::access::sign_in))
        .route("/a/{token}/{grant}/removed", get(client::access::steps).post(client::access::removed))
        .route("/platform/{platform}/deauthorize", post(notices::deauthorized))
        .route("/platform/{platform}/data-deletion", post(notices::data_deletion))
        .route("/platform/{platform}/data-deletion/{code}", get(notices::status))
        .route("/callback/{sign_in}", get(client::connect::callback))
        .fallback(error::not_found)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(from_fn_with_state((desk.clone(), policy.clone()), surround));
    Router::new()
        .route("/assets/{name}", get(assets::serve))
        .route("/brand/{name}", get(brand::serve))
        .route("/logo/{name}", get(brand::serve_logo))
        .layer(from_fn_with_state(policy, headers::add))
        .merge(pages)
}

/// What stands around every page, as one layer: each layer more costs a page about as much as finding its link.
async fn surround(
    State((desk, policy)): State<(Desk, headers::ContentPolicy)>,
    request: Request,
    next: Next,
) -> Response {
    let answer = async |request: Request| match forms::same_site_only(&desk, &request) {
        Ok(()) => next.run(request).await,
        Err(e) => e.into_response(),
    };
    let counted = |request| guessing::count(&desk, request, answer);
    let mut response = error::render(&desk, request, counted).await;
    policy.add_to(&mut response);
    response
}
