//! Several nodes on one PostgreSQL database: work is shared, nothing is done twice, a lost node is replaced.

mod ready;
mod turns;

use jiff::SignedDuration;
use tokio::io::AsyncWriteExt as _;
use valetkey::engine::{self, Engine};
use valetkey::store::jobs::Lease;
use valetkey::store::turns::Turn;
use valetkey::store::{StoreError, Write};

use crate::app::{ACCOUNT, NORTHWIND, PAGE, PAGE_2, TestApp};

const ASSETS: [&str; 4] = [PAGE, PAGE_2, ACCOUNT, "act_9120384756610293847"];

/// The client has approved four accounts, and no node has begun.
async fn approved(app: &TestApp) {
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &ASSETS).await;
    olivia.press(&review, "approve").await;
}

/// Each account was given exactly once, and is shown as checked.
async fn each_once(app: &TestApp) {
    let mut wanted: Vec<_> = ASSETS.iter().map(|id| format!("grant {id} {NORTHWIND}")).collect();
    let mut ledger = app.ledger();
    wanted.sort();
    ledger.sort();
    assert_eq!(ledger, wanted);
    let words = app.words().await;
    assert!(ASSETS.iter().all(|id| words[*id] == "active"), "{words:?}");
    app.check().await;
}

#[tokio::test]
async fn two_nodes_share_the_work_and_do_nothing_twice() {
    let app = TestApp::start_on_postgres().await;
    let other = app.node().await;
    approved(&app).await;
    let due = app.desk.now_ms();
    let (one, two) =
        tokio::join!(app.desk.store.claim_jobs(due, due + 1, 2), other.store.claim_jobs(due, due + 1, 2));
    let mut ids: Vec<_> =
        one.expect("claimed").into_iter().chain(two.expect("claimed")).map(|j| j.id).collect();
    ids.sort_by_key(ToString::to_string);
    ids.dedup();
    assert_eq!(ids.len(), 4, "each job went to one of them");
    app.clock.advance(SignedDuration::from_secs(1));
    let (one, two) = tokio::join!(engine::drain(&app.desk), engine::drain(&other));
    one.and(two).expect("the store answers");
    app.drain().await;
    each_once(&app).await;
}

#[tokio::test]
async fn a_node_that_never_heard_of_the_work_takes_it_up_by_looking() {
    let app = TestApp::start_on_postgres().await;
    let engine = Engine::start(app.node().await);
    approved(&app).await;
    for asset in ASSETS {
        app.after(&format!("grant {asset} {NORTHWIND}")).await;
    }
    engine.stop().await;
    app.drain().await;
    each_once(&app).await;
}

#[tokio::test]
async fn f19_a_lost_nodes_work_goes_on_elsewhere_and_its_late_word_is_refused() {
    let app = TestApp::start_on_postgres().await;
    let lost = app.node().await;
    approved(&app).await;
    let now = lost.now_ms();
    let held = lost.store.claim_jobs(now, now + 120_000, 64).await.expect("claimed");
    assert_eq!(held.len(), 4);
    app.later(SignedDuration::from_secs(119)).await;
    assert!(app.ledger().is_empty(), "the lease still runs");
    app.later(SignedDuration::from_secs(2)).await;
    each_once(&app).await;
    for job in held {
        let lease = Lease { job_id: job.id.clone(), epoch: job.epoch };
        let turn = Turn { key: "alone".into(), taken: 0 };
        let act = Write::TakeTurn(turn, lease.clone(), now);
        for late in [Write::Hold(lease.clone()), act, Write::Finish(lease.clone(), None)] {
            let refused = lost.store.commit(valetkey_sdk::point!("trial"), &job.scope, vec![late]).await;
            assert!(matches!(refused, Err(StoreError::Stale(_))), "{refused:?}");
        }
    }
    each_once(&app).await;
}

/// Long before its lease is over.
#[tokio::test]
async fn r7_the_work_of_a_node_that_says_nothing_more_goes_on_within_seconds() {
    let app = TestApp::start_on_postgres().await;
    let lost = app.node().await;
    approved(&app).await;
    for desk in [&app.desk, &lost] {
        engine::nodes::begin(desk);
        engine::nodes::beat(desk).await.expect("the store answers");
    }
    let now = lost.now_ms();
    let held = lost.store.claim_jobs(now, now + 120_000, 64).await.expect("claimed");
    assert_eq!(held.len(), 4);
    for (seconds, freed) in [(6, 0), (3, 4)] {
        assert!(app.ledger().is_empty());
        app.clock.advance(SignedDuration::from_secs(seconds));
        assert_eq!(engine::nodes::beat(&app.desk).await.expect("the store answers"), freed);
        app.drain().await;
    }
    each_once(&app).await;
    let late = Write::Hold(Lease { job_id: held[0].id.clone(), epoch: held[0].epoch });
    let refused = lost.store.commit(valetkey_sdk::point!("trial"), &held[0].scope, vec![late]).await;
    assert!(matches!(refused, Err(StoreError::Stale(_))), "{refused:?}");
}

/// A node that stops politely is not waited for, and one that was silent itself takes nobody for lost.
#[tokio::test]
async fn r7_who_leaves_says_so_and_who_was_away_frees_nothing() {
    let app = TestApp::start_on_postgres().await;
    let other = app.node().await;
    approved(&app).await;
    for desk in [&app.desk, &other] {
        engine::nodes::begin(desk);
        engine::nodes::beat(desk).await.expect("the store answers");
    }
    let now = other.now_ms();
    other.store.claim_jobs(now, now + 120_000, 64).await.expect("claimed");
    app.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(engine::nodes::beat(&app.desk).await.expect("the store answers"), 0, "it was away too");
    engine::nodes::beat(&other).await.expect("the store answers");
    assert_eq!(engine::nodes::beat(&app.desk).await.expect("the store answers"), 0, "the other is there");
    other.store.leave().await.expect("the store answers");
    assert_eq!(engine::nodes::beat(&app.desk).await.expect("the store answers"), 4);
    app.drain().await;
    each_once(&app).await;
}

#[tokio::test]
async fn f07_four_hundred_calls_that_are_cut_off_leave_no_connection_in_a_transaction() {
    let app = TestApp::start_on_postgres().await;
    let key = app.agency.api_key.expose();
    let address = app.base.strip_prefix("http://").expect("an address");
    for number in 0..400 {
        let body = format!(r#"{{"name":"Client {number}","email":"c{number}@client.example"}}"#);
        let call = format!(
            "POST /api/v1/clients HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut connection = tokio::net::TcpStream::connect(address).await.expect("connected");
        connection.write_all(call.as_bytes()).await.expect("sent");
        for _ in 0..number % 64 {
            tokio::task::yield_now().await;
        }
    }
    // After these the server has taken up whatever it will take up.
    let (status, _) = app.api(&app.agency, "GET", "/clients", None).await;
    assert_eq!(status, 200);
    let crate::database::Database::Server(database) = &app.database else { panic!("on PostgreSQL") };
    let busy = || {
        let text = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                    AND application_name = 'valetkey' AND state <> 'idle'";
        database.sql(text).expect("an answer")
    };
    let mut left = busy();
    for _ in 0..1_000 {
        if left == "0" {
            break;
        }
        // The server runs on this thread, and what it has taken up goes on only while the test waits: about one
        // statement of each call for every sixty turns.
        for _ in 0..1_000 {
            tokio::task::yield_now().await;
        }
        left = busy();
    }
    assert_eq!(left, "0", "connections that are not idle");
    let made: i64 = database.sql("SELECT count(*) FROM client").expect("a count").parse().expect("a number");
    assert!(made > 0, "some of them came through");
    app.check().await;
}
