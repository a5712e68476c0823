//! T33: somebody with the database puts one row's sealed value in another's place.

use rusqlite::types::Value;
use serde_json::json;
use valetkey::desk::At;
use valetkey::mail::Mailer;
use valetkey::store::Scope;

use crate::app::{PAGE, Sent, TestApp};
use crate::mail;
use crate::threats::rows;
use crate::threats::steps::Steps;

/// Table, column, and the column that names the row; what a sealed value is bound to.
const SEALED: [(&str, &str, &str); 6] = [
    ("link", "sealed", "subject_id"),
    ("sign_in_state", "verifier", "state_hash"),
    ("sign_in_state", "link_token", "state_hash"),
    ("connection", "credential", "connection_id"),
    ("idempotency", "answer", "key_hash"),
    ("mail", "sealed", "mail_id"),
];

/// Bytes that are no sealed value: the wrapped keys, tried below, the audit chain, and pictures for everybody.
const OTHER_BLOBS: [&str; 4] = ["data_key", "prev", "hash", "png"];

#[test]
fn every_column_of_bytes_is_tried() {
    let schema = valetkey::store::MIGRATIONS.iter().map(|m| m.text).collect::<String>();
    let blobs = schema.lines().filter_map(|line| line.trim().split_once(" {blob}"));
    for (column, _) in blobs {
        let known = SEALED.iter().any(|(_, sealed, _)| *sealed == column) || OTHER_BLOBS.contains(&column);
        assert!(known, "{column} is sealed and not tried here");
    }
}

struct Sealed {
    scope: Scope,
    table: &'static str,
    column: &'static str,
    row: String,
    bytes: Vec<u8>,
}

async fn every_sealed_value(app: &TestApp) -> Vec<Sealed> {
    let scopes = app.desk.store.list_agencies_as_operator().await.expect("agencies");
    let (db, mut out) = (rows::open(app), Vec::new());
    for (table, column, key) in SEALED {
        let found =
            rows::query(&db, &format!("SELECT agency_id, {key}, {column} FROM {table} ORDER BY {key}"));
        for row in found {
            let agency = rows::text(&row[0]);
            let scope =
                scopes.iter().find(|(s, _)| s.agency().as_str() == agency).expect("an agency").0.clone();
            if let Value::Blob(bytes) = &row[2] {
                out.push(Sealed { scope, table, column, row: rows::text(&row[1]), bytes: bytes.clone() });
            }
        }
    }
    out
}

/// Two agencies, each with two requests, one of them connected by another person.
async fn filled() -> (TestApp, Sent, Sent) {
    let app = TestApp::start_mailing(Mailer::memory()).await;
    app.prove(&app.other_agency, "sam").await;
    let (one, two) = (app.send_request().await, app.send_request().await);
    app.browser().give(&one, "olivia", &[PAGE]).await;
    // Two codes on their way.
    for sent in [&one, &two] {
        let page = mail::access_page(&app, sent).await;
        app.browser().press(&app.browser().get(&format!("{page}/code")).await, "send-code").await;
    }
    app.browser().connect(&two, "liam").await;
    let body = json!({
        "client": {"name": "Alder Hotels", "email": "liam@alderhotels.example"},
        "items": [{"platform": "meta", "assets": [{"type": "page", "level": "view"}]}],
    });
    for _ in 0..2 {
        let (status, sent) = app.api(&app.other_agency, "POST", "/requests", Some(body.clone())).await;
        assert_eq!(status, 201, "{sent}");
        let bearer = format!("Bearer {}", app.other_agency.api_key.expose());
        let key = format!("key-{}", sent["id"].as_str().expect("text"));
        let headers = [("authorization", &*bearer), ("idempotency-key", &*key)];
        let again = app.browser().raw("POST", "/api/v1/requests", &headers, &body.to_string()).await;
        assert_eq!(again.status, 201, "{}", again.html);
        let url = sent["url"].as_str().expect("text");
        let link = app.browser();
        let page = link.get(url).await;
        link.press(&page, "connect-meta").await;
    }
    (app, one, two)
}

#[tokio::test]
async fn no_sealed_value_opens_in_any_other_place() {
    let (app, ..) = filled().await;
    let all = every_sealed_value(&app).await;
    for (table, column, _) in SEALED {
        assert!(
            all.iter().filter(|s| (s.table, s.column) == (table, column)).count() >= 2,
            "{table}.{column}"
        );
    }
    for (i, place) in all.iter().enumerate() {
        for (j, value) in all.iter().enumerate() {
            let opened =
                app.desk.open(&place.scope, At(place.table, place.column, &place.row), &value.bytes).await;
            let what =
                format!("{}.{} of {} in {}.{}", value.table, value.column, value.row, place.table, place.row);
            assert_eq!(opened.is_ok(), i == j, "{what}");
        }
    }
    app.check().await;
}

#[tokio::test]
async fn an_agencys_key_does_not_unwrap_as_anothers() {
    let app = TestApp::start().await;
    let all = app.desk.store.list_agencies_as_operator().await.expect("agencies");
    let [(_, one), (_, two)] = all.as_slice() else { panic!("two agencies") };
    assert!(app.desk.check_master_key(one).is_ok());
    let swapped = valetkey::store::agencies::Agency { data_key: two.data_key.clone(), ..one.clone() };
    assert!(app.desk.check_master_key(&swapped).is_err());
    app.check().await;
}

/// Exchanges one column of two rows, as somebody with the file would.
fn swap(app: &TestApp, (table, column, key): (&str, &str, &str), a: &str, b: &str) {
    let read = |id: &str| {
        let found =
            rows::query(&rows::open(app), &format!("SELECT {column} FROM {table} WHERE {key} = '{id}'"));
        found[0][0].clone()
    };
    let (of_a, of_b) = (read(a), read(b));
    for (id, value) in [(a, of_b), (b, of_a)] {
        let sql = format!("UPDATE {table} SET {column} = ?1 WHERE {key} = ?2");
        rows::change(app, &sql, (value, id));
    }
}

#[tokio::test]
async fn a_swapped_link_is_never_shown_as_this_requests() {
    let (app, one, two) = filled().await;
    swap(&app, SEALED[0], &one.id, &two.id);
    for sent in [&one, &two] {
        let (status, body) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
        assert_eq!(status, 500);
        for other in [&one, &two] {
            assert!(!body.to_string().contains(&other.path), "{body}");
        }
    }
    app.check().await;
}

#[tokio::test]
async fn a_swapped_credential_is_never_used() {
    let (app, one, _) = filled().await;
    app.drain().await;
    let grant = app.grant_id(PAGE).await;
    let connections =
        rows::query(&rows::open(&app), "SELECT connection_id FROM connection WHERE side = 'client'");
    let ids: Vec<_> = connections.iter().map(|row| rows::text(&row[0])).collect();
    let [a, b] = ids.as_slice() else { panic!("two clients signed in: {ids:?}") };
    swap(&app, SEALED[3], a, b);
    let (calls, ledger) = (app.seen("graph.facebook.com").await + app.seen("/").await, app.ledger());
    app.api(&app.agency, "POST", &format!("/grants/{grant}/revoke"), None).await;
    app.drain().await;
    assert_eq!(
        app.seen("graph.facebook.com").await + app.seen("/").await,
        calls,
        "nobody's token left the house"
    );
    assert_eq!(app.ledger(), ledger);
    // Put back, the work that waited is done.
    swap(&app, SEALED[3], a, b);
    app.later(jiff::SignedDuration::from_hours(24)).await;
    assert!(app.ledger().last().is_some_and(|line| line.starts_with("revoke ")), "{:?}", app.ledger());
    assert_eq!(app.browser().get(&one.path).await.status, 200);
    app.check().await;
}

#[tokio::test]
async fn a_swapped_verifier_or_link_token_ends_the_sign_in() {
    for sealed in [SEALED[1], SEALED[2]] {
        let app = TestApp::start().await;
        let (one, two) = (app.send_request().await, app.send_request().await);
        let (victim, other) = (Steps::new(&app), Steps::new(&app));
        let callback = victim.to_callback(&one, "olivia").await;
        other.connect(&two).await;
        let states =
            rows::query(&rows::open(&app), "SELECT state_hash FROM sign_in_state WHERE consumed_at IS NULL");
        let states: Vec<_> = states.iter().map(|row| rows::text(&row[0])).collect();
        let [a, b] = states.as_slice() else { panic!("two open sign-ins: {states:?}") };
        swap(&app, sealed, a, b);
        let (before, connections) = (app.seen("/oauth/access_token").await, rows::count(&app, "connection"));
        let back = victim.get(callback.as_str()).await;
        assert!(!back.html.contains(&two.path), "never leads to the other link");
        assert_eq!(app.seen("/oauth/access_token").await, before, "{}", sealed.1);
        assert_eq!(rows::count(&app, "connection"), connections, "{}", sealed.1);
        app.check().await;
    }
}
