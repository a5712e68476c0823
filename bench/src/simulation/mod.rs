//! The engine on a mock clock, seeded chance, the real store in memory and simulated platforms, in one thread:
//! a seed replays a run exactly. After each history the judge is asked.

mod by_hand;
mod connector;
mod dice;
mod history;
mod leases;
mod people;
mod platforms;
mod rest;
mod stage;
#[cfg(test)]
mod tests;
mod world;

pub(crate) use self::dice::Dice;
use self::history::History;
pub use self::history::Length;
use self::world::lock;
use crate::judge::Verdict;

/// What came of one seed.
pub struct Outcome {
    pub seed: u64,
    pub verdict: Verdict,
    /// Of the store and the ledger, at the end.
    pub digest: u64,
    pub crashes: u64,
    /// Effects at the platforms.
    pub effects: u64,
    /// What happened, a line each, when it was asked for.
    pub trace: Vec<String>,
}

/// Plays the history of a seed.
pub fn play(seed: u64, length: Length) -> Outcome {
    run(seed, length, false)
}

/// The same, written down.
pub fn replay(seed: u64, length: Length) -> Outcome {
    run(seed, length, true)
}

fn run(seed: u64, length: Length, traced: bool) -> Outcome {
    let mut history = History::begin(seed, length, traced);
    history.play();
    history.come_to_rest();
    let verdict = history.verdict();
    let digest = history.digest();
    let mut world = lock(&history.stage.world);
    Outcome {
        seed,
        verdict,
        digest,
        crashes: history.crashes,
        effects: world.ledger.len() as u64,
        trace: world.trace.take().unwrap_or_default(),
    }
}
