//! F04: the disk is full, or writing fails, at the k-th page of a grant and of a revoke. Nothing that was
//! acknowledged is lost, and work goes on without a restart.
//!
//! A limit for files and a small disk hold for a whole process, so each test runs in a process of its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use jiff::SignedDuration;

use crate::app::{ACCOUNT, NORTHWIND, TestApp};
use crate::browser::{Browser, Form};
use crate::database::Database;

const PAGE: u64 = 4_096;
/// More pages than a grant and a revoke write.
const MOST: u64 = 120;
/// After this many rounds in a row that lacked nothing, no more will.
const ENOUGH: u64 = 8;

/// How the writing fails.
#[derive(Clone, Copy)]
enum Lack<'a> {
    /// No file of this process grows beyond a size.
    Limit(&'a Path),
    /// The disk with this folder has no more room.
    Disk(&'a Path),
}

impl Lack<'_> {
    /// From now on this many pages can be written.
    fn begin(self, pages: u64) {
        match self {
            Self::Limit(database) => {
                let log = fs::metadata(database.with_extension("db-wal")).map_or(0, |m| m.len());
                // Not at the end of a page: the last write comes through in part.
                limit(&(log + pages * PAGE + 100).to_string());
            }
            Self::Disk(folder) => {
                let room = folder.join("filler");
                let free = Command::new("stat").args(["-f", "-c", "%a"]).arg(folder).output().expect("stat");
                let free: u64 = String::from_utf8_lossy(&free.stdout).trim().parse().expect("a number");
                let size = free.saturating_sub(pages) * PAGE;
                let done =
                    Command::new("fallocate").arg("-l").arg(size.max(1).to_string()).arg(&room).status();
                assert!(done.expect("fallocate runs").success());
            }
        }
    }

    fn end(self) {
        match self {
            Self::Limit(_) => limit("unlimited"),
            Self::Disk(folder) => drop(fs::remove_file(folder.join("filler"))),
        }
    }
}

fn limit(size: &str) {
    let own = std::process::id().to_string();
    let done = Command::new("prlimit").args(["--pid", &own, &format!("--fsize={size}:")]).status();
    assert!(done.expect("prlimit runs").success());
}

/// Sends it once under the lack; whether it was acknowledged.
async fn once(browser: &Browser, form: &Form) -> bool {
    let page = browser.send(form).await;
    assert!(matches!(page.status, 200 | 503), "{} {}", page.status, page.html);
    page.status == 200
}

/// One grant and one revoke with room for this many pages each; how often it lacked.
async fn round(app: &TestApp, lack: Lack<'_>, pages: u64) -> u32 {
    let before = app.ledger().len();
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let approve = olivia.pick(&pick, &[ACCOUNT]).await.form("approve");

    lack.begin(pages);
    let acknowledged = once(&olivia, &approve).await;
    let worked = valetkey::engine::drain(&app.desk).await.is_ok();
    lack.end();
    if !acknowledged {
        assert!(once(&olivia, &approve).await, "there is room again");
    }
    settle(app).await;
    let share = format!("grant {ACCOUNT} {NORTHWIND}");
    assert_eq!(&app.ledger()[before..], std::slice::from_ref(&share), "room for {pages} pages");
    assert_eq!(app.words().await[ACCOUNT], "active", "room for {pages} pages");

    let revoke = format!("/grants/{}/revoke", app.grant_id(ACCOUNT).await);
    lack.begin(pages);
    let (status, answer) = app.api(&app.agency, "POST", &revoke, None).await;
    assert!(matches!(status, 200 | 202 | 503), "{status} {answer}");
    let ended = valetkey::engine::drain(&app.desk).await.is_ok();
    lack.end();
    if status == 503 {
        assert_ne!(app.api(&app.agency, "POST", &revoke, None).await.0, 503);
    }
    settle(app).await;
    assert_eq!(
        app.ledger()[before..],
        [share, format!("revoke {ACCOUNT} {NORTHWIND}")],
        "room for {pages} pages"
    );
    assert_eq!(app.words().await[ACCOUNT], "revoked", "room for {pages} pages");
    app.is_watched().await;
    u32::from(!acknowledged || !worked) + u32::from(status == 503 || !ended)
}

/// What could not be written down is taken up again when its lease is over.
async fn settle(app: &TestApp) {
    for _ in 0..3 {
        app.drain().await;
        app.clock.advance(SignedDuration::from_secs(121));
    }
    app.drain().await;
}

async fn every_page(is_disk: bool) {
    let app = TestApp::start_on_sqlite().await;
    let Database::File(database) = &app.database else { panic!("a file") };
    let folder = database.parent().expect("a folder");
    let lack = if is_disk { Lack::Disk(folder) } else { Lack::Limit(database) };
    let (mut lacked, mut last) = (0, 0);
    for pages in 0..MOST {
        let times = round(&app, lack, pages).await;
        lacked += times;
        if times > 0 {
            last = pages;
        } else if pages > last + ENOUGH {
            break;
        }
    }
    assert!(lacked > 10 && last + ENOUGH < MOST, "it lacked {lacked} times, last with {last} pages");
    app.check().await;
}

/// Runs one of the tests below in a process of its own.
fn alone(prepare: &str, name: &str) {
    let binary = std::env::current_exe().expect("this binary");
    let script = format!("trap '' XFSZ; {prepare} exec \"$0\" --ignored --exact --test-threads 1 \"$1\"");
    let mut command = Command::new(if prepare.is_empty() { "sh" } else { "unshare" });
    if !prepare.is_empty() {
        command.args(["--map-root-user", "--mount", "sh"]);
    }
    let done = command.args(["-c", &script]).arg(binary).arg(format!("faults::f04_full_disk::{name}"));
    let done = done.arg(env!("CARGO_TARGET_TMPDIR")).output().expect("it runs");
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(
        done.status.success() && said.contains("1 passed"),
        "{}",
        &said[said.len().saturating_sub(6_000)..]
    );
}

#[test]
fn f04_a_write_that_fails_at_any_page_loses_nothing_that_was_acknowledged() {
    alone("", "alone_with_a_limit");
}

#[test]
fn f04_a_disk_that_is_full_at_any_page_loses_nothing_that_was_acknowledged() {
    let may = Command::new("unshare").args(["--map-root-user", "--mount", "true"]).status();
    if !may.is_ok_and(|status| status.success()) {
        println!("not run: this user may not mount a small disk here; the limit for files tries the same");
        return;
    }
    alone("mount -t tmpfs -o size=64m tmpfs \"$2\" &&", "alone_on_a_small_disk");
}

#[tokio::test]
#[ignore = "the limit holds for the whole process: the tests above start it in one of its own"]
async fn alone_with_a_limit() {
    let status = fs::read_to_string("/proc/self/status").expect("of this process");
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).expect("signals").trim();
    let ignored = u64::from_str_radix(ignored, 16).expect("hex");
    assert!(ignored & (1 << 24) != 0, "SIGXFSZ would end this process: a test above starts it as it must be");
    every_page(false).await;
}

#[tokio::test]
#[ignore = "it fills the disk: the tests above start it on one of its own"]
async fn alone_on_a_small_disk() {
    let kind = Command::new("stat").args(["-f", "-c", "%T %b"]).arg(env!("CARGO_TARGET_TMPDIR")).output();
    let kind = String::from_utf8(kind.expect("stat runs").stdout).expect("text");
    let blocks = kind.trim().strip_prefix("tmpfs ").and_then(|blocks| blocks.parse::<u64>().ok());
    assert!(blocks.is_some_and(|blocks| blocks <= 20_000), "not on a disk that others use: {kind}");
    every_page(true).await;
}
