//! Calls of an app in a second, a minute and a day, by tier ("Rate limits", portal docs, read 2026-11-23).
//! No header tells how many are left.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::answer::Refusal;
use super::world::Tier;

/// Lengths of the windows in milliseconds, and what they are called.
const WINDOWS: [(i64, &str); 3] = [(1_000, "QPS"), (60_000, "QPM"), (86_400_000, "QPD")];

#[derive(Default)]
pub struct Calls(Mutex<BTreeMap<(String, usize), (i64, u64)>>);

fn most(tier: Tier) -> [u64; 3] {
    match tier {
        Tier::Basic => [10, 600, 864_000],
        Tier::Advanced => [20, 1_200, 1_728_000],
        Tier::Premium => [30, 1_800, 2_592_000],
        Tier::Ultimate => [50, 3_000, 4_320_000],
    }
}

impl Calls {
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub fn count(&self, app: &str, tier: Tier, now_ms: i64) -> Result<(), Refusal> {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (at, ((length_ms, name), most)) in WINDOWS.into_iter().zip(most(tier)).enumerate() {
            let window = now_ms.div_euclid(length_ms);
            let counted = calls.entry((app.to_owned(), at)).or_insert((window, 0));
            if counted.0 != window {
                *counted = (window, 0);
            }
            if counted.1 >= most {
                return Err(Refusal::limited(&format!("The app has reached its {name} limit of {most}.")));
            }
            counted.1 += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As often as it is let from this time on, tried every tenth of a second.
    fn let_through(calls: &Calls, tier: Tier, from_ms: i64, for_ms: i64) -> u64 {
        let times = (from_ms..from_ms + for_ms).step_by(100);
        times.map(|now_ms| (0..60).filter(|_| calls.count("app", tier, now_ms).is_ok()).count() as u64).sum()
    }

    #[test]
    fn each_tier_has_its_calls_of_a_second_and_of_a_minute() {
        for tier in [Tier::Basic, Tier::Advanced, Tier::Premium, Tier::Ultimate] {
            let ([second, minute, _], calls) = (most(tier), Calls::default());
            assert_eq!(let_through(&calls, tier, 0, 1_000), second, "{tier:?}");
            assert_eq!(let_through(&calls, tier, 1_000, 59_000), minute - second, "{tier:?}");
            assert_eq!(let_through(&calls, tier, 60_000, 1_000), second, "{tier:?}: a new minute");
            assert!(calls.count("another app", tier, 0).is_ok());
        }
        assert_eq!(most(Tier::Basic), [10, 600, 864_000]);
    }
}
