//! How long a simulated platform takes to answer.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;

use crate::random::Random;

/// One setting. Without a host it holds for every host that programs call; people's pages stay quick.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    ms: u64,
    #[serde(default)]
    jitter_ms: u64,
    #[serde(default)]
    host: Option<String>,
}

/// The newest setting for a host wins over the general one.
#[derive(Debug, Default)]
pub struct Latencies(Mutex<Vec<Latency>>);

impl Latencies {
    pub fn set(&self, latency: Latency) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|other| other.host != latency.host);
        all.push(latency);
    }

    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub fn find(&self, host: &str, is_site: bool, random: &Random) -> Option<Duration> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = all.iter().find(|latency| latency.host.as_deref() == Some(host));
        let general = all.iter().find(|latency| latency.host.is_none() && !is_site);
        let latency = own.or(general)?;
        let jitter_ms = match latency.jitter_ms {
            0 => 0,
            most => u64::from_be_bytes(random.bytes::<8>()) % (most + 1),
        };
        Some(Duration::from_millis(latency.ms + jitter_ms))
    }
}
