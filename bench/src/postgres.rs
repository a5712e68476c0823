//! A private PostgreSQL cluster in a temporary folder, for peers that need one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::floor::connect;
use crate::programs::Folder;
use anyhow::{Context as _, ensure};

/// No superuser, so the walls between agencies hold it.
const USER: &str = "valetkey";

pub struct Cluster {
    folder: Folder,
}

impl Cluster {
    pub async fn start() -> anyhow::Result<Self> {
        let folder = Folder::new("postgres")?;
        let cluster = Self { folder };
        tokio::task::spawn_blocking(move || {
            let data = cluster.data();
            own(&cluster.folder.0)?;
            run("initdb", &["-D", &data, "-U", "bench", "-A", "trust", "--no-sync"])?;
            let options = format!("-c listen_addresses= -c unix_socket_directories={}", cluster.socket());
            run("pg_ctl", &["-D", &data, "-w", "-l", &format!("{data}.log"), "-o", &options, "start"])?;
            run("createuser", &["-h", &cluster.socket(), "-U", "bench", USER])?;
            Ok(cluster)
        })
        .await?
    }

    /// An empty database of its user's own, as an operator has one: its address.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn database(&self, name: &str) -> anyhow::Result<String> {
        let socket = self.socket();
        let client = connect(&format!("postgres://bench@/postgres?host={socket}")).await?;
        client.batch_execute(&format!("CREATE DATABASE {name} OWNER {USER}")).await?;
        Ok(format!("postgres://{USER}@/{name}?host={socket}"))
    }

    fn socket(&self) -> String {
        self.folder.0.to_string_lossy().into_owned()
    }

    fn data(&self) -> String {
        self.folder.join("data").to_string_lossy().into_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(e) = run("pg_ctl", &["-D", &self.data(), "-m", "immediate", "stop"]) {
            eprintln!("valetkey-bench: {e:#}");
        }
    }
}

/// PostgreSQL refuses to run as root: then the folder is given to its own user.
fn own(folder: &Path) -> anyhow::Result<()> {
    if is_root() {
        let status = Command::new("chown").arg("postgres").arg(folder).status()?;
        ensure!(status.success(), "the folder cannot be given to the user postgres");
    }
    Ok(())
}

fn run(program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let path = find(program)?;
    let mut command = if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(path);
        command
    } else {
        Command::new(path)
    };
    let status = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::inherit()).status();
    ensure!(status.with_context(|| format!("{program} does not start"))?.success(), "{program} failed");
    Ok(())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n")
}

/// Debian keeps the server's programs outside the path.
fn find(program: &str) -> anyhow::Result<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = debian.map(|version| version.path().join("bin").join(program)).filter(|p| p.exists()).max();
    found.context("PostgreSQL is missing: install the package postgresql, then run this again")
}
