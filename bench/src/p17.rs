//! P17: one to four nodes on one PostgreSQL, with work that waits for platforms.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::json;
use valetkey::engine::Engine;
use valetkey::store::Place;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::Egress;
use valetkey_sdk::secret::Secret;

use crate::child::Child;
use crate::field::client::Client;
use crate::field::model::{self, CALLS, Model};
use crate::field::{Field, side_by_side};
use crate::postgres::Cluster;
use crate::table::{Table, figure};

/// So long that two cores are no bound for four nodes.
const LATENCY: Duration = Duration::from_secs(1);
/// Jobs that one node has under way at once: fewer than the product has room for, so that two cores do for four nodes.
const ROOM: usize = 64;
/// Before anything is counted: leases are taken, and moments at which nodes look for work drift apart.
const WARM_UP: Duration = Duration::from_secs(6);
const TIME: Duration = Duration::from_secs(20);
const MOST_NODES: usize = 4;
const AGENCIES: usize = 16;
/// At least this share of so many times one node's figure.
const BOUND: f64 = 0.95;

/// The argument that makes this program a node.
pub const NODE: &str = "node";

pub async fn run() -> anyhow::Result<Table> {
    let columns = ["grants/s", "one node's × nodes", "ours / that", "bound"];
    let mut table = Table::new("P17", &columns);
    let cluster = Cluster::start().await?;
    let mut alone = None;
    for nodes in 1..=MOST_NODES {
        let rate = measure(&cluster, nodes).await?;
        let wanted = *alone.get_or_insert(rate) * nodes as f64;
        table.good &= rate >= BOUND * wanted;
        let what = if nodes == 1 { "1 node".to_owned() } else { format!("{nodes} nodes") };
        let share = figure(rate / wanted, 3);
        table.rows.push(vec![json!(what), figure(rate, 2), figure(wanted, 2), share, json!("≥ 0.95")]);
    }
    Ok(table)
}

/// Grants a second that so many nodes record.
async fn measure(cluster: &Cluster, nodes: usize) -> anyhow::Result<f64> {
    let url = cluster.database(&format!("p17_{nodes}")).await?;
    let mut field = field(&url, LATENCY).await?;
    for _ in 0..AGENCIES {
        field.add_agency().await?;
    }
    // Enough that no node finds nothing to do before the end, and each of another person.
    let seconds = (WARM_UP + TIME + LATENCY * CALLS * 2).as_secs_f64();
    let most = ROOM as f64 / (LATENCY * CALLS).as_secs_f64() * seconds;
    let grants = most as usize * nodes;
    let people = (0..AGENCIES).map(|agency| {
        let (desk, scope) = (field.desk.clone(), field.agencies[agency].clone());
        async move {
            for _ in 0..grants.div_ceil(AGENCIES) {
                Client::ready(desk.clone(), scope.clone(), "place".into(), 1).await?.approve().await?;
            }
            Ok(())
        }
    });
    side_by_side(people.collect()).await?;
    let program = std::env::current_exe().context("this program has no name")?;
    let mut all = Vec::new();
    for _ in 0..nodes {
        let mut node = Child::start(&program, &[NODE, &url], &[])?;
        node.line().await?;
        all.push(node);
    }
    tokio::time::sleep(WARM_UP).await;
    let (start, before) = (Instant::now(), field.count_active().await?);
    tokio::time::sleep(TIME).await;
    let (took, after) = (start.elapsed(), field.count_active().await?);
    ensure!(after < grants, "all {grants} grants were done before the end");
    Ok((after - before) as f64 / took.as_secs_f64())
}

async fn field(url: &str, latency: Duration) -> anyhow::Result<Field> {
    let platform = model::platform("place", 64, &Model::new(latency))?;
    let clock = Clock::system();
    Field::open(Place::Server(Secret::new(url)), clock, vec![platform], Egress::default()).await
}

/// A node: the product's store and engine with a model platform. It works until it is killed.
pub async fn node(url: &str) -> anyhow::Result<()> {
    let field = field(url, LATENCY).await?;
    field.desk.store.set_clock(&field.desk.clock).await?;
    let engine = Engine::start_with_room(field.desk.clone(), ROOM);
    println!("ready");
    std::future::pending::<()>().await;
    engine.stop().await;
    Ok(())
}
