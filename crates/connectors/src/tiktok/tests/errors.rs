//! Every return code that TikTok documents, as an answer with HTTP 200: what the engine does with it, and that people
//! find what it means. "Return codes", portal docs, read 2026-11-23; 20001 is success in part and told by no refusal.

use super::*;

/// Code, the kind of error, and which explanation of the manifest names it.
const CODES: [(i64, &str, &str); 39] = [
    (40000, "refused", "wrong-value"),
    (40001, "forbidden", "not-allowed"),
    (40002, "refused", "wrong-value"),
    (40006, "unexpected", "unknown-call"),
    (40007, "missing", "not-there"),
    (40008, "unexpected", "unknown-call"),
    (40009, "unexpected", "unknown-call"),
    (40010, "unexpected", "unknown-call"),
    (40011, "refused", "wrong-value"),
    (40013, "unexpected", "unknown-call"),
    (40014, "unexpected", "unknown-call"),
    (40016, "limited 300", "rate-limit"),
    (40050, "temporary", "busy"),
    (40051, "unexpected", "unknown-call"),
    (40100, "limited 300", "rate-limit"),
    (40101, "refused", "sign-in-refused"),
    (40102, "sign in", "sign-in-over"),
    (40103, "sign in", "sign-in-over"),
    (40104, "unexpected", "unknown-call"),
    (40105, "sign in", "sign-in-over"),
    (40106, "sign in", "sign-in-over"),
    (40107, "sign in", "sign-in-over"),
    (40108, "sign in", "sign-in-over"),
    (40110, "refused", "sign-in-refused"),
    (40113, "app-blocked", "app-blocked"),
    (40118, "not-in-your-region", "not-in-your-region"),
    (40119, "sign in", "sign-in-over"),
    (40124, "app-blocked", "app-blocked"),
    (40125, "app-blocked", "app-blocked"),
    (40133, "limited 30", "rate-limit"),
    (40202, "temporary", "busy"),
    (40300, "missing", "not-there"),
    (40301, "missing", "not-there"),
    (40700, "refused", "wrong-value"),
    (41000, "server-country", "server-country"),
    (50000, "temporary", "down"),
    (50002, "temporary", "down"),
    (51305, "temporary", "down"),
    (60001, "temporary", "down"),
];

fn word(kind: &ErrorKind, now: jiff::Timestamp) -> String {
    match kind {
        ErrorKind::Forbidden => "forbidden".into(),
        ErrorKind::NotFound => "missing".into(),
        ErrorKind::Temporary => "temporary".into(),
        ErrorKind::Unexpected => "unexpected".into(),
        ErrorKind::Reauthorize { .. } => "sign in".into(),
        ErrorKind::RateLimited { until } => format!("limited {}", until.duration_since(now).as_secs()),
        ErrorKind::Rejected(remedy) => remedy.id.clone(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn every_documented_code_is_acted_on_and_explained() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    for (code, expected, explained) in CODES {
        let body = json!({ "code": code, "message": "No.", "request_id": "r1", "data": {} });
        let fault =
            json!([{ "host": "business-api.tiktok.com", "kind": "status", "code": 200, "body": body }]);
        desk.0.faults(fault).await.expect("set");
        let refused = desk.0.connector().identify(&desk.0.cx(), Side::Client).await.expect_err("refused");
        assert_eq!(word(&refused.kind, clock.now()), expected, "{code}");
        assert!(refused.context.contains(&("request_id", "r1".to_owned())), "{code}: what TikTok asks for");
        let found: Vec<_> =
            platform.manifest.find_errors(&code.to_string()).iter().map(|e| e.id.clone()).collect();
        assert_eq!(found, [explained], "{code}");
    }
    assert!(desk.ledger().is_empty());
}

/// They come without a code, so they are found by what people see.
#[test]
fn tt_25_tt_26_what_business_center_does_not_offer_is_recognised_by_what_people_see() {
    let platform = super::super::platform();
    for (seen, id, remedy) in [
        ("The account isn\u{2019}t in the list", "account-not-linked", "Add a TikTok account"),
        ("there is no Partners tab", "no-partners-tab", "TikTok account sharing"),
    ] {
        let found: Vec<_> = platform.manifest.find_errors(seen).iter().map(|e| e.id.clone()).collect();
        assert_eq!(found, [id], "{seen}");
        let advice = platform.words.find_explanation("error", id).expect("words");
        assert!(advice.act.is_some_and(|act| act.contains(remedy)), "{id}");
    }
}
