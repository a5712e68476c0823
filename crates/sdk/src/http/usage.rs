//! Reads what an answer's headers say about used limits, by the manifest's facts.

#[cfg(test)]
mod tests;

use http::HeaderMap;
use serde_json::{Map, Value};

use crate::manifest::{LimitOf, UsageFacts};

/// More than this is no percentage. Over 100 is possible: refused calls may count as well.
const MOST: f64 = 1_000.0;
/// No header stops anything for longer, in seconds.
const LONGEST_S: i64 = 86_400;

/// One limit, as one answer told it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub of: LimitOf,
    /// Header and place in its value: the next answer tells the same limit under the same name.
    pub source: String,
    /// The fullest of its shares, in percent.
    pub percent: f64,
    /// In how many seconds calls work again, where the platform says so; at most a day.
    pub regain_s: Option<i64>,
    /// How long to stop when it does not say, in seconds.
    pub pause_s: i64,
}

/// Everything told. A header that cannot be read tells nothing.
pub fn read(facts: &[UsageFacts], headers: &HeaderMap) -> Vec<Reading> {
    let mut found = Vec::new();
    for one in facts {
        for value in headers.get_all(&one.header) {
            if let Ok(value) = serde_json::from_slice::<Value>(value.as_bytes()) {
                rows(one, &value, &one.header, &mut found);
            }
        }
    }
    found
}

/// A row is any object, however deep, with one of the fields.
fn rows(facts: &UsageFacts, value: &Value, at: &str, found: &mut Vec<Reading>) {
    match value {
        Value::Object(row) => {
            found.extend(reading(facts, row, at));
            for (name, value) in row {
                rows(facts, value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| rows(facts, value, at, found)),
        _ => {}
    }
}

fn reading(facts: &UsageFacts, row: &Map<String, Value>, at: &str) -> Option<Reading> {
    let shares = facts.percent.iter().filter_map(|field| row.get(field)?.as_f64());
    let percent = shares.filter(|p| (0.0..=MOST).contains(p)).reduce(f64::max)?;
    let regain =
        facts.regain.as_ref().and_then(|r| Some(row.get(&r.field)?.as_i64()?.saturating_mul(r.unit_s)));
    // Several rows of one id differ in their type.
    let kind = row.get("type").and_then(Value::as_str).unwrap_or_default();
    Some(Reading {
        of: facts.of,
        source: format!("{at}/{kind}"),
        percent,
        regain_s: regain.filter(|s| *s > 0).map(|s| s.min(LONGEST_S)),
        pause_s: facts.pause_s,
    })
}
