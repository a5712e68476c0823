//! F05: another program holds the database file, or reads it for long.

use std::time::{Duration, Instant};

use serde_json::json;
use valetkey::engine;

use crate::app::{ACCOUNT, NORTHWIND, TestApp};
use crate::database::Database;

#[tokio::test]
async fn f05_a_file_that_another_program_holds_is_waited_for_and_then_told() {
    let app = TestApp::start_on_sqlite().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let approve = olivia.pick(&pick, &[ACCOUNT]).await.form("approve");
    let other = app.database.look();
    other.execute_batch("BEGIN IMMEDIATE").expect("held");

    let begun = Instant::now();
    let (page, read) = tokio::join!(olivia.send(&approve), app.api(&app.agency, "GET", "/requests", None));
    assert_eq!((page.status, read.0), (503, 200), "{}", page.html);
    assert!(page.has("Our database did not answer"), "{}", page.html);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());

    other.execute_batch("COMMIT").expect("given back");
    assert_eq!(olivia.send(&approve).await.status, 200);
    other.execute_batch("BEGIN IMMEDIATE").expect("held");
    assert!(engine::drain(&app.desk).await.is_err(), "the engine waits too");
    other.execute_batch("COMMIT").expect("given back");
    app.drain().await;
    assert_eq!(app.ledger(), [format!("grant {ACCOUNT} {NORTHWIND}")]);
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
}

/// A short wait is not noticed.
#[tokio::test]
async fn f05_a_file_that_is_held_for_a_second_is_only_waited_for() {
    let app = TestApp::start_on_sqlite().await;
    let other = app.database.look();
    other.execute_batch("BEGIN IMMEDIATE").expect("held");
    let free = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        other.execute_batch("COMMIT").expect("given back");
    };
    let client = json!({"name": "Harbour", "email": "h@client.example"});
    let (made, ()) = tokio::join!(app.api(&app.agency, "POST", "/clients", Some(client)), free);
    assert_eq!(made.0, 201, "{}", made.1);
    app.check().await;
}

/// While somebody reads, the log cannot be folded back. It is once they are gone.
#[tokio::test]
async fn f05_a_long_reader_stops_nobody_and_the_log_shrinks_after_it() {
    let app = TestApp::start_on_sqlite().await;
    let Database::File(file) = &app.database else { panic!("a file") };
    let log = file.with_extension("db-wal");
    let size = || std::fs::metadata(&log).map_or(0, |m| m.len());
    let reader = app.database.look();
    reader.execute_batch("BEGIN; SELECT * FROM agency").expect("reading");
    for number in 0..60 {
        let client =
            json!({"name": format!("Client {number}"), "email": format!("c{number}@client.example")});
        assert_eq!(app.api(&app.agency, "POST", "/clients", Some(client)).await.0, 201);
    }
    let grown = size();
    assert!(grown > 100_000, "{grown}");
    reader.execute_batch("COMMIT").expect("done");
    let begun = Instant::now();
    let client = json!({"name": "Last", "email": "last@client.example"});
    assert_eq!(app.api(&app.agency, "POST", "/clients", Some(client)).await.0, 201);
    while size() > 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "still {} bytes", size());
        tokio::task::yield_now().await;
    }
    app.check().await;
}
