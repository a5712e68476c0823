//! First the share, then the assignment; and both go together.

use jiff::SignedDuration;
use serde_json::json;

use super::{ELENA, RAVI, REPORTING, ask, body, grant, lose_kim, send, word};
use crate::app::{ACCOUNT, NORTHWIND, PAGE, TestApp};

fn by_hand(person: &str, kind: &str, who: &str) -> serde_json::Value {
    json!({
        "person": person, "platform": "meta", "do": "remove",
        "asset": {"type": "ad_account", "id": ACCOUNT}, "principal": {"kind": kind, "id": who},
    })
}

#[tokio::test]
async fn people_are_assigned_after_the_share_and_within_it() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI, REPORTING]).await;
    app.browser().give(&sent, "olivia", &[PAGE, ACCOUNT]).await;
    assert_eq!(word(&app, PAGE, RAVI).await, "queued");
    assert_eq!(app.desk.store.count_open_jobs(app.clock.now_ms()).await.expect("a count"), 2, "one a share");
    app.drain().await;
    let ledger = app.ledger();
    assert_eq!(ledger.len(), 6, "{ledger:?}");
    for asset in [PAGE, ACCOUNT] {
        let at = |who: &str| ledger.iter().position(|l| *l == format!("grant {asset} {who}")).expect("given");
        assert!(at(NORTHWIND) < at(RAVI) && at(NORTHWIND) < at(REPORTING), "{ledger:?}");
        for who in [NORTHWIND, RAVI, REPORTING] {
            assert_eq!(word(&app, asset, who).await, "active", "{asset} {who}");
        }
    }
    let (share, person) = (grant(&app, PAGE, NORTHWIND).await, grant(&app, PAGE, RAVI).await);
    assert_eq!((&person["after"], &person["native_roles"]), (&share["id"], &share["native_roles"]));
    assert_eq!((&person["grantee"]["kind"], &person["verified_by"]), (&json!("person"), &json!("agency")));
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!(request["items"][0]["grants"].as_array().map(Vec::len), Some(6));
    let page = app.member(&app.agency).await.get(&format!("/requests/{}", sent.id)).await;
    assert!(page.has(&format!("data-testid=\"revoke-{PAGE}-{RAVI}\"")) && page.has("Ravi Nair"));
    app.nights(2).await;
    assert_eq!(app.ledger(), ledger);
    app.check().await;
}

#[tokio::test]
async fn a_revoked_share_takes_its_people_along() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI, ELENA]).await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    let (_, plan) = {
        let id = grant(&app, ACCOUNT, NORTHWIND).await["id"].as_str().expect("an id").to_owned();
        let dry = Some(json!({"dry_run": true}));
        app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), dry).await
    };
    assert_eq!(plan["also"].as_array().map(Vec::len), Some(2), "{plan}");
    ask(&app, ACCOUNT, NORTHWIND, "revoke").await;
    app.drain().await;
    for who in [NORTHWIND, RAVI, ELENA] {
        assert_eq!(word(&app, ACCOUNT, who).await, "revoked", "{who}");
    }
    let ledger = app.ledger();
    assert_eq!(ledger[3..], [format!("revoke {ACCOUNT} {NORTHWIND}")], "the platform takes them off itself");
    app.nights(3).await;
    ask(&app, ACCOUNT, RAVI, "verify").await;
    app.drain().await;
    assert_eq!((app.ledger(), word(&app, ACCOUNT, RAVI).await.as_str()), (ledger, "revoked"));
    app.check().await;
}

#[tokio::test]
async fn a_share_removed_by_hand_takes_its_people_along() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI]).await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    app.act(by_hand("olivia", "portfolio", NORTHWIND)).await;
    let before = app.ledger();
    app.nights(30).await;
    assert_eq!(word(&app, ACCOUNT, NORTHWIND).await, "drifted");
    assert_eq!(word(&app, ACCOUNT, RAVI).await, "revoked");
    assert_eq!(app.ledger(), before);

    let again = send(&app, &[RAVI]).await;
    app.browser().give(&again, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    assert_eq!(word(&app, ACCOUNT, RAVI).await, "active", "a new approval is for both");
    let grants = app.ledger().iter().filter(|l| l.starts_with("grant ")).count();
    assert_eq!(grants, 4);
    app.check().await;
}

#[tokio::test]
async fn a_person_removed_by_hand_drifts_alone_and_is_not_given_back() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI, ELENA]).await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    app.act(by_hand("kim", "person", RAVI)).await;
    let before = app.ledger();
    app.nights(30).await;
    assert_eq!(word(&app, ACCOUNT, RAVI).await, "drifted");
    for who in [NORTHWIND, ELENA] {
        assert_eq!(word(&app, ACCOUNT, who).await, "active", "{who}");
    }
    assert_eq!(app.ledger(), before, "nothing was given without a new approval");
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!(request["state"], "complete");
    app.check().await;
}

#[tokio::test]
async fn one_person_is_revoked_alone() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI, ELENA]).await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    assert_eq!(ask(&app, PAGE, RAVI, "revoke").await.0, 200);
    app.drain().await;
    let found =
        (word(&app, PAGE, RAVI).await, word(&app, PAGE, ELENA).await, word(&app, PAGE, NORTHWIND).await);
    assert_eq!((found.0.as_str(), found.1.as_str(), found.2.as_str()), ("revoked", "active", "active"));
    assert_eq!(app.ledger().last(), Some(&format!("revoke {PAGE} {RAVI}")));
    app.check().await;
}

async fn until_tomorrow(app: &TestApp) {
    let mut body = body(app, &[RAVI]).await;
    body["access_expires_at"] = json!((app.clock.now() + SignedDuration::from_hours(30)).to_string());
    let sent = app.send_body(body).await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
}

#[tokio::test]
async fn people_expire_with_the_share() {
    let app = TestApp::start().await;
    until_tomorrow(&app).await;
    let calls = app.seen("/assigned_users").await;
    app.later(SignedDuration::from_hours(30)).await;
    app.later(SignedDuration::from_mins(2)).await;
    assert_eq!(app.seen("/assigned_users").await, calls, "the share's end is enough");
    for who in [NORTHWIND, RAVI] {
        assert_eq!(word(&app, ACCOUNT, who).await, "expired", "{who}");
    }
    assert_eq!(app.ledger()[2..], [format!("revoke {ACCOUNT} {NORTHWIND}")]);
    app.check().await;
}

/// The client's sign-in does not live that long: then the agency at least takes its own people off.
#[tokio::test]
async fn people_are_taken_off_even_where_the_share_cannot_be() {
    let app = TestApp::start().await;
    until_tomorrow(&app).await;
    app.act(json!({"person": "olivia", "platform": "meta", "do": "revoke_app"})).await;
    app.later(SignedDuration::from_hours(30)).await;
    app.later(SignedDuration::from_mins(2)).await;
    assert_eq!(word(&app, ACCOUNT, RAVI).await, "expired");
    assert_ne!(word(&app, ACCOUNT, NORTHWIND).await, "expired");
    assert_eq!(app.ledger()[2..], [format!("revoke {ACCOUNT} {RAVI}")]);
    app.check().await;
}

#[tokio::test]
async fn what_was_not_reached_yet_is_cancelled_with_the_request() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI]).await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.api(&app.agency, "POST", &format!("/requests/{}/cancel", sent.id), None).await;
    app.drain().await;
    for who in [NORTHWIND, RAVI] {
        assert_eq!(word(&app, ACCOUNT, who).await, "cancelled", "{who}");
    }
    assert!(app.ledger().is_empty());
    app.check().await;
}

#[tokio::test]
async fn a_share_that_ends_needs_nobody_of_the_agency() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI]).await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    lose_kim(&app).await;
    ask(&app, ACCOUNT, NORTHWIND, "revoke").await;
    app.drain().await;
    assert_eq!(word(&app, ACCOUNT, RAVI).await, "revoked");
    app.check().await;
}

/// The share is approved once more without them: they stay, and still go with it.
#[tokio::test]
async fn a_second_request_without_people_leaves_them_with_the_share() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI]).await;
    app.browser().give(&sent, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    let again = send(&app, &[]).await;
    app.browser().give(&again, "olivia", &[ACCOUNT]).await;
    app.drain().await;
    assert_eq!(word(&app, ACCOUNT, RAVI).await, "active");
    assert_eq!(app.ledger().len(), 2, "everything is there already");
    ask(&app, ACCOUNT, NORTHWIND, "revoke").await;
    app.drain().await;
    assert_eq!(word(&app, ACCOUNT, RAVI).await, "revoked");
    assert_eq!(app.ledger()[2..], [format!("revoke {ACCOUNT} {NORTHWIND}")]);
    app.check().await;
}
