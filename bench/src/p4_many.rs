//! P4 with 1,000 grants under way. One process, its database, and a model platform. Either many people approve at once:
//! then the first has to wait for nobody, and the last until all others are served, so it is also about how many grants a
//! second there can be. Or they come one after the other, as many as keep 1,000 under way.

use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::{Value, json};
use valetkey::engine::Engine;
use valetkey::store::Place;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::Egress;

use crate::field::client::Client;
use crate::field::model::{self, CALLS, Model};
use crate::field::{Field, side_by_side};
use crate::programs::Folder;
use crate::table::{Table, figure};

const GRANTS: usize = 1_000;
const AGENCIES: usize = 10;
/// Where they come one after the other: so many, of which half find others under way all the time.
const COMING: usize = 2_000;
/// Of their times, sorted, these are told.
const SHARES: [(&str, f64); 2] = [("half of them within", 0.5), ("99 of 100 within", 0.99)];
/// How many grants of one person run at once.
const PARALLEL: usize = 3;
/// Allowed: this factor of the path, and this much more.
const FACTOR: f64 = 1.05;
const SLACK: Duration = Duration::from_millis(10);

pub async fn run() -> anyhow::Result<Table> {
    let columns = ["path, ms", "measured, ms", "allowed, ms", "measured / path", "transactions per grant"];
    let mut table = Table::new("P4, 1,000 grants", &columns);
    let cases = [(20, 100), (100, 100), (1_000, 100), (1_000, 1_000), (1_000, 5_000)];
    for (people, latency) in cases {
        let (row, good) = measure(people, Duration::from_millis(latency)).await?;
        table.rows.push(row);
        table.good &= good;
    }
    for latency in [1_000, 5_000] {
        for (row, good) in measure_coming(Duration::from_millis(latency)).await? {
            table.rows.push(row);
            table.good &= good;
        }
    }
    Ok(table)
}

/// People approve one account each, one after the other. Each row is about the time from one's approval to its record.
async fn measure_coming(latency: Duration) -> anyhow::Result<Vec<(Vec<Value>, bool)>> {
    let folder = Folder::new("p4")?;
    let field = field(&folder, latency).await?;
    let clients = clients(&field, COMING, 1).await?;
    let engine = Engine::start(field.desk.clone());
    let path = latency * CALLS;
    let before = field.desk.store.counters().transactions;
    let start = tokio::time::Instant::now();
    let press = (0_u32..).zip(clients).map(|(number, client)| async move {
        tokio::time::sleep_until(start + path * number / GRANTS as u32).await;
        client.approve().await
    });
    side_by_side(press.collect()).await?;
    field.come_to_rest().await?;
    let spent = field.desk.store.counters().transactions - before;
    engine.stop().await;
    let mut times = field.times().await?;
    ensure!(times.len() == COMING, "{} of {COMING} are active", times.len());
    times.sort_unstable();
    let row = |(what, share): (&str, f64)| {
        let took = times[(share * COMING as f64) as usize - 1];
        let what = format!("{COMING} people × 1, evenly, a call takes {} ms: {what}", latency.as_millis());
        row(&what, path, took, spent as f64 / COMING as f64)
    };
    Ok(SHARES.map(row).into())
}

async fn field(folder: &Folder, latency: Duration) -> anyhow::Result<Field> {
    let place = Place::File(folder.join("valetkey.db"));
    let platform = model::platform("place", PARALLEL, &Model::new(latency))?;
    let mut field = Field::open(place, Clock::system(), vec![platform], Egress::default()).await?;
    for _ in 0..AGENCIES {
        field.add_agency().await?;
    }
    Ok(field)
}

async fn clients(field: &Field, people: usize, accounts: usize) -> anyhow::Result<Vec<Client>> {
    let ready = (0..people).map(|person| {
        let scope = field.agencies[person % AGENCIES].clone();
        Client::ready(field.desk.clone(), scope, "place".into(), accounts)
    });
    side_by_side(ready.collect()).await
}

/// The row, and whether it keeps within what is allowed.
fn row(what: &str, path: Duration, took: Duration, spent: f64) -> (Vec<Value>, bool) {
    let allowed = path.mul_f64(FACTOR) + SLACK;
    let ms = |time: Duration| figure(time.as_secs_f64() * 1000.0, 0);
    let share = figure(took.as_secs_f64() / path.as_secs_f64(), 3);
    let cells = vec![json!(what), ms(path), ms(took), ms(allowed), share, figure(spent, 2)];
    (cells, took <= allowed && spent <= 4.0)
}

async fn measure(people: usize, latency: Duration) -> anyhow::Result<(Vec<Value>, bool)> {
    let accounts = GRANTS / people;
    let folder = Folder::new("p4")?;
    let field = field(&folder, latency).await?;
    let clients = clients(&field, people, accounts).await?;
    let engine = Engine::start(field.desk.clone());
    let before = field.desk.store.counters().transactions;
    let start = Instant::now();
    side_by_side(clients.into_iter().map(Client::approve).collect()).await?;
    field.come_to_rest().await?;
    let took = start.elapsed();
    let spent = field.desk.store.counters().transactions - before;
    engine.stop().await;
    let active = field.count_active().await?;
    ensure!(active == GRANTS, "{active} of {GRANTS} are active");
    let rounds = u32::try_from(accounts.div_ceil(PARALLEL))?;
    let what = format!("{people} people × {accounts} at once, a call takes {} ms", latency.as_millis());
    Ok(row(&what, latency * CALLS * rounds, took, spent as f64 / GRANTS as f64))
}
