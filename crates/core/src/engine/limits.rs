//! Limits that platforms told, shared by all nodes: by rows that each reads when it looks for work.

use jiff::Timestamp;
use valetkey_sdk::http::{Budget, Quota};

use crate::defence;
use crate::desk::Desk;
use crate::store::StoreError;

/// Tells what this node learnt, and hears what the others did.
pub async fn share(desk: &Desk) -> Result<(), StoreError> {
    if !defence::shared_limits() {
        return Ok(());
    }
    let news = desk.budget.take_news(desk.clock.now());
    if !news.is_empty() {
        desk.store.tell_quotas(news).await?;
    }
    for news in desk.store.list_quotas(desk.now_ms()).await? {
        desk.budget.hear(news);
    }
    Ok(())
}

/// May a piece of work begin? While a limit is nearly used up, one of all nodes' in each spacing. If not: when to
/// ask again.
pub async fn take_turn(desk: &Desk, of: &[Quota]) -> Result<Option<Timestamp>, StoreError> {
    let now = desk.clock.now();
    if let Err(at) = desk.budget.take_turn(of, now) {
        return Ok(Some(at));
    }
    if !defence::shared_limits() {
        return Ok(None);
    }
    for quota in desk.budget.find_slow(of, now) {
        if !desk.store.take_quota_turn(quota, now).await? {
            return Ok(Some(now + Budget::SPACING));
        }
    }
    Ok(None)
}
