//! `valetkey sim`: only the simulated platforms.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;
use valetkey_connectors::Registry;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::random::Random;
use valetkey_sdk::sim::{Running, Sims, World};

use super::print_json;
use super::trial::Trial;
use crate::server::stop_signal;

/// Runs the simulated platforms without the product.
#[derive(clap::Args)]
#[command(after_help = "Example: valetkey sim --listen 127.0.0.1:4600 --world my-world.json")]
pub struct Args {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// A world file to start from instead of the default world.
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
    /// Keep everything in this file, and go on with it at the next start. What it holds then counts more
    /// than --world.
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
    /// Print one JSON line when ready.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    trial: Trial,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let stopped = stop_signal()?;
    let world = args.world.as_deref().map(read_world).transpose()?;
    let running = start(args.listen, args.trial.begin()?, world, args.keep).await?;
    if args.json {
        print_json(&json!({"sim_url": running.url, "pid": std::process::id()}))?;
    } else {
        println!("The simulated platforms are at {}", running.url);
        println!("Stop with Ctrl-C.");
    }
    stopped.await;
    running.stop().await;
    Ok(())
}

fn read_world(file: &Path) -> anyhow::Result<World> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not a world file", file.display()))
}

/// All simulators of this program, on one address. Going on from the kept state comes before the world.
pub async fn start(
    listen: SocketAddr,
    clock: Clock,
    world: Option<World>,
    keep: Option<PathBuf>,
) -> anyhow::Result<Running> {
    let registry = Registry::new();
    let simulators = registry.iter().filter_map(|p| p.simulator.map(|make| make()));
    let sims = Sims::new(simulators).start_from(world).keep_in(keep);
    let running = sims.listen(listen, clock, Random::system()).await;
    running.with_context(|| format!("the simulators cannot start on {listen}"))
}
