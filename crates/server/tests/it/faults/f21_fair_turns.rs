//! F21, R8: one agency has ten thousand jobs due, another one has one, which became due last.

use jiff::SignedDuration;
use valetkey::defence::weaken;
use valetkey::ids::{GrantId, JobId};
use valetkey::store::Write;
use valetkey::store::jobs::Job;

use crate::app::{ACCOUNT, NORTHWIND, TestApp};

const MANY: usize = 10_000;
/// As many as the engine takes at once.
const BATCH: i64 = 64;

/// Ten thousand jobs of Tidewater, about grants that are gone; a second later one of Northwind.
async fn crowd(app: &TestApp) {
    let desk = &app.desk;
    let look = |_| Write::Look {
        job: JobId::new(&desk.clock, &desk.random),
        grant: GrantId::new(&desk.clock, &desk.random),
        at: desk.now_ms(),
    };
    let many = (0..MANY).map(look).collect();
    desk.store.commit(valetkey_sdk::point!("test"), &app.other_agency.scope, many).await.expect("written");
    app.clock.advance(SignedDuration::from_secs(1));
    desk.store.commit(valetkey_sdk::point!("test"), &app.agency.scope, vec![look(0)]).await.expect("written");
}

async fn claim(app: &TestApp, limit: i64) -> Vec<Job> {
    let now = app.clock.now_ms();
    app.desk.store.claim_jobs(now, now + 120_000, limit).await.expect("claimed")
}

fn of_northwind(app: &TestApp, jobs: &[Job]) -> usize {
    jobs.iter().filter(|j| j.scope.agency() == app.agency.scope.agency()).count()
}

#[tokio::test]
async fn one_agencys_ten_thousand_jobs_do_not_keep_anothers_one_waiting() {
    let app = TestApp::start().await;
    crowd(&app).await;
    let first = claim(&app, BATCH).await;
    assert_eq!(first.len(), 64, "what there is room for is taken");
    assert_eq!(of_northwind(&app, &first), 1, "it is in the first batch");
}

/// All places but one are taken when it becomes due: it gets the next place, not one after all that are due.
#[tokio::test]
async fn what_is_under_way_counts() {
    let app = TestApp::start().await;
    let desk = &app.desk;
    crowd(&app).await;
    assert_eq!(of_northwind(&app, &claim(&app, BATCH).await), 1);
    app.clock.advance(SignedDuration::from_secs(1));
    let late = Write::Look {
        job: JobId::new(&desk.clock, &desk.random),
        grant: GrantId::new(&desk.clock, &desk.random),
        at: desk.now_ms(),
    };
    desk.store.commit(valetkey_sdk::point!("test"), &app.agency.scope, vec![late]).await.expect("written");
    assert_eq!(
        of_northwind(&app, &claim(&app, 1).await),
        1,
        "63 of the other's are under way, and one of its own"
    );
}

/// Among an agency's own, the earliest goes first.
#[tokio::test]
async fn an_agencys_earliest_deadline_goes_first() {
    let app = TestApp::start().await;
    let desk = &app.desk;
    let now = desk.now_ms();
    let look = |at: i64| {
        let grant = GrantId::new(&desk.clock, &desk.random);
        let write = Write::Look { job: JobId::new(&desk.clock, &desk.random), grant: grant.clone(), at };
        (grant.to_string(), write)
    };
    let all: Vec<_> = [3, 1, 2, 0].map(|before| look(now - before)).into();
    for scope in [&app.agency.scope, &app.other_agency.scope] {
        let writes = all.iter().map(|(_, write)| write.clone()).collect();
        desk.store.commit(valetkey_sdk::point!("test"), scope, writes).await.expect("written");
    }
    let mut taken: Vec<_> = claim(&app, 4).await.into_iter().map(|j| j.subject_id).collect();
    taken.sort();
    let (first, second) = (&all[0].0, &all[2].0);
    let mut wanted = vec![first.clone(), first.clone(), second.clone(), second.clone()];
    wanted.sort();
    assert_eq!(taken, wanted, "the two earliest of each");
}

/// By the platform's own ledger: it is there before a second batch of the other agency's was taken.
#[tokio::test]
async fn the_access_comes_while_the_others_still_wait() {
    let app = TestApp::start().await;
    crowd(&app).await;
    let sent = app.send_request().await;
    app.clock.advance(SignedDuration::from_secs(1));
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[ACCOUNT]).await;
    olivia.press(&review, "approve").await;
    let engine = valetkey::engine::Engine::start(app.desk.clone());
    app.after(&format!("grant {ACCOUNT} {NORTHWIND}")).await;
    let left = app.desk.store.count_open_jobs(app.clock.now_ms()).await.expect("counted");
    engine.stop().await;
    assert!(left > 5_000, "{left} of the ten thousand still wait");
}

#[tokio::test]
async fn without_turns_it_waits_behind_them_all() {
    let _weakened = weaken::without("fair_turns");
    let app = TestApp::start().await;
    crowd(&app).await;
    assert_eq!(of_northwind(&app, &claim(&app, BATCH).await), 0);
}

/// Within one agency: ten thousand jobs of one kind do not keep the one at another platform waiting.
#[tokio::test]
async fn one_platforms_jobs_do_not_keep_anothers_waiting() {
    let app = TestApp::start().await;
    let desk = &app.desk;
    let look = |_| Write::Look {
        job: JobId::new(&desk.clock, &desk.random),
        grant: GrantId::new(&desk.clock, &desk.random),
        at: desk.now_ms(),
    };
    // Of grants that are gone, so of no platform.
    let many = (0..MANY).map(look).collect();
    desk.store.commit(valetkey_sdk::point!("test"), &app.agency.scope, many).await.expect("written");
    app.clock.advance(SignedDuration::from_secs(1));
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    let wanted = app.grant_id(ACCOUNT).await;
    assert!(claim(&app, BATCH).await.iter().any(|job| job.subject_id == wanted));
}
