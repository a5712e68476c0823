//! The HTML of the login and consent pages: plain forms that work without JavaScript.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CACHE_CONTROL;
use valetkey_sdk::sim::{Person, Site, escape};

use super::site::{Asked, SCOPES};

const SITE: Site = Site { name: "LinkedIn" };

/// Who is there?
pub fn login(prefix: &str, asked: &Asked<'_>, people: &[&Person], return_to: &str) -> Response {
    let rows: String = people
        .iter()
        .map(|person| {
            let (id, name) = (escape(&person.id), escape(&person.name));
            format!(
                "<li><button name=\"person\" value=\"{id}\" data-testid=\"sim-login-{id}\">{name}\
                 <small>{}</small></button></li>",
                escape(&person.email)
            )
        })
        .collect();
    let main = format!(
        "<p>Sign in to continue to <strong>{}</strong>.</p><form method=\"post\" action=\"{}/checkpoint/session\">\
         <input type=\"hidden\" name=\"return_to\" value=\"{}\"><h2>Sign in as</h2><ul class=\"plain\">{rows}</ul></form>",
        escape(&asked.app.name),
        escape(prefix),
        escape(return_to),
    );
    page(StatusCode::OK, "Sign in", &main)
}

/// May the app do this? All of it, or nothing.
pub fn consent(asked: &Asked<'_>, person: &Person, action: &str) -> Response {
    let app = escape(&asked.app.name);
    let words = |scope: &str| SCOPES.iter().find(|(name, _)| *name == scope).map_or("", |(_, words)| words);
    let list: String = asked
        .scopes
        .iter()
        .map(|scope| {
            format!("<li>{} <small class=\"soft\"><code>{}</code></small></li>", words(scope), escape(scope))
        })
        .collect();
    let main = format!(
        "<p>You are signed in as <strong>{}</strong>.</p><form method=\"post\" action=\"{}\">\
         <h2>{app} would like to</h2><ul>{list}</ul><div class=\"acts\">\
         <button class=\"primary\" name=\"action\" value=\"allow\" data-testid=\"sim-allow\">Allow</button>\
         <button class=\"second\" name=\"action\" value=\"cancel\" data-testid=\"sim-deny\">Cancel</button></div></form>",
        escape(&person.name),
        escape(action),
    );
    page(StatusCode::OK, &format!("Authorize {}", asked.app.name), &main)
}

/// The app's link is wrong. Nobody is sent anywhere.
pub fn refused(sentence: &str) -> Response {
    page(StatusCode::BAD_REQUEST, "Bummer, something went wrong", &format!("<p>{}</p>", escape(sentence)))
}

pub fn not_found() -> Response {
    page(StatusCode::NOT_FOUND, "Not found", "<p>The simulated site has only its sign-in pages.</p>")
}

fn page(status: StatusCode, title: &str, main: &str) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], SITE.page(title, main)).into_response()
}
