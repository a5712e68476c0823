//! What Meta posts when a person removes the app: it has us read, and is never believed.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::app::{NORTHWIND, PAGE, PAGE_2, Sent, TestApp};
use crate::browser::{Browser, Page};
use crate::threats::rows;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

async fn post(app: &TestApp, to: &str, message: &str) -> Page {
    let body =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("signed_request", message).finish();
    app.browser().raw("POST", &format!("/platform/{to}"), &[FORM], &body).await
}

/// What the simulated Meta wrote when somebody removed the app, the newest first.
async fn written(app: &TestApp) -> Vec<String> {
    let all = app.sim("GET", "/_sim/secrets", Value::Null).await;
    let all = all["data"].as_array().expect("a list").iter().filter(|s| s["kind"] == "signed_request");
    let mut all: Vec<_> = all.map(|s| s["value"].as_str().expect("text").to_owned()).collect();
    all.reverse();
    all
}

/// Those that this app's secret opens: the world has more apps than ours.
async fn told(app: &TestApp) -> String {
    for message in written(app).await {
        if post(app, "meta/deauthorize", &message).await.status == 200 {
            return message;
        }
    }
    panic!("nothing was written for this app")
}

async fn given() -> (TestApp, Sent, Browser) {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    olivia.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "active");
    app.later(SignedDuration::from_mins(1)).await;
    (app, sent, olivia)
}

fn remove_app() -> Value {
    json!({"person": "olivia", "platform": "meta", "do": "revoke_app"})
}

async fn connection_state(app: &TestApp, sent: &Sent) -> String {
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    request["items"][0]["connection"]["state"].as_str().expect("a state").to_owned()
}

#[tokio::test]
async fn a_removed_app_is_noticed_by_a_read_at_once_and_takes_no_grant_away() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let olivia = app.browser();
    let refusal =
        json!({"error": {"message": "(#200) Permissions error", "type": "OAuthException", "code": 200}});
    app.faults(
        json!([{"host": "graph.facebook.com", "path": format!("*/{PAGE_2}/agencies"), "method": "POST",
        "kind": "status", "code": 403, "body": refusal}]),
    )
    .await;
    // One of two is still to be mended, so the card is open.
    olivia.give(&sent, "olivia", &[PAGE, PAGE_2]).await;
    app.drain().await;
    app.later(SignedDuration::from_mins(1)).await;
    let ledger = app.ledger();
    app.act(remove_app()).await;
    assert_eq!(connection_state(&app, &sent).await, "active", "nobody told us yet");
    let message = told(&app).await;
    app.drain().await;
    assert_eq!(connection_state(&app, &sent).await, "needs_reauthorization", "the read said so");
    assert_eq!(app.ledger(), ledger, "nothing was changed at Meta");
    let word = app.words().await[PAGE].clone();
    assert!(matches!(word.as_str(), "active" | "unverifiable"), "{word}");

    app.later(SignedDuration::from_mins(1)).await;
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    let login = olivia.press(&progress, "sign-in-again").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    olivia.press(&consent, "sim-allow").await;
    app.drain().await;
    assert_eq!(connection_state(&app, &sent).await, "active");
    assert_eq!(app.words().await[PAGE], "active");
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}")], "given once, and never again");

    // The same message again: it is older than the new sign-in, so not even a read follows.
    let calls = app.seen("").await;
    assert_eq!(post(&app, "meta/deauthorize", &message).await.status, 200);
    app.drain().await;
    assert_eq!(app.seen("").await, calls);
    app.check().await;
}

/// The person is still signed in, whatever the message says: the read decides.
#[tokio::test]
async fn a_message_is_never_believed() {
    let (app, sent, _) = given().await;
    app.act(json!({"person": "kim", "platform": "meta", "do": "revoke_app"})).await;
    let apps = app.sim("GET", "/_sim/secrets", Value::Null).await;
    let secret = apps["data"].as_array().expect("a list").iter();
    let secrets: Vec<_> =
        secret.filter(|s| s["kind"] == "client_secret" && s["platform"] == "meta").collect();
    let world = app.sim("GET", "/_sim/world", Value::Null).await;
    let user = find_user(&world, "olivia").expect("olivia is there");
    let payload = BASE64.encode(
        json!({"algorithm": "HMAC-SHA256", "user_id": user, "issued_at": app.clock.now_ms() / 1000})
            .to_string(),
    );
    let calls = app.seen("/agencies").await;
    for path in ["meta/deauthorize", "meta/data-deletion"] {
        let mut taken = 0;
        for secret in &secrets {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret["value"].as_str().expect("text").as_bytes());
            let signature = BASE64.encode(hmac::sign(&key, payload.as_bytes()));
            taken += usize::from(post(&app, path, &format!("{signature}.{payload}")).await.status == 200);
        }
        assert_eq!(taken, 1, "signed with our app's secret");
    }
    app.drain().await;
    assert!(app.seen("/agencies").await > calls, "it was read");
    assert_eq!(connection_state(&app, &sent).await, "active");
    assert_eq!(app.words().await[PAGE], "active");
    app.check().await;
}

/// The id of this person, wherever the world file holds it.
fn find_user(world: &Value, person: &str) -> Option<String> {
    match world {
        Value::Object(map) => map
            .get("users")
            .and_then(|users| users.get(person))
            .and_then(|user| user["id"].as_str().map(str::to_owned))
            .or_else(|| map.values().find_map(|v| find_user(v, person))),
        Value::Array(list) => list.iter().find_map(|v| find_user(v, person)),
        _ => None,
    }
}

#[tokio::test]
async fn what_the_platform_did_not_sign_changes_nothing() {
    let (app, sent, _) = given().await;
    app.act(remove_app()).await;
    let messages = written(&app).await;
    let (before, calls) = (rows::all(&app), app.seen("").await);
    for message in &messages {
        let (signature, payload) = message.split_once('.').expect("two parts");
        let other = BASE64.encode(r#"{"algorithm":"HMAC-SHA256","user_id":"1","issued_at":1}"#);
        let none = BASE64.encode(r#"{"algorithm":"none","user_id":"1","issued_at":1}"#);
        for forged in [
            format!("{signature}.{other}"),
            format!("{signature}.{none}"),
            format!(".{payload}"),
            format!("{}.{payload}", &signature[1..]),
            message[..message.len() - 2].to_owned(),
            payload.to_owned(),
            String::new(),
        ] {
            for path in ["meta/deauthorize", "meta/data-deletion"] {
                assert_eq!(post(&app, path, &forged).await.status, 400, "{path} {forged}");
            }
        }
        for path in ["tiktok/deauthorize", "x-ads/data-deletion", "nowhere/deauthorize"] {
            assert_eq!(post(&app, path, message).await.status, 404, "{path}");
        }
    }
    assert_eq!(app.browser().raw("POST", "/platform/meta/deauthorize", &[FORM], "a=b").await.status, 422);
    assert_eq!(rows::all(&app), before);
    app.drain().await;
    assert_eq!(app.seen("").await, calls, "not even a read");
    assert_eq!(connection_state(&app, &sent).await, "active");
}

#[tokio::test]
async fn data_deletion_answers_a_code_and_an_address_and_erases_once_the_read_shows_that_it_is_over() {
    let (app, sent, _) = given().await;
    app.act(remove_app()).await;
    let mut answer = None;
    for message in written(&app).await {
        let page = post(&app, "meta/data-deletion", &message).await;
        if page.status == 200 {
            let again = post(&app, "meta/data-deletion", &message).await;
            assert_eq!(again.html, page.html, "twice is once");
            answer = Some(page.html);
        }
    }
    let answer: Value = serde_json::from_str(&answer.expect("one is ours")).expect("JSON");
    let code = answer["confirmation_code"].as_str().expect("a code");
    let url = answer["url"].as_str().expect("an address");
    assert_eq!(answer.as_object().expect("an object").len(), 2, "as Meta documents it");
    assert!(code.len() >= 20 && url.ends_with(&format!("/platform/meta/data-deletion/{code}")), "{answer}");
    let status = format!("/platform/meta/data-deletion/{code}");
    let page = app.browser().get(&status).await;
    assert!(page.has("is about to be erased"), "{}", page.html);

    app.drain().await;
    assert_eq!(connection_state(&app, &sent).await, "needs_reauthorization");
    let page = app.browser().get(&status).await;
    assert!(page.has("Your sign-in was erased") && page.has("not ended by this"), "{}", page.html);
    let (_, connections) = app.api(&app.agency, "GET", "/connections", None).await;
    let theirs = connections["data"].as_array().expect("a list").iter().find(|c| c["side"] == "client");
    assert!(!theirs.expect("there").to_string().contains("Olivia"), "the name is gone: {connections}");
    let unknown = app.browser().get("/platform/meta/data-deletion/0123456789abcdef0123456789abcdef").await;
    assert!(unknown.status == 200 && unknown.has("Nothing of yours is stored here"));
    app.check().await;
}

/// No grant rests on it, so no read would ever show that it is over.
#[tokio::test]
async fn a_sign_in_that_gave_nothing_is_erased_at_once() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().connect(&sent, "olivia").await;
    app.later(SignedDuration::from_mins(1)).await;
    app.act(remove_app()).await;
    for message in written(&app).await {
        post(&app, "meta/data-deletion", &message).await;
    }
    assert_eq!(connection_state(&app, &sent).await, "needs_reauthorization");
    let (_, connections) = app.api(&app.agency, "GET", "/connections", None).await;
    let theirs = connections["data"].as_array().expect("a list").iter().find(|c| c["side"] == "client");
    assert!(!theirs.expect("there").to_string().contains("Olivia"), "the name is gone: {connections}");
    app.check().await;
}
