//! Who has which role. "Ad Account Users API", "Account Access Controls", "Error messages", read 2026-11-23.

use super::*;

/// PUT creates or replaces, POST changes what is there, DELETE ends it; a repeat changes nothing.
#[tokio::test]
async fn a_role_is_given_changed_and_taken_away() {
    let rig = rig().await;
    let token = rig.sign_in("olivia", ALL).await;
    let path = key(BAKERY, KIM);
    assert_eq!(rig.get(&token, &path).await.status, 404);
    let change = json!({"patch": {"$set": {"role": "CAMPAIGN_MANAGER"}}});
    let partial = [("x-restli-method", "PARTIAL_UPDATE")];
    assert_eq!(rig.call_with(&token, "POST", &path, change.clone(), &partial).await.status, 404);
    for _ in 0..2 {
        assert_eq!(rig.call(&token, "PUT", &path, user(BAKERY, KIM, "VIEWER")).await.status, 201);
    }
    assert_eq!(rig.get(&token, &path).await.body, user(BAKERY, KIM, "VIEWER"));
    assert_eq!(
        rig.call(&token, "POST", &path, change.clone()).await.status,
        400,
        "the header says which POST"
    );
    assert_eq!(rig.call_with(&token, "POST", &path, change, &partial).await.status, 204);
    assert_eq!(rig.call(&token, "DELETE", &path, Value::Null).await.status, 204);
    assert_eq!(rig.call(&token, "DELETE", &path, Value::Null).await.status, 404);
    let expected = ["grant", "change", "revoke"].map(|operation| {
        let role = if operation == "grant" { "VIEWER" } else { "CAMPAIGN_MANAGER" };
        format!("{operation} {BAKERY} {KIM} {role}")
    });
    assert_eq!(rig.ledger().await, expected);
}

#[tokio::test]
async fn only_those_who_manage_users_give_roles_and_only_with_the_wide_scope() {
    let rig = rig().await;
    let body = || user(BAKERY, KIM, "VIEWER");
    let olivia = rig.sign_in("olivia", "openid r_ads").await;
    assert_eq!(rig.call(&olivia, "PUT", &key(BAKERY, KIM), body()).await.status, 403, "r_ads reads only");
    assert_eq!(rig.get(&olivia, &format!("adAccounts/{BAKERY}")).await.status, 200);
    let noah = rig.sign_in("noah", ALL).await;
    let refused = rig.call(&noah, "PUT", &key(BAKERY, KIM), body()).await;
    assert_eq!((refused.status, &refused.body["code"]), (403, &json!("ACCESS_DENIED")), "a campaign manager");
    assert_eq!(rig.call(&noah, "DELETE", &key(BAKERY, OLIVIA), Value::Null).await.status, 403);
    let ravi = rig.sign_in("ravi", ALL).await;
    assert_eq!(rig.get(&ravi, &format!("adAccounts/{BAKERY}")).await.status, 403, "no role at all");
    let none = rig.sign_in("olivia", "openid").await;
    assert_eq!(rig.get(&none, "adAccountUsers?q=authenticatedUser").await.status, 403, "no scope for ads");
    assert_eq!(rig.ledger().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_a_call_says_has_to_fit_together() {
    let rig = rig().await;
    let token = rig.sign_in("olivia", ALL).await;
    let put = async |path: &str, body: Value| rig.call(&token, "PUT", path, body).await.status;
    let path = key(BAKERY, KIM);
    assert_eq!(put(&path, user(BAKERY, OLIVIA, "VIEWER")).await, 400, "another user in the body");
    assert_eq!(put(&path, user(CATERING, KIM, "VIEWER")).await, 400, "another account in the body");
    assert_eq!(put(&path, user(BAKERY, KIM, "OWNER")).await, 400, "no such role");
    assert_eq!(
        put(&path.replace(':', "="), user(BAKERY, KIM, "VIEWER")).await,
        400,
        "equals signs (observed)"
    );
    assert_eq!(put(&path.replace("%3A", ":"), user(BAKERY, KIM, "VIEWER")).await, 400, "values not encoded");
    assert_eq!(
        put(&key(BAKERY, "Zz9strange"), user(BAKERY, "Zz9strange", "VIEWER")).await,
        404,
        "another app's id"
    );
    assert_eq!(put(&key("99999999", KIM), user("99999999", KIM, "VIEWER")).await, 403, "no such account");
    let billing = user(BAKERY, KIM, "ACCOUNT_BILLING_ADMIN");
    assert_eq!(put(&path, billing).await, 422, "there is one billing admin");
    assert_eq!(rig.ledger().await, Vec::<String>::new());
}

/// "Versioning": a version has to be named, and an old one is answered with 426. Keys need protocol 2.
#[tokio::test]
async fn every_call_names_a_version_that_is_served() {
    let rig = rig().await;
    let token = rig.sign_in("olivia", ALL).await;
    for (header, value, status) in [
        ("linkedin-version", "", 400),
        ("linkedin-version", "202401", 426),
        ("linkedin-version", "soon", 426),
        ("x-restli-protocol-version", "1.0.0", 400),
    ] {
        let path = "adAccountUsers?q=authenticatedUser";
        let reply = rig.call_with(&token, "GET", path, Value::Null, &[(header, value)]).await;
        assert_eq!(reply.status, status, "{header}: {value}");
    }
}

#[tokio::test]
async fn finders_list_in_pages() {
    let rig = rig().await;
    let token = rig.sign_in("olivia", ALL).await;
    let own = rig.get(&token, "adAccountUsers?q=authenticatedUser").await.body;
    let accounts: Vec<_> =
        own["elements"].as_array().expect("rows").iter().map(|r| r["account"].clone()).collect();
    let urn = |id: &str| format!("urn:li:sponsoredAccount:{id}");
    assert_eq!(accounts, [urn(BAKERY), urn(CATERING)]);
    let find = format!("adAccountUsers?q=accounts&accounts=urn%3Ali%3AsponsoredAccount%3A{BAKERY}");
    let users = rig.get(&token, &format!("{find}&start=1&count=1")).await.body;
    assert_eq!(users["elements"], json!([user(BAKERY, OLIVIA, "ACCOUNT_BILLING_ADMIN")]));
    assert_eq!((&users["paging"]["start"], &users["paging"]["total"]), (&json!(1), &json!(2)));
    assert_eq!(rig.get(&token, &format!("{find}&count=1001")).await.status, 400);
    assert_eq!(rig.get(&token, "adAccountUsers?q=everybody").await.status, 400);
}

#[tokio::test]
async fn people_change_roles_by_hand() {
    let rig = rig().await;
    let on = |who: &str| json!({"asset": BAKERY, "principal": who});
    assert_eq!(rig.act("noah", "remove", on("olivia")).await, 422, "a campaign manager may not");
    let role = json!({"asset": BAKERY, "principal": "noah", "role": "VIEWER"});
    assert_eq!(rig.act("olivia", "change_role", role).await, 200);
    assert_eq!(rig.act("noah", "leave", json!({"asset": BAKERY})).await, 200);
    assert_eq!(rig.act("olivia", "remove", on("noah")).await, 422, "is not there any more");
    assert_eq!(rig.act("olivia", "dance", on("noah")).await, 422);
    let noah = "Rb2_yHc9Pz";
    let expected = [format!("change {BAKERY} {noah} VIEWER"), format!("remove {BAKERY} {noah} VIEWER")];
    assert_eq!(rig.ledger().await, expected);
}

/// A world file that contradicts itself is refused, and nothing has changed then.
#[tokio::test]
async fn a_world_with_strangers_is_refused() {
    let rig = rig().await;
    let world = rig.send("GET", "/_sim/world", &[], String::new()).await.body;
    for (path, value) in [
        ("/platforms/linkedin/members", json!({"nobody": "Ab3dEf6h"})),
        ("/platforms/linkedin/members/kim", json!(OLIVIA)),
        ("/platforms/linkedin/accounts/507118642/users", json!({"Zz9strange": "VIEWER"})),
        (
            "/platforms/linkedin/accounts/507118642/users",
            json!({OLIVIA: "ACCOUNT_BILLING_ADMIN", KIM: "ACCOUNT_BILLING_ADMIN"}),
        ),
    ] {
        let mut wrong = world.clone();
        *wrong.pointer_mut(path).expect("there") = value;
        assert_eq!(rig.control("POST", "reset", wrong).await.status, 422, "{path}");
    }
    assert_eq!(rig.send("GET", "/_sim/world", &[], String::new()).await.body, world);
    assert_eq!(rig.control("POST", "reset", world).await.status, 200);
}
