//! Lost answers, dead workers, missing sign-ins: an assignment comes once or says what it needs.

use jiff::SignedDuration;
use serde_json::json;

use super::{ELENA, RAVI, ask, grant, lose_kim, send, word};
use crate::app::{ACCOUNT, NORTHWIND, PAGE, TestApp};

#[tokio::test]
async fn without_the_agencys_sign_in_the_client_is_done_and_the_agency_is_told() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI]).await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[PAGE]).await;
    lose_kim(&app).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!((&request["state"], &request["items"][0]["state"]), (&json!("complete"), &json!("settled")));
    let receipt = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(receipt.path.ends_with("/receipt"), "{}", receipt.path);
    let alarmed = ["Needs attention", "Ravi Nair", "sign-in-again", "data-state=\"needs_action\""];
    assert!(alarmed.iter().all(|text| !receipt.has(text)), "{}", receipt.html);
    let staff = grant(&app, PAGE, RAVI).await;
    assert_eq!((&staff["state"], &staff["reason"]), (&json!("needs_action"), &json!("sign-in-again")));
    let member = app.member(&app.agency).await;
    assert!(member.get("/").await.has("Ravi Nair on Harbour Bakery"), "it needs attention");
    assert!(member.get("/requests").await.has("1 of 1 active"));
    let page = member.get(&format!("/requests/{}", sent.id)).await;
    assert!(page.has(&format!("data-testid=\"retry-{PAGE}-{RAVI}\"")) && page.has("Sign in there once more"));
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}")]);

    app.prove(&app.agency, "kim").await;
    ask(&app, PAGE, RAVI, "retry").await;
    app.drain().await;
    assert_eq!(word(&app, PAGE, RAVI).await, "active");
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}"), format!("grant {PAGE} {RAVI}")]);
    app.check().await;
}

/// The client lowers the share by hand before anybody was assigned.
#[tokio::test]
async fn more_than_the_share_holds_is_refused_and_said() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI]).await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[ACCOUNT]).await;
    lose_kim(&app).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    app.act(json!({
        "person": "olivia", "platform": "meta", "do": "change_role", "role": ["ANALYZE"],
        "asset": {"type": "ad_account", "id": ACCOUNT}, "principal": {"kind": "portfolio", "id": NORTHWIND},
    }))
    .await;
    app.prove(&app.agency, "kim").await;
    ask(&app, ACCOUNT, RAVI, "retry").await;
    app.drain().await;
    let staff = grant(&app, ACCOUNT, RAVI).await;
    assert_eq!((&staff["state"], &staff["reason"]), (&json!("needs_action"), &json!("not-assignable")));
    app.nights(3).await;
    assert!(!app.ledger().contains(&format!("grant {ACCOUNT} {RAVI}")), "{:?}", app.ledger());
    app.check().await;
}

async fn killed_after(app: &TestApp, line: &str) {
    tokio::select! {
        () = app.drain() => panic!("it was to be dropped while its call was out"),
        () = app.after(line) => {}
    }
    app.desk.store.release_all_leases().await.expect("the store answers");
    app.faults(json!([])).await;
    app.drain().await;
    for _ in 0..24 {
        app.later(SignedDuration::from_secs(5)).await;
    }
}

#[tokio::test]
async fn a_worker_that_died_at_either_call_leaves_one_of_each() {
    for (path, line) in [("*/agencies", NORTHWIND), ("*/assigned_users", RAVI)] {
        let app = TestApp::start().await;
        let sent = send(&app, &[RAVI]).await;
        app.faults(json!([{"host": "graph.facebook.com", "path": path, "method": "POST",
            "kind": "delay", "ms": 5_000}]))
            .await;
        app.browser().give(&sent, "olivia", &[PAGE]).await;
        killed_after(&app, &format!("grant {PAGE} {line}")).await;
        assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}"), format!("grant {PAGE} {RAVI}")]);
        assert_eq!(word(&app, PAGE, RAVI).await, "active");
        app.check().await;
    }
}

#[tokio::test]
async fn a_lost_answer_to_an_assignment_or_its_end_is_one_of_each() {
    let app = TestApp::start().await;
    let sent = send(&app, &[RAVI, ELENA]).await;
    let lost = |method: &str| {
        json!([{"host": "graph.facebook.com", "path": "*/assigned_users", "method": method,
            "times": 2, "kind": "drop_after_effect"}])
    };
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let review = olivia.pick(&pick, &[ACCOUNT]).await;
    app.faults(lost("POST")).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    app.later(SignedDuration::from_mins(2)).await;
    for who in [NORTHWIND, RAVI, ELENA] {
        assert_eq!(word(&app, ACCOUNT, who).await, "active", "{who}");
    }
    assert_eq!(app.ledger().len(), 3, "{:?}", app.ledger());
    app.faults(lost("DELETE")).await;
    ask(&app, ACCOUNT, RAVI, "revoke").await;
    app.drain().await;
    app.later(SignedDuration::from_mins(2)).await;
    assert_eq!(word(&app, ACCOUNT, RAVI).await, "revoked");
    assert_eq!(app.ledger()[3..], [format!("revoke {ACCOUNT} {RAVI}")]);
    app.check().await;
}

#[tokio::test]
async fn fifty_accounts_and_two_people_come_through() {
    let app = TestApp::start().await;
    let mut body = super::body(&app, &[RAVI, ELENA]).await;
    body["items"][0]["assets"] = json!([{"type": "page", "level": "manage"}]);
    let sent = app.send_body(body).await;
    let liam = app.browser();
    let pick = liam.connect(&sent, "liam").await;
    let pages = free(&pick.html);
    assert!(pages.len() >= 50, "{}", pages.len());
    let pages: Vec<_> = pages[..50].iter().map(String::as_str).collect();
    let review = liam.pick(&pick, &pages).await;
    liam.press(&review, "approve").await;
    app.drain().await;
    for _ in 0..12 {
        app.later(SignedDuration::from_secs(10)).await;
    }
    let (_, all) = app.api(&app.agency, "GET", "/grants?limit=200", None).await;
    let all = all["data"].as_array().expect("a list");
    assert_eq!(all.len(), 150);
    assert!(all.iter().all(|g| g["state"] == "active"));
    let assigned = |l: &&String| l.starts_with("grant ") && (l.ends_with(RAVI) || l.ends_with(ELENA));
    assert_eq!(app.ledger().iter().filter(assigned).count(), 100);
    app.check().await;
}

/// The assets on a page that can be ticked.
fn free(html: &str) -> Vec<String> {
    let hook = "data-testid=\"asset-";
    let tags =
        html.match_indices("<input").filter_map(|(i, _)| html[i..].split_once('>').map(|(tag, _)| tag));
    let id = |tag: &str| Some(tag.split_once(hook)?.1.split_once('"')?.0.to_owned());
    tags.filter(|tag| !tag.contains("disabled")).filter_map(id).collect()
}
