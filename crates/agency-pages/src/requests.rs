//! The list of requests: chips and a search that read as a sentence.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use valetkey_core::app::AppError;
use valetkey_core::desk::Desk;
use valetkey_core::engine::state::request::State as RequestState;
use valetkey_core::store::Scope;
use valetkey_core::store::grants::Filter;
use valetkey_core::store::requests::Request;
use valetkey_pages::frame::when;
use valetkey_pages::page_words::english;
use valetkey_pages::{Error, page, words};

use super::SignedIn;
use crate::view::audit::Chip;
use crate::view::{RequestRow, Requests};

/// How many requests are looked through, and how many the page shows.
const READ: i64 = 2_000;
const SHOWN: usize = 100;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    q: String,
}

/// The chips: value, label.
const CHIPS: [(&str, &str); 5] = [
    ("", "All"),
    ("open", "Under way"),
    ("waiting", "Not opened yet"),
    ("complete", "Complete"),
    ("over", "Expired or cancelled"),
];

fn fits(show: &str, state: RequestState) -> bool {
    use RequestState as S;
    match show {
        "open" => matches!(state, S::Opened | S::InProgress | S::PartiallyComplete),
        "waiting" => state == S::Sent,
        "complete" => state == S::Complete,
        "over" => matches!(state, S::Expired | S::Cancelled),
        _ => true,
    }
}

/// The state as people see it: a link whose time is over has expired.
pub fn shown_state(desk: &Desk, request: &Request) -> Result<RequestState, AppError> {
    let state = RequestState::parse(&request.state).ok_or(AppError::NotFound("the request"))?;
    let over = state.is_open() && request.link_expires_at <= desk.now_ms();
    Ok(if over { RequestState::Expired } else { state })
}

pub async fn list(
    State(desk): State<Desk>,
    Query(asked): Query<Asked>,
    who: SignedIn,
) -> Result<Response, Error> {
    let all = desk.store.list_requests(&who.scope, None, READ).await.map_err(AppError::from)?;
    let words: Vec<String> = asked.q.split_whitespace().map(str::to_lowercase).collect();
    let (mut rows, mut found) = (Vec::new(), 0);
    let total = all.len();
    for request in &all {
        let state = shown_state(&desk, request)?;
        if !fits(&asked.show, state) {
            continue;
        }
        let client = desk.store.get_client(&who.scope, &request.client_id).await.map_err(AppError::from)?;
        let text = format!("{} {}", client.name, client.email).to_lowercase();
        if !words.iter().all(|word| text.contains(word.as_str())) {
            continue;
        }
        found += 1;
        if rows.len() < SHOWN {
            rows.push(row(&desk, &who.scope, client.name, request).await?);
        }
    }
    let known = CHIPS.iter().find(|(value, _)| *value == asked.show).unwrap_or(&CHIPS[0]);
    let query = url::form_urlencoded::byte_serialize(asked.q.as_bytes()).collect::<String>();
    let chip = |(value, label): &(&str, &str)| Chip {
        label: (*label).to_owned(),
        href: format!("/requests?show={value}&q={query}"),
        on: value == &known.0,
    };
    page(&Requests {
        frame: who.frame(&desk, "Requests"),
        rail: who.rail("requests"),
        chips: CHIPS.iter().map(chip).collect(),
        show: known.0.to_owned(),
        query: asked.q,
        total,
        found,
        rows,
    })
}

/// One line of a list of requests.
pub async fn row(
    desk: &Desk,
    scope: &Scope,
    client: String,
    request: &Request,
) -> Result<RequestRow, AppError> {
    let filter = Filter { request_id: Some(request.id.to_string()), ..Filter::default() };
    let found = desk.store.list_grants(scope, &filter, None, 1_000).await?;
    let items = desk.store.list_items(scope, &request.id).await?;
    let name = |id: &str| desk.registry.find(id).map_or_else(|| id.to_owned(), |p| p.manifest.name.clone());
    let shares: Vec<_> = found.iter().filter(|g| g.is_share()).collect();
    let active = shares.iter().filter(|g| g.word == "active").count();
    Ok(RequestRow {
        href: format!("/requests/{}", request.id),
        client,
        platforms: items.iter().map(|i| name(&i.platform)).collect(),
        badge: words::request_badge(shown_state(desk, request)?),
        created: when(desk, english(), request.created_at),
        progress: match shares.len() {
            0 => "No account chosen yet".into(),
            n => format!("{active} of {n} active"),
        },
    })
}
