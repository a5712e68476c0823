//! Kills the real process, case by case, and sums what the judge says. Needs a debug build of the product:
//! a release build cannot be told where to die.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use valetkey_trials::kill::{Ground, Outcome, Setting, Sum, play};

const USAGE: &str = "usage: kills [--kills 100] [--database sqlite|postgres] [--nodes 1|2] [--lost-answers N] \
                     [--timed N] [--seed 1] [--from CASE] [--at-once 2] [--report FILE] [--json] [--without DEFENCE] \
                     | --sum FILE";
/// Kills in one case: what a copy of the data and two starts cost is shared by them.
const PER_CASE: u64 = 10;

struct Wanted {
    setting: Setting,
    kills: u64,
    seed: u64,
    from: u64,
    at_once: usize,
    report: Option<PathBuf>,
    sum: Option<PathBuf>,
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("kills: {e:#}");
            ExitCode::from(2)
        }
    }
}

async fn run() -> anyhow::Result<bool> {
    let wanted = read(std::env::args().skip(1))?;
    let mut sum = Sum::default();
    if let Some(file) = &wanted.sum {
        for case in kept(file)? {
            sum.add(&case);
        }
        return Ok(tell(&sum, &wanted));
    }
    let program = std::env::current_exe()?.with_file_name("valetkey");
    ensure!(program.exists(), "{} is missing: script/chaos builds it", program.display());
    let folder = std::env::temp_dir().join(format!("valetkey-kills-{}", std::process::id()));
    let ground = Ground::prepare(program, wanted.setting.clone(), folder.clone()).await?;
    let start = Instant::now();
    let (next, done) = (AtomicU64::new(wanted.from), AtomicU64::new(0));
    let all = Mutex::new(&mut sum);
    let work = async || {
        while done.load(Ordering::SeqCst) < wanted.kills {
            let number = next.fetch_add(1, Ordering::SeqCst);
            // Seeds of two runs do not meet.
            let outcome = play(&ground, wanted.seed * 1_000_000 + number, PER_CASE).await?;
            let counted = if wanted.setting.lost_answers { outcome.faults } else { outcome.kills };
            done.fetch_add(counted, Ordering::SeqCst);
            for finding in &outcome.findings {
                eprintln!("case {number}, seed {}: {finding}", outcome.seed);
            }
            if let Some(file) = &wanted.report {
                let mut file = std::fs::File::options().create(true).append(true).open(file)?;
                writeln!(file, "{}", serde_json::to_string(&outcome)?)?;
            }
            all.lock().unwrap_or_else(PoisonError::into_inner).add(&outcome);
        }
        Ok::<_, anyhow::Error>(())
    };
    let workers: Vec<_> = (0..wanted.at_once).map(|_| work()).collect();
    for ended in futures_util::future::join_all(workers).await {
        ended?;
    }
    println!("{}, {:.1} s", wanted.setting.name(), start.elapsed().as_secs_f64());
    let good = tell(&sum, &wanted);
    if good {
        // One that stays behind in the temporary directory does no harm.
        let _ = std::fs::remove_dir_all(folder);
    }
    Ok(good)
}

fn tell(sum: &Sum, wanted: &Wanted) -> bool {
    if wanted.json {
        println!("{}", sum.json());
    } else {
        println!("{}", sum.markdown());
        for finding in sum.findings.iter().take(20) {
            println!("{finding}");
        }
    }
    sum.is_good()
}

/// The cases of an earlier run.
fn kept(file: &PathBuf) -> anyhow::Result<Vec<Outcome>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn read(mut arguments: impl Iterator<Item = String>) -> anyhow::Result<Wanted> {
    let setting =
        Setting { is_postgres: false, nodes: 1, lost_answers: false, is_timed: false, without: None };
    let mut wanted =
        Wanted { setting, kills: 100, seed: 1, from: 1, at_once: 2, report: None, sum: None, json: false };
    while let Some(argument) = arguments.next() {
        if argument == "--json" {
            wanted.json = true;
            continue;
        }
        let value = arguments.next().context(USAGE)?;
        match argument.as_str() {
            "--kills" => wanted.kills = value.parse()?,
            "--lost-answers" => {
                wanted.kills = value.parse()?;
                wanted.setting.lost_answers = true;
            }
            "--timed" => {
                wanted.kills = value.parse()?;
                wanted.setting.is_timed = true;
            }
            "--database" => {
                wanted.setting.is_postgres = match value.as_str() {
                    "sqlite" => false,
                    "postgres" => true,
                    _ => bail!(USAGE),
                }
            }
            "--nodes" => wanted.setting.nodes = value.parse()?,
            "--seed" => wanted.seed = value.parse()?,
            "--from" => wanted.from = value.parse()?,
            "--at-once" => wanted.at_once = value.parse()?,
            "--report" => wanted.report = Some(value.into()),
            "--sum" => wanted.sum = Some(value.into()),
            "--without" => wanted.setting.without = Some(value),
            _ => bail!(USAGE),
        }
    }
    ensure!(
        wanted.setting.nodes == 1 || wanted.setting.is_postgres,
        "one SQLite file serves one process: add --database postgres"
    );
    Ok(wanted)
}
