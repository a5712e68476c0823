//! TikTok accounts and requests made from the agency's side: TT-24 to TT-27, TT-32 to TT-42.

use serde_json::json;

use super::{ACCOUNT, AGENCY, BAKERY, Rig, SHARED, rig};

/// Olivia's profile, which lies in her Business Center, and zoe's, which lies in none.
const BAKERYS: &str = "7170000000000000042";
const ZOES: &str = "7170000000000000059";
const ZOES_ADS: &str = "7093400000000000055";
const PIXEL: &str = "7160000000000000023";
const RAVI: &str = "7300000000000000108";

/// The address that a new code of this Business Center holds.
async fn code(rig: &Rig, token: &str, center: &str) -> String {
    let made = rig.get(token, "/bc/asset/account/authorization/", &[("bc_id", center)]).await;
    made.body["data"]["bc_auth_qr_code"].as_str().unwrap_or_default().to_owned()
}

async fn scan(rig: &Rig, person: &str, account: &str, address: &str) -> u16 {
    rig.act(person, "scan", json!({ "asset": account, "value": address })).await
}

async fn profiles(rig: &Rig, token: &str, center: &str) -> Vec<String> {
    let query = [("bc_id", center), ("asset_type", "TT_ACCOUNT")];
    rig.get(token, "/bc/asset/admin/get/", &query).await.column("tt_asset_handle")
}

#[tokio::test]
async fn tt_24_an_admin_shares_a_tiktok_account_with_a_partner_by_hand() {
    let rig = rig().await;
    let (token, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    rig.add_partner(&token, BAKERY, AGENCY, ACCOUNT, "OPERATOR").await;
    let share = json!({ "asset": BAKERYS, "principal": AGENCY, "role": ["POST"] });
    assert_ne!(rig.act("noah", "share", share.clone()).await, 200, "no Admin");
    assert_eq!(rig.act("olivia", "share", share).await, 200);
    assert_eq!(profiles(&rig, &kim, AGENCY).await, ["harbourbakery"]);
}

#[tokio::test]
async fn tt_25_an_account_that_is_not_linked_is_in_no_list_and_cannot_be_shared() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    assert_eq!(profiles(&rig, &token, BAKERY).await, ["harbourbakery"]);
    let share = json!({ "asset": ZOES, "principal": AGENCY, "role": ["POST"] });
    assert_ne!(rig.act("olivia", "share", share).await, 200);
    let address = code(&rig, &token, BAKERY).await;
    assert_eq!(scan(&rig, "zoe", ZOES, &address).await, 200, "linked first");
    assert_eq!(profiles(&rig, &token, BAKERY).await, ["harbourbakery", "zoe.lindqvist"]);
}

#[tokio::test]
async fn tt_26_without_the_owners_permission_there_is_no_way_to_share_on() {
    let rig = rig().await;
    rig.world(|world| {
        world["assets"][BAKERYS]["may_be_shared"] = json!(false);
        world["centers"][BAKERY]["partners"][AGENCY] = json!(true);
    })
    .await;
    let share = json!({ "asset": BAKERYS, "principal": AGENCY, "role": ["POST"] });
    assert_ne!(rig.act("olivia", "share", share.clone()).await, 200, "there is no tab Partners");
    assert_ne!(rig.act("noah", "allow_sharing", json!({ "asset": BAKERYS })).await, 200, "not his profile");
    assert_eq!(rig.act("olivia", "allow_sharing", json!({ "asset": BAKERYS })).await, 200);
    assert_eq!(rig.act("olivia", "share", share).await, 200);
}

#[tokio::test]
async fn tt_32_only_ad_accounts_and_tiktok_accounts_can_be_requested() {
    let rig = rig().await;
    for asset in [PIXEL, "7150000000000000017", BAKERYS] {
        let ask = json!({ "asset": asset, "principal": AGENCY, "role": ["ADMIN"] });
        assert_ne!(rig.act("kim", "request", ask).await, 200, "{asset}");
    }
    assert!(rig.ledger().await.is_empty());
}

#[tokio::test]
async fn tt_33_an_ad_account_is_requested_by_its_id_and_waits() {
    let rig = rig().await;
    let kim = rig.sign_in("kim").await;
    let ask = |role: &str| json!({ "asset": ACCOUNT, "principal": AGENCY, "role": [role] });
    assert_ne!(rig.act("ravi", "request", ask("OPERATOR")).await, 200, "no Admin");
    assert_eq!(rig.act("kim", "request", ask("OPERATOR")).await, 200);
    let query = [("bc_id", AGENCY), ("asset_type", "ADVERTISER")];
    let row = rig.get(&kim, "/bc/asset/admin/get/", &query).await;
    assert_eq!(
        (row.column("relation_status"), row.column("advertiser_role")),
        (vec!["PENDING".into()], vec!["OPERATOR".into()])
    );
    let assign = json!({
        "bc_id": AGENCY, "user_id": RAVI, "asset_type": "ADVERTISER", "asset_id": ACCOUNT, "advertiser_role": "ANALYST",
    });
    assert_eq!(
        rig.post(&kim, "/bc/asset/assign/", assign).await.code(),
        40001,
        "nothing works before the yes"
    );
}

#[tokio::test]
async fn tt_35_whether_it_is_the_media_agency_is_asked_of_who_wants_to_work() {
    let rig = rig().await;
    let ask = |role: &str| json!({ "asset": ACCOUNT, "principal": AGENCY, "role": [role], "value": true });
    assert_ne!(rig.act("kim", "request", ask("ANALYST")).await, 200);
    assert_eq!(rig.act("kim", "request", ask("OPERATOR")).await, 200);
    assert_eq!(
        rig.act("olivia", "approve_request", json!({ "asset": ACCOUNT, "principal": AGENCY })).await,
        200
    );
    let state = rig.send("GET", "/_sim/world", &[], String::new()).await.body;
    assert_eq!(
        state["platforms"]["tiktok"]["assets"][ACCOUNT]["media_agency"], AGENCY,
        "and the label shows"
    );
}

#[tokio::test]
async fn tt_36_the_owners_admin_says_yes_by_hand_or_whoever_owns_it() {
    let rig = rig().await;
    let kim = rig.sign_in("kim").await;
    for account in [ACCOUNT, SHARED, ZOES_ADS] {
        let ask = json!({ "asset": account, "principal": AGENCY, "role": ["ANALYST"] });
        assert_eq!(rig.act("kim", "request", ask).await, 200, "{account}");
    }
    let of = |account: &str| json!({ "asset": account, "principal": AGENCY });
    for (person, account) in [("noah", ACCOUNT), ("kim", ACCOUNT), ("olivia", ZOES_ADS)] {
        assert_ne!(rig.act(person, "approve_request", of(account)).await, 200, "{person}");
    }
    assert_eq!(rig.act("olivia", "approve_request", of(ACCOUNT)).await, 200);
    assert_eq!(rig.act("olivia", "decline_request", of(SHARED)).await, 200);
    assert_eq!(rig.act("zoe", "approve_request", of(ZOES_ADS)).await, 200);
    let query = [("bc_id", AGENCY), ("asset_type", "ADVERTISER")];
    let rows = rig.get(&kim, "/bc/asset/admin/get/", &query).await;
    assert_eq!(rows.column("asset_id"), [ACCOUNT, ZOES_ADS]);
    assert_eq!(rows.column("relation_status"), ["BOUND", "BOUND"]);
}

#[tokio::test]
async fn tt_37_a_code_is_made_by_an_admin_and_scanned_by_the_profiles_owner() {
    let rig = rig().await;
    let (kim, ravi) = (rig.sign_in("kim").await, rig.sign_in("ravi").await);
    let refused = rig.get(&ravi, "/bc/asset/account/authorization/", &[("bc_id", AGENCY)]).await;
    assert_eq!(refused.code(), 40001, "no Admin");
    let address = code(&rig, &kim, AGENCY).await;
    assert!(profiles(&rig, &kim, AGENCY).await.is_empty(), "a code alone changes nothing");
    assert_ne!(scan(&rig, "olivia", ZOES, &address).await, 200, "not her profile");
    assert_ne!(scan(&rig, "zoe", ZOES, "https://www.tiktok.com/business/scan/other").await, 200);
    assert_eq!(scan(&rig, "zoe", ZOES, &address).await, 200);
    assert_eq!(profiles(&rig, &kim, AGENCY).await, ["zoe.lindqvist"]);
    assert_eq!(rig.ledger().await, [format!("approve {ZOES} {AGENCY} POST")]);
}

/// The page that the code opens says who asks for what, and is the owner's to answer.
#[tokio::test]
async fn tt_27_the_page_behind_the_code_names_existing_posts_and_new_videos() {
    let rig = rig().await;
    let kim = rig.sign_in("kim").await;
    let address = code(&rig, &kim, AGENCY).await;
    let path = address.replace("https://", "/");
    let cookie = [("cookie", "sim_tiktok_profile=zoe")];
    let page = rig.send("GET", &path, &cookie, String::new()).await;
    for words in ["Northwind Growth", "zoe.lindqvist", "EXISTING_POSTS", "NEW_VIDEOS"] {
        assert!(page.body.as_str().is_some_and(|html| html.contains(words)), "{words}");
    }
    rig.send("POST", &path, &cookie, "answer=deny".into()).await;
    assert!(rig.ledger().await.is_empty());
    rig.send("POST", &path, &cookie, "answer=allow".into()).await;
    assert_eq!(rig.ledger().await, [format!("approve {ZOES} {AGENCY} POST")]);
}

#[tokio::test]
async fn tt_38_delivering_ads_is_not_managing_the_profile_and_hangs_on_no_ad_account() {
    let rig = rig().await;
    let kim = rig.sign_in("kim").await;
    let address = code(&rig, &kim, AGENCY).await;
    assert_eq!(scan(&rig, "zoe", ZOES, &address).await, 200);
    let query = [("bc_id", AGENCY), ("asset_type", "TT_ACCOUNT")];
    let row = rig.get(&kim, "/bc/asset/admin/get/", &query).await;
    assert_eq!(row.body["data"]["list"][0]["tt_account_roles"], json!(["POST"]), "posts, and nothing more");
    assert!(rig.received(&kim, AGENCY).await.is_empty(), "no ad account came with it");
    assert_eq!(rig.act("zoe", "unlink", json!({ "asset": ZOES, "principal": AGENCY })).await, 200);
    assert!(profiles(&rig, &kim, AGENCY).await.is_empty(), "its owner ends it");
}

#[tokio::test]
async fn tt_39_a_code_ends_and_a_new_one_works() {
    let rig = rig().await;
    let kim = rig.sign_in("kim").await;
    let old = code(&rig, &kim, AGENCY).await;
    rig.later(600).await;
    assert_ne!(scan(&rig, "zoe", ZOES, &old).await, 200);
    let new = code(&rig, &kim, AGENCY).await;
    assert_ne!(old, new);
    assert_eq!(scan(&rig, "zoe", ZOES, &new).await, 200);
}

#[tokio::test]
async fn tt_40_an_account_and_a_business_center_are_full_at_numbers_that_can_be_set() {
    let rig = rig().await;
    for rule in ["centers_of_an_account", "accounts_of_a_center"] {
        rig.world(|world| world["rules"] = json!({ rule: 1 })).await;
        let (olivia, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
        let (first, second) = (code(&rig, &kim, AGENCY).await, code(&rig, &olivia, BAKERY).await);
        assert_eq!(scan(&rig, "zoe", ZOES, &first).await, 200);
        assert_eq!(scan(&rig, "zoe", ZOES, &first).await, 200, "the same one again takes no room");
        if rule == "centers_of_an_account" {
            assert_ne!(scan(&rig, "zoe", ZOES, &second).await, 200, "a second Business Center");
        } else {
            assert_ne!(scan(&rig, "olivia", BAKERYS, &first).await, 200, "a second account");
        }
    }
}

#[tokio::test]
async fn tt_41_an_account_that_came_by_a_code_is_assigned_to_people_afterwards() {
    let rig = rig().await;
    let kim = rig.sign_in("kim").await;
    let assign = json!({
        "bc_id": AGENCY, "user_id": RAVI, "asset_type": "TT_ACCOUNT", "asset_id": ZOES, "tt_account_roles": ["POST"],
    });
    assert_eq!(rig.post(&kim, "/bc/asset/assign/", assign.clone()).await.code(), 40001, "not there yet");
    let address = code(&rig, &kim, AGENCY).await;
    assert_eq!(scan(&rig, "zoe", ZOES, &address).await, 200);
    assert_eq!(rig.post(&kim, "/bc/asset/assign/", assign).await.code(), 0);
    let body = json!({ "bc_id": AGENCY, "asset_type": "TT_ACCOUNT", "asset_ids": [ZOES] });
    assert_eq!(rig.post(&kim, "/bc/asset/admin/delete/", body.clone()).await.code(), 0);
    assert_eq!(rig.post(&kim, "/bc/asset/admin/delete/", body).await.code(), 40007, "it is gone");
}
