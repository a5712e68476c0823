//! The end of a case: everything comes to rest, and the judge is asked.

use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use valetkey_sdk::clock::from_millisecond;

use super::case::{Case, LEASE_S, Outcome, PAUSE};
use super::client::Count;
use super::search;
use crate::judge::{self, Claim, Key, Line, Named, Verdict};

/// Words of the road.
const ON_ITS_WAY: [&str; 4] = ["queued", "working", "verifying", "expiring"];
/// So often time goes on by a lease before what still moves counts as never coming to rest.
const JUMPS: usize = 120;
/// So long is waited without moving any clock.
const PATIENCE: Duration = Duration::from_secs(15);

impl Case<'_> {
    /// Nobody is killed any more.
    pub async fn rest(&mut self) -> anyhow::Result<()> {
        self.is_calm = true;
        // One process alone goes on within seconds; elsewhere leases have to run out.
        if !self.ground.setting.is_postgres && self.outcome.kills > 0 && self.dice.percent(25) {
            self.measure_rest().await?;
        }
        let mut before = Vec::new();
        for jump in 0..JUMPS {
            let node = self.alive().await?;
            let is_idle = self.is_idle(node).await?;
            let words: Vec<_> = self.grants().await?.iter().map(|g| g["state"].to_string()).collect();
            let rests = words.iter().all(|w| !ON_ITS_WAY.contains(&w.trim_matches('"')));
            if rests && is_idle && words == before && jump > 0 {
                return Ok(());
            }
            before = words;
            self.settle(Duration::from_millis(if self.ground.setting.is_postgres { 500 } else { 250 }))
                .await?;
            self.jump(if self.ground.setting.is_postgres { LEASE_S } else { 40 }).await?;
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// How long it takes from the last start until everything rests, in real time.
    pub async fn measure_rest(&mut self) -> anyhow::Result<()> {
        self.alive().await?;
        while self.ready.elapsed() < PATIENCE {
            let grants = self.grants().await?;
            if !grants.iter().any(|g| g["state"].as_str().is_some_and(|w| ON_ITS_WAY.contains(&w))) {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        let took = u64::try_from(self.ready.elapsed().as_millis())?;
        self.outcome.slowest_rest_ms = self.outcome.slowest_rest_ms.max(took);
        Ok(())
    }

    /// Nothing is due and nothing is under way.
    async fn is_idle(&mut self, node: usize) -> anyhow::Result<bool> {
        let Some(control) = self.control(node) else { return Ok(false) };
        let (url, nothing) = (format!("{control}/drain"), json!({}));
        let drain = self.program.call(Method::POST, &url, None, None, Some(&nothing));
        let drained = tokio::time::timeout(Duration::from_secs(2), drain).await;
        Ok(matches!(drained, Ok(Ok((200, _)))))
    }

    pub async fn judge(&mut self) -> anyhow::Result<Outcome> {
        let ledger: Vec<Line> = self
            .sims
            .get("ledger")
            .await?
            .into_iter()
            .map(serde_json::from_value)
            .collect::<Result<_, _>>()?;
        let claims = self.grants().await?;
        let records = self.list("audit-log").await?;
        let mut case = judge::Case {
            decisions: self.decisions.clone(),
            claims: claims.iter().map(claim).collect::<Option<_>>().context("a grant without a name")?,
            now: self.plot.time.now(),
            ..judge::Case::default()
        };
        self.outcome.effects = ledger.len() as u64;
        case.ledger = ledger;
        for record in &records {
            let Some((key, at)) = about(record) else { continue };
            match (record["action"].as_str(), record["data"]["what"]["to"].as_str()) {
                (Some("grant.intended"), _) => case.intents.push((key, at)),
                (Some("grant.looked"), Some("active" | "drifted" | "declined" | "lapsed")) => {
                    case.arrivals.push((key, at));
                }
                (Some("grant.looked"), Some("awaiting_acceptance")) => case.invitations.push((key, at)),
                _ => {}
            }
        }
        case.chains = self.verified_chains().await?;
        let verdict = judge::judge(&case);
        self.outcome.secrets = search::secrets(self).await?;
        self.outcome.counters = counters(&verdict);
        self.outcome.findings.clone_from(&verdict.findings);
        self.outcome.verdict = verdict;
        Ok(self.outcome.clone())
    }

    /// What the operator's own command says of the chains.
    async fn verified_chains(&self) -> anyhow::Result<Vec<Result<u64, String>>> {
        let database = match &self.plot.database {
            Some(database) => database.url.clone(),
            None => self.plot.folder.join("demo.db").to_string_lossy().into_owned(),
        };
        let mut command = tokio::process::Command::new(&self.ground.program);
        let done = command.args(["audit", "verify", "--json", "--database", &database]).output().await?;
        if !done.status.success() {
            return Ok(vec![Err(String::from_utf8_lossy(&done.stderr).trim().to_owned())]);
        }
        let said: Value = serde_json::from_slice(&done.stdout)?;
        let agencies = said["agencies"].as_array().context("no agencies")?;
        Ok(agencies.iter().map(|a| a["records"].as_u64().ok_or_else(|| "no number".to_owned())).collect())
    }
}

fn claim(grant: &Value) -> Option<Claim> {
    let text = |at: &str| grant.pointer(at).and_then(Value::as_str).map(str::to_owned);
    let asset = Named { kind: text("/asset/type")?, id: text("/asset/external_id")? };
    let principal = Named { kind: text("/grantee/kind")?, id: text("/grantee/external_id")? };
    Some(Claim { key: Key { platform: text("/platform")?, asset, principal }, word: text("/state")? })
}

/// Which access a record is about, and when it was written.
fn about(record: &Value) -> Option<(Key, Timestamp)> {
    let text = |at: &str| record.pointer(at).and_then(Value::as_str).map(str::to_owned);
    let asset = Named { kind: text("/data/what/asset/type")?, id: text("/data/what/asset/id")? };
    let principal = Named { kind: text("/data/what/grantee/kind")?, id: text("/data/what/grantee/id")? };
    let key = Key { platform: text("/data/what/platform")?, asset, principal };
    Some((key, from_millisecond(record["at_ms"].as_i64()?)))
}

fn counters(v: &Verdict) -> Count {
    let all = [
        ("grants attempted", v.attempted),
        ("lost", v.lost),
        ("duplicated", v.duplicated),
        ("orphaned", v.orphaned),
        ("healed without approval", v.healed),
        ("unacknowledged but present", v.unacknowledged),
        ("effects without record", v.unrecorded),
        ("broken audit chains", v.broken_audits),
        ("audit records verified", v.audit_records),
    ];
    all.into_iter().map(|(name, n)| (name.to_owned(), n)).collect()
}
