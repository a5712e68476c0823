//! `valetkey backup` and `valetkey restore`: one file that holds everything but the master key.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use valetkey_sdk::clock::from_millisecond;

use super::{ConfigFile, print_json, serve};
use crate::app::restore::{self, AgencyOf, Before, Difference};
use crate::config::Config;
use crate::desk::Desk;
use crate::store::{Place, Store};

/// Writes one moment of the SQLite database into a new file, also while the server runs, and checks it. The master
/// key is not in it: keep that elsewhere, since a backup cannot be read without it.
#[derive(clap::Args)]
#[command(after_help = "Example: valetkey backup /var/backups/valetkey-2026-11-23.db")]
pub struct BackupArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// The new file.
    to: PathBuf,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// Puts a backup where the configuration's database is to be, reads every access at its platform, and lists what is
/// not as the backup said. Nothing is given or taken away there before somebody decides again. The server must be
/// stopped.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  valetkey restore /var/backups/valetkey-2026-11-23.db\n  \
                  valetkey restore --in-place    a PostgreSQL database that its own means restored")]
pub struct RestoreArgs {
    #[command(flatten)]
    file: ConfigFile,
    /// The file that `valetkey backup` wrote. An SQLite file that is there already is never written over.
    #[arg(required_unless_present = "in_place")]
    from: Option<PathBuf>,
    /// The database of the configuration is the restored one, by whatever means.
    #[arg(long, conflicts_with = "from")]
    in_place: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub async fn backup(args: BackupArgs) -> anyhow::Result<()> {
    let Place::File(from) = Config::read(&args.file.config)?.database()? else {
        bail!(
            "database_url is a PostgreSQL database: back it up with pg_dump or your provider's means, and run \
             `valetkey restore --in-place` after you restored it"
        );
    };
    if !from.exists() {
        bail!(
            "{} is not there: database_url names another file, or the server was never started",
            from.display()
        );
    }
    Store::backup(&from, &args.to).await.context("nothing was backed up")?;
    let checked = async { restore::check(&Store::open_backup(&args.to).await?).await };
    let agencies = checked.await.context("the backup was written, and is not good: do not rely on it")?;
    let bytes = std::fs::metadata(&args.to)?.len();
    if args.json {
        return print_json(&json!({"file": args.to, "bytes": bytes, "agencies": views(&agencies)}));
    }
    println!(
        "{} holds everything up to now ({bytes} bytes); every page and audit log of it is whole.",
        args.to.display()
    );
    tell(&agencies);
    println!("The master key is not in it. Keep both, in different places.");
    Ok(())
}

pub async fn restore(args: RestoreArgs) -> anyhow::Result<()> {
    let config = Config::read(&args.file.config)?;
    config.check()?;
    let (desk, before) = match &args.from {
        Some(from) => put(&config, from).await?,
        None => {
            let desk = serve::desk(&config).await?;
            check_key(&desk).await?;
            let before = restore::suspend(&desk).await.context("not all is suspended yet: run this again")?;
            (desk, before)
        }
    };
    let agencies = restore::check(&desk.store).await?;
    eprintln!("Reading {} grants at their platforms. Nothing is changed there.", before.grants());
    let different = restore::differences(&desk, &before).await?;
    if args.json {
        let differences: Vec<Value> = different.iter().map(view).collect();
        let (grants, suspended) = (before.grants(), before.suspended);
        return print_json(&json!({
            "agencies": views(&agencies), "grants": grants, "suspended": suspended, "differences": differences
        }));
    }
    report(&agencies, &before, &different);
    Ok(())
}

/// Suspended first, then at its place: no server can start on what is not.
async fn put(config: &Config, from: &Path) -> anyhow::Result<(Desk, Before)> {
    let source = Store::open_backup(from).await.context("nothing was restored")?;
    restore::check(&source).await.context("nothing was restored: the backup is not whole")?;
    drop(source);
    match config.database()? {
        Place::File(to) => {
            if to.exists() {
                bail!("{} is there already and is not written over: move it away first", to.display());
            }
            let part = to.with_added_extension("restoring");
            forget(&part);
            Store::backup(from, &part).await.context("nothing was restored")?;
            let before = {
                let desk = serve::desk_at(config, Place::File(part.clone())).await?;
                check_key(&desk).await?;
                restore::suspend(&desk).await?
            };
            std::fs::rename(&part, &to)
                .with_context(|| format!("cannot name the new file {}", to.display()))?;
            forget(&part);
            Ok((serve::desk(config).await?, before))
        }
        Place::Server(_) => {
            let desk = serve::desk(config).await?;
            desk.store.copy_from(from).await.context("nothing was restored")?;
            check_key(&desk).await?;
            let suspended = restore::suspend(&desk).await;
            let before = suspended.context(
                "the rows are there, and not all is suspended: start no server before `valetkey restore --in-place` \
                 went well",
            )?;
            Ok((desk, before))
        }
    }
}

/// Removes what an earlier try may have left; nothing else has these names.
fn forget(part: &Path) {
    for end in ["", "-wal", "-shm", ".lock"] {
        let mut name = part.as_os_str().to_owned();
        name.push(end);
        // Mostly there is none.
        let _ = std::fs::remove_file(name);
    }
}

async fn check_key(desk: &Desk) -> anyhow::Result<()> {
    for (_, agency) in desk.store.list_agencies_as_operator().await? {
        desk.check_master_key(&agency)
            .context("master_key_file is not the key that the backup was made with: name the right one")?;
    }
    Ok(())
}

fn report(agencies: &[AgencyOf], before: &Before, different: &[Difference]) {
    tell(agencies);
    println!(
        "Everybody has to sign in again. API keys and members are those of the backup: end what was ended since."
    );
    if different.is_empty() {
        println!("Every grant is as the backup said.");
    }
    for d in different {
        let asset = format!("{} {}", d.row.asset_name, d.row.shown_id());
        let why = d.why.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
        println!(
            "{}, {}, {} {asset}: {} in the backup, now {}{why}",
            d.agency, d.client, d.row.platform, d.was, d.is
        );
    }
    if before.suspended > 0 {
        println!(
            "{} were not done yet in the backup. Access is given only after the client approved it again; what should \
             be taken away, \"Try again\" at the access takes away.",
            before.suspended
        );
    }
    println!("When you have looked at this, start the server.");
}

fn tell(agencies: &[AgencyOf]) {
    for agency in agencies {
        let as_of = agency.newest.map(|at| format!(", the newest of {}", from_millisecond(at)));
        println!("{}: {} audit records{}", agency.name, agency.records, as_of.unwrap_or_default());
    }
}

fn views(agencies: &[AgencyOf]) -> Vec<Value> {
    let view = |a: &AgencyOf| json!({"name": a.name, "records": a.records, "newest": a.newest.map(|at| from_millisecond(at).to_string())});
    agencies.iter().map(view).collect()
}

fn view(d: &Difference) -> Value {
    json!({
        "agency": d.agency, "client": d.client, "grant": d.row.id, "platform": d.row.platform,
        "asset": {"type": d.row.asset_type, "id": d.row.shown_id(), "name": d.row.asset_name},
        "was": d.was, "is": d.is, "why": d.why, "suspended": d.suspended,
    })
}
