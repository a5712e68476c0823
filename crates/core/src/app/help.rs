//! What the agency does about help that a client asked for.

use serde_json::json;
use valetkey_sdk::point;

use super::AppError;
use crate::desk::Desk;
use crate::engine::record;
use crate::ids::{ItemId, MemberId};
use crate::store::cards::HelpDealtWith;
use crate::store::{Scope, StoreError, Write};

/// Somebody saw to what was asked on a card until that time. Pressed twice is pressed once.
pub async fn deal_with(
    desk: &Desk,
    scope: &Scope,
    by: &MemberId,
    (request, item): (&str, &str),
    until: i64,
) -> Result<(), AppError> {
    let request = super::requests::get(desk, scope, request).await?;
    let items = desk.store.list_items(scope, &request.id).await?;
    let item = items.into_iter().find(|i| i.id == ItemId::from_text(item));
    let item = item.ok_or(AppError::NotFound("the card"))?;
    let data = json!({"platform": item.platform});
    let dealt = HelpDealtWith { item_id: item.id.clone(), by: by.clone(), at: desk.now_ms(), until };
    let writes = vec![
        Write::HelpDealtWith(dealt),
        record::audit(desk, "item.help_dealt_with", item.id.as_str(), Some(&request.id), data),
    ];
    match desk.store.commit(point!("deal with"), scope, writes).await {
        Ok(()) | Err(StoreError::Stale(_)) => Ok(()),
        Err(e) => Err(e.into()),
    }
}
