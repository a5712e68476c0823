//! The engine on its real store without pages and HTTP: agencies with sign-ins at model platforms. For figures that
//! are about the engine and its database alone.

pub mod client;
pub mod model;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::json;
use valetkey::desk::{At, Desk, Parts};
use valetkey::dns::Dns;
use valetkey::engine::record;
use valetkey::ids::{AgencyId, ConnectionId, GranteeId, ItemId, MemberId};
use valetkey::mail::Mailer;
use valetkey::store::agencies::{Agency, Member};
use valetkey::store::connections::Connection;
use valetkey::store::grantees::Grantee;
use valetkey::store::grants::Filter;
use valetkey::store::{Place, Scope, Store, Write};
use valetkey::vault::MasterKey;
use valetkey_connectors::{Platform, Registry};
use valetkey_sdk::app::App;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::{Egress, PlatformClient};
use valetkey_sdk::point;
use valetkey_sdk::random::Random;
use valetkey_sdk::secret::Secret;
use valetkey_sdk::sign_in::Credential;

/// The browser of every client here.
const BROWSER: &str = "the client's browser";
/// Between two questions whether everything is done.
const PAUSE: Duration = Duration::from_millis(10);
/// A question takes time that others then do not have: where it takes long, it is this many times as long.
const PAUSES: u32 = 20;
const PATIENCE: Duration = Duration::from_secs(600);
/// Grants of one page of a list.
const PAGE: i64 = 1_000;

/// A desk, and agencies that can be given access at each of its platforms.
pub struct Field {
    pub desk: Desk,
    pub agencies: Vec<Scope>,
    platforms: Vec<String>,
}

impl Field {
    /// # Errors
    /// If the database cannot be used.
    pub async fn open(
        place: Place,
        clock: Clock,
        platforms: Vec<Platform>,
        egress: Egress,
    ) -> anyhow::Result<Self> {
        let app =
            App { client_id: "app".into(), client_secret: Secret::new("secret"), extra: BTreeMap::new() };
        let names: Vec<String> = platforms.iter().map(|p| p.manifest.id.clone()).collect();
        let parts = Parts {
            store: Store::open(place, clock.now_ms()).await?,
            clock,
            random: Random::system(),
            apps: names.iter().map(|name| (name.clone(), app.clone())).collect(),
            egress,
            public_url: "https://valetkey.example".parse()?,
            trusted_proxies: Vec::new(),
            dns: Dns::of_servers(Vec::new()),
            mailer: Mailer::nobody(),
            // The same in each process of a run: what one seals the others open.
            master: MasterKey::generate(&Random::seeded(1)),
        };
        let desk = Desk::with(parts, Registry::of(platforms), PlatformClient::transport()?);
        Ok(Self { desk, agencies: Vec::new(), platforms: names })
    }

    /// An agency that is signed in at each platform.
    pub async fn add_agency(&mut self) -> anyhow::Result<()> {
        let (desk, clock, random) = (&self.desk, &self.desk.clock, &self.desk.random);
        let id = AgencyId::new(clock, random);
        let agency = Agency {
            data_key: desk.new_data_key(&id),
            id,
            name: format!("Agency {}", self.agencies.len()),
            domain: None,
            accent: None,
            logo: None,
            created_at: clock.now_ms(),
        };
        let owner = Member {
            id: MemberId::new(clock, random),
            name: "Kim".into(),
            email: format!("kim@agency{}.example", self.agencies.len()),
            role: "owner".into(),
        };
        let scope = desk.store.add_agency(agency, owner).await?;
        for platform in &self.platforms {
            let connection = connection(desk, &scope, platform, "agency", None).await?;
            let grantee = Grantee {
                id: GranteeId::new(clock, random),
                platform: platform.clone(),
                kind: "partner".into(),
                external_id: format!("agency{}", self.agencies.len()),
                label: "Agency".into(),
                within: None,
                connection_id: Some(connection.id.clone()),
                proven_at: Some(clock.now_ms()),
            };
            let writes = vec![
                record::audit(desk, "connection.made", connection.id.as_str(), None, json!({})),
                Write::Grantee(grantee),
                Write::NewConnection(Box::new(connection)),
            ];
            desk.store.commit(point!("bench"), &scope, writes).await?;
        }
        self.agencies.push(scope);
        Ok(())
    }

    /// Returns when nothing is due and nothing is under way.
    ///
    /// # Errors
    /// If that takes too long.
    pub async fn come_to_rest(&self) -> anyhow::Result<()> {
        let start = Instant::now();
        loop {
            let asked = Instant::now();
            if self.desk.store.count_open_jobs(self.desk.now_ms()).await? == 0 {
                return Ok(());
            }
            ensure!(start.elapsed() < PATIENCE, "it does not come to rest within {PATIENCE:?}");
            tokio::time::sleep(PAUSE.max(asked.elapsed() * PAUSES)).await;
        }
    }

    /// How many grants are verified to be there.
    pub async fn count_active(&self) -> anyhow::Result<usize> {
        Ok(self.times().await?.len())
    }

    /// From the approval to the last change, for each grant that is verified to be there.
    pub async fn times(&self) -> anyhow::Result<Vec<Duration>> {
        let active = Filter { word: Some("active".into()), ..Filter::default() };
        let mut times = Vec::new();
        for scope in &self.agencies {
            let mut before: Option<(i64, String)> = None;
            loop {
                let at = before.as_ref().map(|(at, id)| (*at, id.as_str()));
                let rows = self.desk.store.list_grants(scope, &active, at, PAGE).await?;
                let time = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or(0));
                times.extend(rows.iter().map(|row| time(row.changed_at - row.created_at)));
                match rows.last() {
                    Some(last) => before = Some((last.created_at, last.id.to_string())),
                    None => break,
                }
            }
        }
        Ok(times)
    }
}

/// What signing in leaves.
async fn connection(
    desk: &Desk,
    scope: &Scope,
    platform: &str,
    side: &str,
    item: Option<ItemId>,
) -> anyhow::Result<Connection> {
    let id = ConnectionId::new(&desk.clock, &desk.random);
    let credential = Credential {
        access_token: Secret::new(format!("token of {id}")),
        refresh_token: None,
        expires_at: None,
    };
    let place = At("connection", "credential", id.as_str());
    let sealed = desk.seal(scope, place, &credential.to_sealable()).await?;
    Ok(Connection {
        side: side.into(),
        item_id: item,
        member_id: None,
        platform: platform.into(),
        sign_in: platform.into(),
        state: "active".into(),
        browser_hash: desk.hash_session(BROWSER),
        identity: json!({"id": "1", "name": "Olivia", "scopes": null}).to_string(),
        credential: Some(sealed),
        created_at: desk.clock.now_ms(),
        rev: 0,
        id,
    })
}

/// Several at once, each on a task of its own.
pub async fn side_by_side<T, F>(all: Vec<F>) -> anyhow::Result<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = anyhow::Result<T>> + Send + 'static,
{
    let mut tasks: Vec<tokio::task::JoinHandle<anyhow::Result<T>>> = Vec::new();
    for one in all {
        tasks.push(tokio::spawn(one));
    }
    let mut out = Vec::new();
    for task in tasks {
        out.push(task.await??);
    }
    Ok(out)
}
