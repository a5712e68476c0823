//! T22: no answer has a field for a secret, and no real answer holds one.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use valetkey::api::openapi;

use crate::app::{PAGE, TestApp};

/// Parts of names that a field for a secret would have.
const NAMES: [&str; 14] = [
    "token",
    "secret",
    "credential",
    "password",
    "refresh",
    "verifier",
    "cookie",
    "browser",
    "sealed",
    "master",
    "private",
    "session",
    "code",
    "seed",
];

/// All property names under a value, with the schema that they are in.
fn properties(name: &str, value: &Value, out: &mut BTreeSet<(String, String)>) {
    if let Some(map) = value["properties"].as_object() {
        out.extend(map.keys().map(|key| (name.to_owned(), key.clone())));
    }
    match value {
        Value::Object(map) => map.values().for_each(|v| properties(name, v, out)),
        Value::Array(list) => list.iter().for_each(|v| properties(name, v, out)),
        _ => {}
    }
}

#[test]
fn no_answer_has_a_field_for_a_secret() {
    let document = openapi::document();
    let mut all = BTreeSet::new();
    for (name, schema) in document["components"]["schemas"].as_object().expect("schemas") {
        properties(name, schema, &mut all);
    }
    for (path, item) in document["paths"].as_object().expect("paths") {
        for operation in item.as_object().expect("operations").values() {
            properties(path, &operation["responses"], &mut all);
        }
    }
    assert!(all.len() > 100 && all.contains(&("Grant".to_owned(), "state".to_owned())));
    for (schema, name) in &all {
        assert!(!NAMES.iter().any(|n| name.contains(n)), "{schema} has {name}");
    }
    let keys: Vec<_> = all.iter().filter(|(_, name)| name.contains("key")).collect();
    let (made, signed) = (("NewApiKey", "key"), ("SignedHead", "public_key"));
    let expected = [made, signed].map(|(schema, name)| (schema.to_owned(), name.to_owned()));
    assert_eq!(
        keys,
        expected.iter().collect::<Vec<_>>(),
        "a key is shown where it is made, and nowhere else"
    );
}

#[tokio::test]
async fn no_real_answer_holds_a_secret_of_a_platform_or_of_ours() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let grant = app.grant_id(PAGE).await;
    let client =
        app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await.1["client"]["id"].clone();
    let calls = [
        ("GET", "/platforms".to_owned(), Value::Null),
        ("GET", "/clients".into(), Value::Null),
        ("GET", "/grantees".into(), Value::Null),
        ("GET", "/requests".into(), Value::Null),
        ("GET", format!("/requests/{}", sent.id), Value::Null),
        ("POST", format!("/requests/{}/resend", sent.id), json!({})),
        ("GET", "/grants".into(), Value::Null),
        ("GET", format!("/grants/{grant}"), Value::Null),
        ("POST", format!("/grants/{grant}/verify"), json!({})),
        ("POST", format!("/grants/{grant}/revoke"), json!({"dry_run": true})),
        ("POST", "/offboardings".into(), json!({"client_id": client, "dry_run": true})),
        ("GET", "/connections".into(), Value::Null),
        ("GET", "/audit-log?limit=200".into(), Value::Null),
        ("GET", "/audit-log/head".into(), Value::Null),
        ("GET", "/api-keys".into(), Value::Null),
        ("GET", "/openapi.json".into(), Value::Null),
        ("POST", format!("/grants/{grant}/revoke"), json!({})),
    ];
    let mut answers = String::new();
    for (method, path, body) in calls {
        let (status, answer) = app.api(&app.agency, method, &path, Some(body).filter(|b| !b.is_null())).await;
        assert!([200, 201, 409].contains(&status), "{method} {path}: {answer}");
        answers.push_str(&answer.to_string());
    }
    let secrets = app.sim("GET", "/_sim/secrets", Value::Null).await;
    let secrets = secrets["data"].as_array().expect("a list");
    assert!(secrets.len() > 4, "there is something to look for");
    for secret in secrets {
        let value = secret["value"].as_str().expect("text");
        assert!(!answers.contains(value), "a {} is in an answer", secret["kind"]);
    }
    for key in [app.agency.api_key.expose(), app.other_agency.api_key.expose()] {
        assert!(!answers.contains(key), "a key is in an answer");
    }
    app.check().await;
}
