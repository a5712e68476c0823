//! Sign-in, envelope, header, slashes, scopes and limits. "Authentication", "Return codes", "Rate limits".

use serde_json::json;

use super::{ACCOUNT, AGENCY, APP, BAKERY, OTHER_AGENCY, SECRET, rig, rig_with};

/// "Authentication": under both names, once, for an hour; the token does not end by itself.
#[tokio::test]
async fn an_auth_code_is_exchanged_once_within_an_hour() {
    let rig = rig().await;
    let back = rig.consent("olivia", "confirm", "").await;
    assert_eq!((&back["auth_code"], back["state"].as_str()), (&back["code"], "s1"));
    assert_eq!(rig.exchange(&back["auth_code"], "wrong").await.code(), 40101);
    let reply = rig.exchange(&back["auth_code"], SECRET).await;
    assert_eq!((reply.status, reply.code()), (200, 0));
    assert_eq!(reply.body["data"]["scope"], json!([100, 150, 153, 155, 156, 230]));
    assert!(reply.body["data"]["advertiser_ids"].as_array().is_some_and(|ids| ids.contains(&json!(ACCOUNT))));
    assert_eq!(rig.exchange(&back["auth_code"], SECRET).await.code(), 40110, "a second time");
    let late = rig.consent("olivia", "confirm", "").await;
    rig.later(3_600).await;
    assert_eq!(rig.exchange(&late["auth_code"], SECRET).await.code(), 40110, "after an hour");
    let token = reply.body["data"]["access_token"].as_str().expect("a token").to_owned();
    rig.later(400 * 86_400).await;
    assert_eq!(rig.get(&token, "/user/info/", &[]).await.code(), 0, "it does not expire");
    let body = json!({ "app_id": APP, "secret": SECRET, "access_token": token });
    assert_eq!(rig.post("", "/oauth2/revoke_token/", body).await.code(), 0);
    assert_eq!(rig.get(&token, "/user/info/", &[]).await.code(), 40105, "revoked");
    let denied = rig.consent("olivia", "cancel", "").await;
    assert!(denied.contains_key("error") && !denied.contains_key("auth_code"));
}

/// "Return codes": HTTP 200 whatever happened, and the gateway's 404 without the last slash.
#[tokio::test]
async fn the_status_is_200_and_the_last_slash_belongs_to_the_path() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let query = [("bc_id", BAKERY), ("asset_type", "ADVERTISER")];
    let fine = rig.get(&token, "/bc/asset/admin/get/", &query).await;
    assert_eq!((fine.status, fine.code()), (200, 0));
    assert!(fine.body["request_id"].as_str().is_some_and(|id| !id.is_empty()));
    let refused = rig.get(&token, "/bc/asset/admin/get/", &[("bc_id", BAKERY)]).await;
    assert_eq!((refused.status, refused.code()), (200, 40002));
    let without = rig.get(&token, "/bc/asset/admin/get", &query).await;
    assert_eq!((without.status, without.body), (404, json!("404 page not found")));
    let path = "/business-api.tiktok.com/open_api/v1.2/bc/get/";
    assert_eq!(rig.send("GET", path, &[("access-token", &token)], String::new()).await.code(), 40006);
}

/// "Authentication": the header `Access-Token`, and nothing else.
#[tokio::test]
async fn the_token_comes_in_a_header_of_its_own() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let path = "/business-api.tiktok.com/open_api/v1.3/user/info/";
    let bearer = format!("Bearer {token}");
    let call = |headers: Vec<(&'static str, String)>| {
        let rig = &rig;
        async move {
            let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
            rig.send("GET", path, &headers, String::new()).await.code()
        }
    };
    assert_eq!(call(vec![("access-token", token.clone())]).await, 0);
    assert_eq!(call(vec![("authorization", bearer)]).await, 40104);
    assert_eq!(call(vec![("access-token", "act.other".into())]).await, 40105);
    rig.act("olivia", "revoke_app", json!({})).await;
    assert_eq!(call(vec![("access-token", token)]).await, 40105, "she cancelled the authorisation");
}

/// "Scopes": what the person left out is refused; a parent brings its children.
#[tokio::test]
async fn a_scope_that_was_left_out_is_missing() {
    let rig = rig().await;
    let token = rig.sign_in_without("olivia", "155").await;
    assert_eq!(rig.get(&token, "/bc/get/", &[]).await.code(), 0);
    assert_eq!(rig.get(&token, "/bc/partner/get/", &[("bc_id", BAKERY)]).await.code(), 40001);
    assert_eq!(rig.add_partner(&token, BAKERY, AGENCY, ACCOUNT, "OPERATOR").await.code(), 40001);
    assert!(rig.ledger().await.is_empty());
}

/// Ids have up to 19 digits and are text; a number is refused.
#[tokio::test]
async fn ids_are_text() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let body = json!({ "bc_id": 7_101_234_567_890_123_456_u64, "partner_id": AGENCY });
    assert_eq!(rig.post(&token, "/bc/partner/add/", body).await.code(), 40002);
    let found = rig.get(&token, "/bc/get/", &[]).await;
    assert!(found.body["data"]["list"][0]["bc_info"]["bc_id"].is_string());
}

/// "Rate limits": by app and tier; the basic one has 10 calls a second and 600 a minute.
#[tokio::test]
async fn calls_are_limited_by_the_tier_of_the_app() {
    let rig = rig().await;
    rig.world(|world| world["apps"][APP]["tier"] = json!("basic")).await;
    let (token, other) = (rig.sign_in("olivia").await, rig.sign_in("kim").await);
    for _ in 0..5 {
        assert_eq!(rig.get(&token, "/user/info/", &[]).await.code(), 0);
        assert_eq!(rig.get(&other, "/user/info/", &[]).await.code(), 0);
    }
    let full = rig.get(&other, "/user/info/", &[]).await;
    assert_eq!((full.status, full.code()), (200, 40100), "both people's calls count for the app");
    rig.later(1).await;
    assert_eq!(rig.get(&other, "/user/info/", &[]).await.code(), 0);
}

/// Lists: `page` from 1, `page_size` 10 unless told, at most 50, and 20 for members.
#[tokio::test]
async fn lists_come_in_pages() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let one = [("bc_id", BAKERY), ("asset_type", "ADVERTISER"), ("page_size", "1")];
    let first = rig.get(&token, "/bc/asset/admin/get/", &one).await;
    assert_eq!(first.column("asset_id").len(), 1);
    assert_eq!(first.body["data"]["page_info"]["total_page"], 2);
    for (path, size) in [("/bc/get/", "51"), ("/bc/member/get/", "21")] {
        let query = [("bc_id", BAKERY), ("page_size", size)];
        assert_eq!(rig.get(&token, path, &query).await.code(), 40002, "{path}");
    }
    let query = [("bc_id", BAKERY), ("asset_type", "ADVERTISER"), ("filtering", "{no")];
    assert_eq!(rig.get(&token, "/bc/asset/admin/get/", &query).await.code(), 40002, "filtering is JSON");
}

/// A world file that contradicts itself is refused with a sentence; a state is kept and recalled.
#[tokio::test]
async fn worlds_are_checked_and_kept() {
    let file = std::env::temp_dir().join(format!("tiktok-keep-{}", std::process::id()));
    let token = {
        let rig = rig_with(Some(&file), 3).await;
        assert_eq!(rig.world(|w| w["centers"][BAKERY]["partners"] = json!({ "1": true })).await, 422);
        assert_eq!(rig.world(|w| w["users"]["nobody"] = json!("1")).await, 422);
        let token = rig.sign_in("olivia").await;
        assert_eq!(rig.add_partner(&token, BAKERY, AGENCY, ACCOUNT, "OPERATOR").await.code(), 0);
        token
    };
    let rig = rig_with(Some(&file), 4).await;
    let query = [("bc_id", BAKERY)];
    let partners = rig.get(&token, "/bc/partner/get/", &query).await.column("bc_id");
    assert_eq!(partners, [AGENCY, OTHER_AGENCY]);
    for end in ["", ".key"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
}
