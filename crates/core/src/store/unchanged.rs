//! Rows that were read since the last change to the database, kept until the next one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::sql::State;

/// How many answers are kept; more begin anew.
const MOST: usize = 1_000;

/// Answers by what was asked for.
#[derive(Clone)]
pub(super) struct Unchanged<T>(Arc<Mutex<Kept<T>>>);

struct Kept<T> {
    /// [`Db::state`](super::sql::Db::state) before they were read.
    at: State,
    answers: HashMap<String, T>,
}

impl<T> Default for Unchanged<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Kept { at: State::default(), answers: HashMap::new() })))
    }
}

impl<T: Clone> Unchanged<T> {
    /// What was answered at this state of the database.
    pub(super) fn find(&self, at: State, asked: &str) -> Option<T> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.at == at { kept.answers.get(asked).cloned() } else { None }
    }

    /// Keeps an answer that was read after the database was seen in this state.
    pub(super) fn keep(&self, at: State, asked: String, answer: T) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.at != at || kept.answers.len() >= MOST {
            kept.answers.clear();
        }
        kept.at = at;
        kept.answers.insert(asked, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(own_commits: u64) -> State {
        State { own_commits, seen: 0 }
    }

    #[test]
    fn an_answer_holds_until_the_next_change_and_many_begin_anew() {
        let kept = Unchanged::default();
        kept.keep(state(1), "a".into(), 10);
        assert_eq!(
            (kept.find(state(1), "a"), kept.find(state(1), "b"), kept.find(state(2), "a")),
            (Some(10), None, None)
        );
        kept.keep(state(2), "b".into(), 20);
        assert_eq!(
            (kept.find(state(1), "a"), kept.find(state(2), "a"), kept.find(state(2), "b")),
            (None, None, Some(20))
        );
        // Read before a change, and slower than whoever has read after it.
        kept.keep(state(1), "late".into(), 5);
        assert_eq!((kept.find(state(2), "late"), kept.find(state(2), "b")), (None, None));
        for n in 0..=MOST {
            kept.keep(state(3), n.to_string(), 0);
        }
        assert_eq!(kept.0.lock().expect("kept").answers.len(), 1);
    }
}
