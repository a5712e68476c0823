//! Members of a Business Center: TT-4 to TT-15.

use serde_json::{Value, json};

use super::{ACCOUNT, AGENCY, BAKERY, CATERING, KIM, NOAH, Rig, rig};

const EMAIL: &str = "kim@northwindgrowth.example";

async fn invite(rig: &Rig, token: &str, more: Value) -> i64 {
    let mut body = json!({ "bc_id": BAKERY, "emails": [EMAIL] });
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    rig.post(token, "/bc/member/invite/", body).await.code()
}

/// The row of kim: state, role, finance role.
async fn row(rig: &Rig, token: &str) -> Option<(String, String, Value)> {
    let filtering = json!({ "keyword": EMAIL }).to_string();
    let found = rig.get(token, "/bc/member/get/", &[("bc_id", BAKERY), ("filtering", &filtering)]).await;
    let row = found.body["data"]["list"].as_array()?.first()?.clone();
    let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
    Some((text("relation_status"), text("user_role"), row["ext_user_role"]["finance_role"].clone()))
}

async fn works_on(rig: &Rig, token: &str, user: &str) -> Vec<String> {
    let filtering = json!({ "user_id": user }).to_string();
    let query = [("bc_id", BAKERY), ("asset_type", "ADVERTISER"), ("filtering", &filtering)];
    rig.get(token, "/bc/asset/get/", &query).await.column("asset_id")
}

#[tokio::test]
async fn tt_4_a_role_in_the_business_center_gives_no_asset() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    assert_eq!(invite(&rig, &token, json!({})).await, 0);
    assert_eq!(rig.act("kim", "accept", json!({ "asset": BAKERY })).await, 200);
    assert!(works_on(&rig, &token, KIM).await.is_empty(), "the first layer alone");
    let body = json!({
        "bc_id": BAKERY, "user_id": KIM, "asset_type": "ADVERTISER", "asset_id": ACCOUNT,
        "advertiser_role": "ANALYST",
    });
    assert_eq!(rig.post(&token, "/bc/asset/assign/", body).await.code(), 0);
    assert_eq!(works_on(&rig, &token, KIM).await, [ACCOUNT]);
}

#[tokio::test]
async fn tt_5_a_standard_member_sees_only_what_is_assigned() {
    let rig = rig().await;
    let noah = rig.sign_in("noah").await;
    let query = [("bc_id", BAKERY), ("asset_type", "ADVERTISER")];
    assert_eq!(rig.get(&noah, "/bc/asset/admin/get/", &query).await.code(), 40001);
    assert_eq!(rig.get(&noah, "/bc/asset/get/", &query).await.column("asset_id"), [ACCOUNT]);
    for path in ["/bc/member/get/", "/bc/partner/get/"] {
        assert_eq!(rig.get(&noah, path, &[("bc_id", BAKERY)]).await.code(), 40001, "{path}");
    }
}

#[tokio::test]
async fn tt_6_a_finance_role_comes_on_top_of_either_role() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let more = json!({ "user_role": "ADMIN", "ext_user_role": { "finance_role": "ANALYST" } });
    assert_eq!(invite(&rig, &token, json!({ "ext_user_role": { "finance_role": "OWNER" } })).await, 40002);
    assert_eq!(invite(&rig, &token, more).await, 0);
    let (_, role, finance) = row(&rig, &token).await.expect("invited");
    assert_eq!((role.as_str(), finance), ("ADMIN", json!("ANALYST")));
    let body = json!({ "bc_id": BAKERY, "user_id": NOAH, "ext_user_role": { "finance_role": "MANAGER" } });
    assert_eq!(rig.post(&token, "/bc/member/update/", body).await.code(), 0);
    assert!(rig.ledger().await.contains(&format!("change {BAKERY} {NOAH} FINANCE_MANAGER+STANDARD")));
}

#[tokio::test]
async fn tt_8_only_an_admin_invites() {
    let rig = rig().await;
    for person in ["noah", "kim"] {
        let token = rig.sign_in(person).await;
        assert_eq!(invite(&rig, &token, json!({})).await, 40001, "{person}");
    }
    assert!(rig.ledger().await.is_empty());
}

#[tokio::test]
async fn tt_9_an_invitation_brings_role_finance_role_and_ad_account() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let more = json!({
        "user_role": "STANDARD", "ext_user_role": { "finance_role": "ANALYST" }, "asset_type": "ADVERTISER",
        "asset_ids": [ACCOUNT], "advertiser_role": "OPERATOR",
    });
    assert_eq!(invite(&rig, &token, json!({ "asset_type": "CATALOG" })).await, 40002, "ad accounts only");
    assert_eq!(
        invite(&rig, &token, json!({ "asset_ids": ["7093300000000000021"] })).await,
        40001,
        "not there"
    );
    assert_eq!(invite(&rig, &token, more).await, 0);
    assert_eq!(rig.act("kim", "accept", json!({ "asset": BAKERY })).await, 200);
    assert_eq!(row(&rig, &token).await, Some(("BOUND".into(), "STANDARD".into(), json!("ANALYST"))));
    assert_eq!(works_on(&rig, &token, KIM).await, [ACCOUNT]);
    assert_eq!(
        rig.ledger().await,
        [format!("invite {ACCOUNT} {EMAIL} OPERATOR"), format!("accept {ACCOUNT} {KIM} OPERATOR")]
    );
}

#[tokio::test]
async fn tt_10_a_business_center_is_full_at_a_number_that_can_be_set() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    assert_eq!(invite(&rig, &token, json!({})).await, 0, "4,000 by default");
    rig.world(|world| world["rules"] = json!({ "members": 2 })).await;
    assert_eq!(invite(&rig, &token, json!({})).await, 40002, "olivia and noah are two");
    rig.world(|world| world["rules"] = json!({ "admins": 1 })).await;
    assert_eq!(
        invite(&rig, &token, json!({ "user_role": "ADMIN" })).await,
        40002,
        "one Admin is enough here"
    );
    assert_eq!(invite(&rig, &token, json!({})).await, 0);
}

#[tokio::test]
async fn tt_12_nothing_works_before_the_yes_and_a_lost_mail_is_sent_again() {
    let rig = rig().await;
    let (token, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    assert_eq!(invite(&rig, &token, json!({ "asset_ids": [ACCOUNT] })).await, 0);
    assert_eq!(row(&rig, &token).await.map(|row| row.0).as_deref(), Some("PENDING"));
    assert!(rig.get(&kim, "/bc/get/", &[("bc_id", BAKERY)]).await.column("user_role").is_empty());
    let again = json!({ "user_role": "ADMIN" });
    assert_eq!(invite(&rig, &token, again).await, 0, "inviting again is no error");
    assert_eq!(row(&rig, &token).await.map(|row| row.1).as_deref(), Some("STANDARD"), "and changes nothing");
    assert_eq!(rig.act("olivia", "resend", json!({ "asset": BAKERY, "principal": "kim" })).await, 200);
    assert_eq!(rig.ledger().await.len(), 1, "a mail is no new invitation");
    assert_eq!(rig.act("kim", "accept", json!({ "asset": ACCOUNT })).await, 200);
    assert_eq!(rig.get(&kim, "/bc/get/", &[("bc_id", BAKERY)]).await.column("user_role"), ["STANDARD"]);
    let resent = rig.act("olivia", "resend", json!({ "asset": BAKERY, "principal": "kim" })).await;
    assert_ne!(resent, 200, "nothing waits any more");
}

#[tokio::test]
async fn tt_12_a_declined_invitation_can_be_sent_anew() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    invite(&rig, &token, json!({})).await;
    assert_eq!(rig.act("kim", "decline", json!({ "asset": BAKERY })).await, 200);
    assert_eq!(row(&rig, &token).await.map(|row| row.0).as_deref(), Some("REJECTED"));
    invite(&rig, &token, json!({})).await;
    assert_eq!(row(&rig, &token).await.map(|row| row.0).as_deref(), Some("PENDING"));
}

#[tokio::test]
async fn tt_15_leaving_one_asset_is_not_leaving_the_business_center() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let body = json!({ "bc_id": BAKERY, "user_id": NOAH, "asset_type": "ADVERTISER", "asset_id": ACCOUNT });
    assert_eq!(rig.post(&token, "/bc/asset/unassign/", body.clone()).await.code(), 0);
    assert_eq!(rig.post(&token, "/bc/asset/unassign/", body).await.code(), 40007, "it is gone");
    assert!(works_on(&rig, &token, NOAH).await.is_empty());
    let noah = rig.sign_in("noah").await;
    assert_eq!(rig.get(&noah, "/bc/get/", &[]).await.column("user_role"), ["STANDARD"], "still a member");
    rig.world(|_| {}).await;
    let body = json!({ "bc_id": BAKERY, "user_id": NOAH });
    assert_eq!(rig.post(&token, "/bc/member/delete/", body).await.code(), 0);
    let ledger = rig.ledger().await;
    assert_eq!(
        ledger,
        [format!("revoke {BAKERY} {NOAH} STANDARD"), format!("revoke {ACCOUNT} {NOAH} OPERATOR")]
    );
    assert!(rig.get(&noah, "/bc/get/", &[]).await.column("user_role").is_empty());
}

/// An invitation has no user id yet, so it is withdrawn by its address; the last Admin stays.
#[tokio::test]
async fn an_invitation_is_withdrawn_by_address_and_the_last_admin_stays() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    invite(&rig, &token, json!({})).await;
    let both = json!({ "bc_id": BAKERY, "user_email": EMAIL, "user_id": KIM });
    assert_eq!(rig.post(&token, "/bc/member/delete/", both).await.code(), 40002);
    let body = json!({ "bc_id": BAKERY, "user_email": EMAIL });
    assert_eq!(rig.post(&token, "/bc/member/delete/", body.clone()).await.code(), 0);
    assert_eq!(rig.post(&token, "/bc/member/delete/", body).await.code(), 40007);
    let own = json!({ "bc_id": CATERING, "user_id": "7300000000000000101" });
    assert_eq!(rig.post(&token, "/bc/member/delete/", own).await.code(), 40002);
}

#[tokio::test]
async fn tt_41_the_agencys_people_are_assigned_after_the_share_and_within_it() {
    let rig = rig().await;
    let (token, kim) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    let ravi = "7300000000000000108";
    let assign = |role: &str| {
        json!({
            "bc_id": AGENCY, "user_id": ravi, "asset_type": "ADVERTISER", "asset_id": ACCOUNT,
            "advertiser_role": role,
        })
    };
    assert_eq!(rig.post(&kim, "/bc/asset/assign/", assign("ANALYST")).await.code(), 40001, "not shared yet");
    rig.add_partner(&token, BAKERY, AGENCY, ACCOUNT, "OPERATOR").await;
    assert_eq!(rig.post(&kim, "/bc/asset/assign/", assign("ADMIN")).await.code(), 40001, "more than shared");
    assert_eq!(rig.post(&kim, "/bc/asset/assign/", assign("OPERATOR")).await.code(), 0);
}
