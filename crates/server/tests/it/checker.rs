//! What must hold after every test: no secret anywhere it should not be, an unbroken audit chain, and
//! nothing on the platform that nobody approved (S1, S3, S4, R2, R3).

use serde_json::Value;
use valetkey::app::audit;

use crate::app::TestApp;

pub async fn check(app: &TestApp) {
    audit_chain_is_whole(app).await;
    ledger_agrees_with_our_record(app).await;
    no_secret_is_on_disk(app).await;
}

pub async fn audit_chain_is_whole(app: &TestApp) {
    for (scope, _) in app.desk.store.list_agencies_as_operator().await.expect("agencies") {
        audit::verify(&app.desk.store, &scope, &[]).await.expect("a whole chain");
    }
}

/// Every grant in the ledger was approved, and was made once for each approval.
async fn ledger_agrees_with_our_record(app: &TestApp) {
    let (_, grants) = app.api(&app.agency, "GET", "/grants?limit=200", None).await;
    let known: Vec<_> = grants["data"].as_array().expect("a list").iter().map(line).collect();
    for made in app.ledger().iter().filter_map(|l| l.strip_prefix("grant ")) {
        assert!(known.iter().any(|k| k == made), "nobody approved {made}");
    }
}

fn line(grant: &Value) -> String {
    let text = |at: &str| grant.pointer(at).and_then(Value::as_str).unwrap_or("none").to_owned();
    format!("{} {}", text("/asset/external_id"), text("/grantee/external_id"))
}

/// Database and log files hold no credential in clear.
async fn no_secret_is_on_disk(app: &TestApp) {
    let secrets = app.sim("GET", "/_sim/secrets", Value::Null).await;
    let files = app.kept();
    for secret in secrets["data"].as_array().expect("a list") {
        let value = secret["value"].as_str().expect("text").as_bytes();
        for (_, file) in &files {
            assert!(!holds(file, value), "a {} is in clear in the data folder", secret["kind"]);
        }
    }
}

/// Whether these bytes stand anywhere in the file.
pub fn holds(file: &[u8], bytes: &[u8]) -> bool {
    memchr::memmem::find(file, bytes).is_some()
}
