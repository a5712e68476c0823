//! `valetkey demo`: see all of it in one command.

use std::path::PathBuf;

use url::Url;

use super::print_json;
use super::trial::Trial;
use crate::demo::{Demo, Wanted};
use crate::server::stop_signal;
use crate::store::Place;

/// Everything on this machine, offline: simulated platforms, two agencies, a ready link.
#[derive(clap::Args)]
#[command(after_help = "Example: valetkey demo --data /tmp/my-demo --port 4500")]
pub struct Args {
    /// Keep the data here and go on with it at the next start.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The product's port; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Use simulators that run elsewhere.
    #[arg(long, value_name = "URL")]
    sim_url: Option<Url>,
    /// Use this PostgreSQL database, and keep only the demo's other data in the folder.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Print one JSON line when ready.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    trial: Trial,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let stopped = stop_signal()?;
    let Args { data, port, sim_url, database_url, json, trial } = args;
    let clock = trial.begin()?;
    let database = database_url.map(|url| match Place::from_address(&url) {
        Some(place @ Place::Server(_)) => Ok(place),
        _ => Err(anyhow::anyhow!("--database-url: write postgres://USER:PASSWORD@HOST/DATABASE")),
    });
    let demo = Demo::start(Wanted { data, port, sim_url, database: database.transpose()?, clock }).await?;
    if json {
        print_json(&demo.described)?;
    } else {
        let text =
            |key: &str| demo.described.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        println!("Valetkey is running with simulated platforms. Nothing here touches a real one.\n");
        println!("  The client's link   {}", text("request_url"));
        println!("                      sign in there as Olivia Reyes, who owns Harbour Bakery");
        println!("  The agency's pages  {}", text("dashboard_url"));
        println!("  The platforms       {}", text("sim_url"));
        println!("  What it would mail  {}/mail", text("control_url"));
        println!("\nStop with Ctrl-C.");
    }
    stopped.await;
    demo.stop().await;
    Ok(())
}
