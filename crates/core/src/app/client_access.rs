//! Everything of one client at once: check it, end it.

use super::grants::{self, RevokePlan};
use super::{AppError, invalid};
use crate::desk::Desk;
use crate::store::Scope;
use crate::store::clients::Client;
use crate::store::grants::{Filter, GrantRow};

/// The most grants of one client that a page shows.
pub const MOST: i64 = 1_000;

pub async fn list_grants(desk: &Desk, scope: &Scope, client: &Client) -> Result<Vec<GrantRow>, AppError> {
    let filter = Filter { client_id: Some(client.id.to_string()), ..Filter::default() };
    Ok(desk.store.list_grants(scope, &filter, None, MOST).await?)
}

/// Has every grant read now that is not over.
pub async fn verify_all(desk: &Desk, scope: &Scope, client: &Client) -> Result<usize, AppError> {
    let mut asked = 0;
    for row in list_grants(desk, scope, client).await?.iter().filter(|r| is_there(r)) {
        grants::verify(desk, scope, row.id.as_str()).await?;
        asked += 1;
    }
    Ok(asked)
}

/// What ending everything would call, grant by grant, without calling it.
pub async fn plan_revoke_all(
    desk: &Desk,
    scope: &Scope,
    client: &Client,
) -> Result<Vec<RevokePlan>, AppError> {
    let mut plans = Vec::new();
    for row in list_grants(desk, scope, client).await?.iter().filter(|r| is_there(r)) {
        plans.push(grants::plan_revoke(desk, scope, row.id.as_str()).await?);
    }
    Ok(plans)
}

/// Ends the grants that the page showed, and no others.
pub async fn revoke_these(
    desk: &Desk,
    scope: &Scope,
    client: &Client,
    ids: &[String],
) -> Result<usize, AppError> {
    if ids.is_empty() {
        return Err(invalid("grants", "there is no access to revoke: look at the page again"));
    }
    let own = list_grants(desk, scope, client).await?;
    if ids.iter().any(|id| own.iter().all(|g| g.id.as_str() != id)) {
        return Err(AppError::NotFound("the grant"));
    }
    for id in ids {
        grants::revoke(desk, scope, id).await?;
    }
    Ok(ids.len())
}

/// Access that is there, or may be.
pub fn is_there(row: &GrantRow) -> bool {
    !matches!(row.word.as_str(), "revoked" | "expired" | "cancelled" | "declined" | "lapsed")
}
