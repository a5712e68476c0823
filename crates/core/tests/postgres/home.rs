//! The folder of a private server, and who clears it away: a process beside it once this one has ended, or, when the
//! machine stopped or that process was killed too, whoever starts a server next.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::{AS_POSTGRES, find, is_root, run};

const NAME: &str = "valetkey-postgres-";

/// A folder for a server and its data.
pub struct Home {
    folder: PathBuf,
    keeper: Child,
    /// Locked as long as this process lives. A server whose lock is held is somebody's.
    _lock: File,
}

impl Home {
    /// Makes one, after clearing away those whose owners are gone.
    pub fn make(name: &str) -> io::Result<Self> {
        clear(&std::env::temp_dir());
        let folder = std::env::temp_dir().join(format!("{NAME}{name}"));
        // Locked before there is anything to clear away.
        let lock = File::options().create(true).append(true).open(beside(&folder))?;
        lock.try_lock().map_err(io::Error::other)?;
        std::fs::create_dir(&folder)?;
        let keeper = keep(&folder)?;
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder))?;
        }
        Ok(Self { folder, keeper, _lock: lock })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The process that clears it away.
    pub fn keeper(&self) -> u32 {
        self.keeper.id()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn beside(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

/// Starts the process that clears away once its input ends, which happens when this process ends. In a group of
/// its own, so that ending a test run by the keyboard does not end it.
fn keep(folder: &Path) -> io::Result<Child> {
    use std::os::unix::process::CommandExt as _;
    let script = format!("cat >/dev/null; {STOP}");
    stopping(&script, folder)?.stdin(Stdio::piped()).process_group(0).spawn()
}

const STOP: &str = "cd /; if [ -d \"$1/data\" ]; then $3 \"$2\" -D \"$1/data\" -m immediate stop; fi; rm -rf \"$1\" \"$1.lock\"";

fn stopping(script: &str, folder: &Path) -> io::Result<Command> {
    let user = if is_root() { AS_POSTGRES.join(" ") } else { String::new() };
    let mut command = Command::new("sh");
    command.args(["-c", script, "keeper"]).arg(folder).arg(find("pg_ctl")?).arg(user);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command)
}

/// Stops servers that nobody holds any more, and removes their folders.
fn clear(all: &Path) {
    for entry in std::fs::read_dir(all).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.starts_with(NAME) || !name.ends_with(".lock") {
            continue;
        }
        let Ok(lock) = File::options().append(true).open(&path) else { continue };
        if lock.try_lock().is_ok() {
            let _ = stopping(STOP, &path.with_extension("")).and_then(|mut stop| stop.status());
        }
    }
}
