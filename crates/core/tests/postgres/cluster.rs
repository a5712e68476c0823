//! PostgreSQL servers that a test may kill, promote, or set up differently. Each has a port of its own.

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::home::Home;
use super::{as_postgres, find, is_root, run};

/// A server; it and its folder go when this goes, or this process.
pub struct Cluster {
    pub port: u16,
    home: Home,
}

/// What every one of them is set to: they are thrown away, so no disk is waited for.
const SETTINGS: &str = "-c fsync=off -c full_page_writes=off -c autovacuum=off -c max_connections=60 \
                        -c shared_buffers=16MB -c listen_addresses=127.0.0.1";

/// Below those that the system gives to whoever asks for any, which might take one before the server has begun.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A port that nobody listens on, looked for from a place of one's own on.
fn find_port(from: u32) -> io::Result<u16> {
    let count = u32::from(PORTS.end - PORTS.start);
    let mut ports = (0..count).filter_map(|n| u16::try_from((from % count + n) % count).ok());
    let free = ports.find(|n| TcpListener::bind(("127.0.0.1", PORTS.start + n)).is_ok());
    Ok(PORTS.start + free.ok_or_else(|| io::Error::other("every port is taken"))?)
}

impl Cluster {
    /// A new server with the product's user in it. `settings` are options of `postgres`.
    pub fn start(settings: &str) -> io::Result<Self> {
        let cluster = Self::new()?;
        run(cluster.program("initdb")?.arg("-D").arg(cluster.data()).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C.UTF-8",
        ]))?;
        cluster.run(settings)?;
        cluster.sql("postgres", "CREATE ROLE valetkey LOGIN CREATEDB")?;
        Ok(cluster)
    }

    /// A second server that follows this one.
    pub fn standby(&self) -> io::Result<Self> {
        let other = Self::new()?;
        run(other
            .program("pg_basebackup")?
            .arg("-D")
            .arg(other.data())
            .arg("-h")
            .arg(self.folder())
            .args(["-p", &self.port.to_string(), "-U", "postgres", "-R", "-X", "stream", "-c", "fast"])
            .arg("--no-sync"))?;
        other.run("")?;
        Ok(other)
    }

    fn new() -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let (run, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let home = Home::make(&format!("{run}-{number}"))?;
        let port = find_port(run.wrapping_mul(131).wrapping_add(number))?;
        Ok(Self { port, home })
    }

    /// Where its files are.
    pub fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// The process that clears it away.
    pub fn keeper(&self) -> u32 {
        self.home.keeper()
    }

    /// The folder of its socket.
    pub fn folder(&self) -> &Path {
        self.home.folder()
    }

    /// Where its socket is.
    pub fn socket(&self) -> PathBuf {
        self.folder().join(format!(".s.PGSQL.{}", self.port))
    }

    fn program(&self, name: &str) -> io::Result<Command> {
        let mut command = as_postgres(&find(name)?);
        command.current_dir("/");
        Ok(command)
    }

    /// Starts it, after it was new or killed.
    pub fn run(&self, settings: &str) -> io::Result<()> {
        let at = format!("-c port={} -c unix_socket_directories={}", self.port, self.folder().display());
        self.control(&["-w", "-o", &format!("{SETTINGS} {at} {settings}"), "start"])
    }

    /// Ends it as a crash would.
    pub fn kill(&self) -> io::Result<()> {
        self.control(&["-w", "-m", "immediate", "stop"])
    }

    /// Lets a standby take writes.
    pub fn promote(&self) -> io::Result<()> {
        self.control(&["-w", "promote"])
    }

    /// Reads its files again.
    pub fn reload(&self) -> io::Result<()> {
        self.control(&["reload"])
    }

    fn control(&self, arguments: &[&str]) -> io::Result<()> {
        let mut command = self.program("pg_ctl")?;
        run(command.arg("-D").arg(self.data()).arg("-l").arg(self.folder().join("log")).args(arguments))
    }

    /// Writes a file of its folder as its own user may read it.
    pub fn write(&self, path: &Path, text: &[u8]) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::write(path, text)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        if is_root() { run(Command::new("chown").arg("postgres").arg(path)) } else { Ok(()) }
    }

    /// Runs statements as superuser.
    pub fn sql(&self, database: &str, text: &str) -> io::Result<String> {
        let mut command = Command::new(find("psql")?);
        command.arg("-h").arg(self.folder()).args(["-p", &self.port.to_string()]);
        command.args(["-U", "postgres", "-d", database, "-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1"]);
        let done = command.args(["-c", text]).output()?;
        if !done.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&done.stderr).into_owned()));
        }
        Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    }
}
