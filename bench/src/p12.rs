//! P12: the same work in six durable steps by the engine, by graphile-worker and by pg-boss, on one PostgreSQL.
//!
//! Our six: approved, about to give, given and read back, taken back, about to take away, gone and read back. The
//! peers' six are rows, each committed before the next step begins.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use valetkey::app::grants;
use valetkey::engine::Engine;
use valetkey::store::Place;
use valetkey::store::grants::Filter;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::Egress;
use valetkey_sdk::secret::Secret;

use crate::child::Child;
use crate::field::client::Client;
use crate::field::model::{self, Model};
use crate::field::{Field, side_by_side};
use crate::floor;
use crate::p1::install;
use crate::postgres::Cluster;
use crate::table::{Table, figure};

const WORKS: usize = 2_000;
const AGENCIES: usize = 16;
/// What a step of a peer writes.
const BYTES: usize = 1_000;
/// Ours must do so many times what a peer does.
const BOUND: f64 = 3.0;
/// How many pieces of work a peer does at once; its best counts.
const TRIED: [usize; 3] = [8, 16, 32];
const PEERS: [&str; 2] = ["graphile-worker", "pg-boss"];

pub async fn run() -> anyhow::Result<Table> {
    let mut table = Table::new("P12", &["works/s", "ours / peer", "bound", "what holds after a crash"]);
    let cluster = Cluster::start().await?;
    let ours = ours(&cluster).await?;
    table.rows.push(vec![
        json!("valetkey"),
        figure(ours, 0),
        json!(""),
        json!(""),
        json!("a call is never sent twice unseen; a stale worker's write is refused; every step is in the audit chain"),
    ]);
    for peer in PEERS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(peer);
        install(&folder).await?;
        let mut best: (f64, usize) = (0.0, 0);
        for at_once in TRIED {
            let rate = peer_rate(&cluster, peer, &folder, at_once).await?;
            eprintln!("P12 {peer}, {at_once} at once: {rate:.0} works a second");
            if rate > best.0 {
                best = (rate, at_once);
            }
        }
        table.good &= ours >= BOUND * best.0;
        table.rows.push(vec![
            json!(format!("{peer}, {} at once", best.1)),
            figure(best.0, 0),
            figure(ours / best.0, 2),
            json!("≥ 3"),
            json!("the step that was under way is done again; a worker that was taken for dead goes on beside the new one"),
        ]);
    }
    Ok(table)
}

/// Works a second.
async fn ours(cluster: &Cluster) -> anyhow::Result<f64> {
    let (url, client) = database(cluster, "ours").await?;
    let model = Model::new(Duration::ZERO);
    let platform = model::platform("place", 64, &model)?;
    let place = Place::Server(Secret::new(url.as_str()));
    let mut field = Field::open(place, Clock::system(), vec![platform], Egress::default()).await?;
    for _ in 0..AGENCIES {
        field.add_agency().await?;
    }
    let mut people = Vec::new();
    for scope in &field.agencies {
        let (desk, scope) = (field.desk.clone(), scope.clone());
        people.push(async move {
            let mut clients = Vec::new();
            for _ in 0..WORKS / AGENCIES {
                clients.push(Client::ready(desk.clone(), scope.clone(), "place".into(), 1).await?);
            }
            Ok(clients)
        });
    }
    let people: Vec<Vec<Client>> = side_by_side(people).await?;
    client.batch_execute("VACUUM ANALYZE").await?;
    let engine = Engine::start(field.desk.clone());
    let start = Instant::now();
    let press = people.into_iter().map(|clients| async move {
        for client in clients {
            client.approve().await?;
        }
        Ok(())
    });
    side_by_side(press.collect()).await?;
    field.come_to_rest().await?;
    ensure!(model.count() == WORKS, "{} of {WORKS} were given", model.count());
    let revoke = field.agencies.iter().map(|scope| {
        let (desk, scope) = (field.desk.clone(), scope.clone());
        async move {
            for row in desk.store.list_grants(&scope, &Filter::default(), None, 1_000).await? {
                grants::revoke(&desk, &scope, row.id.as_str()).await?;
            }
            Ok(())
        }
    });
    side_by_side(revoke.collect()).await?;
    field.come_to_rest().await?;
    let took = start.elapsed().as_secs_f64();
    engine.stop().await;
    let left = field.count_active().await?;
    ensure!(left == 0 && model.count() == 0, "{left} are still there");
    Ok(WORKS as f64 / took)
}

async fn peer_rate(cluster: &Cluster, peer: &str, folder: &Path, at_once: usize) -> anyhow::Result<f64> {
    let (url, _) = database(cluster, &format!("{}_{at_once}", peer.replace('-', "_"))).await?;
    let (works, at_once, bytes) = (WORKS.to_string(), at_once.to_string(), BYTES.to_string());
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("JOBS", &works),
        ("CONCURRENCY", &at_once),
        ("BYTES", &bytes),
        ("NODE_ENV", "production"),
    ];
    let script = folder.join("run.js");
    let mut child = Child::start(Path::new("node"), &[&script.to_string_lossy()], &settings)?;
    let told: Value = serde_json::from_str(&child.line().await?)?;
    Ok(WORKS as f64 / told["seconds"].as_f64().context("no time came back")?)
}

async fn database(cluster: &Cluster, name: &str) -> anyhow::Result<(String, tokio_postgres::Client)> {
    let client = floor::connect(&cluster.url()).await?;
    client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
    let url = cluster.url_of(name);
    let client = floor::connect(&url).await?;
    Ok((url, client))
}
