//! What the grantee holds already at the platform, read before the client approves, so that the review can say
//! so. Only words rest on it: the engine reads for itself.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use valetkey_sdk::access::{Principal, Want, Wish};
use valetkey_sdk::connector::{Connector, Cx};
use valetkey_sdk::reconcile::{Facts, Known, Standing, Step, reconcile};

use super::AppError;
use super::approve::Listing;
use super::link::Link;
use super::offer::Entry;
use crate::desk::Desk;
use crate::engine::observe::observe;
use crate::engine::sides;
use crate::store::grantees::Grantee;

/// The client waits for it: what is not read by then is not told.
const PATIENCE: Duration = Duration::from_secs(3);
/// Read for so many accounts at most, this many at the same time.
const MOST: usize = 12;
const AT_ONCE: usize = 4;

/// Marks the chosen entries whose access is there. What cannot be read stays unmarked.
pub async fn mark(desk: &Desk, link: &Link, listing: &mut Listing, chosen: &[usize]) -> Result<(), AppError> {
    for entry in &mut listing.offer.entries {
        entry.held = false;
    }
    let grantee = desk.store.find_grantee(&link.scope, &listing.item.grantee_id).await?;
    let Some(grantee) = grantee else { return Ok(()) };
    let sides = sides::of_connection(desk, &link.scope, listing.connection.clone()).await?;
    let Some(connector) = sides.platform.connector.as_deref() else { return Ok(()) };
    let cx = sides.cx(desk);
    let reads = chosen.iter().take(MOST).filter_map(|&index| {
        let entry = listing.offer.entries.get(index)?;
        Some(reading(connector, &cx, &grantee, index, entry))
    });
    let mut answers = stream::iter(reads.collect::<Vec<_>>()).buffer_unordered(AT_ONCE);
    let mut held = Vec::new();
    let all = async {
        while let Some(there) = answers.next().await {
            held.extend(there);
        }
    };
    let _ = tokio::time::timeout(PATIENCE, all).await;
    drop(answers);
    for index in held {
        listing.offer.entries[index].held = true;
    }
    Ok(())
}

/// The entry's index, if an approval would find nothing left to do.
async fn reading(
    connector: &dyn Connector,
    cx: &Cx<'_>,
    grantee: &Grantee,
    index: usize,
    entry: &Entry,
) -> Option<usize> {
    let wish = Wish {
        on: entry.asset.on.clone(),
        who: Principal::new(&grantee.kind, &grantee.external_id).of(grantee.within.as_deref()),
        level: entry.level,
        want: Want::Held { roles: entry.roles.clone(), until: None },
    };
    let asset = cx.manifest.find_asset(wish.on.of())?;
    let level = asset.levels.get(&wish.level)?;
    let observed = observe(connector, cx, &wish, level).await.ok()?;
    let facts = Facts { asset, level, accepts: &[] };
    let step = reconcile(&wish, &Known::default(), &observed.seen, facts, cx.clock.now());
    (step == Step::Settled(Standing::Active)).then_some(index)
}
