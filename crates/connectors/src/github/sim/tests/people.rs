//! Single sign-on, seats, rules of organizations, and what people do by hand.

use super::*;

/// GitHub docs: "Authenticating to the REST API", SAML single sign-on.
#[tokio::test]
async fn single_sign_on_hides_an_organization_until_it_was_passed() {
    let rig = rig().await;
    let liam = rig.sign_in("liam", ALL).await;
    let refused = rig.get(&liam, "orgs/alder-spa").await;
    assert_eq!(refused.status, 403);
    assert!(
        refused.header("x-github-sso").starts_with("required; url=https://github.com/orgs/alder-spa/sso?")
    );
    let list = rig.get(&liam, "user/memberships/orgs?state=active").await;
    assert_eq!(list.header("x-github-sso"), "partial-results; organizations=84211955");
    assert_eq!(list.each("/organization/login"), ["alder-hotels", "alder-labs", "alder-ventures"]);
    assert_eq!(rig.act("liam", "approve", json!({ "asset": "alder-spa" })).await, 200);
    let list = rig.get(&liam, "user/memberships/orgs?state=active").await;
    assert_eq!((list.header("x-github-sso"), list.each("/role").len()), ("", 4));
    assert_eq!(rig.get(&liam, "repos/alder-spa/website").await.status, 200);
}

/// Members and outside collaborators on private repositories take seats; so do those invited.
#[tokio::test]
async fn seats_are_counted_and_run_out() {
    let rig = rig().await;
    let liam = rig.sign_in("liam", ALL).await;
    rig.edit_world(|world| world["orgs"]["alder-hotels"]["plan"]["seats"] = json!(11)).await;
    let plan = async || rig.get(&liam, "orgs/alder-hotels").await.body["plan"].clone();
    assert_eq!((&plan().await["seats"], &plan().await["filled_seats"]), (&json!(11), &json!(10)));
    let add = async |path: String| rig.call(&liam, "PUT", &path, json!({})).await.status;
    assert_eq!(add(format!("repos/alder-hotels/booking/collaborators/{KIM}")).await, 201);
    assert_eq!(plan().await["filled_seats"], 11);
    assert_eq!(add("repos/alder-hotels/booking/collaborators/elenarossi".into()).await, 422);
    assert_eq!(add("orgs/alder-hotels/memberships/elenarossi".into()).await, 422);
    assert_eq!(
        add("repos/alder-hotels/website/collaborators/elenarossi".into()).await,
        201,
        "public ones are free"
    );
    assert_eq!(rig.get(&rig.sign_in("kim", ALL).await, "orgs/alder-hotels").await.body["plan"], Value::Null);
}

#[tokio::test]
async fn organizations_refuse_outsiders_blocked_people_and_apps() {
    let rig = rig().await;
    let liam = rig.sign_in("liam", ALL).await;
    rig.edit_world(|world| world["orgs"]["alder-hotels"]["blocked"] = json!([KIM])).await;
    let add = async |path: &str| rig.call(&liam, "PUT", path, json!({})).await;
    assert_eq!(add(&format!("repos/alder-ventures/deck/collaborators/{KIM}")).await.status, 422);
    assert_eq!(add(&format!("repos/alder-hotels/booking/collaborators/{KIM}")).await.status, 422);
    assert_eq!(add(&format!("orgs/alder-hotels/memberships/{KIM}")).await.status, 422);
    let restricted = add(&format!("orgs/alder-labs/memberships/{KIM}")).await;
    assert!(restricted.body["message"].as_str().is_some_and(|m| m.contains("OAuth App access restrictions")));
    // A user's own repository knows only people who may write.
    let zoe = rig.sign_in("zoe", ALL).await;
    let path = format!("repos/zoelindqvist/portfolio/collaborators/{KIM}");
    let invited = rig.call(&zoe, "PUT", &path, json!({ "permission": "pull" })).await;
    assert_eq!((invited.status, &invited.body["permissions"]), (201, &json!("write")));
}

#[tokio::test]
async fn a_renamed_repository_is_found_under_its_old_name() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia", ALL).await;
    assert_eq!(
        rig.act("olivia", "rename", json!({ "asset": "harbour-bakery/recipes", "value": "secret-recipes" }))
            .await,
        200
    );
    let moved = rig.get(&olivia, RECIPES).await;
    assert_eq!(
        (moved.status, moved.header("location")),
        (301, "https://api.github.com/repositories/731904412")
    );
    assert_eq!(rig.get(&olivia, "repos/harbour-bakery/secret-recipes").await.status, 200);
}

#[tokio::test]
async fn people_decline_leave_and_are_removed_by_hand() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia", ALL).await;
    let path = format!("{RECIPES}/collaborators/{KIM}");
    let repo = json!({ "asset": "harbour-bakery/recipes" });
    let kim = json!({ "asset": "harbour-bakery/recipes", "principal": "kim" });
    let invite = async || rig.call(&olivia, "PUT", &path, json!({})).await.status;
    assert_eq!(invite().await, 201);
    assert_eq!(rig.act("kim", "decline", repo.clone()).await, 200);
    assert_eq!(rig.act("kim", "accept", repo.clone()).await, 422, "nothing waits any more");
    invite().await;
    assert_eq!(rig.act("noah", "remove", kim.clone()).await, 422, "not his");
    assert_eq!(rig.act("olivia", "remove", kim.clone()).await, 200);
    invite().await;
    rig.act("kim", "accept", repo.clone()).await;
    let role = json!({ "asset": "harbour-bakery/recipes", "principal": "kim", "role": "admin" });
    assert_eq!(rig.act("olivia", "change_role", role).await, 200);
    assert_eq!(rig.act("kim", "leave", repo).await, 200);
    let operations = ["invite", "decline", "invite", "withdraw", "invite", "accept", "change", "remove"];
    let seen: Vec<_> =
        rig.ledger().await.iter().map(|l| l.split(' ').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(seen, operations);
    assert_eq!(rig.act("kim", "dance", json!({})).await, 422);
}

/// GitHub docs: "Using pagination in the REST API".
#[tokio::test]
async fn lists_come_in_pages_with_links() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia", ALL).await;
    let first = rig.get(&olivia, &format!("{BAKERY}/repos?per_page=2")).await;
    assert_eq!(first.each("/name"), ["brand-assets", "recipes"]);
    let next = "<https://api.github.com/orgs/harbour-bakery/repos?per_page=2&page=2>; rel=\"next\"";
    assert!(first.header("link").contains(next), "{}", first.header("link"));
    let last = rig.get(&olivia, &format!("{BAKERY}/repos?per_page=2&page=2")).await;
    assert_eq!(last.each("/name"), ["website"]);
    assert!(!last.header("link").contains("rel=\"next\""));
    let kim = rig.sign_in("kim", ALL).await;
    assert_eq!(
        rig.get(&kim, &format!("{BAKERY}/repos")).await.each("/name"),
        ["brand-assets"],
        "private ones are hidden"
    );
}
