//! START: what it takes to stand ready and to stay so, beside the least that answers over HTTP.
//!
//! Cold means: a new process on a new folder, so the product also makes its database. The binaries are in
//! the page cache. Both sides take turns, so that whatever else the machine does meets both.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::programs::{Folder, Running, beside, complete, free_address, pause, wait_until_ready};
use crate::table::{Table, figure, median};

const STARTS: usize = 21;
const IDLE_ROUNDS: usize = 3;
const IDLE: Duration = Duration::from_secs(5);
const MIB: f64 = 1024.0 * 1024.0;

pub fn run() -> anyhow::Result<Table> {
    let sides = [beside("valetkey")?, beside("minimal-axum")?];
    let [product, peer] = [sides[0].as_path(), sides[1].as_path()];
    let mut table = Table::new("START", &["valetkey", "minimal axum", "ratio"]);

    let mut starts = [Vec::new(), Vec::new()];
    for round in 0..STARTS {
        starts[0].push(Started::product(product, &format!("start-{round}"))?.took_ms);
        starts[1].push(Started::peer(peer)?.took_ms);
    }
    table.rows.push(row("cold start to ready, ms", starts.map(median), 1));

    let (mut resident, mut own) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for round in 0..IDLE_ROUNDS {
        let both = [Started::product(product, &format!("idle-{round}"))?, Started::peer(peer)?];
        pause(IDLE);
        for (side, started) in both.iter().enumerate() {
            resident[side].push(started.running.memory_kib("VmRSS")? / 1024.0);
            own[side].push(started.running.memory_kib("RssAnon")? / 1024.0);
        }
    }
    table.rows.push(row("idle memory (resident), MiB", resident.map(median), 1));
    table.rows.push(row("of that not backed by a file, MiB", own.map(median), 1));

    let size = |path: &Path| Ok::<_, std::io::Error>(std::fs::metadata(path)?.len() as f64 / MIB);
    table.rows.push(row("binary, MiB", [size(product)?, size(peer)?], 1));
    Ok(table)
}

fn row(what: &str, [product, peer]: [f64; 2], digits: i32) -> Vec<Value> {
    vec![json!(what), figure(product, digits), figure(peer, digits), figure(product / peer, 2)]
}

/// A server that answered that it is ready.
struct Started {
    running: Running,
    took_ms: f64,
    /// Goes after the process.
    _folder: Option<Folder>,
}

impl Started {
    fn product(program: &Path, name: &str) -> anyhow::Result<Self> {
        let folder = Folder::new(name)?;
        let (address, key, settings) =
            (free_address()?, folder.join("master.key"), folder.join("valetkey.toml"));
        complete(Command::new(program).args(["key", "new"]).arg(&key))?;
        let text = format!(
            "public_url = 'http://localhost:{}'\nlisten = '{address}'\nmaster_key_file = '{}'\n\
             database_url = 'sqlite:{}'\n",
            address.port(),
            key.display(),
            folder.join("valetkey.db").display(),
        );
        std::fs::write(&settings, text)?;
        let mut command = Command::new(program);
        command.args(["serve", "--config"]).arg(&settings).current_dir(&folder.0).env_clear();
        Self::start(command, address, Some(folder))
    }

    fn peer(program: &Path) -> anyhow::Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(program);
        command.arg(address.to_string()).env_clear();
        Self::start(command, address, None)
    }

    fn start(mut command: Command, address: SocketAddr, folder: Option<Folder>) -> anyhow::Result<Self> {
        let start = Instant::now();
        let running = Running::start(command.stdout(Stdio::null()))?;
        wait_until_ready(address)?;
        Ok(Self { running, took_ms: start.elapsed().as_secs_f64() * 1000.0, _folder: folder })
    }
}
