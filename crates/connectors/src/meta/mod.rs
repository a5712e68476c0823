//! Meta: an agency's portfolio becomes partner on what a client's portfolio owns.

mod agreements;
mod api;
mod asking;
mod connected;
mod discovery;
mod errors;
mod everybody;
mod inherited;
mod members;
pub mod sim;
mod staff;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use valetkey_sdk::access::{
    AssetRef, AssetType, Entitlement, EntitlementState, Party, Path, Principal, Side, Wish,
};
use valetkey_sdk::call;
use valetkey_sdk::connector::{Asset, Connector, Cx, Identity, Outcome};
use valetkey_sdk::lang::Lang;
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::{Error, ErrorKind, Result};

use self::api::{Graph, tasks, text};

inventory::submit!(crate::Known(platform));

fn platform() -> crate::Platform {
    crate::platform(
        include_str!("manifest.toml"),
        include_str!("words.en.ftl"),
        Some(Arc::new(Meta)),
        Some(|| Box::new(sim::MetaSim::default())),
    )
    .with_errors(include_str!("errors.toml"))
    .with_guide(include_str!("guide.en.md"))
    .translated(Lang::De, include_str!("words.de.ftl"), Some(include_str!("guide.de.md")))
}

/// The connector. It keeps nothing between calls.
pub struct Meta;

#[async_trait]
impl Connector for Meta {
    async fn identify(&self, cx: &Cx<'_>, side: Side) -> Result<Identity> {
        let graph = Graph::new(cx, side)?;
        let me = graph.get(call!("who signed in"), "me", "id,name").await?;
        let permissions =
            graph.list(call!("permissions"), "me/permissions", "permission,status", &Cursor(None)).await?;
        let granted = permissions.rows.iter().filter(|p| text(p, "status").as_deref() == Some("granted"));
        Ok(Identity {
            id: text(&me, "id").ok_or_else(|| Error::unexpected("a profile without an id"))?,
            name: text(&me, "name").unwrap_or_default(),
            scopes: Some(granted.filter_map(|p| text(p, "permission")).collect()),
        })
    }

    async fn discover(
        &self,
        cx: &Cx<'_>,
        side: Side,
        of: &AssetType,
        under: Option<&AssetRef>,
        at: Cursor,
    ) -> Result<Page<Asset>> {
        let graph = Graph::new(cx, side)?;
        match (of.as_str(), under.and_then(AssetRef::id)) {
            ("portfolio", None) => discovery::portfolios(&graph, of, &at).await,
            ("page", Some(portfolio)) => discovery::pages(&graph, of, portfolio, &at).await,
            ("page", None) => discovery::personal_pages(&graph, of, &at).await,
            ("person" | "system_user", Some(portfolio)) => staff::people(&graph, of, portfolio, &at).await,
            ("own_ad_account", Some(portfolio)) => {
                discovery::own_ad_accounts(&graph, of, portfolio, &at).await
            }
            ("ad_account", Some(portfolio)) => discovery::ad_accounts(&graph, of, portfolio, &at).await,
            ("threads_account", Some(portfolio)) => discovery::threads(&graph, of, portfolio, &at).await,
            (_, Some(portfolio)) => discovery::belongings(&graph, of, portfolio, &at).await,
            ("ad_account", None) => discovery::personal_ad_accounts(&graph, of, &at).await,
            _ => Err(Error::unsupported(&format!("listing {of}"))),
        }
    }

    async fn entitlements(
        &self,
        cx: &Cx<'_>,
        side: Side,
        on: &AssetRef,
        of: Option<&Principal>,
        at: Cursor,
    ) -> Result<Page<Entitlement>> {
        let graph = Graph::new(cx, side)?;
        match (side, of) {
            (Side::Client, of) if on.of().as_str() == "portfolio" => members::held(&graph, on, of, &at).await,
            (side, Some(who)) if connected::is_account(who) => {
                connected::held(&graph, side, on, who, &at).await
            }
            (Side::Agency, Some(who)) if staff::is_staff(who) => staff::assigned(cx, on, who, &at).await,
            (Side::Client, Some(_)) => partners(&graph, on, &at).await,
            (Side::Client, None) => everybody::held(&graph, on, &at).await,
            (Side::Agency, _) => received(&graph, on, of, &at).await,
        }
    }

    async fn grant(&self, cx: &Cx<'_>, wish: &Wish, _seen: Option<&Entitlement>) -> Result<Outcome> {
        if staff::is_staff(&wish.who) {
            return staff::assign(cx, wish).await;
        }
        if connected::is_account(&wish.who) {
            return connected::connect(cx, wish).await;
        }
        by_call(&wish.on, "giving access")?;
        let graph = on_asset(Graph::new(cx, Side::Client)?, &wish.on).await?;
        let answer = graph.add_agency(id(&wish.on)?, &wish.who.id, &wish.roles()).await;
        match answer {
            // A second admin of the client says yes at business.facebook.com/settings/requests.
            Ok(body) if body.get("requires_admin_approval").and_then(Value::as_bool) == Some(true) => {
                Ok(Outcome::Pending { by: Party::OtherClientAdmin, expires_at: None })
            }
            // The first dataset between two portfolios waits for the receiving one.
            Ok(body) if body.get("pending_request_id").is_some() => {
                Ok(Outcome::Pending { by: Party::Invitee, expires_at: None })
            }
            Ok(_) => Ok(Outcome::Taken),
            Err(e) if e.kind == ErrorKind::Conflict => Ok(Outcome::Already),
            Err(e) => Err(explain(e)),
        }
    }

    /// The agency's portfolio approves what was shared with it.
    async fn accept(&self, cx: &Cx<'_>, pending: &Entitlement) -> Result<Outcome> {
        let graph = Graph::new(cx, Side::Agency)?;
        let agreement = agreements::find(&graph, &pending.who, pending.on.parent()).await?;
        graph.approve(&agreement).await.map_err(staff::explain)?;
        Ok(Outcome::Taken)
    }

    async fn ask(&self, cx: &Cx<'_>, wish: &Wish) -> Result<Outcome> {
        asking::ask(cx, wish).await
    }

    async fn asked(
        &self,
        cx: &Cx<'_>,
        of: &AssetType,
        who: &Principal,
        at: Cursor,
    ) -> Result<Page<Entitlement>> {
        asking::waiting(cx, of, who, &at).await
    }

    async fn revoke(&self, cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
        if staff::is_staff(&held.who) {
            return staff::unassign(cx, held).await;
        }
        if connected::is_account(&held.who) {
            return connected::disconnect(cx, held).await;
        }
        if members::is_member(&held.who) {
            return members::take_out(cx, held).await;
        }
        by_call(&held.on, "taking access away")?;
        let graph = on_asset(Graph::new(cx, Side::Client)?, &held.on).await?;
        match graph.remove_agency(id(&held.on)?, &held.who.id).await {
            Ok(_) => Ok(Outcome::Taken),
            Err(e) => Err(explain(e)),
        }
    }
}

/// Refuses what no call can do: these are changed in Business settings, or in the app.
fn by_call(on: &AssetRef, what: &str) -> Result<()> {
    match on.of().as_str() {
        "whatsapp_account" | "threads_account" | "portfolio" | "instagram_in_app" => {
            Err(Error::unsupported(&format!("{what} to a {} by a call", on.of())))
        }
        _ => Ok(()),
    }
}

/// A Page's partners are read and changed with the Page's own token.
async fn on_asset<'a>(graph: Graph<'a>, on: &AssetRef) -> Result<Graph<'a>> {
    if on.of().as_str() == "page" { graph.of_page(id(on)?).await } else { Ok(graph) }
}

/// The client's view: the partners on the asset.
async fn partners(graph: &Graph<'_>, on: &AssetRef, at: &Cursor) -> Result<Page<Entitlement>> {
    let asset = if on.of().as_str() == "page" { &graph.of_page(id(on)?).await? } else { graph };
    let fields = "id,name,access_status,permitted_tasks";
    let edge = asset.list(call!("partners"), &format!("{}/agencies", id(on)?), fields, at).await?;
    let mut items: Vec<_> = edge.rows.iter().filter_map(|row| entitlement(on, row)).collect();
    let sight =
        if items.is_empty() { canary(graph, on.parent().unwrap_or_default()).await? } else { Sight::Full };
    if on.of().as_str() == "instagram_account" && edge.next.is_none() {
        items.extend(inherited::rows(graph, on).await?);
    }
    Ok(Page { items, next: edge.next, sight })
}

/// An empty list also comes when rights are missing: only full control of the portfolio sees all.
async fn canary(graph: &Graph<'_>, portfolio: &str) -> Result<Sight> {
    let roles =
        graph.list(call!("own roles"), "me/business_users", "role,business{id}", &Cursor(None)).await?;
    let full = roles.rows.iter().any(|r| {
        text(r, "business.id").as_deref() == Some(portfolio) && text(r, "role").as_deref() == Some("ADMIN")
    });
    Ok(if full {
        Sight::Full
    } else {
        Sight::Partial("the person who signed in has no full control of the portfolio any more".into())
    })
}

/// The agency's view: what its portfolio received. Strongest, and outlives the client's sign-in.
async fn received(
    graph: &Graph<'_>,
    on: &AssetRef,
    of: Option<&Principal>,
    at: &Cursor,
) -> Result<Page<Entitlement>> {
    let who = of.ok_or_else(|| Error::unsupported("reading from the agency's side without its portfolio"))?;
    let edge = match on.of().as_str() {
        "page" => "client_pages",
        "ad_account" => "client_ad_accounts",
        "dataset" => "client_pixels",
        "catalog" => "client_product_catalogs",
        "instagram_account" => "client_instagram_assets",
        "whatsapp_account" => "client_whatsapp_business_accounts",
        other => return Err(Error::unsupported(&format!("reading received {other}"))),
    };
    let edge = graph.list(call!("received"), &format!("{}/{edge}", who.id), "id,permitted_tasks", at).await?;
    let items: Vec<_> = edge
        .rows
        .iter()
        .filter(|row| text(row, "id").as_deref() == on.id())
        .map(|row| Entitlement {
            on: on.clone(),
            who: who.clone(),
            name: None,
            roles: tasks(row, "permitted_tasks"),
            state: EntitlementState::Active,
            path: Path::Direct,
            native_id: None,
            two_factor: None,
            until: None,
        })
        .collect();
    // Some apps get an empty list instead of an error, so only a row that is there is believed.
    let sight = if edge.rows.is_empty() {
        Sight::Partial("the agency's portfolio shows no received assets at all".into())
    } else if items.is_empty() && on.of().as_str() == "dataset" {
        agreements::sight(graph, who, on.parent()).await?
    } else {
        Sight::Full
    };
    Ok(Page { items, next: edge.next, sight })
}

fn entitlement(on: &AssetRef, row: &Value) -> Option<Entitlement> {
    let roles = tasks(row, "permitted_tasks");
    let waiting = |by| EntitlementState::Pending { by, expires_at: None };
    // Only the partner's yes is missing for a dataset; for an ad account a second admin's is.
    let is_dataset = on.of().as_str() == "dataset";
    let state = match text(row, "access_status").as_deref() {
        Some("PENDING") if is_dataset => waiting(Party::Invitee),
        Some("PENDING") => waiting(Party::OtherClientAdmin),
        Some("CLIENT_RESPONSE_PENDING") => waiting(Party::ClientAdmin),
        // The status is an open list: an unknown word counts as waiting only when there are no tasks.
        Some("CONFIRMED") | None => EntitlementState::Active,
        Some(_) if roles.is_empty() => waiting(Party::Platform),
        Some(_) => EntitlementState::Active,
    };
    Some(Entitlement {
        on: on.clone(),
        who: Principal::new("portfolio", text(row, "id")?),
        name: text(row, "name"),
        roles,
        state,
        path: Path::Direct,
        native_id: None,
        two_factor: None,
        until: None,
    })
}

/// Only full control of the owning portfolio shares (META-9): everyone else is told whom to ask.
fn explain(e: Error) -> Error {
    match e.kind {
        ErrorKind::Forbidden => e.with_kind(ErrorKind::Rejected(Box::new(errors::remedy("role-too-small")))),
        _ => e,
    }
}

fn id(on: &AssetRef) -> Result<&str> {
    on.id().ok_or_else(|| Error::unexpected("the asset's id is not known yet"))
}
