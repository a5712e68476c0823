//! The least access that is enough for what an agency does at a platform, beside what is asked for.

use std::collections::{BTreeMap, BTreeSet};

use valetkey_sdk::access::{AssetType, Level};
use valetkey_sdk::manifest::Manifest;

/// What is asked for, by asset type.
pub type Asked = BTreeMap<AssetType, Level>;

/// What some tasks come to at one platform.
#[derive(Debug, PartialEq, Eq)]
pub struct Advice<'a> {
    /// In the manifest's order: what the tasks need, and what else is asked for.
    pub lines: Vec<Line<'a>>,
    /// What they need that cannot be asked for: the task, and the id of the words.
    pub besides: Vec<(&'a str, &'a str)>,
    /// The platform has none of the tasks.
    pub nothing: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Line<'a> {
    pub of: &'a AssetType,
    /// The smallest level that is enough; none where no task needs it.
    pub least: Option<Level>,
    pub asked: Option<Level>,
    /// The tasks that need it.
    pub tasks: Vec<&'a str>,
}

impl Line<'_> {
    /// Less is asked for than the tasks need.
    pub fn falls_short(&self) -> bool {
        self.asked < self.least
    }

    /// More is asked for than the tasks need.
    pub fn goes_beyond(&self) -> bool {
        self.asked > self.least
    }
}

/// Compares what is asked for with what the tasks need.
pub fn advise<'a>(manifest: &'a Manifest, tasks: &BTreeSet<String>, asked: &Asked) -> Advice<'a> {
    let known: Vec<_> = manifest.tasks.iter().filter(|t| tasks.contains(&t.id)).collect();
    let least = manifest.least(known.iter().map(|t| t.id.as_str()));
    let line = |of: &'a AssetType| Line {
        of,
        least: least.get(of).copied(),
        asked: asked.get(of).copied(),
        tasks: known.iter().filter(|t| t.needs.iter().any(|n| &n.of == of)).map(|t| t.id.as_str()).collect(),
    };
    let lines = manifest.assets.iter().map(|a| line(&a.of));
    Advice {
        lines: lines.filter(|l| l.least.is_some() || l.asked.is_some()).collect(),
        besides: known.iter().flat_map(|t| t.besides.iter().map(|id| (t.id.as_str(), id.as_str()))).collect(),
        nothing: known.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform() -> Manifest {
        let registry = valetkey_connectors::Registry::new();
        let found = registry.iter().find(|p| p.manifest.tasks.iter().any(|t| t.needs.len() > 1));
        found.expect("a task that needs two things").manifest.clone()
    }

    /// One thing without the other is of no use: that is said, and so is what nobody needs.
    #[test]
    fn what_is_missing_and_what_is_too_much_are_told_apart() {
        let m = platform();
        let task = m.tasks.iter().find(|t| t.needs.len() > 1).expect("there");
        let tasks = BTreeSet::from([task.id.clone()]);
        let least: Asked = task.needs.iter().map(|n| (n.of.clone(), n.level)).collect();
        let of = |asked: &Asked| {
            let advice = advise(&m, &tasks, asked);
            let short = advice.lines.iter().filter(|l| l.falls_short()).count();
            (short, advice.lines.iter().filter(|l| l.goes_beyond()).count())
        };
        assert_eq!(of(&least), (0, 0));
        let mut one = least.clone();
        one.pop_last();
        assert_eq!(of(&one), (1, 0), "one of two");
        let mut full = least.clone();
        full.values_mut().for_each(|level| *level = Level::Full);
        assert_eq!(of(&full), (0, least.len()));
        let none = advise(&m, &BTreeSet::new(), &least);
        assert!(none.nothing && none.lines.iter().all(Line::goes_beyond));
    }
}
