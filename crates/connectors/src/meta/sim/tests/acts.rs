//! What people do by hand, and what calls see of it.

use serde_json::json;

use super::*;

/// F29: rights are lost, and reads turn empty instead of failing.
#[tokio::test]
async fn whoever_loses_rights_sees_empty_lists() {
    let rig = rig().await;
    let (olivia, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    let page = rig.page_token(&olivia, PAGE).await;
    rig.share(&page, PAGE, NORTHWIND, "[\"ANALYZE\"]").await;
    rig.share(&olivia, EUR, NORTHWIND, "[\"ANALYZE\"]").await;
    assert_eq!(rig.act("olivia", "change_role", json!({ "role": "EMPLOYEE" })).await.status, 200);
    assert_eq!(
        rig.act("elena", "change_role", json!({ "principal": "kim", "role": "EMPLOYEE" })).await.status,
        200
    );
    for (token, path) in [
        (&page, format!("{PAGE}/agencies")),
        (&olivia, format!("{EUR}/agencies")),
        (&olivia, format!("{HARBOUR}/agencies")),
        (&kim, format!("{NORTHWIND}/client_pages")),
        (&kim, format!("{NORTHWIND}/client_ad_accounts")),
        (&kim, format!("{NORTHWIND}/clients")),
    ] {
        let reply = rig.get(token, &path, &[]).await;
        assert_eq!((reply.status, reply.ids().len()), (200, 0), "{path}");
    }
    assert_eq!(rig.share(&olivia, USD, NORTHWIND, "[\"ANALYZE\"]").await.code(), (200, 0));
    let role = rig.get(&olivia, "me/business_users", &[("fields", "role")]).await;
    assert_eq!(role.body["data"][0]["role"], "EMPLOYEE");
}

/// F30: either side takes the access away by hand.
#[tokio::test]
async fn shares_are_removed_by_hand_from_either_side() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    for asset in [EUR, USD] {
        rig.share(&olivia, asset, NORTHWIND, "[\"ANALYZE\"]").await;
    }
    let remove = async |person: &str, more| rig.act(person, "remove", more).await.status;
    assert_eq!(remove("noah", json!({ "asset": EUR, "principal": NORTHWIND })).await, 422);
    assert_eq!(remove("olivia", json!({ "asset": EUR, "principal": NORTHWIND })).await, 200);
    assert_eq!(remove("olivia", json!({ "asset": EUR, "principal": NORTHWIND })).await, 422);
    assert_eq!(remove("kim", json!({ "principal": { "kind": "portfolio", "id": HARBOUR } })).await, 200);
    let removed = rig.ledger().await.split_off(2);
    assert_eq!(removed, [EUR, USD].map(|asset| format!("remove {asset} {NORTHWIND} ANALYZE")));
    let ledger = rig.control("GET", "ledger", serde_json::Value::Null).await.body;
    assert_eq!(ledger["data"][2]["caller"], json!({ "app": null, "person": "olivia" }));
    assert_eq!(ledger["data"][0]["caller"], json!({ "app": APP, "person": "olivia" }));
}

/// Drift: the client changes by hand what the agency may do.
#[tokio::test]
async fn a_partners_tasks_change_by_hand() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    rig.share(&olivia, EUR, NORTHWIND, "[\"ANALYZE\"]").await;
    let change = async |role| {
        let more = json!({ "asset": EUR, "principal": NORTHWIND, "role": role });
        rig.act("olivia", "change_role", more).await.status
    };
    assert_eq!(change(json!(["MANAGE", "ANALYZE"])).await, 200);
    assert_eq!(change(json!("SWEEP")).await, 422);
    let tasks = rig.get(&olivia, &format!("{EUR}/agencies"), &[("fields", "permitted_tasks")]).await;
    assert_eq!(tasks.body["data"][0]["permitted_tasks"], json!(["ANALYZE", "MANAGE"]));
    assert_eq!(change(json!([])).await, 200);
    assert!(rig.get(&olivia, &format!("{EUR}/agencies"), &[]).await.ids().is_empty());
}

/// META-5; error 3914 in Meta's tables: people come and go, but not the last admin.
#[tokio::test]
async fn people_leave_but_the_last_admin_stays() {
    let rig = rig().await;
    let (kim, noah) = (rig.sign_in("kim").await, rig.sign_in("noah").await);
    assert_eq!(rig.act("kim", "leave", json!({})).await.status, 200);
    assert!(rig.get(&kim, "me/businesses", &[]).await.ids().is_empty());
    assert!(rig.get(&kim, &format!("{NORTHWIND}/client_pages"), &[]).await.ids().is_empty());
    let last = rig.act("elena", "leave", json!({})).await;
    assert_eq!(last.status, 422);
    assert!(last.body["error"].as_str().is_some_and(|sentence| sentence.contains("last admin")));
    assert_eq!(rig.act("olivia", "remove", json!({ "principal": "noah" })).await.status, 200);
    assert!(rig.get(&noah, &format!("{HARBOUR}/owned_pages"), &[]).await.ids().is_empty());
}

/// Inferred: closed accounts can still be shared.
#[tokio::test]
async fn assets_are_renamed_and_closed() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    let page = rig.page_token(&olivia, PAGE).await;
    rig.share(&page, PAGE, NORTHWIND, "[\"ANALYZE\"]").await;
    for (deed, more) in [
        ("rename", json!({ "asset": EUR, "value": "Harbour <new>" })),
        ("close_asset", json!({ "asset": EUR })),
        ("close_asset", json!({ "asset": USD, "value": 2 })),
        ("close_asset", json!({ "asset": { "type": "page", "id": PAGE } })),
    ] {
        assert_eq!(rig.act("olivia", deed, more).await.status, 200, "{deed}");
    }
    let account = rig.get(&olivia, EUR, &[("fields", "name,account_status")]).await.body;
    assert_eq!(account, json!({ "id": EUR, "name": "Harbour <new>", "account_status": 101 }));
    assert_eq!(rig.get(&olivia, USD, &[("fields", "account_status")]).await.body["account_status"], 2);
    assert_eq!(rig.get(&olivia, PAGE, &[]).await.code(), (100, 33));
    assert_eq!(rig.share(&olivia, EUR, NORTHWIND, "[\"ANALYZE\"]").await.code(), (0, 0));
    assert_eq!(rig.ledger().await[1], format!("remove {PAGE} {NORTHWIND} ANALYZE"));
    assert_eq!(rig.act("olivia", "scan_qr", json!({})).await.status, 422);
}
