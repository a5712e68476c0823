//! State whose changes may become visible to readers only later, like a replica that lags behind.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Writers work on the newest version; readers see the newest one that is due.
///
/// Versions become visible in the order they were written: a later change never overtakes a delayed one.
#[derive(Debug)]
pub struct Lagging<T>(Mutex<VecDeque<Version<T>>>);

#[derive(Debug)]
struct Version<T> {
    visible_from_ms: i64,
    state: Arc<T>,
}

impl<T: Clone> Lagging<T> {
    pub fn new(state: T) -> Self {
        Self(Mutex::new(VecDeque::from([Version { visible_from_ms: i64::MIN, state: Arc::new(state) }])))
    }

    /// What a read sees now.
    pub fn visible(&self, now_ms: i64) -> Arc<T> {
        let mut versions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while versions.get(1).is_some_and(|next| next.visible_from_ms <= now_ms) {
            versions.pop_front();
        }
        versions[0].state.clone()
    }

    /// What is so in truth, whether readers see it yet or not.
    pub fn newest(&self) -> Arc<T> {
        let versions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        versions[versions.len() - 1].state.clone()
    }

    /// Applies a change to the newest version; when it fails, nothing has changed.
    pub fn change<R, E>(
        &self,
        now_ms: i64,
        lag_ms: i64,
        apply: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<R, E> {
        let mut versions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = &versions[versions.len() - 1];
        let mut state = T::clone(&last.state);
        let visible_from_ms = last.visible_from_ms.max(now_ms.saturating_add(lag_ms));
        let answer = apply(&mut state)?;
        versions.push_back(Version { visible_from_ms, state: Arc::new(state) });
        while versions.get(1).is_some_and(|next| next.visible_from_ms <= now_ms) {
            versions.pop_front();
        }
        Ok(answer)
    }

    /// Every version that a read may still see, the oldest first, with the time from which reads see it.
    pub fn versions(&self) -> Vec<(i64, Arc<T>)> {
        let versions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        versions.iter().map(|version| (version.visible_from_ms, version.state.clone())).collect()
    }

    /// Starts again from what [`versions`](Self::versions) once said.
    pub fn recall(&self, kept: Vec<(i64, T)>) -> Result<(), String> {
        if kept.is_empty() {
            return Err("no version of the state was kept".into());
        }
        let version = |(visible_from_ms, state)| Version { visible_from_ms, state: Arc::new(state) };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = kept.into_iter().map(version).collect();
        Ok(())
    }

    /// Forgets everything and starts from here, visible at once.
    pub fn replace(&self, state: T) {
        let mut versions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *versions = VecDeque::from([Version { visible_from_ms: i64::MIN, state: Arc::new(state) }]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delayed_change_is_true_at_once_and_visible_later_in_order() {
        let state = Lagging::new(0);
        let set = |now, lag, to| {
            state.change(now, lag, |n| {
                *n = to;
                Ok::<_, ()>(())
            })
        };
        set(10, 50, 1).expect("applies");
        set(20, 0, 2).expect("applies");
        assert_eq!((*state.visible(59), *state.newest()), (0, 2));
        assert_eq!(*state.visible(60), 2, "the second change waited for the first");
        assert_eq!(state.change(70, 0, |_| Err::<(), _>("no")), Err("no"));
        assert_eq!(*state.newest(), 2);
    }

    #[test]
    fn what_is_not_visible_yet_is_recalled_as_well() {
        let state = Lagging::new(0);
        let changed = state.change(10, 50, |n| {
            *n = 1;
            Ok::<_, ()>(())
        });
        changed.expect("applies");
        let later = Lagging::new(9);
        later.recall(state.versions().into_iter().map(|(from, n)| (from, *n)).collect()).expect("recalls");
        assert_eq!((*later.visible(59), *later.newest(), *later.visible(60)), (0, 1, 1));
        assert!(later.recall(Vec::new()).is_err());
    }
}
