//! The questions about one asset: whom to ask, from whose side, and what came of it.

use valetkey_connectors::Platform;
use valetkey_sdk::access::{Principal, Side};
use valetkey_sdk::manifest::Manifest;
use valetkey_sdk::page::{Cursor, Sight};
use valetkey_sdk::{Error, ErrorKind};

use super::{Asset, Look, Reading, Row};
use crate::app::AppError;
use crate::desk::Desk;
use crate::engine::sides::{self, Sides, SidesError};
use crate::store::Scope;
use crate::store::grantees::Grantee;

/// A listing longer than this is cut, and then says so.
const MAX_PAGES: usize = 20;
const MAX_ROWS: usize = 2_000;

/// From the client's side if somebody is signed in there, else from the agency's.
pub async fn read(desk: &Desk, scope: &Scope, asset: &Asset) -> Result<Result<Reading, String>, AppError> {
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
    for row in asset.read_by() {
        match sides::of_grant(desk, scope, row).await {
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
                    add_staff(desk, scope, platform, asset, &mut reading).await?;
                    add_log(desk, sides, asset, side, &mut reading).await;
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
    let mut refused = match look(desk, sides, asset, by, None, &mut reading).await {
        Err(e) if e.kind == ErrorKind::Unsupported => e,
        other => return other.map(|()| reading),
    };
    let mut asked: Vec<&Principal> = Vec::new();
    for granted in asset.grants.iter().filter(|g| g.row.is_share()) {
        let who = &granted.grant.wish.who;
        if asked.iter().any(|other| other.is(who)) {
            continue;
        }
        asked.push(who);
        if let Err(e) = look(desk, sides, asset, by, Some(who), &mut reading).await {
            reading.gaps.push(format!("{} {} could not be read.", who.kind.replace('_', " "), who.id));
            refused = e;
        }
    }
    if reading.looks.is_empty() { Err(refused) } else { Ok(reading) }
}

/// The agency's own people and accounts, whom only its own sign-in sees: those assigned by a grant, and whoever else
/// works within what was given.
async fn add_staff(
    desk: &Desk,
    scope: &Scope,
    platform: &Platform,
    asset: &Asset,
    reading: &mut Reading,
) -> Result<(), AppError> {
    let grantees = desk.store.list_grantees(scope).await?;
    for granted in asset.there() {
        let receiver = &granted.grant.wish.who;
        let mut asked = Vec::new();
        match granted.row.is_share() {
            false => asked.push(receiver.clone()),
            // Nobody can be assigned before the share is there.
            true if granted.row.word != "active" => {}
            true => {
                let kinds = platform.manifest.grantees_after(&receiver.kind);
                asked.extend(kinds.filter(|kind| kind.takes(asset.on.of())).filter_map(|kind| {
                    let of = |g: &&Grantee| {
                        g.platform == asset.platform
                            && g.kind == kind.kind
                            && g.within.as_ref() == Some(&receiver.id)
                    };
                    let somebody = grantees.iter().find(of)?;
                    Some(Principal::new(&somebody.kind, &somebody.external_id).of(somebody.within.as_deref()))
                }));
            }
        }
        for who in asked {
            // One answer may have told about all of them.
            if reading.covers(&platform.manifest, &who) {
                continue;
            }
            let found = match sides::of_grant(desk, scope, &granted.row).await {
                Ok(sides) => look(desk, &sides, asset, Side::Agency, Some(&who), reading)
                    .await
                    .map_err(|e| in_words(platform, &e)),
                Err(SidesError::Key(e)) => return Err(e.into()),
                Err(e) => Err(e.to_string()),
            };
            if let Err(why) = found {
                reading.gaps.push(format!("The agency’s own people could not be read: {why}."));
            }
        }
    }
    Ok(())
}

/// What the platform's own log tells, where it has one for this side.
async fn add_log(desk: &Desk, sides: &Sides<'_>, asset: &Asset, by: Side, reading: &mut Reading) {
    let Some(connector) = sides.platform.connector.as_deref() else { return };
    match connector.activity(&sides.cx(desk), by, &asset.on).await {
        Ok(happened) => reading.happened = happened,
        Err(e) if e.kind == ErrorKind::Unsupported => {}
        Err(e) => {
            let why = in_words(sides.platform, &e);
            reading.gaps.push(format!("The activity log could not be read: {why}."));
        }
    }
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
    pub(super) fn covers(&self, manifest: &Manifest, who: &Principal) -> bool {
        self.looks.iter().any(|look| look.covers(manifest, who))
    }
}

impl Look {
    pub(super) fn covers(&self, manifest: &Manifest, who: &Principal) -> bool {
        let Some(of) = &self.of else { return false };
        let together = || manifest.are_listed_together(&of.kind, &who.kind);
        of.is(who) || (of.within.is_some() && of.within == who.within && together())
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
