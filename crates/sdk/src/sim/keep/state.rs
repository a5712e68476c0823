//! What is kept: everything but the request log, faults and latency, which belong to one process.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::sim::hub::Hub;
use crate::sim::ledger::Entry;
use crate::sim::people::People;
use crate::sim::secrets::Issued;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Where the simulators listened, so that a browser in the middle of a sign-in finds them again.
    pub port: u16,
    clock_offset_ms: i64,
    people: People,
    platforms: BTreeMap<String, Value>,
    ledger: Vec<Entry>,
    secrets: Vec<Issued>,
}

impl Kept {
    pub fn of(hub: &Hub, port: u16) -> Self {
        let platforms = hub.simulators.iter().map(|sim| (sim.platform().to_owned(), sim.keep()));
        Self {
            port,
            clock_offset_ms: hub.clock.offset_ms(),
            people: (*hub.people()).clone(),
            platforms: platforms.collect(),
            ledger: hub.ledger.entries_after(0),
            secrets: hub.secrets.issued(),
        }
    }

    /// Brings a new hub to this state. A platform that was not there yet keeps its default world.
    pub fn recall(self, hub: &Hub) -> Result<(), String> {
        self.people.check()?;
        for (id, kept) in &self.platforms {
            let sim = hub.simulators.iter().find(|sim| sim.platform() == id);
            let sim = sim.ok_or_else(|| format!("no platform here is called '{id}'"))?;
            sim.recall(kept, &self.people).map_err(|sentence| format!("{id}: {sentence}"))?;
        }
        hub.set_people(self.people);
        hub.ledger.recall(self.ledger);
        hub.secrets.recall(self.secrets);
        hub.clock.set_offset_ms(self.clock_offset_ms);
        Ok(())
    }
}
