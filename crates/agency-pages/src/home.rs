//! Home: what needs attention, how far requests are, what happened.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use jiff::SignedDuration;
use valetkey_core::app::domains::{self, Trouble};
use valetkey_core::app::roles::Right;
use valetkey_core::app::{AppError, domain_name, grants};
use valetkey_core::desk::Desk;
use valetkey_core::engine::state::request::State as RequestState;
use valetkey_core::store::Scope;
use valetkey_core::store::grants::{Filter, GrantRow};
use valetkey_core::store::requests::Request;
use valetkey_pages::frame::when;
use valetkey_pages::page_words::english;
use valetkey_pages::view::{Badge, Tone};
use valetkey_pages::{Error, page, words};

use super::requests::{row, shown_state};
use super::sentences::{self, Names};
use super::{SignedIn, mails};
use crate::view::home::{Happened, Home, Stage};
use crate::view::{Attention, RequestRow};

/// Words of grants that ask somebody to look, and what the button says.
const ATTENTION: [(&str, &str); 6] = [
    ("needs_action", "See what to do"),
    ("drifted", "Ask again"),
    ("failed", "See what happened"),
    ("declined", "Ask again"),
    ("lapsed", "Ask again"),
    ("unverifiable", "See what to do"),
];
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// A link that ends within this time, and was not used up, is worth a word.
const SOON_MS: i64 = 3 * DAY_MS;
const FUNNEL_MS: i64 = 30 * DAY_MS;
const READ: i64 = 500;
const ROWS: usize = 6;
const RECENT: usize = 8;
const MOST_HELP: usize = 50;

pub async fn show(State(desk): State<Desk>, who: SignedIn) -> Result<Response, Error> {
    let requests = desk.store.list_requests(&who.scope, None, READ).await.map_err(AppError::from)?;
    let mut attention = helpless(&desk, &who.scope).await?;
    attention.extend(needed(&desk, &who.scope).await?);
    if who.may(Right::Govern) {
        attention.extend(unproved(&desk, &who.scope).await?);
    }
    attention.extend(mails::in_trouble(&desk, &who.scope).await?);
    attention.extend(ending(&desk, &who.scope, &requests).await?);
    let grantees = desk.store.list_grantees(&who.scope).await.map_err(AppError::from)?;
    page(&Home {
        frame: who.frame(&desk, "Home"),
        rail: who.rail("home"),
        attention,
        funnel: funnel(&desk, &requests)?,
        rows: latest(&desk, &who.scope, &requests).await?,
        recent: recent(&desk, &who.scope).await?,
        lacks_grantee: grantees.is_empty(),
    })
}

/// Clients who asked for help with a card that is still open, newest first; each card once.
async fn helpless(desk: &Desk, scope: &Scope) -> Result<Vec<Attention>, AppError> {
    let (mut out, mut seen) = (Vec::new(), BTreeSet::new());
    for (request, item, at) in desk.store.list_help_wanted(scope, READ).await? {
        if out.len() == MOST_HELP || !seen.insert(item.to_string()) {
            continue;
        }
        let request = desk.store.get_request(scope, &request).await?;
        if !shown_state(desk, &request)?.is_open() {
            continue;
        }
        let item = desk.store.get_item(scope, &item).await?;
        let client = desk.store.get_client(scope, &request.client_id).await?;
        let name = desk.registry.find(&item.platform).map_or(item.platform.as_str(), |p| &p.manifest.name);
        out.push(Attention {
            client: client.name,
            client_href: format!("/clients/{}", client.id),
            what: format!("The client asked for help with {name}"),
            badge: Badge { word: "help_wanted".into(), label: "Help wanted".into(), tone: Tone::YourTurn },
            since: when(desk, english(), at),
            href: format!("/requests/{}#{}", request.id, item.id),
            action: "Read what they wrote".into(),
        });
    }
    Ok(out)
}

/// Grants that wait for a person, the newest change first.
async fn needed(desk: &Desk, scope: &Scope) -> Result<Vec<Attention>, AppError> {
    let mut found = Vec::new();
    for (word, action) in ATTENTION {
        let filter = Filter { word: Some(word.into()), ..Filter::default() };
        for row in desk.store.list_grants(scope, &filter, None, 50).await? {
            found.push((row, action));
        }
    }
    found.sort_by_key(|(row, _)| std::cmp::Reverse(row.changed_at));
    let mut out = Vec::new();
    for (row, action) in found.iter().take(50) {
        out.push(one_needed(desk, scope, row, action).await?);
    }
    Ok(out)
}

async fn one_needed(desk: &Desk, scope: &Scope, row: &GrantRow, action: &str) -> Result<Attention, AppError> {
    let client = desk.store.get_client(scope, &row.client_id).await?;
    let name = desk.registry.find(&row.platform).map_or(row.platform.as_str(), |p| &p.manifest.name);
    let badge = words::grant_badge(english(), name, &grants::state(row)?);
    let person = match row.is_share() {
        true => None,
        false => desk.store.find_grantee(scope, &row.grantee_id).await?,
    };
    let asset = &row.asset_name;
    let what = person.map_or_else(|| asset.clone(), |p| format!("{} on {asset}", p.label));
    let href = match action {
        "Ask again" => format!("/requests/new?again={}", row.request_id),
        _ => format!("/requests/{}#{}", row.request_id, row.id),
    };
    Ok(Attention {
        client: client.name,
        client_href: format!("/clients/{}", client.id),
        what: format!("{what} at {name}"),
        badge,
        since: when(desk, english(), row.changed_at),
        href,
        action: action.into(),
    })
}

/// The agency's own domain, when its record is gone.
async fn unproved(desk: &Desk, scope: &Scope) -> Result<Option<Attention>, AppError> {
    let Some(row) = desk.store.find_domain_proof(scope).await? else { return Ok(None) };
    let Some(trouble) = domains::trouble(&row) else { return Ok(None) };
    let (what, word, label, tone, since) = match trouble {
        Trouble::Lost(since) => (
            "Your domain could not be verified any more, so clients do not see it",
            "lost",
            "Not verified any more",
            Tone::Stop,
            since,
        ),
        Trouble::Missing(since) => (
            "The record of your domain is gone: clients stop seeing the domain soon",
            "missing",
            "Record is gone",
            Tone::YourTurn,
            since,
        ),
    };
    Ok(Some(Attention {
        client: domain_name::shown(&row.domain),
        client_href: "/settings".into(),
        what: what.into(),
        badge: Badge { word: word.into(), label: label.into(), tone },
        since: when(desk, english(), since),
        href: "/settings".into(),
        action: "See what to do".into(),
    }))
}

/// Links that end soon, or ended lately, before the client was done.
async fn ending(desk: &Desk, scope: &Scope, requests: &[Request]) -> Result<Vec<Attention>, AppError> {
    let now = desk.now_ms();
    let mut out = Vec::new();
    for request in requests {
        let state = RequestState::parse(&request.state);
        let left = request.link_expires_at - now;
        let is_open = state.is_some_and(RequestState::is_open);
        if !is_open || !(-4 * SOON_MS..SOON_MS).contains(&left) {
            continue;
        }
        let client = desk.store.get_client(scope, &request.client_id).await?;
        let mut badge = words::request_badge(shown_state(desk, request)?);
        if left > 0 {
            badge.label = "Link ends soon".into();
        }
        out.push(Attention {
            client: client.name,
            client_href: format!("/clients/{}", client.id),
            what: if left > 0 {
                "The link ends before the client is done"
            } else {
                "The link ended before the client was done"
            }
            .into(),
            badge,
            since: when(desk, english(), request.link_expires_at),
            href: format!("/requests/{}#extend", request.id),
            action: "Let it live longer".into(),
        });
    }
    Ok(out)
}

fn funnel(desk: &Desk, requests: &[Request]) -> Result<Vec<Stage>, AppError> {
    use RequestState as S;
    let from = desk.clock.now() - SignedDuration::from_millis(FUNNEL_MS);
    let mut counts = [0; 4];
    for request in requests.iter().filter(|r| r.created_at >= from.as_millisecond()) {
        match shown_state(desk, request)? {
            S::Sent => counts[0] += 1,
            S::Opened => counts[1] += 1,
            S::InProgress | S::PartiallyComplete => counts[2] += 1,
            S::Complete => counts[3] += 1,
            S::Draft | S::Expired | S::Cancelled => {}
        }
    }
    let stages = [
        ("Sent, not opened", "/requests?show=waiting"),
        ("Opened", "/requests?show=open"),
        ("In progress", "/requests?show=open"),
        ("Complete", "/requests?show=complete"),
    ];
    Ok(stages.into_iter().zip(counts).map(|((label, href), count)| Stage { label, count, href }).collect())
}

async fn latest(desk: &Desk, scope: &Scope, requests: &[Request]) -> Result<Vec<RequestRow>, AppError> {
    let mut rows = Vec::new();
    for request in requests.iter().take(ROWS) {
        let client = desk.store.get_client(scope, &request.client_id).await?.name;
        rows.push(row(desk, scope, client, request).await?);
    }
    Ok(rows)
}

async fn recent(desk: &Desk, scope: &Scope) -> Result<Vec<Happened>, AppError> {
    let last = desk.store.last_audit_seq(scope).await?;
    let records = desk.store.list_audit(scope, (last - 60).max(0), 60).await?;
    let names = Names::of(desk, scope, &records).await?;
    let mut out = Vec::new();
    for record in records.iter().rev().filter(|r| sentences::is_told(r)).take(RECENT) {
        let request = record.data.value().get("request").and_then(|v| v.as_str()).map(str::to_owned);
        let mut client = None;
        if let Some(id) = request {
            let found = desk
                .store
                .find_request(scope, &valetkey_core::ids::RequestId::from_text(id.as_str()))
                .await?;
            if let Some(request) = found {
                let name = desk.store.get_client(scope, &request.client_id).await?.name;
                client = Some((name, format!("/requests/{id}")));
            }
        }
        out.push(Happened {
            at: when(desk, english(), record.at_ms),
            sentence: sentences::sentence(desk, &names, record),
            client,
        });
    }
    Ok(out)
}
