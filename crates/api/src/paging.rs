//! Lists: `{"data":[…],"next_cursor":…}`, newest first.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;

const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 200;

/// One page of a list.
#[derive(Serialize, ToSchema)]
pub struct List<T> {
    data: Vec<T>,
    /// For the parameter `cursor` of the next call; none on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl<T> List<T> {
    /// One page out of everything there is, in the order given.
    ///
    /// # Errors
    /// When the limit is out of bounds, or the cursor is not of this list.
    pub fn cut(all: Vec<T>, q: &PageQuery, id: impl Fn(&T) -> String) -> Result<Self, Problem> {
        let wrong = || Problem::invalid("cursor", "use a next_cursor as it came");
        let (before, limit) = (Before::parse(q.cursor.as_deref())?, limit(q.limit)?);
        let start = match before.as_ref() {
            Some((_, last)) => all.iter().position(|t| id(t) == last).ok_or_else(wrong)? + 1,
            None => 0,
        };
        let limit = usize::try_from(limit).map_err(|_| wrong())?;
        let more = all.len() > start + limit;
        let data: Vec<_> = all.into_iter().skip(start).take(limit).collect();
        let next_cursor = data.last().filter(|_| more).map(|t| format!("0.{}", id(t)));
        Ok(Self { data, next_cursor })
    }

    /// One page; `position` is where the last row shown stands.
    pub fn page(data: Vec<T>, limit: i64, position: Option<(i64, &str)>) -> Self {
        let full = i64::try_from(data.len()).is_ok_and(|n| n >= limit);
        let next_cursor = position.filter(|_| full).map(|(at, id)| format!("{at}.{id}"));
        Self { data, next_cursor }
    }

    /// One page of a list with cursors of its own.
    pub fn after(data: Vec<T>, limit: i64, last: Option<String>) -> Self {
        let full = i64::try_from(data.len()).is_ok_and(|n| n >= limit);
        Self { next_cursor: last.filter(|_| full), data }
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

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PageQuery {
    /// A `next_cursor` as it came.
    pub cursor: Option<String>,
    /// How many at most; 50 unless said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
}

/// RFC 3339, UTC.
pub fn time(ms: i64) -> String {
    valetkey_sdk::clock::from_millisecond(ms).to_string()
}
