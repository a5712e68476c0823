//! All that the simulated Meta remembers, in and out of the hub's file.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use valetkey_sdk::sim::People;

use super::tokens::Drawers;
use super::usage::Window;
use super::{Books, load};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// Versions, with the time from which reads see them.
    world: Vec<(i64, Value)>,
    tokens: Drawers,
    usage: BTreeMap<String, Window>,
}

pub fn keep(books: &Books) -> Value {
    let versions = books.world.versions();
    let world: Vec<_> = versions.iter().map(|(from_ms, world)| (from_ms, &**world)).collect();
    json!({ "world": world, "tokens": &*books.tokens.open(), "usage": books.usage.windows() })
}

/// Changes nothing unless all of it can be read.
pub fn recall(books: &Books, kept: &Value, people: &People) -> Result<(), String> {
    let Kept { world, tokens, usage } = Kept::deserialize(kept).map_err(|e| e.to_string())?;
    let versions = world.iter().map(|(from_ms, section)| Ok((*from_ms, load::parse(section, people)?)));
    books.world.recall(versions.collect::<Result<_, String>>()?)?;
    *books.tokens.open() = tokens;
    books.usage.recall(usage);
    Ok(())
}

/// Maps whose keys are no texts, as lists of pairs: JSON has no other keys.
pub mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(map)
    }

    pub fn deserialize<'de, K, V, D>(from: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Vec::deserialize(from)?.into_iter().collect())
    }
}
