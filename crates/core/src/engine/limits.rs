//! Limits that platforms told, shared by all nodes: by rows that each reads when it looks for work.

use jiff::Timestamp;
use valetkey_sdk::http::Quota;

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

/// Platforms whose app's limit is nearly used up; and those among them of which a piece of work may begin now.
pub fn find_slow(desk: &Desk) -> (Vec<String>, Vec<String>) {
    let slow = desk.budget.find_slow_apps(desk.clock.now());
    let free = slow.iter().filter(|(_, is_free)| *is_free).map(|(platform, _)| platform.clone()).collect();
    (slow.into_iter().map(|(platform, _)| platform).collect(), free)
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
    for (quota, spacing) in desk.budget.find_slow(of, now) {
        if !desk.store.take_quota_turn(quota, now, now + spacing).await? {
            return Ok(Some(now + spacing));
        }
    }
    Ok(None)
}
