//! Whether a node says that it is ready.

use serde_json::json;
use tokio::net::TcpListener;
use valetkey::server::Server;

use crate::app::{ACCOUNT, NORTHWIND, TestApp};
use crate::browser::Browser;

#[tokio::test]
async fn a_server_that_stops_says_so_until_its_work_is_done() {
    let app = TestApp::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let base = format!("http://localhost:{}", listener.local_addr().expect("bound").port());
    let desk = app.beside().await;
    let server = Server::start(desk.clone(), listener).await.expect("started");
    let probe = Browser::new(&base);
    let ready = probe.get("/readyz").await;
    assert_eq!((ready.status, ready.html.as_str()), (200, ""));

    let sent = app.send_request().await;
    app.faults(json!([{"host": "graph.facebook.com", "path": "*/agencies", "method": "POST",
        "kind": "delay", "ms": 1_000}]))
        .await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    desk.wake.notify_one();
    while app.seen("/agencies").await == 0 {
        tokio::task::yield_now().await;
    }
    let told = async {
        let told = probe.get("/readyz").await;
        (told.status, told.html, probe.get("/livez").await.status)
    };
    let ((), told) = tokio::join!(server.stop(), told);
    assert_eq!(told, (503, "stopping: it ends what is open".to_owned(), 200));
    app.after(&format!("grant {ACCOUNT} {NORTHWIND}")).await;
    assert_eq!(app.ledger().len(), 1);
}

#[tokio::test]
async fn a_database_that_lacks_a_step_is_not_ready() {
    let app = TestApp::start_on_postgres().await;
    assert_eq!(app.browser().get("/readyz").await.status, 200);
    let crate::database::Database::Server(database) = &app.database else { panic!("on PostgreSQL") };
    let step = "schema_migration WHERE position = (SELECT MAX(position) FROM schema_migration)";
    database.sql(&format!("CREATE TABLE kept AS SELECT * FROM {step}; DELETE FROM {step}")).expect("deleted");
    let told = app.browser().get("/readyz").await;
    assert_eq!(told.status, 503);
    assert!(told.has("lacks a schema step"), "{}", told.html);
    // A newer node adds one that this program does not know, and this one goes on.
    database.sql("INSERT INTO schema_migration SELECT * FROM kept").expect("restored");
    database.sql("INSERT INTO schema_migration VALUES (1000, 'z_newer', 0)").expect("added");
    assert_eq!(app.browser().get("/readyz").await.status, 200);
}
