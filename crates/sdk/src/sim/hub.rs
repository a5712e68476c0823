//! The hub's shared state, and what a reset, a snapshot and an act do to all platforms.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::app::App;
use crate::clock::Clock;
use crate::random::Random;

use super::Simulator;
use super::act::Act;
use super::faults::Faults;
use super::latency::Latencies;
use super::ledger::{Effect, Ledger};
use super::people::People;
use super::requests::Requests;
use super::secrets::Secrets;
use super::world::World;

/// How far the hub's history has come: touches, ledger entries, secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark(u64, usize, usize);

/// What every simulator shares: time, chance, people, and the books.
pub struct Hub {
    pub clock: Clock,
    pub random: Random,
    pub secrets: Secrets,
    pub ledger: Ledger,
    pub(super) requests: Requests,
    pub(super) faults: Faults,
    pub(super) latencies: Latencies,
    pub(super) simulators: Vec<Arc<dyn Simulator>>,
    people: Mutex<Arc<People>>,
    touches: AtomicU64,
}

impl Hub {
    /// A hub in the default world.
    pub fn new(simulators: Vec<Arc<dyn Simulator>>, clock: Clock, random: Random) -> Result<Self, String> {
        let hub = Self {
            clock,
            random,
            secrets: Secrets::default(),
            ledger: Ledger::default(),
            requests: Requests::default(),
            faults: Faults::default(),
            latencies: Latencies::default(),
            simulators,
            people: Mutex::new(Arc::new(People::documented())),
            touches: AtomicU64::new(0),
        };
        hub.reset_to("default")?;
        Ok(hub)
    }

    /// The cast of the world now.
    pub fn people(&self) -> Arc<People> {
        self.people.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_people(&self, people: People) {
        *self.people.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(people);
    }

    /// Says that something changed which is worth keeping. Needed only for a change that a safe method
    /// such as GET makes, and that neither enters the ledger nor issues a secret.
    pub fn touch(&self) {
        self.touches.fetch_add(1, Ordering::SeqCst);
    }

    /// Differs from an earlier one when something may have changed in between.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.touches.load(Ordering::SeqCst), self.ledger.len(), self.secrets.len())
    }

    /// Writes an effect into the ledger. Call it while the change is being applied, so that the order holds.
    pub fn record(&self, effect: Effect) {
        self.ledger.append(self.clock.now(), effect);
    }

    /// The app registered at a platform, where there is a simulator for it.
    pub fn find_app(&self, platform: &str) -> Option<App> {
        self.find_simulator(platform).map(|sim| sim.app())
    }

    /// Does by hand what the act says.
    pub fn act(&self, act: &Act) -> Result<(), String> {
        let Some(sim) = self.find_simulator(&act.platform) else {
            return Err(format!("no platform here is called '{}'", act.platform));
        };
        if self.people().find(&act.person).is_none() {
            return Err(format!("nobody in this world is called '{}'", act.person));
        }
        sim.act(act, self)
    }

    /// Back to a named world. A platform that does not know the name goes back to its default.
    pub fn reset_to(&self, name: &str) -> Result<(), String> {
        if self.simulators.iter().all(|sim| sim.world(name).is_none()) && name != "default" {
            return Err(format!("there is no world called '{name}'"));
        }
        let platforms = self.simulators.iter().filter_map(|sim| {
            Some((sim.platform().to_owned(), sim.world(name).or_else(|| sim.world("default"))?))
        });
        self.reset(World { people: None, platforms: platforms.collect() })
    }

    /// Starts again from a world: all platforms or none. Forgets the ledger, the request log, faults and
    /// latency. Sign-ins at a platform outlive a reset, as they outlive a change of data in life.
    pub fn reset(&self, world: World) -> Result<(), String> {
        if let Some(unknown) = world.platforms.keys().find(|id| self.find_simulator(id).is_none()) {
            return Err(format!("no platform here is called '{unknown}'"));
        }
        let documented = world.people.is_none();
        let people = world.people.unwrap_or_else(People::documented);
        people.check()?;
        let before = self.snapshot();
        for sim in &self.simulators {
            let section = match world.platforms.get(sim.platform()) {
                Some(section) => section.clone(),
                None if documented => sim.world("default").unwrap_or_default(),
                None => serde_json::json!({}),
            };
            if let Err(sentence) = sim.reset(&section, &people) {
                self.restore(&before);
                return Err(format!("{}: {sentence}", sim.platform()));
            }
        }
        self.set_people(people);
        self.ledger.clear();
        self.requests.clear();
        self.latencies.clear();
        self.faults.set(Vec::new())?;
        for sim in &self.simulators {
            let app = sim.app();
            self.secrets.register(
                "client_secret",
                sim.platform(),
                app.client_secret.expose(),
                &app.client_id,
            );
        }
        Ok(())
    }

    /// The state now, in the form of a world file.
    pub fn snapshot(&self) -> World {
        let platforms = self.simulators.iter().map(|sim| (sim.platform().to_owned(), sim.snapshot()));
        World { people: Some((*self.people()).clone()), platforms: platforms.collect() }
    }

    fn restore(&self, before: &World) {
        let people = self.people();
        for sim in &self.simulators {
            if let Some(section) = before.platforms.get(sim.platform()) {
                // A snapshot was valid when it was taken, and the first snapshot of all may be refused:
                // then the platform is still empty, which is where it was.
                let _ = sim.reset(section, &people);
            }
        }
    }

    fn find_simulator(&self, platform: &str) -> Option<&Arc<dyn Simulator>> {
        self.simulators.iter().find(|sim| sim.platform() == platform)
    }
}
