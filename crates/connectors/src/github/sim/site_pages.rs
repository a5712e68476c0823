//! The HTML of the login and consent pages: plain forms that work without JavaScript.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CACHE_CONTROL;
use valetkey_sdk::sim::{Person, Site, escape};

use super::site::Asked;
use super::tokens::SCOPES;
use super::world::User;

const SITE: Site = Site { name: "GitHub" };

/// Who is there? The one who is logged in comes first; everybody else can still be chosen.
pub fn login(
    prefix: &str,
    asked: &Asked<'_>,
    people: &[(&Person, &User)],
    known: Option<&Person>,
    return_to: &str,
) -> Response {
    let button = |id: &str, hook: &str, class: &str, inside: &str| {
        let id = escape(id);
        format!("<button{class} name=\"person\" value=\"{id}\" data-testid=\"{hook}\">{inside}</button>")
    };
    let mut main = format!(
        "<p>Sign in to continue to <strong>{}</strong>.</p><form method=\"post\" action=\"{}/session\">\
         <input type=\"hidden\" name=\"return_to\" value=\"{}\">",
        escape(&asked.app.name),
        escape(prefix),
        escape(return_to),
    );
    if let Some(person) = known {
        let inside = format!("Continue as {}", escape(&person.name));
        main.push_str(&button(&person.id, "sim-continue", " class=\"primary\"", &inside));
    }
    main.push_str("<h2>Sign in as</h2><ul class=\"plain\">");
    for (person, user) in people {
        let inside = format!("{}<small>{}</small>", escape(&person.name), escape(&user.login));
        let hook = format!("sim-login-{}", escape(&person.id));
        main.push_str(&format!("<li>{}</li>", button(&person.id, &hook, "", &inside)));
    }
    main.push_str("</ul></form>");
    page(StatusCode::OK, "Sign in", &main)
}

/// May the app do this? All of it, or nothing.
pub fn consent(asked: &Asked<'_>, person: &Person, action: &str) -> Response {
    let app = escape(&asked.app.name);
    let words = |scope: &str| SCOPES.iter().find(|(name, ..)| *name == scope).map_or("", |(.., words)| words);
    let list: String = asked
        .scopes
        .iter()
        .map(|scope| {
            format!("<li>{} <small class=\"soft\"><code>{}</code></small></li>", words(scope), escape(scope))
        })
        .collect();
    let main = format!(
        "<p>You are signed in as <strong>{}</strong>.</p><form method=\"post\" action=\"{}\">\
         <h2>{app} wants to</h2><ul>{list}</ul><div class=\"acts\">\
         <button class=\"primary\" name=\"authorize\" value=\"1\" data-testid=\"sim-allow\">Authorize {app}</button>\
         <button class=\"second\" name=\"authorize\" value=\"0\" data-testid=\"sim-deny\">Cancel</button></div></form>",
        escape(&person.name),
        escape(action),
    );
    page(StatusCode::OK, &format!("Authorize {}", asked.app.name), &main)
}

/// The app's link is wrong. Nobody is sent anywhere.
pub fn refused(sentence: &str) -> Response {
    page(StatusCode::BAD_REQUEST, "Be careful!", &format!("<p>{}</p>", escape(sentence)))
}

pub fn not_found() -> Response {
    page(StatusCode::NOT_FOUND, "Not found", "<p>The simulated site has only its sign-in pages.</p>")
}

fn page(status: StatusCode, title: &str, main: &str) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], SITE.page(title, main)).into_response()
}
