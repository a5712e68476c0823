//! A platform in a few lines: access is effective at once, and every call takes a given time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
#[cfg(test)]
use tokio::sync::Semaphore;
use valetkey_connectors::Platform;
use valetkey_sdk::access::{AssetRef, Entitlement, EntitlementState, Path, Principal, Roles, Side, Wish};
use valetkey_sdk::connector::{Connector, Cx, Identity, Outcome};
use valetkey_sdk::manifest;
use valetkey_sdk::page::{Cursor, Page, Sight};
use valetkey_sdk::words::Words;
use valetkey_sdk::{Error, ErrorKind, Result};

/// Calls of one grant that follow each other: read, share, read.
pub const CALLS: u32 = 3;

/// Who has which roles on what, and how long a call takes.
#[derive(Default)]
pub struct Model {
    latency: Duration,
    /// Calls wait for being let through, where there is one.
    #[cfg(test)]
    gate: Option<Gate>,
    held: Mutex<HashMap<(String, String), Roles>>,
}

/// Where calls wait until a test lets them through.
#[cfg(test)]
struct Gate {
    arrived: Semaphore,
    open: Semaphore,
}

impl Model {
    pub fn new(latency: Duration) -> Arc<Self> {
        Arc::new(Self { latency, ..Self::default() })
    }

    /// Each call waits until it is [let through](Self::let_one_through).
    #[cfg(test)]
    pub fn gated() -> Arc<Self> {
        let gate = Gate { arrived: Semaphore::new(0), open: Semaphore::new(0) };
        Arc::new(Self { gate: Some(gate), ..Self::default() })
    }

    /// Waits for the next call and, after `meanwhile`, lets it through.
    #[cfg(test)]
    pub async fn let_one_through(&self, meanwhile: impl FnOnce()) {
        let gate = self.gate.as_ref().expect("a gate");
        gate.arrived.acquire().await.expect("open").forget();
        meanwhile();
        gate.open.add_permits(1);
    }

    fn held(&self) -> MutexGuard<'_, HashMap<(String, String), Roles>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many accesses there are.
    pub fn count(&self) -> usize {
        self.held().len()
    }

    /// There and back.
    async fn travel(&self) {
        #[cfg(test)]
        if let Some(gate) = &self.gate {
            gate.arrived.add_permits(1);
            if let Ok(through) = gate.open.acquire().await {
                through.forget();
            }
        }
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
    }

    pub fn roles(&self, on: &AssetRef, who: &Principal) -> Option<Roles> {
        self.held().get(&key(on, who)).cloned()
    }

    pub fn give(&self, on: &AssetRef, who: &Principal, roles: Roles) {
        self.held().insert(key(on, who), roles);
    }
}

fn key(on: &AssetRef, who: &Principal) -> (String, String) {
    (on.id().unwrap_or_default().to_owned(), who.id.clone())
}

struct Modelled(Arc<Model>);

#[async_trait]
impl Connector for Modelled {
    async fn identify(&self, _cx: &Cx<'_>, _side: Side) -> Result<Identity> {
        Err(Error::unsupported("signing in"))
    }

    async fn entitlements(
        &self,
        _cx: &Cx<'_>,
        _side: Side,
        on: &AssetRef,
        of: Option<&Principal>,
        _at: Cursor,
    ) -> Result<Page<Entitlement>> {
        let who = of.ok_or_else(|| Error::unsupported("reading everybody"))?;
        self.0.travel().await;
        let roles = self.0.roles(on, who);
        let items = roles.into_iter().map(|roles| row(on, who, roles)).collect();
        Ok(Page { items, next: None, sight: Sight::Full })
    }

    async fn grant(&self, _cx: &Cx<'_>, wish: &Wish, _seen: Option<&Entitlement>) -> Result<Outcome> {
        self.0.travel().await;
        self.0.give(&wish.on, &wish.who, wish.roles());
        Ok(Outcome::Taken)
    }

    async fn accept(&self, _cx: &Cx<'_>, _pending: &Entitlement) -> Result<Outcome> {
        Err(Error::unsupported("accepting"))
    }

    async fn revoke(&self, _cx: &Cx<'_>, held: &Entitlement) -> Result<Outcome> {
        self.0.travel().await;
        match self.0.held().remove(&key(&held.on, &held.who)) {
            Some(_) => Ok(Outcome::Taken),
            None => Err(Error::new(ErrorKind::NotFound, "there is nothing to take away")),
        }
    }
}

/// What is there, as a platform shows it.
pub fn row(on: &AssetRef, who: &Principal, roles: Roles) -> Entitlement {
    Entitlement {
        on: on.clone(),
        who: who.clone(),
        name: None,
        roles,
        state: EntitlementState::Active,
        path: Path::Direct,
        native_id: None,
        until: None,
        two_factor: None,
    }
}

/// The platform of this id, of whose people so many grants are worked on at once.
///
/// # Errors
/// If its facts do not fit together.
pub fn platform(id: &str, parallel: usize, model: &Arc<Model>) -> anyhow::Result<Platform> {
    with(id, parallel, "", Arc::new(Modelled(Arc::clone(model))))
}

/// The same with other facts more, and spoken to by this connector.
///
/// # Errors
/// If its facts do not fit together.
pub fn with(
    id: &str,
    parallel: usize,
    more: &str,
    connector: Arc<dyn Connector>,
) -> anyhow::Result<Platform> {
    Ok(Platform {
        manifest: manifest::parse(&text(id, parallel, more)).map_err(anyhow::Error::msg)?,
        words: Words::parse("en", "").map_err(anyhow::Error::msg)?,
        guide: None,
        translations: Vec::new(),
        connector: Some(connector),
        simulator: None,
    })
}

fn text(id: &str, parallel: usize, more: &str) -> String {
    format!(
        "id = \"{id}\"\nname = \"{id}\"\ncategory = \"model\"\nhosts = [\"{id}.example\"]\nparallel = {parallel}\n\
         [[sources]]\nwhat = \"a model\"\nurl = \"https://{id}.example\"\nread = \"2026-11-29\"\n{more}\n\
         [[sign_in]]\nid = \"{id}\"\nkind = \"oauth2\"\nauthorize = \"https://{id}.example/a\"\n\
         token = \"https://{id}.example/t\"\n[[grantee]]\nkind = \"partner\"\nproven_by = \"shop\"\n\
         id = {{ refuse = '\\w+' }}\n\
         [[asset]]\ntype = \"shop\"\nsign_in = \"{id}\"\nid = {{ refuse = '\\w+' }}\n\
         [[asset]]\ntype = \"thing\"\nparent = \"shop\"\nsign_in = \"{id}\"\nid = {{ refuse = '\\w+' }}\n\
         change = \"in_place\"\nsettle_s = 60\n[asset.level.manage]\nroles = [\"see\", \"edit\"]\n\
         method = \"share\"\nverify = [\"client\"]\nrevoke = [\"client\"]\n"
    )
}
