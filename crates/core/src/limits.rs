//! How often one may call: a bucket for each key, each agency, and each address that has no key. How often one
//! may open links that are none (T01): a bucket for each address, and one for all of them. And how often one card
//! may ask whether the platform shows what was scanned for.
//!
//! Calls of the API are counted by the address of the connection; headers that name another one are not looked
//! at. Counters are in this process.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use crate::ids::{AgencyId, ApiKeyId, ItemId};

/// Whose calls are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Allowance {
    Key(ApiKeyId),
    Agency(AgencyId),
    /// Calls without a valid key, by address; all together where the address is not known.
    Stranger(Option<IpAddr>),
    /// Links that are none, by the address that asked for them.
    Misses(Option<IpAddr>),
    /// Links that are none, whoever asked.
    AllMisses,
    /// How often one card is asked whether the platform shows what was scanned for.
    Looks(ItemId),
}

/// No call is left for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Until the next one.
    pub seconds: i64,
}

/// So many at once, and one more each time that so many milliseconds went by.
#[derive(Clone, Copy, Debug)]
struct Rate {
    burst: i64,
    every_ms: i64,
}

impl Rate {
    fn full(self) -> i64 {
        self.burst * self.every_ms
    }
}

impl Allowance {
    fn rate(&self) -> Rate {
        match self {
            Self::Key(_) => Rate { burst: 10_000, every_ms: 20 },
            Self::Agency(_) => Rate { burst: 40_000, every_ms: 5 },
            Self::Stranger(_) => Rate { burst: 1_000, every_ms: 200 },
            Self::Misses(_) => Rate { burst: MISSES, every_ms: 1_000 },
            Self::AllMisses => Rate { burst: ALL_MISSES, every_ms: 100 },
            Self::Looks(_) => Rate { burst: 60, every_ms: 2_000 },
        }
    }

    fn counted(self) -> Self {
        match self {
            Self::Stranger(ip) => Self::Stranger(ip.map(network)),
            Self::Misses(ip) => Self::Misses(ip.map(network)),
            other => other,
        }
    }
}

/// A network is one caller: who has one address of version 6 has 2^64 of them.
pub fn network(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    match v6.to_ipv4_mapped() {
        Some(v4) => IpAddr::V4(v4),
        None => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// So many links that are none may be opened from one address at once.
pub const MISSES: i64 = 300;
/// And so many from all addresses together, before each may miss only once.
pub const ALL_MISSES: i64 = 10_000;

/// What is left, in milliseconds of waiting that one need not do, and when that was so.
struct Bucket {
    left: i64,
    at_ms: i64,
}

/// Buckets that are full again are forgotten when there are more than this.
const MAX_BUCKETS: usize = 20_000;

#[derive(Default)]
pub struct Limits(Mutex<HashMap<Allowance, Bucket>>);

impl Limits {
    /// Takes one call.
    ///
    /// # Errors
    /// When none is left.
    pub fn take(&self, of: Allowance, now_ms: i64) -> Result<(), Wait> {
        let rate = of.rate();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_BUCKETS {
            buckets.retain(|of, b| refilled(b, of.rate(), now_ms) < of.rate().full());
        }
        let full = Bucket { left: rate.full(), at_ms: now_ms };
        let bucket = buckets.entry(of.counted()).or_insert(full);
        bucket.left = refilled(bucket, rate, now_ms);
        bucket.at_ms = now_ms;
        if bucket.left < rate.every_ms {
            return Err(wait(bucket.left, rate));
        }
        bucket.left -= rate.every_ms;
        Ok(())
    }

    /// Whether this address may open a link at all. Who has missed too often may not, whatever the link is:
    /// otherwise the answer would tell which ones exist. When all together have, who missed once may not.
    ///
    /// # Errors
    /// When it has to wait.
    pub fn may_open(&self, address: Option<IpAddr>, now_ms: i64) -> Result<(), Wait> {
        let of = Allowance::Misses(address).counted();
        let rate = of.rate();
        let left = self.left(&of, now_ms);
        if left < rate.every_ms {
            return Err(wait(left, rate));
        }
        let (all, of_all) = (self.left(&Allowance::AllMisses, now_ms), Allowance::AllMisses.rate());
        if all < of_all.every_ms && left < rate.full() {
            return Err(wait(all, of_all));
        }
        Ok(())
    }

    /// What an address opened was no link.
    pub fn missed(&self, address: Option<IpAddr>, now_ms: i64) {
        for of in [Allowance::Misses(address), Allowance::AllMisses] {
            // Empty is empty: calls that were under way together may miss once more.
            let _ = self.take(of, now_ms);
        }
    }

    fn left(&self, of: &Allowance, now_ms: i64) -> i64 {
        let rate = of.rate();
        let buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.get(of).map_or(rate.full(), |b| refilled(b, rate, now_ms))
    }
}

fn wait(left: i64, rate: Rate) -> Wait {
    Wait { seconds: (rate.every_ms - left).div_euclid(1_000) + 1 }
}

fn refilled(b: &Bucket, rate: Rate, now_ms: i64) -> i64 {
    let since = now_ms.saturating_sub(b.at_ms).max(0);
    b.left.saturating_add(since).min(rate.full())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(text: &str) -> Allowance {
        Allowance::Stranger(Some(text.parse().expect("an address")))
    }

    #[test]
    fn a_bucket_runs_dry_and_fills_again_with_time() {
        let limits = Limits::default();
        for n in 0..1_000 {
            assert!(limits.take(stranger("192.0.2.1"), 0).is_ok(), "{n}");
        }
        let refusal = limits.take(stranger("192.0.2.1"), 0).expect_err("dry");
        assert_eq!(refusal, Wait { seconds: 1 });
        assert!(limits.take(stranger("192.0.2.2"), 0).is_ok(), "another address is another caller");
        assert!(limits.take(stranger("192.0.2.1"), 199).is_err());
        assert!(limits.take(stranger("192.0.2.1"), 200).is_ok(), "five a second");
        assert!(limits.take(stranger("192.0.2.1"), 200).is_err());
        assert!(limits.take(stranger("192.0.2.1"), -5_000).is_err(), "a clock that goes back gives nothing");
    }

    #[test]
    fn a_sweep_through_one_network_is_one_caller() {
        let limits = Limits::default();
        let allowed = (0..5_000_u32)
            .filter(|n| limits.take(stranger(&format!("2001:db8:1:1::{n:x}")), 0).is_ok())
            .count();
        assert_eq!(allowed, 1_000);
        assert!(limits.take(stranger("2001:db8:1:2::1"), 0).is_ok());
        let mapped = (0..5).filter(|_| limits.take(stranger("::ffff:192.0.2.9"), 0).is_ok()).count();
        assert_eq!(mapped, 5, "an address of version 4 is counted by itself");
    }

    fn address(n: u32) -> Option<IpAddr> {
        Some(IpAddr::V4(n.into()))
    }

    #[test]
    fn an_address_misses_so_often_and_then_opens_nothing() {
        let limits = Limits::default();
        let mut opened = 0;
        while limits.may_open(address(1), 0).is_ok() {
            limits.missed(address(1), 0);
            opened += 1;
        }
        assert_eq!(opened, MISSES);
        assert!(limits.may_open(address(2), 0).is_ok(), "another address is not held up");
        assert!(limits.may_open(address(1), 999).is_err());
        assert!(limits.may_open(address(1), 1_000).is_ok(), "one a second");
    }

    #[test]
    fn when_all_miss_too_often_each_address_may_miss_once() {
        let limits = Limits::default();
        for n in 0..u32::try_from(ALL_MISSES).expect("small") {
            assert!(limits.may_open(address(n / 2), 0).is_ok(), "{n}");
            limits.missed(address(n / 2), 0);
        }
        assert!(limits.may_open(address(1), 0).is_err(), "it missed before");
        let fresh = address(u32::MAX);
        assert!(limits.may_open(fresh, 0).is_ok(), "who never missed opens a real link");
        limits.missed(fresh, 0);
        assert!(limits.may_open(fresh, 0).is_err());
    }

    #[test]
    fn buckets_that_are_full_again_are_forgotten() {
        let limits = Limits::default();
        for n in 0..u32::try_from(MAX_BUCKETS).expect("small") {
            assert!(limits.take(Allowance::Stranger(Some(IpAddr::V4(n.into()))), 0).is_ok());
        }
        assert!(limits.take(stranger("192.0.2.1"), 1_000_000).is_ok());
        assert_eq!(limits.0.lock().expect("not poisoned").len(), 1);
    }
}
