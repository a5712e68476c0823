//! F07: the connection to PostgreSQL is cut after the n-th message of a grant and of a revoke, also between
//! COMMIT and its answer. Who asked asks again, the engine reads, and everything happened once.

use jiff::SignedDuration;

use crate::app::{ACCOUNT, NORTHWIND, TestApp};
use crate::browser::{Form, Page};
use crate::database::server::proxy::{Cut, Proxy};

/// What the cuts of one run hit.
#[derive(Default)]
struct Hits {
    cuts: u32,
    commits: u32,
}

impl Hits {
    fn add(&mut self, cut: &Cut) {
        self.cuts += 1;
        self.commits += u32::from(*cut == Cut::Asked("Q COMMIT".into()));
    }
}

/// Sends it as a person does who is told to try again.
async fn insist(app: &TestApp, form: &Form, browser: &crate::browser::Browser) -> Page {
    for _ in 0..4 {
        let page = browser.send(form).await;
        if page.status != 503 {
            return page;
        }
        app.clock.advance(SignedDuration::from_secs(2));
    }
    panic!("it stays away")
}

/// The engine, which hears of a lost connection as of any other crash.
async fn settle(app: &TestApp) {
    for _ in 0..3 {
        // What could not be claimed or written is taken up again when its lease is over.
        let _ = valetkey::engine::drain(&app.desk).await;
        app.clock.advance(SignedDuration::from_secs(121));
    }
    app.drain().await;
}

/// One grant and one revoke, each with a cut after this many messages. False once both are shorter than that.
async fn round(app: &TestApp, proxy: &Proxy, after: u32, hits: &mut Hits) -> bool {
    let share = format!("grant {ACCOUNT} {NORTHWIND}");
    let before = app.ledger().len();
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let approve = olivia.pick(&pick, &[ACCOUNT]).await.form("approve");

    proxy.cut_after(after);
    let page = insist(app, &approve, &olivia).await;
    assert_eq!(page.status, 200, "{after}: {}", page.html);
    settle(app).await;
    let first = proxy.ended();
    first.iter().for_each(|cut| hits.add(cut));
    assert_eq!(&app.ledger()[before..], std::slice::from_ref(&share), "{after}: {first:?}");
    assert_eq!(app.words().await[ACCOUNT], "active", "{after}: {first:?}");
    app.is_watched().await;

    let id = app.grant_id(ACCOUNT).await;
    proxy.cut_after(after);
    let mut status = 503;
    for _ in 0..4 {
        if status == 503 {
            status = app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await.0;
        }
    }
    assert!(matches!(status, 200 | 202), "{after}: {status}");
    settle(app).await;
    let second = proxy.ended();
    second.iter().for_each(|cut| hits.add(cut));
    assert_eq!(
        app.ledger()[before..],
        [share, format!("revoke {ACCOUNT} {NORTHWIND}")],
        "{after}: {second:?}"
    );
    assert_eq!(app.words().await[ACCOUNT], "revoked", "{after}: {second:?}");
    app.is_watched().await;
    first.is_some() || second.is_some()
}

#[tokio::test]
async fn f07_a_sample_of_cuts_loses_and_doubles_nothing() {
    let (app, proxy) = TestApp::start_behind_proxy().await;
    let mut hits = Hits::default();
    for after in (1..).step_by(37) {
        if !round(&app, &proxy, after, &mut hits).await {
            break;
        }
    }
    assert!(hits.cuts > 10, "{}", hits.cuts);
    app.check().await;
}

/// Every message: `script/chaos --faults`.
#[tokio::test]
#[ignore = "takes minutes: script/chaos --faults"]
async fn f07_a_cut_after_every_message_loses_and_doubles_nothing() {
    let (app, proxy) = TestApp::start_behind_proxy().await;
    let mut hits = Hits::default();
    for after in 1.. {
        if !round(&app, &proxy, after, &mut hits).await {
            break;
        }
    }
    assert!(hits.commits >= 6, "each COMMIT lost its answer once: {} of {}", hits.commits, hits.cuts);
    println!("F07: {} cuts, {} of them between COMMIT and its answer", hits.cuts, hits.commits);
    app.check().await;
}
