//! `/doctor`: what a platform's message means. For everybody: it knows no agency and no client.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use url::form_urlencoded;

use super::frame::frame;
use super::view::doctor::{Doctor, Found, Known};
use super::{Error, page};
use crate::app::explain::{Explanation, MOST_TEXT, Unexplained, doer, explain};
use crate::desk::Desk;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    message: String,
    #[serde(default)]
    platform: String,
}

/// The address that explains this message of this platform.
pub fn address(platform: &str, message: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("platform", platform)
        .append_pair("message", message)
        .finish();
    format!("/doctor?{query}")
}

pub async fn show(State(desk): State<Desk>, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let message = asked.message.trim();
    let platform = Some(asked.platform.as_str()).filter(|id| desk.registry.find(id).is_some());
    let answer = (!message.is_empty()).then(|| explain(&desk.registry, message, platform));
    let unknown = matches!(answer, Some(Err(Unexplained::Unknown | Unexplained::NoPlatform(_))));
    let found = answer.and_then(Result::ok).unwrap_or_default();
    let known = desk.registry.iter().map(|p| Known {
        id: p.manifest.id.clone(),
        name: p.manifest.name.clone(),
        chosen: platform == Some(p.manifest.id.as_str()),
    });
    page(&Doctor {
        frame: frame(&desk, "What a message means", None, String::new()),
        platforms: known.collect(),
        message: message.chars().take(MOST_TEXT).collect(),
        most: MOST_TEXT,
        found: found.into_iter().map(view).collect(),
        unknown,
    })
}

fn view(e: Explanation) -> Found {
    Found {
        platform: e.platform,
        cause: e.cause,
        fix: e.fix,
        phone: e.phone,
        desktop: e.desktop,
        by: e.by.iter().map(|who| doer(*who)).collect(),
        who: e.who,
        read: e.source.as_ref().map(|(_, read)| read.strftime("%-d %B %Y").to_string()),
        source: e.source.map(|(url, _)| url),
        id: e.id,
    }
}
