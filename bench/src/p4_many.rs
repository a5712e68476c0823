//! P4 with 1,000 grants under way: many people approve at once. One process, its database, and a model platform.

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
/// Jobs under way at once. The product has room for 64, and would work on some people's grants only after others'.
const ROOM: usize = 1_024;
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
    Ok(table)
}

async fn measure(people: usize, latency: Duration) -> anyhow::Result<(Vec<Value>, bool)> {
    let accounts = GRANTS / people;
    let folder = Folder::new("p4")?;
    let place = Place::File(folder.join("valetkey.db"));
    let model = Model::new(latency);
    let platform = model::platform("place", PARALLEL, &model)?;
    let mut field = Field::open(place, Clock::system(), vec![platform], Egress::default()).await?;
    for _ in 0..AGENCIES {
        field.add_agency().await?;
    }
    let ready = (0..people).map(|person| {
        let scope = field.agencies[person % AGENCIES].clone();
        Client::ready(field.desk.clone(), scope, "place".into(), accounts)
    });
    let clients = side_by_side(ready.collect()).await?;
    let engine = Engine::start_with_room(field.desk.clone(), ROOM);
    let before = field.desk.store.counters().transactions;
    let start = Instant::now();
    side_by_side(clients.into_iter().map(Client::approve).collect()).await?;
    field.come_to_rest().await?;
    let took = start.elapsed();
    let spent = field.desk.store.counters().transactions - before;
    engine.stop().await;
    let active = field.count_active().await?;
    ensure!(active == GRANTS && model.count() == GRANTS, "{active} of {GRANTS} are active");
    let rounds = u32::try_from(accounts.div_ceil(PARALLEL))?;
    let path = latency * CALLS * rounds;
    let allowed = path.mul_f64(FACTOR) + SLACK;
    let ms = |time: Duration| figure(time.as_secs_f64() * 1000.0, 0);
    let row = vec![
        json!(format!("{people} people × {accounts}, a call takes {} ms", latency.as_millis())),
        ms(path),
        ms(took),
        ms(allowed),
        figure(took.as_secs_f64() / path.as_secs_f64(), 3),
        figure(spent as f64 / GRANTS as f64, 2),
    ];
    Ok((row, took <= allowed && spent <= 4 * GRANTS as u64))
}
