//! The benchmark suite. Every figure is a ratio against a limit or a peer of the same run.

mod bytes;
mod child;
mod load;
mod p1;
mod p4;
mod postgres;

use std::process::ExitCode;

/// Usage: `valetkey-bench [--only NAME]`. Prints a Markdown table; fails when a figure misses its bound.
#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(e) => {
            eprintln!("valetkey-bench: {e:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<bool> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Ok(p1::run().await? & p4::run().await?),
        ["--only", "P1"] => p1::run().await,
        ["--only", "P4"] => p4::run().await,
        ["serve-bytes", file] => bytes::serve(file.as_ref()).await.map(|()| true),
        _ => anyhow::bail!("usage: valetkey-bench [--only P1|P4]"),
    }
}
