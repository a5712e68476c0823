//! The description is true: what it names is there, what it does not name is not.

use serde_json::{Value, json};
use valetkey::api::openapi;

use crate::app::{PAGE, TestApp};

fn operations() -> Vec<(String, String, Value)> {
    let paths = openapi::document()["paths"].as_object().expect("paths");
    let of = |(path, item): (&String, &Value)| {
        let item = item.as_object().expect("operations").clone();
        let path = path.clone();
        item.into_iter().map(move |(method, operation)| (method.to_uppercase(), path.clone(), operation))
    };
    paths.iter().flat_map(of).collect()
}

#[tokio::test]
async fn it_is_served_to_everybody_as_it_is_committed() {
    let app = TestApp::start().await;
    let page = app.browser().raw("GET", "/api/v1/openapi.json", &[], "").await;
    assert_eq!(
        (page.status, page.headers["content-type"].to_str().expect("text")),
        (200, "application/json")
    );
    assert!(page.html == openapi::text());
    let document: Value = serde_json::from_str(&page.html).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["components"]["securitySchemes"]["key"]["scheme"], "bearer");
}

#[tokio::test]
async fn every_operation_is_there_and_no_other_method_is() {
    let app = TestApp::start().await;
    let all = operations();
    assert!(all.len() >= 35);
    for (method, path, operation) in &all {
        let address = format!("/api/v1{}", path.replace(['{', '}'], ""));
        let open = operation["security"] == json!([{}]);
        let status = app.browser().raw(method, &address, &[], "").await.status;
        assert_eq!(status, if open { 200 } else { 401 }, "{method} {path}");
        for other in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if all.iter().any(|(m, p, _)| m == other && p == path) {
                continue;
            }
            let page = app.browser().raw(other, &address, &[], "").await;
            assert_eq!(page.status, 405, "{other} {path}");
            assert!(
                page.headers["allow"].to_str().expect("text").contains(method.as_str()),
                "{other} {path}"
            );
        }
    }
}

#[test]
fn every_operation_says_what_it_is_and_how_it_can_fail() {
    let mut names = std::collections::BTreeSet::new();
    for (method, path, operation) in operations() {
        let place = format!("{method} {path}");
        assert!(operation["summary"].as_str().is_some_and(|s| s.len() > 8 && !s.contains('\n')), "{place}");
        assert!(names.insert(operation["operationId"].as_str().expect("a name").to_owned()), "{place}");
        let answers = operation["responses"].as_object().expect("answers");
        let mut expected = vec!["422"];
        if operation["security"] != json!([{}]) {
            expected.extend(["401", "429", "500"]);
        }
        if path.contains('{') {
            expected.push("404");
        }
        if method != "GET" {
            expected.extend(["409", "413", "415"]);
        }
        for status in expected {
            let schema = &answers[status]["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{place} {status}");
        }
        assert!(answers.keys().any(|s| s.starts_with('2')), "{place}");
        let idempotent = operation["parameters"].as_array().into_iter().flatten();
        let idempotent = idempotent.filter(|p| p["name"] == "Idempotency-Key").count();
        assert_eq!(idempotent, usize::from(method == "POST"), "{place}");
    }
}

#[tokio::test]
async fn the_examples_of_bodies_can_be_read() {
    let app = TestApp::start().await;
    let mut seen = 0;
    for (method, path, operation) in operations() {
        let content = &operation["requestBody"]["content"]["application/json"]["schema"];
        let text = content.to_string();
        let Some(name) = text.split("#/components/schemas/").nth(1).and_then(|t| t.split('"').next()) else {
            continue;
        };
        let example = openapi::document()["components"]["schemas"][name]["example"].clone();
        assert!(example.is_object(), "{name} has no example");
        let path = path.replace(['{', '}'], "");
        let (status, answer) = app.api(&app.agency, &method, &path, Some(example)).await;
        assert!(status != 422 || answer["type"] == "/problems/invalid", "{method} {path}: {status} {answer}");
        seen += 1;
    }
    assert!(seen >= 10, "{seen}");
}

#[test]
fn every_reference_leads_somewhere() {
    let document = openapi::document();
    let text = document.to_string();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().expect("a name");
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}

#[tokio::test]
async fn the_examples_of_answers_have_the_fields_of_real_ones() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    let request = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await.1;
    let grant = app.api(&app.agency, "GET", &format!("/grants/{}", app.grant_id(PAGE).await), None).await.1;
    let problem = app.api(&app.agency, "GET", "/grants?limit=0", None).await.1;
    for (name, real) in [("Request", request), ("Grant", grant), ("Problem", problem)] {
        let example = &openapi::document()["components"]["schemas"][name]["example"];
        assert_eq!(fields("", example), fields("", &real), "{name}");
    }
}

/// The names of all fields outside lists, with where they are.
fn fields(place: &str, value: &Value) -> Vec<String> {
    let Some(map) = value.as_object() else { return Vec::new() };
    let mut all: Vec<_> = map.keys().map(|key| format!("{place}/{key}")).collect();
    all.extend(map.iter().flat_map(|(key, inner)| fields(&format!("{place}/{key}"), inner)));
    all.sort();
    all
}
