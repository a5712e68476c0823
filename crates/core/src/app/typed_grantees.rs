//! Grantees that were typed: another name for one, and removing one that nothing names.

use serde_json::json;
use valetkey_sdk::point;

use super::AppError;
use super::display_name::DisplayName;
use crate::desk::Desk;
use crate::engine::record;
use crate::ids::GranteeId;
use crate::store::administer::Administer;
use crate::store::grantees::Grantee;
use crate::store::{Scope, Write};

pub async fn get(desk: &Desk, scope: &Scope, id: &str) -> Result<Grantee, AppError> {
    let found = desk.store.find_grantee(scope, &GranteeId::from_text(id)).await?;
    found.ok_or(AppError::NotFound("the grantee"))
}

/// # Errors
/// A conflict for one that is proven: clients are shown the name that the platform gave (T11).
pub async fn rename(desk: &Desk, scope: &Scope, id: &str, label: Option<&str>) -> Result<Grantee, AppError> {
    let before = get(desk, scope, id).await?;
    let Some(label) = label else { return Ok(before) };
    let label = DisplayName::of_sender(&desk.registry, label).map_err(|e| e.in_field("label"))?.into_string();
    if before.proven_at.is_some() {
        let why = "this one is proven and keeps the name that the platform shows: rename it there, then sign \
                   in again";
        return Err(AppError::Conflict(why.into()));
    }
    if label == before.label {
        return Ok(before);
    }
    let data = json!({"from": before.label, "to": label});
    let grantee = Grantee { label, ..before };
    let writes = vec![
        record::audit(desk, "grantee.renamed", grantee.id.as_str(), None, data),
        Write::Administer(Administer::GranteeLabel(grantee.clone())),
    ];
    desk.store.commit(point!("rename"), scope, writes).await?;
    Ok(grantee)
}

/// # Errors
/// A conflict when a request or a grant names it.
pub async fn remove(desk: &Desk, scope: &Scope, id: &str) -> Result<(), AppError> {
    let grantee = get(desk, scope, id).await?;
    let uses = desk.store.count_grantee_uses(scope, &grantee.id).await?;
    if uses > 0 {
        return Err(AppError::Conflict(
            format!(
                "{uses} cards and grants name this grantee: delete the clients that they belong to first"
            )
            .into(),
        ));
    }
    let data = json!({"platform": grantee.platform, "external_id": grantee.external_id});
    let writes = vec![
        record::audit(desk, "grantee.deleted", grantee.id.as_str(), None, data),
        Write::Administer(Administer::DeleteGrantee(grantee.id)),
    ];
    Ok(desk.store.commit(point!("remove"), scope, writes).await?)
}
