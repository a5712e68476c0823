//! A process of ours: the product or the simulators, started, stopped, killed.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

const PATIENCE: Duration = Duration::from_secs(60);

/// A program that printed its first line, or died before.
pub struct Node {
    child: Child,
    pub described: Value,
    /// From its start to its first line.
    pub took: Duration,
    pub is_stopped: bool,
}

/// What came of a start.
pub enum Started {
    Ready(Box<Node>),
    /// It died where it was told to.
    Died,
}

impl Node {
    /// Starts it; what it writes to stderr is added to `log`.
    pub async fn start(program: &Path, arguments: &[String], log: &Path) -> anyhow::Result<Started> {
        let start = Instant::now();
        let written = std::fs::File::options().create(true).append(true).open(log)?;
        let mut child = Command::new(program)
            .args(arguments)
            .env_remove("VALETKEY_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(written))
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} does not start", program.display()))?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let first =
            tokio::time::timeout(PATIENCE, lines.next_line()).await.context("it is never ready")??;
        let Some(first) = first else {
            let status = child.wait().await?;
            ensure!(status.code().is_none(), "{arguments:?} ended with {status}: see {}", log.display());
            return Ok(Started::Died);
        };
        let described = serde_json::from_str(&first).context("its first line is not JSON")?;
        Ok(Started::Ready(Box::new(Self { child, described, took: start.elapsed(), is_stopped: false })))
    }

    pub fn text(&self, key: &str) -> &str {
        self.described.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// As a power cut ends it.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        self.child.start_kill()?;
        self.child.wait().await?;
        Ok(())
    }

    /// Politely; everything is written down when it has ended.
    pub async fn end(mut self) -> anyhow::Result<()> {
        self.signal(Signal::TERM);
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await??;
        ensure!(status.success(), "it ended with {status}");
        Ok(())
    }

    /// It stands still until it goes on.
    pub fn stop(&mut self) {
        self.signal(Signal::STOP);
        self.is_stopped = true;
    }

    pub fn go_on(&mut self) {
        self.signal(Signal::CONT);
        self.is_stopped = false;
    }

    /// One that is gone already hears nothing, which is fine.
    fn signal(&self, signal: Signal) {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(pid) = id.and_then(Pid::from_raw) {
            let _ = kill_process(pid, signal);
        }
    }
}
