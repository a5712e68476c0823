//! How a platform tells the used share of its limits.

use serde::Deserialize;

/// One header whose value is JSON with shares in percent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageFacts {
    /// Its name, in lower case.
    pub header: String,
    pub of: LimitOf,
    /// Fields that hold a share in percent; the fullest counts.
    pub percent: Vec<String>,
    /// The field that says when calls work again.
    pub regain: Option<Regain>,
    /// How long to stop when the header does not say, in seconds.
    pub pause_s: i64,
}

/// A field that counts the time until calls work again; nought says nothing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regain {
    pub field: String,
    /// Its unit, in seconds.
    pub unit_s: i64,
}

/// Which calls share the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitOf {
    /// All calls of the operator's app.
    App,
    /// Calls about one business, which are made with one connection as a rule.
    Connection,
}

impl UsageFacts {
    pub(super) fn check(&self) -> Result<(), String> {
        let header = &self.header;
        let name = http::HeaderName::from_bytes(header.as_bytes());
        if name.is_err() || header.chars().any(|c| c.is_ascii_uppercase()) {
            return Err(format!("usage {header}: this is no header's name in lower case"));
        }
        if self.percent.is_empty() {
            return Err(format!("usage {header}: no field holds a share"));
        }
        if !(1..=86_400).contains(&self.pause_s) || self.regain.as_ref().is_some_and(|r| r.unit_s < 1) {
            return Err(format!("usage {header}: a pause lasts 1 to 86400 seconds, a unit at least one"));
        }
        Ok(())
    }
}
