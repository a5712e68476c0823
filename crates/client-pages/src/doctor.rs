//! `/doctor`: what a platform's message means. For everybody: it knows no agency and no client.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use valetkey_core::app::explain::{Explanation, MOST_TEXT, Unexplained, doer, explain};
use valetkey_core::desk::Desk;
use valetkey_pages::frame::frame;
use valetkey_pages::language::Reader;
use valetkey_pages::page_words::PageWords;
use valetkey_pages::{Error, page};

use crate::view::doctor::{Doctor, Found, Known};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    message: String,
    #[serde(default)]
    platform: String,
    /// The language of the page that led here; what the reader chose comes first.
    from: Option<String>,
}

pub async fn show(
    State(desk): State<Desk>,
    Query(asked): Query<Asked>,
    reader: Reader,
) -> Result<Response, Error> {
    let speech = reader.speech(asked.from.as_deref());
    let say = speech.words;
    let message = asked.message.trim();
    let platform = Some(asked.platform.as_str()).filter(|id| desk.registry.find(id).is_some());
    let answer = (!message.is_empty()).then(|| explain(&desk.registry, message, platform, say.lang));
    let unknown = matches!(answer, Some(Err(Unexplained::Unknown | Unexplained::NoPlatform(_))));
    let found = answer.and_then(Result::ok).unwrap_or_default();
    let known = desk.registry.iter().map(|p| Known {
        id: p.manifest.id.clone(),
        name: p.manifest.name.clone(),
        chosen: platform == Some(p.manifest.id.as_str()),
    });
    page(&Doctor {
        frame: frame(&desk, &speech, &*say.title_doctor, None, String::new()),
        platforms: known.collect(),
        message: message.chars().take(MOST_TEXT).collect(),
        most: MOST_TEXT,
        found: found.into_iter().map(|one| view(say, one)).collect(),
        unknown,
    })
}

fn view(say: &PageWords, e: Explanation) -> Found {
    Found {
        platform: e.platform,
        cause: e.cause,
        fix: e.fix,
        phone: e.phone,
        desktop: e.desktop,
        by: e.by.iter().map(|who| doer(*who, say.lang)).collect(),
        who: e.who,
        read: e.source.as_ref().map(|(_, read)| say.day(*read)),
        source: e.source.map(|(url, _)| url),
        id: e.id,
    }
}
