//! Asks the platforms now, asset by asset, within a bounded time. What fails leaves the reading before it alone.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use serde_json::json;
use tokio::time::{Instant, timeout_at};
use valetkey_sdk::point;

use super::asking::read;
use super::{Asset, assets};
use crate::app::AppError;
use crate::desk::Desk;
use crate::engine::record;
use crate::store::access_readings::AccessReading;
use crate::store::clients::Client;
use crate::store::{Scope, StoreError, Write};

/// All of one client is read within this time; what is left is said, and comes first the next time.
const TIME: Duration = Duration::from_secs(20);
/// Assets of one platform that are read at the same time, where the platform allows that many.
const AT_ONCE: usize = 3;
/// How a reading went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub read: usize,
    pub failed: usize,
}

/// Reads every asset of the client, the one that was tried longest ago first, and keeps each at once.
pub async fn read_now(desk: &Desk, scope: &Scope, client: &Client) -> Result<Done, AppError> {
    let until = Instant::now() + TIME;
    let mut all = assets(desk, scope, client).await?;
    all.sort_by_key(|asset| asset.tried_at);
    let mut by_platform: BTreeMap<&str, Vec<&Asset>> = BTreeMap::new();
    for asset in &all {
        by_platform.entry(&asset.platform).or_default().push(asset);
    }
    let mut platforms = Vec::new();
    for assets in by_platform.into_values() {
        platforms.push(of_platform(desk, scope, client, assets, until));
    }
    let mut done = Done::default();
    for outcome in join_all(platforms).await.into_iter().flatten() {
        match outcome? {
            true => done.read += 1,
            false => done.failed += 1,
        }
    }
    Ok(done)
}

async fn of_platform(
    desk: &Desk,
    scope: &Scope,
    client: &Client,
    assets: Vec<&Asset>,
    until: Instant,
) -> Vec<Result<bool, AppError>> {
    let platform = assets.first().and_then(|asset| desk.registry.find(&asset.platform));
    let most = platform.map_or(1, |p| p.manifest.parallel.clamp(1, AT_ONCE));
    let mut each = Vec::new();
    for asset in assets {
        each.push(one(desk, scope, client, asset, until));
    }
    futures_util::stream::iter(each).buffer_unordered(most).collect().await
}

/// Reads one asset and keeps what came of it: whether it could be read.
async fn one(
    desk: &Desk,
    scope: &Scope,
    client: &Client,
    asset: &Asset,
    until: Instant,
) -> Result<bool, AppError> {
    let tried_at = desk.now_ms();
    let found = match timeout_at(until, read(desk, scope, asset)).await {
        Ok(found) => found?,
        Err(_) => {
            Err("there was not enough time for all accounts: read again, and this one comes first".into())
        }
    };
    let mut data = json!({
        "platform": asset.platform,
        "asset": {"type": asset.on.of(), "id": asset.id, "name": asset.name},
    });
    let (action, reading, problem) = match found {
        Ok(reading) => {
            data["rows"] = json!(reading.rows.len());
            data["by"] = json!(reading.looks.first().map(|look| look.by));
            let text = serde_json::to_string(&reading).map_err(|e| AppError::Internal(e.into()))?;
            ("access.read", Some((text, tried_at)), None)
        }
        Err(why) => {
            data["why"] = json!(why);
            ("access.unreadable", None, Some(why))
        }
    };
    let is_read = reading.is_some();
    let kept = AccessReading {
        client_id: client.id.clone(),
        platform: asset.platform.clone(),
        asset_type: asset.on.of().to_string(),
        asset_id: asset.id.clone(),
        reading,
        tried_at,
        problem,
    };
    let writes = vec![
        record::audit(desk, action, client.id.as_str(), None, data),
        Write::AccessReading(Box::new(kept)),
    ];
    match desk.store.commit(point!("keep access reading"), scope, writes).await {
        Err(StoreError::Stale(_)) => Err(AppError::NotFound("the client")),
        other => Ok(other.map(|()| is_read)?),
    }
}
