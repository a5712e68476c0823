//! `valetkey jobs`: what was set aside after too many failures.

use anyhow::bail;
use serde_json::json;

use super::{ConfigFile, print_json};
use crate::app::jobs::{self, SetAside};
use crate::config::Config;
use crate::store::Store;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Lists work that was set aside, with the reason. The server may run.
    #[command(after_help = "Example: valetkey jobs list --json")]
    List {
        #[command(flatten)]
        file: ConfigFile,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Has it tried again. On PostgreSQL the nodes may run, and one of them takes it up. A file is one process's
    /// own, so there the server must be stopped; while it runs, "Try again" at the access does the same.
    #[command(after_help = "Example: valetkey jobs retry")]
    Retry {
        #[command(flatten)]
        file: ConfigFile,
        /// Only the job of this grant.
        #[arg(long, value_name = "ID")]
        grant: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { file, json } => list(&file, json).await,
        Command::Retry { file, grant, json } => retry(&file, grant.as_deref(), json).await,
    }
}

async fn list(file: &ConfigFile, as_json: bool) -> anyhow::Result<()> {
    let store = Store::open_read_only(Config::read(&file.config)?.database()?)?;
    let all = jobs::list_set_aside(&store).await?;
    if as_json {
        return print_json(&json!({"data": all.iter().map(view).collect::<Vec<_>>()}));
    }
    if all.is_empty() {
        println!("Nothing was set aside.");
    }
    for SetAside { job, grant } in &all {
        let what = grant.as_ref().map_or(String::new(), |g| format!(" {} on {}", g.asset_name, g.platform));
        let why = job.parked.as_deref().unwrap_or_default();
        println!("{}{what}: {why} (tried {} times)", job.subject_id, job.attempts);
    }
    Ok(())
}

async fn retry(file: &ConfigFile, grant: Option<&str>, as_json: bool) -> anyhow::Result<()> {
    let config = Config::read(&file.config)?;
    config.check()?;
    let desk = super::serve::desk(&config).await?;
    let count = jobs::retry_set_aside(&desk, grant).await?;
    if let Some(id) = grant.filter(|_| count == 0) {
        bail!("no work on {id} was set aside: `valetkey jobs list` shows what was");
    }
    if as_json {
        return print_json(&json!({"retried": count}));
    }
    let when = if desk.store.is_shared() { "by a node that runs" } else { "when the server starts" };
    println!("{count} will be tried again {when}.");
    Ok(())
}

fn view(aside: &SetAside) -> serde_json::Value {
    let SetAside { job, grant } = aside;
    json!({
        "agency_id": job.scope.agency(), "grant_id": job.subject_id, "reason": job.parked, "tries": job.attempts,
        "platform": grant.as_ref().map(|g| &g.platform), "asset": grant.as_ref().map(|g| &g.asset_name),
    })
}
