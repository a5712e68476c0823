//! One request: its link, its cards with their grants, what happened.

use axum::extract::{Path, State};
use axum::response::Response;

use super::super::client::{asset_word, level_word};
use super::super::forms::{Plain, Posted};
use super::super::frame::{grantee_mark, when};
use super::super::view::agency::{Event, GrantRow as Row, Item as ItemView, Request as View};
use super::super::{Error, page, see, words};
use super::SignedIn;
use crate::app::{AppError, grants, link, requests, sign_in};
use crate::desk::Desk;
use crate::engine::state::{item, request};
use crate::store::Scope;
use crate::store::grants::GrantRow;
use crate::store::items::Item;

pub async fn show(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    who: SignedIn,
) -> Result<Response, Error> {
    let found = requests::get(&desk, &who.scope, &id).await?;
    let state = request::State::parse(&found.state).ok_or(AppError::NotFound("the request"))?;
    let client = desk.store.get_client(&who.scope, &found.client_id).await.map_err(AppError::from)?;
    let mut items = Vec::new();
    for item in desk.store.list_items(&who.scope, &found.id).await.map_err(AppError::from)? {
        items.push(card(&desk, &who.scope, &item).await?);
    }
    page(&View {
        frame: who.frame(&desk, &client.name),
        rail: who.rail("requests"),
        client: client.name,
        badge: words::request_badge(state),
        url: link::url(&desk, &who.scope, &found).await?,
        link_until: when(&desk, found.link_expires_at),
        access_until: found.access_expires_at.map(|at| when(&desk, at)),
        items,
        timeline: timeline(&desk, &who.scope, &found.id).await?,
        notice: None,
        cancel: state.is_open().then(|| format!("/requests/{}/cancel", found.id)),
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

async fn card(desk: &Desk, scope: &Scope, item: &Item) -> Result<ItemView, AppError> {
    let state = item::State::parse(&item.state).ok_or(AppError::NotFound("the card"))?;
    let platform = desk.registry.find(&item.platform);
    let name = platform.map_or_else(|| item.platform.clone(), |p| p.manifest.name.clone());
    let grantee = desk.store.find_grantee(scope, &item.grantee_id).await?;
    let connection = match &item.connection_id {
        Some(id) => desk.store.find_connection(scope, id).await?,
        None => None,
    };
    let ask = |a: &crate::app::offer::Ask| {
        format!("{}, {}", asset_word(desk, &item.platform, a.of.as_str()), level_word(a.level).to_lowercase())
    };
    let rows = desk.store.list_grants_of_item(scope, &item.id).await?;
    Ok(ItemView {
        badge: words::item_badge(state),
        grantee: grantee.map(|g| grantee_mark(desk, &g)),
        asks: sign_in::asks(item)?.iter().map(ask).collect(),
        signed_in_as: connection.as_ref().map(sign_in::identity_of).transpose()?.map(|i| i.name),
        grants: rows.iter().map(|g| grant_row(desk, &name, g)).collect::<Result<_, _>>()?,
        platform_name: name,
    })
}

fn grant_row(desk: &Desk, platform: &str, row: &GrantRow) -> Result<Row, AppError> {
    let grant = grants::state(row)?;
    let roles = grant.proof.as_ref().map_or_else(|| grant.wish.roles(), |p| p.roles.clone());
    let gone = matches!(grant.wish.want, valetkey_sdk::access::Want::Gone { .. });
    Ok(Row {
        id: row.id.to_string(),
        asset: row.asset_name.clone(),
        kind: asset_word(desk, &row.platform, &row.asset_type),
        external_id: row.shown_id().to_owned(),
        level: level_word(grant.wish.level),
        native_roles: roles.into_iter().collect(),
        badge: words::grant_badge(platform, &grant),
        verified: grant.proof.as_ref().map(|p| when(desk, p.at.as_millisecond())),
        verified_by: grant.proof.as_ref().map(|p| format!("the {}’s sign-in", p.by.as_str())),
        advice: words::grant_advice(desk, &row.platform, &grant),
        retry: grant.may_retry().then(|| format!("/grants/{}/retry", row.id)),
        verify: Some(format!("/grants/{}/verify", row.id)),
        revoke: (!gone || row.word == "drifted").then(|| format!("/grants/{}/revoke", row.id)),
    })
}

/// The audit log in sentences.
async fn timeline(desk: &Desk, scope: &Scope, id: &crate::ids::RequestId) -> Result<Vec<Event>, AppError> {
    let records = desk.store.list_audit_of_request(scope, id).await?;
    Ok(records
        .iter()
        .rev()
        .filter_map(|r| {
            let what = r.data.value();
            let text =
                |at: &str| what.pointer(at).and_then(|v| v.as_str()).map(str::to_owned).unwrap_or_default();
            let (asset, to) = (text("/what/asset/name"), text("/what/to"));
            let sentence = match r.action.as_str() {
                "request.sent" => "The request was sent".to_owned(),
                "request.changed" => format!("The request is now {}", to.replace('_', " ")),
                "connection.made" => {
                    format!("{} signed in at {}", text("/what/person"), name(desk, &text("/what/platform")))
                }
                "connection.refused" => {
                    format!("A sign-in at {} did not come through", name(desk, &text("/what/platform")))
                }
                "item.approved" => format!("{} approved the access", text("/what/person/name")),
                "grant.intended" => {
                    format!("Asked {} to change access to {asset}", name(desk, &text("/what/platform")))
                }
                "grant.revoke_asked" => format!("Revoking access to {asset} was asked for"),
                "grant.verify_asked" => "A new check was asked for".to_owned(),
                "grant.looked" | "grant.refused" | "grant.unreadable" => {
                    format!("{asset}: {}", to.replace('_', " "))
                }
                _ => return None,
            };
            Some(Event { at: when(desk, r.at_ms), sentence })
        })
        .collect())
}

fn name(desk: &Desk, platform: &str) -> String {
    desk.registry.find(platform).map_or_else(|| platform.to_owned(), |p| p.manifest.name.clone())
}
