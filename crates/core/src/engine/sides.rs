//! The credentials at hand for one grant: the client's connection of its card, the agency's of its grantee.

use std::time::Duration;

use serde_json::json;
use valetkey_sdk::ErrorKind;
use valetkey_sdk::access::{AssetType, Side};
use valetkey_sdk::app::App;
use valetkey_sdk::connector::{Cx, Held};
use valetkey_sdk::http::PlatformClient;
use valetkey_sdk::point;
use valetkey_sdk::sign_in::{self, Credential, Exchange};

use valetkey_connectors::Platform;

use super::record;
use super::state::connection;
use crate::defence;
use crate::desk::{At, Desk, KeyError};
use crate::ids::RequestId;
use crate::store::connections::Connection;
use crate::store::grants::GrantRow;
use crate::store::{Scope, StoreError, Write};

/// Whoever refreshes a sign-in and was not heard of for so long is lost: longer than a call takes.
const ALONE_MS: i64 = 40_000;
/// How long one waits before looking whether somebody else's refresh is over.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// What a connector call on this grant may use.
pub struct Sides<'a> {
    pub platform: &'a Platform,
    pub app: &'a App,
    pub http: PlatformClient,
    pub held: Vec<Held>,
    /// The connections behind `held`, to be told when the platform refuses one.
    pub connections: Vec<Connection>,
}

impl Sides<'_> {
    pub fn cx<'b>(&'b self, desk: &'b Desk) -> Cx<'b> {
        Cx {
            manifest: &self.platform.manifest,
            app: self.app,
            credentials: &self.held,
            http: &self.http,
            clock: &desk.clock,
        }
    }

    pub fn connection(&self, side: Side) -> Option<&Connection> {
        self.connections.iter().find(|c| c.side == side.as_str())
    }
}

/// Why a grant's platform cannot be spoken to at all.
#[derive(Debug, thiserror::Error)]
pub enum SidesError {
    #[error("the platform {0} is not part of this program")]
    NoPlatform(String),
    #[error("no app is set up for {0}: add platforms.{0}.client_id and client_secret to the configuration")]
    NoApp(String),
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl From<StoreError> for SidesError {
    fn from(e: StoreError) -> Self {
        Self::Key(KeyError::Store(e))
    }
}

pub async fn of_grant<'a>(desk: &'a Desk, scope: &Scope, row: &GrantRow) -> Result<Sides<'a>, SidesError> {
    let found = desk.store.find_grant_with_connections(scope, &row.id).await?;
    with(desk, scope, row, found.map(|(_, connections)| connections).unwrap_or_default()).await
}

/// The same with the grant's connections at hand.
pub async fn with<'a>(
    desk: &'a Desk,
    scope: &Scope,
    row: &GrantRow,
    connections: Vec<Connection>,
) -> Result<Sides<'a>, SidesError> {
    let mut sides = of_platform(desk, &row.platform)?;
    let is_clients = row.is_share() || takes_part(sides.platform, row, Side::Client);
    for connection in connections {
        // Whoever only said which one is theirs gives and reads nothing.
        let facts = sides.platform.manifest.sign_in(&connection.sign_in);
        let only_tells = facts.is_ok_and(|facts| facts.tells.is_some());
        if only_tells || (connection.side == Side::Client.as_str() && !is_clients) {
            continue;
        }
        add(desk, scope, &mut sides, connection).await?;
    }
    Ok(sides)
}

/// Whether this side reads such a grant, or takes it away.
fn takes_part(platform: &Platform, row: &GrantRow, side: Side) -> bool {
    let facts = platform.manifest.facts_for(&AssetType::new(&row.asset_type), &row.principal_kind);
    let Ok(facts) = facts else { return false };
    facts.levels.values().any(|level| level.verify.contains(&side) || level.revoke.contains(&side))
}

/// The same with one connection only, for reading on behalf of whoever just signed in.
pub async fn of_connection<'a>(
    desk: &'a Desk,
    scope: &Scope,
    connection: Connection,
) -> Result<Sides<'a>, SidesError> {
    let mut sides = of_platform(desk, &connection.platform)?;
    add(desk, scope, &mut sides, connection).await?;
    Ok(sides)
}

pub fn of_platform<'a>(desk: &'a Desk, id: &str) -> Result<Sides<'a>, SidesError> {
    let platform = desk.registry.find(id).ok_or_else(|| SidesError::NoPlatform(id.to_owned()))?;
    let app = desk.apps.get(id).ok_or_else(|| SidesError::NoApp(id.to_owned()))?;
    let http = desk.platform_client(platform);
    Ok(Sides { platform, app, http, held: Vec::new(), connections: Vec::new() })
}

async fn add(desk: &Desk, scope: &Scope, sides: &mut Sides<'_>, c: Connection) -> Result<(), SidesError> {
    let (mut c, mut credential) = (c, None);
    if let Some(kept) = open(desk, scope, &c).await? {
        match kept.is_over(desk.clock.now()) {
            false => credential = Some(kept),
            true => (c, credential) = renewed(desk, scope, sides, c, &kept).await?,
        }
    }
    if let Some(credential) = credential {
        let side = if c.side == "agency" { Side::Agency } else { Side::Client };
        let (connection, sign_in) = (c.id.to_string(), c.sign_in.clone());
        sides.held.push(Held { side, connection, sign_in, credential });
    }
    sides.connections.push(c);
    Ok(())
}

async fn open(desk: &Desk, scope: &Scope, c: &Connection) -> Result<Option<Credential>, SidesError> {
    let Some(sealed) = c.credential.as_ref().filter(|_| c.state == "active") else { return Ok(None) };
    let plain = desk.open(scope, At("connection", "credential", c.id.as_str()), sealed).await?;
    Ok(Credential::from_sealable(&plain))
}

/// The platform takes this sign-in no more: somebody has to sign in again.
pub fn needs_sign_in(desk: &Desk, c: &Connection, request: Option<&RequestId>) -> Vec<Write> {
    let Some(state) = connection::State::parse(&c.state) else { return Vec::new() };
    let Ok((next, effects)) = connection::next(state, connection::Event::Refused) else {
        return Vec::new();
    };
    if next == state {
        return Vec::new();
    }
    let data = json!({"from": state.as_str(), "to": next.as_str(), "platform": c.platform});
    let mut out = vec![
        Write::ConnectionState { id: c.id.clone(), rev: c.rev, state: next.as_str() },
        Write::EraseAsked { connection: c.id.clone(), at: desk.now_ms() },
        record::audit(desk, "connection.changed", c.id.as_str(), request, data),
    ];
    out.extend(record::events(desk, &effects, c.id.as_str(), request));
    out
}

/// A new credential for one that is over, where the platform offers one: asked for once, and kept before anything
/// is done with it. When its answer is lost the old one may be spent: then the person signs in again (F16).
async fn renewed(
    desk: &Desk,
    scope: &Scope,
    sides: &Sides<'_>,
    c: Connection,
    old: &Credential,
) -> Result<(Connection, Option<Credential>), SidesError> {
    let Ok(facts) = sides.platform.manifest.sign_in(&c.sign_in) else { return Ok((c, None)) };
    if facts.refresh.is_none() || old.refresh_token.is_none() {
        return Ok((c, None));
    }
    if !defence::turns() {
        return refreshed(desk, scope, sides, c).await;
    }
    // A refresh token is spent once, so one at a time: whoever it is, on whichever node.
    let key = format!("refresh {}", c.id);
    let begun = loop {
        let now = desk.now_ms();
        if desk.store.begin_alone(key.clone(), now, now - ALONE_MS).await? {
            break now;
        }
        tokio::time::sleep(ASK_AGAIN).await;
    };
    let done = refreshed(desk, scope, sides, c).await;
    desk.store.end_alone(key, begun).await?;
    done
}

/// The same, while nobody else does it.
async fn refreshed(
    desk: &Desk,
    scope: &Scope,
    sides: &Sides<'_>,
    c: Connection,
) -> Result<(Connection, Option<Credential>), SidesError> {
    let Ok(facts) = sides.platform.manifest.sign_in(&c.sign_in) else { return Ok((c, None)) };
    let now = desk.clock.now();
    // Somebody else may have been here while we waited.
    let Some(c) = desk.store.find_connection(scope, &c.id).await? else { return Ok((c, None)) };
    let Some(old) = open(desk, scope, &c).await? else { return Ok((c, None)) };
    if !old.is_over(now) {
        return Ok((c, Some(old)));
    }
    let with = Exchange { http: &sides.http, sign_in: facts, app: sides.app, now };
    let new = match sign_in::refresh(&with, &old).await {
        Ok(Some(new)) => new,
        Ok(None) => return Ok((c, None)),
        Err(e) => {
            tracing::warn!(error = %e, connection = %c.id, "a sign-in was not refreshed");
            let there = still_there(desk, scope, c).await?;
            if there.1.is_none() && matches!(e.kind, ErrorKind::Rejected(_)) {
                let writes = needs_sign_in(desk, &there.0, None);
                match desk.store.commit(point!("refresh refused"), scope, writes).await {
                    Ok(()) | Err(StoreError::Stale(_)) => {}
                    Err(e) => return Err(e.into()),
                }
            }
            return Ok(there);
        }
    };
    let place = At("connection", "credential", c.id.as_str());
    let sealed = desk.seal(scope, place, &new.to_sealable()).await?;
    let kept = Write::Credential { id: c.id.clone(), rev: c.rev, sealed: sealed.clone() };
    match desk.store.commit(point!("refreshed"), scope, vec![kept]).await {
        Ok(()) => {
            let c = Connection { rev: c.rev + 1, credential: Some(sealed), ..c };
            Ok((c, Some(new)))
        }
        Err(StoreError::Stale(_)) => still_there(desk, scope, c).await,
        Err(e) => Err(e.into()),
    }
}

/// What another process may have kept meanwhile.
async fn still_there(
    desk: &Desk,
    scope: &Scope,
    c: Connection,
) -> Result<(Connection, Option<Credential>), SidesError> {
    let Some(c) = desk.store.find_connection(scope, &c.id).await? else { return Ok((c, None)) };
    let credential = open(desk, scope, &c).await?.filter(|k| !k.is_over(desk.clock.now()));
    Ok((c, credential))
}
