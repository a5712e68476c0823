//! Everything on one machine, offline: simulated platforms, two agencies, a ready link.

mod control;
mod mailbox;
mod names;
mod seed;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;
use valetkey_connectors::Registry;
use valetkey_sdk::app::App;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::Egress;
use valetkey_sdk::random::Random;
use valetkey_sdk::sim::{Hub, Running};

use crate::app::agencies;
use crate::cli::start_simulators;
use crate::desk::{Desk, Parts};
use crate::dns::Dns;
use crate::mail::Mailer;
use crate::server::Server;
use crate::store::{Place, Store};
use crate::vault::MasterKey;

use self::seed::Seeded;

/// The demo's own database: never the name of a real server's.
const DATABASE: &str = "demo.db";
/// What the simulators keep.
const SIMULATORS: &str = "simulators.json";

/// Simulators get this long for what they are answering when the demo stops.
const SIMULATORS_STOP: Duration = Duration::from_secs(1);

/// What a demo needs to know.
pub struct Wanted {
    /// Kept and gone on with; a temporary folder that is removed otherwise.
    pub data: Option<PathBuf>,
    /// 0 picks a free one.
    pub port: u16,
    /// Simulators that run elsewhere.
    pub sim_url: Option<Url>,
    /// A database that is not a file of the folder.
    pub database: Option<Place>,
    /// The product's time.
    pub clock: Clock,
}

/// A running demo.
pub struct Demo {
    server: Server,
    simulators: Option<Running>,
    control: control::Control,
    _names: names::Names,
    /// The line that scripts read.
    pub described: Value,
    folder: Folder,
}

/// Where the demo keeps its data.
enum Folder {
    Kept(PathBuf),
    Temporary(PathBuf),
}

impl Folder {
    /// Where the simulated platforms keep what they know, if there is a next time.
    fn simulators(&self) -> Option<PathBuf> {
        match self {
            Self::Kept(path) => Some(path.join(SIMULATORS)),
            Self::Temporary(_) => None,
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) | Self::Temporary(path) => path,
        }
    }
}

impl Demo {
    pub async fn start(wanted: Wanted) -> anyhow::Result<Self> {
        let folder = folder(wanted.data)?;
        // Before the simulators: a second demo on the same port must not touch what the first one keeps.
        let address = SocketAddr::from(([127, 0, 0, 1], wanted.port));
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        forget_unfinished(folder.path())?;
        let clock = wanted.clock;
        let simulators = match &wanted.sim_url {
            Some(_) => None,
            None => {
                let any = SocketAddr::from(([127, 0, 0, 1], 0));
                let running = start_simulators(any, Clock::system(), None, folder.simulators()).await?;
                // Both were moved together before, so they go on together.
                clock.set_offset_ms(running.hub.clock.offset_ms());
                Some(running)
            }
        };
        let sim_url: Url = match (&wanted.sim_url, &simulators) {
            (Some(url), _) => url.clone(),
            (None, Some(running)) => running.url.parse()?,
            (None, None) => unreachable!("one of the two was just made"),
        };
        let public_url: Url = format!("http://localhost:{}", listener.local_addr()?.port()).parse()?;
        let database = wanted.database.unwrap_or_else(|| Place::File(folder.path().join(DATABASE)));
        let names = names::Names::start().await?;
        let dns = Dns::invented(names.address());
        let desk = desk(folder.path(), database, public_url, &sim_url, clock, dns).await?;
        names.set_all(&desk).await?;
        if desk.store.is_shared() && !seed::is_made(folder.path()) && desk.store.has_agency().await? {
            anyhow::bail!(
                "the database of --database-url holds agencies that this demo did not make: name an empty one, or \
                 with --data the folder that was used with it"
            );
        }
        let server = Server::start(desk.clone(), listener).await?;
        let seeded =
            seed::once(&desk, folder.path(), &names).await.context("the demo's data could not be made")?;
        let control = control::Control::start(desk.clone(), sim_url.clone()).await?;
        let described = describe(&desk, &sim_url, &control.url, &seeded).await?;
        Ok(Self { server, simulators, control, _names: names, described, folder })
    }

    /// How many database transactions there were since the start.
    pub fn transactions(&self) -> u64 {
        self.server.transactions()
    }

    pub async fn stop(self) {
        self.control.stop();
        self.server.stop().await;
        if let Some(running) = self.simulators {
            // What they know is kept with each answer, so a slow one need not be waited for.
            let _ = tokio::time::timeout(SIMULATORS_STOP, running.stop()).await;
        }
        if let Folder::Temporary(path) = &self.folder {
            // A folder that stays behind in the temporary directory does no harm.
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

fn folder(data: Option<PathBuf>) -> anyhow::Result<Folder> {
    let folder = match data {
        Some(path) => Folder::Kept(path),
        None => {
            let name = format!("valetkey-demo-{}", &Random::system().token().expose()[..12]);
            Folder::Temporary(std::env::temp_dir().join(name))
        }
    };
    let path = folder.path();
    std::fs::create_dir_all(path).with_context(|| format!("{} cannot be made", path.display()))?;
    Ok(folder)
}

/// A first start that was killed before its data was complete left nothing that anybody was told about.
fn forget_unfinished(folder: &Path) -> anyhow::Result<()> {
    if seed::is_made(folder) {
        return Ok(());
    }
    let database = ["", "-wal", "-shm"].map(|end| format!("{DATABASE}{end}"));
    let kept = [SIMULATORS.to_owned(), format!("{SIMULATORS}.key")];
    for name in database.iter().chain(&kept) {
        match std::fs::remove_file(folder.join(name)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(e).with_context(|| format!("{name} of an unfinished start cannot be removed"));
            }
            _ => {}
        }
    }
    Ok(())
}

async fn desk(
    folder: &Path,
    database: Place,
    public_url: Url,
    sim_url: &Url,
    clock: Clock,
    dns: Dns,
) -> anyhow::Result<Desk> {
    let key = folder.join("master.key");
    if !key.exists() {
        MasterKey::generate(&Random::system()).write_new(&key)?;
    }
    Ok(Desk::new(Parts {
        store: Store::open(database, clock.now_ms()).await?,
        clock,
        random: Random::system(),
        apps: apps()?,
        egress: Egress { all: Some(sim_url.clone()), ..Egress::default() },
        dns,
        mailer: Mailer::memory(),
        public_url,
        trusted_proxies: Vec::new(),
        master: MasterKey::load(&key)?,
    })?)
}

/// The apps that are registered in the simulators' default world.
fn apps() -> anyhow::Result<BTreeMap<String, App>> {
    let registry = Registry::new();
    let simulators = registry.iter().filter_map(|p| Some(Arc::from(p.simulator?()))).collect();
    let hub = Hub::new(simulators, Clock::system(), Random::system()).map_err(anyhow::Error::msg)?;
    let app = |id: &String| Some((id.clone(), hub.find_app(id)?));
    Ok(registry.iter().filter_map(|p| app(&p.manifest.id)).collect())
}

async fn describe(desk: &Desk, sim_url: &Url, control_url: &str, seeded: &Seeded) -> anyhow::Result<Value> {
    let (owner_scope, owner) = seeded.owner(desk).await?;
    let ticket = agencies::ticket(desk, &owner_scope, &owner).await?;
    let mut all = Vec::new();
    for (scope, agency) in desk.store.list_agencies_as_operator().await? {
        let members = desk.store.list_members(&scope).await?;
        let members: Vec<_> =
            members.iter().map(|m| json!({"id": m.id, "name": m.name, "role": m.role})).collect();
        let api_key = seeded.api_key(agency.id.as_str());
        all.push(json!({"id": agency.id, "name": agency.name, "api_key": api_key, "members": members}));
    }
    Ok(json!({
        "base_url": desk.public_url.as_str().trim_end_matches('/'),
        "dashboard_url": agencies::sign_in_address(desk, &ticket),
        "api_key": all.first().and_then(|a| a.get("api_key")),
        "request_url": seeded.request_url(desk),
        "sim_url": sim_url.as_str().trim_end_matches('/'),
        "control_url": control_url,
        "pid": std::process::id(),
        "agencies": all,
    }))
}
