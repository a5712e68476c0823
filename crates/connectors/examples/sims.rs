//! Starts the simulators on a free port (or on the one given) and prints where they are.

use std::net::SocketAddr;

use valetkey_connectors::Registry;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::random::Random;
use valetkey_sdk::sim::Sims;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(0);
    let simulators = Registry::new()
        .iter()
        .filter_map(|platform| platform.simulator)
        .map(|make| make())
        .collect::<Vec<_>>();
    let addr = SocketAddr::from(([127, 0, 0, 1], port));
    let running = Sims::new(simulators).listen(addr, Clock::system(), Random::system()).await?;
    println!("{}", running.url);
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(())
}
