//! All that the simulated TikTok remembers, in and out of the hub's file.

use serde::Deserialize;
use serde_json::{Value, json};
use valetkey_sdk::sim::People;

use super::tokens::Drawers;
use super::{Books, world};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    /// Versions, with the time from which reads see them.
    world: Vec<(i64, Value)>,
    tokens: Drawers,
}

pub fn keep(books: &Books) -> Value {
    let versions = books.world.versions();
    let world: Vec<_> = versions.iter().map(|(from_ms, world)| (from_ms, &**world)).collect();
    json!({ "world": world, "tokens": &*books.tokens.open() })
}

/// Changes nothing unless all of it can be read.
pub fn recall(books: &Books, kept: &Value, people: &People) -> Result<(), String> {
    let Kept { world, tokens } = Kept::deserialize(kept).map_err(|e| e.to_string())?;
    let versions = world.iter().map(|(from_ms, section)| Ok((*from_ms, world::parse(section, people)?)));
    books.world.recall(versions.collect::<Result<_, String>>()?)?;
    *books.tokens.open() = tokens;
    Ok(())
}
