//! F08: the primary of a replicated pair dies under load, and its standby is promoted.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use serde_json::{Value, json};
use valetkey::engine::Engine;

use crate::app::{ACCOUNT, NORTHWIND, PAGE, TestApp};
use crate::browser::Form;
use crate::database::Database;
use crate::database::server::{Server, cluster::Cluster};

/// A pair, and the product on it.
async fn pair(settings: &str) -> (Arc<Cluster>, Arc<Cluster>, TestApp) {
    let primary = Cluster::start("").expect("a primary");
    let standby = primary.standby().expect("a standby");
    if !settings.is_empty() {
        primary.sql("postgres", settings).expect("set");
        primary.reload().expect("read again");
    }
    let database = Server::pair([primary.port, standby.port]).database(None);
    let app = TestApp::start_on(Database::Server(database)).await;
    (Arc::new(primary), Arc::new(standby), app)
}

async fn ready_to_approve(app: &TestApp, asset: &str) -> (crate::browser::Browser, Form) {
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let form = olivia.pick(&pick, &[asset]).await.form("approve");
    (olivia, form)
}

/// Adds clients until told; what was acknowledged.
async fn load(app: &TestApp, over: &std::cell::Cell<bool>) -> BTreeSet<String> {
    let mut acknowledged = BTreeSet::new();
    let mut number = 0;
    while !over.get() {
        number += 1;
        let name = format!("Client {number}");
        let body = json!({"name": name, "email": format!("c{number}@client.example")});
        let (status, answer) = app.api(&app.agency, "POST", "/clients", Some(body)).await;
        assert!(matches!(status, 201 | 503), "{status} {answer}");
        if status == 201 {
            acknowledged.insert(answer["id"].as_str().expect("an id").to_owned());
        }
    }
    acknowledged
}

/// Kills the primary and promotes the other beside the running test; from when on it takes writes.
async fn fail_over(primary: &Arc<Cluster>, standby: &Arc<Cluster>) -> Instant {
    let (primary, standby) = (Arc::clone(primary), Arc::clone(standby));
    let done = tokio::task::spawn_blocking(move || {
        primary.kill().expect("killed");
        standby.promote().expect("promoted");
        Instant::now()
    });
    done.await.expect("no panic")
}

async fn answers(app: &TestApp) {
    while app.browser().get("/readyz").await.status != 200 {}
}

#[tokio::test]
async fn f08_a_synchronous_pair_loses_nothing_that_was_acknowledged() {
    synchronous_pair().await;
}

/// What the standby never heard of is lost, as the manual says. The platform is read before anything is done.
#[tokio::test]
async fn f08_an_asynchronous_pair_that_lost_commits_reads_the_platform_and_repeats_nothing() {
    asynchronous_pair().await;
}

#[tokio::test]
#[ignore = "takes minutes: script/chaos --faults"]
async fn f08_fifty_fail_overs() {
    for _ in 0..25 {
        synchronous_pair().await;
        asynchronous_pair().await;
    }
    println!("F08: 50 fail-overs");
}

async fn synchronous_pair() {
    let synchronous = "ALTER SYSTEM SET synchronous_standby_names = '*'";
    let (primary, standby, app) = pair(synchronous).await;
    let state = primary.sql("postgres", "SELECT sync_state FROM pg_stat_replication").expect("a state");
    assert_eq!(state, "sync");
    let (olivia, approve) = ready_to_approve(&app, ACCOUNT).await;
    let engine = Engine::start(app.desk.clone());
    let over = std::cell::Cell::new(false);
    let story = async {
        for _ in 0..10 {
            app.api(&app.agency, "GET", "/clients", None).await;
        }
        let page = olivia.send(&approve).await;
        let from = fail_over(&primary, &standby).await;
        answers(&app).await;
        let took = from.elapsed();
        let again = if page.status == 200 { page } else { olivia.send(&approve).await };
        assert_eq!(again.status, 200, "{}", again.html);
        over.set(true);
        took
    };
    let (acknowledged, took) = tokio::join!(load(&app, &over), story);
    assert!(took < Duration::from_secs(10), "back after {took:?}");
    engine.stop().await;
    // A job whose worker lost the database is free when its lease is over. One that came back to it later than
    // that has an intent without a call: it is looked at again, and acts anew when nothing is there.
    for _ in 0..3 {
        app.later(SignedDuration::from_mins(3)).await;
    }
    let Database::Server(database) = &app.database else { panic!("on PostgreSQL") };
    let kept = database.sql("SELECT client_id FROM client").expect("rows");
    let kept: BTreeSet<String> = kept.lines().map(str::to_owned).collect();
    assert!(acknowledged.len() > 3, "{}", acknowledged.len());
    assert!(acknowledged.is_subset(&kept), "{:?}", acknowledged.difference(&kept));
    assert_eq!(app.ledger(), [format!("grant {ACCOUNT} {NORTHWIND}")]);
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
}

async fn asynchronous_pair() {
    let (primary, standby, app) = pair("").await;
    let (olivia, approve) = ready_to_approve(&app, ACCOUNT).await;
    assert_eq!(olivia.send(&approve).await.status, 200);
    let (later, second) = ready_to_approve(&app, PAGE).await;
    let position = primary.sql("postgres", "SELECT pg_current_wal_lsn()").expect("a position");
    let there = format!("SELECT pg_last_wal_receive_lsn() >= '{position}'");
    while standby.sql("postgres", &there).expect("an answer") != "t" {
        tokio::task::yield_now().await;
    }
    standby.sql("postgres", "ALTER SYSTEM SET primary_conninfo = ''").expect("set");
    standby.reload().expect("read again");
    while standby.sql("postgres", "SELECT count(*) FROM pg_stat_wal_receiver").expect("an answer") != "0" {
        tokio::task::yield_now().await;
    }

    // Both of these happen, and no trace of them is on the standby.
    app.drain().await;
    assert_eq!(later.send(&second).await.status, 200);
    let share = format!("grant {ACCOUNT} {NORTHWIND}");
    assert_eq!(app.ledger(), std::slice::from_ref(&share));
    fail_over(&primary, &standby).await;
    answers(&app).await;
    assert_eq!(app.words().await.get(ACCOUNT).map(String::as_str), Some("queued"), "the record is lost");

    for _ in 0..3 {
        app.later(SignedDuration::from_mins(3)).await;
    }
    assert_eq!(app.ledger(), std::slice::from_ref(&share), "it was read, and not given again");
    assert_eq!(app.words().await[ACCOUNT], "active");
    assert_eq!(later.send(&second).await.status, 200, "the lost approval can be given again");
    app.drain().await;
    assert_eq!(app.ledger(), [share, format!("grant {PAGE} {NORTHWIND}")]);
    let (_, grants) = app.api(&app.agency, "GET", "/grants", None).await;
    assert_eq!(grants["data"].as_array().map(Vec::len), Some(2), "{}", Value::from(grants.to_string()));
    app.check().await;
}
