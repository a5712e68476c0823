//! Usage headers and refusals for too many calls (Meta docs: rate limiting guide, 2026-11).

use serde_json::json;

use super::*;

#[tokio::test]
async fn usage_is_told_and_the_limit_holds_until_the_window_ends() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    for (limit, path, code) in [
        ("app_calls_per_hour", "me", 4),
        ("user_calls_per_hour", "me", 17),
        ("business_calls_per_hour", EUR, 80_004),
    ] {
        rig.edit_world(|meta| meta["limits"] = json!({ limit: 2 })).await;
        let half = rig.get(&olivia, path, &[]).await;
        let used = match code {
            80_004 => half.header("x-business-use-case-usage")[HARBOUR][0]["call_count"].clone(),
            _ => half.header("x-app-usage")["call_count"].clone(),
        };
        // A person's share is in no header.
        assert_eq!(used, if code == 17 { 0 } else { 50 }, "{limit}");
        rig.get(&olivia, path, &[]).await;
        let refused = rig.get(&olivia, path, &[]).await;
        assert_eq!(refused.code(), (code, 0), "{limit}");
        assert_eq!(refused.body["error"]["is_transient"], true);
        if code == 80_004 {
            let usage = refused.header("x-business-use-case-usage")[HARBOUR][0].clone();
            assert_eq!(usage["estimated_time_to_regain_access"], 60);
            assert_eq!(refused.header("x-ad-account-usage")["reset_time_duration"], 3600);
        }
        rig.control("PUT", "clock", json!({ "advance_s": 3600 })).await;
        assert_eq!(rig.get(&olivia, path, &[]).await.code(), (0, 0), "{limit}");
    }
}

#[tokio::test]
async fn a_rate_limit_fault_speaks_metas_language() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    let fault =
        json!([{ "host": "graph.facebook.com", "kind": "rate_limit", "retry_after_s": 130, "times": 1 }]);
    rig.control("PUT", "faults", fault).await;
    let refused = rig.get(&olivia, "me", &[]).await;
    assert_eq!((refused.code(), refused.status), ((80_004, 0), 400));
    let usage = refused.header("x-business-use-case-usage")["0"][0].clone();
    assert_eq!(usage["estimated_time_to_regain_access"], 3);
    assert_eq!(rig.get(&olivia, "me", &[]).await.code(), (0, 0));
}
