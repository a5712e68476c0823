//! `valetkey move-to-postgres`: from one file to a database for several nodes.

use anyhow::{Context as _, bail};
use serde_json::json;
use valetkey_sdk::clock::Clock;

use super::{ConfigFile, print_json};
use crate::app::audit;
use crate::config::Config;
use crate::store::{Place, Store};

/// Copies the SQLite database of the configuration into an empty PostgreSQL database, and proves the copy.
#[derive(clap::Args)]
#[command(
    after_help = "Example: valetkey move-to-postgres --to postgres://valetkey:PASSWORD@db.internal/valetkey"
)]
pub struct Args {
    #[command(flatten)]
    file: ConfigFile,
    /// The empty database. In a variable it does not show in the list of processes.
    #[arg(long, value_name = "URL", env = "VALETKEY_MOVE_TO", hide_env_values = true)]
    to: String,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let config = Config::read(&args.file.config)?;
    let Place::File(from) = config.database()? else {
        bail!("database_url is a PostgreSQL database already: this command copies from an SQLite file");
    };
    let Some(to @ Place::Server(_)) = Place::from_address(&args.to) else {
        bail!("--to: write postgres://USER:PASSWORD@HOST/DATABASE");
    };
    let target = Store::open(to, Clock::system().now_ms()).await.context("--to cannot be used")?;
    let copied = target.copy_from(&from).await.context("nothing was copied")?;

    // Each chain is whole here, and ends with a record that the file's chain has too.
    let source = Store::open_read_only(&from)?;
    let (mut agencies, mut newer) = (Vec::new(), 0);
    for (scope, agency) in target.list_agencies_as_operator().await? {
        let head = audit::verify(&target, &scope, &[]).await?;
        let now = audit::verify(&source, &scope, std::slice::from_ref(&head))
            .await
            .context("the copy's audit log is not the file's: do not use the copy")?;
        newer += now.seq - head.seq;
        agencies.push(json!({"agency": agency.id, "records": head.seq}));
    }
    let rows: i64 = copied.iter().map(|table| table.rows).sum();
    if args.json {
        let tables: Vec<_> = copied.iter().map(|t| json!({"table": t.table, "rows": t.rows})).collect();
        print_json(&json!({"rows": rows, "tables": tables, "agencies": agencies, "newer_records": newer}))?;
    } else {
        for table in &copied {
            println!("{:<16} {:>9} rows", table.table, table.rows);
        }
        println!("{rows} rows are there, and the audit logs of {} agencies are whole.", agencies.len());
    }
    if newer > 0 {
        bail!(
            "the server went on working: {newer} audit records came after the copy. Stop it, and run this again with \
             another empty database"
        );
    }
    if !args.json {
        println!("Now stop the server if it runs, set database_url to the new address, and start it.");
    }
    Ok(())
}
