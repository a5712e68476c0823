//! P8: the nightly look at 20,000 grants at three platforms with limits of their own, on a clock that is moved by hand.
//!
//! The calls are real HTTP through the product's way out; the platforms keep their limits by the same clock and tell
//! after each call how much is used, in whole percent.

mod domains;

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use valetkey::engine;
use valetkey::store::Place;
use valetkey_sdk::clock::Clock;
use valetkey_sdk::http::Egress;

use self::domains::{Domain, Domains, Rule};
use crate::field::client::Client;
use crate::field::{Field, side_by_side};
use crate::table::{Table, figure};

const START: &str = "2026-11-23T00:00:00Z";
const AGENCIES: usize = 10;
const ACCOUNTS: usize = 20;
/// At least this share of the shortest possible time.
const BOUND: f64 = 0.97;
/// An engine looks for work more often than that.
const STEP: SignedDuration = SignedDuration::from_secs(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// Platform, its limit, and how many grants are there: no multiples of the limits, because the last calls that a limit
/// allows can only be made by who knows it to the call, and a share is told in whole percent.
const WANTED: [(&str, Rule, usize); 3] = [
    ("rolling", Rule::Rolling { calls: 1_000, seconds: 3_600 }, 4_700),
    ("window", Rule::Window { calls: 500, seconds: 900 }, 8_800),
    ("bucket", Rule::Bucket { size: 1_000, an_hour: 1_200 }, 6_500),
];

pub async fn run() -> anyhow::Result<Table> {
    let clock = Clock::mock(START.parse()?);
    let domains = Domains::open(&clock, WANTED.map(|(id, rule, _)| Domain::new(id, rule))).await?;
    let platforms = domains.platforms()?;
    let egress = Egress { all: Some(domains.url.clone()), ..Egress::default() };
    let mut field = Field::open(Place::File(":memory:".into()), clock.clone(), platforms, egress).await?;
    for _ in 0..AGENCIES {
        field.add_agency().await?;
    }
    give(&field).await?;

    domains.limit();
    clock.set("2026-11-24T01:00:00Z".parse()?);
    let begun = clock.now();
    let spent = field.desk.store.counters().transactions;
    let real = Instant::now();
    let all: usize = WANTED.iter().map(|(_, _, grants)| grants).sum();
    while domains.count_read() < all {
        engine::drain(&field.desk).await?;
        clock.advance(STEP);
        ensure!(clock.now() < begun + LONGEST, "{} of {all} after {LONGEST:#}", domains.count_read());
    }
    let spent = field.desk.store.counters().transactions - spent;
    eprintln!("P8 took {:.0} s of real time", real.elapsed().as_secs_f64());
    ensure!(field.count_active().await? == all, "some are not active any more");
    report(&domains, begun, spent as f64 / all as f64)
}

async fn give(field: &Field) -> anyhow::Result<()> {
    for (platform, _, grants) in WANTED {
        let ready = (0..grants / ACCOUNTS).map(|client| {
            let scope = field.agencies[client % AGENCIES].clone();
            Client::ready(field.desk.clone(), scope, platform.to_owned(), ACCOUNTS)
        });
        for client in side_by_side(ready.collect()).await? {
            client.approve().await?;
        }
        engine::drain(&field.desk).await?;
    }
    Ok(())
}

fn report(domains: &Arc<Domains>, begun: Timestamp, spent: f64) -> anyhow::Result<Table> {
    let columns = ["calls", "refused for rate", "shortest, min", "took, min", "shortest / took", "bound"];
    let mut table = Table::new("P8", &columns);
    let minutes = |time: SignedDuration| time.as_secs_f64() / 60.0;
    let (mut shortest, mut longest) = (SignedDuration::ZERO, SignedDuration::ZERO);
    let mut sum = (0, 0);
    for (id, rule, grants) in WANTED {
        let seen = domains.seen(id);
        let (ideal, took) = (rule.shortest(grants), seen.last.context("no call")?.duration_since(begun));
        (shortest, longest) = (shortest.max(ideal), longest.max(took));
        sum = (sum.0 + seen.calls, sum.1 + seen.refused);
        table.rows.push(vec![
            json!(format!("{id}: {rule}")),
            json!(seen.calls),
            json!(seen.refused),
            figure(minutes(ideal), 1),
            figure(minutes(took), 1),
            figure(minutes(ideal) / minutes(took), 3),
            json!(""),
        ]);
    }
    let share = minutes(shortest) / minutes(longest);
    table.good = share >= BOUND && sum.1 == 0;
    table.rows.push(vec![
        json!(format!("all; {spent:.2} transactions a grant")),
        json!(sum.0),
        json!(sum.1),
        figure(minutes(shortest), 1),
        figure(minutes(longest), 1),
        figure(share, 3),
        json!("≥ 0.97, 0 refused"),
    ]);
    Ok(table)
}
