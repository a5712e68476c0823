//! A load generator that costs little: one fixed request, sent again as soon as its answer is read.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Connections that are kept open and busy.
const CONNECTIONS: usize = 32;

/// Requests a second that `server` answers with 200, over `time`.
pub async fn rate(server: SocketAddr, host: &str, path: &str, time: Duration) -> anyhow::Result<f64> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n");
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CONNECTIONS {
        clients.spawn(client(server, request.clone(), start + time));
    }
    let mut answers = 0_u64;
    while let Some(client) = clients.join_next().await {
        answers += client.context("a client of the load generator")??;
    }
    Ok(answers as f64 / start.elapsed().as_secs_f64())
}

async fn client(server: SocketAddr, request: String, end: Instant) -> anyhow::Result<u64> {
    let mut stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let (mut buffer, mut answers) = (Vec::with_capacity(64 * 1024), 0);
    while Instant::now() < end {
        stream.write_all(request.as_bytes()).await?;
        answer(&mut stream, &mut buffer).await?;
        answers += 1;
    }
    Ok(answers)
}

/// Reads one answer whole; only `200` with a stated length counts.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<()> {
    buffer.clear();
    let mut wanted = None;
    loop {
        ensure!(stream.read_buf(buffer).await? > 0, "the server closed a connection");
        if wanted.is_none() {
            wanted = length(buffer)?;
        }
        match wanted {
            Some(wanted) if buffer.len() >= wanted => return Ok(()),
            _ => {}
        }
    }
}

/// Head and body together, once the head is there.
fn length(buffer: &[u8]) -> anyhow::Result<Option<usize>> {
    let Some(head) = buffer.windows(4).position(|w| w == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&buffer[..head])?.to_ascii_lowercase();
    ensure!(text.starts_with("http/1.1 200"), "not answered with 200: {text}");
    let body = text.lines().find_map(|l| l.strip_prefix("content-length:")).context("no content-length")?;
    Ok(Some(head + 4 + body.trim().parse::<usize>()?))
}
