//! One request: its link, its cards with their grants, what happened.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use valetkey_core::app::roles::Right;
use valetkey_core::app::{
    AppError, asking, attest, grants, handout, help, link, mails, requests, sign_in, staff,
};
use valetkey_core::audit::Record;
use valetkey_core::desk::Desk;
use valetkey_core::engine::state::grant::Grant;
use valetkey_core::engine::state::{item, request};
use valetkey_core::ids::GrantId;
use valetkey_core::store::Scope;
use valetkey_core::store::cards::HelpNote as Asked;
use valetkey_core::store::grants::GrantRow;
use valetkey_core::store::items::Item;
use valetkey_pages::access_words::{asset_word, level_word};
use valetkey_pages::forms::{Plain, Posted};
use valetkey_pages::frame::{grantee_mark, when};
use valetkey_pages::page_words::english;
use valetkey_pages::steps::{Values, role_word, steps};
use valetkey_pages::{Error, page, see, words};
use valetkey_sdk::lang::Lang;

use super::requests::shown_state;
use super::sentences::{self, Names};
use super::{SignedIn, mails as mails_view};
use crate::view::{Event, GrantRow as Row, HelpNote, Item as ItemView, Removal, Request as View};

pub async fn show(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
) -> Result<Response, Error> {
    let found = requests::get(&desk, &who.scope, &id).await?;
    let state = request::State::parse(&found.state).ok_or(AppError::NotFound("the request"))?;
    let shown = shown_state(&desk, &found)?;
    let works = who.may(Right::Work);
    let client = desk.store.get_client(&who.scope, &found.client_id).await.map_err(AppError::from)?;
    let mut items = Vec::new();
    let listed = desk.store.list_items(&who.scope, &found.id).await.map_err(AppError::from)?;
    let printable = shown.is_open() && listed.iter().any(|i| handout::has_steps(&desk, i));
    for item in listed {
        items.push(card(&desk, &who.scope, &item, works).await?);
    }
    page(&View {
        frame: who.frame(&desk, &client.name),
        rail: who.rail("requests"),
        client: client.name.clone(),
        client_href: format!("/clients/{}", client.id),
        badge: words::request_badge(shown),
        url: match works && shown.is_open() {
            true => Some(link::url(&desk, &who.scope, &found).await?),
            false => None,
        },
        link: (works && shown.is_open()).then(|| format!("/requests/{}/link", found.id)),
        preview: format!("/requests/{}/preview", found.id),
        handout: printable.then(|| format!("/requests/{}/guide", found.id)),
        again: works.then(|| format!("/requests/new?again={}", found.id)),
        extend: (works && state.is_open()).then(|| format!("/requests/{}/extend", found.id)),
        message: found.message.clone(),
        link_until: when(&desk, english(), found.link_expires_at),
        access_until: found.access_expires_at.map(|at| when(&desk, english(), at)),
        items,
        timeline: timeline(&desk, &who.scope, &found.id).await?,
        mails: mails_view::list(&desk, &who, &found.id).await?,
        mail_link: match works && shown.is_open() {
            true => mails::address(&desk, &client.email)
                .map(|to| (format!("/requests/{}/mail", found.id), to.to_string())),
            false => None,
        },
        notice: None,
        cancel: (works && state.is_open()).then(|| format!("/requests/{}/cancel", found.id)),
    })
}

pub async fn cancel(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Plain>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let request = requests::cancel(&desk, &who.scope, &id).await?;
    Ok(see(&format!("/requests/{}", request.id)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extend {
    csrf: String,
    #[serde(default)]
    days: String,
}

/// Lets the link live longer.
pub async fn extend(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
    Posted(form): Posted<Extend>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let days = Some(form.days.parse().unwrap_or(0));
    let by = requests::Extension { link_expires_in_days: days, access_expires_at: None };
    let request = requests::extend(&desk, &who.scope, &id, by).await?;
    Ok(see(&format!("/requests/{}", request.id)))
}

async fn card(desk: &Desk, scope: &Scope, item: &Item, works: bool) -> Result<ItemView, AppError> {
    let state = item::State::parse(&item.state).ok_or(AppError::NotFound("the card"))?;
    let platform = desk.registry.find(&item.platform);
    let name = platform.map_or_else(|| item.platform.clone(), |p| p.manifest.name.clone());
    let grantee = desk.store.find_grantee(scope, &item.grantee_id).await?;
    let connection = match &item.connection_id {
        Some(id) => desk.store.find_connection(scope, id).await?,
        None => None,
    };
    let ask = |a: &valetkey_core::app::offer::Ask| {
        format!(
            "{}, {}",
            asset_word(desk, Lang::En, &item.platform, a.of.as_str()),
            level_word(english(), a.level).to_lowercase()
        )
    };
    let (connects, staff) = followers(desk, scope, item).await?;
    let rows = desk.store.list_grants_of_item(scope, &item.id).await?;
    let grants = grant_rows(desk, scope, rows, works).await?;
    let help = desk.store.list_help(scope, &item.id).await?;
    Ok(ItemView {
        id: item.id.to_string(),
        badge: words::item_badge(english(), state),
        grantee: grantee.map(|g| grantee_mark(desk, Lang::En, &g)),
        asks: sign_in::asks(item)?.iter().map(ask).collect(),
        signed_in_as: connection.as_ref().map(sign_in::identity_of).transpose()?.map(|i| i.name),
        staff,
        connects,
        asking: (!sign_in::is_approved(item) && !asking::possible(desk, item)?.is_empty())
            .then(|| format!("/requests/{}/{}/asked", item.request_id, item.id)),
        help_done: help_done(item, &help).filter(|_| works),
        help: help_notes(desk, scope, help).await?,
        grants,
        platform_name: name,
    })
}

/// Newest first.
async fn help_notes(desk: &Desk, scope: &Scope, help: Vec<Asked>) -> Result<Vec<HelpNote>, AppError> {
    let mut notes = Vec::new();
    for Asked { note, at, dealt_with } in help.into_iter().rev() {
        let dealt_with = match dealt_with {
            Some((at, by)) => {
                let name = desk.store.find_member(scope, &by).await?.map(|m| m.name);
                Some((when(desk, english(), at), name.unwrap_or_else(|| "somebody".into())))
            }
            None => None,
        };
        notes.push(HelpNote { note, at: when(desk, english(), at), dealt_with });
    }
    Ok(notes)
}

/// Where to say that somebody saw to it, and until which note, while there is one to see to.
fn help_done(item: &Item, help: &[Asked]) -> Option<(String, i64)> {
    let last = help.iter().filter(|h| h.dealt_with.is_none()).map(|h| h.at).max()?;
    Some((format!("/requests/{}/{}/helped", item.request_id, item.id), last))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Helped {
    csrf: String,
    /// The newest note that the page showed, in milliseconds.
    #[serde(default)]
    until: String,
}

/// Somebody saw to the help that a client asked for.
pub async fn helped(
    State(desk): State<Desk>,
    Path((id, item)): Path<(String, String)>,
    who: SignedIn,
    Posted(form): Posted<Helped>,
) -> Result<Response, Error> {
    who.check(&desk, &form.csrf)?;
    let until = form.until.parse().unwrap_or(0);
    help::deal_with(&desk, &who.scope, &who.member.id, (&id, &item), until).await?;
    Ok(see(&format!("/requests/{id}")))
}

/// Shares in their order, and each one's people behind it.
fn key(row: &GrantRow) -> (&GrantId, bool, &GrantId) {
    (row.after_grant_id.as_ref().unwrap_or(&row.id), !row.is_share(), &row.id)
}

/// Names of what is connected, and of who is assigned; who is somebody else by now is not named.
async fn followers(desk: &Desk, scope: &Scope, item: &Item) -> Result<(Vec<String>, Vec<String>), AppError> {
    let (mut connected, mut people) = (Vec::new(), Vec::new());
    for named in staff::of_item(item)? {
        let Some(g) = desk.store.find_grantee(scope, &named.grantee_id).await? else { continue };
        let names = if staff::is_connected(desk, &g) { &mut connected } else { &mut people };
        names.push(g.label);
    }
    Ok((connected, people))
}

/// Each share, then who was assigned to it, with what can be done about each.
pub async fn grant_rows(
    desk: &Desk,
    scope: &Scope,
    mut rows: Vec<GrantRow>,
    works: bool,
) -> Result<Vec<Row>, AppError> {
    rows.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut out = Vec::new();
    for row in &rows {
        out.push(grant_row(desk, scope, row, works).await?);
    }
    Ok(out)
}

async fn grant_row(desk: &Desk, scope: &Scope, row: &GrantRow, works: bool) -> Result<Row, AppError> {
    let found = desk.registry.find(&row.platform);
    let platform = found.map_or(row.platform.as_str(), |p| p.manifest.name.as_str());
    let grant = grants::state(row)?;
    let follower = match row.is_share() {
        true => None,
        false => desk.store.find_grantee(scope, &row.grantee_id).await?,
    };
    let roles = grant.proof.as_ref().map_or_else(|| grant.wish.roles(), |p| p.roles.clone());
    let gone = matches!(grant.wish.want, valetkey_sdk::access::Want::Gone { .. });
    Ok(Row {
        id: row.id.to_string(),
        is_connected: follower.as_ref().is_some_and(|g| staff::is_connected(desk, g)),
        person: follower.map(|g| grantee_mark(desk, Lang::En, &g)),
        asset: row.asset_name.clone(),
        kind: asset_word(desk, Lang::En, &row.platform, &row.asset_type),
        external_id: row.shown_id().to_owned(),
        level: level_word(english(), grant.wish.level).to_owned(),
        native_roles: roles.into_iter().collect(),
        badge: words::grant_badge(english(), platform, &grant),
        verified: grant.proof.as_ref().map(|p| when(desk, english(), p.at.as_millisecond())),
        verified_by: grant.proof.as_ref().map(|p| format!("the {}’s sign\u{2011}in", p.by.as_str())),
        advice: words::grant_advice(desk, english(), &row.platform, &grant)
            .or_else(|| words::waiting_advice(desk, english(), row, &grant)),
        retry: (works && grant.may_retry()).then(|| format!("/grants/{}/retry", row.id)),
        verify: (works && !grant.is_by_hand()).then(|| format!("/grants/{}/verify", row.id)),
        adopted: grant.adopted && grant.word() == "active",
        said: grant.attested.as_ref().map(|a| when(desk, english(), a.at.as_millisecond())),
        said_by: grant.attested.as_ref().map(|a| format!("the {}", a.by.as_str())),
        removal: removal(desk, scope, row, &grant, works).await?,
        revoke: (works && (!gone || row.word == "drifted")).then(|| format!("/grants/{}/revoke", row.id)),
    })
}

/// What somebody has to do at the platform, where only people can take the access away.
async fn removal(
    desk: &Desk,
    scope: &Scope,
    row: &GrantRow,
    grant: &Grant,
    works: bool,
) -> Result<Option<Removal>, AppError> {
    if !grant.waits_for_removal() {
        return Ok(None);
    }
    let mut shown = None;
    let (platform, section) = (desk.registry.find(&row.platform), attest::find_removal(desk, row, Lang::En));
    if let (Some(platform), Some(section)) = (platform, section) {
        let grantee = desk.store.find_grantee(scope, &row.grantee_id).await?;
        let grantee = grantee.ok_or(AppError::NotFound("the grantee"))?;
        let client = desk.store.get_client(scope, &row.client_id).await?.name;
        let roles = grant.wish.roles().iter().map(|r| role_word(platform, Lang::En, r)).collect();
        shown = Some(steps(
            section,
            &Values { grantee: &grantee, client: &client, roles, answer: String::new() },
        ));
    }
    let action = works.then(|| format!("/grants/{}/removed", row.id));
    Ok(Some(Removal { steps: shown, action }))
}

/// The audit log in sentences.
async fn timeline(
    desk: &Desk,
    scope: &Scope,
    id: &valetkey_core::ids::RequestId,
) -> Result<Vec<Event>, AppError> {
    let records = desk.store.list_audit_of_request(scope, id).await?;
    let names = Names::of(desk, scope, &records).await?;
    let event = |r: &Record| Event {
        at: when(desk, english(), r.at_ms),
        sentence: sentences::sentence(desk, &names, r),
    };
    Ok(records.iter().rev().filter(|r| sentences::is_told(r)).map(event).collect())
}
