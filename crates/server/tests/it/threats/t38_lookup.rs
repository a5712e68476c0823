//! T38: what is secret is found by a keyed hash, so that neither the database nor its timing tells it.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;
use valetkey::app::agencies;

use crate::app::{PAGE, TestApp};
use crate::checker::holds;
use crate::threats::rows;
use crate::threats::steps::{Steps, parameter};

/// Everything of ours that opens something, by kind, after a whole flow.
async fn ours(app: &TestApp) -> Vec<(&'static str, String)> {
    let sent = app.send_request().await;
    let browser = Steps::new(app);
    let authorize = Steps::location(&browser.connect(&sent).await);
    let callback = browser.authorise(&authorize, "olivia").await;
    let back = browser.get(callback.as_str()).await;
    let pick = browser.get(Steps::location(&back).as_str()).await;
    let review = browser.to_review(&pick, &[PAGE]).await;
    browser.post(&review.form("approve")).await;
    app.drain().await;
    // One sign-in that is still under way, and one ticket that nobody used.
    let open = Steps::location(&browser.connect(&app.send_request().await).await);
    let ticket = agencies::ticket(&app.desk, &app.agency.scope, &app.agency.owner).await.expect("a ticket");
    let used = agencies::ticket(&app.desk, &app.agency.scope, &app.agency.owner).await.expect("a ticket");
    let member = Steps::new(app);
    member.sign_in(&agencies::sign_in_address(&app.desk, &used)).await;
    let field = |name: &str| {
        review.form("approve").fields.iter().find(|(n, _)| n == name).expect("a field").1.clone()
    };
    vec![
        ("link token", sent.path.trim_start_matches("/r/").to_owned()),
        ("state", parameter(&authorize, "state")),
        ("open state", parameter(&open, "state")),
        ("code", parameter(&callback, "code")),
        ("browser cookie", browser.cookie("valetkey_browser").expect("a cookie")),
        ("session cookie", member.cookie("valetkey_session").expect("a cookie")),
        ("ticket", ticket.expose().to_owned()),
        ("used ticket", used.expose().to_owned()),
        ("API key", app.agency.api_key.expose().to_owned()),
        ("other API key", app.other_agency.api_key.expose().to_owned()),
        ("form token", field("csrf")),
    ]
}

#[tokio::test]
async fn no_token_of_any_kind_is_in_the_database_in_clear_or_under_a_plain_hash() {
    let app = TestApp::start().await;
    let mut secrets = ours(&app).await;
    let platform = app.sim("GET", "/_sim/secrets", Value::Null).await;
    for secret in platform["data"].as_array().expect("a list") {
        secrets.push(("platform secret", secret["value"].as_str().expect("text").to_owned()));
    }
    assert!(secrets.iter().all(|(_, value)| value.len() >= 20));
    let mut needles = Vec::new();
    for (kind, value) in &secrets {
        let hash = digest(&SHA256, value.as_bytes());
        let hex: String = hash.as_ref().iter().map(|b| format!("{b:02x}")).collect();
        needles.push((kind, value.clone().into_bytes()));
        needles.push((kind, hash.as_ref().to_vec()));
        needles.push((kind, hex.clone().into_bytes()));
        needles.push((kind, hex.to_uppercase().into_bytes()));
    }
    for (name, bytes) in app.kept() {
        for (kind, needle) in &needles {
            let found = holds(&bytes, needle);
            assert!(!found, "a {kind} can be found in {name}");
        }
    }
    app.check().await;
}

#[tokio::test]
async fn what_is_looked_up_is_the_keyed_hash() {
    let app = TestApp::start().await;
    let secrets = ours(&app).await;
    let value = |kind: &str| secrets.iter().find(|(k, _)| *k == kind).expect("it").1.clone();
    let db = rows::open(&app);
    let is_there = |table: &str, hash: &str| {
        let column = if table == "sign_in_state" { "state_hash" } else { "token_hash" };
        !rows::query(&db, &format!("SELECT 1 FROM {table} WHERE {column} = '{hash}'")).is_empty()
    };
    assert!(is_there("link", &app.desk.hash_link(&value("link token"))));
    assert!(is_there("session", &app.desk.hash_session(&value("session cookie"))));
    assert!(is_there("session", &app.desk.hash_session(&value("ticket"))));
    assert!(is_there("api_key", &app.desk.hash_session(&value("API key"))));
    assert!(is_there("sign_in_state", &app.desk.hash_session(&value("open state"))));
    // Each purpose has a key of its own.
    assert_ne!(app.desk.hash_link("x"), app.desk.hash_session("x"));
    assert_ne!(app.desk.form_token("x"), app.desk.hash_session("x"));
    app.check().await;
}

#[tokio::test]
async fn a_stored_hash_opens_nothing() {
    let app = TestApp::start().await;
    let secrets = ours(&app).await;
    let value = |kind: &str| secrets.iter().find(|(k, _)| *k == kind).expect("it").1.clone();
    let browser = Steps::new(&app);
    assert_eq!(browser.get(&format!("/r/{}", app.desk.hash_link(&value("link token")))).await.status, 404);
    browser.set_cookie("valetkey_session", &app.desk.hash_session(&value("session cookie")));
    assert_eq!(browser.get("/requests").await.status, 401);
    let key = app.desk.hash_session(app.agency.api_key.expose());
    assert_eq!(app.browser().api("GET", "/grants", &key, None).await.0, 401);
    app.check().await;
}
