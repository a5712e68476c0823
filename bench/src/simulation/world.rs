//! What is at the simulated platforms, when it shows, and the ledger of what really happened.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use valetkey_sdk::access::Party;
use valetkey_sdk::clock::{Clock, from_millisecond};

use super::dice::Dice;
use crate::judge::{Caller, Key, Line, Operation};

pub type Roles = BTreeSet<String>;
pub type Shared = Arc<Mutex<World>>;

/// What somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub roles: Roles,
    /// Whose yes is missing, and until when it may come.
    pub waits: Option<(Party, Option<Timestamp>)>,
}

/// One access through time.
#[derive(Default)]
struct Row {
    now: Option<Held>,
    /// What readers see from a time on.
    shown: Vec<(Timestamp, Option<Held>)>,
}

/// How much goes wrong, in percent of calls.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trouble {
    pub refused: usize,
    pub no_answer: usize,
    pub answer_lost: usize,
    pub limited: usize,
    /// The longest time until an effect shows, in seconds.
    pub lag_s: i64,
}

pub struct World {
    pub dice: Dice,
    /// The engine's clock.
    pub clock: Clock,
    /// How far that clock was put back.
    pub behind: SignedDuration,
    /// Each reading that the engine's clock has shown, in milliseconds, and how far it was behind then. No reading is
    /// shown twice, so a reading tells its true time.
    shown: BTreeMap<i64, SignedDuration>,
    pub trouble: Trouble,
    /// Readers of these platforms see nothing, and say so.
    pub hidden: BTreeSet<&'static str>,
    /// Credentials that the platform knows.
    pub tokens: BTreeSet<String>,
    pub ledger: Vec<Line>,
    pub trace: Option<Vec<String>>,
    /// Calls that change something and are under way, by what must not be changed in parallel.
    pub under_way: BTreeMap<String, u32>,
    /// Two such calls at once.
    pub overlaps: Vec<String>,
    rows: BTreeMap<Key, Row>,
}

pub fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    pub fn new(dice: Dice, clock: Clock, traced: bool) -> Self {
        let shown = BTreeMap::from([(clock.now_ms(), SignedDuration::ZERO)]);
        Self {
            dice,
            clock,
            behind: SignedDuration::ZERO,
            shown,
            trouble: Trouble::default(),
            hidden: BTreeSet::new(),
            tokens: BTreeSet::new(),
            ledger: Vec::new(),
            trace: traced.then(Vec::new),
            under_way: BTreeMap::new(),
            overlaps: Vec::new(),
            rows: BTreeMap::new(),
        }
    }

    /// The true time: what the engine's clock would be, had nobody put it back.
    pub fn now(&self) -> Timestamp {
        self.clock.now() + self.behind
    }

    pub fn pass(&mut self, ms: i64) {
        if ms > 0 {
            self.clock.advance(SignedDuration::from_millis(ms));
            self.show();
        }
    }

    pub fn put_clock_back(&mut self, by: SignedDuration) {
        self.clock.advance(-by);
        self.behind += by;
        self.show();
    }

    /// Passes over readings that were shown before the clock was put back.
    fn show(&mut self) {
        while self.shown.contains_key(&self.clock.now_ms()) {
            self.clock.advance(SignedDuration::from_millis(1));
        }
        self.shown.insert(self.clock.now_ms(), self.behind);
    }

    /// The true time at which the engine's clock showed this.
    pub fn true_time(&self, at_ms: i64) -> Option<Timestamp> {
        self.shown.get(&at_ms).map(|behind| from_millisecond(at_ms) + *behind)
    }

    pub fn note(&mut self, what: impl FnOnce() -> String) {
        let now = self.now();
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{now} {}", what()));
        }
    }

    /// What is there. An invitation whose time is up is not.
    pub fn held(&mut self, key: &Key) -> Option<Held> {
        let now = self.now();
        let held = self.rows.get(key)?.now.clone()?;
        if matches!(held.waits, Some((_, Some(until))) if until <= now) {
            self.put(key, None, Operation::Decline, None);
            return None;
        }
        Some(held)
    }

    /// What a reader is shown: late by the platform's lag.
    pub fn shown(&mut self, key: &Key) -> Option<Held> {
        self.held(key);
        let now = self.now();
        let row = self.rows.get(key)?;
        row.shown.iter().rev().find(|(from, _)| *from <= now).and_then(|(_, held)| held.clone())
    }

    /// Keys where something is, in order.
    pub fn keys(&mut self) -> Vec<Key> {
        let all: Vec<Key> = self.rows.keys().cloned().collect();
        all.into_iter().filter(|key| self.held(key).is_some()).collect()
    }

    /// Makes it so, by the product's call or by a hand.
    pub fn put(&mut self, key: &Key, held: Option<Held>, operation: Operation, app: Option<&str>) {
        let at = self.now();
        let lag = if app.is_some() && self.trouble.lag_s > 0 {
            self.dice.between(0, self.trouble.lag_s * 1_000)
        } else {
            0
        };
        let roles = held.as_ref().map(|h| h.roles.clone()).unwrap_or_default();
        self.note(|| format!("    {operation:?} {key} {roles:?} by {}", app.unwrap_or("a hand")));
        let caller = Caller { app: app.map(str::to_owned), person: None };
        let Key { platform, asset, principal } = key.clone();
        self.ledger.push(Line { at, platform, operation, asset, principal, roles, caller });
        let row = self.rows.entry(key.clone()).or_default();
        let from = at + SignedDuration::from_millis(lag);
        let from = row.shown.last().map_or(from, |(last, _)| from.max(*last));
        row.now.clone_from(&held);
        row.shown.push((from, held));
    }

    pub fn in_s(&self, seconds: i64) -> Timestamp {
        from_millisecond(self.now().as_millisecond() + seconds * 1_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_clock_showed_tells_the_true_time_also_just_after_a_small_jump() {
        let clock = Clock::mock("2026-11-23T08:00:00Z".parse().expect("a time"));
        let mut world = World::new(Dice::new(1), clock.clone(), false);
        let at = |world: &World| (world.clock.now_ms(), world.now());
        let mut shown = vec![at(&world)];
        for step in [400, 400, 0, 400] {
            world.pass(step);
            shown.push(at(&world));
        }
        world.put_clock_back(SignedDuration::from_secs(1));
        shown.push(at(&world));
        for _ in 0..8 {
            world.pass(100);
            shown.push(at(&world));
        }
        for (reading, true_time) in shown {
            assert_eq!(world.true_time(reading), Some(true_time), "{reading}");
        }
        assert_eq!(world.true_time(0), None);
    }
}
