//! Lists: `{"data":[…],"next_cursor":…}`, newest first.

use serde::{Deserialize, Serialize};

use super::Problem;

const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 200;

#[derive(Serialize)]
pub struct List<T> {
    data: Vec<T>,
    next_cursor: Option<String>,
}

impl<T> List<T> {
    /// Everything there is.
    pub fn whole(data: Vec<T>) -> Self {
        Self { data, next_cursor: None }
    }

    /// One page; `position` is where the last row shown stands.
    pub fn page(data: Vec<T>, limit: i64, position: Option<(i64, &str)>) -> Self {
        let full = i64::try_from(data.len()).is_ok_and(|n| n >= limit);
        let next_cursor = position.filter(|_| full).map(|(at, id)| format!("{at}.{id}"));
        Self { data, next_cursor }
    }
}

/// Where a page starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before(pub Option<(i64, String)>);

impl Before {
    pub fn parse(cursor: Option<&str>) -> Result<Self, Problem> {
        let Some(text) = cursor else { return Ok(Self(None)) };
        let position = text.split_once('.').and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
        position
            .map(|p| Self(Some(p)))
            .ok_or_else(|| Problem::invalid("cursor", "use a next_cursor as it came"))
    }

    pub fn as_ref(&self) -> Option<(i64, &str)> {
        self.0.as_ref().map(|(at, id)| (*at, id.as_str()))
    }
}

pub fn limit(asked: Option<i64>) -> Result<i64, Problem> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        n if (1..=MAX_LIMIT).contains(&n) => Ok(n),
        _ => Err(Problem::invalid("limit", format!("choose 1 to {MAX_LIMIT}"))),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    pub cursor: Option<String>,
    pub limit: Option<i64>,
}

/// RFC 3339, UTC.
pub fn time(ms: i64) -> String {
    valetkey_sdk::clock::from_millisecond(ms).to_string()
}
