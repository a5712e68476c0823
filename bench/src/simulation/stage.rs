//! What a history is played on: one store in memory, the clock, agencies with their sign-ins, the desks.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Context, Poll, Waker};

use jiff::Timestamp;
use reqwest::Client;
use serde_json::json;
use valetkey::desk::{At, Desk, Parts};
use valetkey::dns::Dns;
use valetkey::engine::record;
use valetkey::ids::{AgencyId, ConnectionId, GranteeId, ItemId, MemberId};
use valetkey::mail::Mailer;
use valetkey::pace::Pace;
use valetkey::store::agencies::{Agency, Member};
use valetkey::store::connections::Connection;
use valetkey::store::grantees::Grantee;
use valetkey::store::jobs::Listed;
use valetkey::store::{Scope, Store, Write};
use valetkey::vault::MasterKey;
use valetkey_connectors::Registry;
use valetkey_sdk::app::App;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::{Egress, PlatformClient};
use valetkey_sdk::random::Random;
use valetkey_sdk::secret::Secret;
use valetkey_sdk::sign_in::Credential;

use super::dice::Dice;
use super::platforms::{KINDS, platforms};
use super::world::{Shared, World, lock};
use crate::judge::{Key, Named};

/// Where a history begins.
pub const START: &str = "2026-11-23T06:00:00Z";
pub const BROWSER: &str = "the client's browser";

/// Made once: it is never used, and costs the reading of certificates.
static TRANSPORT: LazyLock<Client> = LazyLock::new(|| PlatformClient::transport().expect("a transport"));

thread_local! {
    /// The last history's, without its rows: making the tables takes as long as a short history.
    static STORE: RefCell<Option<Store>> = const { RefCell::new(None) };
}

pub struct Stage {
    pub world: Shared,
    pub clock: Clock,
    random: Random,
    /// What a process is held up by at each commit.
    pace: Pace,
    /// How many processes were started.
    started: Cell<u32>,
    /// What happens without a stop.
    pub quiet: Desk,
    pub agencies: Vec<AgencyHere>,
    /// All jobs as they were after so many transactions.
    jobs: RefCell<(u64, Rc<[Listed]>)>,
}

pub struct AgencyHere {
    pub scope: Scope,
    /// Who receives the access, by platform.
    pub grantees: BTreeMap<&'static str, Grantee>,
}

/// Runs what nothing holds up.
pub fn at_once<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

impl Stage {
    pub fn set(seed: u64, traced: bool) -> Self {
        let start: Timestamp = START.parse().expect("a time");
        let clock = Clock::mock(start);
        let random = Random::seeded(seed);
        let world = Arc::new(Mutex::new(World::new(Dice::new(seed), clock.clone(), traced)));
        let store = match STORE.take() {
            Some(last) => last.emptied(),
            None => at_once(Store::open(std::path::Path::new(":memory:"), clock.now_ms())),
        };
        let store = store.expect("a store in memory");
        STORE.set(Some(store.clone()));
        let of = Arc::downgrade(&world);
        let pace = Pace::new(move || {
            let Some(world) = of.upgrade() else { return 0 };
            let mut world = lock(&world);
            u32::try_from(world.dice.below(4)).unwrap_or(0)
        });
        let quiet = desk(&store, &clock, &random, &world);
        let started = Cell::new(0);
        let jobs = RefCell::new((u64::MAX, Rc::from([])));
        let mut stage = Self { world, clock, random, pace, started, quiet, agencies: Vec::new(), jobs };
        let agencies = 1 + lock(&stage.world).dice.below(2);
        for number in 0..agencies {
            let agency = stage.add_agency(number);
            stage.agencies.push(agency);
        }
        stage
    }

    /// A process that was just started, and its name: it remembers nothing but the store.
    pub fn start(&self) -> (String, Desk) {
        self.started.set(self.started.get() + 1);
        let name = format!("process {}", self.started.get());
        let store = self.quiet.store.paced(self.pace.clone());
        store.begin_node(name.clone());
        (name, desk(&store, &self.clock, &self.random, &self.world))
    }

    /// All jobs, read again only when something was committed since.
    pub fn jobs(&self) -> Rc<[Listed]> {
        let committed = self.quiet.store.counters().transactions;
        let mut kept = self.jobs.borrow_mut();
        if kept.0 != committed {
            let all = at_once(self.quiet.store.list_jobs_as_operator(false)).expect("the store answers");
            *kept = (committed, all.into());
        }
        Rc::clone(&kept.1)
    }

    /// What a person's press runs in.
    pub fn desk(&self) -> Desk {
        self.start().1
    }

    fn add_agency(&self, number: usize) -> AgencyHere {
        let (clock, random) = (&self.clock, &self.random);
        let id = AgencyId::new(clock, random);
        let agency = Agency {
            data_key: self.quiet.new_data_key(&id),
            id,
            name: format!("Agency {number}"),
            domain: None,
            accent: None,
            logo: None,
            created_at: clock.now_ms(),
        };
        let owner = Member {
            id: MemberId::new(clock, random),
            name: "Kim".into(),
            email: "kim@agency.example".into(),
            role: "owner".into(),
        };
        let scope = at_once(self.quiet.store.add_agency(agency, owner)).expect("an agency");
        let mut grantees = BTreeMap::new();
        for kind in KINDS {
            let grantee = Grantee {
                id: GranteeId::new(clock, random),
                platform: kind.id.into(),
                kind: "partner".into(),
                external_id: format!("agency{number}"),
                label: "Agency".into(),
                within: None,
                connection_id: None,
                proven_at: Some(clock.now_ms()),
            };
            grantees.insert(kind.id, self.agency_signs_in(&scope, grantee));
        }
        AgencyHere { scope, grantees }
    }

    /// The agency signs in at a platform, at first or once more.
    pub fn agency_signs_in(&self, scope: &Scope, grantee: Grantee) -> Grantee {
        let connection = self.connection(scope, &grantee.platform, "agency", None);
        let grantee = Grantee { connection_id: Some(connection.id.clone()), ..grantee };
        let writes = vec![
            record::audit(&self.quiet, "connection.made", connection.id.as_str(), None, json!({})),
            Write::Grantee(grantee.clone()),
            Write::NewConnection(Box::new(connection)),
        ];
        at_once(self.quiet.store.commit(valetkey_sdk::point!("trial"), scope, writes))
            .expect("nobody is in the way");
        grantee
    }

    /// What signing in leaves: a credential that the platform knows.
    pub fn connection(&self, scope: &Scope, platform: &str, side: &str, item: Option<ItemId>) -> Connection {
        let id = ConnectionId::new(&self.clock, &self.random);
        let token = format!("token of {id}");
        lock(&self.world).tokens.insert(token.clone());
        let credential =
            Credential { access_token: Secret::new(token), refresh_token: None, expires_at: None };
        let place = At("connection", "credential", id.as_str());
        let sealed = at_once(self.quiet.seal(scope, place, &credential.to_sealable())).expect("sealed");
        Connection {
            side: side.into(),
            item_id: item,
            member_id: None,
            platform: platform.into(),
            sign_in: platform.into(),
            state: "active".into(),
            browser_hash: self.quiet.hash_session(BROWSER),
            identity: json!({"id": "1", "name": "Olivia", "scopes": null}).to_string(),
            credential: Some(sealed),
            created_at: self.clock.now_ms(),
            rev: 0,
            id,
        }
    }

    pub fn key(&self, agency: usize, platform: &str, asset: &str) -> Key {
        let asset = Named { kind: "thing".into(), id: asset.into() };
        let principal = Named { kind: "partner".into(), id: format!("agency{agency}") };
        Key { platform: platform.into(), asset, principal }
    }
}

fn desk(store: &Store, clock: &Clock, random: &Random, world: &Shared) -> Desk {
    let app = App { client_id: "app".into(), client_secret: Secret::new("secret"), extra: BTreeMap::new() };
    let parts = Parts {
        store: store.clone(),
        clock: clock.clone(),
        random: random.clone(),
        apps: KINDS.iter().map(|kind| (kind.id.to_owned(), app.clone())).collect(),
        egress: Egress::default(),
        dns: Dns::of_servers(Vec::new()),
        mailer: Mailer::nobody(),
        public_url: "https://valetkey.example".parse().expect("an address"),
        trusted_proxies: Vec::new(),
        master: MasterKey::generate(&Random::seeded(1)),
    };
    Desk::with(parts, Registry::of(platforms(world)), TRANSPORT.clone())
}
