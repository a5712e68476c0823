//! One quota: how full its limits are, and what that means for the next call. Pure.

mod cost;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

pub use self::told::{Heard, SLOW, SPACING, Told};
use super::super::usage::Reading;

/// Those who wait for a turn ask again within this many spacings, so that many of them cost little.
const QUEUE: i32 = 6;

#[derive(Debug, Default)]
pub struct Gauge {
    /// Each limit as it was told last, by source; the fullest counts.
    pub told: BTreeMap<String, Told>,
    pub under_way: u32,
    stopped_until: Option<Timestamp>,
    /// When a turn was taken last.
    turn_taken: Option<Timestamp>,
    waiting: i32,
    /// Sources of which the other processes have not heard yet; an empty one is the stop.
    pub news: BTreeSet<String>,
}

impl Gauge {
    pub fn note(&mut self, reading: &Reading, now: Timestamp) {
        self.told.retain(|_, told| told.believed_until > now);
        let before_percent = self.told.get(&reading.source).map_or(0.0, |t| t.percent);
        let told = self.told.entry(reading.source.clone()).or_insert_with(|| Told::new(reading, now));
        // The call that is answered is one of those under way.
        let stopped_until = told.note(reading, self.under_way.saturating_sub(1), now);
        if reading.percent.max(before_percent) >= SLOW {
            self.news.insert(reading.source.clone());
        }
        if let Some(until) = stopped_until {
            self.stop(until);
        }
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
        let wait = self.under_way > 0 && self.believed(now).any(|told| told.is_full_with(self.under_way));
        self.find_stop(now).or_else(|| wait.then(|| now + SPACING))
    }

    /// When to ask for a turn again; none when one is free now.
    pub fn next_turn(&mut self, now: Timestamp) -> Option<Timestamp> {
        if let Some(until) = self.find_stop(now) {
            return Some(until);
        }
        let spacing = self.spacing(now)?;
        let at = self.turn_taken.map(|taken| taken + spacing).filter(|at| *at > now)?;
        let place = self.waiting;
        self.waiting = (place + 1) % QUEUE;
        Some(at + spacing * place)
    }

    pub fn take_turn(&mut self, now: Timestamp) {
        self.turn_taken = Some(now);
        self.waiting = 0;
    }

    pub fn is_turn_free(&self, now: Timestamp) -> bool {
        let spacing = self.spacing(now).unwrap_or_default();
        self.find_stop(now).is_none() && self.turn_taken.is_none_or(|taken| taken + spacing <= now)
    }

    /// Between two turns, while it is slow. The less is left, the longer.
    pub fn spacing(&self, now: Timestamp) -> Option<SignedDuration> {
        let slow = self.believed(now).filter(|t| t.percent >= SLOW);
        slow.map(Told::spacing).max()
    }

    /// What another process was told, unless this one was told later.
    pub fn hear(&mut self, source: &str, news: Heard) {
        if source.is_empty() {
            self.stopped_until = self.stopped_until.max(Some(news.until));
        } else if let Some(own) = self.told.get_mut(source) {
            own.hear(news);
        } else {
            self.told.insert(source.to_owned(), Told::from(news));
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
