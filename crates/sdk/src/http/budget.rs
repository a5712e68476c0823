//! When to hold back: what platforms told about their limits, and what they refused. One for the process.

mod gauge;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use self::gauge::{Gauge, Heard};
use super::usage::Reading;
use crate::manifest::LimitOf;

/// Calls that share a limit at a platform: those of the operator's app, or of one connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quota {
    platform: String,
    connection: Option<String>,
}

impl Quota {
    pub fn app(platform: &str) -> Self {
        Self { platform: platform.to_owned(), connection: None }
    }

    pub fn connection(platform: &str, id: &str) -> Self {
        Self { platform: platform.to_owned(), connection: Some(id.to_owned()) }
    }

    pub fn platform_id(&self) -> &str {
        &self.platform
    }

    /// Nothing where it is the app's.
    pub fn connection_id(&self) -> Option<&str> {
        self.connection.as_deref()
    }
}

/// What a process learnt about a quota, for others that share it.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    pub of: Quota,
    /// Where it was told: header and place in it. Empty: nothing goes out before `until`.
    pub source: String,
    pub percent: f64,
    /// What one call adds, in percent.
    pub step: f64,
    pub at: Timestamp,
    /// How long it is believed.
    pub until: Timestamp,
}

/// The one place that knows pauses. Kept in memory; processes that share a limit tell each other by [`News`].
#[derive(Clone, Debug, Default)]
pub struct Budget(Arc<Mutex<BTreeMap<Quota, Gauge>>>);

impl Budget {
    /// What was learnt since this was asked last, and matters to others: near limits, and stops.
    pub fn take_news(&self, now: Timestamp) -> Vec<News> {
        let mut out = Vec::new();
        for (of, gauge) in self.lock().iter_mut() {
            for source in std::mem::take(&mut gauge.news) {
                let of = of.clone();
                if let Some(told) = gauge.told.get(&source) {
                    let (percent, step, at, until) = (told.percent, told.step, told.at, told.believed_until);
                    out.push(News { of, source, percent, step, at, until });
                } else if let Some(until) = gauge.find_stop(now).filter(|_| source.is_empty()) {
                    // Of two stops the longer one counts, whoever wrote last.
                    out.push(News { of, source, percent: 100.0, step: 0.0, at: until, until });
                }
            }
        }
        out
    }

    /// Keeps what another process learnt.
    pub fn hear(&self, news: News) {
        let News { of, source, percent, step, at, until } = news;
        self.lock().entry(of).or_default().hear(&source, Heard { percent, step, at, until });
    }

    /// Those of which one piece of work may begin at a time, and how long after the one before.
    pub fn find_slow(&self, of: &[Quota], now: Timestamp) -> Vec<(Quota, SignedDuration)> {
        let gauges = self.lock();
        let spacing = |quota: &Quota| Some((quota.clone(), gauges.get(quota)?.spacing(now)?));
        of.iter().filter_map(spacing).collect()
    }

    /// Platforms whose app's limit is nearly used up, and whether a piece of work may begin now.
    pub fn find_slow_apps(&self, now: Timestamp) -> Vec<(String, bool)> {
        let gauges = self.lock();
        let apps = gauges.iter().filter(|(quota, gauge)| quota.connection.is_none() && gauge.is_slow(now));
        apps.map(|(quota, gauge)| (quota.platform.clone(), gauge.is_turn_free(now))).collect()
    }

    /// May a piece of work begin? If not: when to ask again. Below the slow mark always; above it one at a
    /// time with a spacing; while stopped none.
    ///
    /// # Errors
    /// The time to ask again.
    pub fn take_turn(&self, of: &[Quota], now: Timestamp) -> Result<(), Timestamp> {
        let mut gauges = self.lock();
        let waits = of.iter().filter_map(|q| gauges.get_mut(q)?.next_turn(now)).max();
        if let Some(at) = waits {
            return Err(at);
        }
        for quota in of {
            if let Some(gauge) = gauges.get_mut(quota) {
                gauge.take_turn(now);
            }
        }
        Ok(())
    }

    /// May one call go out? It counts as under way until the pass is dropped.
    ///
    /// # Errors
    /// The time before which no call of these may go out.
    pub fn admit(&self, of: &[Quota], now: Timestamp) -> Result<Pass, Timestamp> {
        let mut gauges = self.lock();
        if let Some(until) = of.iter().filter_map(|q| gauges.get(q)?.closed_until(now)).max() {
            return Err(until);
        }
        for quota in of {
            if !gauges.contains_key(quota) {
                gauges.retain(|_, gauge| !gauge.is_idle(now));
            }
            gauges.entry(quota.clone()).or_default().under_way += 1;
        }
        Ok(Pass { budget: self.clone(), of: of.to_vec() })
    }

    /// Keeps what an answer told.
    pub(super) fn note(&self, of: &[Quota], readings: &[Reading], now: Timestamp) {
        let mut gauges = self.lock();
        for quota in of {
            let kind = if quota.connection.is_some() { LimitOf::Connection } else { LimitOf::App };
            for reading in readings.iter().filter(|r| r.of == kind) {
                gauges.entry(quota.clone()).or_default().note(reading, now);
            }
        }
    }

    /// The platform refused: nothing goes out before `until`.
    pub fn stop(&self, quota: &Quota, until: Timestamp) {
        self.lock().entry(quota.clone()).or_default().stop(until);
    }

    /// Until when nothing goes out, if so.
    pub fn find_stop(&self, of: &[Quota], now: Timestamp) -> Option<Timestamp> {
        let gauges = self.lock();
        of.iter().filter_map(|q| gauges.get(q)?.find_stop(now)).max()
    }

    /// Where readings came from: header and place in it.
    pub fn sources(&self) -> Vec<String> {
        self.lock().values().flat_map(|gauge| gauge.told.keys().cloned()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Quota, Gauge>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is under way.
#[derive(Debug)]
pub struct Pass {
    budget: Budget,
    of: Vec<Quota>,
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut gauges = self.budget.lock();
        for quota in &self.of {
            if let Some(gauge) = gauges.get_mut(quota) {
                gauge.under_way = gauge.under_way.saturating_sub(1);
            }
        }
    }
}
