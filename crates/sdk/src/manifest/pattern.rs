//! What an id looks like: a hard rule that refuses, a usual shape that only warns.

use serde::Deserialize;

use regex_lite::Regex;

/// Anchored patterns for an id. Ids are text: many are larger than a JSON number can hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdPattern {
    #[serde(deserialize_with = "anchored")]
    refuse: Regex,
    #[serde(default, deserialize_with = "anchored_option")]
    usual: Option<Regex>,
}

impl IdPattern {
    /// Can this be an id at all?
    pub fn allows(&self, id: &str) -> bool {
        self.refuse.is_match(id)
    }

    /// Does it look as ids usually do? When not, warn, but go on.
    pub fn is_usual(&self, id: &str) -> bool {
        self.usual.as_ref().is_none_or(|u| u.is_match(id))
    }
}

fn anchored<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Regex, D::Error> {
    let text = String::deserialize(from)?;
    Regex::new(&format!("^(?:{text})$")).map_err(serde::de::Error::custom)
}

fn anchored_option<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Regex>, D::Error> {
    anchored(from).map(Some)
}
