//! The credentials at hand for one grant: the client's connection of its card, the agency's of its grantee.

use valetkey_sdk::access::Side;
use valetkey_sdk::app::App;
use valetkey_sdk::connector::{Cx, Held};
use valetkey_sdk::http::PlatformClient;
use valetkey_sdk::sign_in::Credential;

use valetkey_connectors::Platform;

use crate::desk::{At, Desk, KeyError};
use crate::store::connections::Connection;
use crate::store::grants::GrantRow;
use crate::store::{Scope, StoreError};

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
    let mut sides = of_platform(desk, &row.platform)?;
    for connection in desk.store.list_connections_of_grant(scope, &row.id).await? {
        add(desk, scope, &mut sides, connection).await?;
    }
    Ok(sides)
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
    if c.state == "active"
        && let Some(sealed) = &c.credential
    {
        let plain = desk.open(scope, At("connection", "credential", c.id.as_str()), sealed).await?;
        let credential = Credential::from_sealable(&plain).filter(|k| !k.is_over(desk.clock.now()));
        let side = if c.side == "agency" { Side::Agency } else { Side::Client };
        if let Some(credential) = credential {
            let (connection, sign_in) = (c.id.to_string(), c.sign_in.clone());
            sides.held.push(Held { side, connection, sign_in, credential });
        }
    }
    sides.connections.push(c);
    Ok(())
}
