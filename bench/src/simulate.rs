//! Plays random histories for a time on every core, or one seed written down. Fails when one is not clean.

use std::ops::Range;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use valetkey_trials::judge::Verdict;
use valetkey_trials::simulation::{Length, Outcome, play, replay};

/// The one of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "usage: simulate [--seconds 120] [--histories N] [--from SEED] [--threads N], or simulate --seed \
                     SEED; a debug build also takes --without DEFENCE with --seed";

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("simulate: {e:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> anyhow::Result<bool> {
    let (mut seconds, mut histories, mut from, mut seed) = (120, u64::MAX, 1, None);
    let mut threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| anyhow::anyhow!(USAGE))?;
        match argument.as_str() {
            "--seconds" => seconds = value.parse()?,
            "--histories" => histories = value.parse()?,
            "--from" => from = value.parse()?,
            "--seed" => seed = Some(value.parse()?),
            "--threads" => threads = value.parse()?,
            #[cfg(debug_assertions)]
            "--without" => std::mem::forget(valetkey::defence::weaken::without(&value)),
            _ => anyhow::bail!(USAGE),
        }
    }
    match seed {
        Some(seed) => Ok(tell(&replay(seed, Length::of(seed)))),
        None => Ok(run_many(from..from.saturating_add(histories), Duration::from_secs(seconds), threads)),
    }
}

/// One history with everything that happened in it.
fn tell(outcome: &Outcome) -> bool {
    for line in &outcome.trace {
        println!("{line}");
    }
    println!("seed {}, digest {:016x}: {}", outcome.seed, outcome.digest, outcome.verdict);
    for finding in &outcome.verdict.findings {
        println!("  {finding}");
    }
    outcome.verdict.is_good()
}

#[derive(Default)]
struct Sum {
    histories: u64,
    crashes: u64,
    effects: u64,
    verdict: Verdict,
}

/// These seeds in order, until the time is up or ten were bad.
fn run_many(seeds: Range<u64>, time: Duration, threads: usize) -> bool {
    let (next, bad) = (AtomicU64::new(seeds.start), AtomicU64::new(0));
    let start = Instant::now();
    let work = || {
        let mut sum = Sum::default();
        while start.elapsed() < time && bad.load(Ordering::Relaxed) < 10 {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if !seeds.contains(&seed) {
                break;
            }
            let outcome = play(seed, Length::of(seed));
            if !outcome.verdict.is_good() {
                bad.fetch_add(1, Ordering::Relaxed);
                println!("seed {}: {}", outcome.seed, outcome.verdict.findings.join("; "));
            }
            sum.histories += 1;
            sum.crashes += outcome.crashes;
            sum.effects += outcome.effects;
            sum.verdict.add(outcome.verdict);
        }
        sum
    };
    let mut sum = Sum::default();
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        for one in all.into_iter().filter_map(|t| t.join().ok()) {
            sum.histories += one.histories;
            sum.crashes += one.crashes;
            sum.effects += one.effects;
            sum.verdict.add(one.verdict);
        }
    });
    let took = start.elapsed().as_secs_f64();
    println!(
        "{} histories from seed {} in {took:.1} s on {threads} threads ({:.0} a second), {} engines killed, {} \
         effects at the platforms: {}",
        sum.histories,
        seeds.start,
        sum.histories as f64 / took,
        sum.crashes,
        sum.effects,
        sum.verdict
    );
    if sum.verdict.is_good() {
        return true;
    }
    println!("replay one with: script/chaos --seed SEED");
    false
}
