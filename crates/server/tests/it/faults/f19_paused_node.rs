//! F19: a node stands still in the middle of its work for longer than its lease, and wakes up.

use futures_util::poll;
use jiff::SignedDuration;
use serde_json::Value;
use valetkey::defence::weaken;
use valetkey::desk::Desk;
use valetkey::engine;
use valetkey::store::Place;

use crate::app::{ACCOUNT, NORTHWIND, TestApp};
use crate::database::Database;
use crate::database::server::{proxy::Proxy, server};

/// Three nodes, of which the first will be stopped.
struct Nodes {
    app: TestApp,
    proxy: Proxy,
    paused: Desk,
    others: [Desk; 2],
    /// The others notice that it is silent, and do not wait for its lease.
    noticed: bool,
}

impl Nodes {
    async fn start() -> Self {
        let app = TestApp::start_on_postgres().await;
        let Database::Server(database) = &app.database else { panic!("on PostgreSQL") };
        let proxy = Proxy::before(&server().socket().expect("a server of our own"));
        let place = Place::from_address(&proxy.url(database.name())).expect("an address");
        let paused = app.node_with(place, app.clock.clone()).await;
        let others = [app.node().await, app.node().await];
        Self { app, proxy, paused, others, noticed: false }
    }

    /// One grant. The first node stops after this many messages to and from the database, the others go on after
    /// its lease, and it wakes up. False when it had come to its end before.
    async fn round(&self, after: u64) -> bool {
        let app = &self.app;
        let (before, calls) = (app.ledger().len(), posts(app).await);
        let sent = app.send_request().await;
        app.browser().give(&sent, "olivia", &[ACCOUNT]).await;

        if self.noticed {
            for desk in [&self.paused, &self.others[0]] {
                engine::nodes::begin(desk);
                engine::nodes::beat(desk).await.expect("the store answers");
            }
        }
        let until = self.proxy.seen() + after;
        let mut work = Box::pin(engine::drain(&self.paused));
        let mut stopped = true;
        while self.proxy.seen() < until {
            if poll!(&mut work).is_ready() {
                stopped = false;
                break;
            }
            tokio::task::yield_now().await;
        }
        let [second, third] = &self.others;
        if self.noticed {
            for seconds in [6, 4] {
                app.clock.advance(SignedDuration::from_secs(seconds));
                engine::nodes::beat(second).await.expect("the store answers");
            }
        } else {
            app.clock.advance(SignedDuration::from_secs(121));
        }
        let (one, two) = tokio::join!(engine::drain(second), engine::drain(third));
        one.and(two).expect("the store answers");
        if stopped {
            work.await.expect("the store answers");
        }
        for _ in 0..3 {
            app.later(SignedDuration::from_secs(61)).await;
        }
        let share = format!("grant {ACCOUNT} {NORTHWIND}");
        assert_eq!(app.ledger()[before..], [share], "it stood still after {after} messages");
        assert_eq!(posts(app).await - calls, 1, "calls when it stood still after {after} messages");
        assert_eq!(app.words().await[ACCOUNT], "active");
        app.is_watched().await;
        let id = app.grant_id(ACCOUNT).await;
        app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
        app.drain().await;
        assert_eq!(app.words().await[ACCOUNT], "revoked");
        stopped
    }

    async fn rounds(&self, first: u64, step: usize) -> u32 {
        let mut count = 0;
        for after in (first..).step_by(step) {
            if !self.round(after).await {
                break;
            }
            count += 1;
        }
        self.app.check().await;
        count
    }
}

/// How often somebody asked the platform to share: more than the ledger shows, which has the effects.
async fn posts(app: &TestApp) -> usize {
    let all = app.sim("GET", "/_sim/requests", Value::Null).await;
    let seen = all["data"].as_array().expect("a list");
    seen.iter()
        .filter(|r| r["method"] == "POST" && r["path"].as_str().is_some_and(|p| p.contains("/agencies")))
        .count()
}

#[tokio::test]
async fn f19_a_node_that_wakes_after_its_lease_does_nothing_twice() {
    let count = Nodes::start().await.rounds(1, 11).await;
    assert!(count > 4, "{count}");
}

/// The others take it for lost after ten seconds, but it was only slow.
#[tokio::test]
async fn f19_a_node_that_was_taken_for_lost_and_wakes_does_nothing_twice() {
    let mut nodes = Nodes::start().await;
    nodes.noticed = true;
    let count = nodes.rounds(1, 11).await;
    assert!(count > 4, "{count}");
}

#[tokio::test]
#[ignore = "every message: script/chaos --faults"]
async fn f19_a_node_that_stood_still_after_any_message_does_nothing_twice() {
    println!("F19: {} pauses", Nodes::start().await.rounds(1, 1).await);
}

/// The pause between the intent and the call is what the bound on late calls is for. Reading the job takes fifty messages.
#[tokio::test]
#[should_panic(expected = "calls when it stood still")]
async fn f19_without_the_bound_on_late_calls_it_does() {
    let _weak = weaken::without("late_calls");
    Nodes::start().await.rounds(50, 1).await;
}
