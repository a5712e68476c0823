//! The sum of cases: a table for people, a line for programs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Outcome;
use super::client::Count;

/// What may be more than nothing.
const GOOD: [&str; 2] = ["grants attempted", "audit records verified"];

#[derive(Clone, Debug, Default)]
pub struct Sum {
    pub cases: u64,
    pub kills: u64,
    stops: u64,
    pub faults: u64,
    effects: u64,
    secrets: u64,
    chains: BTreeMap<usize, u64>,
    points: Count,
    counters: Count,
    slowest_start_ms: u64,
    slowest_rest_ms: u64,
    took_ms: u64,
    pub findings: Vec<String>,
}

impl Sum {
    pub fn add(&mut self, case: &Outcome) {
        self.cases += 1;
        self.kills += case.kills;
        self.stops += case.stops;
        self.faults += case.faults;
        self.effects += case.effects;
        self.secrets += case.secrets;
        self.slowest_start_ms = self.slowest_start_ms.max(case.slowest_start_ms);
        self.slowest_rest_ms = self.slowest_rest_ms.max(case.slowest_rest_ms);
        self.took_ms += case.took_ms;
        for (length, n) in &case.chains {
            *self.chains.entry(*length).or_default() += n;
        }
        for (all, some) in [(&mut self.points, &case.points), (&mut self.counters, &case.counters)] {
            for (name, n) in some {
                *all.entry(name.clone()).or_default() += n;
            }
        }
        self.findings.extend(case.findings.iter().map(|f| format!("seed {}: {f}", case.seed)));
    }

    pub fn is_good(&self) -> bool {
        let bad = self.counters.iter().filter(|(name, _)| !GOOD.contains(&name.as_str()));
        bad.map(|(_, n)| n).sum::<u64>() == 0 && self.secrets == 0 && self.findings.is_empty()
    }

    fn rows(&self) -> Vec<(String, u64)> {
        let chain = |n: usize| self.chains.get(&n).copied().unwrap_or(0);
        let points = self.points.keys().filter(|p| *p != "from outside").count() as u64;
        let outside = self.points.get("from outside").copied().unwrap_or(0);
        let mut rows = vec![
            ("cases".to_owned(), self.cases),
            ("kills".to_owned(), self.kills),
            ("of those at a named point".to_owned(), self.kills - outside),
            ("different points, before and after".to_owned(), points),
            ("one, two, three in a row".to_owned(), chain(1) + chain(2) + chain(3)),
            ("of those two in a row".to_owned(), chain(2)),
            ("of those three in a row".to_owned(), chain(3)),
            ("nodes that stood still for longer than a lease".to_owned(), self.stops),
            ("faults: answers lost after the effect".to_owned(), self.faults),
            ("effects at the platforms".to_owned(), self.effects),
        ];
        rows.extend(self.counters.iter().map(|(name, n)| (name.clone(), *n)));
        rows.push(("secrets found".to_owned(), self.secrets));
        rows.push(("slowest start after a kill, ms".to_owned(), self.slowest_start_ms));
        rows.push(("slowest from such a start to rest, ms".to_owned(), self.slowest_rest_ms));
        rows
    }

    pub fn markdown(&self) -> String {
        let rows = self.rows().into_iter().map(|(name, n)| format!("| {name} | {n} |"));
        ["| | |".to_owned(), "| --- | --- |".to_owned()]
            .into_iter()
            .chain(rows)
            .collect::<Vec<_>>()
            .join("\n")
    }

    pub fn json(&self) -> Value {
        let rows: BTreeMap<_, _> = self.rows().into_iter().collect();
        json!({"report": rows, "points": self.points, "findings": self.findings, "good": self.is_good()})
    }
}
