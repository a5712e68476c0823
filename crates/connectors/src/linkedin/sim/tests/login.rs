//! Signing in, and what outlives the process. "Authorization code flow", learn.microsoft.com/linkedin.

use super::*;

#[tokio::test]
async fn a_code_works_once_for_half_an_hour_at_its_own_address() {
    let rig = rig().await;
    let error = |reply: Reply| (reply.status, reply.body["error"].clone());
    let bad = (400, json!("invalid_request"));
    let back = rig.consent("olivia", ALL, "allow").await;
    assert_eq!(back["state"], "s1");
    let code = [("code", back["code"].as_str())];
    let elsewhere = [code[0], ("redirect_uri", "http://localhost:9/callback/linkedin")];
    assert_eq!(error(rig.exchange(&elsewhere).await), bad, "another address");
    let taken = rig.exchange(&code).await.body;
    assert_eq!((&taken["expires_in"], &taken["scope"]), (&json!(5_184_000), &json!("openid,profile,rw_ads")));
    assert_eq!(taken.get("refresh_token"), None, "only some apps are given one");
    assert_eq!(error(rig.exchange(&code).await), bad, "twice");
    let late = rig.consent("olivia", ALL, "allow").await;
    rig.later(1800).await;
    assert_eq!(error(rig.exchange(&[("code", &late["code"])]).await), bad);
    let wrong = [("code", "x"), ("client_secret", "x")];
    assert_eq!(error(rig.exchange(&wrong).await), (401, json!("invalid_client")));
    let denied = rig.consent("olivia", ALL, "cancel").await;
    assert_eq!((denied["error"].as_str(), denied.get("code")), ("user_cancelled_authorize", None));
}

/// The app is given scopes by LinkedIn: what it was not given is refused before anybody is asked.
#[tokio::test]
async fn a_foreign_address_and_a_foreign_scope_lead_nowhere() {
    let rig = rig().await;
    let start = |pairs: Pairs<'_>| {
        let all = [&[("response_type", "code"), ("client_id", APP)], pairs].concat();
        format!("/www.linkedin.com/oauth/v2/authorization?{}", form(&all))
    };
    let open = async |pairs: Pairs<'_>| rig.send("GET", &start(pairs), &[], String::new()).await;
    assert_eq!(open(&[("redirect_uri", "https://evil.example/")]).await.status, 400);
    assert_eq!(open(&[]).await.status, 400);
    let refused = open(&[("redirect_uri", CALLBACK), ("scope", "openid w_everything")]).await;
    assert!(refused.location.contains("error=unauthorized_scope_error"), "{}", refused.location);
}

#[tokio::test]
async fn a_token_ends_after_sixty_days_or_when_the_app_is_taken_back() {
    let rig = rig().await;
    let find = "adAccountUsers?q=authenticatedUser";
    let first = rig.sign_in("olivia", ALL).await;
    assert_eq!(rig.get(&first, find).await.status, 200);
    assert_eq!(rig.get("AQunknown", find).await.body["code"], "INVALID_ACCESS_TOKEN");
    rig.act("olivia", "revoke_app", json!({})).await;
    assert_eq!(rig.get(&first, find).await.body["code"], "REVOKED_ACCESS_TOKEN");
    let second = rig.sign_in("olivia", ALL).await;
    rig.later(60 * 24 * 3600).await;
    let over = rig.get(&second, find).await;
    assert_eq!((over.status, &over.body["code"]), (401, &json!("EXPIRED_ACCESS_TOKEN")));
}

#[tokio::test]
async fn who_signed_in_is_told_with_an_id_for_this_app() {
    let rig = rig().await;
    let token = rig.sign_in("kim", "openid profile r_ads").await;
    let bearer = format!("Bearer {token}");
    let me =
        rig.send("GET", "/api.linkedin.com/v2/userinfo", &[("authorization", &bearer)], String::new()).await;
    assert_eq!(me.body, json!({"sub": KIM, "name": "Kim Park"}));
}

#[tokio::test]
async fn sign_ins_and_roles_outlive_the_process() {
    let name = format!("valetkey-linkedin-{}", &Random::system().token().expose()[..12]);
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir(&folder).expect("a new folder");
    let file = folder.join("simulators.json");
    let before = rig_with(Some(&file), 7).await;
    let token = before.sign_in("olivia", ALL).await;
    let body = user(BAKERY, KIM, "VIEWER");
    assert_eq!(before.call(&token, "PUT", &key(BAKERY, KIM), body).await.status, 201);
    before.sims.stop().await;
    let after = rig_with(Some(&file), 8).await;
    assert_eq!(after.get(&token, &key(BAKERY, KIM)).await.body["role"], "VIEWER");
    after.sims.stop().await;
    std::fs::remove_dir_all(&folder).expect("removed");
}
