//! One case: lives of the product, each ended by a kill, and what people do meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use super::client::{Count, Program, Simulators};
use super::ground::{Ground, Plot};
use super::node::{Node, Started};
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
    sim: Node,
    pub program: Program,
    nodes: Vec<Option<Node>>,
    ports: Vec<u16>,
    /// How often each died by its plan.
    deaths: Vec<usize>,
    pub api_key: String,
    pub decisions: Vec<Decision>,
    pub used: BTreeSet<String>,
    /// How many more lives of this chain end by a kill.
    left: usize,
    chain: usize,
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
        is_calm: ground.setting.lost_answers,
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

    /// Where the next life ends: soon when a chain goes on, somewhere in the next round when one begins.
    fn next_plan(&mut self) -> Option<String> {
        if self.is_calm {
            return None;
        }
        let is_first = self.left == 0;
        if is_first {
            self.chain = 1 + self.dice.below(3);
            self.left = self.chain;
        }
        if self.dice.percent(50) {
            let most = if is_first { 160 } else { 30 };
            return Some(format!("*@{}", self.dice.between(1, most)));
        }
        let reached: Vec<_> = self.ground.points.iter().filter(|p| self.is_on_the_way(p)).collect();
        let point = self.dice.pick(&reached)?;
        let moment = if self.dice.percent(50) { "before" } else { "after" };
        let most = if is_first { 4 } else { 1 };
        Some(format!("{point}:{moment}@{}", self.dice.between(1, most)))
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

    /// Kills a node from outside.
    async fn strike(&mut self) -> anyhow::Result<()> {
        let node = self.dice.below(self.nodes.len());
        let Some(running) = &mut self.nodes[node] else { return Ok(()) };
        if running.is_alive() {
            running.kill().await?;
            self.note_death(node, true)?;
            self.next_life(node).await?;
        }
        Ok(())
    }

    /// Some node that answers; who died is counted and started again.
    pub async fn alive(&mut self) -> anyhow::Result<usize> {
        for node in 0..self.nodes.len() {
            self.alive_at(node).await?;
        }
        let running: Vec<_> = (0..self.nodes.len())
            .filter(|n| self.nodes[*n].as_ref().is_some_and(|r| !r.is_stopped))
            .collect();
        self.dice.pick(&running).copied().context("no node runs")
    }

    async fn alive_at(&mut self, node: usize) -> anyhow::Result<()> {
        let Some(running) = &mut self.nodes[node] else { return self.start(node).await };
        if running.is_alive() {
            return Ok(());
        }
        self.note_death(node, false)?;
        self.next_life(node).await
    }

    pub fn has_died(&mut self, node: usize) -> bool {
        self.nodes[node].as_mut().is_none_or(|running| !running.is_alive())
    }

    /// After a kill: the chain goes on, or this was its last.
    async fn next_life(&mut self, node: usize) -> anyhow::Result<()> {
        self.free_leases().await?;
        self.start(node).await
    }

    /// On a shared database what a dead process held is free when its lease is over.
    async fn free_leases(&mut self) -> anyhow::Result<()> {
        if self.ground.setting.is_postgres && self.dice.percent(70) {
            if self.nodes.len() > 1 {
                self.settle(Duration::from_millis(150)).await?;
            }
            self.jump(LEASE_S).await?;
        }
        Ok(())
    }

    /// Starts it, again when it dies on the way.
    async fn start(&mut self, node: usize) -> anyhow::Result<()> {
        loop {
            let plan = self.next_plan();
            let Ground { program, setting, .. } = self.ground;
            let started = self
                .plot
                .product(program, setting, &self.sims.url, self.ports[node], plan.as_deref())
                .await?;
            match started {
                Started::Ready(running) => {
                    if self.outcome.kills > 0 {
                        let took = u64::try_from(running.took.as_millis())?;
                        self.outcome.slowest_start_ms = self.outcome.slowest_start_ms.max(took);
                    }
                    self.ready = Instant::now();
                    self.api_key = running.text("api_key").to_owned();
                    self.nodes[node] = Some(*running);
                    return Ok(());
                }
                Started::Died => self.note_death(node, false)?,
            }
        }
    }

    /// It died by its plan, and its last words say where; or it was struck, perhaps a moment too late.
    fn note_death(&mut self, node: usize, was_struck: bool) -> anyhow::Result<()> {
        self.nodes[node] = None;
        let path = self.plot.log_of(self.ports[node]);
        let log = std::fs::read_to_string(&path)?;
        let deaths: Vec<_> = log.lines().filter_map(|l| l.strip_prefix("weaken:crash at ")).collect();
        match deaths.last() {
            Some(point) if deaths.len() == self.deaths[node] + 1 => {
                self.deaths[node] += 1;
                self.count_kill(point);
            }
            _ if was_struck && deaths.len() == self.deaths[node] => self.count_kill("from outside"),
            _ => bail!("it died by itself: see {}", path.display()),
        }
        Ok(())
    }

    fn count_kill(&mut self, point: &str) {
        self.outcome.kills += 1;
        *self.outcome.points.entry(point.to_owned()).or_default() += 1;
        self.left = self.left.saturating_sub(1);
        if self.left == 0 && self.chain > 0 {
            *self.outcome.chains.entry(self.chain).or_default() += 1;
            self.chain = 0;
        }
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

    /// All clocks go on at once, while everybody stands still and nothing is on its way to a platform.
    pub async fn jump(&mut self, seconds: i64) -> anyhow::Result<()> {
        let mut moving: Vec<_> = self.nodes.iter_mut().flatten().filter(|n| !n.is_stopped).collect();
        for node in &mut moving {
            node.stop();
        }
        tokio::time::sleep(Duration::from_millis(60)).await;
        self.plot.time.jump(seconds)?;
        for node in &mut moving {
            node.go_on();
        }
        Ok(())
    }

    pub fn base(&self, node: usize) -> String {
        format!("http://localhost:{}", self.ports[node])
    }

    pub fn control(&self, node: usize) -> Option<String> {
        self.nodes[node].as_ref().map(|n| n.text("control_url").to_owned())
    }

    /// What this kind of case can reach.
    fn is_on_the_way(&self, point: &str) -> bool {
        let ways = [
            "call:meta.",
            "commit:engine.look.",
            "commit:app.approve.",
            "commit:app.sign_in.",
            "commit:app.requests.send",
            "commit:app.grants.change",
            "commit:app.link.",
            "commit:store.jobs.",
            "commit:store.idempotency.",
            "commit:store.sign_in_states.",
            "commit:store.sessions.add",
            "commit:store.sql.migrate.",
        ];
        let is_weak = self.ground.setting.without.is_some();
        ways.iter().any(|way| point.starts_with(way)) || is_weak && point.starts_with("commit:store.write.")
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
