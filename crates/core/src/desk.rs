//! What every part of the server works with: store, keys, clock, platforms, the way out.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::Notify;
use url::Url;
use valetkey_connectors::{Platform, Registry};
use valetkey_sdk::app::App;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::{Budget, Egress, PlatformClient};
use valetkey_sdk::random::Random;
use zeroize::Zeroizing;

use crate::defence;
use crate::dns::Dns;
use crate::engine::state::grant::Run;
use crate::ids::AgencyId;
use crate::limits::Limits;
use crate::mail::Mailer;
use crate::store::agencies::Agency;
use crate::store::{Scope, Store, StoreError};
use crate::streams::Streams;
use crate::vault::{self, DataKey, KeyRing, LookupKey, MasterKey, Place, Purpose, VaultError};

/// Shared by all handlers and workers; cheap to clone.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

pub struct Inner {
    pub store: Store,
    pub clock: Clock,
    pub random: Random,
    pub registry: Registry,
    /// The operator's apps, by platform id. A platform without one offers its guided steps.
    pub apps: BTreeMap<String, App>,
    pub egress: Egress,
    pub transport: reqwest::Client,
    /// What may be called now: limits that platforms told, and pauses.
    pub budget: Budget,
    /// Whom to ask of domains.
    pub dns: Dns,
    /// Who takes mail.
    pub mailer: Mailer,
    pub public_url: Url,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// New or due work: the engine wakes up.
    pub wake: Notify,
    /// How often callers of the API may call.
    pub limits: Limits,
    /// Open pages that hear of changes.
    pub streams: Streams,
    master: MasterKey,
    links: LookupKey,
    sessions: LookupKey,
    forms: LookupKey,
    rings: Mutex<BTreeMap<AgencyId, Arc<KeyRing>>>,
    /// The server was told to stop: it ends what is open, and wants nothing new.
    pub stopping: AtomicBool,
    /// Set once, by whoever starts the server where no other process can be at work.
    only_run: OnceLock<Run>,
}

impl std::ops::Deref for Desk {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// What [`Desk::new`] needs.
pub struct Parts {
    pub store: Store,
    pub clock: Clock,
    pub random: Random,
    pub apps: BTreeMap<String, App>,
    pub egress: Egress,
    pub dns: Dns,
    pub mailer: Mailer,
    pub public_url: Url,
    pub trusted_proxies: Vec<IpAddr>,
    pub master: MasterKey,
}

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Desk {
    pub fn new(parts: Parts) -> valetkey_sdk::Result<Self> {
        Ok(Self::with(parts, Registry::new(), PlatformClient::transport()?))
    }

    /// The same with platforms and a transport that were made before.
    pub fn with(parts: Parts, registry: Registry, transport: reqwest::Client) -> Self {
        let Parts { store, clock, random, apps, egress, dns, mailer, public_url, trusted_proxies, master } =
            parts;
        Self(Arc::new(Inner {
            store,
            clock,
            random,
            registry,
            apps,
            egress,
            transport,
            budget: Budget::default(),
            dns,
            mailer,
            public_url,
            trusted_proxies,
            wake: Notify::new(),
            limits: Limits::default(),
            streams: Streams::default(),
            links: master.derive(Purpose::LinkLookup),
            sessions: master.derive(Purpose::SessionLookup),
            forms: master.derive(Purpose::Csrf),
            master,
            rings: Mutex::default(),
            stopping: AtomicBool::new(false),
            only_run: OnceLock::new(),
        }))
    }
}

impl Inner {
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Whatever is under way in the database was begun by a process that is gone, and nobody else will begin
    /// anything. Only who holds the database alone may say so, before the engine starts.
    pub fn begin_only_run(&self) {
        let name = self.random.token().expose()[..12].to_owned();
        self.only_run.get_or_init(|| Run { name, since: self.clock.now() });
    }

    /// This run, where no other process can be at work.
    pub fn only_run(&self) -> Option<&Run> {
        self.only_run.get()
    }

    /// The way out to one platform.
    pub fn platform_client(&self, platform: &Platform) -> PlatformClient {
        let client = PlatformClient::new(&self.transport, &self.egress, &platform.manifest);
        if !defence::told_limits() {
            return client;
        }
        client.with_budget(self.budget.clone(), self.clock.clone())
    }

    /// Keyed hash of a link's token.
    pub fn hash_link(&self, token: &str) -> String {
        self.links.hash(token)
    }

    /// Keyed hash of a cookie, ticket, state or API key.
    pub fn hash_session(&self, token: &str) -> String {
        self.sessions.hash(token)
    }

    /// The form token that belongs to this cookie or link.
    pub fn form_token(&self, of: &str) -> String {
        self.forms.hash(of)
    }

    /// A new agency's wrapped data key.
    pub fn new_data_key(&self, agency: &AgencyId) -> Vec<u8> {
        DataKey::generate(&self.random, agency.as_str(), 1).wrap(&self.master, &self.random)
    }

    pub fn audit_head_seed(&self) -> Zeroizing<[u8; 32]> {
        self.master.audit_head_seed()
    }

    /// Fails when the master key is not the one that this agency's data key was wrapped with.
    pub fn check_master_key(&self, agency: &Agency) -> Result<(), VaultError> {
        DataKey::from_wrapped(&self.master, agency.id.as_str(), &agency.data_key).map(drop)
    }

    /// Seals a value for one place of the agency's rows.
    pub async fn seal(&self, scope: &Scope, at: At<'_>, plain: &[u8]) -> Result<Vec<u8>, KeyError> {
        let ring = self.ring(scope).await?;
        Ok(vault::seal(ring.newest(), &self.random, at.place(scope), plain)?)
    }

    /// Opens what [`Self::seal`] made for the same place.
    pub async fn open(
        &self,
        scope: &Scope,
        at: At<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let ring = self.ring(scope).await?;
        Ok(vault::open(&ring, at.place(scope), sealed)?)
    }

    async fn ring(&self, scope: &Scope) -> Result<Arc<KeyRing>, KeyError> {
        let cached = self.rings.lock().unwrap_or_else(PoisonError::into_inner).get(scope.agency()).cloned();
        if let Some(ring) = cached {
            return Ok(ring);
        }
        let agency = self.store.get_agency(scope).await?;
        let key = DataKey::from_wrapped(&self.master, agency.id.as_str(), &agency.data_key)?;
        let ring = Arc::new(KeyRing::new(agency.id.as_str(), 1, vec![key])?);
        let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        rings.insert(agency.id, Arc::clone(&ring));
        Ok(ring)
    }
}

/// Table, column and row of a sealed value.
#[derive(Clone, Copy)]
pub struct At<'a>(pub &'static str, pub &'static str, pub &'a str);

impl<'a> At<'a> {
    fn place(self, scope: &'a Scope) -> Place<'a> {
        Place { agency: scope.agency().as_str(), table: self.0, column: self.1, row: self.2 }
    }
}
