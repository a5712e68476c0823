//! What the grantee holds already at the platform, read before the client approves, so that the review can say
//! so. Only words rest on it: the engine reads for itself.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use valetkey_sdk::access::{EntitlementState, Path, Principal, Roles, Want, Wish};
use valetkey_sdk::connector::{Connector, Cx};
use valetkey_sdk::manifest::Change;
use valetkey_sdk::point;
use valetkey_sdk::reconcile::{Facts, Known, Standing, Step, reconcile};

use super::AppError;
use super::approve::{self, Listing};
use super::link::Link;
use super::offer::Entry;
use super::sign_in::json_text;
use crate::desk::Desk;
use crate::engine::observe::observe;
use crate::engine::sides;
use crate::ids::ItemId;
use crate::store::grantees::Grantee;
use crate::store::items::Item;
use crate::store::{StoreError, Write};

/// The client waits for it: what is not read by then is not told.
const PATIENCE: Duration = Duration::from_secs(3);
/// Read for so many accounts at most, this many at the same time.
const MOST: usize = 12;
const AT_ONCE: usize = 4;

/// Marks the entries that were just chosen and whose access is there. What cannot be read stays unmarked.
pub async fn mark(desk: &Desk, link: &Link, item: &ItemId, browser: Option<&str>) -> Result<(), AppError> {
    let mut listing = approve::listing(desk, link, item, browser).await?;
    let found = find(desk, link, &listing).await?;
    let before = listing.offer.clone();
    for (index, entry) in listing.offer.entries.iter_mut().enumerate() {
        let there = found.iter().find(|(at, _)| *at == index).map(|(_, there)| there);
        entry.held = there == Some(&There::Enough);
        entry.lowers = match there {
            Some(There::More(roles)) => roles.clone(),
            _ => Roles::new(),
        };
    }
    if listing.offer == before {
        return Ok(());
    }
    let item = Item { offer: Some(json_text(&listing.offer)?), ..listing.item };
    match desk.store.commit(point!("mark held"), &link.scope, vec![Write::Item(Box::new(item))]).await {
        // Chosen anew meanwhile, or approved.
        Err(StoreError::Stale(_)) => Ok(()),
        other => Ok(other?),
    }
}

/// What an approval of an entry would find.
#[derive(PartialEq, Eq)]
enum There {
    /// Nothing is left to do.
    Enough,
    /// These are more than is asked for, and less comes about only by taking them away first.
    More(Roles),
}

/// Chosen entries, by index, whose access was seen to be there.
async fn find(desk: &Desk, link: &Link, listing: &Listing) -> Result<Vec<(usize, There)>, AppError> {
    let mut held = Vec::new();
    let grantee = desk.store.find_grantee(&link.scope, &listing.item.grantee_id).await?;
    let Some(grantee) = grantee else { return Ok(held) };
    // Whatever stands in the way is said where something rests on it.
    let sides = sides::of_connection(desk, &link.scope, listing.connection.clone()).await;
    let Ok(sides) = sides else { return Ok(held) };
    let Some(connector) = sides.platform.connector.as_deref() else { return Ok(held) };
    let cx = sides.cx(desk);
    let reads = listing.chosen.iter().take(MOST).filter_map(|&index| {
        let entry = listing.offer.entries.get(index)?;
        Some(reading(connector, &cx, &grantee, index, entry))
    });
    let mut answers = stream::iter(reads.collect::<Vec<_>>()).buffer_unordered(AT_ONCE);
    let all = async {
        while let Some(there) = answers.next().await {
            held.extend(there);
        }
    };
    let _ = tokio::time::timeout(PATIENCE, all).await;
    Ok(held)
}

/// The entry's index with what is there.
async fn reading(
    connector: &dyn Connector,
    cx: &Cx<'_>,
    grantee: &Grantee,
    index: usize,
    entry: &Entry,
) -> Option<(usize, There)> {
    let wish = Wish {
        on: entry.asset.on.clone(),
        who: Principal::new(&grantee.kind, &grantee.external_id).of(grantee.within.as_deref()),
        level: entry.level,
        want: Want::Held { roles: entry.roles.clone(), until: None },
    };
    let asset = cx.manifest.find_asset(wish.on.of())?;
    let level = asset.levels.get(&wish.level)?;
    let observed = observe(connector, cx, &wish, level).await.ok()?;
    let direct = observed.seen.rows.iter().find(|row| row.path == Path::Direct && row.on.is(&wish.on));
    if let Some(row) = direct.filter(|row| row.state == EntitlementState::Active)
        && asset.change == Change::RaiseOnly
        && !level.revoke.is_empty()
        && !asset.closure(&row.roles).is_subset(&asset.closure(&entry.roles))
    {
        return Some((index, There::More(asset.normalise(&row.roles))));
    }
    let facts = Facts { asset, level, accepts: &[] };
    let step = reconcile(&wish, &Known::default(), &observed.seen, facts, cx.clock.now());
    (step == Step::Settled(Standing::Active)).then_some((index, There::Enough))
}
