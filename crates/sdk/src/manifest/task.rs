//! What an agency does for a client, and the least that it needs for it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::Manifest;
use crate::access::{AssetType, Level};

/// Tasks that mean the same at every platform, in the order of the page. The product names them; a platform
/// names the others itself.
pub const EVERYWHERE: [&str; 6] = ["report-ads", "report-posts", "run-ads", "publish", "answer", "billing"];

/// One thing that an agency does at this platform.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskFacts {
    pub id: String,
    /// What is asked for, at the smallest level that is enough.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// What it needs that cannot be asked for here, as ids of the platform's words (`besides-…`).
    #[serde(default)]
    pub besides: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    #[serde(rename = "type")]
    pub of: AssetType,
    pub level: Level,
}

impl Manifest {
    pub fn find_task(&self, id: &str) -> Option<&TaskFacts> {
        self.tasks.iter().find(|t| t.id == id)
    }

    /// What these tasks need together: of each asset type the smallest level that is enough for all of them.
    /// A task that this platform does not know needs nothing.
    pub fn least<'a>(&self, tasks: impl IntoIterator<Item = &'a str>) -> BTreeMap<AssetType, Level> {
        let mut least = BTreeMap::new();
        for need in tasks.into_iter().filter_map(|id| self.find_task(id)).flat_map(|t| &t.needs) {
            let level = least.entry(need.of.clone()).or_insert(need.level);
            *level = need.level.max(*level);
        }
        least
    }
}

/// Refuses a task that asks for what the platform does not offer, or for nothing.
pub(super) fn check(m: &Manifest) -> Result<(), String> {
    let id = &m.id;
    let mut seen = BTreeSet::new();
    for task in &m.tasks {
        let wrong = |why: String| Err(format!("{id}: task {}: {why}", task.id));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if task.id.is_empty() || !task.id.chars().all(plain) {
            return wrong("an id is small letters, digits and dashes".into());
        }
        if !seen.insert(&task.id) {
            return wrong("it is there twice".into());
        }
        if task.needs.is_empty() && task.besides.is_empty() {
            return wrong("it needs nothing: give needs, or besides".into());
        }
        for (n, Need { of, level }) in task.needs.iter().enumerate() {
            if !m.find_asset(of).is_some_and(|a| a.levels.contains_key(level)) {
                return wrong(format!("{of} is not offered with the level {}", level.as_str()));
            }
            if task.needs[..n].iter().any(|earlier| &earlier.of == of) {
                return wrong(format!("{of} is needed twice: give the smallest level that is enough"));
            }
        }
    }
    Ok(())
}
