//! The frame that simulated sign-in pages share: who is there, may the app act for you, and back to the app.
//! Addresses, checks and words stay with each platform.

use axum::response::{IntoResponse, Redirect, Response};
use http::header::{CACHE_CONTROL, COOKIE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use url::Url;

use super::{Person, Site, escape};

/// The doorway of one simulated site. `prefix` stands before the paths of its own links.
#[derive(Clone, Copy, Debug)]
pub struct Doorway<'a> {
    pub site: Site,
    /// Remembers who is logged in to the simulated site.
    pub cookie: &'static str,
    pub prefix: &'a str,
}

/// Who is there?
pub struct Login<'a> {
    pub title: &'a str,
    /// Stands before the app's name.
    pub words: &'a str,
    pub app: &'a str,
    /// Where the form goes, without the prefix.
    pub action: &'a str,
    /// The hidden field with the way on.
    pub way_on: (&'a str, &'a str),
    pub heading: &'a str,
    /// Each with what tells them apart at this site.
    pub people: &'a [(&'a Person, &'a str)],
    /// Who is logged in already comes first; everybody else can still be chosen.
    pub known: Option<&'a Person>,
}

/// May the app do this?
pub struct Consent<'a> {
    pub title: &'a str,
    /// Such as "You are signed in as".
    pub words: &'a str,
    pub person: &'a Person,
    /// The whole address of the form, prefix included.
    pub action: &'a str,
    pub heading: &'a str,
    pub asks: &'a [Permission<'a>],
    pub note: Option<&'a str>,
    /// What both buttons are called in the form.
    pub button: &'a str,
    /// Value and words.
    pub allow: (&'a str, &'a str),
    pub deny: (&'a str, &'a str),
}

/// One row of a consent page.
pub struct Permission<'a> {
    pub name: &'a str,
    pub words: &'a str,
    /// It can be left out.
    pub tick: bool,
}

impl Doorway<'_> {
    pub fn login(&self, page: &Login<'_>) -> Response {
        let button = |id: &str, hook: &str, class: &str, inside: &str| {
            let id = escape(id);
            format!("<button{class} name=\"person\" value=\"{id}\" data-testid=\"{hook}\">{inside}</button>")
        };
        let mut main = format!(
            "<p>{} <strong>{}</strong>.</p><form method=\"post\" action=\"{}{}\">\
             <input type=\"hidden\" name=\"{}\" value=\"{}\">",
            escape(page.words),
            escape(page.app),
            escape(self.prefix),
            page.action,
            page.way_on.0,
            escape(page.way_on.1),
        );
        if let Some(person) = page.known {
            let inside = format!("Continue as {}", escape(&person.name));
            main.push_str(&button(&person.id, "sim-continue", " class=\"primary\"", &inside));
        }
        main.push_str(&format!("<h2>{}</h2><ul class=\"plain\">", escape(page.heading)));
        for (person, detail) in page.people {
            let inside = format!("{}<small>{}</small>", escape(&person.name), escape(detail));
            let hook = format!("sim-login-{}", escape(&person.id));
            main.push_str(&format!("<li>{}</li>", button(&person.id, &hook, "", &inside)));
        }
        main.push_str("</ul></form>");
        self.page(StatusCode::OK, page.title, &main)
    }

    pub fn consent(&self, page: &Consent<'_>) -> Response {
        let mut list = String::new();
        for ask in page.asks {
            let (name, words) = (escape(ask.name), escape(ask.words));
            let words = format!("{words} <small class=\"soft\"><code>{name}</code></small>");
            list.push_str(&match ask.tick {
                false => format!("<li>{words}</li>"),
                true => format!(
                    "<li><label class=\"tick\"><input type=\"checkbox\" name=\"scope\" value=\"{name}\" checked \
                     data-testid=\"sim-scope-{name}\"><span>{words}</span></label></li>"
                ),
            });
        }
        let class = if page.asks.iter().any(|ask| ask.tick) { " class=\"plain\"" } else { "" };
        let note =
            page.note.map_or_else(String::new, |note| format!("<p class=\"soft\">{}</p>", escape(note)));
        let choice = |(value, words): (&str, &str), class: &str, hook: &str| {
            format!(
                "<button class=\"{class}\" name=\"{}\" value=\"{value}\" data-testid=\"{hook}\">{}</button>",
                page.button,
                escape(words)
            )
        };
        let main = format!(
            "<p>{} <strong>{}</strong>.</p><form method=\"post\" action=\"{}\"><h2>{}</h2><ul{class}>{list}</ul>\
             {note}<div class=\"acts\">{}{}</div></form>",
            escape(page.words),
            escape(&page.person.name),
            escape(page.action),
            escape(page.heading),
            choice(page.allow, "primary", "sim-allow"),
            choice(page.deny, "second", "sim-deny"),
        );
        self.page(StatusCode::OK, page.title, &main)
    }

    /// The app's link is wrong. Nobody is sent anywhere.
    pub fn refused(&self, title: &str, sentence: &str) -> Response {
        self.page(StatusCode::BAD_REQUEST, title, &format!("<p>{}</p>", escape(sentence)))
    }

    /// It is done, or there is nothing to do.
    pub fn found(&self, title: &str, sentence: &str) -> Response {
        self.page(StatusCode::OK, title, &format!("<p>{}</p>", escape(sentence)))
    }

    pub fn not_found(&self, title: &str, sentence: &str) -> Response {
        self.page(StatusCode::NOT_FOUND, title, &format!("<p>{}</p>", escape(sentence)))
    }

    fn page(&self, status: StatusCode, title: &str, main: &str) -> Response {
        (status, [(CACHE_CONTROL, "no-store")], self.site.page(title, main)).into_response()
    }

    /// Who the cookie says is logged in.
    pub fn find_person<'p>(&self, parts: &'p Parts) -> Option<&'p str> {
        let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == self.cookie).map(|(_, person)| person)
    }

    /// Logged in from now on, and on to this path.
    pub fn admit(&self, person: &str, to: &str) -> Response {
        let mut response = self.see_other(to);
        let cookie = format!("{}={person}; Path={}/; HttpOnly; SameSite=Lax", self.cookie, self.prefix);
        let cookie = HeaderValue::try_from(cookie).expect("ids of people are plain letters");
        response.headers_mut().append(SET_COOKIE, cookie);
        response
    }

    /// To a path of this site.
    pub fn see_other(&self, to: &str) -> Response {
        see_other(&format!("{}{to}", self.prefix))
    }
}

/// Back to the app, with its state as it came.
pub fn to_app(redirect_uri: &Url, state: Option<&str>, pairs: &[(&str, &str)]) -> Response {
    let mut uri = redirect_uri.clone();
    let state = state.map(|state| ("state", state));
    uri.query_pairs_mut().extend_pairs(pairs.iter().copied().chain(state));
    see_other(uri.as_str())
}

fn see_other(to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    *response.status_mut() = StatusCode::SEE_OTHER;
    response
}
