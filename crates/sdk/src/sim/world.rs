//! World files: who exists, and what every platform holds, in one JSON document.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::people::People;

/// A world brought by a caller, or the state now.
///
/// A platform left out keeps its default section when the people are left out as well; with other
/// people it starts empty, because its default section speaks of the documented cast.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct World {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<People>,
    #[serde(default)]
    pub platforms: BTreeMap<String, Value>,
}

impl World {
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(text).map_err(|e| format!("this is not a world file: {e}"))
    }
}
