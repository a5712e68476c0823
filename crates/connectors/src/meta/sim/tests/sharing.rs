//! `/{asset}/agencies`, the edge this product is about.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_share_is_made_read_and_ended_and_the_ledger_knows() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    let page = rig.page_token(&olivia, PAGE).await;
    let tasks = "[\"MANAGE\",\"CREATE_CONTENT\",\"MODERATE\",\"ADVERTISE\"]";
    assert_eq!(rig.share(&page, PAGE, NORTHWIND, tasks).await.body, json!({ "success": true }));
    assert_eq!(rig.share(&olivia, EUR, NORTHWIND, "['ADVERTISE']").await.body, json!({ "success": true }));
    let fields = [("fields", "id,name,access_status,permitted_tasks,access_requested_time")];
    let partner = rig.get(&page, &format!("{PAGE}/agencies"), &fields).await.body["data"][0].clone();
    // Observed by implementers: other names, and more of them.
    let names = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MANAGE", "MANAGE_LEADS", "MESSAGING", "MODERATE"];
    let expected = json!({
        "id": NORTHWIND,
        "name": "Northwind Growth",
        "access_status": "CONFIRMED",
        "permitted_tasks": names.map(|name| format!("PROFILE_PLUS_{name}")),
        "access_requested_time": "2026-11-01T10:00:00+0000",
    });
    assert_eq!(partner, expected);
    let account = rig.get(&olivia, &format!("{EUR}/agencies"), &fields).await.body["data"][0].clone();
    assert_eq!(account["permitted_tasks"], json!(["ADVERTISE", "ANALYZE"]));
    let kim = rig.sign_in("kim").await;
    let received =
        rig.get(&kim, &format!("{NORTHWIND}/client_ad_accounts"), &[("fields", "permitted_tasks")]).await;
    assert!(received.ids().contains(&EUR));
    for _ in 0..2 {
        let gone = rig.call(&page, "DELETE", &format!("{PAGE}/agencies"), &[("business", NORTHWIND)]).await;
        assert_eq!(gone.body, json!({ "success": true }), "a second time as well");
    }
    assert!(rig.get(&page, &format!("{PAGE}/agencies"), &[]).await.ids().is_empty());
    let expected = [
        format!("grant {PAGE} {NORTHWIND} ADVERTISE+CREATE_CONTENT+MANAGE+MODERATE"),
        format!("grant {EUR} {NORTHWIND} ADVERTISE"),
        format!("revoke {PAGE} {NORTHWIND} ADVERTISE+CREATE_CONTENT+MANAGE+MODERATE"),
    ];
    assert_eq!(rig.ledger().await, expected);
}

/// META-9; codes by Meta docs: Page agencies, business-to-business guide, error tables, 2026-11.
#[tokio::test]
async fn every_refusal_has_its_code_and_changes_nothing() {
    let rig = rig().await;
    let (olivia, noah) = (rig.sign_in("olivia").await, rig.sign_in("noah").await);
    let (mia, kim) = (rig.sign_in("mia").await, rig.sign_in("kim").await);
    let page = rig.page_token(&olivia, PAGE).await;
    let noahs_page = rig.page_token(&noah, PAGE).await;
    let mias_page = rig.page_token(&mia, MIAS_PAGE).await;
    let hotel = rig.get(&kim, &format!("{NORTHWIND}/client_ad_accounts"), &[]).await;
    let hotel = hotel.ids()[0].to_owned();
    rig.share(&olivia, USD, TIDEWATER, "[\"ANALYZE\"]").await;
    let analyze = "[\"ANALYZE\"]";
    for (why, token, asset, business, tasks, code) in [
        ("already shared, same tasks", &olivia, USD, TIDEWATER, analyze, (3989, 0)),
        ("already shared, other tasks", &olivia, USD, TIDEWATER, "[\"MANAGE\"]", (3989, 0)),
        ("own portfolio", &olivia, EUR, HARBOUR, analyze, (3946, 0)),
        ("unknown portfolio", &olivia, EUR, "999999999999999", analyze, (100, 0)),
        ("no number", &olivia, EUR, "northwind", analyze, (100, 0)),
        ("no business", &olivia, EUR, "", analyze, (100, 0)),
        ("unknown task", &olivia, EUR, NORTHWIND, "[\"CREATE_CONTENT\"]", (100, 0)),
        ("no array", &olivia, EUR, NORTHWIND, "ANALYZE", (100, 0)),
        ("unknown Page task", &page, PAGE, NORTHWIND, "[\"DRAFT\"]", (100, 0)),
        ("a user token on a Page", &olivia, PAGE, NORTHWIND, analyze, (190, 2_069_032)),
        ("another Page's token", &page, CATERING, NORTHWIND, analyze, (190, 2_069_032)),
        ("a Page token on an ad account", &page, EUR, NORTHWIND, analyze, (100, 33)),
        ("partial access, ad account", &noah, EUR, NORTHWIND, analyze, (200, 0)),
        ("partial access, Page", &noahs_page, PAGE, NORTHWIND, analyze, (200, 0)),
        ("a partner shares on", &kim, &hotel, TIDEWATER, analyze, (200, 0)),
        ("a stranger", &mia, EUR, NORTHWIND, analyze, (200, 0)),
        ("a personal ad account", &mia, MIAS_ACCOUNT, NORTHWIND, analyze, (100, 0)),
        ("a personal Page", &mias_page, MIAS_PAGE, NORTHWIND, analyze, (100, 0)),
        ("an unknown id", &olivia, "act_99999999", NORTHWIND, analyze, (100, 33)),
    ] {
        assert_eq!(rig.share(token, asset, business, tasks).await.code(), code, "{why}");
    }
    let wrong =
        rig.share(&olivia, EUR, NORTHWIND, "[\"ANALYZE\",\"FLY\"]").await.body["error"]["message"].clone();
    let wrong = wrong.as_str().expect("a message");
    assert!(
        wrong.contains("permitted_tasks[1] must be one of {MANAGE, ADVERTISE, ANALYZE, DRAFT"),
        "{wrong}"
    );
    assert_eq!(rig.ledger().await, [format!("grant {USD} {TIDEWATER} ANALYZE")]);
    let unshare = rig.call(&noah, "DELETE", &format!("{USD}/agencies"), &[("business", TIDEWATER)]).await;
    assert_eq!((unshare.code(), unshare.status), ((200, 0), 403));
    assert!(
        unshare.body["error"]["error_user_msg"].is_string()
            && unshare.body["error"]["fbtrace_id"].is_string()
    );
}

/// Meta docs: business-to-business guide, 2026-11.
#[tokio::test]
async fn a_second_admin_approves_or_declines_and_nobody_approves_their_own() {
    let rig = rig().await;
    let (liam, kim) = (rig.sign_in("liam").await, rig.sign_in("kim").await);
    let accounts = rig.get(&liam, &format!("{VENTURES}/owned_ad_accounts"), &[]).await;
    let ids = accounts.ids();
    let [first, second, third] = [ids[0], ids[1], ids[2]];
    for id in [first, second, third] {
        let reply = rig.share(&liam, id, NORTHWIND, "[\"ANALYZE\"]").await;
        assert_eq!(reply.body, json!({ "success": true, "requires_admin_approval": true }));
    }
    assert_eq!(rig.share(&liam, first, NORTHWIND, "[\"ANALYZE\"]").await.code(), (3989, 0));
    let status = async |id: &str| {
        rig.get(&liam, &format!("{id}/agencies"), &[("fields", "access_status")]).await.body["data"][0]
            ["access_status"]
            .clone()
    };
    assert_eq!(status(first).await, "PENDING");
    let received = async || {
        let reply = rig.get(&kim, &format!("{NORTHWIND}/client_ad_accounts"), &[("limit", "100")]).await;
        reply.ids().contains(&first)
    };
    assert!(!received().await, "the agency has nothing yet");
    assert_eq!(rig.act("liam", "approve", json!({ "asset": first })).await.status, 422);
    assert_eq!(
        rig.act("ada", "approve", json!({ "asset": first, "principal": NORTHWIND })).await.status,
        200
    );
    assert_eq!(rig.act("ada", "decline", json!({ "asset": second })).await.status, 200);
    rig.call(&liam, "DELETE", &format!("{third}/agencies"), &[("business", NORTHWIND)]).await;
    assert_eq!(status(first).await, "CONFIRMED");
    assert!(received().await);
    let row = |what: &str, id: &str| format!("{what} {id} {NORTHWIND} ANALYZE");
    let asked = [row("request", first), row("request", second), row("request", third)];
    let ended = [row("approve", first), row("decline", second), row("withdraw", third)];
    assert_eq!(rig.ledger().await, [asked, ended].concat());
}

/// Error 415 in Meta's tables; apps without access to sharing: business-to-business guide, 2026-11.
#[tokio::test]
async fn two_factor_and_app_access_are_enforced() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    rig.edit_world(|meta| {
        meta["portfolios"][HARBOUR]["two_factor_required"] = json!(true);
        meta["users"]["olivia"]["two_factor"] = json!(false);
    })
    .await;
    assert_eq!(rig.share(&olivia, EUR, NORTHWIND, "[\"ANALYZE\"]").await.code(), (415, 0));
    assert_eq!(rig.get(&olivia, &format!("{HARBOUR}/owned_pages"), &[]).await.code(), (415, 0));
    rig.edit_world(|meta| {
        meta["users"]["olivia"]["two_factor"] = json!(true);
        meta["apps"][APP]["advanced_access"] = json!(false);
    })
    .await;
    assert_eq!(rig.share(&olivia, EUR, NORTHWIND, "[\"ANALYZE\"]").await.code(), (3, 0));
    assert!(rig.ledger().await.is_empty());
}

/// Either side ends the whole relationship, or the agency drops one asset.
#[tokio::test]
async fn relationships_end_from_both_sides() {
    let rig = rig().await;
    let (olivia, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    let page = rig.page_token(&olivia, PAGE).await;
    let analyze = "[\"ANALYZE\"]";
    let share_all = async || {
        rig.share(&page, PAGE, NORTHWIND, analyze).await;
        rig.share(&olivia, EUR, NORTHWIND, analyze).await;
    };
    share_all().await;
    let (agencies, clients) = (format!("{HARBOUR}/agencies"), format!("{NORTHWIND}/clients"));
    assert_eq!(rig.get(&olivia, &agencies, &[]).await.ids(), [NORTHWIND]);
    let fields = [("fields", "name,page_permissions,adaccount_permissions"), ("limit", "50")];
    let rows = rig.get(&kim, &clients, &fields).await.body["data"].clone();
    let harbour =
        rows.as_array().expect("a list").iter().find(|row| row["id"] == HARBOUR).expect("the client").clone();
    assert_eq!(harbour["page_permissions"][0]["id"], PAGE);
    assert_eq!(harbour["adaccount_permissions"][0]["access_status"], "CONFIRMED");
    rig.call(&olivia, "DELETE", &agencies, &[("business", NORTHWIND)]).await;
    assert!(rig.get(&olivia, &agencies, &[]).await.ids().is_empty());
    share_all().await;
    let drop = rig.call(&kim, "DELETE", &format!("{NORTHWIND}/ad_accounts"), &[("adaccount_id", EUR)]).await;
    assert_eq!(drop.body, json!({ "success": true }));
    let again = rig.call(&kim, "DELETE", &format!("{NORTHWIND}/ad_accounts"), &[("adaccount_id", EUR)]).await;
    assert_eq!(again.code(), (3996, 0));
    rig.call(&kim, "DELETE", &clients, &[("business", HARBOUR)]).await;
    assert!(rig.get(&olivia, &agencies, &[]).await.ids().is_empty());
    let revoked = rig.ledger().await.iter().filter(|row| row.starts_with("revoke")).count();
    assert_eq!(revoked, 4);
}

#[tokio::test]
async fn a_fault_may_hide_a_share_from_reads_for_a_while() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia").await;
    let fault = json!([{ "host": "graph.facebook.com", "method": "POST", "path": "/v26.0/*/agencies",
                         "kind": "eventual", "ms": 30_000 }]);
    rig.control("PUT", "faults", fault).await;
    assert_eq!(rig.share(&olivia, EUR, NORTHWIND, "[\"ANALYZE\"]").await.code(), (0, 0));
    let seen = async || rig.get(&olivia, &format!("{EUR}/agencies"), &[]).await.ids().len();
    assert_eq!(seen().await, 0);
    assert_eq!(
        rig.share(&olivia, EUR, NORTHWIND, "[\"ANALYZE\"]").await.code(),
        (3989, 0),
        "it is there in truth"
    );
    rig.control("PUT", "clock", json!({ "advance_s": 30 })).await;
    assert_eq!(seen().await, 1);
}
