//! A raw hyper server that sends fixed bytes: the limit that a page is held against.

use std::convert::Infallible;

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{HeaderName, HeaderValue};
use hyper::{Response, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// Headers that hyper sends by itself, or that belonged to the recorded connection.
const OWN: [&str; 3] = ["content-length", "date", "connection"];

/// Serves the file that is named, a head and a body as they came over the wire, and prints the port.
#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let file = std::env::args_os().nth(1).context("usage: fixed-bytes FILE")?;
    let recorded = std::fs::read(file)?;
    let head = recorded.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(0);
    let headers: Vec<_> = std::str::from_utf8(&recorded[..head])?
        .lines()
        .skip(1)
        .filter_map(|l| l.split_once(": "))
        .filter(|(name, _)| !OWN.iter().any(|own| name.eq_ignore_ascii_case(own)))
        .map(|(name, value)| Ok((name.parse()?, value.parse()?)))
        .collect::<anyhow::Result<Vec<(HeaderName, HeaderValue)>>>()?;
    let body = Bytes::from(recorded[head + 4..].to_vec());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let (headers, body) = (headers.clone(), body.clone());
        let answer = service_fn(move |_| {
            let mut answer = Response::new(Full::new(body.clone()));
            answer.headers_mut().extend(headers.iter().cloned());
            async move { Ok::<_, Infallible>(answer) }
        });
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
    }
}
