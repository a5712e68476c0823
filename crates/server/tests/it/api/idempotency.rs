//! `Idempotency-Key`: the same call sent again takes effect once and has the same answer.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};
use valetkey::app::agencies::Added;
use valetkey::store::idempotency::Standing;
use valetkey::store::{Once, StoreError, Write};

use super::request;
use crate::app::TestApp;
use crate::browser::Page;
use crate::checker::holds;
use crate::threats::rows;

async fn send(app: &TestApp, agency: &Added, path: &str, key: &str, body: &Value) -> (u16, Value, Page) {
    let bearer = format!("Bearer {}", agency.api_key.expose());
    let headers = [("authorization", &*bearer), ("idempotency-key", key)];
    let page = app.browser().raw("POST", &format!("/api/v1{path}"), &headers, &body.to_string()).await;
    (page.status, serde_json::from_str(&page.html).unwrap_or(Value::Null), page)
}

async fn ask(app: &TestApp, key: &str, body: &Value) -> (u16, Value) {
    let (status, answer, _) = send(app, &app.agency, "/requests", key, body).await;
    (status, answer)
}

#[tokio::test]
async fn a_repeated_call_has_the_first_answer_and_no_second_effect() {
    let app = TestApp::start().await;
    let first = ask(&app, "a1", &request()).await;
    assert_eq!(first.0, 201);
    let before = rows::all(&app);
    let (status, answer, page) = send(&app, &app.agency, "/requests", "a1", &request()).await;
    assert_eq!((status, answer), first, "with the same link");
    assert_eq!(page.headers["idempotency-replayed"], "true");
    assert_eq!(page.headers["content-type"], "application/json");
    assert_eq!(rows::all(&app), before);
    assert_eq!(ask(&app, "a2", &request()).await.0, 201);
    assert_eq!(rows::count(&app, "request"), 2, "another key is another call");
    app.check().await;
}

#[tokio::test]
async fn a_key_stands_for_one_call() {
    let app = TestApp::start().await;
    assert_eq!(ask(&app, "a1", &request()).await.0, 201);
    let mut other = request();
    other["message"] = json!("Hello");
    let (status, problem) = ask(&app, "a1", &other).await;
    assert_eq!((status, &problem["type"]), (422, &json!("/problems/idempotency-key-reused")));
    let client = json!({"name": "x", "email": "x@y.example"});
    assert_eq!(send(&app, &app.agency, "/clients", "a1", &client).await.0, 422, "nor for another path");
    assert_eq!((rows::count(&app, "request"), rows::count(&app, "client")), (1, 1));
    let (status, theirs, _) = send(&app, &app.other_agency, "/requests", "a1", &request()).await;
    assert_eq!(status, 201, "another agency's keys are its own: {theirs}");
    assert_eq!(rows::count(&app, "request"), 2);
    for wrong in ["", "a b", &"x".repeat(256)] {
        let (status, problem) = ask(&app, wrong, &request()).await;
        assert_eq!((status, &problem["field"]), (422, &json!("Idempotency-Key")), "{wrong:?}");
    }
    app.check().await;
}

#[tokio::test]
async fn twenty_at_once_are_one_effect() {
    let app = TestApp::start().await;
    for (path, body, table) in [
        ("/requests", request(), "request"),
        ("/api-keys", json!({"label": "CRM"}), "api_key"),
        ("/clients", json!({"name": "Two", "email": "two@two.example"}), "client"),
    ] {
        let before = rows::count(&app, table);
        let key = format!("one{path}");
        let calls = (0..20).map(|_| send(&app, &app.agency, path, &key, &body));
        let answers = futures_util::future::join_all(calls).await;
        let made: BTreeSet<_> = answers.iter().filter(|a| a.0 == 201).map(|a| a.1.to_string()).collect();
        assert_eq!(made.len(), 1, "{path}");
        for (status, problem, page) in answers.iter().filter(|a| a.0 != 201) {
            assert_eq!((*status, &problem["type"]), (409, &json!("/problems/idempotency-under-way")));
            assert_eq!(page.headers["retry-after"], "1");
        }
        assert_eq!(rows::count(&app, table), before + 1, "{path}");
    }
    app.check().await;
}

#[tokio::test]
async fn a_refusal_is_not_kept_so_that_it_can_be_mended() {
    let app = TestApp::start().await;
    let mut wrong = request();
    wrong["items"][0]["platform"] = json!("myspace");
    let before = rows::all(&app);
    assert_eq!(ask(&app, "a1", &wrong).await.0, 422);
    assert_eq!(rows::all(&app), before);
    assert_eq!(ask(&app, "a1", &request()).await.0, 201);
    app.check().await;
}

#[tokio::test]
async fn keys_are_forgotten_after_a_day() {
    let app = TestApp::start().await;
    assert_eq!(ask(&app, "a1", &request()).await.0, 201);
    app.clock.advance(SignedDuration::from_hours(23));
    assert_eq!(ask(&app, "a1", &request()).await.0, 201);
    assert_eq!(rows::count(&app, "request"), 1);
    app.clock.advance(SignedDuration::from_hours(2));
    assert_eq!(ask(&app, "a1", &request()).await.0, 201);
    assert_eq!((rows::count(&app, "request"), rows::count(&app, "idempotency")), (2, 1));
    app.check().await;
}

#[tokio::test]
async fn a_call_cut_off_by_a_stop_is_taken_up_again_or_said_to_be_done() {
    let app = TestApp::start().await;
    assert_eq!(ask(&app, "a1", &request()).await.0, 201);
    // As a process leaves it that was killed before the effect.
    rows::change(&app, "UPDATE idempotency SET status = NULL, answer = NULL, took_effect = 0", []);
    let (status, problem) = ask(&app, "a1", &request()).await;
    assert_eq!((status, &problem["type"]), (409, &json!("/problems/idempotency-under-way")));
    app.clock.advance(SignedDuration::from_secs(61));
    assert_eq!(ask(&app, "a1", &request()).await.0, 201);
    assert_eq!(rows::count(&app, "request"), 2);
    // And after it, before the answer was kept.
    rows::change(&app, "UPDATE idempotency SET status = NULL, answer = NULL WHERE took_effect = 1", []);
    app.clock.advance(SignedDuration::from_secs(61));
    let (status, problem) = ask(&app, "a1", &request()).await;
    assert_eq!((status, &problem["type"]), (409, &json!("/problems/idempotency-answer-lost")));
    assert_eq!(rows::count(&app, "request"), 2, "not once more");
    app.check().await;
}

#[tokio::test]
async fn an_attempt_that_was_overtaken_writes_nothing() {
    let app = TestApp::start().await;
    let (store, scope) = (&app.desk.store, &app.agency.scope);
    let begin = async |now: i64| {
        let times = valetkey::store::idempotency::Times { now, lease_until: now + 60_000, forget_before: 0 };
        store.begin_call(scope, "key".into(), "call".into(), times).await.expect("the store answers")
    };
    assert_eq!(begin(1).await, Standing::Ours { epoch: 1 });
    assert_eq!(begin(2).await, Standing::UnderWay);
    assert_eq!(begin(60_002).await, Standing::Ours { epoch: 2 });
    let before = rows::all(&app);
    let under = |epoch| scope.for_call(Once { key_hash: "key".into(), epoch });
    let note = || vec![valetkey::engine::record::audit(&app.desk, "test.noted", "x", None, json!({}))];
    let late: Result<(), StoreError> = store.commit(valetkey_sdk::point!("trial"), &under(1), note()).await;
    assert!(matches!(late, Err(StoreError::Stale(_))), "{late:?}");
    assert_eq!(rows::all(&app), before);
    let writes: Vec<Write> = note();
    store.commit(valetkey_sdk::point!("trial"), &under(2), writes).await.expect("the one that holds it");
    assert_eq!(begin(200_000).await, Standing::AnswerLost);
}

#[tokio::test]
async fn kept_answers_are_sealed() {
    let app = TestApp::start().await;
    let (status, made, _) = send(&app, &app.agency, "/api-keys", "a1", &json!({"label": "CRM"})).await;
    assert_eq!(status, 201);
    let key = made["key"].as_str().expect("a key").as_bytes().to_vec();
    for (_, file) in app.kept() {
        assert!(!holds(&file, &key), "the key is in clear on disk");
    }
    let (_, again, _) = send(&app, &app.agency, "/api-keys", "a1", &json!({"label": "CRM"})).await;
    assert_eq!(again, made, "and opened for the repeat");
    app.check().await;
}
