//! Every call that the connector makes is valid against TikTok's own request contracts, when they lie beside the
//! repository: <https://github.com/tiktok/tiktok-business-api-sdk>, `yml_files`. They say nothing about answers.

use std::path::{Path, PathBuf};

use super::recorder::{Recorded, Recorder};
use super::yaml::Yaml;
use super::*;

/// Operations that the source has no contract for.
const WITHOUT: [&str; 8] = [
    "/user/info/",
    "/oauth2/access_token/",
    "/bc/asset/account/authorization/",
    "/changelog/get/",
    "/tt_user/oauth2/token/",
    "/tt_user/oauth2/refresh_token/",
    "/tt_user/token_info/get/",
    "/business/get/",
];

/// Beside this checkout or above it; none where nobody put them.
fn folder() -> Option<PathBuf> {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    above.map(|folder| folder.join("shared/specs/tiktok/yml_files")).find(|folder| folder.is_dir())
}

#[tokio::test]
async fn every_call_is_valid_against_the_vendors_contract() {
    let platform = super::super::platform();
    let (mut sims, clock) = start().await;
    let (url, recorder) = Recorder::before(&sims.url).await;
    sims.url = url;
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    everything(&desk).await;
    Desk::open(&platform, &sims, &clock, "noah").await.list("ad_account", Some(BAKERY)).await;
    let calls = recorder.calls();
    let mut paths: Vec<_> = calls.iter().map(|call| call.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), 24, "each operation that the connector has was called: {paths:#?}");
    let Some(folder) = folder() else {
        eprintln!(
            "not checked: the vendor's contracts are in no folder shared/specs/tiktok above this checkout"
        );
        return;
    };
    let mut wrong = Vec::new();
    for call in &calls {
        match contract(&folder, &call.path) {
            Some(text) => wrong.extend(mistakes(call, &Yaml::parse(&text))),
            None if WITHOUT.contains(&call.path.as_str()) => {}
            None => wrong.push(format!("{}: there is no contract", call.path)),
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Each thing that the connector can do, once.
async fn everything(desk: &Desk<'_>) {
    desk.0.connector().identify(&desk.0.cx(), Side::Client).await.expect("somebody");
    valetkey_sdk::contract::owner::is_told(&desk.0).await.expect("whose account it is");
    desk.list("business_center", None).await;
    for of in ["ad_account", "catalog", "pixel"] {
        desk.list(of, Some(BAKERY)).await;
    }
    for (level, role) in [(Level::View, "ANALYST"), (Level::Manage, "OPERATOR"), (Level::Full, "ADMIN")] {
        let wish = to_agency("ad_account", ACCOUNT, level, role);
        desk.read(Side::Client, &wish).await;
        desk.grant(&wish, None).await.expect("taken");
    }
    let shared = to_agency("ad_account", ACCOUNT, Level::Full, "ADMIN");
    desk.read(Side::Agency, &shared).await;
    for (of, id) in [("ad_account", ACCOUNT), ("business_center", BAKERY)] {
        desk.all(of, id).await;
    }
    let log = desk.0.connector().activity(&desk.0.cx(), Side::Client, &shared.on).await.expect("a log");
    assert!(log.first().is_some_and(|line| line.what.contains(AGENCY) && line.within == BAKERY), "{log:?}");
    let colleague = Principal::new("person", RAVI).of(Some(AGENCY));
    let colleague = Wish { who: colleague, ..to_agency("ad_account", ACCOUNT, Level::Manage, "OPERATOR") };
    desk.grant(&colleague, None).await.expect("assigned");
    let held = desk.read(Side::Agency, &colleague).await.0.expect("there");
    desk.revoke(&held).await.expect("unassigned");
    desk.list("person", Some(BAKERY)).await;
    let held = desk.read(Side::Client, &shared).await.0.expect("there");
    desk.revoke(&held).await.expect("taken away");
    let by_hand = [("catalog", CATALOG, "ADMIN", Side::Client), ("pixel", PIXEL, "USE", Side::Agency)];
    for (of, id, role, side) in by_hand {
        let wish = to_agency(of, id, Level::Manage, role);
        desk.act("olivia", "share", json!({ "asset": id, "principal": AGENCY, "role": [role] }));
        let held = desk.read(side, &wish).await.0.expect("there");
        desk.revoke(&held).await.expect("taken away");
    }
    let profile = to_agency("tiktok_account", "harbourbakery", Level::Manage, "POST");
    let scan = desk.0.connector().scan(&desk.0.cx(), profile.on.of(), &profile.who).await.expect("a code");
    desk.act("olivia", "scan", json!({ "asset": "7170000000000000042", "value": scan.address }));
    let colleague = Wish {
        who: Principal::new("person", RAVI).of(Some(AGENCY)),
        ..to_agency("tiktok_account", "7170000000000000042", Level::Manage, "POST")
    };
    desk.grant(&colleague, None).await.expect("assigned");
    let held = desk.read(Side::Agency, &colleague).await.0.expect("there");
    desk.revoke(&held).await.expect("unassigned");
    let held = desk.read(Side::Agency, &profile).await.0.expect("there");
    desk.revoke(&held).await.expect("taken out");
    let account = to_kim("ad_account", ACCOUNT, Level::Manage, "OPERATOR");
    let mut center = to_kim("business_center", BAKERY, Level::Full, "ADMIN");
    center.want = Want::Held { roles: roles(["ADMIN", "FINANCE_MANAGER"]), until: None };
    desk.grant(&center, None).await.expect("invited");
    let held = desk.read(Side::Client, &center).await.0.expect("waiting");
    desk.revoke(&held).await.expect("withdrawn");
    desk.grant(&account, None).await.expect("invited");
    desk.read(Side::Client, &account).await;
    desk.act("kim", "accept", json!({ "asset": BAKERY }));
    desk.grant(&center, None).await.expect("changed");
    desk.grant(&to_kim("ad_account", SECOND, Level::View, "ANALYST"), None).await.expect("assigned");
    let held = desk.read(Side::Client, &account).await.0.expect("there");
    desk.revoke(&held).await.expect("taken away");
    let held = desk.read(Side::Client, &center).await.0.expect("there");
    desk.revoke(&held).await.expect("taken away");
}

fn contract(folder: &Path, path: &str) -> Option<String> {
    let name = format!("{}.yml", path.trim_matches('/').replace('/', "_"));
    std::fs::read_to_string(folder.join(name)).ok()
}

/// What is wrong with a call, by its contract.
fn mistakes(call: &Recorded, contract: &Yaml) -> Vec<String> {
    let mut found = Vec::new();
    let mut wrong = |what: String| found.push(format!("{} {}: {what}", call.method, call.path));
    let operation = contract.at("paths").at(&call.path).at(&call.method.to_lowercase());
    if operation.is_nothing() {
        wrong("no such operation".into());
        return found;
    }
    let parameters = operation.at("parameters").items();
    for name in call.query.keys().filter(|n| !parameters.iter().any(|p| p.at("name").text() == Some(n))) {
        wrong(format!("unknown parameter {name}"));
    }
    for parameter in parameters {
        let name = parameter.at("name").text().unwrap_or_default();
        let schema = match parameter.at("schema") {
            Yaml::Nothing => parameter.at("content").at("application/json").at("schema"),
            schema => schema,
        };
        // The contract has the token in the query; TikTok takes it in the header of this name.
        let value = match name {
            "Access-Token" => call.has_token.then(|| json!("…")),
            // Numbers are text in a query, objects JSON.
            _ => call.query.get(name).map(|value| match schema.at("type").text() {
                Some("string") => json!(value),
                _ => serde_json::from_str(value).unwrap_or_default(),
            }),
        };
        match value {
            Some(value) => check(name, &value, schema, &mut wrong),
            None if parameter.at("required").text() == Some("true") => wrong(format!("{name} is missing")),
            None => {}
        }
    }
    let body = operation.at("requestBody").at("content").at("application/json").at("schema");
    if body.is_nothing() != call.body.is_null() {
        wrong("there is a body where none is wanted, or none where one is".into());
    } else if !body.is_nothing() {
        check("body", &call.body, body, &mut wrong);
    }
    found
}

fn check(place: &str, value: &Value, schema: &Yaml, wrong: &mut dyn FnMut(String)) {
    let kind = schema.at("type").text().unwrap_or_default();
    let fits = match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    if !fits {
        return wrong(format!("{place} is no {kind}: {value}"));
    }
    let enums = schema.at("x-open-enum").at("enums").items();
    // Values that the operation does not take are listed as not valid.
    let valid = |e: &Yaml| e.at("key").text() == value.as_str() && e.at("is_valid").text() == Some("true");
    if value.is_string() && !enums.is_empty() && !enums.iter().any(valid) {
        wrong(format!("{place} cannot be {value}"));
    }
    let size = value.as_array().map(|list| list.len()).or(value.as_u64().map(|n| n as usize));
    let most = schema.at("maxItems").number().or(schema.at("maximum").number());
    if most.zip(size).is_some_and(|(most, size)| size > most) {
        wrong(format!("{place} is more than {most:?}"));
    }
    for item in value.as_array().into_iter().flatten() {
        check(&format!("{place}[]"), item, schema.at("items"), wrong);
    }
    let Some(fields) = value.as_object() else { return };
    for name in schema.at("required").items().iter().filter_map(Yaml::text) {
        if !fields.contains_key(name) {
            wrong(format!("{place}.{name} is missing"));
        }
    }
    for (name, value) in fields {
        match schema.at("properties").at(name) {
            Yaml::Nothing => wrong(format!("{place}.{name} is unknown")),
            schema => check(&format!("{place}.{name}"), value, schema, wrong),
        }
    }
}

const SMALL: &str = "\
paths:
  /bc/thing/add/:
    post:
      parameters:
      - description: Authorized access token. For details,
          see [Authentication](https://ads.tiktok.com): folded
        in: query
        name: Access-Token
        required: true
        schema:
          type: string
      requestBody:
        content:
          application/json:
            schema:
              properties:
                asset_type:
                  type: string
                  x-open-enum:
                    enums:
                    - is_valid: true
                      key: ADVERTISER
                    - is_valid: false
                      key: CATALOG
                ids:
                  items:
                    type: string
                  maxItems: 1
                  type: array
              required:
              - asset_type
              type: object
";

#[test]
fn a_call_that_breaks_its_contract_is_caught() {
    let contract = Yaml::parse(SMALL);
    let call = |body: Value| Recorded {
        method: "POST".into(),
        path: "/bc/thing/add/".into(),
        has_token: true,
        query: std::collections::BTreeMap::new(),
        body,
    };
    let says = |body: Value| mistakes(&call(body), &contract).join("; ");
    assert_eq!(says(json!({ "asset_type": "ADVERTISER", "ids": ["1"] })), "");
    for (body, found) in [
        (json!({ "ids": ["1"] }), "body.asset_type is missing"),
        (json!({ "asset_type": "CATALOG" }), "body.asset_type cannot be \"CATALOG\""),
        (json!({ "asset_type": "ADVERTISER", "ids": ["1", "2"] }), "more than"),
        (json!({ "asset_type": "ADVERTISER", "ids": [1] }), "body.ids[] is no string"),
        (json!({ "asset_type": "ADVERTISER", "partner": "1" }), "body.partner is unknown"),
        (Value::Null, "a body"),
    ] {
        let says = says(body.clone());
        assert!(says.contains(found), "{body}: {says}");
    }
    let without = Recorded { has_token: false, ..call(json!({ "asset_type": "ADVERTISER" })) };
    assert!(mistakes(&without, &contract).join("").contains("Access-Token is missing"));
}
