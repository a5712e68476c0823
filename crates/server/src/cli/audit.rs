//! `valetkey audit`: the chain, checked offline.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::json;

use valetkey_sdk::clock::Clock;

use super::{ConfigFile, print_json};
use crate::app::audit::{verify, verify_lines};
use crate::audit::{Head, HeadKey, SignedHead, sign_head, verify_head};
use crate::config::Config;
use crate::store::{Place, Store};
use crate::vault::MasterKey;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Checks every agency's chain from its first record.
    #[command(after_help = "Example: valetkey audit verify --head head-2026-11.json")]
    Verify {
        #[command(flatten)]
        file: ConfigFile,
        /// Another database than the configuration's: a file, or a postgres:// address.
        #[arg(long, value_name = "FILE|URL")]
        database: Option<String>,
        /// A signed head that was kept outside: the chain must contain it.
        #[arg(long, value_name = "FILE")]
        head: Option<PathBuf>,
        /// A log that was downloaded from the audit page, instead of a database.
        #[arg(long, value_name = "FILE", conflicts_with = "database")]
        download: Option<PathBuf>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints each agency's signed head, one JSON line each, to be kept away from this machine.
    #[command(after_help = "Example: valetkey audit head > head-2026-11.json")]
    Head {
        #[command(flatten)]
        file: ConfigFile,
    },
}

pub async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Verify { file, head, download: Some(log), json, .. } => verify_log(&file, &log, head, json),
        Command::Verify { file, database, head, json, .. } => verify_all(file, database, head, json).await,
        Command::Head { file } => print_heads(&file).await,
    }
}

async fn print_heads(file: &ConfigFile) -> anyhow::Result<()> {
    let config = Config::read(&file.config)?;
    let key = head_key(&config)?;
    let store = Store::open_read_only(config.database()?)?;
    for (scope, _) in store.list_agencies_as_operator().await? {
        let head = verify(&store, &scope, &[]).await?;
        print_json(&sign_head(&key, &head, Clock::system().now_ms()))?;
    }
    Ok(())
}

fn head_key(config: &Config) -> anyhow::Result<HeadKey> {
    let file =
        config.master_key_file.as_deref().context("master_key_file is not set, and it signs the heads")?;
    Ok(HeadKey::from_seed(&MasterKey::load(file)?.audit_head_seed()))
}

fn verify_log(file: &ConfigFile, log: &Path, head: Option<PathBuf>, json: bool) -> anyhow::Result<()> {
    let outside = match head {
        Some(head) => read_heads(&head, &head_key(&Config::read(&file.config)?)?)?,
        None => Vec::new(),
    };
    let text = std::fs::read_to_string(log).with_context(|| format!("{} cannot be read", log.display()))?;
    let head = verify_lines(&text, &outside).with_context(|| format!("{}", log.display()))?;
    if json {
        let agency = json!({"agency": head.agency_id, "records": head.seq, "head": hex(&head.hash)});
        return print_json(&json!({"valid": true, "agencies": [agency]}));
    }
    println!("{}: {} records, the chain is whole.", head.agency_id, head.seq);
    Ok(())
}

async fn verify_all(
    file: ConfigFile,
    database: Option<String>,
    head: Option<PathBuf>,
    json: bool,
) -> anyhow::Result<()> {
    let place = match database {
        Some(named) => Place::from_address(&named).unwrap_or_else(|| Place::File(named.into())),
        None => Config::read(&file.config)?.database()?,
    };
    let store = Store::open_read_only(place)?;
    let outside = match head {
        Some(head) => read_heads(&head, &head_key(&Config::read(&file.config)?)?)?,
        None => Vec::new(),
    };
    let mut checked = Vec::new();
    for (scope, agency) in store.list_agencies_as_operator().await? {
        let head = verify(&store, &scope, &outside).await?;
        if !json {
            println!("{}: {} records, the chain is whole.", agency.name, head.seq);
        }
        checked.push(json!({"agency": agency.id, "records": head.seq, "head": hex(&head.hash)}));
    }
    if json {
        print_json(&json!({"valid": true, "agencies": checked}))?;
    }
    Ok(())
}

/// The heads of a file that `audit head` wrote: one a line, each with our signature.
fn read_heads(file: &Path, key: &HeadKey) -> anyhow::Result<Vec<Head>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let head = |line: &str| {
        let signed: SignedHead =
            serde_json::from_str(line).with_context(|| format!("{} is not a signed head", file.display()))?;
        verify_head(&key.public_key(), &signed).with_context(|| format!("{}", file.display()))
    };
    text.lines().filter(|l| !l.trim().is_empty()).map(head).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
