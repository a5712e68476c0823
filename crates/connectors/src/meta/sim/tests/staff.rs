//! `/{asset}/assigned_users`, and the people of a portfolio.

use serde_json::json;

use super::*;

#[tokio::test]
async fn an_agency_assigns_its_own_staff_within_what_it_received() {
    let rig = rig().await;
    let (olivia, kim, ravi) =
        (rig.sign_in("olivia").await, rig.sign_in("kim").await, rig.sign_in("ravi").await);
    let edge = format!("{EUR}/assigned_users");
    let assign = async |token: &str, user: &str, tasks: &str| {
        rig.call(token, "POST", &edge, &[("user", user), ("tasks", tasks)]).await.code()
    };
    assert_eq!(assign(&kim, RAVI, "[\"ANALYZE\"]").await, (100, 33), "nothing was shared yet");
    rig.share(&olivia, EUR, NORTHWIND, "[\"ADVERTISE\",\"ANALYZE\"]").await;
    for (why, token, user, tasks, code) in [
        ("within the share", &kim, RAVI, "[\"ANALYZE\"]", (0, 0)),
        ("the same again", &kim, RAVI, "[\"ANALYZE\"]", (0, 0)),
        ("another task", &kim, RAVI, "[\"ADVERTISE\"]", (0, 0)),
        ("a system user", &kim, REPORTING, "[\"ANALYZE\"]", (0, 0)),
        ("beyond the share", &kim, RAVI, "[\"MANAGE\"]", (2620, 0)),
        ("no such task", &kim, RAVI, "[\"MODERATE\"]", (100, 0)),
        ("no tasks", &kim, RAVI, "[]", (100, 0)),
        ("nobody", &kim, "99999999", "[\"ANALYZE\"]", (2620, 0)),
        ("somebody else's staff", &kim, "122101883640052", "[\"ANALYZE\"]", (200, 0)),
        ("partial access", &ravi, RAVI, "[\"ANALYZE\"]", (200, 0)),
    ] {
        assert_eq!(assign(token, user, tasks).await, code, "{why}");
    }
    let list = rig.get(&kim, &edge, &[("business", NORTHWIND), ("fields", "user_type,tasks")]).await;
    let expected = json!([
        { "id": REPORTING, "user_type": "system_user", "tasks": ["ANALYZE"] },
        { "id": RAVI, "user_type": "business_user", "tasks": ["ADVERTISE", "ANALYZE"] },
    ]);
    assert_eq!(list.body["data"], expected);
    assert_eq!(rig.get(&kim, &edge, &[]).await.code(), (100, 0), "business is required");
    assert_eq!(rig.get(&ravi, "me/adaccounts", &[]).await.ids(), [EUR]);
    rig.call(&kim, "DELETE", &edge, &[("user", RAVI)]).await;
    rig.call(&olivia, "DELETE", &format!("{EUR}/agencies"), &[("business", NORTHWIND)]).await;
    let left = rig.get(&kim, &edge, &[("business", NORTHWIND)]).await;
    assert_eq!(left.code(), (100, 33), "without the share the account is not there for the agency");
    rig.share(&olivia, EUR, NORTHWIND, "[\"ANALYZE\"]").await;
    let left = rig.get(&kim, &edge, &[("business", NORTHWIND)]).await;
    assert!(left.ids().is_empty(), "the loss of the share took the staff with it");
    let expected = [
        format!("grant {EUR} {NORTHWIND} ADVERTISE+ANALYZE"),
        format!("grant {EUR} {RAVI} ANALYZE"),
        format!("change {EUR} {RAVI} ADVERTISE"),
        format!("grant {EUR} {REPORTING} ANALYZE"),
        format!("revoke {EUR} {RAVI} ADVERTISE"),
        format!("revoke {EUR} {NORTHWIND} ADVERTISE+ANALYZE"),
        format!("grant {EUR} {NORTHWIND} ANALYZE"),
    ];
    assert_eq!(rig.ledger().await, expected);
}

#[tokio::test]
async fn people_of_a_portfolio_are_listed_and_cannot_be_invited_by_an_app() {
    let rig = rig().await;
    let (kim, liam) = (rig.sign_in("kim").await, rig.sign_in("liam").await);
    let fields = [("fields", "name,email,role,business{id}")];
    let users = rig.get(&kim, &format!("{NORTHWIND}/business_users"), &fields).await;
    assert_eq!(users.body["data"][0]["email"], "kim@northwindgrowth.example");
    assert_eq!(users.ids().len(), 3);
    assert_eq!(rig.get(&kim, &format!("{NORTHWIND}/system_users"), &[]).await.ids(), [REPORTING]);
    assert_eq!(rig.get(&liam, &format!("{HOTELS}/pending_users"), &[]).await.ids(), ["725519034488120"]);
    let own = rig.get(&liam, "me/business_users", &[("fields", "role,business{id,name}")]).await;
    assert_eq!(own.ids().len(), 3);
    assert!(own.body["data"].as_array().is_some_and(|rows| rows.iter().all(|row| row["role"] == "ADMIN")));
    let invite = [("email", "new@harbourbakery.example"), ("role", "EMPLOYEE")];
    assert_eq!(
        rig.call(&kim, "POST", &format!("{NORTHWIND}/business_users"), &invite).await.code(),
        (200, 0)
    );
}
