//! Signing in and what a token may do. GitHub docs: "Authorizing OAuth apps", "Scopes for OAuth apps".

use super::*;

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

#[tokio::test]
async fn a_code_works_once_for_ten_minutes_with_its_verifier() {
    let rig = rig().await;
    let pkce = [("scope", ALL), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let error = |reply: Reply| (reply.status, reply.body["error"].clone());
    let bad = (200, json!("bad_verification_code"));
    let back = rig.consent("olivia", &pkce, "1").await;
    assert_eq!(back["state"], "s1");
    let with = [("code", back["code"].as_str()), ("code_verifier", VERIFIER)];
    assert_eq!(rig.exchange(&with).await.body["token_type"], "bearer");
    assert_eq!(error(rig.exchange(&with).await), bad, "twice");
    let other = rig.consent("olivia", &pkce, "1").await;
    assert_eq!(error(rig.exchange(&[("code", &other["code"]), ("code_verifier", "x")]).await), bad);
    let late = rig.consent("olivia", &pkce, "1").await;
    rig.later(600).await;
    assert_eq!(error(rig.exchange(&[("code", &late["code"]), ("code_verifier", VERIFIER)]).await), bad);
    let wrong = [("code", "x"), ("client_secret", "x")];
    assert_eq!(error(rig.exchange(&wrong).await).1, "incorrect_client_credentials");
    let denied = rig.consent("olivia", &pkce, "0").await;
    assert_eq!((denied["error"].as_str(), denied.get("code")), ("access_denied", None));
}

#[tokio::test]
async fn answers_are_forms_unless_json_is_asked_for() {
    let rig = rig().await;
    let back = rig.consent("olivia", &[("scope", "read:org")], "1").await;
    let form = format!("client_id={APP}&client_secret={SECRET}&code={}", back["code"]);
    let reply = rig.send("POST", "/github.com/login/oauth/access_token", &[], form).await;
    assert!(reply.body.as_str().is_some_and(|text| text.starts_with("access_token=gho_")), "{}", reply.body);
}

#[tokio::test]
async fn a_foreign_address_gets_nobody_anywhere() {
    let rig = rig().await;
    let path =
        format!("/github.com/login/oauth/authorize?client_id={APP}&redirect_uri=https://evil.example/");
    let page = rig.send("GET", &path, &[], String::new()).await;
    assert_eq!(page.status, 400);
    let path = "/github.com/login/oauth/authorize?client_id=unknown&redirect_uri=http://localhost:1/";
    assert_eq!(rig.send("GET", path, &[], String::new()).await.status, 400);
}

/// Scopes are normalised: what another one brings is dropped from the list.
#[tokio::test]
async fn a_token_says_its_scopes_and_does_no_more() {
    let rig = rig().await;
    let token = rig.sign_in("olivia", "read:org admin:org repo repo:invite nonsense").await;
    let me = rig.get(&token, "user").await;
    assert_eq!(me.header("x-oauth-scopes"), "admin:org, repo");
    assert_eq!((&me.body["login"], me.header("x-ratelimit-limit")), (&json!("olivia-reyes"), "5000"));
    let small = rig.sign_in("olivia", "read:org").await;
    let refused = rig.call(&small, "PUT", &format!("{BAKERY}/memberships/{KIM}"), json!({})).await;
    assert_eq!((refused.status, refused.header("x-accepted-oauth-scopes")), (403, "admin:org"));
    assert_eq!(rig.get(&small, RECIPES).await.status, 404, "private, and no scope for that");
    assert_eq!(rig.get("gho_unknown", "user").await.status, 401);
    rig.act("olivia", "revoke_app", json!({})).await;
    assert_eq!(rig.get(&token, "user").await.body["message"], "Bad credentials");
}

/// GitHub docs: "Rate limits for the REST API".
#[tokio::test]
async fn the_limit_is_counted_by_person_and_hour() {
    let rig = rig().await;
    let token = rig.sign_in("olivia", ALL).await;
    rig.edit_world(|world| world["limits"]["calls_per_hour"] = json!(2)).await;
    for left in ["1", "0"] {
        assert_eq!(rig.get(&token, "user").await.header("x-ratelimit-remaining"), left);
    }
    let refused = rig.get(&token, "user").await;
    assert_eq!((refused.status, refused.header("x-ratelimit-remaining")), (403, "0"));
    assert_eq!(refused.header("x-ratelimit-reset"), "1793530800", "an hour after the first call");
    rig.later(3600).await;
    assert_eq!(rig.get(&token, "user").await.status, 200);
}
