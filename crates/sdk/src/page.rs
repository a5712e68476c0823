//! One page of a listing, and how well the reader could see.

use serde::{Deserialize, Serialize};

/// Where the next page starts; empty for the first. Never kept across runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor(pub Option<String>);

/// How well a read saw. Absence is evidence only under [`Sight::Full`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// A canary was visible: the reader's own role, or a row known to be there.
    Full,
    /// Something was hidden, and why, in one sentence.
    Partial(String),
}

impl Sight {
    /// Full only when both are.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::Full => other,
            partial => partial,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
    pub sight: Sight,
}

impl<T> Page<T> {
    /// Everything there is, seen with full sight.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None, sight: Sight::Full }
    }
}
