//! One server with its simulators, on ports of their own, and the people who use it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;
use valetkey::app::agencies::{self, Added, NewAgency};
use valetkey::desk::{Desk, Parts};
use valetkey::dns::Dns;
use valetkey::mail::Mailer;
use valetkey::store::{Place, Store};
use valetkey::vault::MasterKey;
use valetkey::{engine, server as product};
use valetkey_connectors::Registry;
use valetkey_sdk::app::App;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::Egress;
use valetkey_sdk::random::Random;
use valetkey_sdk::sim::names::NameServer;
use valetkey_sdk::sim::{Running, Sims};

use crate::browser::Browser;
use crate::database::Database;
use crate::database::server::{self, proxy::Proxy};

pub const NORTHWIND: &str = "1558203947716620";
pub const TIDEWATER: &str = "248190375526410";
pub const HARBOUR: &str = "461820937451102";
pub const PAGE: &str = "108237461950233";
pub const PAGE_2: &str = "108237461950641";
pub const ACCOUNT: &str = "act_1183920475566102";

/// A running product. Everything runs on the test's own thread, so a defence taken away there is away everywhere.
pub struct TestApp {
    pub desk: Desk,
    pub clock: Clock,
    pub sims: Running,
    pub base: String,
    pub agency: Added,
    pub other_agency: Added,
    apps: BTreeMap<String, App>,
    key: PathBuf,
    folder: PathBuf,
    pub database: Database,
    /// Whom the product asks about domains.
    pub names: NameServer,
}

static NEXT: AtomicU64 = AtomicU64::new(0);

impl TestApp {
    /// Two agencies whose people signed in at the simulated platforms, and proved what is theirs.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same with the operator's apps set up differently.
    pub async fn start_with(set_up: impl Fn(&mut App)) -> Self {
        let app = Self::build(|apps| apps.values_mut().for_each(&set_up)).await;
        app.prove(&app.agency, "kim").await;
        app.prove(&app.other_agency, "sam").await;
        app
    }

    /// The same with somebody who takes mail.
    pub async fn start_mailing(mailer: Mailer) -> Self {
        let app = Self::build_with(None, mailer, |_| {}).await;
        app.prove(&app.agency, "kim").await;
        app
    }

    /// No app is set up anywhere, so nobody proved anything.
    pub async fn start_without_apps() -> Self {
        Self::build(BTreeMap::clear).await
    }

    /// On PostgreSQL, whatever the other tests use.
    pub async fn start_on_postgres() -> Self {
        let app = Self::build_on(Some(Database::on_server()), |_| {}).await;
        app.prove(&app.agency, "kim").await;
        app
    }

    /// On an SQLite file, whatever the other tests use.
    pub async fn start_on_sqlite() -> Self {
        let app = Self::build_on(Some(Database::File(PathBuf::new())), |_| {}).await;
        app.prove(&app.agency, "kim").await;
        app
    }

    /// On a database that the test has made.
    pub async fn start_on(database: Database) -> Self {
        let app = Self::build_on(Some(database), |_| {}).await;
        app.prove(&app.agency, "kim").await;
        app
    }

    /// On PostgreSQL behind a proxy that cuts where the test says.
    pub async fn start_behind_proxy() -> (Self, Proxy) {
        let Database::Server(mut database) = Database::on_server() else { panic!("on PostgreSQL") };
        let proxy = Proxy::before(&server::server().socket().expect("a server of our own"));
        database.url = proxy.url(database.name());
        (Self::start_on(Database::Server(database)).await, proxy)
    }

    /// Another process on the same database, without pages.
    pub async fn node(&self) -> Desk {
        self.node_on(self.database.place()).await
    }

    /// Another process with the same keys on another database.
    pub async fn node_on(&self, place: Place) -> Desk {
        self.node_with(place, self.clock.clone()).await
    }

    /// The same with a way to the database and a clock of its own.
    pub async fn node_with(&self, place: Place, clock: Clock) -> Desk {
        let store = Store::open(place, clock.now_ms()).await.expect("a store");
        self.desk_on(store, clock, &self.base)
    }

    /// Another process on this database. A file is one process's own, so there it shares the store and nothing else.
    pub async fn beside(&self) -> Desk {
        match &self.database {
            Database::Server(_) => self.node().await,
            Database::File(_) => self.desk_on(self.desk.store.clone(), self.clock.clone(), &self.base),
        }
    }

    /// The same with pages; its address.
    pub async fn second_node(&self) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let base = format!("http://localhost:{}", listener.local_addr().expect("bound").port());
        let store = match &self.database {
            Database::Server(_) => self.node().await.store.clone(),
            Database::File(_) => self.desk.store.clone(),
        };
        let router = product::router(&self.desk_on(store, self.clock.clone(), &base));
        tokio::spawn(async move { axum::serve(listener, product::with_addresses(router)).await });
        base
    }

    fn desk_on(&self, store: Store, clock: Clock, base: &str) -> Desk {
        let random = Random::seeded(NEXT.fetch_add(1, Ordering::SeqCst) + 500_000);
        Desk::new(Parts {
            store,
            clock,
            random,
            apps: self.apps.clone(),
            dns: Dns::of_servers(vec![self.names.address()]),
            mailer: self.desk.mailer.clone(),
            egress: Egress { all: Some(self.sims.url.parse().expect("an address")), ..Egress::default() },
            public_url: Url::parse(base).expect("an address"),
            trusted_proxies: Vec::new(),
            master: MasterKey::load(&self.key).expect("a key"),
        })
        .expect("a desk")
    }

    async fn build(set_up: impl FnOnce(&mut BTreeMap<String, App>)) -> Self {
        Self::build_on(None, set_up).await
    }

    async fn build_on(database: Option<Database>, set_up: impl FnOnce(&mut BTreeMap<String, App>)) -> Self {
        Self::build_with(database, Mailer::nobody(), set_up).await
    }

    async fn build_with(
        database: Option<Database>,
        mailer: Mailer,
        set_up: impl FnOnce(&mut BTreeMap<String, App>),
    ) -> Self {
        let seed = NEXT.fetch_add(1, Ordering::SeqCst);
        let clock = Clock::mock("2026-11-22T12:00:00Z".parse().expect("a time"));
        let random = Random::seeded(seed);
        let registry = Registry::new();
        let simulators = registry.iter().filter_map(|p| Some(p.simulator?()));
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let sims = Sims::new(simulators).listen(address, clock.clone(), random.clone()).await.expect("sims");
        let listener = TcpListener::bind(address).await.expect("a free port");
        let base = format!("http://localhost:{}", listener.local_addr().expect("bound").port());
        let folder =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("it-{}-{seed}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let database = match database {
            Some(Database::File(_)) => Database::File(folder.join("valetkey.db")),
            Some(database) => database,
            None => Database::make(&folder).await,
        };
        let store = Store::open(database.place(), clock.now_ms()).await.expect("a store");
        let mut apps: BTreeMap<_, _> = registry
            .iter()
            .filter_map(|p| Some((p.manifest.id.clone(), sims.hub.find_app(&p.manifest.id)?)))
            .collect();
        set_up(&mut apps);
        let names = NameServer::start().await.expect("a free port");
        let master = MasterKey::generate(&random);
        // Beside the data folder, which is searched for what must not be in it.
        let key = folder.with_extension("key");
        master.write_new(&key).expect("written");
        let parts = Parts {
            store,
            clock: clock.clone(),
            random: random.clone(),
            apps: apps.clone(),
            dns: Dns::of_servers(vec![names.address()]),
            mailer,
            egress: Egress { all: Some(sims.url.parse().expect("an address")), ..Egress::default() },
            public_url: Url::parse(&base).expect("an address"),
            trusted_proxies: Vec::new(),
            master,
        };
        let desk = Desk::new(parts).expect("a desk");
        let router = product::router(&desk);
        tokio::spawn(async move { axum::serve(listener, product::with_addresses(router)).await });
        let agency = add_agency(&desk, "Northwind Growth", "Kim Park").await;
        let other_agency = add_agency(&desk, "Tidewater Media", "Sam Carter").await;
        Self { desk, clock, sims, base, agency, other_agency, apps, key, folder, database, names }
    }

    /// Signs in at every platform with the agency's own pages.
    pub async fn prove(&self, agency: &Added, person: &str) {
        let member = self.member(agency).await;
        let page = member.get("/grantees").await;
        let login = member.press(&page, "grantees-connect-meta").await;
        let consent = member.press(&login, &format!("sim-login-{person}")).await;
        let back = member.press(&consent, "sim-allow").await;
        assert!(back.path.starts_with("/grantees"), "{}", back.path);
    }

    /// A browser in which the agency's owner is signed in.
    pub async fn member(&self, agency: &Added) -> Browser {
        let ticket = agencies::ticket(&self.desk, &agency.scope, &agency.owner).await.expect("a ticket");
        let browser = self.browser();
        let page = browser.get(&agencies::sign_in_address(&self.desk, &ticket)).await;
        let home = browser.press(&page, "sign-in").await;
        assert_eq!(home.path, "/");
        browser
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// Sends a request for Pages and ad accounts; its link comes back.
    pub async fn send_request(&self) -> Sent {
        self.send(json!([{"type": "page", "level": "manage"}, {"type": "ad_account", "level": "manage"}]))
            .await
    }

    pub async fn send(&self, assets: Value) -> Sent {
        self.send_body(json!({
            "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
            "items": [{"platform": "meta", "assets": assets}],
        }))
        .await
    }

    pub async fn send_body(&self, body: Value) -> Sent {
        let (status, sent) = self.api(&self.agency, "POST", "/requests", Some(body)).await;
        assert_eq!(status, 201, "{sent}");
        let text = |key: &str| sent[key].as_str().expect(key).to_owned();
        let item = sent["items"][0]["id"].as_str().expect("an item").to_owned();
        let path = text("url").strip_prefix(&self.base).expect("on our address").to_owned();
        Sent { id: text("id"), path, item }
    }

    /// One API call: status and JSON.
    pub async fn api(&self, agency: &Added, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
        self.browser().api(method, path, agency.api_key.expose(), body).await
    }

    /// Does everything that is due now.
    pub async fn drain(&self) {
        engine::drain(&self.desk).await.expect("the store answers");
    }

    /// Moves the clock, then does what became due.
    pub async fn later(&self, by: SignedDuration) {
        self.clock.advance(by);
        self.drain().await;
    }

    pub async fn nights(&self, count: u32) {
        for _ in 0..count {
            self.later(SignedDuration::from_hours(24)).await;
        }
    }

    /// The simulators' ledger as `operation asset principal` lines.
    pub fn ledger(&self) -> Vec<String> {
        let entries = self.sims.hub.ledger.entries_after(0);
        let line = |e: Value| {
            let text = |at: &str| e.pointer(at).and_then(Value::as_str).unwrap_or("none").to_owned();
            format!("{} {} {}", text("/operation"), text("/asset/id"), text("/principal/id"))
        };
        entries.into_iter().map(|e| line(serde_json::to_value(e).expect("JSON"))).collect()
    }

    /// One control call to the simulators.
    pub async fn sim(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.browser().json(method, &format!("{}{path}", self.sims.url), &body).await;
        assert!((200..300).contains(&status), "{path}: {status} {answer}");
        answer
    }

    /// What a person does by hand inside a platform.
    pub async fn act(&self, body: Value) {
        self.sim("POST", "/_sim/act", body).await;
    }

    pub async fn faults(&self, faults: Value) {
        self.sim("PUT", "/_sim/faults", faults).await;
    }

    /// How many requests the simulators saw on this path.
    pub async fn seen(&self, part: &str) -> usize {
        let all = self.sim("GET", "/_sim/requests", Value::Null).await;
        let seen = all["data"].as_array().expect("a list");
        seen.iter().filter(|r| r["path"].as_str().is_some_and(|p| p.contains(part))).count()
    }

    /// Grants of the agency, by asset id: the state word.
    pub async fn words(&self) -> BTreeMap<String, String> {
        let (status, grants) = self.api(&self.agency, "GET", "/grants?limit=200", None).await;
        assert_eq!(status, 200);
        let pair = |g: &Value| {
            let text = |at: &str| g.pointer(at).and_then(Value::as_str).expect("text").to_owned();
            (text("/asset/external_id"), text("/state"))
        };
        grants["data"].as_array().expect("a list").iter().map(pair).collect()
    }

    pub async fn grant_id(&self, asset: &str) -> String {
        let (_, grants) = self.api(&self.agency, "GET", "/grants?limit=200", None).await;
        let found =
            grants["data"].as_array().expect("a list").iter().find(|g| g["asset"]["external_id"] == asset);
        found.expect("granted")["id"].as_str().expect("text").to_owned()
    }

    /// Waits until the ledger has this line, which takes no time of the clock.
    pub async fn after(&self, line: &str) {
        let start = std::time::Instant::now();
        while !self.ledger().iter().any(|l| l == line) {
            assert!(start.elapsed().as_secs() < 120, "{line} is not in {:?}", self.ledger());
            tokio::task::yield_now().await;
        }
    }

    /// Every grant that is not over for good is looked at again some time; one that waits for its share, with it.
    pub async fn is_watched(&self) {
        let db = self.database.look();
        let forgotten = "SELECT COUNT(*) FROM access_grant LEFT JOIN job ON job.kind = 'look' \
                         AND job.agency_id = access_grant.agency_id AND job.subject_id = grant_id \
                         WHERE job_id IS NULL AND NOT (word = 'queued' AND after_grant_id IS NOT NULL) \
                         AND word NOT IN ('revoked', 'expired', 'cancelled', 'declined', 'lapsed') \
                         AND asset_id NOT LIKE 'declared:%' AND state NOT LIKE '%by_word_:true%'";
        let count: i64 = db.query_row(forgotten, [], |r| r.get(0)).expect("a count");
        assert_eq!(count, 0, "a grant that is not over has no job: {:?}", self.words().await);
    }

    /// Everything that must hold after any test.
    pub async fn check(&self) {
        crate::checker::check(self).await;
        self.is_watched().await;
    }

    /// The address of the PostgreSQL database.
    pub fn database_url(&self) -> &str {
        match &self.database {
            Database::Server(database) => &database.url,
            Database::File(_) => panic!("it is in a file"),
        }
    }

    /// The file with the master key.
    pub fn key(&self) -> &std::path::Path {
        &self.key
    }

    /// Everything that is kept, as bytes: the files of the folder, and a dump of a database that is elsewhere.
    pub fn kept(&self) -> Vec<(String, Vec<u8>)> {
        self.database.kept(&self.folder)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        let _ = std::fs::remove_file(&self.key);
        let _ = std::fs::remove_file(self.key.with_extension("toml"));
    }
}

/// A request that was sent.
pub struct Sent {
    pub id: String,
    /// `/r/{token}`.
    pub path: String,
    pub item: String,
}

async fn add_agency(desk: &Desk, name: &str, owner: &str) -> Added {
    let new = NewAgency { name: name.into(), owner: owner.into(), email: "owner@agency.example".into() };
    agencies::add(desk, new).await.expect("added")
}
