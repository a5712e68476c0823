//! Everybody who has access to something of a client's portfolio: partners, then the portfolio's own people, then
//! its own ad accounts that a dataset is connected to.
//!
//! Source: Graph API reference, `/{asset}/assigned_users` and `/{pixel}/shared_accounts`, read 2026-11-30. They name
//! the people and accounts of one portfolio, which must be said; a partner's people are told to the partner only.

use valetkey_sdk::access::{AssetRef, Entitlement};
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::{Error, ErrorKind, Result};

use super::api::Graph;
use super::{canary, connected, id, partners, staff};

const PEOPLE: &str = "people:";
const ACCOUNTS: &str = "accounts:";

pub async fn held(graph: &Graph<'_>, on: &AssetRef, at: &Cursor) -> Result<Page<Entitlement>> {
    let within = |part| {
        Some(Cursor(Some(at.0.as_deref()?.strip_prefix(part)?.to_owned()).filter(|at| !at.is_empty())))
    };
    if let Some(at) = within(PEOPLE) {
        let read = people(graph, on, &at).await;
        let mut page = or_untold(read, "Meta does not tell which of the client’s own people work on it")?;
        if page.next.is_none() && on.of().as_str() == "dataset" {
            page.next = Some(Cursor(Some(ACCOUNTS.to_owned())));
        }
        return Ok(page);
    }
    if let Some(at) = within(ACCOUNTS) {
        let read = accounts(graph, on, &at).await;
        return or_untold(read, "Meta does not tell which of the client’s own ad accounts use it");
    }
    let mut page = partners(graph, on, at).await?;
    if page.next.is_none() && on.parent().is_some() {
        page.next = Some(Cursor(Some(PEOPLE.to_owned())));
    }
    Ok(page)
}

fn or_untold(read: Result<Page<Entitlement>>, why: &str) -> Result<Page<Entitlement>> {
    match read {
        Err(e) if is_no(&e) => {
            Ok(Page { items: Vec::new(), next: None, sight: Sight::Partial(why.to_owned()) })
        }
        other => other,
    }
}

async fn accounts(graph: &Graph<'_>, on: &AssetRef, at: &Cursor) -> Result<Page<Entitlement>> {
    let portfolio = on.parent().ok_or_else(|| Error::unexpected("the asset's portfolio is not known"))?;
    let mut page = connected::of_portfolio(graph, on, portfolio, at).await?;
    page.next = page.next.and_then(|next| next.0).map(|next| Cursor(Some(format!("{ACCOUNTS}{next}"))));
    Ok(page)
}

async fn people(graph: &Graph<'_>, on: &AssetRef, at: &Cursor) -> Result<Page<Entitlement>> {
    let portfolio = on.parent().ok_or_else(|| Error::unexpected("the asset's portfolio is not known"))?;
    let own = match on.of().as_str() {
        "page" => graph.find_of_page(id(on)?).await?,
        _ => None,
    };
    let edge = own.as_ref().unwrap_or(graph).assigned_users(id(on)?, portfolio, at).await?;
    let items: Vec<_> = edge.rows.iter().filter_map(|row| staff::entitlement(on, portfolio, row)).collect();
    let sight = if items.is_empty() { canary(graph, portfolio).await? } else { Sight::Full };
    let next = edge.next.and_then(|next| next.0).map(|next| Cursor(Some(format!("{PEOPLE}{next}"))));
    Ok(Page { items, next, sight })
}

/// Meta knows who asks, and does not tell.
fn is_no(e: &Error) -> bool {
    matches!(
        e.kind,
        ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Unsupported | ErrorKind::Rejected(_)
    )
}
