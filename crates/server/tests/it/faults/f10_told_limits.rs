//! F10: the platform says beforehand how much of a limit is used. It never has to refuse.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use valetkey::defence::weaken;
use valetkey::engine;
use valetkey_sdk::http::{News, Quota};

use crate::app::{NORTHWIND, TestApp};

const HOTELS: &str = "1730284650918273";
/// Liam inside Alder Hotels.
const LIAM: &str = "122104470291136";
const MANY: usize = 20;
const STEP: SignedDuration = SignedDuration::from_secs(10);
/// The manifest's pause where the platform names no time.
const PAUSE: SignedDuration = SignedDuration::from_secs(900);
const HOUR: SignedDuration = SignedDuration::from_secs(3_600);

#[tokio::test]
async fn many_pages_within_the_apps_limit() {
    let (app, seen) = drive(TestApp::start().await, 1, "app_calls_per_hour", 100, "/v26.0/").await;
    assert!(seen.windows >= 2, "more calls than one hour allows: {seen:?}");
    assert!(seen.most <= 100 && seen.while_stopped == 0, "{seen:?}");
    assert!(seen.most_in_a_slow_step <= 9, "one Page at a time: {seen:?}");
    assert!(seen.most >= 90, "what is allowed is used: {seen:?}");
    app.check().await;
}

#[tokio::test]
async fn many_pages_within_a_portfolios_limit() {
    let (app, seen) = drive(TestApp::start().await, 1, "business_calls_per_hour", 75, "/v26.0/118").await;
    assert!(seen.windows >= 2 && seen.most <= 75 && seen.while_stopped == 0, "{seen:?}");
    app.check().await;
}

/// The same without the defence: the platform has to refuse, so the tests above would notice.
#[tokio::test]
async fn without_the_budget_it_is_refused() {
    let _weakened = weaken::without("told_limits");
    let (app, seen) = drive(TestApp::start().await, 1, "app_calls_per_hour", 100, "/v26.0/").await;
    assert!(seen.most > 100, "{seen:?}");
    app.check().await;
}

/// Two nodes together keep within what one would. One that has not heard yet that it became slow may begin one more
/// Page.
async fn two_nodes(app: TestApp) -> Seen {
    let (app, seen) = drive(app, 2, "app_calls_per_hour", 100, "/v26.0/").await;
    app.check().await;
    let told = app.desk.store.list_quotas(app.clock.now_ms()).await.expect("the store answers");
    assert!(!told.is_empty(), "what answers told is there for all");
    seen
}

#[tokio::test]
async fn two_nodes_keep_within_the_apps_limit() {
    let seen = two_nodes(TestApp::start_on_postgres().await).await;
    assert!(seen.most <= 100 && seen.while_stopped == 0 && seen.most_in_a_slow_step <= 18, "{seen:?}");
}

#[tokio::test]
async fn two_desks_on_one_file_do_too() {
    let seen = two_nodes(TestApp::start_on_sqlite().await).await;
    assert!(seen.most <= 100 && seen.while_stopped == 0 && seen.most_in_a_slow_step <= 18, "{seen:?}");
}

/// One turn for all nodes while the app's limit is nearly used up, and one for each that does not hear of it.
#[tokio::test]
async fn nodes_take_one_turn_between_them() {
    let app = TestApp::start().await;
    let (of, now) = ([Quota::app("meta")], app.clock.now());
    let told = News {
        of: of[0].clone(),
        source: "x-app-usage".into(),
        percent: 80.0,
        step: 1.25,
        at: now,
        until: now + HOUR,
    };
    app.desk.store.tell_quotas(vec![told]).await.expect("written");
    let both = async || {
        let (one, two) = (app.beside().await, app.beside().await);
        let mut turns = Vec::new();
        for desk in [&one, &two] {
            engine::limits::share(desk).await.expect("the store answers");
            turns.push(engine::limits::take_turn(desk, &of).await.expect("the store answers"));
        }
        turns
    };
    assert_eq!(both().await, [None, Some(now + STEP)]);
    app.clock.advance(STEP);
    assert_eq!(both().await, [None, Some(now + STEP + STEP)]);
    let _weakened = weaken::without("shared_limits");
    assert_eq!(both().await, [None, None]);
}

/// What another node was told to wait for is not even taken from the job table, and comes when it is time.
#[tokio::test]
async fn jobs_of_a_closed_platform_stay_where_they_are() {
    let app = TestApp::start().await;
    let other = app.beside().await;
    other.budget.stop(&Quota::app("meta"), app.clock.now() + PAUSE);
    engine::limits::share(&other).await.expect("told");
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[crate::app::ACCOUNT]).await;
    let now = app.clock.now_ms();
    assert!(!app.desk.store.has_due_job(now).await.expect("an answer"));
    assert!(app.desk.store.claim_jobs(now, now + 1, 10).await.expect("an answer").is_empty());
    app.drain().await;
    assert!(app.ledger().is_empty());
    app.later(PAUSE + SignedDuration::from_secs(1)).await;
    assert_eq!(app.words().await[crate::app::ACCOUNT], "active");
    app.check().await;
}

/// While a limit is nearly used up, one job is taken at a time. The others are not written to, so what is most
/// urgent by then has the next turn.
#[tokio::test]
async fn jobs_that_wait_for_a_turn_stay_where_they_are() {
    let app = TestApp::start().await;
    approve_pages(&app, json!({})).await;
    let now = app.clock.now();
    app.desk.budget.hear(News {
        of: Quota::app("meta"),
        source: "x-app-usage".into(),
        percent: 80.0,
        step: 1.25,
        at: now,
        until: now + HOUR,
    });
    let untouched = async || {
        let jobs = app.desk.store.list_jobs_as_operator(false).await.expect("the store answers");
        jobs.iter().filter(|j| j.run_at <= now.as_millisecond() && j.attempts == 0).count()
    };
    assert_eq!(untouched().await, MANY);
    engine::drain(&app.desk).await.expect("the store answers");
    assert_eq!(untouched().await, MANY - 1, "one turn");
    engine::drain(&app.desk).await.expect("the store answers");
    assert_eq!(untouched().await, MANY - 1, "and no second one before its time");
}

/// What the simulator saw, by hours that begin with their first call, as it counts them itself.
#[derive(Debug, Default)]
struct Seen {
    windows: usize,
    /// Calls in the fullest hour, refused ones as well: more than the limit means that it had to refuse.
    most: usize,
    while_stopped: usize,
    most_in_a_slow_step: usize,
    used: usize,
    began: Option<Timestamp>,
    stopped: Option<Timestamp>,
}

impl Seen {
    fn note(&mut self, calls: usize, limit: usize, now: Timestamp) {
        if self.began.is_none_or(|at| now.duration_since(at) >= HOUR) {
            (self.began, self.used) = (Some(now), 0);
            self.windows += 1;
        }
        if self.stopped.is_some_and(|at| now.duration_since(at) < PAUSE) {
            self.while_stopped += calls;
        }
        if self.used * 100 >= limit * 75 {
            self.most_in_a_slow_step = self.most_in_a_slow_step.max(calls);
        }
        self.used += calls;
        self.most = self.most.max(self.used);
        if self.used * 100 >= limit * 95 {
            self.stopped = Some(now);
        }
    }
}

/// Liam approves many Pages of Alder Hotels (their ids begin with 118) under these limits.
async fn approve_pages(app: &TestApp, limits: Value) -> Vec<String> {
    let body = json!({
        "client": {"name": "Alder Hotels", "email": "liam@alderhotels.example"},
        "items": [{"platform": "meta", "assets": [{"type": "page", "level": "manage"}]}],
    });
    let sent = app.send_body(body).await;
    let liam = app.browser();
    let pick = liam.connect(&sent, "liam").await;
    let mut world = app.sim("GET", "/_sim/world", Value::Null).await;
    let pages = pages(&world);
    let ids: Vec<_> = pages.iter().map(String::as_str).collect();
    let review = liam.pick(&pick, &ids).await;
    world["platforms"]["meta"]["limits"] = limits;
    app.sim("POST", "/_sim/reset", world).await;
    liam.press(&review, "approve").await;
    pages
}

/// The same, and time goes on until all are active.
async fn drive(app: TestApp, nodes: usize, limit_name: &str, limit: usize, counted: &str) -> (TestApp, Seen) {
    let mut all = vec![app.desk.clone()];
    while all.len() < nodes {
        all.push(app.beside().await);
    }
    let pages = approve_pages(&app, json!({ limit_name: limit })).await;

    let mut seen = Seen::default();
    let mut last = json!(0);
    for _ in 0..5 * 360 {
        let done = futures_util::future::try_join_all(all.iter().map(engine::drain)).await;
        done.expect("the store answers");
        let now = app.clock.now();
        app.clock.advance(STEP);
        let after = app.sim("GET", &format!("/_sim/requests?after={last}"), Value::Null).await;
        let calls = after["data"].as_array().expect("a list");
        last = calls.last().map_or(last, |r| r["seq"].clone());
        let calls = calls.iter().filter(|r| r["path"].as_str().is_some_and(|p| p.starts_with(counted)));
        let calls = calls.count();
        if calls == 0 {
            continue;
        }
        seen.note(calls, limit, now);
        let words = app.words().await;
        let trouble =
            words.values().find(|w| !["queued", "working", "verifying", "active"].contains(&w.as_str()));
        assert_eq!(trouble, None, "waiting is no error");
        if words.values().all(|word| word == "active") {
            let mut granted: Vec<_> = pages.iter().map(|id| format!("grant {id} {NORTHWIND}")).collect();
            let mut ledger = app.ledger();
            granted.sort();
            ledger.sort();
            assert_eq!(ledger, granted, "each once");
            return (app, seen);
        }
    }
    panic!("not done after five hours: {seen:?}, {:?}", app.words().await);
}

/// Pages of Alder Hotels that Liam can share and Northwind does not have yet.
fn pages(world: &Value) -> Vec<String> {
    let assets = world["platforms"]["meta"]["assets"].as_object().expect("assets");
    let is_free = |a: &Value| {
        let has = |at: &str| a.pointer(at).is_some();
        a["type"] == "page"
            && a["portfolio"] == HOTELS
            && has(&format!("/assigned/{LIAM}"))
            && !has(&format!("/partners/{NORTHWIND}"))
    };
    assets.iter().filter(|(_, a)| is_free(a)).map(|(id, _)| id.clone()).take(MANY).collect()
}
