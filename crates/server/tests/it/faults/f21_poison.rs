//! F21: a job that never works is set aside with its reason; the others go on, and one call brings it back.

use jiff::SignedDuration;
use serde_json::json;
use valetkey::app::jobs;

use crate::app::{ACCOUNT, PAGE, TestApp};

#[tokio::test]
async fn a_job_whose_worker_dies_every_time_is_set_aside_and_the_others_go_on() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    for _ in 0..12 {
        let now = app.clock.now_ms();
        let claimed = app.desk.store.claim_jobs(now, now + 120_000, 10).await.expect("the store answers");
        assert_eq!(claimed.len(), 1, "nobody finished it");
        app.clock.advance(SignedDuration::from_secs(121));
    }
    let other = app.send_request().await;
    app.browser().give(&other, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    let words = app.words().await;
    assert_eq!([&words[PAGE], &words[ACCOUNT]], ["failed", "active"], "it is said");
    app.nights(1).await;
    assert!(!app.ledger().iter().any(|l| l.contains(PAGE)), "set aside");
    app.is_watched().await;
    let aside = jobs::list_set_aside(&app.desk.store).await.expect("the store answers");
    let told: Vec<_> =
        aside.iter().map(|a| (a.grant.as_ref().map(|g| g.asset_id.as_str()), &a.job.parked)).collect();
    assert_eq!(told, [(Some(PAGE), &Some("it never came to an end".to_owned()))]);

    let id = app.grant_id(PAGE).await;
    let (status, _) = app.api(&app.agency, "POST", &format!("/grants/{id}/retry"), None).await;
    assert!((200..300).contains(&status), "{status}");
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "active");
    app.check().await;
}

/// The operator's one command, for all of them.
#[tokio::test]
async fn what_was_set_aside_is_tried_again_by_one_command() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE, ACCOUNT]).await;
    for _ in 0..12 {
        let now = app.clock.now_ms();
        app.desk.store.claim_jobs(now, now + 120_000, 10).await.expect("the store answers");
        app.clock.advance(SignedDuration::from_secs(121));
    }
    app.drain().await;
    assert!(app.words().await.values().all(|w| w == "failed"));
    assert_eq!(jobs::retry_set_aside(&app.desk, Some("grt_other")).await.expect("none"), 0);
    assert_eq!(jobs::retry_set_aside(&app.desk, None).await.expect("both"), 2);
    app.drain().await;
    assert!(app.words().await.values().all(|w| w == "active"), "{:?}", app.words().await);
    assert!(jobs::list_set_aside(&app.desk.store).await.expect("the store answers").is_empty());
    app.check().await;
}

/// An outage of ten minutes in the night must not end the watching.
#[tokio::test]
async fn a_long_silence_of_the_platform_is_said_and_ends_by_itself() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    app.faults(json!([{"host": "graph.facebook.com", "kind": "status", "code": 503}])).await;
    app.later(SignedDuration::from_hours(24)).await;
    for _ in 0..60 {
        app.later(SignedDuration::from_secs(30)).await;
    }
    assert_eq!(app.words().await[ACCOUNT], "unverifiable");
    app.is_watched().await;
    app.faults(json!([])).await;
    app.later(SignedDuration::from_hours(1)).await;
    assert_eq!(app.words().await[ACCOUNT], "active");
    app.check().await;
}

#[tokio::test]
async fn what_was_approved_in_an_outage_comes_through_after_it() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[ACCOUNT]).await;
    app.faults(json!([{"host": "graph.facebook.com", "kind": "status", "code": 503}])).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    for _ in 0..60 {
        app.later(SignedDuration::from_secs(30)).await;
    }
    assert_eq!(app.words().await[ACCOUNT], "unverifiable");
    app.faults(json!([])).await;
    app.later(SignedDuration::from_hours(1)).await;
    assert_eq!(app.words().await[ACCOUNT], "active");
    assert_eq!(app.ledger().len(), 1);
    app.check().await;
}

/// The agency sees what was set aside and why, and has it tried again with one button.
#[tokio::test]
async fn what_was_set_aside_is_on_its_page_with_the_reason_and_a_button() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    for _ in 0..12 {
        let now = app.clock.now_ms();
        app.desk.store.claim_jobs(now, now + 120_000, 10).await.expect("the store answers");
        app.clock.advance(SignedDuration::from_secs(121));
    }
    app.drain().await;
    let kim = app.member(&app.agency).await;
    let page = kim.get(&format!("/requests/{}", sent.id)).await;
    assert!(page.has("it never came to an end"), "{}", page.html);
    let after = kim.press(&page, &format!("retry-{PAGE}")).await;
    assert_eq!(after.status, 200);
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "active");
    assert_eq!(app.ledger().len(), 1);
    app.check().await;
}
