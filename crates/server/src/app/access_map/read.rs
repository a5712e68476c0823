//! Asks the platforms now, asset by asset, within a bounded time. What fails leaves the reading before it alone.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join_all;
use serde_json::json;
use tokio::time::{Instant, timeout_at};
use valetkey_connectors::Platform;
use valetkey_sdk::access::{Principal, Side};
use valetkey_sdk::page::{Cursor, Sight};
use valetkey_sdk::{Error, ErrorKind, point};

use super::{Asset, Look, Reading, Row, assets};
use crate::app::AppError;
use crate::desk::Desk;
use crate::engine::record;
use crate::engine::sides::{self, Sides, SidesError};
use crate::store::access_readings::AccessReading;
use crate::store::clients::Client;
use crate::store::{Scope, StoreError, Write};

/// All of one client is read within this time; what is left is said, and comes first the next time.
const TIME: Duration = Duration::from_secs(20);
/// Assets of one platform that are read at the same time, where the platform allows that many.
const AT_ONCE: usize = 3;
/// A listing longer than this is cut, and then says so.
const MAX_PAGES: usize = 20;
const MAX_ROWS: usize = 2_000;

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

/// From the client's side if somebody is signed in there, else from the agency's.
async fn read(desk: &Desk, scope: &Scope, asset: &Asset) -> Result<Result<Reading, String>, AppError> {
    let Some(platform) = desk.registry.find(&asset.platform) else {
        return Ok(Err(format!("{} is not part of this program", asset.platform)));
    };
    let name = &platform.manifest.name;
    let is_readable =
        platform.manifest.find_asset(asset.on.of()).is_some_and(|facts| facts.sign_in.is_some());
    if platform.connector.is_none() || !is_readable || asset.on.id().is_none() {
        return Ok(Err(format!("{name} offers no way to read who has access to it")));
    }
    let mut ways = Vec::new();
    for granted in asset.grants.iter().filter(|g| g.row.is_share()) {
        match sides::of_grant(desk, scope, &granted.row).await {
            Ok(sides) => ways.push(sides),
            Err(SidesError::Key(e)) => return Err(e.into()),
            Err(e) => return Ok(Err(e.to_string())),
        }
    }
    let mut why = None;
    for side in [Side::Client, Side::Agency] {
        for sides in ways.iter().filter(|sides| sides.held.iter().any(|held| held.side == side)) {
            match ask(desk, sides, asset, side).await {
                Ok(mut reading) => {
                    add_staff(desk, scope, asset, &mut reading).await?;
                    return Ok(Ok(reading));
                }
                Err(e) => {
                    why.get_or_insert_with(|| in_words(platform, &e));
                }
            }
        }
    }
    Ok(Err(why.unwrap_or_else(|| format!("nobody is signed in at {name} any more, on either side"))))
}

/// Everybody, or where the platform does not list everybody, those whom our grants name.
async fn ask(desk: &Desk, sides: &Sides<'_>, asset: &Asset, by: Side) -> Result<Reading, Error> {
    let mut reading = Reading::default();
    let refused = match look(desk, sides, asset, by, None, &mut reading).await {
        Err(e) if e.kind == ErrorKind::Unsupported => e,
        other => return other.map(|()| reading),
    };
    let mut asked: Vec<&Principal> = Vec::new();
    for granted in asset.grants.iter().filter(|g| g.row.is_share()) {
        let who = &granted.grant.wish.who;
        if !asked.iter().any(|other| other.is(who)) {
            look(desk, sides, asset, by, Some(who), &mut reading).await?;
            asked.push(who);
        }
    }
    if asked.is_empty() { Err(refused) } else { Ok(reading) }
}

/// The agency's own people, whom only its own sign-in sees.
async fn add_staff(desk: &Desk, scope: &Scope, asset: &Asset, reading: &mut Reading) -> Result<(), AppError> {
    for granted in asset.there().filter(|g| !g.row.is_share()) {
        let who = &granted.grant.wish.who;
        // One answer may have told about all of them.
        if reading.covers(who) {
            continue;
        }
        let found = match sides::of_grant(desk, scope, &granted.row).await {
            Ok(sides) => {
                let found = look(desk, &sides, asset, Side::Agency, Some(who), reading).await;
                found.map_err(|e| in_words(sides.platform, &e))
            }
            Err(SidesError::Key(e)) => return Err(e.into()),
            Err(e) => Err(e.to_string()),
        };
        if let Err(why) = found {
            reading.gaps.push(format!("The agency’s own people could not be read: {why}."));
        }
    }
    Ok(())
}

/// All pages of one question, in bounds.
async fn look(
    desk: &Desk,
    sides: &Sides<'_>,
    asset: &Asset,
    by: Side,
    of: Option<&Principal>,
    reading: &mut Reading,
) -> Result<(), Error> {
    let connector = sides.platform.connector.as_deref().ok_or_else(|| Error::unsupported("reading"))?;
    let (cx, mut at, mut sight) = (sides.cx(desk), Cursor(None), Sight::Full);
    let mut rows: Vec<Row> = Vec::new();
    for _ in 0..MAX_PAGES {
        let page = connector.entitlements(&cx, by, &asset.on, of, at).await?;
        sight = sight.and(page.sight);
        rows.extend(page.items.into_iter().map(|seen| Row { by, seen }));
        at = match page.next {
            Some(next) if rows.len() < MAX_ROWS => next,
            next => {
                if next.is_some() {
                    sight = cut();
                }
                reading.add(rows, Look { of: of.cloned(), by, sight });
                return Ok(());
            }
        };
    }
    reading.add(rows, Look { of: of.cloned(), by, sight: cut() });
    Ok(())
}

fn cut() -> Sight {
    Sight::Partial("the listing is longer than what is read here".into())
}

impl Reading {
    fn add(&mut self, rows: Vec<Row>, look: Look) {
        for row in rows {
            if !self.rows.iter().any(|other| other.seen == row.seen) {
                self.rows.push(row);
            }
        }
        self.looks.push(look);
    }

    /// Was this one asked for, alone or with everybody of the same container?
    pub(super) fn covers(&self, who: &Principal) -> bool {
        self.looks.iter().any(|look| look.covers(who))
    }
}

impl Look {
    pub(super) fn covers(&self, who: &Principal) -> bool {
        let Some(of) = &self.of else { return false };
        of.is(who) || (of.within.is_some() && of.within == who.within)
    }
}

/// Why a platform did not tell, in words.
fn in_words(platform: &Platform, e: &Error) -> String {
    let name = &platform.manifest.name;
    match &e.kind {
        ErrorKind::Reauthorize { side, .. } => {
            format!(
                "{name} does not take the {}’s sign-in any more: somebody has to sign in again",
                side.as_str()
            )
        }
        ErrorKind::Forbidden => format!("{name} does not tell the person who signed in"),
        ErrorKind::NotFound => format!("{name} does not show this account to the person who signed in"),
        ErrorKind::RateLimited { .. } => format!("{name} asks us to wait; read again in a few minutes"),
        ErrorKind::Temporary => format!("{name} did not answer; read again in a few minutes"),
        ErrorKind::Unsupported => format!("{name} offers no way to read who has access to it"),
        ErrorKind::Rejected(remedy) => match platform.words.find_advice(remedy) {
            Some(advice) => advice.happened.trim_end_matches('.').to_owned(),
            None => format!("{name} refused ({})", remedy.id),
        },
        ErrorKind::Conflict | ErrorKind::Unexpected => {
            format!("{name} gave an answer that this program does not understand")
        }
    }
}
