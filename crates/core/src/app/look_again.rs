//! Lists anew what whoever signed in can share: something was missing or in the way, and they mended it at the
//! platform. Nothing else of the card changes, and nobody signs in again.

use serde_json::json;
use valetkey_sdk::ErrorKind;
use valetkey_sdk::point;
use valetkey_sdk::remedy::Remedy;

use super::link::{Link, require_open};
use super::sign_in::{is_approved, json_text};
use super::{AppError, Refusal, Why, approve, offer};
use crate::desk::Desk;
use crate::engine::record;
use crate::engine::sides;
use crate::engine::state::item;
use crate::ids::ItemId;
use crate::store::Write;
use crate::store::items::Item;

/// # Errors
/// A refusal in the platform's words; the card then stays as it was.
pub async fn look_again(
    desk: &Desk,
    link: &Link,
    item: &ItemId,
    browser: Option<&str>,
) -> Result<(), AppError> {
    require_open(link)?;
    let listing = approve::listing(desk, link, item, browser).await?;
    if is_approved(&listing.item) {
        return Err(AppError::Conflict(Why::message("approved-already", &[])));
    }
    let state = item::State::parse(&listing.item.state).ok_or(AppError::NotFound("the card"))?;
    let (next, _) =
        item::next(state, item::Event::Connect).map_err(|e| AppError::Conflict(e.to_string().into()))?;
    let sides = sides::of_connection(desk, &link.scope, listing.connection.clone()).await?;
    let connector = sides.platform.connector.as_deref().ok_or(AppError::NotFound("the connector"))?;
    let platform = listing.item.platform.clone();
    let found = offer::list(connector, &sides.cx(desk), &listing.asks).await.map_err(|e| {
        tracing::warn!(error = %e, "looking again did not come through");
        let remedy = match &e.kind {
            ErrorKind::Rejected(remedy) => Remedy::clone(remedy),
            ErrorKind::Reauthorize { .. } => Remedy::new("sign-in-refused"),
            ErrorKind::RateLimited { .. } => Remedy::new("busy"),
            _ => Remedy::new("no-answer"),
        };
        AppError::Refused(Box::new(Refusal { platform: platform.clone(), remedy }))
    })?;
    let free = |offer: &offer::Offer| offer.entries.iter().filter(|e| e.blocked.is_none()).count();
    let data = json!({"platform": platform, "before": free(&listing.offer), "now": free(&found)});
    let id = listing.item.id.clone();
    let writes = vec![
        record::audit(desk, "item.looked_again", id.as_str(), Some(&link.request.id), data),
        Write::Item(Box::new(Item {
            state: next.as_str().into(),
            offer: Some(json_text(&found)?),
            choice: None,
            trouble: None,
            ..listing.item
        })),
    ];
    Ok(desk.store.commit(point!("look again"), &link.scope, writes).await?)
}
