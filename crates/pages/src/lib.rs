//! What all pages share: their frame, words, forms, cookies and errors. Clients' and agency's pages rest on it, each in a
//! crate of its own.

pub mod access_words;
pub mod address;
pub mod assets;
pub mod brand;
pub mod cookies;
pub mod error;
pub mod forms;
pub mod frame;
pub mod language;
pub mod page_words;
pub mod steps;
pub mod view;
pub mod words;

use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;

pub use error::{Error, sentence};

/// Bytes that most pages have room in, so that their text is not moved while it grows.
const PAGE_ROOM: usize = 20 * 1024;

/// A template as a page.
pub fn page(template: &impl askama::Template) -> Result<Response, Error> {
    let mut body = String::with_capacity(PAGE_ROOM);
    template.render_into(&mut body).map_err(|e| Error::App(anyhow::Error::from(e).into()))?;
    Ok(Html(body).into_response())
}

/// 303, so that a reload repeats nothing. The empty fragment drops one that a platform appended.
pub fn see(path: &str) -> Response {
    Redirect::to(&format!("{path}#")).into_response()
}

/// The same with cookies. The address is kept as it is.
pub fn see_with(jar: CookieJar, path: &str) -> Response {
    (jar, Redirect::to(path)).into_response()
}

/// A page of ours to go on to; anything that could lead elsewhere is dropped.
pub fn local(next: &str) -> Option<&str> {
    let plain = next.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    (plain && next.starts_with('/') && !next.starts_with("//")).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn the_way_on_stays_here() {
        assert_eq!(local("/requests/req_1?x=1"), Some("/requests/req_1?x=1"));
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:x",
            "/\n/evil",
            "evil",
        ] {
            assert_eq!(local(bad), None, "{bad}");
        }
    }
}
