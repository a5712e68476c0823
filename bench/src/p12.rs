//! P12: the same durable work on two job queues of PostgreSQL, beside ours on the same server.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use valetkey::store::Place;
use valetkey_sdk::secret::Secret;

use crate::child::Child;
use crate::postgres::Cluster;
use crate::table::{Table, figure, median};
use crate::{p5, peers};

const WORKS: usize = 1_920;
const ROUNDS: usize = 3;

/// A job queue, and how many times its best is wanted.
#[derive(PartialEq)]
struct Peer {
    name: &'static str,
    script: &'static str,
    bound: f64,
    words: &'static str,
}

const GRAPHILE: Peer = Peer { name: "graphile-worker", script: "graphile.js", bound: 3.0, words: "≥ 3" };
/// After a kill it makes the calls of a whole batch again: as much as it at a stronger guarantee is enough.
const BOSS: Peer =
    Peer { name: "pg-boss", script: "boss.js", bound: 1.0, words: "≥ 3, or ≥ 1 at a stronger guarantee" };

/// A peer as it is set: jobs or workers at once, and how many it takes from the database together.
struct Setting {
    peer: Peer,
    at_once: u32,
    together: u32,
}

const SETTINGS: [Setting; 6] = [
    Setting { peer: GRAPHILE, at_once: 16, together: 0 },
    Setting { peer: GRAPHILE, at_once: 16, together: 100 },
    Setting { peer: GRAPHILE, at_once: 32, together: 500 },
    Setting { peer: BOSS, at_once: 4, together: 25 },
    Setting { peer: BOSS, at_once: 2, together: 100 },
    Setting { peer: BOSS, at_once: 1, together: 200 },
];

pub async fn run() -> anyhow::Result<Table> {
    let folder = peers::install("queues").await?;
    let cluster = Cluster::start().await?;
    let (mut ours, mut theirs) = (Vec::new(), [const { Vec::new() }; SETTINGS.len()]);
    for round in 0..ROUNDS {
        let url = cluster.database(&format!("ours_{round}")).await?;
        let measured = p5::measure(Place::Server(Secret::new(url.clone())), WORKS, 1, Some(&url)).await?;
        ours.push(measured.grants / measured.took.as_secs_f64());
        for (n, (setting, rates)) in SETTINGS.iter().zip(&mut theirs).enumerate() {
            let url = cluster.database(&format!("peer_{round}_{n}")).await?;
            rates.push(setting.rate(&folder, &url).await?);
        }
    }
    let ours = median(ours);
    let mut table = Table::new("P12", &["works/s", "ours / peer", "bound for the peer’s best"]);
    table.rows.push(vec![json!("valetkey"), figure(ours, 0), json!(""), json!("")]);
    let rates = theirs.map(median);
    for (setting, rate) in SETTINGS.iter().zip(rates) {
        let own = SETTINGS.iter().zip(rates).filter(|(other, _)| other.peer == setting.peer);
        let is_best = own.map(|(_, rate)| rate).all(|other| other <= rate);
        table.good &= !is_best || ours >= setting.peer.bound * rate;
        let bound = if is_best { setting.peer.words } else { "" };
        table.rows.push(vec![json!(setting.words()), figure(rate, 0), figure(ours / rate, 2), json!(bound)]);
    }
    Ok(table)
}

impl Setting {
    fn words(&self) -> String {
        let Self { peer, at_once, together, .. } = self;
        let taken =
            if *together > 1 { format!("taken {together} at a time") } else { "taken one by one".into() };
        format!("{}, {at_once} at once, {taken}", peer.name)
    }

    /// Works a second, once each of them is shown to be done.
    async fn rate(&self, folder: &Path, url: &str) -> anyhow::Result<f64> {
        let (script, works) = (folder.join(self.peer.script), WORKS.to_string());
        let (at_once, together) = (self.at_once.to_string(), self.together.to_string());
        let arguments = [&*script.to_string_lossy(), &works, &at_once, &together];
        let mut peer = Child::start(
            Path::new("node"),
            &arguments,
            &[("DATABASE_URL", url), ("NODE_ENV", "production")],
        )?;
        let told: Value = serde_json::from_str(&peer.line().await?)?;
        let done = |name: &str| told[name].as_u64();
        // The approval and four jobs, each with its line; one event. Those before that are not counted, too.
        let whole = [done("active"), done("events"), done("audit").map(|n| n / 5)];
        ensure!(whole == [done("works"); 3], "{}: {told}", self.words());
        ensure!(done("counted") == Some(WORKS as u64), "{}: {told}", self.words());
        Ok(WORKS as f64 / told["seconds"].as_f64().context("no time")?)
    }
}
