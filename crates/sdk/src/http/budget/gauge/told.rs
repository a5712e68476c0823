//! One limit as it was told last, and up to where it is used. Pure.

use jiff::{SignedDuration, Timestamp};

use super::super::super::usage::Reading;
use super::cost::{Cost, ROUNDING};

/// From here on turns are spaced, in percent.
pub const SLOW: f64 = 75.0;
/// Here everything stops, in percent, unless calls are known to cost little.
pub const STOP: f64 = 95.0;
/// The longest time between two turns while it is slow: as long as nobody knows what a call costs.
pub const SPACING: SignedDuration = SignedDuration::from_secs(10);
/// What is left until everything stops is spread over this long, in seconds, by calls of the cost that was seen.
const SPREAD_S: f64 = 120.0;
/// The shortest time between two turns.
const SHORTEST: SignedDuration = SignedDuration::from_millis(100);
/// What was told is believed for this long: limits count over an hour.
const MEMORY: SignedDuration = SignedDuration::from_hours(1);
/// Room is left for so many calls at least: the next one, and one of somebody else.
const FEWEST: f64 = 2.0;

#[derive(Debug)]
pub struct Told {
    pub percent: f64,
    /// What one call adds, in percent: a moving mean of what answers added.
    pub step: f64,
    pub at: Timestamp,
    pub believed_until: Timestamp,
    cost: Cost,
    /// For so many calls room is left.
    room: f64,
    /// The least that was told within the last hour, and when: what is used more now was used since.
    least: (f64, Timestamp),
}

/// What another process was told.
#[derive(Debug)]
pub struct Heard {
    pub percent: f64,
    pub step: f64,
    pub at: Timestamp,
    pub until: Timestamp,
}

impl From<Heard> for Told {
    fn from(news: Heard) -> Self {
        let Heard { percent, step, at, until } = news;
        let room = f64::INFINITY;
        Self { percent, step, at, believed_until: until, cost: Cost::default(), room, least: (percent, at) }
    }
}

impl Told {
    /// Before anything was noted.
    pub fn new(reading: &Reading, now: Timestamp) -> Self {
        Self {
            percent: reading.percent,
            step: 0.0,
            at: now,
            believed_until: now,
            cost: Cost::default(),
            room: f64::INFINITY,
            least: (reading.percent, now),
        }
    }

    /// Keeps an answer's word, with so many other calls under way. Says until when everything stops, if so.
    pub fn note(&mut self, reading: &Reading, others: u32, now: Timestamp) -> Option<Timestamp> {
        self.step += ((reading.percent - self.percent).max(0.0) - self.step) / 8.0;
        self.cost.note(self.percent, reading.percent, others);
        if reading.percent <= self.least.0 || now >= self.least.1 + MEMORY {
            self.least = (reading.percent, now);
        }
        (self.percent, self.at) = (reading.percent, now);
        // Who does not tell the end is asked again after each pause, by a call that counts as well.
        self.room = (MEMORY.as_secs_f64() / reading.pause_s.max(1) as f64).ceil().max(FEWEST);
        let regain = reading.regain_s.map(SignedDuration::from_secs);
        self.believed_until = now + regain.unwrap_or(MEMORY);
        if self.percent < self.mark() {
            return None;
        }
        if let Some(regain) = regain {
            return Some(now + regain);
        }
        let until = now + self.pause(reading, now);
        // Only the platform's own word ends it; after our guess the next answer decides.
        self.believed_until = until + MEMORY;
        Some(until)
    }

    /// How long to stop where the platform does not say: then one call asks how it stands.
    fn pause(&self, reading: &Reading, now: Timestamp) -> SignedDuration {
        let pause = SignedDuration::from_secs(reading.pause_s);
        // By then the first of what is used now does not count any more.
        let released = (self.least.1 + MEMORY).duration_since(now);
        let would_be_refused = self.cost.of_one().is_some_and(|each| self.percent + ROUNDING + each > 100.0);
        let is_next = released >= pause && released < pause * 2;
        if would_be_refused || is_next { released.max(pause) } else { pause }
    }

    fn each(&self) -> f64 {
        self.cost.of_one().unwrap_or(self.step)
    }

    /// What another process was told, unless this one was told later.
    pub fn hear(&mut self, news: Heard) {
        if self.at < news.at {
            (self.percent, self.step) = (news.percent, news.step);
            (self.at, self.believed_until) = (news.at, news.until);
        }
    }

    /// Would these calls, answered, stop everything?
    pub fn is_full_with(&self, under_way: u32) -> bool {
        self.percent + self.each() * f64::from(under_way) >= self.mark()
    }

    /// Between two turns, so that what is left lasts for a while.
    pub fn spacing(&self) -> SignedDuration {
        let (each, left) = (self.each(), self.mark() - self.percent);
        if each <= 0.0 || left <= 0.0 {
            return SPACING;
        }
        let spacing = SignedDuration::try_from_secs_f64(SPREAD_S * each / left).unwrap_or(SPACING);
        spacing.clamp(SHORTEST, SPACING)
    }

    /// Here everything stops, in percent. The cheaper a call, the later, and never where what is told may hide that
    /// nothing is left.
    fn mark(&self) -> f64 {
        let safe = |each| 100.0 - ROUNDING - each * self.room;
        self.cost.most().map_or(STOP, safe).max(STOP)
    }
}
