//! A server that nobody has set up.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::net::TcpListener;
use valetkey::app::set_up;
use valetkey::desk::{Desk, Parts};
use valetkey::dns::Dns;
use valetkey::mail::Mailer;
use valetkey::server;
use valetkey::store::Store;
use valetkey::vault::MasterKey;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::Egress;
use valetkey_sdk::random::Random;

use crate::browser::{Browser, Form, Page};
use crate::database::Database;

pub const PASSWORD: &str = "the tide takes the harbour wall";

pub struct Bare {
    pub desk: Desk,
    pub clock: Clock,
    pub base: String,
    pub folder: PathBuf,
    _database: Database,
    seed: u64,
}

static NEXT: AtomicU64 = AtomicU64::new(0);

impl Bare {
    pub async fn start() -> Self {
        let seed = 700_000 + NEXT.fetch_add(1, Ordering::SeqCst);
        let clock = Clock::mock("2026-11-22T12:00:00Z".parse().expect("a time"));
        let random = Random::seeded(seed);
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = TcpListener::bind(address).await.expect("a free port");
        let base = format!("http://localhost:{}", listener.local_addr().expect("bound").port());
        let folder =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bare-{}-{seed}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let database = Database::make(&folder).await;
        let parts = Parts {
            store: Store::open(database.place(), clock.now_ms()).await.expect("a store"),
            clock: clock.clone(),
            random: random.clone(),
            apps: Default::default(),
            egress: Egress::default(),
            dns: Dns::of_servers(Vec::new()),
            mailer: Mailer::nobody(),
            public_url: base.parse().expect("an address"),
            trusted_proxies: Vec::new(),
            master: MasterKey::generate(&random),
        };
        let desk = Desk::new(parts).expect("a desk");
        let router = server::router(&desk);
        tokio::spawn(async move { axum::serve(listener, server::with_addresses(router)).await });
        Self { desk, clock, base, folder, _database: database, seed }
    }

    /// The address of another node on the same database, with nothing in common but that and the master key.
    pub async fn second_node(&self) -> String {
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = TcpListener::bind(address).await.expect("a free port");
        let base = format!("http://localhost:{}", listener.local_addr().expect("bound").port());
        let parts = Parts {
            store: self.desk.store.clone(),
            clock: self.clock.clone(),
            random: Random::seeded(self.seed + 5_000_000),
            apps: Default::default(),
            egress: Egress::default(),
            dns: Dns::of_servers(Vec::new()),
            mailer: Mailer::nobody(),
            public_url: base.parse().expect("an address"),
            trusted_proxies: Vec::new(),
            // As the first node made it: with the first numbers of this seed.
            master: MasterKey::generate(&Random::seeded(self.seed)),
        };
        let router = server::router(&Desk::new(parts).expect("a desk"));
        tokio::spawn(async move { axum::serve(listener, server::with_addresses(router)).await });
        base
    }

    pub fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// The code that `serve` would print.
    pub async fn code(&self) -> String {
        set_up::new_code(&self.desk)
            .await
            .expect("the store answers")
            .expect("no agency yet")
            .expose()
            .to_owned()
    }

    pub async fn filled(&self, browser: &Browser, code: &str) -> Form {
        let page = browser.get("/set-up").await;
        assert_eq!(page.status, 200);
        page.form("set-up")
            .set("code", code)
            .set("agency", "Northwind Growth")
            .set("domain", "northwind.test")
            .set("owner", "Kim Park")
            .set("email", "Kim@northwind.test")
            .set("password", PASSWORD)
    }

    /// Set up, and the owner signed in.
    pub async fn set_up(&self) -> Browser {
        let browser = self.browser();
        let code = self.code().await;
        let home = browser.send(&self.filled(&browser, &code).await).await;
        assert_eq!((home.status, home.path.as_str()), (200, "/"), "{}", home.html);
        browser
    }

    pub async fn sign_in(&self, browser: &Browser, email: &str, password: &str) -> Page {
        let form = browser.get("/sign-in").await.form("sign-in-password");
        browser.send(&form.set("email", email).set("password", password)).await
    }

    pub async fn agencies(&self) -> usize {
        self.desk.store.list_agencies_as_operator().await.expect("agencies").len()
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
