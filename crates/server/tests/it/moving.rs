//! The operator's commands on PostgreSQL: moving there, and working there.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use crate::app::{PAGE, TestApp};
use crate::database::{Database, server};

fn run(arguments: &[&str]) -> (Output, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_valetkey")).args(arguments).output().expect("it runs");
    let text =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    (output, text)
}

/// A configuration beside the app's master key.
fn config(app: &TestApp, database_url: &str) -> PathBuf {
    let path = app.key().with_extension("toml");
    let text = format!(
        "public_url = 'https://access.agency.test'\nmaster_key_file = '{}'\ndatabase_url = '{database_url}'\n",
        app.key().display()
    );
    std::fs::write(&path, text).expect("written");
    path
}

#[tokio::test]
async fn a_live_instance_is_moved_with_every_row_and_its_audit_chain() {
    let app = TestApp::start_on_sqlite().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let Database::File(file) = &app.database else { panic!("a file") };
    let config = config(&app, &format!("sqlite:{}", file.display()));
    let config = config.to_str().expect("text");
    let empty = server::server().database(None);

    let (output, text) = run(&["move-to-postgres", "--config", config, "--to", &empty.url, "--json"]);
    assert!(output.status.success(), "{text}");
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["newer_records"], 0);
    let there = Database::Server(empty);
    for table in told["tables"].as_array().expect("a list") {
        let count = format!("SELECT COUNT(*) FROM {}", table["table"].as_str().expect("text"));
        let rows = |db: rusqlite::Connection| -> i64 {
            db.query_row(&count, [], |row| row.get(0)).expect("a count")
        };
        assert_eq!(
            (rows(app.database.look()), rows(there.look())),
            (table["rows"].as_i64().expect("n"), table["rows"].as_i64().expect("n")),
            "{count}"
        );
    }
    // Cell by cell: credentials are still sealed for the same places, and the chain holds.
    let grants = "SELECT group_concat(grant_id || word || state || rev, ';') FROM (SELECT * FROM access_grant ORDER BY grant_id)";
    let text_of =
        |db: rusqlite::Connection| -> String { db.query_row(grants, [], |row| row.get(0)).expect("text") };
    assert_eq!(text_of(app.database.look()), text_of(there.look()));

    let Database::Server(database) = &there else { panic!("on PostgreSQL") };
    let (output, text) = run(&["move-to-postgres", "--config", config, "--to", &database.url]);
    assert!(!output.status.success());
    assert!(text.contains("already has rows"), "{text}");
    let (output, text) = run(&["audit", "verify", "--config", config, "--database", &database.url]);
    assert!(output.status.success() && text.contains("the chain is whole"), "{text}");
    app.check().await;
}

#[tokio::test]
async fn the_operators_commands_work_beside_a_server_on_postgresql() {
    let app = TestApp::start_on_postgres().await;
    let Database::Server(database) = &app.database else { panic!("on PostgreSQL") };
    let config = config(&app, &database.url);
    let config = config.to_str().expect("text");
    let (output, text) = run(&["doctor", "--config", config]);
    assert!(output.status.success() && text.contains("holds 2 agencies"), "{text}");
    let added = [
        "agency",
        "add",
        "--config",
        config,
        "--name",
        "Third",
        "--owner",
        "Ada",
        "--email",
        "ada@third.test",
    ];
    let (output, text) = run(&added);
    assert!(output.status.success(), "{text}");
    assert_eq!(app.desk.store.list_agencies_as_operator().await.expect("agencies").len(), 3);
    let (output, text) = run(&["audit", "verify", "--config", config]);
    assert!(output.status.success() && text.contains("Third"), "{text}");
    app.check().await;
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_told_by_the_doctor_without_its_password() {
    let app = TestApp::start_on_postgres().await;
    let superuser = app.database_url().replace("postgres://valetkey@", "postgres://postgres@");
    for (address, words) in [
        (
            "postgres://u:hush@127.0.0.1:1/d".to_owned(),
            "no connection to the database server at 127.0.0.1:1/d",
        ),
        (superuser, "superuser"),
    ] {
        let config = config(&app, &address);
        let (output, text) = run(&["doctor", "--config", config.to_str().expect("text")]);
        assert!(!output.status.success() && text.contains(words), "{text}");
        assert!(!text.contains("hush"), "{text}");
    }
    app.check().await;
}
