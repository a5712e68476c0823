//! F06: pages of the database file are overwritten, its log is missing, it is of another program. It is said which
//! file, and nothing of it is served.

use std::fs;
use std::path::{Path, PathBuf};

use crate::app::{PAGE, TestApp};
use crate::cli::{Ran, run};
use crate::database::Database;

const SIZE: usize = 4_096;

/// A configuration with the app's key, of which the database is named beside it.
fn config(app: &TestApp) -> String {
    let path = app.key().with_extension("toml");
    let key = app.key().display();
    fs::write(&path, format!("public_url = 'https://access.agency.test'\nmaster_key_file = '{key}'\n"))
        .expect("written");
    path.to_str().expect("text").to_owned()
}

fn doctor(config: &str, database: &Path) -> Ran {
    let url = format!("sqlite:{}", database.display());
    run(&["doctor", "--config", config], &[("VALETKEY_DATABASE_URL", &url)])
}

/// A whole copy, as of now, and the path of another file beside it.
fn copy(app: &TestApp) -> (PathBuf, PathBuf) {
    let Database::File(file) = &app.database else { panic!("a file") };
    let (whole, other) = (file.with_extension("whole"), file.with_extension("other"));
    app.database.look().execute("VACUUM INTO ?1", [whole.to_str().expect("text")]).expect("a copy");
    (whole, other)
}

#[tokio::test]
async fn f06_every_page_that_is_overwritten_is_told_with_the_file() {
    let app = TestApp::start_on_sqlite().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let config = config(&app);
    let (whole, other) = copy(&app);
    let ran = doctor(&config, &whole);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let good = fs::read(&whole).expect("readable");
    let pages = good.len() / SIZE;
    assert!(pages > 40, "{pages}");
    for page in 0..pages {
        let mut bad = good.clone();
        bad[page * SIZE..][..24].fill(0xff);
        fs::write(&other, &bad).expect("written");
        let ran = doctor(&config, &other);
        let said = format!("{}{}", ran.out, ran.err);
        assert_eq!(ran.code, 1, "page {page}: {said}");
        let name = other.file_name().and_then(|n| n.to_str()).expect("text");
        assert!(said.contains(name), "page {page}: {said}");
    }
    app.check().await;
}

/// What was only in the log is gone with it. A head that was kept outside shows that something is missing.
#[tokio::test]
async fn f06_a_log_that_is_missing_is_found_against_a_head_kept_outside() {
    let app = TestApp::start_on_sqlite().await;
    let Database::File(file) = &app.database else { panic!("a file") };
    let config = config(&app);
    let (_, other) = copy(&app);
    let log = file.with_extension("db-wal");
    while fs::metadata(&log).is_ok_and(|m| m.len() > 0) {
        tokio::task::yield_now().await;
    }
    // A reader keeps the log from being folded into the file.
    let reader = app.database.look();
    reader.execute_batch("BEGIN; SELECT * FROM agency").expect("reading");
    app.send_request().await;
    let now = format!("sqlite:{}", file.display());
    let head = run(&["audit", "head", "--config", &config], &[("VALETKEY_DATABASE_URL", &now)]);
    assert_eq!(head.code, 0, "{}", head.err);
    let kept = file.with_extension("head");
    let own = head.out.lines().find(|line| line.contains(app.agency.scope.agency().as_str()));
    fs::write(&kept, own.expect("the head of the agency that sent it")).expect("written");

    fs::copy(file, &other).expect("without its log");
    let database = format!("sqlite:{}", other.display());
    let kept = kept.to_str().expect("text");
    let verify = |head: &[&str]| {
        let all = [&["audit", "verify", "--config", &config][..], head].concat();
        run(&all, &[("VALETKEY_DATABASE_URL", &database)])
    };
    assert_eq!(verify(&[]).code, 0, "by itself it is a whole chain");
    let ran = verify(&["--head", kept]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    drop(reader);
    app.check().await;
}
