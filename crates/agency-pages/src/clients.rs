//! Clients, and everything of one of them.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use valetkey_core::app::roles::Right;
use valetkey_core::app::{AppError, client_access, clients};
use valetkey_core::audit::Record;
use valetkey_core::desk::Desk;
use valetkey_core::store::Scope;
use valetkey_core::store::clients::Client;
use valetkey_core::store::grants::GrantRow;
use valetkey_core::store::requests::Filter as RequestFilter;
use valetkey_pages::access_words::asset_word;
use valetkey_pages::forms::{Plain, Posted};
use valetkey_pages::frame::{grantee_mark, initials, when};
use valetkey_pages::page_words::english;
use valetkey_pages::view::{Badge, Tone};
use valetkey_pages::{Error, page, see, words};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::remedy::Remedy;

use super::SignedIn;
use super::request::grant_rows;
use super::requests::row as request_row;
use super::sentences::{self, Names};
use crate::view::Event;
use crate::view::clients::{Client as View, ClientRow, Clients, PlannedAct, PlatformGrants, RevokeAll};

const MOST: i64 = 1_000;
const SHOWN: usize = 200;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

pub async fn list(
    State(desk): State<Desk>,
    Query(asked): Query<Asked>,
    who: SignedIn,
) -> Result<Response, Error> {
    let all = desk.store.list_clients_by_name(&who.scope, MOST).await.map_err(AppError::from)?;
    let wanted: Vec<String> = asked.q.split_whitespace().map(str::to_lowercase).collect();
    let mut rows = Vec::new();
    for client in &all {
        let text = format!("{} {}", client.name, client.email).to_lowercase();
        if rows.len() < SHOWN && wanted.iter().all(|word| text.contains(word.as_str())) {
            rows.push(row(&desk, &who.scope, client).await?);
        }
    }
    page(&Clients {
        frame: who.frame(&desk, "Clients"),
        rail: who.rail("clients"),
        filtered: rows.is_empty() && !all.is_empty(),
        query: asked.q,
        rows,
    })
}

fn of_client(client: &Client) -> RequestFilter {
    RequestFilter { client_id: Some(client.id.to_string()), ..RequestFilter::default() }
}

async fn row(desk: &Desk, scope: &Scope, client: &Client) -> Result<ClientRow, AppError> {
    let grants = client_access::list_grants(desk, scope, client).await?;
    let last = desk.store.list_requests_where(scope, &of_client(client), None, 1).await?;
    let there: Vec<_> = grants.iter().filter(|g| client_access::is_there(g)).collect();
    let active = there.iter().filter(|g| g.word == "active").count();
    Ok(ClientRow {
        href: format!("/clients/{}", client.id),
        name: client.name.clone(),
        initials: initials(&client.name),
        email: client.email.clone(),
        health: health(&grants),
        grants: match there.len() {
            0 => "No access".into(),
            n => format!("{active} of {n} active"),
        },
        last: last.first().map(|r| when(desk, english(), r.created_at)),
    })
}

/// How the access to one client is doing.
fn health(grants: &[GrantRow]) -> Badge {
    let any = |words: &[&str]| grants.iter().any(|g| words.contains(&g.word.as_str()));
    let badge = |word: &str, label: &str, tone| Badge { word: word.into(), label: label.into(), tone };
    if any(&["drifted", "failed"]) {
        badge("attention", "Needs attention", Tone::Stop)
    } else if any(&["needs_action", "unverifiable"]) {
        badge("attention", "Needs attention", Tone::YourTurn)
    } else if any(&["queued", "working", "verifying", "awaiting_acceptance", "expiring"]) {
        badge("waiting", "Under way", Tone::Waiting)
    } else if any(&["active"]) {
        badge("healthy", "Healthy", Tone::Done)
    } else {
        badge("none", "No access", Tone::Neutral)
    }
}

#[derive(Deserialize)]
pub struct After {
    done: Option<String>,
    n: Option<usize>,
}

pub async fn show(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Query(after): Query<After>,
    who: SignedIn,
) -> Result<Response, Error> {
    let client = clients::get(&desk, &who.scope, &id).await?;
    let grants = client_access::list_grants(&desk, &who.scope, &client).await?;
    let found = desk.store.list_requests_where(&who.scope, &of_client(&client), None, MOST).await;
    let found = found.map_err(AppError::from)?;
    let mut requests = Vec::new();
    let mut records = Vec::new();
    for request in &found {
        requests.push(request_row(&desk, &who.scope, client.name.clone(), request).await?);
        let of = desk.store.list_audit_of_request(&who.scope, &request.id).await;
        records.extend(of.map_err(AppError::from)?);
    }
    let works = who.may(Right::Work);
    let there = grants.iter().any(client_access::is_there);
    let at = |rest: &str| format!("/clients/{}{rest}", client.id);
    page(&View {
        frame: who.frame(&desk, &client.name),
        rail: who.rail("clients"),
        initials: initials(&client.name),
        health: health(&grants),
        platforms: by_platform(&desk, &who.scope, &grants, works).await?,
        requests,
        timeline: timeline(&desk, &who.scope, records).await?,
        notice: notice(&after),
        verify: (works && there).then(|| at("/verify")),
        revoke: (works && there).then(|| at("/revoke")),
        access: (!grants.is_empty()).then(|| at("/access")),
        again: found.first().filter(|_| works).map(|r| format!("/requests/new?again={}", r.id)),
        email: client.email.clone(),
        name: client.name,
    })
}

fn notice(after: &After) -> Option<String> {
    let n = after.n.unwrap_or_default();
    let accounts = if n == 1 { "1 account".to_owned() } else { format!("{n} accounts") };
    match after.done.as_deref()? {
        "verify" => Some(format!("Checking {accounts} at the platforms now. Reload to see the result.")),
        "revoke" => {
            Some(format!("Revoking access to {accounts}. Each is read back before it counts as gone."))
        }
        _ => None,
    }
}

async fn by_platform(
    desk: &Desk,
    scope: &Scope,
    grants: &[GrantRow],
    works: bool,
) -> Result<Vec<PlatformGrants>, AppError> {
    let mut out = Vec::new();
    for platform in desk.registry.iter() {
        let own: Vec<_> = grants.iter().filter(|g| g.platform == platform.manifest.id).cloned().collect();
        if own.is_empty() {
            continue;
        }
        let name = platform.manifest.name.clone();
        let grants = grant_rows(desk, scope, own, works).await?;
        out.push(PlatformGrants { name, grants });
    }
    Ok(out)
}

/// What happened with this client, newest first.
async fn timeline(desk: &Desk, scope: &Scope, mut records: Vec<Record>) -> Result<Vec<Event>, AppError> {
    records.sort_by_key(|r| std::cmp::Reverse(r.seq));
    records.retain(sentences::is_told);
    records.truncate(SHOWN);
    let names = Names::of(desk, scope, &records).await?;
    let event = |r: &Record| Event {
        at: when(desk, english(), r.at_ms),
        sentence: sentences::sentence(desk, &names, r),
    };
    Ok(records.iter().map(event).collect())
}

pub async fn verify(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let client = clients::get(&desk, &who.scope, &id).await?;
    let n = client_access::verify_all(&desk, &who.scope, &client).await?;
    Ok(see(&format!("/clients/{}?done=verify&n={n}", client.id)))
}

/// What ending all access would call and what else would go. Nothing happens.
pub async fn review_revoke(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
) -> Result<Response, Error> {
    who.require(Right::Work)?;
    let client = clients::get(&desk, &who.scope, &id).await?;
    let (mut acts, mut problems, mut grantees) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = Vec::new();
    for plan in client_access::plan_revoke_all(&desk, &who.scope, &client).await? {
        let row = &plan.row;
        let what =
            format!("{} “{}”", asset_word(&desk, Lang::En, &row.platform, &row.asset_type), row.asset_name);
        let name = desk.registry.find(&row.platform).map_or(row.platform.as_str(), |p| &p.manifest.name);
        let grantee = desk.store.find_grantee(&who.scope, &row.grantee_id).await.map_err(AppError::from)?;
        let grantee = grantee.ok_or(AppError::NotFound("the grantee"))?;
        match plan.side {
            Some(side) => acts.push(PlannedAct {
                grant: row.id.to_string(),
                sentence: format!(
                    "Ask {name} to remove {} ({}) from {what}, with the {}’s sign-in. It holds: {}.",
                    grantee.label,
                    grantee.external_id,
                    side.as_str(),
                    plan.roles.join(", ")
                ),
            }),
            None => {
                let why = if plan.by_hand { "revoke-by-hand" } else { "sign-in-again" };
                let advice = words::advice(&desk, english(), &row.platform, &Remedy::new(why));
                let why = [Some(advice.happened), advice.act].into_iter().flatten().collect::<Vec<_>>();
                problems.push((format!("{what} at {name}"), why.join(" ")));
            }
        }
        if !seen.contains(&grantee.id) {
            seen.push(grantee.id.clone());
            grantees.push(grantee_mark(&desk, Lang::En, &grantee));
        }
    }
    page(&RevokeAll {
        frame: who.frame(&desk, "Revoke all access"),
        rail: who.rail("clients"),
        client: client.name,
        acts,
        problems,
        grantees,
        action: format!("/clients/{}/revoke", client.id),
        back: format!("/clients/{}", client.id),
    })
}

pub async fn revoke(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let csrf = form.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value);
    who.check(&desk, csrf)?;
    let client = clients::get(&desk, &who.scope, &id).await?;
    if let Some((other, _)) = form.iter().find(|(name, _)| name != "csrf" && name != "grant") {
        return Err(Error::Unreadable(format!("this form has no field {other}")));
    }
    let ids: Vec<String> = form.iter().filter(|(n, _)| n == "grant").map(|(_, v)| v.clone()).collect();
    let n = client_access::revoke_these(&desk, &who.scope, &client, &ids).await?;
    Ok(see(&format!("/clients/{}?done=revoke&n={n}", client.id)))
}
