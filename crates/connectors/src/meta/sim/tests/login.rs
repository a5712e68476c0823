//! Dialog, codes and tokens.

use serde_json::{Value, json};

use super::*;

#[tokio::test]
async fn a_wrong_link_is_explained_to_the_person_and_goes_nowhere() {
    let rig = rig().await;
    let right =
        [("client_id", APP), ("redirect_uri", CALLBACK), ("response_type", "code"), ("scope", "email")];
    for (name, value, status) in [
        ("state", "", 200),
        ("client_id", "12345", 400),
        ("redirect_uri", "https://access.example/callback/meta", 200),
        ("redirect_uri", "https://access.example/callback/meta/", 400),
        ("redirect_uri", "http://127.0.0.1:8080/callback/meta", 400),
        ("redirect_uri", "https://localhost.evil.example/", 400),
        ("response_type", "token", 400),
        ("config_id", "1", 400),
        ("scope", "email,fly_to_the_moon", 400),
    ] {
        let form: Vec<_> =
            right.iter().copied().filter(|(key, _)| *key != name).chain([(name, value)]).collect();
        let page = rig.send("GET", "/www.facebook.com/v26.0/dialog/oauth", &form, "").await;
        assert_eq!(page.status, status, "{name}={value}");
        assert!(page.headers.get("location").is_none(), "{name}={value}");
        assert!(page.body.as_str().is_some_and(|html| html.contains("not the real site")), "{name}={value}");
    }
}

#[tokio::test]
async fn a_person_is_remembered_and_somebody_else_can_still_log_in() {
    let rig = rig().await;
    let form = [("client_id", APP), ("redirect_uri", CALLBACK), ("config_id", CONFIG)];
    let page =
        rig.send("GET", "/www.facebook.com/v26.0/dialog/oauth", &form, "a=b; sim_meta_person=liam").await;
    let html = page.body.as_str().expect("a page");
    assert!(html.contains("Continue as Liam O&#39;Connor"));
    assert!(
        html.contains("data-testid=\"sim-login-olivia\"") && html.contains("data-testid=\"sim-login-liam\"")
    );
    assert!(html.contains("action=\"/www.facebook.com/login/\""), "forms work under the path prefix");
    let confirm = rig.send("GET", "/www.facebook.com/v26.0/dialog/oauth/confirm", &form, "").await;
    assert_eq!(confirm.status, 303, "nobody is logged in");
}

/// Meta docs: Facebook Login for Business, 2026-11.
#[tokio::test]
async fn business_login_is_all_or_none_and_classic_login_lets_people_untick() {
    let rig = rig().await;
    let scope = ("scope", "business_management,ads_read");
    let back = rig.dialog("olivia", &[scope], &[("answer", "allow"), ("scope", "ads_read")]).await;
    let token =
        rig.exchange(&[("code", &back["code"]), ("redirect_uri", CALLBACK)]).await.body["access_token"]
            .clone();
    let token = token.as_str().expect("a token");
    let status = |reply: Reply| {
        let rows = reply.body["data"].as_array().expect("rows").clone();
        let declined = rows.iter().filter(|row| row["status"] == "declined");
        declined.map(|row| row["permission"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!(status(rig.get(token, "me/permissions", &[]).await), [json!("business_management")]);
    assert_eq!(rig.get(token, "me/businesses", &[]).await.code(), (200, 0));
    // What was declined is not offered again unless the app asks to.
    rig.dialog(
        "olivia",
        &[scope],
        &[("answer", "allow"), ("scope", "ads_read"), ("scope", "business_management")],
    )
    .await;
    assert_eq!(status(rig.get(token, "me/permissions", &[]).await), [json!("business_management")]);
    let again = [("answer", "allow"), ("scope", "ads_read"), ("scope", "business_management")];
    rig.dialog("olivia", &[scope, ("auth_type", "rerequest")], &again).await;
    assert!(status(rig.get(token, "me/permissions", &[]).await).is_empty());
    rig.dialog("noah", &[("config_id", CONFIG)], &[("answer", "allow")]).await;
    let denied = rig.dialog("noah", &[("config_id", CONFIG)], &[("answer", "deny")]).await;
    let expected = [("error", "access_denied"), ("error_reason", "user_denied"), ("state", "s1")];
    assert!(expected.iter().all(|(name, value)| denied[*name] == *value), "{denied:?}");
}

#[tokio::test]
async fn a_code_works_once_for_ten_minutes_for_its_address_and_app() {
    let rig = rig().await;
    let allow = [("answer", "allow")];
    let config = [("config_id", CONFIG)];
    let code = rig.dialog("olivia", &config, &allow).await["code"].clone();
    let with = |code: &str, uri: &str| {
        [("code".to_owned(), code.to_owned()), ("redirect_uri".to_owned(), uri.to_owned())]
    };
    let exchange = async |code: &str, uri: &str| {
        let form = with(code, uri);
        let form: Vec<_> = form.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        rig.exchange(&form).await.code()
    };
    assert_eq!(exchange("AQBmadeup", CALLBACK).await, (100, 0));
    assert_eq!(exchange(&code, "http://localhost:8080/other").await, (100, 36_008));
    assert_eq!(exchange(&code, CALLBACK).await, (0, 0));
    assert_eq!(exchange(&code, CALLBACK).await, (100, 36_009));
    let late = rig.dialog("olivia", &config, &allow).await["code"].clone();
    rig.control("PUT", "clock", json!({ "advance_s": 600 })).await;
    assert_eq!(exchange(&late, CALLBACK).await, (100, 36_007));
    let fresh = rig.dialog("olivia", &config, &allow).await["code"].clone();
    let form = [("client_id", APP), ("client_secret", "wrong"), ("code", &fresh), ("redirect_uri", CALLBACK)];
    let wrong = rig.send("POST", "/graph.facebook.com/v26.0/oauth/access_token", &form, "").await;
    assert_eq!((wrong.code(), wrong.status), ((1, 0), 500));
}

/// Subcodes by Meta docs: handling errors, 2026-11. Lifetimes of Page tokens are recalled.
#[tokio::test]
async fn tokens_die_each_in_their_own_way() {
    let rig = rig().await;
    let short = rig.sign_in_briefly("olivia").await;
    let long = rig.sign_in("olivia").await;
    let page = rig.page_token(&long, PAGE).await;
    let short_page = rig.page_token(&short, PAGE).await;
    assert_eq!(rig.page_token(&long, PAGE).await, page, "the same question gets the same token");
    rig.control("PUT", "clock", json!({ "advance_s": 2 * 3600 })).await;
    assert_eq!(rig.get(&short, "me", &[]).await.code(), (190, 463));
    assert_eq!(rig.get(&short_page, PAGE, &[]).await.code(), (190, 463));
    rig.control("PUT", "clock", json!({ "advance_s": 60 * 86_400 })).await;
    assert_eq!(rig.get(&long, "me", &[]).await.code(), (190, 463));
    assert_eq!(
        rig.get(&page, PAGE, &[]).await.code(),
        (0, 0),
        "a Page token from a long token does not expire"
    );
    rig.act("olivia", "change_role", json!({ "asset": PAGE, "role": [] })).await;
    assert_eq!(rig.get(&page, PAGE, &[]).await.code(), (190, 467), "it dies with the task");
    let token = rig.sign_in("olivia").await;
    rig.act("olivia", "change_password", json!({})).await;
    assert_eq!(rig.get(&token, "me", &[]).await.code(), (190, 460));
    let token = rig.sign_in("olivia").await;
    rig.act("olivia", "revoke_app", json!({})).await;
    assert_eq!(rig.get(&token, "me", &[]).await.code(), (190, 458));
    let token = rig.sign_in("olivia").await;
    assert_eq!(rig.call(&token, "DELETE", "me/permissions", &[]).await.body["success"], true);
    assert_eq!(rig.get(&token, "me", &[]).await.code(), (190, 458));
    assert_eq!(rig.get("EAABnonsense", "me", &[]).await.code(), (190, 0));
}

#[tokio::test]
async fn the_proof_is_checked_and_may_be_required() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let me = "/graph.facebook.com/v26.0/me";
    let bare = [("access_token", token.as_str())];
    let wrong = [("access_token", token.as_str()), ("appsecret_proof", "00ff")];
    assert_eq!(rig.send("GET", me, &bare, "").await.body["error"]["type"], "GraphMethodException");
    assert_eq!(rig.send("GET", me, &wrong, "").await.code(), (100, 0));
    rig.edit_world(|meta| meta["apps"][APP]["require_appsecret_proof"] = json!(false)).await;
    assert_eq!(rig.send("GET", me, &bare, "").await.body["name"], "Olivia Reyes", "tokens outlive a reset");
    assert_eq!(rig.send("GET", me, &wrong, "").await.code(), (100, 0));
}

#[tokio::test]
async fn debug_token_tells_the_app_about_a_token() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let ask = async |key: &str| {
        let form = [("input_token", token.as_str()), ("access_token", key)];
        rig.send("GET", "/graph.facebook.com/v26.0/debug_token", &form, "").await
    };
    let data = ask(&format!("{APP}|{SECRET}")).await.body["data"].clone();
    assert_eq!(
        (&data["is_valid"], &data["type"], &data["app_id"]),
        (&json!(true), &json!("USER"), &json!(APP))
    );
    assert_eq!(
        data["expires_at"].as_i64().zip(data["issued_at"].as_i64()).map(|(a, b)| a - b),
        Some(60 * 86_400)
    );
    assert_eq!(ask(&format!("{APP}|wrong")).await.code(), (100, 0));
    rig.act("olivia", "revoke_app", json!({})).await;
    let data = ask(&format!("{APP}|{SECRET}")).await.body["data"].clone();
    assert_eq!((&data["is_valid"], &data["error"]["subcode"]), (&json!(false), &json!(458)));
}

#[tokio::test]
async fn every_secret_is_in_the_register() {
    let rig = rig().await;
    let token = rig.sign_in("olivia").await;
    let page = rig.page_token(&token, PAGE).await;
    let issued = rig.control("GET", "secrets", Value::Null).await.body["data"].clone();
    let issued = issued.as_array().expect("a list");
    for (kind, value) in [("access_token", token.as_str()), ("page_token", &page), ("client_secret", SECRET)]
    {
        assert!(issued.iter().any(|row| row["kind"] == kind && row["value"] == value), "{kind}");
    }
    assert_eq!(issued.iter().filter(|row| row["kind"] == "code").count(), 1);
}
