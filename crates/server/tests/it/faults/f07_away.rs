//! F07: the database is away for longer than anybody waits. It is said so, and nothing needs a restart.

use valetkey::engine;

use crate::app::{ACCOUNT, NORTHWIND, TestApp};

#[tokio::test]
async fn f07_a_database_that_is_away_is_told_and_found_again() {
    let (app, proxy) = TestApp::start_behind_proxy().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let approve = olivia.pick(&pick, &[ACCOUNT]).await.form("approve");

    proxy.away(true);
    let other = app.browser();
    let (page, ready, live, call, engine) = tokio::join!(
        olivia.send(&approve),
        other.get("/readyz"),
        other.get("/livez"),
        app.api(&app.agency, "GET", "/clients", None),
        engine::drain(&app.desk),
    );
    assert_eq!((page.status, ready.status, live.status, call.0), (503, 503, 200, 503));
    assert_eq!(call.1["type"], "/problems/away", "{}", call.1);
    assert!(page.has("Our database did not answer"), "{}", page.html);
    assert!(engine.is_err(), "the engine waits");
    assert_eq!(app.ledger(), Vec::<String>::new());

    proxy.away(false);
    assert_eq!(other.get("/readyz").await.status, 200);
    assert_eq!(olivia.send(&approve).await.status, 200, "the same form again");
    app.drain().await;
    assert_eq!(app.ledger(), [format!("grant {ACCOUNT} {NORTHWIND}")]);
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
}
