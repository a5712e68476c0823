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
