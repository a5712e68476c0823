//! Who has access to what of one client: shown as it was read last, read anew by a press.

use std::collections::BTreeSet;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use url::form_urlencoded::Serializer;
use valetkey_api::access_line;
use valetkey_core::app::access_map::findings::Rule;
use valetkey_core::app::access_map::lines::{self, Filter, Line, Named};
use valetkey_core::app::access_map::{self, AccessMap, Asset, Finding, export};
use valetkey_core::app::clients;
use valetkey_core::app::roles::Right;
use valetkey_core::desk::Desk;
use valetkey_core::store::clients::Client;
use valetkey_pages::forms::{Plain, Posted};
use valetkey_pages::frame::when;
use valetkey_pages::page_words::english;
use valetkey_pages::view::{Badge, Tone};
use valetkey_pages::{Error, page, see};
use valetkey_sdk::access::Party;
use valetkey_sdk::connector::Happening;

use super::SignedIn;
use crate::view::access_map::{AccessMap as View, AccessRow, FindingRow, HappenedRow, Linked, Trouble};

/// Lines on one page; the files have all.
const SHOWN: usize = 200;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    asset: Option<String>,
    who: Option<String>,
    /// How many accounts were just read, and how many could not be.
    read: Option<usize>,
    failed: Option<usize>,
}

impl Asked {
    fn filter(&self) -> Filter {
        let given = |key: &Option<String>| key.clone().filter(|key| !key.is_empty());
        Filter { q: self.q.clone(), asset: given(&self.asset), who: given(&self.who) }
    }

    fn notice(&self) -> Option<String> {
        let (read, failed) = (self.read?, self.failed.unwrap_or_default());
        let accounts = if read == 1 { "1 account".to_owned() } else { format!("{read} accounts") };
        Some(match failed {
            0 => format!("{accounts} read just now."),
            1 => format!("{accounts} read just now. One more could not be read; below is why."),
            n => format!("{accounts} read just now. {n} more could not be read; below is why."),
        })
    }
}

fn home(client: &Client) -> String {
    format!("/clients/{}/access", client.id)
}

/// The page or file at `path` with these filters.
fn href(path: &str, f: &Filter) -> String {
    let mut query = Serializer::new(String::new());
    let given =
        [("q", Some(&f.q).filter(|q| !q.is_empty())), ("asset", f.asset.as_ref()), ("who", f.who.as_ref())];
    for (name, value) in given {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

pub async fn show(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    who: SignedIn,
) -> Result<Response, Error> {
    let client = clients::get(&desk, &who.scope, &id).await?;
    let map = access_map::of_client(&desk, &who.scope, &client).await?;
    let (path, filter) = (home(&client), asked.filter());
    let lines = lines::of(&desk, &map, &filter);
    let total = map.assets.iter().map(|asset| asset.rows().len()).sum();
    let read = map.assets.iter().filter_map(|asset| Some(asset.reading.as_ref()?.1)).max();
    let (findings, elsewhere): (Vec<_>, Vec<_>) = map.findings.iter().partition(|f| is_about(f, &filter));
    page(&View {
        frame: who.frame(&desk, "Who has access"),
        rail: who.rail("clients"),
        client_href: format!("/clients/{}", client.id),
        works: who.may(Right::Work),
        bare: map.assets.is_empty(),
        read: read.map(|at| when(&desk, english(), at)),
        notice: asked.notice(),
        findings: findings.into_iter().map(|f| finding(&desk, &path, f)).collect(),
        findings_elsewhere: elsewhere.len(),
        troubles: map.assets.iter().filter_map(|a| trouble(&desk, a, &filter)).collect(),
        kept: kept(&filter),
        only: only(&desk, &map, &filter),
        rows: lines.iter().take(SHOWN).map(|line| row(&desk, &path, line)).collect(),
        found: lines.len(),
        total,
        csv: href(&format!("{path}.csv"), &filter),
        json: href(&format!("{path}.json"), &filter),
        happened: happened(&desk, &map, &filter),
        query: asked.q,
        client: client.name,
        href: path,
    })
}

/// Lines of the platforms' logs that are shown.
const HAPPENED: usize = 30;

/// Of each container once, newest first.
fn happened(desk: &Desk, map: &AccessMap, filter: &Filter) -> Vec<HappenedRow> {
    let about = |asset: &&Asset| filter.asset.as_ref().is_none_or(|key| *key == asset.key());
    let all = map.assets.iter().filter(about).flat_map(|a| a.happened().iter().map(|h| (h, &a.platform)));
    let all: BTreeSet<_> = all.collect();
    let row = |(line, platform): (&Happening, &String)| HappenedRow {
        at: when(desk, english(), line.at.as_millisecond()),
        platform: desk.registry.find(platform).map_or_else(|| platform.clone(), |p| p.manifest.name.clone()),
        by: line.by.clone(),
        what: line.what.clone(),
    };
    all.into_iter().rev().take(HAPPENED).map(row).collect()
}

fn is_about(f: &Finding, filter: &Filter) -> bool {
    let is = |wanted: &Option<String>, key: &str| wanted.as_ref().is_none_or(|wanted| wanted == key);
    is(&filter.asset, &f.asset.key) && is(&filter.who, &f.who.key)
}

fn kept(filter: &Filter) -> Vec<(&'static str, String)> {
    let given = [("asset", &filter.asset), ("who", &filter.who)];
    given.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))).collect()
}

/// What the filter asks, as a sentence.
fn only(desk: &Desk, map: &AccessMap, filter: &Filter) -> Option<String> {
    let asset = filter.asset.as_ref().map(|key| {
        let found = map.assets.iter().find(|a| a.key() == *key);
        found.map_or_else(|| "an account that is not here".to_owned(), |asset| account(desk, asset))
    });
    let who = filter.who.as_ref().map(|key| {
        let all = lines::of(desk, map, &Filter { who: Some(key.clone()), ..Filter::default() });
        let seen = all.first().map(|line| &line.who);
        let named = map.findings.iter().map(|f| &f.who).find(|who| who.key == *key);
        seen.or(named).map_or_else(|| "somebody who is not here".to_owned(), |who| who.name.clone())
    });
    match (asset, who) {
        (Some(asset), Some(who)) => Some(format!("What {who} can do on {asset}")),
        (Some(asset), None) => Some(format!("Who can do what on {asset}")),
        (None, Some(who)) => Some(format!("What {who} can do")),
        (None, None) => None,
    }
}

fn account(desk: &Desk, asset: &Asset) -> String {
    let Some(platform) = desk.registry.find(&asset.platform) else { return asset.name.clone() };
    let kind = lines::word(platform, "asset", asset.on.of().as_str());
    format!("{kind} “{}” at {}", asset.name, platform.manifest.name)
}

fn finding(desk: &Desk, path: &str, f: &Finding) -> FindingRow {
    let (label, tone) = match f.rule {
        Rule::UnknownPartner => ("Unknown partner", Tone::Stop),
        Rule::AccessWithoutGrant => ("Access without a grant", Tone::Stop),
        Rule::GrantWithoutAccess => ("Grant without access", Tone::YourTurn),
        Rule::OverPrivileged => ("More than asked for", Tone::YourTurn),
        Rule::NeverAccepted => ("Never accepted", Tone::Waiting),
        Rule::HeldTwice => ("Held twice", Tone::Neutral),
    };
    let asking = |filter: Filter| href(path, &filter);
    FindingRow {
        rule: f.rule.as_str(),
        badge: Badge { word: f.rule.as_str().to_owned(), label: label.to_owned(), tone },
        what: f.what.clone(),
        act: f.act.clone(),
        seen: when(desk, english(), f.read_at),
        asset_href: asking(Filter { asset: Some(f.asset.key.clone()), ..Filter::default() }),
        who_href: asking(Filter { who: Some(f.who.key.clone()), ..Filter::default() }),
    }
}

/// None for an account that was read, all of it, the last time it was tried.
fn trouble(desk: &Desk, asset: &Asset, filter: &Filter) -> Option<Trouble> {
    if filter.asset.as_ref().is_some_and(|key| *key != asset.key()) {
        return None;
    }
    let mut says = Vec::new();
    if let Some(why) = &asset.problem {
        let tried = asset
            .tried_at
            .map_or_else(String::new, |at| format!(" Tried {}.", when(desk, english(), at).text));
        says.push(format!("Could not be read: {why}.{tried}"));
    }
    let state = match (&asset.problem, &asset.reading) {
        (Some(_), Some((_, at))) => {
            says.push(format!("Shown is what was read {}.", when(desk, english(), *at).text));
            "unreadable"
        }
        (Some(_), None) => "unreadable",
        (None, None) => {
            says.push("Not read yet.".to_owned());
            "unread"
        }
        (None, Some(_)) => "limited",
    };
    says.extend(asset.reading.as_ref().map(|(reading, _)| reading.limits()).unwrap_or_default());
    (!says.is_empty()).then(|| Trouble { state, account: account(desk, asset), says })
}

fn row(desk: &Desk, path: &str, line: &Line) -> AccessRow {
    let linked = |named: &Named, filter: Filter| Linked {
        name: named.name.clone(),
        kind: named.kind_name.clone(),
        id: named.id.clone(),
        href: href(path, &filter),
    };
    AccessRow {
        who: linked(&line.who, Filter { who: Some(line.who.key.clone()), ..Filter::default() }),
        account: linked(&line.asset, Filter { asset: Some(line.asset.key.clone()), ..Filter::default() }),
        platform: line.platform_name.clone(),
        roles: line.roles.clone(),
        badge: badge(line),
        from: line.from.as_ref().map(|from| (from.kind_name.clone(), from.name.clone())),
        read: when(desk, english(), line.read_at),
        read_by: line.read_by.as_str(),
        two_factor: line.two_factor.map(|has| if has { "Second factor on" } else { "No second factor" }),
        until: line.until.map(|at| when(desk, english(), at.as_millisecond())),
    }
}

fn badge(line: &Line) -> Badge {
    let (label, tone) = match line.pending.map(|(by, _)| by) {
        None => ("Active", Tone::Done),
        Some(Party::ClientAdmin) => ("Client’s turn", Tone::Waiting),
        Some(Party::OtherClientAdmin) => ("Second admin’s turn", Tone::Waiting),
        Some(Party::Invitee) => ("Not accepted yet", Tone::Waiting),
        Some(Party::AgencyAdmin) => ("Partner’s turn", Tone::Waiting),
        Some(Party::Platform) => ("Platform’s turn", Tone::Waiting),
    };
    Badge { word: line.state().to_owned(), label: label.to_owned(), tone }
}

/// Asks the platforms now. What cannot be read keeps what was read before.
pub async fn read(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let client = clients::get(&desk, &who.scope, &id).await?;
    let done = access_map::read_now(&desk, &who.scope, &client).await?;
    Ok(see(&format!("{}?read={}&failed={}", home(&client), done.read, done.failed)))
}

async fn found(desk: &Desk, who: &SignedIn, id: &str, asked: &Asked) -> Result<Vec<Line>, Error> {
    let client = clients::get(desk, &who.scope, id).await?;
    let map = access_map::of_client(desk, &who.scope, &client).await?;
    Ok(lines::of(desk, &map, &asked.filter()))
}

pub async fn csv(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    who: SignedIn,
) -> Result<Response, Error> {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"who-has-access.csv\""),
    ];
    Ok((headers, export::csv(&found(&desk, &who, &id, &asked).await?)).into_response())
}

/// The same lines as the API's.
pub async fn json(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    who: SignedIn,
) -> Result<Response, Error> {
    let lines: Vec<_> = found(&desk, &who, &id, &asked).await?.iter().map(access_line).collect();
    let header = (header::CONTENT_DISPOSITION, "attachment; filename=\"who-has-access.json\"");
    Ok(([header], axum::Json(lines)).into_response())
}
