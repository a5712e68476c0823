//! The benchmark suite. Every figure is a ratio against a limit or a peer of the same run.

mod child;
mod clone;
mod field;
mod floor;
mod load;
mod p1;
mod p12;
mod p17;
mod p4;
mod p4_many;
mod p5;
mod p8;
mod peers;
mod picks;
mod postgres;
mod programs;
mod rebuild;
mod start;
mod table;

use std::process::ExitCode;

use serde_json::json;

use self::table::Table;

/// The one of the program: some figures are of its engine in this process.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str =
    "usage: valetkey-bench [--json] [--only P1|P4|P4-1000|P5|P8|P12|P17|START|CLONE-RUN|CLONE|REBUILD]";

/// Prints Markdown tables, or with `--json` one JSON line for each; fails when a figure misses its bound.
///
/// Without `--only` it runs everything but CLONE and REBUILD, which build the program.
#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("valetkey-bench: {e:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<bool> {
    let (mut as_json, mut only) = (false, None);
    let mut arguments = std::env::args().skip(1);
    if std::env::args().nth(1).as_deref() == Some(p17::NODE) {
        p17::node(&arguments.nth(1).unwrap_or_default()).await?;
        return Ok(true);
    }
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => as_json = true,
            "--only" => only = Some(arguments.next().unwrap_or_default()),
            _ => anyhow::bail!(USAGE),
        }
    }
    let names = match &only {
        None => vec!["P1", "P4", "P4-1000", "P5", "P8", "P12", "P17", "START", "CLONE-RUN"],
        Some(name) => vec![name.as_str()],
    };
    let mut good = true;
    for name in names {
        let before = load();
        let table = measure(name).await?;
        let setting = format!("{} cores, load {before} before and {} after", cores(), load());
        if as_json {
            let mut line = table.json();
            line["setting"] = json!(setting);
            println!("{line}");
        } else {
            println!("{}\n{setting}\n", table.markdown());
        }
        good &= table.good;
    }
    Ok(good)
}

async fn measure(name: &str) -> anyhow::Result<Table> {
    match name {
        "P1" => p1::run().await,
        "P4" => p4::run().await,
        "P4-1000" => p4_many::run().await,
        "P5" => p5::run().await,
        "P8" => p8::run().await,
        "P12" => p12::run().await,
        "P17" => p17::run().await,
        "START" => tokio::task::spawn_blocking(start::run).await?,
        "CLONE-RUN" => clone::run_only().await,
        "CLONE" => clone::run().await,
        "REBUILD" => rebuild::run(),
        _ => anyhow::bail!(USAGE),
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(0, usize::from)
}

/// Processes that wanted to run during the last minute, on average.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().filter(|t| !t.is_empty()).unwrap_or("unknown").to_owned()
}
