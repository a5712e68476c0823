//! What a person can share at Meta, portfolio by portfolio, with the reason where they cannot.
//!
//! `/me/accounts` lists what the person can use; what a portfolio owns is listed under the portfolio.
//! Source: Graph API reference, nodes User, Business, Page, AdAccount, read 2026-11-22.

use serde_json::Value;
use valetkey_sdk::access::{AssetRef, AssetType};
use valetkey_sdk::call;
use valetkey_sdk::connector::{Asset, Check, CheckState};
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::remedy::Remedy;
use valetkey_sdk::{Error, Result};

use super::api::{Edge, Graph, tasks, text};

const PAGE_FIELDS: &str = "id,name,category,tasks,business{id}";
const ACCOUNT_FIELDS: &str = "id,name,currency,account_status,business{id}";
/// `account_status` of a closed ad account.
const CLOSED: &str = "101";
const DISABLED: &str = "2";

/// The person's portfolios; sharing from one needs full control of it (META-5, META-9).
pub async fn portfolios(graph: &Graph<'_>, of: &AssetType, at: &Cursor) -> Result<Page<Asset>> {
    let edge = graph.list(call!("own roles"), "me/business_users", "role,business{id,name}", at).await?;
    page(edge, |row| {
        let name = text(row, "business.name").unwrap_or_default();
        let remedy = Remedy::new("needs-full-control").arg("portfolio", &name);
        let failed = text(row, "role").as_deref() != Some("ADMIN");
        Some(Asset {
            on: AssetRef::known(of, text(row, "business.id")?, None),
            detail: None,
            checks: vec![check("full-control", failed.then_some(remedy))],
            name,
        })
    })
}

/// Pages the portfolio owns, then those it only received, which only their owner can share.
pub async fn pages(graph: &Graph<'_>, of: &AssetType, portfolio: &str, at: &Cursor) -> Result<Page<Asset>> {
    let part = Part::of(at)?;
    let edge = part.list(graph, portfolio, ["owned_pages", "client_pages"], PAGE_FIELDS).await?;
    part.page(edge, |row| page_asset(of, row, Some(portfolio), part.not_owner()))
}

/// Pages that lie in no portfolio cannot be shared with a partner.
pub async fn personal_pages(graph: &Graph<'_>, of: &AssetType, at: &Cursor) -> Result<Page<Asset>> {
    let edge = graph.list(call!("own pages"), "me/accounts", PAGE_FIELDS, at).await?;
    page(edge, |row| {
        outside(row).then(|| page_asset(of, row, None, Some(Remedy::new("not-in-portfolio"))))?
    })
}

pub async fn ad_accounts(
    graph: &Graph<'_>,
    of: &AssetType,
    portfolio: &str,
    at: &Cursor,
) -> Result<Page<Asset>> {
    let part = Part::of(at)?;
    let edges = ["owned_ad_accounts", "client_ad_accounts"];
    let edge = part.list(graph, portfolio, edges, ACCOUNT_FIELDS).await?;
    part.page(edge, |row| account_asset(of, row, Some(portfolio), part.not_owner()))
}

/// Ad accounts that a portfolio owns, for it to connect what it is given to.
pub async fn own_ad_accounts(
    graph: &Graph<'_>,
    of: &AssetType,
    portfolio: &str,
    at: &Cursor,
) -> Result<Page<Asset>> {
    let edge = format!("{portfolio}/owned_ad_accounts");
    let edge = graph.list(call!("owned"), &edge, ACCOUNT_FIELDS, at).await?;
    page(edge, |row| account_asset(of, row, Some(portfolio), None))
}

pub async fn personal_ad_accounts(graph: &Graph<'_>, of: &AssetType, at: &Cursor) -> Result<Page<Asset>> {
    let edge = graph.list(call!("own ad accounts"), "me/adaccounts", ACCOUNT_FIELDS, at).await?;
    page(edge, |row| {
        outside(row).then(|| account_asset(of, row, None, Some(Remedy::new("not-in-portfolio"))))?
    })
}

/// What else a portfolio owns, then what it only received. These are never a person's own.
pub async fn belongings(
    graph: &Graph<'_>,
    of: &AssetType,
    portfolio: &str,
    at: &Cursor,
) -> Result<Page<Asset>> {
    let part = Part::of(at)?;
    let (edges, fields, name) = match of.as_str() {
        "dataset" => (["owned_pixels", "client_pixels"], "id,name", "name"),
        "catalog" => (["owned_product_catalogs", "client_product_catalogs"], "id,name", "name"),
        // The business asset's id: under the Instagram user's id nothing is shared.
        "instagram_account" => {
            (["owned_instagram_assets", "client_instagram_assets"], "id,ig_username", "ig_username")
        }
        "whatsapp_account" => {
            (["owned_whatsapp_business_accounts", "client_whatsapp_business_accounts"], "id,name", "name")
        }
        other => return Err(Error::unsupported(&format!("listing {other}"))),
    };
    let edge = part.list(graph, portfolio, edges, fields).await?;
    part.page(edge, |row| {
        let id = text(row, "id")?;
        Some(Asset {
            name: text(row, name).filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone()),
            on: AssetRef::known(of, id, Some(portfolio)),
            detail: None,
            checks: vec![check("owner", part.not_owner())],
        })
    })
}

/// Threads profiles, each found through the Instagram account that it is connected to (TH-2, TH-23): a
/// portfolio has no list of its own for them.
pub async fn threads(graph: &Graph<'_>, of: &AssetType, portfolio: &str, at: &Cursor) -> Result<Page<Asset>> {
    let edge = format!("{portfolio}/owned_instagram_assets");
    let accounts = graph.list(call!("owned"), &edge, "id,ig_user_id,ig_username", at).await?;
    let mut items = Vec::new();
    for account in &accounts.rows {
        let Some(user) = text(account, "ig_user_id") else { continue };
        let connected = format!("{user}/connected_threads_user");
        let profiles = graph.list(call!("threads"), &connected, "threads_user_id", &Cursor(None)).await?;
        items.extend(profiles.rows.iter().filter_map(|row| {
            let id = text(row, "threads_user_id")?;
            Some(Asset {
                // Both go by one name (TH-2), and the call does not tell the profile's own.
                name: text(account, "ig_username").unwrap_or_else(|| id.clone()),
                on: AssetRef::known(of, id, Some(portfolio)),
                detail: None,
                // TH-6, TH-11, TH-5: no call tells these.
                checks: vec![
                    Check::ask("threads-public"),
                    Check::ask("threads-name"),
                    Check::ask("threads-since"),
                ],
            })
        }));
    }
    Ok(Page { items, next: accounts.next, sight: Sight::Full })
}

fn page_asset(of: &AssetType, row: &Value, portfolio: Option<&str>, failed: Option<Remedy>) -> Option<Asset> {
    // Without a task of one's own on the Page, Meta gives no Page token to share it with.
    let no_task = tasks(row, "tasks").is_empty().then(|| Remedy::new("no-page-task"));
    Some(Asset {
        on: AssetRef::known(of, text(row, "id")?, portfolio),
        name: text(row, "name").unwrap_or_default(),
        detail: text(row, "category"),
        checks: vec![check("owner", failed), check("task", no_task)],
    })
}

fn account_asset(
    of: &AssetType,
    row: &Value,
    portfolio: Option<&str>,
    failed: Option<Remedy>,
) -> Option<Asset> {
    let status = text(row, "account_status");
    let closed = (status.as_deref() == Some(CLOSED)).then(|| Remedy::new("account-closed"));
    let currency = text(row, "currency").unwrap_or_default();
    Some(Asset {
        on: AssetRef::known(of, text(row, "id")?, portfolio),
        name: text(row, "name").unwrap_or_default(),
        detail: Some(match status.as_deref() {
            Some(DISABLED) => format!("{currency}, disabled by Meta"),
            _ => currency,
        }),
        checks: vec![check("owner", failed), check("open", closed)],
    })
}

fn outside(row: &Value) -> bool {
    text(row, "business.id").is_none()
}

fn check(id: &str, failed: Option<Remedy>) -> Check {
    Check { id: id.into(), state: failed.map_or(CheckState::Ok, CheckState::Failed) }
}

fn page(edge: Edge, asset: impl Fn(&Value) -> Option<Asset>) -> Result<Page<Asset>> {
    Ok(Page { items: edge.rows.iter().filter_map(asset).collect(), next: edge.next, sight: Sight::Full })
}

/// A listing in two parts, one edge after the other; the cursor says which.
struct Part {
    received: bool,
    at: Cursor,
}

impl Part {
    fn of(at: &Cursor) -> Result<Self> {
        match at.0.as_deref().map(|c| c.split_once(':')) {
            None => Ok(Self { received: false, at: Cursor(None) }),
            Some(Some(("owned", after))) => Ok(Self { received: false, at: Cursor(Some(after.into())) }),
            Some(Some(("received", ""))) => Ok(Self { received: true, at: Cursor(None) }),
            Some(Some(("received", after))) => Ok(Self { received: true, at: Cursor(Some(after.into())) }),
            Some(_) => Err(Error::unexpected("a cursor that is not ours")),
        }
    }

    async fn list(&self, graph: &Graph<'_>, portfolio: &str, edges: [&str; 2], fields: &str) -> Result<Edge> {
        let edge = edges[usize::from(self.received)];
        graph
            .list(
                if self.received { call!("received") } else { call!("owned") },
                &format!("{portfolio}/{edge}"),
                fields,
                &self.at,
            )
            .await
    }

    fn page(&self, edge: Edge, asset: impl Fn(&Value) -> Option<Asset>) -> Result<Page<Asset>> {
        let next = match (&edge.next, self.received) {
            (Some(Cursor(Some(after))), false) => Some(format!("owned:{after}")),
            (_, false) => Some("received:".to_owned()),
            (Some(Cursor(Some(after))), true) => Some(format!("received:{after}")),
            (_, true) => None,
        };
        let mut page = page(edge, asset)?;
        page.next = next.map(|n| Cursor(Some(n)));
        Ok(page)
    }

    fn not_owner(&self) -> Option<Remedy> {
        self.received.then(|| Remedy::new("not-owner"))
    }
}
