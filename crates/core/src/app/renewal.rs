//! Access for longer than was approved: the client is asked again, for exactly the same.

use valetkey_sdk::access::Want;

use super::grants;
use super::offer::Ask;
use super::requests::{ClientOf, DEFAULT_LINK_DAYS, Wanted, WantedItem, check_access_end};
use super::revoking::is_over;
use super::{AppError, invalid};
use crate::desk::Desk;
use crate::store::Scope;

/// The request that asks the client to let this access go on until then.
///
/// # Errors
/// A conflict when the access is over, is ending, or never ends.
pub async fn wanted(desk: &Desk, scope: &Scope, id: &str, until: Option<i64>) -> Result<Wanted, AppError> {
    let row = grants::get(desk, scope, id).await?;
    let grant = grants::state(&row)?;
    let Want::Held { roles, until: end } = &grant.wish.want else {
        return Err(AppError::Conflict("this access is over or ending: send a new request for it".into()));
    };
    if is_over(&row.word) {
        return Err(AppError::Conflict("this access is over: send a new request for it".into()));
    }
    let end = end.ok_or_else(|| AppError::Conflict("this access does not end by itself".into()))?;
    let until = until.ok_or_else(|| invalid("access_expires_at", "say until when, as an RFC 3339 time"))?;
    check_access_end(until, desk.now_ms())?;
    if until <= end.as_millisecond() {
        let problem = format!("this access lasts until {end} already: choose a later time, or revoke it");
        return Err(invalid("access_expires_at", problem));
    }
    let facts = desk.registry.find(&row.platform).and_then(|p| p.manifest.find_asset(grant.wish.on.of()));
    let usual = facts.and_then(|f| f.levels.get(&grant.wish.level)).map(|l| &l.roles);
    let ask = Ask {
        of: grant.wish.on.of().clone(),
        level: grant.wish.level,
        native_roles: Some(roles.clone()).filter(|r| Some(r) != usual),
        external_id: Some(row.asset_id.clone()),
        wants_yes: false,
    };
    Ok(Wanted {
        client: ClientOf::Known(row.client_id),
        items: vec![WantedItem { platform: row.platform, asks: vec![ask], required: true }],
        grantee_ids: vec![row.grantee_id],
        link_expires_in_days: DEFAULT_LINK_DAYS,
        access_expires_at: Some(until),
        message: None,
        customer_reference: None,
        locale: None,
        template_id: None,
        by_mail: false,
    })
}
