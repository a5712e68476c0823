//! The description of this API, made from the routes themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::Problem;
use super::idempotency::MAX_KEY;

/// Where the API lives on the server.
pub const BASE: &str = "/api/v1";

const ABOUT: &str = "Ask clients for access to their marketing accounts, follow what was given, take it away. \
Errors are problem+json with a stable `type`. Lists are pages: pass `next_cursor` as `cursor`. A POST with an \
`Idempotency-Key` can be sent again. Unknown fields and parameters are refused. Conventions: docs/api-design.md.";

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let (_, made) = super::routes().split_for_parts();
    let made = serde_json::to_value(&made).expect("a description is JSON");
    finish(made)
});

/// What every operation can answer, before there is any route.
#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(Problem)))]
pub struct Common;

/// The OpenAPI 3.1 document.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// As it is committed and served.
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(document()).expect("JSON is text");
    text.push('\n');
    text
}

/// This description. It needs no key.
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "get_openapi", tag = "about", security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = Value))
)]
pub async fn serve() -> Response {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (kind, text()).into_response()
}

/// Refuses parameters that the description does not have.
pub async fn refuse_unknown_parameters(request: Request, next: Next) -> Response {
    if let Some(unknown) = unknown_parameter(&request) {
        let detail = format!("there is no parameter {unknown} here: leave it out");
        return Problem::unreadable(detail).into_response();
    }
    next.run(request).await
}

fn unknown_parameter(request: &Request) -> Option<String> {
    let query = request.uri().query().filter(|q| !q.is_empty())?;
    let path = request.extensions().get::<MatchedPath>()?.as_str();
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let known = KNOWN.get(&(method.as_str().to_lowercase(), path.strip_prefix(BASE)?.to_owned()))?;
    let mut names = url::form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned());
    names.find(|name| !known.contains(name))
}

type Known = BTreeMap<(String, String), BTreeSet<String>>;

/// Names of the query parameters, by method and path.
static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known::new();
    for (path, item) in object(&document()["paths"]) {
        for (method, operation) in object(item) {
            let all = operation["parameters"].as_array().into_iter().flatten();
            let names = all.filter(|p| p["in"] == "query").filter_map(|p| p["name"].as_str());
            known.insert((method.clone(), path.clone()), names.map(str::to_owned).collect());
        }
    }
    known
});

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Adds what is the same everywhere: server, key, problems, the header of POSTs.
fn finish(mut made: Value) -> Value {
    made["info"] = json!({
        "title": "Valetkey", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT,
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    });
    made["servers"] = json!([{"url": BASE}]);
    made["security"] = json!([{"key": []}]);
    made["components"]["securitySchemes"] = json!({"key": {
        "type": "http", "scheme": "bearer",
        "description": "An API key of the agency: `valetkey agency add` or `POST /api-keys` makes one.",
    }});
    let schemas = made["components"]["schemas"].as_object_mut().expect("there are schemas");
    for (name, schema) in schemas {
        // A list says what it is a list of by name.
        if let Some(of) = name.strip_prefix("List_") {
            schema["properties"]["data"]["items"] = json!({"$ref": format!("#/components/schemas/{of}")});
        }
    }
    let paths = made["paths"].as_object_mut().expect("there are routes");
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            complete(path, method, operation);
        }
    }
    made
}

fn complete(path: &str, method: &str, operation: &mut Value) {
    let is_open = operation["security"] == json!([{}]);
    let changes = method != "get";
    if method == "post" {
        let header = json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A new value for each call. The same call with the same value takes effect once and \
                            has the same answer for 24 hours.",
            "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY, "pattern": "^[!-~]+$"},
        });
        match operation["parameters"].as_array_mut() {
            Some(list) => list.push(header),
            None => operation["parameters"] = json!([header]),
        }
    }
    if let Some(schema) = operation.pointer_mut("/requestBody/content/application~1json/schema") {
        // A body that may be left out is left out, and not sent as null.
        let object = schema["oneOf"].as_array().and_then(|list| list.iter().find(|s| s["$ref"].is_string()));
        if let Some(object) = object.cloned() {
            *schema = object;
        }
    }
    let answers = operation["responses"].as_object_mut().expect("every operation has responses");
    let mut add = |status: &str, says: &str| {
        let known = answers.remove(status).and_then(|r| r["description"].as_str().map(str::to_owned));
        let mut answer = json!({
            "description": known.unwrap_or_else(|| says.to_owned()),
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        });
        if status == "429" {
            let seconds = json!({"schema": {"type": "integer", "minimum": 1}, "required": true});
            answer["headers"] = Value::Object(Map::from_iter([("Retry-After".to_owned(), seconds)]));
        }
        answers.insert(status.to_owned(), answer);
    };
    add("422", "A field, parameter or value cannot be used; `detail` says which and what to do");
    if !is_open {
        add("401", "No valid key");
        add("429", "Too many calls; wait as long as Retry-After says");
        add("500", "The fault is on the server's side");
    }
    if path.contains('{') {
        add("404", "Nothing of this agency has this id");
    }
    if method == "post" {
        add("409", "The first call with this Idempotency-Key is still being answered");
    } else if changes {
        add("409", "It does not fit the state that things are in");
    }
    if changes {
        add("413", "The body is larger than 256 KiB");
        add("415", "The body is not JSON");
    }
}
