//! F26: a copy that SQLite's own means made under load is one moment, and an old one that somebody put back without
//! `valetkey restore` does nothing twice.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use valetkey::app::audit;
use valetkey::engine;

use crate::app::{ACCOUNT, NORTHWIND, PAGE, PAGE_2, TestApp};
use crate::database::Database;

/// A copy of the running database under this name.
fn copy(app: &TestApp, name: &str) -> PathBuf {
    let Database::File(file) = &app.database else { panic!("a file") };
    let path = file.with_extension(name);
    app.database.look().execute("VACUUM INTO ?1", [path.to_str().expect("text")]).expect("a copy");
    path
}

/// A server on the copy, which goes on from there for a month.
async fn put_back(app: &TestApp, path: &Path) {
    let desk = app.node_with(path.into(), app.clock.clone()).await;
    for _ in 0..30 {
        engine::drain(&desk).await.expect("the store answers");
        app.clock.advance(SignedDuration::from_hours(24));
    }
}

/// What the copy says of the only grant.
fn word(path: &Path) -> String {
    let db = rusqlite::Connection::open(path).expect("the copy");
    db.query_row("SELECT word FROM access_grant", [], |row| row.get(0)).expect("one grant")
}

#[tokio::test]
async fn f26_a_copy_under_load_is_one_moment_with_a_whole_chain() {
    let app = TestApp::start_on_sqlite().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE, PAGE_2, ACCOUNT]).await;
    let mut copies = Vec::new();
    let copying = async {
        for number in 0..12 {
            copies.push(copy(&app, &format!("copy{number}")));
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
        }
    };
    tokio::join!(app.drain(), copying);
    for path in copies {
        let desk = app.node_with(path.as_path().into(), app.clock.clone()).await;
        assert_eq!(desk.store.damage().await.expect("readable"), None);
        for (scope, _) in desk.store.list_agencies_as_operator().await.expect("agencies") {
            audit::verify(&desk.store, &scope, &[]).await.expect("a whole chain");
        }
    }
    app.check().await;
}

/// The copy says active, and the access was taken away since.
#[tokio::test]
async fn f26_access_that_was_revoked_since_the_copy_is_not_given_again() {
    let app = TestApp::start_on_sqlite().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    let old = copy(&app, "old");
    app.api(&app.agency, "POST", &format!("/grants/{}/revoke", app.grant_id(ACCOUNT).await), None).await;
    app.drain().await;
    let ledger = app.ledger();
    assert_eq!(ledger.len(), 2);
    put_back(&app, &old).await;
    assert_eq!(app.ledger(), ledger, "nothing is done for thirty nights");
    assert_ne!(word(&old), "active", "and nobody is told that it is there");
    app.check().await;
}

/// The copy was made before the call, and the call was made.
#[tokio::test]
async fn f26_access_that_was_given_since_the_copy_is_read_and_not_given_again() {
    let app = TestApp::start_on_sqlite().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    let old = copy(&app, "old");
    app.drain().await;
    put_back(&app, &old).await;
    assert_eq!(app.ledger(), [format!("grant {ACCOUNT} {NORTHWIND}")]);
    assert_eq!(word(&old), "active");
    app.check().await;
}
