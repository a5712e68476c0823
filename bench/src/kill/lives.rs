//! Lives of the product: how each is to end, how it ends, and how the next one begins.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use super::case::{Case, LEASE_S};
use super::ground::Ground;
use super::node::Started;

impl Case<'_> {
    /// Where the next life ends: soon when a chain goes on, somewhere in the next round when one begins.
    fn next_plan(&mut self) -> Option<String> {
        if let Some(plan) = self.first_plan.take() {
            return Some(plan);
        }
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

    /// Kills a node from outside.
    pub async fn strike(&mut self) -> anyhow::Result<()> {
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
}
