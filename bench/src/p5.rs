//! P5: durable grants a second where platforms answer at once, against what committing alone would allow.

use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::json;
use valetkey::engine::Engine;
use valetkey::store::Place;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::Egress;
use valetkey_sdk::secret::Secret;

use crate::field::client::Client;
use crate::field::model::{self, Model};
use crate::field::{Field, side_by_side};
use crate::floor;
use crate::postgres::Cluster;
use crate::programs::Folder;
use crate::table::{Table, figure};

const GRANTS: usize = 4_000;
/// So many are there before: nobody's database is empty for long.
const EARLIER: usize = 640;
/// They ask for access; on PostgreSQL transactions of one take turns.
const AGENCIES: usize = 16;
/// People who press "approve" at the same time.
const PEOPLE: usize = 32;
/// At least this share of what the floor allows.
const BOUND: f64 = 0.6;

/// What a run did.
pub struct Measured {
    pub grants: f64,
    pub took: Duration,
    transactions: f64,
    commits: f64,
    bytes: f64,
}

pub async fn run() -> anyhow::Result<Table> {
    let columns = [
        "grants/s",
        "transactions per grant",
        "commits per grant",
        "bytes per transaction",
        "floor, commits/s",
        "floor / transactions per grant",
        "ours / that",
        "bound",
        "floor of shared commits",
        "ours / that one",
    ];
    let mut table = Table::new("P5", &columns);
    for accounts in [1, 10] {
        let folder = Folder::new("p5")?;
        let place = Place::File(folder.join("valetkey.db"));
        let m = measure(place, GRANTS, accounts, None).await?;
        let alone = floor::of_disk(&folder.0, whole(m.bytes / m.transactions))?;
        let shared = floor::of_disk(&folder.0, whole(m.bytes / m.commits))?;
        add(&mut table, &format!("SQLite, {accounts} an approval"), &m, alone, shared);
    }
    let cluster = Cluster::start().await?;
    for accounts in [1, 10] {
        let url = cluster.database(&format!("p5_{accounts}")).await?;
        let m = measure(Place::Server(Secret::new(url.clone())), GRANTS, accounts, Some(&url)).await?;
        let alone = floor::of_server(&url, whole(m.bytes / m.transactions), 1).await?;
        let shared = floor::of_server(&url, whole(m.bytes / m.commits), floor::CONNECTIONS).await?;
        add(&mut table, &format!("PostgreSQL, {accounts} an approval"), &m, alone, shared);
    }
    Ok(table)
}

fn whole(value: f64) -> usize {
    value.max(1.0) as usize
}

fn add(table: &mut Table, what: &str, m: &Measured, alone: f64, shared: f64) {
    let rate = m.grants / m.took.as_secs_f64();
    let (transactions, commits) = (m.transactions / m.grants, m.commits / m.grants);
    let allowed = alone / transactions;
    let of_shared = shared / commits;
    table.good &= rate >= BOUND * allowed;
    table.rows.push(vec![
        json!(what),
        figure(rate, 0),
        figure(transactions, 2),
        figure(commits, 3),
        figure(m.bytes / m.transactions, 0),
        figure(alone, 0),
        figure(allowed, 0),
        figure(rate / allowed, 2),
        json!("≥ 0.6"),
        figure(of_shared, 0),
        figure(rate / of_shared, 2),
    ]);
}

/// So many grants after those that were there before, so many accounts an approval.
pub async fn measure(
    place: Place,
    grants: usize,
    accounts: usize,
    server: Option<&str>,
) -> anyhow::Result<Measured> {
    let model = Model::new(Duration::ZERO);
    let platform = model::platform("place", 64, &model)?;
    let mut field = Field::open(place, Clock::system(), vec![platform], Egress::default()).await?;
    for _ in 0..AGENCIES {
        field.add_agency().await?;
    }
    let engine = Engine::start(field.desk.clone());
    approve(ready(&field, EARLIER, accounts).await?).await?;
    field.come_to_rest().await?;
    let people = ready(&field, grants, accounts).await?;
    let log = match server {
        Some(url) => {
            let client = floor::connect(url).await?;
            // As a server does by itself within a minute: before, it plans for empty tables.
            client.batch_execute("ANALYZE").await?;
            Some(client)
        }
        None => None,
    };
    let bytes = async || match &log {
        Some(client) => floor::log_bytes(client).await,
        None => floor::bytes_written(),
    };
    let (counted, written, earlier) = (field.desk.store.counters(), bytes().await?, model.count());
    let start = Instant::now();
    let grants = people.iter().map(Vec::len).sum::<usize>() * accounts;
    approve(people).await?;
    field.come_to_rest().await?;
    let took = start.elapsed();
    let (now, written) = (field.desk.store.counters(), bytes().await? - written);
    engine.stop().await;
    let active = field.count_active().await?;
    ensure!(active == model.count() && active - earlier == grants, "{active} are active after {grants} more");
    Ok(Measured {
        grants: grants as f64,
        took,
        transactions: (now.transactions - counted.transactions) as f64,
        commits: (now.commits - counted.commits) as f64,
        bytes: written as f64,
    })
}

/// People with clients who have only to press, for so many grants.
async fn ready(field: &Field, grants: usize, accounts: usize) -> anyhow::Result<Vec<Vec<Client>>> {
    let people = (0..PEOPLE).map(|person| {
        let (desk, scope) = (field.desk.clone(), field.agencies[person % AGENCIES].clone());
        async move {
            let mut clients = Vec::new();
            for _ in 0..grants / PEOPLE / accounts {
                clients.push(Client::ready(desk.clone(), scope.clone(), "place".into(), accounts).await?);
            }
            Ok(clients)
        }
    });
    side_by_side(people.collect()).await
}

/// Everybody presses for one client after the other.
async fn approve(people: Vec<Vec<Client>>) -> anyhow::Result<()> {
    let press = people.into_iter().map(|clients| async move {
        for client in clients {
            client.approve().await?;
        }
        Ok(())
    });
    side_by_side(press.collect()).await?;
    Ok(())
}
