//! All that the simulated GitHub remembers, in and out of the hub's file.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use valetkey_sdk::sim::People;

use super::limits::Window;
use super::tokens::Drawers;
use super::{Books, load};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// Versions, with the time from which reads see them.
    world: Vec<(i64, Value)>,
    tokens: Drawers,
    windows: BTreeMap<String, Window>,
}

pub fn keep(books: &Books) -> Value {
    let versions = books.world.versions();
    let world: Vec<_> = versions.iter().map(|(from_ms, world)| (from_ms, &**world)).collect();
    json!({ "world": world, "tokens": &*books.tokens.open(), "windows": books.limits.windows() })
}

/// Changes nothing unless all of it can be read.
pub fn recall(books: &Books, kept: &Value, people: &People) -> Result<(), String> {
    let Kept { world, tokens, windows } = Kept::deserialize(kept).map_err(|e| e.to_string())?;
    let versions = world.iter().map(|(from_ms, section)| Ok((*from_ms, load::parse(section, people)?)));
    books.world.recall(versions.collect::<Result<_, String>>()?)?;
    *books.tokens.open() = tokens;
    books.limits.recall(windows);
    Ok(())
}
