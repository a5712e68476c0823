//! P1: the link page, beside the same bytes from raw hyper and the same lookup by Express and PostgreSQL.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::child::Child;
use crate::load::rate;
use crate::peers;
use crate::postgres::Cluster;
use crate::programs::{Folder, beside};
use crate::table::{Table, figure, median};

/// Before anything is counted: caches fill, and what is compiled as it runs gets compiled.
const WARM_UP: Duration = Duration::from_secs(1);
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;
/// Bounds: at least this share of hyper, this many times Express, this many bytes over the wire.
const OF_HYPER: f64 = 0.30;
const TIMES_EXPRESS: f64 = 10.0;
const PAGE_BYTES: usize = 60_000;

pub async fn run() -> anyhow::Result<Table> {
    let mut demo = Child::start(&beside("valetkey")?, &["demo", "--json", "--port", "0"], &[])?;
    let described: Value = serde_json::from_str(&demo.line().await?)?;
    let link: url::Url = described["request_url"].as_str().context("no link")?.parse()?;
    let ours = Page { port: link.port().context("no port")?, path: link.path().to_owned() };
    let recorded = ours.fetch("").await?;

    let folder = Folder::new("p1")?;
    let file = folder.join("page");
    std::fs::write(&file, &recorded)?;
    let mut hyper = Child::start(&beside("fixed-bytes")?, &[&file.to_string_lossy()], &[])?;
    let bytes = Page { port: hyper.line().await?.parse()?, path: ours.path.clone() };

    let cluster = Cluster::start().await?;
    let script = peers::install("express").await?.join("server.js");
    let database = cluster.database("express").await?;
    let settings = [("DATABASE_URL", database.as_str()), ("NODE_ENV", "production")];
    let mut express = Child::start(Path::new("node"), &[&script.to_string_lossy()], &settings)?;
    let described: Value = serde_json::from_str(&express.line().await?)?;
    let peer = Page {
        port: u16::try_from(described["port"].as_u64().context("no port")?)?,
        path: described["path"].as_str().context("no path")?.to_owned(),
    };

    let pages = [&ours, &bytes, &peer];
    for page in pages {
        rate(page.address(), &page.host(), &page.path, WARM_UP).await?;
    }
    let mut figures = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (page, figures) in pages.into_iter().zip(&mut figures) {
            figures.push(rate(page.address(), &page.host(), &page.path, ROUND).await?);
        }
    }
    let [ours_rate, hyper_rate, express_rate] = figures.map(median);
    let wire = ours.weight().await?;
    let (of_hyper, times_express) = (ours_rate / hyper_rate, ours_rate / express_rate);
    let mut table = Table::new("P1, the link page", &["requests/s", "ours / peer", "bound"]);
    let rate_row = |what: &str, rate: f64, ratio: Value, bound: &str| {
        vec![json!(what), figure(rate, 0), ratio, json!(bound)]
    };
    let what = format!("valetkey, {} bytes", recorded.len());
    table.rows.push(rate_row(&what, ours_rate, json!(""), ""));
    table.rows.push(rate_row("hyper, the same bytes", hyper_rate, figure(of_hyper, 2), "≥ 0.30"));
    table.rows.push(rate_row("express, passport, pg", express_rate, figure(times_express, 1), "≥ 10"));
    let files = "over the wire with its files, gzip";
    table.rows.push(vec![json!(files), json!(""), json!(format!("{wire} bytes")), json!("≤ 60000")]);
    table.good = of_hyper >= OF_HYPER && times_express >= TIMES_EXPRESS && wire <= PAGE_BYTES;
    Ok(table)
}

struct Page {
    port: u16,
    path: String,
}

impl Page {
    fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    fn host(&self) -> String {
        format!("localhost:{}", self.port)
    }

    /// One whole answer as it came.
    async fn fetch(&self, headers: &str) -> anyhow::Result<Vec<u8>> {
        self.fetch_path(&self.path, headers).await
    }

    async fn fetch_path(&self, path: &str, headers: &str) -> anyhow::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(self.address()).await?;
        let host = self.host();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        ensure!(answer.starts_with(b"HTTP/1.1 200"), "{path} is not answered with 200");
        Ok(answer)
    }

    /// The page and every file that it loads, compressed, in bytes.
    async fn weight(&self) -> anyhow::Result<usize> {
        let plain = String::from_utf8(self.fetch("").await?)?;
        let mut files: Vec<_> =
            plain.split("\"/assets/").skip(1).filter_map(|t| t.split('"').next()).collect();
        files.sort_unstable();
        files.dedup();
        let compressed = "Accept-Encoding: gzip\r\n";
        let mut sum = self.fetch(compressed).await?.len();
        for file in files {
            sum += self.fetch_path(&format!("/assets/{file}"), compressed).await?.len();
        }
        Ok(sum)
    }
}
