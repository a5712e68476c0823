//! Ad accounts of the agency's portfolio that a dataset is connected to: Meta's `shared_accounts`.
//!
//! Source: Graph API reference, `/{pixel}/shared_accounts`, and "Sharing pixels between businesses", read 2026-11-30:
//! the named business must have access to both, and `ADVERTISE` on the dataset is what connects ad accounts. Whose token
//! the call wants is not said there (unconfirmed). The agency's own makes it: the client's person has no access to the
//! agency's ad account, and the agency's has access to both as soon as the dataset was shared.

use serde_json::Value;
use valetkey_sdk::access::{AssetRef, Entitlement, EntitlementState, Path, Principal, Side, Wish, roles};
use valetkey_sdk::call;
use valetkey_sdk::connector::{Cx, Outcome};
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::{Error, ErrorKind, Result};

use super::api::{Graph, text};
use super::{canary, errors, id};

/// Our word for it: Meta lists the accounts, and no tasks with them.
const CONNECTED: &str = "CONNECTED";

/// The kind of grantee that is connected.
const KIND: &str = "ad_account";

pub fn is_account(who: &Principal) -> bool {
    who.kind == KIND
}

/// Accounts of `who`'s portfolio on the dataset. Its owner is asked too (unconfirmed that it may): it still sees what
/// stays behind when the share is gone.
pub async fn held(
    graph: &Graph<'_>,
    side: Side,
    on: &AssetRef,
    who: &Principal,
    at: &Cursor,
) -> Result<Page<Entitlement>> {
    let portfolio = portfolio_of(who)?;
    let mut page = of_portfolio(graph, on, portfolio, at).await?;
    if !page.items.iter().any(|row| row.who.is(who)) {
        let reader = if side == Side::Agency { portfolio } else { on.parent().unwrap_or_default() };
        page.sight = canary(graph, reader).await?;
    }
    Ok(page)
}

/// Accounts of one portfolio on the dataset. Others have to be asked for by themselves.
pub async fn of_portfolio(
    graph: &Graph<'_>,
    on: &AssetRef,
    portfolio: &str,
    at: &Cursor,
) -> Result<Page<Entitlement>> {
    let edge = graph.shared_accounts(id(on)?, portfolio, at).await?;
    let items = edge.rows.iter().filter_map(|row| entitlement(on, portfolio, row)).collect();
    Ok(Page { items, next: edge.next, sight: Sight::Full })
}

pub async fn connect(cx: &Cx<'_>, wish: &Wish) -> Result<Outcome> {
    let graph = Graph::new(cx, Side::Agency)?;
    let (dataset, portfolio) = (id(&wish.on)?, portfolio_of(&wish.who)?);
    graph.share_account(dataset, portfolio, &number(&wish.who)?).await.map_err(explain)?;
    Ok(Outcome::Taken)
}

/// The agency's token, as long as it still reaches the dataset; else the owner's, whose dataset it is (unconfirmed that
/// it may). Ends this account's connection, and no other.
pub async fn disconnect(cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
    let (dataset, portfolio) = (id(&held.on)?, portfolio_of(&held.who)?);
    let own = match Graph::new(cx, Side::Agency) {
        Ok(own) => own.get(call!("dataset"), dataset, "id").await.map(|_| own),
        Err(e) => Err(e),
    };
    let graph = match own {
        Ok(own) => own,
        Err(e) if is_no(&e) => Graph::new(cx, Side::Client).map_err(|_| e)?,
        Err(e) => return Err(e),
    };
    graph.unshare_account(dataset, portfolio, &number(&held.who)?).await.map_err(explain)?;
    Ok(Outcome::Taken)
}

fn entitlement(on: &AssetRef, portfolio: &str, row: &Value) -> Option<Entitlement> {
    Some(Entitlement {
        on: on.clone(),
        who: Principal::new(KIND, text(row, "id")?).of(Some(portfolio)),
        name: text(row, "name"),
        roles: roles([CONNECTED]),
        state: EntitlementState::Active,
        path: Path::Direct,
        native_id: None,
        two_factor: None,
        until: None,
    })
}

/// The parameter is the bare number, where the node's id has `act_` before it.
fn number(who: &Principal) -> Result<String> {
    let digits = who.id.strip_prefix("act_").unwrap_or(&who.id);
    match !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        true => Ok(digits.to_owned()),
        false => Err(Error::unexpected("this is no id of an ad account").with("id", &who.id)),
    }
}

fn portfolio_of(who: &Principal) -> Result<&str> {
    who.within.as_deref().ok_or_else(|| Error::unexpected("the ad account's portfolio is not known"))
}

/// Whoever is signed in at the agency, or nobody, does not reach the dataset.
fn is_no(e: &Error) -> bool {
    matches!(e.kind, ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Reauthorize { .. })
}

/// Code 200 comes for a portfolio without access to both, and for too small a role there: one remedy says both.
fn explain(e: Error) -> Error {
    match e.kind {
        ErrorKind::Forbidden => e.with_kind(ErrorKind::Rejected(Box::new(errors::remedy("cannot-connect")))),
        _ => e,
    }
}
