//! Partners and what is shared with them: TT-16 to TT-31, TT-44.

use serde_json::json;

use super::{ACCOUNT, AGENCY, ALDER, BAKERY, CATERING, OTHER_AGENCY, SHARED, SPA, rig};

const TIKTOK_ACCOUNT: &str = "7170000000000000042";
const CATALOG: &str = "7150000000000000017";

#[tokio::test]
async fn tt_16_a_tiktok_account_is_shared_only_after_the_partner_was_added() {
    let rig = rig().await;
    let share = json!({ "asset": TIKTOK_ACCOUNT, "principal": AGENCY, "role": ["POST"] });
    assert_ne!(rig.act("olivia", "share", share.clone()).await, 200, "step B before step A");
    let token = rig.sign_in("olivia").await;
    assert_eq!(
        rig.post(&token, "/bc/partner/add/", json!({ "bc_id": BAKERY, "partner_id": AGENCY })).await.code(),
        0
    );
    assert_eq!(rig.act("olivia", "share", share).await, 200);
}

#[tokio::test]
async fn tt_17_sharing_needs_an_admin_and_two_business_centers() {
    let rig = rig().await;
    let (token, noah) = (rig.sign_in("olivia").await, rig.sign_in("noah").await);
    assert_eq!(rig.add_partner(&noah, BAKERY, AGENCY, ACCOUNT, "ANALYST").await.code(), 40001, "no Admin");
    for (partner, code) in [("7100000000000000000", 40007), (BAKERY, 40007), ("abc", 40002), (AGENCY, 0)] {
        assert_eq!(
            rig.add_partner(&token, BAKERY, partner, ACCOUNT, "ANALYST").await.code(),
            code,
            "{partner}"
        );
    }
    let liam = rig.sign_in("liam").await;
    let account = "7093300000000000021";
    assert_eq!(rig.add_partner(&liam, ALDER, AGENCY, account, "ANALYST").await.code(), 40001);
}

#[tokio::test]
async fn tt_18_one_call_adds_the_partner_and_shares_owned_ad_accounts() {
    let rig = rig().await;
    let (token, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    let more = json!({
        "bc_id": BAKERY, "partner_id": AGENCY, "asset_type": "ADVERTISER", "asset_ids": [ACCOUNT, SHARED],
    });
    assert_eq!(rig.post(&token, "/bc/partner/add/", more).await.code(), 0);
    assert_eq!(rig.received(&kim, AGENCY).await, [ACCOUNT, SHARED]);
    let entries = [ACCOUNT, SHARED].map(|id| format!("grant {id} {AGENCY} ANALYST"));
    assert_eq!(rig.ledger().await, entries, "the role left out is the lowest one");
    let other = rig.add_partner(&token, CATERING, AGENCY, ACCOUNT, "ANALYST").await;
    assert_eq!(other.code(), 40001, "another Business Center owns it");
    let on = rig.add_partner(&kim, AGENCY, OTHER_AGENCY, ACCOUNT, "ANALYST").await;
    assert_eq!(on.code(), 40001, "who received it cannot share it on");
    let ids: Vec<_> = (0..51).map(|n| n.to_string()).collect();
    let many = json!({ "bc_id": BAKERY, "partner_id": AGENCY, "asset_type": "ADVERTISER", "asset_ids": ids });
    assert_eq!(rig.post(&token, "/bc/partner/add/", many).await.code(), 40011);
}

#[tokio::test]
async fn tt_22_the_call_takes_ad_accounts_and_nothing_else() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    for (of, id) in [("TT_ACCOUNT", TIKTOK_ACCOUNT), ("CATALOG", CATALOG), ("PIXEL", "7160000000000000023")] {
        let body = json!({ "bc_id": BAKERY, "partner_id": AGENCY, "asset_type": of, "asset_ids": [id] });
        assert_eq!(rig.post(&token, "/bc/partner/add/", body).await.code(), 40002, "{of}");
    }
    assert_eq!(rig.add_partner(&token, BAKERY, AGENCY, CATALOG, "ANALYST").await.code(), 40001);
    assert!(rig.ledger().await.is_empty(), "not even a partnership");
}

#[tokio::test]
async fn tt_23_where_partners_accept_nothing_is_usable_before() {
    let rig = rig().await;
    rig.world(|world| world["rules"] = json!({ "partners": "pending" })).await;
    let (token, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    assert_eq!(rig.add_partner(&token, BAKERY, AGENCY, ACCOUNT, "OPERATOR").await.code(), 0);
    let query =
        [("bc_id", BAKERY), ("partner_id", AGENCY), ("asset_type", "ADVERTISER"), ("share_type", "SHARING")];
    let status = rig.get(&token, "/bc/partner/asset/get/", &query).await.column("relation_status");
    assert_eq!(status, ["PENDING"]);
    let body = json!({
        "bc_id": AGENCY, "user_id": "7300000000000000108", "asset_type": "ADVERTISER", "asset_id": ACCOUNT,
        "advertiser_role": "ANALYST",
    });
    assert_eq!(rig.post(&kim, "/bc/asset/assign/", body.clone()).await.code(), 40001);
    assert_ne!(rig.act("sam", "accept_partner", json!({ "asset": BAKERY })).await, 200, "another agency");
    assert_eq!(rig.act("kim", "accept_partner", json!({ "asset": BAKERY })).await, 200);
    assert_eq!(rig.post(&kim, "/bc/asset/assign/", body).await.code(), 0, "at once");
    let ledger = rig.ledger().await;
    let wanted =
        [format!("request {ACCOUNT} {AGENCY} OPERATOR"), format!("approve {ACCOUNT} {AGENCY} OPERATOR")];
    assert_eq!(ledger[..2], wanted);
}

#[tokio::test]
async fn tt_28_removing_a_partner_cuts_off_everyone_in_it() {
    let rig = rig().await;
    let (token, kim, ravi) =
        (rig.sign_in("olivia").await, rig.sign_in("kim").await, rig.sign_in("ravi").await);
    rig.add_partner(&token, BAKERY, AGENCY, ACCOUNT, "OPERATOR").await;
    rig.add_partner(&token, BAKERY, AGENCY, SHARED, "ANALYST").await;
    let body = json!({
        "bc_id": AGENCY, "user_id": "7300000000000000108", "asset_type": "ADVERTISER", "asset_id": ACCOUNT,
        "advertiser_role": "OPERATOR",
    });
    assert_eq!(rig.post(&kim, "/bc/asset/assign/", body).await.code(), 0);
    let query = [("bc_id", AGENCY), ("asset_type", "ADVERTISER")];
    assert_eq!(rig.get(&ravi, "/bc/asset/get/", &query).await.column("asset_id"), [ACCOUNT]);
    let body = json!({ "bc_id": BAKERY, "partner_id": AGENCY });
    assert_eq!(rig.post(&token, "/bc/partner/delete/", body.clone()).await.code(), 0);
    assert_eq!(rig.post(&token, "/bc/partner/delete/", body).await.code(), 40007);
    assert!(rig.received(&kim, AGENCY).await.is_empty());
    assert!(rig.get(&ravi, "/bc/asset/get/", &query).await.column("asset_id").is_empty());
    let lost = rig.ledger().await.into_iter().filter(|entry| entry.starts_with("revoke"));
    let wanted = [
        format!("revoke {BAKERY} {AGENCY} "),
        format!("revoke {ACCOUNT} {AGENCY} OPERATOR"),
        format!("revoke {SHARED} {AGENCY} ANALYST"),
    ];
    assert_eq!(lost.collect::<Vec<_>>(), wanted, "what goes with it");
}

#[tokio::test]
async fn tt_29_a_partners_admins_cannot_change_what_they_were_given() {
    let rig = rig().await;
    let (token, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    rig.add_partner(&token, BAKERY, AGENCY, ACCOUNT, "ANALYST").await;
    for center in [BAKERY, AGENCY] {
        assert_ne!(rig.add_partner(&kim, center, AGENCY, ACCOUNT, "ADMIN").await.code(), 0, "{center}");
    }
    assert_eq!(rig.ledger().await.len(), 1);
}

#[tokio::test]
async fn tt_30_a_role_is_raised_in_place_and_lowered_only_by_sharing_anew() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let add = |role: &'static str| rig.add_partner(&token, BAKERY, AGENCY, ACCOUNT, role);
    for (role, code) in [("ANALYST", 0), ("OPERATOR", 0), ("OPERATOR", 0), ("ANALYST", 40002)] {
        assert_eq!(add(role).await.code(), code, "{role}");
    }
    let body =
        json!({ "bc_id": BAKERY, "partner_id": AGENCY, "asset_type": "ADVERTISER", "asset_ids": [ACCOUNT] });
    assert_eq!(rig.post(&token, "/bc/partner/asset/delete/", body.clone()).await.code(), 0);
    assert_eq!(rig.post(&token, "/bc/partner/asset/delete/", body).await.code(), 40007);
    assert_eq!(add("ANALYST").await.code(), 0);
    let operations: Vec<_> =
        rig.ledger().await.iter().filter_map(|e| e.split(' ').next().map(str::to_owned)).collect();
    assert_eq!(operations, ["grant", "change", "revoke", "grant"]);
}

#[tokio::test]
async fn tt_31_several_partners_hold_one_ad_account_each_with_a_role_of_its_own() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    assert_eq!(rig.add_partner(&token, BAKERY, AGENCY, SHARED, "ADMIN").await.code(), 0);
    let query = [("bc_id", BAKERY), ("asset_type", "ADVERTISER"), ("asset_id", SHARED)];
    let partners = rig.get(&token, "/bc/asset/partner/get/", &query).await.column("bc_id");
    assert_eq!(partners, [AGENCY, OTHER_AGENCY]);
    for (partner, role) in [(AGENCY, "ADMIN"), (OTHER_AGENCY, "ANALYST")] {
        let query = [
            ("bc_id", BAKERY),
            ("partner_id", partner),
            ("asset_type", "ADVERTISER"),
            ("share_type", "SHARING"),
        ];
        let found = rig.get(&token, "/bc/partner/asset/get/", &query).await;
        assert_eq!(found.column("advertiser_role"), [role], "{partner}");
    }
}

/// Transfers: never of what another Business Center owns, never back, after verification where it is asked for.
#[tokio::test]
async fn tt_44_an_ad_account_is_moved_only_when_nobody_owns_it_by_a_business_center() {
    let rig = rig().await;
    let (own, zoes) = (ACCOUNT, "7093400000000000055");
    assert_ne!(rig.act("olivia", "transfer", json!({ "asset": own, "principal": CATERING })).await, 200);
    assert_ne!(
        rig.act("olivia", "transfer", json!({ "asset": zoes, "principal": BAKERY })).await,
        200,
        "not hers"
    );
    let admin = |world: &mut serde_json::Value| {
        world["centers"][CATERING]["members"]["zoe"] = json!({ "role": "ADMIN" });
        world["centers"][CATERING]["verification"] = json!("REVIEWING");
    };
    let to = json!({ "asset": zoes, "principal": CATERING });
    rig.world(|world| {
        admin(world);
        world["rules"] = json!({ "verified_areas": ["DE"] });
    })
    .await;
    assert_ne!(rig.act("zoe", "transfer", to.clone()).await, 200, "verification comes first");
    rig.world(admin).await;
    assert_eq!(rig.act("zoe", "transfer", to.clone()).await, 200);
    assert_ne!(rig.act("zoe", "transfer", to).await, 200, "it cannot be undone");
}

/// `/bc/pixel/transfer/`: a pixel that no Business Center owns, whose ad account is in this one.
#[tokio::test]
async fn a_pixel_is_moved_in_with_its_ad_account_and_once() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let code = "C8HARBOUR0CATER001X";
    let to = |center: &str| json!({ "bc_id": center, "pixel_code": code });
    assert_eq!(
        rig.post(&token, "/bc/pixel/transfer/", to(BAKERY)).await.code(),
        40001,
        "its account is elsewhere"
    );
    let moved = rig.post(&token, "/bc/pixel/transfer/", to(CATERING)).await;
    assert_eq!(moved.body["data"]["asset_id"], "7160000000000000031");
    assert_eq!(rig.post(&token, "/bc/pixel/transfer/", to(CATERING)).await.code(), 40001, "not twice");
    let link = json!({
        "bc_id": BAKERY, "pixel_code": "C8HARBOUR0BAKERY01X", "advertiser_ids": [SHARED],
        "relation_status": "LINK",
    });
    assert_eq!(rig.post(&token, "/bc/pixel/link/update/", link).await.code(), 0);
    let query = [("bc_id", BAKERY), ("pixel_code", "C8HARBOUR0BAKERY01X")];
    assert_eq!(
        rig.get(&token, "/bc/pixel/link/get/", &query).await.column("advertiser_id"),
        [ACCOUNT, SHARED]
    );
}

/// Return codes 40118 and 40001: regions, verification, a Business Center that TikTok has punished.
#[tokio::test]
async fn regions_and_verification_stand_against_sharing() {
    let rig = rig().await;
    let (token, liam) = (rig.sign_in("olivia").await, rig.sign_in("liam").await);
    let spa = "7093300000000000039";
    assert_eq!(rig.add_partner(&liam, SPA, AGENCY, spa, "ANALYST").await.code(), 40001, "punished");
    rig.world(|world| world["rules"] = json!({ "restricted_areas": ["DE"] })).await;
    assert_eq!(rig.add_partner(&token, BAKERY, AGENCY, ACCOUNT, "ANALYST").await.code(), 40118);
    rig.world(|world| {
        world["rules"] = json!({ "verified_areas": ["DE"] });
        world["centers"][BAKERY]["verification"] = json!("EXPIRED");
    })
    .await;
    assert_eq!(rig.add_partner(&token, BAKERY, AGENCY, ACCOUNT, "ANALYST").await.code(), 40001);
    assert!(rig.ledger().await.is_empty());
}
