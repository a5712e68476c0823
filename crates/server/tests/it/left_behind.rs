//! A private PostgreSQL server does not outlive a test run that was killed.

use std::io::{BufRead as _, BufReader, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::database::server::cluster::Cluster;

/// Another test run with a server: its folder, the server's process, and that of its keeper.
struct Run {
    child: Child,
    folder: PathBuf,
    server: String,
    keeper: String,
}

fn start() -> Run {
    let mut child = Command::new(std::env::current_exe().expect("this binary"))
        .args(["--ignored", "--exact", "--nocapture", "left_behind::holds_a_server"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut said = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let line = said.find_map(|line| Some(line.expect("text").split_once("HOLDS ")?.1.to_owned()));
    let line = line.expect("a server");
    let [folder, server, keeper] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    Run { child, folder: folder.into(), server: server.to_owned(), keeper: keeper.to_owned() }
}

fn runs(process: &str) -> bool {
    Command::new("kill").args(["-0", process]).stderr(Stdio::null()).status().expect("kill runs").success()
}

fn is_gone(run: &Run) -> bool {
    let begun = Instant::now();
    while run.folder.exists() || lock(&run.folder).exists() || runs(&run.server) {
        if begun.elapsed() > Duration::from_secs(20) {
            return false;
        }
        std::thread::yield_now();
    }
    true
}

fn lock(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}

#[test]
fn the_server_of_a_killed_run_is_stopped_and_removed() {
    let mut run = start();
    assert!(run.folder.exists() && runs(&run.server));
    run.child.kill().and_then(|()| run.child.wait()).expect("killed");
    assert!(is_gone(&run));
}

/// The process that clears away was killed first, as when a whole machine stops.
#[test]
fn a_server_that_nobody_cleared_away_is_removed_by_the_next_run_and_others_stay() {
    let mut run = start();
    let other = Cluster::start("").expect("a server of somebody who is alive");
    let killed = Command::new("kill").args(["-9", &run.keeper]).status().expect("kill runs");
    assert!(killed.success());
    run.child.kill().and_then(|()| run.child.wait()).expect("killed");
    let _next = Cluster::start("").expect("a server");
    assert!(is_gone(&run));
    assert_eq!(other.sql("postgres", "SELECT 1").expect("it runs still"), "1");
}

#[test]
#[ignore = "the tests above start it in a process of its own, and kill that"]
fn holds_a_server() {
    assert!(!std::io::stdin().is_terminal(), "a test above starts it");
    let cluster = Cluster::start("").expect("a server");
    let pid = std::fs::read_to_string(cluster.data().join("postmaster.pid")).expect("a pid file");
    let pid = pid.lines().next().expect("a number").to_owned();
    println!("HOLDS {} {pid} {}", cluster.folder().display(), cluster.keeper());
    // Until it is killed, or whoever started it ends.
    std::io::stdin().lines().for_each(drop);
}
