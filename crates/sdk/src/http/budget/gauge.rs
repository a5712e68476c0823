//! One quota: how full its limits are, and what that means for the next call. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::super::usage::Reading;

/// From here on turns are spaced, in percent.
pub const SLOW: f64 = 75.0;
/// Here everything stops, in percent.
pub const STOP: f64 = 95.0;
/// The longest time between two turns while it is slow: as long as nobody knows what a call costs.
pub const SPACING: SignedDuration = SignedDuration::from_secs(10);
/// What is left until everything stops is spread over this long, in seconds, by calls of the cost that was seen.
const SPREAD_S: f64 = 120.0;
/// The shortest time between two turns.
const SHORTEST: SignedDuration = SignedDuration::from_millis(100);
/// What was told is believed for this long: limits count over an hour.
const MEMORY: SignedDuration = SignedDuration::from_hours(1);
/// Those who wait for a turn ask again within this many spacings, so that many of them cost little.
const QUEUE: i32 = 6;

#[derive(Debug, Default)]
pub struct Gauge {
    /// Each limit as it was told last, by source; the fullest counts.
    pub told: BTreeMap<String, Told>,
    pub under_way: u32,
    stopped_until: Option<Timestamp>,
    turn_at: Option<Timestamp>,
    waiting: i32,
    /// Sources of which the other processes have not heard yet; an empty one is the stop.
    pub news: BTreeSet<String>,
}

#[derive(Debug)]
pub struct Told {
    pub percent: f64,
    /// What one call costs, in percent: a moving mean of what answers added.
    pub step: f64,
    pub at: Timestamp,
    pub believed_until: Timestamp,
}

impl Told {
    fn spacing(&self) -> SignedDuration {
        let left = STOP - self.percent;
        if self.step <= 0.0 || left <= 0.0 {
            return SPACING;
        }
        let spacing = SignedDuration::try_from_secs_f64(SPREAD_S * self.step / left).unwrap_or(SPACING);
        spacing.clamp(SHORTEST, SPACING)
    }
}

impl Gauge {
    pub fn note(&mut self, reading: &Reading, now: Timestamp) {
        self.told.retain(|_, told| told.believed_until > now);
        let before = self.told.get(&reading.source);
        let step = before.map_or(0.0, |t| t.step + ((reading.percent - t.percent).max(0.0) - t.step) / 8.0);
        let before_percent = before.map_or(0.0, |t| t.percent);
        let regain = reading.regain_s.map(SignedDuration::from_secs);
        let mut believed_until = now + regain.unwrap_or(MEMORY);
        if reading.percent >= STOP {
            let until = now + regain.unwrap_or(SignedDuration::from_secs(reading.pause_s));
            self.stop(until);
            // Only the platform's own word ends it; after our guess the next answer decides.
            believed_until = if regain.is_some() { until } else { until + MEMORY };
        }
        if reading.percent.max(before_percent) >= SLOW {
            self.news.insert(reading.source.clone());
        }
        let told = Told { percent: reading.percent, step, at: now, believed_until };
        self.told.insert(reading.source.clone(), told);
    }

    pub fn stop(&mut self, until: Timestamp) {
        if self.stopped_until.is_none_or(|before| before < until) {
            self.stopped_until = Some(until);
            self.news.insert(String::new());
        }
    }

    pub fn find_stop(&self, now: Timestamp) -> Option<Timestamp> {
        self.stopped_until.filter(|until| *until > now)
    }

    /// Until when no call goes out. Calls under way count as if they were answered already.
    pub fn closed_until(&self, now: Timestamp) -> Option<Timestamp> {
        let ahead = f64::from(self.under_way);
        let is_full = |t: &Told| t.percent + t.step * ahead >= STOP;
        let wait = self.under_way > 0 && self.believed(now).any(is_full);
        self.find_stop(now).or_else(|| wait.then(|| now + SPACING))
    }

    /// When to ask for a turn again; none when one is free now.
    pub fn next_turn(&mut self, now: Timestamp) -> Option<Timestamp> {
        if let Some(until) = self.find_stop(now) {
            return Some(until);
        }
        let at = self.turn_at.filter(|at| *at > now && self.is_slow(now))?;
        let place = self.waiting;
        self.waiting = (place + 1) % QUEUE;
        Some(at + self.spacing(now).unwrap_or(SPACING) * place)
    }

    pub fn take_turn(&mut self, now: Timestamp) {
        self.turn_at = Some(now + self.spacing(now).unwrap_or(SPACING));
        self.waiting = 0;
    }

    pub fn is_turn_free(&self, now: Timestamp) -> bool {
        self.find_stop(now).is_none() && self.turn_at.is_none_or(|at| at <= now)
    }

    /// Between two turns, while it is slow. The less is left, the longer.
    pub fn spacing(&self, now: Timestamp) -> Option<SignedDuration> {
        let slow = self.believed(now).filter(|t| t.percent >= SLOW);
        slow.map(Told::spacing).max()
    }

    /// What another process was told, unless this one was told later.
    pub fn hear(&mut self, source: &str, told: Told) {
        if source.is_empty() {
            self.stopped_until = self.stopped_until.max(Some(told.believed_until));
        } else if self.told.get(source).is_none_or(|own| own.at < told.at) {
            self.told.insert(source.to_owned(), told);
        }
    }

    pub fn is_slow(&self, now: Timestamp) -> bool {
        self.believed(now).any(|t| t.percent >= SLOW)
    }

    /// Nothing would change if it were forgotten.
    pub fn is_idle(&self, now: Timestamp) -> bool {
        self.under_way == 0 && self.find_stop(now).is_none() && self.believed(now).next().is_none()
    }

    fn believed(&self, now: Timestamp) -> impl Iterator<Item = &Told> {
        self.told.values().filter(move |t| t.believed_until > now)
    }
}
