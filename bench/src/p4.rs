//! P4: from the approval to everything verified, against the computed critical path of platform calls.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Error, ensure};
use serde_json::{Value, json};
use valetkey::demo::{Demo, Wanted};
use valetkey_sdk::clock::Clock;
use valetkey_sdk::sim::Visitor;

use crate::picks::free_indexes;
use crate::table::{Table, figure};

/// Every simulated platform call takes this long.
const LATENCY: Duration = Duration::from_millis(100);
/// Calls of one grant that follow each other, and how many grants of one person run at once (manifest).
/// Page: token, partners, own role, token, share, token, partners.
const PAGE_CALLS: u32 = 7;
/// Ad account: partners, own role, share, partners.
const ACCOUNT_CALLS: u32 = 4;
const PARALLEL: u32 = 3;
/// Allowed: this factor of the path, and this much more.
const FACTOR: f64 = 1.05;
const SLACK: Duration = Duration::from_millis(10);

pub async fn run() -> anyhow::Result<Table> {
    let columns = ["path, ms", "measured, ms", "allowed, ms", "measured / path", "transactions per grant"];
    let mut table = Table::new("P4", &columns);
    for (kind, calls) in [("page", PAGE_CALLS), ("ad_account", ACCOUNT_CALLS)] {
        for count in [1, 10, 50] {
            let (row, good) = measure(kind, calls, count).await?;
            table.rows.push(row);
            table.good &= good;
        }
    }
    Ok(table)
}

/// The row of the table, and whether it keeps within what is allowed.
async fn measure(kind: &str, calls: u32, count: u32) -> anyhow::Result<(Vec<Value>, bool)> {
    let demo =
        Demo::start(Wanted { data: None, port: 0, sim_url: None, database: None, clock: Clock::system() })
            .await?;
    #[expect(clippy::disallowed_methods, reason = "it speaks to the demo on this machine only")]
    let http = reqwest::Client::new();
    let bench = Bench { described: demo.described.clone(), http };
    let visitor = Visitor::new().map_err(Error::msg)?;
    let mut page = visitor.open(&bench.send_request(kind).await?).await.map_err(Error::msg)?;
    for hook in ["connect-meta", "sim-login-liam", "sim-allow"] {
        page = visitor.press(&page, hook).await.map_err(Error::msg)?;
    }
    // Some of the first are shared with the agency already.
    let picks: Vec<_> = free_indexes(&page.html).into_iter().skip(16).take(count as usize).collect();
    ensure!(picks.len() == count as usize, "only {} accounts can be picked", picks.len());
    let ticked: Vec<_> = picks.iter().map(|i| ("pick", i.as_str())).collect();
    let review = visitor.press_with(&page, "review", &ticked).await.map_err(Error::msg)?;
    bench.sim("_sim/latency", json!({"ms": LATENCY.as_millis()})).await?;
    let before = demo.transactions();
    let start = Instant::now();
    visitor.press(&review, "approve").await.map_err(Error::msg)?;
    bench.control("drain", json!({})).await?;
    let took = start.elapsed();
    let spent = demo.transactions() - before;
    bench.sim("_sim/latency", json!({"ms": 0})).await?;
    let active = bench.count_active().await?;
    demo.stop().await;
    ensure!(active == count as usize, "{active} of {count} are active");
    let path = LATENCY * calls * count.div_ceil(PARALLEL);
    let allowed = path.mul_f64(FACTOR) + SLACK;
    let ms = |time: Duration| figure(time.as_secs_f64() * 1000.0, 1);
    let row = vec![
        json!(format!("{count} × {kind}")),
        ms(path),
        ms(took),
        ms(allowed),
        figure(took.as_secs_f64() / path.as_secs_f64(), 3),
        figure(spent as f64 / f64::from(count), 2),
    ];
    Ok((row, took <= allowed && spent <= 4 * u64::from(count)))
}

struct Bench {
    described: Value,
    http: reqwest::Client,
}

impl Bench {
    fn text(&self, key: &str) -> &str {
        self.described.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    async fn send_request(&self, kind: &str) -> anyhow::Result<String> {
        let body = json!({
            "client": {"name": "Alder Hotels", "email": "liam@alderhotels.example"},
            "items": [{"platform": "meta", "assets": [{"type": kind, "level": "manage"}]}],
        });
        let url = format!("{}/api/v1/requests", self.text("base_url"));
        let call = self.http.post(url).bearer_auth(self.text("api_key")).json(&body);
        let sent: Value = call.send().await?.error_for_status()?.json().await?;
        sent.get("url").and_then(Value::as_str).map(str::to_owned).context("no link came back")
    }

    async fn count_active(&self) -> anyhow::Result<usize> {
        let url = format!("{}/api/v1/grants?limit=200&state=active", self.text("base_url"));
        let call = self.http.get(url).bearer_auth(self.text("api_key"));
        let grants: Value = call.send().await?.error_for_status()?.json().await?;
        Ok(grants.get("data").and_then(Value::as_array).map_or(0, Vec::len))
    }

    async fn sim(&self, path: &str, body: Value) -> anyhow::Result<()> {
        let url = format!("{}/{path}", self.text("sim_url"));
        self.http.put(url).json(&body).send().await?.error_for_status()?;
        Ok(())
    }

    async fn control(&self, path: &str, body: Value) -> anyhow::Result<()> {
        let url = format!("{}/{path}", self.text("control_url"));
        self.http.post(url).json(&body).send().await?.error_for_status()?;
        Ok(())
    }
}
