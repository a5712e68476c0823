//! F26: a backup is one moment of a working instance, and an old one that is restored does nothing at the platforms
//! before somebody has decided again.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use valetkey::app::{grants, restore};
use valetkey::engine;
use valetkey::store::{Place, Store};

use crate::app::{ACCOUNT, NORTHWIND, PAGE, PAGE_2, TestApp};
use crate::cli::{Folder, run};
use crate::database::{Database, server};

async fn revoke(app: &TestApp, asset: &str) {
    let id = app.grant_id(asset).await;
    let (status, _) = app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    assert!((200..300).contains(&status), "{status}");
}

/// The app's database, and a configuration for commands on it.
fn configured(app: &TestApp) -> (PathBuf, String) {
    let Database::File(file) = &app.database else { panic!("a file") };
    let path = app.key().with_extension("toml");
    let text = format!(
        "public_url = 'https://access.agency.test'\nmaster_key_file = '{}'\ndatabase_url = 'sqlite:{}'\n",
        app.key().display(),
        file.display()
    );
    std::fs::write(&path, text).expect("written");
    (file.clone(), path.to_str().expect("text").to_owned())
}

fn beside(file: &Path, name: &str) -> PathBuf {
    file.with_file_name(name)
}

#[tokio::test]
async fn an_old_backup_gives_and_takes_nothing_before_somebody_decides_again() {
    let app = TestApp::start_on_sqlite().await;
    let olivia = app.browser();
    let sent = app.send_request().await;
    olivia.give(&sent, "olivia", &[PAGE, PAGE_2]).await;
    app.drain().await;
    // At the backup: one is active, one should go, one was just approved.
    revoke(&app, PAGE_2).await;
    let second = app.send_request().await;
    olivia.give(&second, "olivia", &[ACCOUNT]).await;
    let (file, _) = configured(&app);
    let old = beside(&file, "old.db");
    Store::backup(&file, &old).await.expect("backed up");

    // Since then all of it was decided otherwise.
    app.drain().await;
    revoke(&app, PAGE).await;
    revoke(&app, ACCOUNT).await;
    app.drain().await;
    let third = app.send_request().await;
    olivia.give(&third, "olivia", &[PAGE_2]).await;
    app.drain().await;
    let words = app.words().await;
    assert_eq!([&words[PAGE], &words[PAGE_2], &words[ACCOUNT]], ["revoked", "active", "revoked"]);
    let done = app.ledger();

    let desk = app.node_on(Place::File(old)).await;
    let before = restore::suspend(&desk).await.expect("suspended");
    assert_eq!((before.grants(), before.suspended), (3, 2));
    let different = restore::differences(&desk, &before).await.expect("read");
    let told = |asset: &str| {
        let found = different.iter().find(|d| d.row.asset_id == asset);
        found.map(|d| (d.was.as_str(), d.is.as_str(), d.suspended))
    };
    assert_eq!(told(PAGE), Some(("active", "drifted", false)));
    assert_eq!(told(ACCOUNT), Some(("queued", "unverifiable", true)));
    assert_eq!(told(PAGE_2), Some(("working", "unverifiable", true)));
    for _ in 0..30 {
        app.clock.advance(SignedDuration::from_hours(24));
        engine::drain(&desk).await.expect("drained");
    }
    assert_eq!(app.ledger(), done, "something was done at the platform without a new decision");

    // What the agency could end before, it can end now; what only the client gives, it cannot give.
    let scope = &app.agency.scope;
    let id =
        |asset: &str| different.iter().find(|d| d.row.asset_id == asset).expect("told").row.id.to_string();
    assert!(grants::retry(&desk, scope, &id(ACCOUNT)).await.is_err());
    grants::retry(&desk, scope, &id(PAGE_2)).await.expect("taken");
    engine::drain(&desk).await.expect("drained");
    assert_eq!(app.ledger().last(), Some(&format!("revoke {PAGE_2} {NORTHWIND}")));
    assert_eq!(app.ledger().len(), done.len() + 1);
}

#[tokio::test]
async fn after_a_restore_nobody_is_signed_in_and_a_second_one_changes_nothing_more() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    assert_eq!(member.get("/requests").await.status, 200);
    let before = restore::suspend(&app.desk).await.expect("suspended");
    assert_eq!(member.get("/requests").await.status, 401);
    assert_eq!((before.grants(), before.suspended), (0, 0));
    let again = restore::suspend(&app.desk).await.expect("suspended");
    assert_eq!(again.suspended, 0);
    app.check().await;
}

#[tokio::test]
async fn a_backup_during_work_is_one_whole_moment() {
    let app = TestApp::start_on_sqlite().await;
    let (file, config) = configured(&app);
    // A quick backup may come between two requests: then another one is made.
    let mut moments = (0..20).map(|round| beside(&file, &format!("moment-{round}.db")));
    let to = loop {
        let to = moments.next().expect("nothing was at work meanwhile, twenty times");
        let (name, configured) = (to.to_str().expect("text").to_owned(), config.clone());
        let command = tokio::task::spawn_blocking(move || {
            run(&["backup", "--config", &configured, "--json", &name], &[])
        });
        let mut sent = 0;
        while !command.is_finished() {
            app.send_request().await;
            sent += 1;
        }
        let ran = command.await.expect("it ends");
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        if sent > 1 {
            break to;
        }
    };
    let count = |path: &Path, table: &str| -> i64 {
        let db = rusqlite::Connection::open(path).expect("a database");
        db.query_row(&format!("SELECT COUNT(*) FROM {table}"), [], |r| r.get(0)).expect("a count")
    };
    let (items, requests) = (count(&to, "item"), count(&to, "request"));
    assert_eq!(items, requests, "half a request is in the backup");
    assert!(requests <= count(&file, "request"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&to).expect("there").permissions().mode();
        assert_eq!(mode & 0o077, 0, "others can read it");
    }
    let ran = run(&["backup", "--config", &config, to.to_str().expect("text")], &[]);
    assert!(ran.code == 1 && ran.err.contains("it is there already"), "{}", ran.err);
}

fn with_an_agency(folder: &Folder) -> String {
    let config = folder.config("");
    let name = ["--name", "Northwind", "--owner", "Kim Park", "--email", "kim@northwind.example"];
    let added = run(&[&["agency", "add", "--config", &config][..], &name].concat(), &[]);
    assert_eq!(added.code, 0, "{}", added.err);
    config
}

#[test]
fn the_commands_bring_a_backup_back_and_say_what_is_wrong_with_one() {
    let folder = Folder::new("backup");
    let config = with_an_agency(&folder);
    let saved = folder.file("saved.db");
    let ran = run(&["backup", "--config", &config, &saved], &[]);
    assert!(
        ran.code == 0 && ran.out.contains("Northwind") && ran.out.contains("master key"),
        "{}{}",
        ran.out,
        ran.err
    );

    let there = run(&["restore", "--config", &config, &saved], &[]);
    assert!(there.code == 1 && there.err.contains("not written over"), "{}", there.err);
    std::fs::rename(folder.file("valetkey.db"), folder.file("lost.db")).expect("moved");
    let ran = run(&["restore", "--config", &config, &saved], &[]);
    assert!(ran.code == 0 && ran.out.contains("as the backup said"), "{}{}", ran.out, ran.err);
    let verified = run(&["audit", "verify", "--config", &config], &[]);
    assert_eq!(verified.code, 0, "{}", verified.err);

    // Another key opens nothing of it, and nothing is left in the way of the right one.
    std::fs::remove_file(folder.file("valetkey.db")).expect("removed");
    let other = folder.file("other.key");
    assert_eq!(run(&["key", "new", &other], &[]).code, 0);
    let ran = run(&["restore", "--config", &config, &saved], &[("VALETKEY_MASTER_KEY_FILE", &other)]);
    assert!(ran.code == 1 && ran.err.contains("not the key"), "{}", ran.err);
    assert!(!Path::new(&folder.file("valetkey.db")).exists());

    let mut bytes = std::fs::read(&saved).expect("read");
    // Where a page begins: further behind, a page may hold nothing.
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 2048].fill(0xff);
    let damaged = folder.file("damaged.db");
    std::fs::write(&damaged, &bytes).expect("written");
    std::fs::write(folder.file("text.db"), "no database").expect("written");
    for (file, says) in [("damaged.db", "damaged"), ("text.db", "not a database"), ("none.db", "none.db")] {
        let ran = run(&["restore", "--config", &config, &folder.file(file)], &[]);
        assert!(ran.code == 1 && ran.err.contains(says), "{file}: {}", ran.err);
        assert!(!Path::new(&folder.file("valetkey.db")).exists(), "{file} was put there");
    }
    assert_eq!(run(&["restore", "--config", &config], &[]).code, 2);
}

#[test]
fn a_backup_comes_back_into_postgresql_too() {
    let folder = Folder::new("backup-postgres");
    let config = with_an_agency(&folder);
    let saved = folder.file("saved.db");
    assert_eq!(run(&["backup", "--config", &config, &saved], &[]).code, 0);
    let empty = server::server().database(None);
    let there = [("VALETKEY_DATABASE_URL", empty.url.as_str())];
    let ran = run(&["backup", "--config", &config, &folder.file("x.db")], &there);
    assert!(ran.code == 1 && ran.err.contains("pg_dump"), "{}", ran.err);
    let ran = run(&["restore", "--config", &config, "--json", &saved], &there);
    assert!(ran.code == 0 && ran.out.contains("\"suspended\":0"), "{}{}", ran.out, ran.err);
    let ran = run(&["restore", "--config", &config, &saved], &there);
    assert!(ran.code == 1 && ran.err.contains("already has rows"), "{}", ran.err);
    let ran = run(&["restore", "--config", &config, "--in-place"], &there);
    assert_eq!(ran.code, 0, "{}", ran.err);
}
