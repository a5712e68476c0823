//! One case: lives of the product, each ended by a kill, and what people do meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use super::client::{Count, Program, Simulators};
use super::ground::{Ground, Plot};
use super::node::Node;
use super::people::PORTFOLIO;
use crate::judge::{Decision, Verdict};
use crate::simulation::Dice;

/// Longer than a lease: what a dead or standing process held is free.
pub const LEASE_S: i64 = 125;
/// Between two looks.
pub const PAUSE: Duration = Duration::from_millis(40);

/// What came of one seed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    pub seed: u64,
    /// Lives that ended by a kill, and how long the chains of them were.
    pub kills: u64,
    pub chains: BTreeMap<usize, u64>,
    /// Nodes that stood still for longer than their leases.
    pub stops: u64,
    /// Answers that were lost after the effect.
    pub faults: u64,
    pub effects: u64,
    /// Kills at each point; `from outside` for those at any moment.
    pub points: Count,
    pub secrets: u64,
    /// The slowest start to the first line after a kill, in milliseconds.
    pub slowest_start_ms: u64,
    /// The longest from such a start until everything rested, where clocks were left alone meanwhile.
    #[serde(default)]
    pub slowest_rest_ms: u64,
    pub took_ms: u64,
    #[serde(skip)]
    pub verdict: Verdict,
    /// The verdict's counters by name.
    pub counters: Count,
    pub findings: Vec<String>,
}

pub struct Case<'g> {
    pub ground: &'g Ground,
    pub plot: Plot,
    pub dice: Dice,
    pub sims: Simulators,
    pub sim: Node,
    pub program: Program,
    pub nodes: Vec<Option<Node>>,
    pub ports: Vec<u16>,
    /// How often each died by its plan.
    pub deaths: Vec<usize>,
    pub api_key: String,
    pub decisions: Vec<Decision>,
    pub used: BTreeSet<String>,
    /// How many more lives of this chain end by a kill.
    pub left: usize,
    pub chain: usize,
    /// The plan of the next life, whatever the dice say.
    pub first_plan: Option<String>,
    /// No further life is planned to end.
    pub is_calm: bool,
    pub outcome: Outcome,
    /// When the last node said that it is ready.
    pub ready: Instant,
}

/// A thing that was tried, and how often it went wrong although nobody was killed.
pub struct Trouble {
    what: String,
    left: u32,
}

impl Trouble {
    pub fn new(what: &str) -> Self {
        Self { what: what.to_owned(), left: 40 }
    }

    /// It went wrong: the node died, which is what this is about, or something else is the matter.
    pub async fn failed(&mut self, case: &mut Case<'_>, node: usize, why: &str) -> anyhow::Result<()> {
        if case.has_died(node) {
            return Ok(());
        }
        self.left -= 1;
        if self.left == 0 {
            bail!("{}: {why}", self.what);
        }
        tokio::time::sleep(PAUSE * 2).await;
        // A limit, a lock or a lease of a process that is gone: it passes with time.
        if self.left.is_multiple_of(8) {
            case.jump(LEASE_S).await?;
        }
        Ok(())
    }
}

/// Plays a seed.
///
/// # Errors
/// If the harness itself cannot go on: the product does not start, or refuses what it should take.
pub async fn play(ground: &Ground, seed: u64, kills: u64) -> anyhow::Result<Outcome> {
    let start = Instant::now();
    let plot = ground.plot(seed).await?;
    let sim = plot.simulators(&ground.program).await?;
    let sims = Simulators::at(sim.text("sim_url"))?;
    // What they have already tells nothing.
    let used = sims.received(PORTFOLIO).await?;
    let mut case = Case {
        ground,
        dice: Dice::new(seed),
        sims,
        sim,
        program: Program::new()?,
        nodes: (0..ground.setting.nodes).map(|_| None).collect(),
        ports: (0..ground.setting.nodes).map(|_| free_port()).collect::<Result<_, _>>()?,
        deaths: vec![0; ground.setting.nodes],
        api_key: String::new(),
        decisions: Vec::new(),
        used,
        left: 0,
        chain: 0,
        first_plan: None,
        is_calm: ground.setting.lost_answers || ground.setting.is_timed,
        outcome: Outcome { seed, ..Outcome::default() },
        ready: start,
        plot,
    };
    let done = case.play(kills).await;
    let mut outcome = done.with_context(|| format!("seed {seed}, in {}", case.plot.folder.display()))?;
    outcome.took_ms = u64::try_from(start.elapsed().as_millis())?;
    let is_clean = outcome.findings.is_empty() && outcome.secrets == 0;
    let folder = case.plot.folder.clone();
    case.close().await?;
    if is_clean {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(outcome)
}

impl Case<'_> {
    async fn play(&mut self, kills: u64) -> anyhow::Result<Outcome> {
        let latency = self.dice.below(20);
        self.sims.put("latency", serde_json::json!({"ms": latency, "jitter_ms": 10})).await?;
        if self.ground.setting.is_timed {
            self.be_timed().await?;
            return self.judge().await;
        }
        let mut rounds = 0;
        while rounds == 0 || self.outcome.kills + self.outcome.stops < kills {
            self.round().await?;
            rounds += 1;
            if rounds > kills + 4 {
                break;
            }
        }
        self.rest().await?;
        self.judge().await
    }

    /// Dies once around a call, and goes on by itself.
    async fn be_timed(&mut self) -> anyhow::Result<()> {
        let around =
            ["call:meta.share:before@", "call:meta.share:after@", "commit:engine.look.intend:after@"];
        let point = *self.dice.pick(&around).context("no point")?;
        self.first_plan = Some(format!("{point}{}", self.dice.between(1, 3)));
        let mut client = self.send_request(4).await?;
        self.give(&mut client).await?;
        for _ in 0..100 {
            if self.outcome.kills > 0 {
                return self.measure_rest().await;
            }
            tokio::time::sleep(PAUSE).await;
            self.alive().await?;
        }
        bail!("it did not die by its plan")
    }

    /// A request, an approval, sometimes a revocation, with one to three kills in a row somewhere in it.
    async fn round(&mut self) -> anyhow::Result<()> {
        let lost = if self.ground.setting.lost_answers { 100 } else { 25 };
        let (_, before) = self.sims.seen_after(0).await?;
        let mut losing = 0;
        if self.dice.percent(lost) {
            losing = if lost == 100 { 1_000 } else { 1 + self.dice.next() % 3 };
            self.sims.lose_answers(losing).await?;
        }
        let kills = self.outcome.kills;
        if self.nodes.len() > 1 && self.dice.percent(20) {
            self.stand_still().await?;
        }
        let count = if lost == 100 { 12 } else { 3 + self.dice.below(5) };
        let mut client = self.send_request(count).await?;
        self.give(&mut client).await?;
        if self.dice.percent(40) {
            let some = 1 + self.dice.below(3);
            self.revoke_some(some).await?;
        }
        // Whom no plan has hit is hit from outside, at any moment of the work.
        if !self.is_calm && self.outcome.kills == kills {
            let moment = u64::try_from(self.dice.between(0, 250))?;
            self.sleep_or_die(Duration::from_millis(moment)).await?;
            self.strike().await?;
        }
        self.alive().await?;
        if losing > 0 {
            self.settle(Duration::from_millis(600)).await?;
            let (seen, _) = self.sims.seen_after(before).await?;
            for method in ["POST", "DELETE"] {
                let is_share = |s: &&serde_json::Value| {
                    s["method"] == method && s["path"].as_str().is_some_and(|p| p.ends_with("/agencies"))
                };
                self.outcome.faults += losing.min(seen.iter().filter(is_share).count() as u64);
            }
            self.sims.lose_answers(0).await?;
        }
        Ok(())
    }

    /// One node stands still for longer than its leases, while the others take over and go on.
    async fn stand_still(&mut self) -> anyhow::Result<()> {
        let node = self.dice.below(self.nodes.len());
        let mut client = self.send_request(4).await?;
        self.give(&mut client).await?;
        tokio::time::sleep(Duration::from_millis(u64::try_from(self.dice.between(0, 400))?)).await;
        if let Some(running) = &mut self.nodes[node] {
            running.stop();
        }
        self.outcome.stops += 1;
        self.settle(Duration::from_millis(900)).await?;
        self.jump(LEASE_S).await?;
        self.settle(Duration::from_millis(1_500)).await?;
        if let Some(running) = &mut self.nodes[node] {
            running.go_on();
        }
        self.settle(Duration::from_millis(300)).await
    }

    async fn sleep_or_die(&mut self, time: Duration) -> anyhow::Result<()> {
        let until = Instant::now() + time;
        while Instant::now() < until {
            self.alive().await?;
            tokio::time::sleep(PAUSE.min(until - Instant::now())).await;
        }
        Ok(())
    }

    /// Returns when no call came in for this long.
    pub async fn settle(&mut self, quiet: Duration) -> anyhow::Result<()> {
        let (mut last, mut since) = (self.sims.seen_after(0).await?.1, Instant::now());
        let start = Instant::now();
        while since.elapsed() < quiet && start.elapsed() < Duration::from_secs(20) {
            tokio::time::sleep(PAUSE).await;
            let (_, now) = self.sims.seen_after(last).await?;
            if now != last {
                (last, since) = (now, Instant::now());
            }
        }
        Ok(())
    }

    pub fn base(&self, node: usize) -> String {
        format!("http://localhost:{}", self.ports[node])
    }

    pub fn control(&self, node: usize) -> Option<String> {
        self.nodes[node].as_ref().map(|n| n.text("control_url").to_owned())
    }

    async fn close(self) -> anyhow::Result<()> {
        for mut node in self.nodes.into_iter().flatten() {
            node.kill().await?;
        }
        let mut sim = self.sim;
        sim.kill().await
    }
}

fn free_port() -> std::io::Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
