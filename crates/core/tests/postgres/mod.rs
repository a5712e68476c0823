//! A private PostgreSQL server for tests and benchmarks: made on first use, in a folder of its own, and
//! removed when the process ends, however it ends; what a machine that stopped left behind, at the next start. `TEST_PG_URL` names another server instead, of which
//! only databases made here are touched; its user must be allowed to make databases.

#![allow(dead_code, reason = "each of the programs that share this uses a part")]

pub mod cluster;
mod home;
pub mod proxy;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use self::home::Home;

/// As whom the product runs: it owns its databases and is no superuser, so the walls hold it.
const USER: &str = "valetkey";

/// A running server.
pub struct Server {
    /// `host=…` or the whole address of another server.
    at: At,
}

enum At {
    /// The folder of the socket.
    Folder(PathBuf, #[expect(dead_code, reason = "it is removed when this is gone")] Home),
    Address(String),
    /// The ports of a replicated pair on this machine, of which one takes writes.
    Pair([u16; 2]),
}

/// A database of its own, dropped with it.
pub struct Database {
    pub url: String,
    name: String,
    server: &'static Server,
}

static SERVER: OnceLock<Server> = OnceLock::new();

/// The server of this process.
pub fn server() -> &'static Server {
    SERVER.get_or_init(|| Server::start().unwrap_or_else(|error| panic!("no PostgreSQL for tests: {error}")))
}

impl Server {
    pub fn start() -> io::Result<Self> {
        #[expect(clippy::disallowed_methods, reason = "where the tests find their database is not a setting")]
        if let Ok(address) = std::env::var("TEST_PG_URL") {
            return Ok(Self { at: At::Address(address.trim_end_matches('/').to_owned()) });
        }
        let home = Home::make(&std::process::id().to_string())?;
        let folder = home.folder().to_owned();
        let data = folder.join("data");
        let own = |program: &str| -> io::Result<Command> {
            let mut command = as_postgres(&find(program)?);
            command.current_dir("/");
            Ok(command)
        };
        run(own("initdb")?
            .arg("-D")
            .arg(&data)
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8"])
            .args(["--no-sync", "--locale=C.UTF-8"]))?;
        let options = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c fsync=off -c synchronous_commit=off \
             -c full_page_writes=off -c autovacuum=off -c max_connections=400 -c shared_buffers=64MB",
            folder.display()
        );
        run(own("pg_ctl")?
            .arg("-D")
            .arg(&data)
            .args(["-w", "-o", &options, "-l"])
            .arg(folder.join("log"))
            .arg("start"))?;
        let server = Self { at: At::Folder(folder, home) };
        server.sql(&format!("CREATE ROLE {USER} LOGIN CREATEDB"))?;
        Ok(server)
    }

    /// The address of a database on it.
    pub fn url(&self, database: &str) -> String {
        match &self.at {
            At::Folder(folder, _) => format!("postgres://{USER}@/{database}?host={}", folder.display()),
            At::Address(address) => {
                let (base, query) = address.split_once('?').unwrap_or((address, ""));
                let start = base.find("://").map_or(0, |at| at + 3);
                let end = base[start..].find('/').map_or(base.len(), |at| start + at);
                format!("{}/{database}?{query}", &base[..end])
            }
            At::Pair([one, two]) => {
                format!("postgres://{USER}@127.0.0.1:{one},127.0.0.1:{two}/{database}")
            }
        }
    }

    /// Two servers of which one follows the other, as one address. It stays in memory for the whole test run.
    pub fn pair(ports: [u16; 2]) -> &'static Self {
        Box::leak(Box::new(Self { at: At::Pair(ports) }))
    }

    /// Whoever takes writes, as superuser.
    fn writer([one, two]: [u16; 2], database: &str) -> String {
        format!(
            "postgres://postgres@127.0.0.1:{one},127.0.0.1:{two}/{database}?target_session_attrs=read-write"
        )
    }

    /// A new database: empty, or a copy of another one that nobody is using.
    pub fn database(&'static self, copy_of: Option<&str>) -> Database {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("t_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let template = copy_of.unwrap_or("template0");
        self.sql(&format!("CREATE DATABASE {name}{} TEMPLATE {template}", self.owner())).expect("a database");
        Database { url: self.url(&name), name, server: self }
    }

    fn owner(&self) -> String {
        match self.at {
            At::Folder(..) | At::Pair(_) => format!(" OWNER {USER}"),
            At::Address(_) => String::new(),
        }
    }

    /// Runs statements as whoever may make databases.
    pub fn sql(&self, text: &str) -> io::Result<String> {
        let mut command = Command::new(find("psql")?);
        match &self.at {
            At::Folder(folder, _) => command.arg("-h").arg(folder).args(["-U", "postgres", "-d", "postgres"]),
            At::Address(address) => command.args(["-d", address]),
            At::Pair(ports) => command.args(["-d", &Self::writer(*ports, "postgres")]),
        };
        let done = command.args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", text]).output()?;
        if !done.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&done.stderr).into_owned()));
        }
        Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    }

    /// Where its socket is, unless it is somebody else's server.
    pub fn socket(&self) -> Option<PathBuf> {
        match &self.at {
            At::Folder(folder, _) => Some(folder.join(".s.PGSQL.5432")),
            At::Address(_) | At::Pair(_) => None,
        }
    }

    /// Ends the server as a crash would, and starts it again.
    pub fn crash_and_restart(&self) -> io::Result<()> {
        let At::Folder(folder, _) = &self.at else {
            return Err(io::Error::other("a server that is not ours stays as it is"));
        };
        let mut command = as_postgres(&find("pg_ctl")?);
        run(command
            .current_dir("/")
            .arg("-D")
            .arg(folder.join("data"))
            .args(["-w", "-m", "immediate", "-l"])
            .arg(folder.join("log"))
            .arg("restart"))
    }
}

impl Database {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs statements in this database as superuser: beside the product, past its walls.
    pub fn sql(&self, text: &str) -> io::Result<String> {
        let mut command = Command::new(find("psql")?);
        match &self.server.at {
            At::Folder(folder, _) => command.arg("-h").arg(folder).args(["-U", "postgres", "-d", &self.name]),
            At::Address(_) => command.args(["-d", &self.url]),
            At::Pair(ports) => command.args(["-d", &Server::writer(*ports, &self.name)]),
        };
        let done = command.args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", text]).output()?;
        if !done.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&done.stderr).into_owned()));
        }
        Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
    }

    /// Keeps the database when this is dropped, as a template for others.
    pub fn keep(self) -> String {
        let name = self.name.clone();
        std::mem::forget(self);
        name
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What is left goes with the server.
        let _ = self.server.sql(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

const AS_POSTGRES: [&str; 4] = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"];

/// PostgreSQL refuses to run as root: then its own user runs it.
fn as_postgres(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new(AS_POSTGRES[0]);
    command.args(&AS_POSTGRES[1..]).arg(program);
    command
}

fn run(command: &mut Command) -> io::Result<()> {
    // No pipe: the server would keep it open.
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{command:?} ended with {status}"))) }
}

fn is_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout == b"0\n"))
}

/// Debian keeps the server's programs outside the path.
fn find(program: &str) -> io::Result<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian =
        versions.map(|version| version.path().join("bin").join(program)).filter(|path| path.exists()).max();
    let other = || [PathBuf::from("/usr/bin").join(program), PathBuf::from("/usr/local/bin").join(program)];
    debian.or_else(|| other().into_iter().find(|path| path.exists())).ok_or_else(|| {
        io::Error::other(format!("{program} is missing: run script/setup, or install postgresql-15"))
    })
}
