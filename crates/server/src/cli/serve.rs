//! `valetkey serve`: production. Refuses weak or sample settings with a sentence.

use anyhow::Context as _;
use tokio::net::TcpListener;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::random::Random;

use super::ConfigFile;
use crate::app::set_up;
use crate::config::Config;
use crate::desk::{Desk, Parts};
use crate::server::{Server, stop_signal};
use crate::store::{Place, Store};
use crate::vault::MasterKey;

/// Runs the server.
#[derive(clap::Args)]
#[command(after_help = "Example: valetkey serve --config /etc/valetkey/valetkey.toml")]
pub struct Args {
    #[command(flatten)]
    file: ConfigFile,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let stopped = stop_signal()?;
    let config = Config::read(&args.file.config)?;
    config.check()?;
    let desk = desk(&config).await?;
    let agencies = desk.store.list_agencies_as_operator().await?;
    for (_, agency) in &agencies {
        desk.check_master_key(agency)
            .context("master_key_file is not the key that this database was made with")?;
    }
    let code = set_up::new_code(&desk).await?;
    let listen = config.listen;
    let listener = TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen on {listen}: choose an address of this machine and a port that is free")
    })?;
    let server = Server::start(desk, listener).await?;
    println!("Valetkey serves {} on {listen}.", config.public_url);
    if let Some(code) = code {
        // Not through the log: it goes to whoever sits at this terminal, once.
        eprintln!(
            "There is no agency yet: open {} and type this set-up code, which works once: {}",
            config.public_url.join("set-up")?,
            code.expose()
        );
    }
    stopped.await;
    server.stop().await;
    Ok(())
}

async fn open(place: Place, clock: &Clock) -> anyhow::Result<Store> {
    let advice = match &place {
        Place::File(_) => {
            "database_url cannot be used: make the folder, let this user write there, or name another file"
        }
        Place::Server(_) => "database_url cannot be used",
    };
    let store = Store::open(place, clock.now_ms()).await.context(advice)?;
    store.set_clock(clock).await?;
    if store.passes_walls().await? {
        tracing::warn!(
            "the database's user is a superuser or has BYPASSRLS: the second wall between agencies does not hold it. \
             Use a user of its own"
        );
    }
    Ok(store)
}

/// The desk of a checked configuration.
pub async fn desk(config: &Config) -> anyhow::Result<Desk> {
    desk_at(config, config.database()?).await
}

/// The same with its database in another place.
pub async fn desk_at(config: &Config, place: Place) -> anyhow::Result<Desk> {
    let clock = Clock::system();
    let key = config.master_key_file.as_deref().context("master_key_file is not set")?;
    let master = MasterKey::load(key)?;
    let store = open(place, &clock).await?;
    Ok(Desk::new(Parts {
        store,
        clock,
        random: Random::system(),
        apps: config.apps()?,
        egress: config.egress(),
        dns: config.dns()?,
        mailer: config.mailer()?,
        public_url: config.public_url.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        master,
    })?)
}
