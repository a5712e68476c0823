//! CLONE: from `git clone` to the first verified grant. CLONE-RUN is the part without clone and build.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Error, ensure};
use serde_json::{Value, json};
use valetkey_sdk::sim::Visitor;

use crate::picks::free_indexes;
use crate::programs::{Folder, Running, beside, complete};
use crate::table::{Table, figure, median};

/// This repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const ROUNDS: usize = 5;
/// Between two questions whether the grant is verified.
const PAUSE: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(30);
/// The steps of a run, in seconds.
const STEPS: [&str; 3] = [
    "`valetkey demo` to its link",
    "the link opened, signed in, picked, approved",
    "the approval to verified",
];

pub async fn run_only() -> anyhow::Result<Table> {
    finish("CLONE-RUN", Vec::new(), &beside("valetkey")?).await
}

/// The crates come from cargo's registry cache, so the network is not measured.
pub async fn run() -> anyhow::Result<Table> {
    let folder = Folder::new("clone")?;
    let clone = folder.join("valetkey");
    let start = Instant::now();
    complete(Command::new("git").args(["clone", "--quiet", &format!("file://{ROOT}")]).arg(&clone))?;
    let cloned = start.elapsed();
    let start = Instant::now();
    let mut build = Command::new("cargo");
    build.args(["build", "--release", "--locked", "--offline", "--quiet"]).current_dir(&clone);
    complete(build.env_remove("CARGO_TARGET_DIR"))?;
    let before = vec![
        ("`git clone`", cloned.as_secs_f64()),
        ("`cargo build --release`", start.elapsed().as_secs_f64()),
    ];
    finish("CLONE", before, &clone.join("target/release/valetkey")).await
}

async fn finish(
    name: &'static str,
    mut steps: Vec<(&'static str, f64)>,
    program: &Path,
) -> anyhow::Result<Table> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(first_grant(program).await?);
    }
    for (i, step) in STEPS.into_iter().enumerate() {
        steps.push((step, median(rounds.iter().map(|r| r[i]).collect())));
    }
    let total: f64 = steps.iter().map(|(_, s)| s).sum();
    let mut table = Table::new(name, &["seconds", "of the whole"]);
    for (what, seconds) in steps.into_iter().chain([("all", total)]) {
        table.rows.push(vec![json!(what), figure(seconds, 3), figure(seconds / total, 4)]);
    }
    Ok(table)
}

/// Starts the demo and gives access to one account as its client does, with a browser without a screen.
async fn first_grant(program: &Path) -> anyhow::Result<[f64; 3]> {
    let folder = Folder::new("run")?;
    let mut command = Command::new(program);
    // Killed in the end, it leaves its data there, and not in the machine's own temporary folder.
    command.args(["demo", "--json"]).env("TMPDIR", &folder.0).stdout(Stdio::piped());
    let start = Instant::now();
    let mut demo = Running::start(&mut command)?;
    let stdout = demo.0.stdout.take().context("the demo says nothing")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let described: Value = serde_json::from_str(&line).context("the demo does not say where it is")?;
    let ready = start.elapsed();

    let text = |key: &str| described.get(key).and_then(Value::as_str).unwrap_or_default();
    let visitor = Visitor::new().map_err(Error::msg)?;
    let mut page = visitor.open(text("request_url")).await.map_err(Error::msg)?;
    for hook in ["connect-meta", "sim-login-olivia", "sim-allow"] {
        page = visitor.press(&page, hook).await.map_err(Error::msg)?;
    }
    let first = free_indexes(&page.html).into_iter().next().context("nothing can be picked")?;
    let review = visitor.press_with(&page, "review", &[("pick", &first)]).await.map_err(Error::msg)?;
    visitor.press(&review, "approve").await.map_err(Error::msg)?;
    let approved = start.elapsed();

    #[expect(clippy::disallowed_methods, reason = "it speaks to the demo on this machine only")]
    let http = reqwest::Client::new();
    let url = format!("{}/api/v1/grants?state=active", text("base_url"));
    while active(&http, &url, text("api_key")).await? == 0 {
        ensure!(start.elapsed() < PATIENCE, "nothing is verified after {PATIENCE:?}");
        tokio::time::sleep(PAUSE).await;
    }
    let verified = start.elapsed();
    Ok([ready, approved - ready, verified - approved].map(|d| d.as_secs_f64()))
}

async fn active(http: &reqwest::Client, url: &str, key: &str) -> anyhow::Result<usize> {
    let grants: Value = http.get(url).bearer_auth(key).send().await?.error_for_status()?.json().await?;
    Ok(grants.get("data").and_then(Value::as_array).map_or(0, Vec::len))
}
