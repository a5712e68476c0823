//! Forms that change something: refused from other sites, refused without our own token.

use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, Method};
use axum_extra::extract::Form;
use serde::de::DeserializeOwned;
use valetkey_core::app::AppError;
use valetkey_core::defence;
use valetkey_core::desk::Desk;
use valetkey_sdk::secret::Secret;

use crate::Error;

/// A posted form. Unknown fields are refused by the types it is read into.
pub struct Posted<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Desk> for Posted<T> {
    type Rejection = Error;

    async fn from_request(request: Request, desk: &Desk) -> Result<Self, Error> {
        let Form(form) = Form::<T>::from_request(request, desk)
            .await
            .map_err(|e| Error::Unreadable(format!("this form cannot be read: {e}")))?;
        Ok(Self(form))
    }
}

/// A form with one file.
pub struct Sent {
    pub csrf: String,
    pub file: Vec<u8>,
}

/// As much is read and dropped of a file that is too large, so that the browser hears the answer.
const MOST_SENT: usize = 16 * 1024 * 1024;
const MOST_TOKEN: usize = 200;

impl Sent {
    /// Reads the token and the file of this field. Of a file that is larger than `most`, one byte more is kept, by
    /// which whoever looks at it can tell.
    pub async fn read(mut request: Request, field: &str, most: usize) -> Result<Self, Error> {
        let unreadable = |e: String| Error::Unreadable(format!("this form cannot be read: {e}"));
        DefaultBodyLimit::max(MOST_SENT).apply(&mut request);
        let form = Multipart::from_request(request, &()).await;
        let mut form = form.map_err(|e| unreadable(e.body_text()))?;
        let (mut csrf, mut file) = (None, None);
        while let Some(mut part) = form.next_field().await.map_err(|e| unreadable(e.body_text()))? {
            let name = part.name().unwrap_or_default().to_owned();
            let (place, most) = match name.as_str() {
                "csrf" => (&mut csrf, MOST_TOKEN),
                name if name == field => (&mut file, most),
                other => return Err(unreadable(format!("unknown field `{other}`"))),
            };
            if place.is_some() {
                return Err(unreadable(format!("field `{name}` comes twice")));
            }
            let mut bytes = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(|e| unreadable(e.body_text()))? {
                let room = (most + 1).saturating_sub(bytes.len());
                bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
            }
            *place = Some(bytes);
        }
        let csrf = String::from_utf8(csrf.unwrap_or_default()).unwrap_or_default();
        Ok(Self { csrf, file: file.unwrap_or_default() })
    }
}

/// A form that carries nothing but its token.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plain {
    pub csrf: String,
}

/// Something secret that was typed: a password or a code.
pub struct Typed(pub Secret);

impl Default for Typed {
    fn default() -> Self {
        Self(Secret::new(String::new()))
    }
}

impl<'de> serde::Deserialize<'de> for Typed {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Secret::new(text)))
    }
}

/// Fails unless the form came from a page that we made for this cookie or link.
pub fn check(desk: &Desk, of: &Secret, csrf: &str) -> Result<(), Error> {
    if Secret::new(desk.form_token(of.expose())).matches(csrf) {
        Ok(())
    } else {
        Err(Error::App(AppError::Stale("this form")))
    }
}

/// Refuses unsafe requests that another site's page caused. Who sends neither header is no browser of today.
pub fn same_site_only(desk: &Desk, request: &Request) -> Result<(), Error> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if !safe && is_cross_site(request.headers(), desk) && defence::same_site() {
        return Err(Error::CrossSite);
    }
    Ok(())
}

fn is_cross_site(headers: &HeaderMap, desk: &Desk) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => !matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin != desk.public_url.origin().ascii_serialization(),
        (None, None) => false,
    }
}
