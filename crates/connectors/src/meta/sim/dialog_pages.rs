//! The HTML of the login dialog: plain forms that work without JavaScript.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CACHE_CONTROL;
use valetkey_sdk::sim::{Person, Site, escape};

use super::dialog_request::Asked;
use super::permissions;

const SITE: Site = Site { name: "Meta" };

/// Who is there? The one who is logged in comes first; everybody else can still be chosen.
pub fn login(
    prefix: &str,
    asked: &Asked<'_>,
    people: &[&Person],
    known: Option<&Person>,
    next: &str,
) -> Response {
    let button = |person: &Person, test_id: &str, class: &str, inside: &str| {
        let id = escape(&person.id);
        format!("<button{class} name=\"person\" value=\"{id}\" data-testid=\"{test_id}\">{inside}</button>")
    };
    let mut main = format!(
        "<p>Log in to use your account with <strong>{}</strong>.</p><form method=\"post\" action=\"{}/login/\">\
         <input type=\"hidden\" name=\"next\" value=\"{}\">",
        escape(&asked.app.name),
        escape(prefix),
        escape(next),
    );
    if let Some(person) = known {
        let inside = format!("Continue as {}", escape(&person.name));
        main.push_str(&button(person, "sim-continue", " class=\"primary\"", &inside));
    }
    let heading = if known.is_some() { "Log in as someone else" } else { "Log in as" };
    main.push_str(&format!("<h2>{heading}</h2><ul class=\"plain\">"));
    for person in people {
        let inside = format!("{}<small>{}</small>", escape(&person.name), escape(&person.email));
        let test_id = format!("sim-login-{}", escape(&person.id));
        main.push_str(&format!("<li>{}</li>", button(person, &test_id, "", &inside)));
    }
    main.push_str("</ul></form>");
    page(StatusCode::OK, "Log in", &main)
}

/// May the app do this?
pub fn consent(asked: &Asked<'_>, person: &Person, offered: &[String], action: &str) -> Response {
    let app = escape(&asked.app.name);
    let mut list = String::new();
    for name in offered {
        let words = escape(permissions::find(name).unwrap_or_default());
        let name = escape(name);
        let row = if asked.all_or_none || name == "public_profile" {
            format!("<li>{words} <small class=\"soft\"><code>{name}</code></small></li>")
        } else {
            format!(
                "<li><label class=\"tick\"><input type=\"checkbox\" name=\"scope\" value=\"{name}\" checked \
                 data-testid=\"sim-scope-{name}\"><span>{words} <small class=\"soft\"><code>{name}</code></small>\
                 </span></label></li>"
            )
        };
        list.push_str(&row);
    }
    let rule = match asked.all_or_none {
        true => "All of this is needed: allow all of it, or none.",
        false => "Untick what you do not want to allow.",
    };
    let class = if asked.all_or_none { "" } else { " class=\"plain\"" };
    let main = format!(
        "<p>You are logged in as <strong>{}</strong>.</p><form method=\"post\" action=\"{}\">\
         <h2>{app} will be able to</h2><ul{class}>{list}</ul><p class=\"soft\">{rule}</p><div class=\"acts\">\
         <button class=\"primary\" name=\"answer\" value=\"allow\" data-testid=\"sim-allow\">Allow</button>\
         <button class=\"second\" name=\"answer\" value=\"deny\" data-testid=\"sim-deny\">Cancel</button></div></form>",
        escape(&person.name),
        escape(action),
    );
    page(StatusCode::OK, &format!("{} asks for access", asked.app.name), &main)
}

/// The app's link is wrong. Nobody is sent anywhere.
pub fn refused(sentence: &str) -> Response {
    page(StatusCode::BAD_REQUEST, "Sorry, this link does not work", &format!("<p>{}</p>", escape(sentence)))
}

pub fn not_found() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "This page isn't available",
        "<p>The simulated site has only its login dialog.</p>",
    )
}

fn page(status: StatusCode, title: &str, main: &str) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], SITE.page(title, main)).into_response()
}
