//! The creator authorisation: which account is somebody's. "TikTok accounts", portal docs?id=1738373141733378.

use serde_json::{Value, json};

use super::{APP, CALLBACK, Reply, Rig, SECRET, form, rig};

const USERNAME: &str = "user.info.username";

impl Rig {
    /// The owner says yes to these permissions; the code that the app gets back.
    async fn creator_code(&self, person: &str, scopes: &[&str]) -> String {
        let asked = "user.info.basic,user.info.username";
        let query = form(&[
            ("client_key", APP),
            ("response_type", "code"),
            ("scope", asked),
            ("redirect_uri", CALLBACK),
            ("state", "s1"),
        ]);
        let next = format!("/v2/auth/authorize/?{query}");
        let body = form(&[("person", person), ("next", &next)]);
        let login = self.send("POST", "/www.tiktok.com/creator/login", &[], body).await;
        assert_eq!(login.status, 303, "{}", login.body);
        let ticked: Vec<_> = scopes.iter().map(|scope| ("scope", *scope)).collect();
        let body = form(&[&[("answer", "allow")], ticked.as_slice()].concat());
        let cookie = format!("sim_tiktok_profile={person}");
        let back = self.send("POST", &login.location, &[("cookie", &cookie)], body).await;
        let url = url::Url::parse(&back.location).expect("an address");
        url.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned()
    }

    async fn creator(&self, path: &str, body: Value) -> Reply {
        self.post("", &format!("/tt_user/{path}/"), body).await
    }

    async fn redeem(&self, code: &str) -> Reply {
        let body = json!({ "client_id": APP, "client_secret": SECRET, "grant_type": "authorization_code",
            "auth_code": code, "redirect_uri": CALLBACK });
        self.creator("oauth2/token", body).await
    }

    async fn renew(&self, token: &Value, secret: &str) -> Reply {
        let body = json!({ "client_id": APP, "client_secret": secret, "grant_type": "refresh_token",
            "refresh_token": token });
        self.creator("oauth2/refresh_token", body).await
    }

    /// The name that `business/get` tells.
    async fn name(&self, held: &Value, id: &str) -> Reply {
        let token = held["access_token"].as_str().expect("a token");
        self.get(token, "/business/get/", &[("business_id", id), ("fields", "[\"username\"]")]).await
    }
}

#[tokio::test]
async fn a_creators_code_works_once_and_its_token_for_a_day_and_its_refresh_for_a_year() {
    let rig = rig().await;
    let code = rig.creator_code("zoe", &["user.info.basic", USERNAME]).await;
    let reply = rig.redeem(&code).await;
    let held = reply.body["data"].clone();
    assert_eq!((reply.status, reply.code(), held["expires_in"].as_i64()), (200, 0, Some(86_400)));
    assert_eq!(held["refresh_token_expires_in"], 31_536_000);
    assert_eq!(rig.redeem(&code).await.code(), 40110, "once");
    let id = held["open_id"].as_str().expect("an id");
    assert_eq!(rig.name(&held, id).await.body["data"]["username"], "zoe.lindqvist");
    rig.later(86_400).await;
    assert_eq!(rig.name(&held, id).await.code(), 40102, "the day is over");
    assert_eq!(rig.renew(&held["refresh_token"], "wrong").await.code(), 40101);
    let new = rig.renew(&held["refresh_token"], SECRET).await.body["data"].clone();
    assert_eq!((&new["open_id"], rig.name(&new, id).await.code()), (&held["open_id"], 0));
    assert_ne!(new["refresh_token"], held["refresh_token"]);
    assert_eq!(rig.renew(&held["refresh_token"], SECRET).await.code(), 40107, "it was spent");
    rig.later(365 * 86_400).await;
    assert_eq!(rig.renew(&new["refresh_token"], SECRET).await.code(), 40103, "the year is over");
}

#[tokio::test]
async fn what_a_creator_left_out_is_not_told_and_what_was_ended_is_over() {
    let rig = rig().await;
    let code = rig.creator_code("zoe", &["user.info.basic"]).await;
    let held = rig.redeem(&code).await.body["data"].clone();
    let info = |app: &str| json!({ "app_id": app, "access_token": held["access_token"] });
    let told = rig.creator("token_info/get", info(APP)).await;
    assert_eq!(
        (&told.body["data"]["creator_id"], &told.body["data"]["scope"]),
        (&held["open_id"], &json!("user.info.basic"))
    );
    assert_eq!(
        rig.creator("token_info/get", info("7000000000000000000")).await.code(),
        40101,
        "another app's"
    );
    let id = held["open_id"].as_str().expect("an id");
    assert_eq!(rig.name(&held, id).await.code(), 40001, "the name was left out");
    assert_eq!(rig.name(&held, "_000somebody").await.code(), 40001, "somebody else's account");
    let token = held["access_token"].as_str().expect("a token");
    assert_eq!(rig.get(token, "/bc/get/", &[]).await.code(), 40105, "it opens no Business Center");
    let end = json!({ "client_id": APP, "client_secret": SECRET, "access_token": token });
    assert_eq!(rig.creator("oauth2/revoke", end).await.code(), 0);
    assert_eq!(rig.creator("token_info/get", info(APP)).await.code(), 40105);
    assert!(rig.ledger().await.is_empty(), "nothing of it gives access");
}
