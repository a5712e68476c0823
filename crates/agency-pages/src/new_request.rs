//! A new request on one page, with the client's page beside it, and its link.

use axum::extract::{Path, Query, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fast_qr::QRBuilder;
use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use jiff::tz::TimeZone;
use serde::Deserialize;
use valetkey_connectors::Platform as Known;
use valetkey_core::app::roles::Right;
use valetkey_core::app::{AppError, link, mails, requests, staff};
use valetkey_core::defence;
use valetkey_core::desk::Desk;
use valetkey_core::store::grantees::Grantee;
use valetkey_pages::access_words::{asset_word, can_and_cannot, level_word};
use valetkey_pages::forms::Posted;
use valetkey_pages::frame::{initials, when};
use valetkey_pages::language::Speech;
use valetkey_pages::page_words::english;
use valetkey_pages::{Error, page, see, sentence};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::manifest::AssetFacts;

use super::draft::Draft;
use super::{SignedIn, advisor, mails as mails_view, requests::shown_state};
use crate::view::compose::{Asset, Choice, Compose, Level, Person, Platform, Question, Sent};

const LINK_DAYS: [(i64, &str); 5] =
    [(3, "3 days"), (7, "1 week"), (14, "2 weeks"), (30, "30 days"), (90, "90 days")];
const MOST_CLIENTS: i64 = 1_000;

#[derive(Deserialize)]
pub struct From {
    /// A request whose asks are asked again.
    again: Option<String>,
    /// A client who is chosen already.
    client: Option<String>,
}

pub async fn show(
    State(desk): State<Desk>,
    Query(from): Query<From>,
    who: SignedIn,
) -> Result<Response, Error> {
    who.require(Right::Work)?;
    let draft = match from.again {
        Some(id) => {
            let earlier = requests::get(&desk, &who.scope, &id).await?;
            Draft::of_request(&desk, &who.scope, &earlier).await?
        }
        None => Draft { client: from.client.unwrap_or_default(), ..Draft::default() },
    };
    compose(&desk, &who, &draft, None, None).await
}

/// The page; `before` is what the form held before the proposal was filled in.
pub async fn compose(
    desk: &Desk,
    who: &SignedIn,
    draft: &Draft,
    problem: Option<(String, String)>,
    before: Option<&Draft>,
) -> Result<Response, Error> {
    let clients = desk.store.list_clients_by_name(&who.scope, MOST_CLIENTS).await.map_err(AppError::from)?;
    let grantees = desk.store.list_grantees(&who.scope).await.map_err(AppError::from)?;
    let clients = clients.into_iter().map(|c| Choice {
        chosen: c.id.as_str() == draft.client,
        value: c.id.to_string(),
        label: c.name,
    });
    let mut platforms: Vec<_> =
        desk.registry.iter().filter_map(|p| platform(desk, p, &grantees, draft)).collect();
    // Before anything is asked, the first one shows what can be asked.
    if platforms.iter().all(|p| !p.open)
        && let Some(first) = platforms.first_mut()
    {
        first.open = true;
    }
    let days = LINK_DAYS.iter().map(|(days, label)| Choice {
        value: days.to_string(),
        label: (*label).into(),
        chosen: days.to_string() == draft.link_days,
    });
    let tomorrow = desk.clock.now().to_zoned(TimeZone::UTC).date().tomorrow();
    let (field, problem) = problem.unzip();
    page(&Compose {
        frame: who.frame(desk, "New request"),
        rail: who.rail("requests"),
        clients: clients.collect(),
        name: draft.name.clone(),
        email: draft.email.clone(),
        advisor: advisor::view(desk, draft, before, &grantees),
        platforms,
        message: draft.message.clone(),
        link_days: days.collect(),
        locales: locales(draft),
        by_mail: desk.mailer.sends().then_some(draft.by_mail),
        access_until: draft.access_until.clone(),
        tomorrow: tomorrow.map(|d| d.to_string()).unwrap_or_default(),
        problem,
        field: field.unwrap_or_default(),
    })
}

/// What the client's pages can be in: a language, or whatever the client's browser asks for.
fn locales(draft: &Draft) -> Vec<Choice> {
    let open = ("".to_owned(), "As their browser asks".to_owned());
    let named = Lang::ALL.into_iter().map(|lang| (lang.as_str().to_owned(), lang.name().to_owned()));
    let choices = std::iter::once(open).chain(named);
    choices.map(|(value, label)| Choice { chosen: value == draft.locale, value, label }).collect()
}

/// What can come on top of a level of this type.
fn tops(known: &Known, facts: &AssetFacts, chosen: Option<&String>) -> Vec<Choice> {
    let word = |role: &String| {
        let (name, means) = (format!("role-{role}"), format!("on-top-{role}"));
        format!("{}. {}", known.words.text(&name), known.words.text(&means))
    };
    let some = facts.on_top.iter().map(|role| (role.clone(), word(role)));
    let none = (!facts.on_top.is_empty()).then(|| (String::new(), "Nothing more".to_owned()));
    let choices = none.into_iter().chain(some);
    let choices = choices.map(|(value, label)| Choice {
        chosen: chosen.map_or(value.is_empty(), |chosen| *chosen == value),
        value,
        label,
    });
    choices.collect()
}

/// Which kinds of assets, and at which levels, this account of the agency's can be connected to; nothing for people.
fn connected_to(known: &Known, p: &Grantee) -> String {
    let facts = known.manifest.find_grantee(&p.kind).filter(|facts| facts.is_connected());
    let Some(facts) = facts else { return String::new() };
    let kinds: Vec<_> = facts.takes.iter().map(|of| known.words.text(&format!("asset-{of}"))).collect();
    let levels: Vec<_> = facts.levels.iter().map(|l| level_word(english(), *l).to_lowercase()).collect();
    format!(" · for {}, {}", kinds.join(", "), levels.join(" or "))
}

/// What can be asked for at one platform.
fn platform(desk: &Desk, known: &Known, all: &[Grantee], draft: &Draft) -> Option<Platform> {
    let (id, name) = (known.manifest.id.clone(), known.manifest.name.clone());
    let assets: Vec<_> = known
        .manifest
        .assets
        .iter()
        .filter(|a| !a.levels.is_empty())
        .map(|a| {
            let key = format!("{id}.{}", a.of);
            let chosen = draft.levels.get(&key);
            let level =
                |(level, facts): (&valetkey_sdk::access::Level, &valetkey_sdk::manifest::LevelFacts)| {
                    let (can, cannot) = can_and_cannot(desk, Lang::En, &id, &a.of, *level);
                    Level {
                        value: level.as_str(),
                        label: level_word(english(), *level).to_owned(),
                        can: can.to_owned(),
                        cannot: cannot.to_owned(),
                        native_roles: facts.roles.iter().cloned().collect(),
                        chosen: chosen.is_some_and(|c| c == level.as_str()),
                    }
                };
            Asset {
                name: asset_word(desk, Lang::En, &id, a.of.as_str()),
                levels: a.levels.iter().map(level).collect(),
                tops: tops(known, a, draft.tops.get(&key)),
                question: a.question.as_ref().map(|q| Question {
                    value: q.id.clone(),
                    label: known.words.text(&format!("question-{}", q.id)),
                    means: known.words.text(&format!("question-{}-means", q.id)),
                    wants_yes: draft.yes.contains(&key),
                }),
                external_id: draft.external_ids.get(&key).cloned().unwrap_or_default(),
                key,
            }
        })
        .collect();
    if assets.is_empty() {
        return None;
    }
    let (people, mut own): (Vec<_>, Vec<_>) =
        all.iter().filter(|g| g.platform == id).partition(|g| staff::is_staff(desk, g));
    let receiver = |p: &Grantee| {
        let of = own.iter().find(|g| p.within.as_ref() == Some(&g.external_id));
        of.map_or_else(String::new, |g| format!(" · {}", g.label))
    };
    let follower = |p: &Grantee| Person {
        value: p.id.to_string(),
        name: p.label.clone(),
        detail: format!("{}{}{}", p.external_id, receiver(p), connected_to(known, p)),
        chosen: draft.people.contains(&(id.clone(), p.id.to_string())),
    };
    let (accounts, people): (Vec<_>, Vec<_>) = people.into_iter().partition(|p| staff::is_connected(desk, p));
    let [accounts, people] = [accounts, people].map(|all| all.into_iter().map(follower).collect());
    own.sort_by_key(|g| g.proven_at.is_none());
    let chosen = draft.grantees.get(&id);
    let grantees = own.iter().enumerate().map(|(n, g)| Choice {
        value: g.id.to_string(),
        label: format!(
            "{} · {}{}",
            g.label,
            g.external_id,
            if g.proven_at.is_some() { " · proven" } else { " · typed" }
        ),
        chosen: chosen.map_or(n == 0, |c| c == g.id.as_str()),
    });
    let mut found = Platform {
        initials: initials(&name),
        guided: known.connector.is_none() || !desk.apps.contains_key(&id),
        open: false,
        grantees: grantees.collect(),
        people,
        accounts,
        assets,
        id,
        name,
    };
    found.open = found.is_asked();
    Some(found)
}

pub async fn send(
    State(desk): State<Desk>,
    who: SignedIn,
    Posted(fields): Posted<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let draft = Draft::of_form(fields)?;
    who.check(&desk, &draft.csrf)?;
    let sent = match draft.wanted(&desk) {
        Ok(wanted) => requests::send(&desk, &who.scope, wanted, false).await,
        Err(e) => Err(e),
    };
    match sent {
        Ok(Some(sent)) => Ok(see(&format!("/requests/{}/link", sent.request.id))),
        Ok(None) => Err(AppError::NotFound("the request").into()),
        Err(AppError::Invalid { field, problem }) => {
            let problem = Some((place(field).to_owned(), sentence(&problem)));
            let page = compose(&desk, &who, &draft, problem, None).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(e) => Err(e.into()),
    }
}

/// The part of the page that a field of a request belongs to.
fn place(field: &str) -> &'static str {
    match field {
        "client.name" => "name",
        "client.email" => "email",
        "client_id" => "client",
        "message" => "message",
        "link_expires_in_days" => "link_days",
        "access_expires_at" => "access_until",
        "locale" => "locale",
        _ => "platforms",
    }
}

/// The link: to copy, to scan, to send.
pub async fn show_link(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
) -> Result<Response, Error> {
    who.require(Right::Work)?;
    let request = requests::get(&desk, &who.scope, &id).await?;
    let client = desk.store.get_client(&who.scope, &request.client_id).await.map_err(AppError::from)?;
    if !shown_state(&desk, &request)?.is_open() {
        return Ok(see(&format!("/requests/{}", request.id)));
    }
    let url = link::url(&desk, &who.scope, &request).await?;
    let encode = |text: &str| {
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
    };
    let say = Speech::fixed(request.locale.as_deref()).words;
    let subject = say.mail_subject(&who.agency.name).plain();
    let text = say.mail_text(&who.agency.name).plain();
    let body = format!("{}\n\n{text}\n\n{url}\n\n{}", say.mail_greeting, who.member.name);
    page(&Sent {
        frame: who.frame(&desk, "Send the link"),
        rail: who.rail("requests"),
        mail: format!(
            "mailto:{}?subject={}&body={}",
            encode(&client.email).replace("%40", "@"),
            encode(&subject),
            encode(&body)
        ),
        send: mails::address(&desk, &client.email).map(|_| format!("/requests/{}/mail", request.id)),
        mailed: mails_view::list(&desk, &who, &request.id)
            .await?
            .into_iter()
            .find(|m| m.kind == mails::Kind::Request.as_str()),
        client: client.name,
        email: client.email,
        qr: format!("/requests/{}/qr.svg", request.id),
        until: when(&desk, english(), request.link_expires_at),
        href: format!("/requests/{}", request.id),
        preview: format!("/requests/{}/preview", request.id),
        url,
    })
}

/// The link of one of our own requests as a QR code: nothing else can be asked for (T14).
pub async fn qr(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    who: SignedIn,
) -> Result<Response, Error> {
    who.require(Right::Work)?;
    let request = requests::get(&desk, &who.scope, &id).await?;
    let url = match query {
        Some(_) if defence::own_qr() => {
            let why = "a QR code holds the request’s own link and nothing else";
            return Err(AppError::Conflict(why.into()).into());
        }
        Some(other) => other,
        None => link::url(&desk, &who.scope, &request).await?,
    };
    let code = QRBuilder::new(url).build().map_err(|e| AppError::Internal(anyhow::anyhow!("{e}")))?;
    let svg = SvgBuilder::default().margin(4).to_str(&code);
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}
