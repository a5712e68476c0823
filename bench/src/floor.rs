//! The commit floor: how often a second bytes become durable when nothing else is done.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio_postgres::{Client, NoTls};

/// For how long it is measured.
const TIME: Duration = Duration::from_secs(3);
/// Connections to PostgreSQL that commit side by side, and so share what is written: as many as the product has.
pub const CONNECTIONS: usize = 16;
/// A log is written from its beginning again after this many bytes, as SQLite does.
const LOG: u64 = 4 * 1024 * 1024;

/// Commits a second: so many bytes written to one file in this folder, then waited for.
///
/// # Errors
/// If the file cannot be written.
pub fn of_disk(folder: &Path, bytes: usize) -> anyhow::Result<f64> {
    use std::io::Seek as _;
    let mut file = File::create(folder.join("floor"))?;
    let block = vec![0x5a_u8; bytes];
    // The blocks are there before it counts, as in a log that is used again.
    let mut written = 0;
    while written < LOG + bytes as u64 {
        file.write_all(&block)?;
        written += bytes as u64;
    }
    file.sync_all()?;
    let (start, mut commits, mut at) = (Instant::now(), 0_u64, LOG);
    while start.elapsed() < TIME {
        if at >= LOG {
            file.rewind()?;
            at = 0;
        }
        file.write_all(&block)?;
        file.sync_data()?;
        at += bytes as u64;
        commits += 1;
    }
    Ok(commits as f64 / start.elapsed().as_secs_f64())
}

/// Bytes that this process has handed to the kernel to be written, to files and sockets.
///
/// # Errors
/// If the kernel does not say.
pub fn bytes_written() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/io")?;
    let found = text.lines().find_map(|l| l.strip_prefix("wchar: "));
    Ok(found.context("the kernel does not say")?.parse()?)
}

/// A connection of the benchmark's own.
pub async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Bytes of the server's log so far.
pub async fn log_bytes(client: &Client) -> anyhow::Result<u64> {
    let row =
        client.query_one("SELECT CAST(pg_current_wal_insert_lsn() - pg_lsn '0/0' AS INT8)", &[]).await?;
    Ok(u64::try_from(row.get::<_, i64>(0))?)
}

/// Commits a second on PostgreSQL, by one INSERT each that puts so many bytes into the log: by one connection one after
/// the other, or by several side by side.
///
/// # Errors
/// If the server refuses.
pub async fn of_server(url: &str, bytes: usize, connections: usize) -> anyhow::Result<f64> {
    let client = connect(url).await?;
    client
        .batch_execute(
            "DROP TABLE IF EXISTS floor; CREATE TABLE floor (x BYTEA); ALTER TABLE floor ALTER x SET STORAGE EXTERNAL",
        )
        .await?;
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(connect(url).await?);
    }
    // What a row costs beside its content is taken off first.
    let overhead = {
        let before = log_bytes(&client).await?;
        for _ in 0..100 {
            client.execute("INSERT INTO floor VALUES ($1)", &[&vec![7_u8; 100]]).await?;
        }
        ((log_bytes(&client).await? - before) / 100).saturating_sub(100)
    };
    let block = vec![7_u8; bytes.saturating_sub(usize::try_from(overhead)?)];
    let end = Instant::now() + TIME;
    let start = Instant::now();
    let commit = async |client: &Client| {
        let statement = client.prepare("INSERT INTO floor VALUES ($1)").await?;
        let mut commits = 0_u64;
        while Instant::now() < end {
            client.execute(&statement, &[&block]).await?;
            commits += 1;
        }
        Ok::<_, anyhow::Error>(commits)
    };
    let all = futures_util::future::try_join_all(clients.iter().map(commit)).await?;
    Ok(all.iter().sum::<u64>() as f64 / start.elapsed().as_secs_f64())
}
