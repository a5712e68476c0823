//! Invitations. GitHub docs: "organization members", "collaborators", "repository invitations"; read 2026-11-23.

use super::*;

/// 201 with an invitation for people from outside, 204 for members and for those who are there.
#[tokio::test]
async fn a_collaborator_from_outside_is_invited_and_a_member_is_in_at_once() {
    let rig = rig().await;
    let (olivia, kim) = (rig.sign_in("olivia", ALL).await, rig.sign_in("kim", "repo:invite").await);
    let add = async |login: &str, role: &str| {
        let path = format!("{RECIPES}/collaborators/{login}");
        rig.call(&olivia, "PUT", &path, json!({ "permission": role })).await
    };
    let first = add(KIM, "push").await;
    assert_eq!(
        (first.status, &first.body["permissions"], &first.body["expired"]),
        (201, &json!("write"), &json!(false))
    );
    let again = add("KIMPARK-nw", "push").await;
    assert_eq!(
        (again.status, &again.body["id"]),
        (201, &first.body["id"]),
        "the same one, whatever the case"
    );
    assert_eq!(rig.get(&kim, "user/repository_invitations").await.each("/repository/full_name").len(), 1);
    let accept = format!("user/repository_invitations/{}", first.body["id"]);
    assert_eq!(rig.call(&olivia, "PATCH", &accept, Value::Null).await.status, 404, "only the person invited");
    assert_eq!(rig.call(&kim, "PATCH", &accept, Value::Null).await.status, 204);
    assert_eq!(add(KIM, "admin").await.status, 204);
    assert_eq!(add("noahbennett", "pull").await.status, 204);
    assert_eq!(add("nobody-at-all", "pull").await.status, 404);
    let unknown = add(KIM, "read").await;
    assert_eq!(
        (unknown.status, &unknown.body["errors"][0]["field"]),
        (422, &json!("permission")),
        "pull, not read"
    );
    let people = rig.get(&olivia, &format!("{RECIPES}/collaborators?affiliation=direct")).await;
    assert_eq!(people.each("/role_name"), ["admin", "read"]);
    let all = ["invite", "accept", "change"].map(|o| {
        format!("{o} harbour-bakery/recipes {KIM} {}", if o == "change" { "admin" } else { "write" })
    });
    assert_eq!(rig.ledger().await[..3], all);
}

/// Invitations end by themselves after seven days: those to repositories stay listed with a flag, those to
/// organizations move to the failed ones.
#[tokio::test]
async fn an_invitation_lapses_after_seven_days() {
    let rig = rig().await;
    let (olivia, kim) = (rig.sign_in("olivia", ALL).await, rig.sign_in("kim", "repo:invite write:org").await);
    let path = format!("{RECIPES}/collaborators/{KIM}");
    let invited = rig.call(&olivia, "PUT", &path, json!({ "permission": "pull" })).await;
    let member = format!("{BAKERY}/memberships/{KIM}");
    assert_eq!(rig.call(&olivia, "PUT", &member, json!({})).await.body["state"], "pending");
    rig.later(7 * 86_400 - 1).await;
    assert_eq!(rig.get(&kim, "user/memberships/orgs/harbour-bakery").await.body["state"], "pending");
    rig.later(1).await;
    assert_eq!(rig.get(&kim, "user/memberships/orgs/harbour-bakery").await.status, 404);
    assert_eq!(rig.get(&olivia, &member).await.status, 404);
    assert!(rig.get(&olivia, &format!("{BAKERY}/invitations")).await.each("/login").is_empty());
    assert_eq!(rig.get(&olivia, &format!("{BAKERY}/failed_invitations")).await.each("/login"), [KIM]);
    let listed = rig.get(&olivia, &format!("{RECIPES}/invitations")).await;
    assert_eq!(listed.body[0]["expired"], true);
    let accept = format!("user/repository_invitations/{}", invited.body["id"]);
    assert_eq!(rig.call(&kim, "PATCH", &accept, Value::Null).await.status, 404);
    assert_eq!(rig.act("kim", "accept", json!({ "asset": "harbour-bakery" })).await, 422);
    let again = rig.call(&olivia, "PUT", &path, json!({ "permission": "pull" })).await;
    assert!(again.status == 201 && again.body["id"] != invited.body["id"], "a new one takes its place");
    assert_eq!(rig.get(&olivia, &format!("{RECIPES}/invitations")).await.each("/permissions").len(), 1);
}

/// A team invites to the organization as well; leaving the team leaves the membership.
#[tokio::test]
async fn a_team_brings_the_organization_and_leaves_it_behind() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia", ALL).await;
    let team = format!("{BAKERY}/teams/web/memberships/{KIM}");
    assert_eq!(
        rig.call(&olivia, "PUT", &team, json!({ "role": "maintainer" })).await.body["state"],
        "pending"
    );
    let invitation = rig.get(&olivia, &format!("{BAKERY}/invitations")).await;
    let teams = format!("{BAKERY}/invitations/{}/teams", invitation.body[0]["id"]);
    assert_eq!(rig.get(&olivia, &teams).await.each("/slug"), ["web"]);
    assert_eq!(
        rig.act("kim", "accept", json!({ "asset": { "type": "team", "id": "harbour-bakery/web" } })).await,
        200
    );
    assert_eq!(rig.get(&olivia, &team).await.body["role"], "maintainer");
    assert_eq!(rig.call(&olivia, "DELETE", &team, Value::Null).await.status, 204);
    assert_eq!(rig.get(&olivia, &format!("{BAKERY}/memberships/{KIM}")).await.body["state"], "active");
    let roles = "maintainer+organization:member";
    let web = "harbour-bakery/web";
    let expected = [
        format!("invite {web} {KIM} {roles}"),
        format!("accept {web} {KIM} {roles}"),
        format!("revoke {web} {KIM} maintainer"),
    ];
    assert_eq!(rig.ledger().await, expected);
}

/// Going from the organization takes teams and repositories along; the last owner stays.
#[tokio::test]
async fn who_leaves_an_organization_leaves_everything_in_it() {
    let rig = rig().await;
    let olivia = rig.sign_in("olivia", ALL).await;
    let noah = format!("{RECIPES}/collaborators/noahbennett");
    rig.call(&olivia, "PUT", &noah, json!({ "permission": "push" })).await;
    let member = format!("{BAKERY}/memberships/noahbennett");
    assert_eq!(rig.call(&olivia, "DELETE", &member, Value::Null).await.status, 204);
    assert_eq!(rig.call(&olivia, "DELETE", &member, Value::Null).await.status, 404);
    let gone: Vec<_> = rig.ledger().await.split_off(1);
    assert_eq!(
        gone,
        [
            "revoke harbour-bakery noahbennett member",
            "revoke harbour-bakery/web noahbennett member",
            "revoke harbour-bakery/recipes noahbennett write",
        ]
    );
    let own = format!("{BAKERY}/memberships/olivia-reyes");
    assert_eq!(rig.call(&olivia, "DELETE", &own, Value::Null).await.status, 403);
    assert_eq!(rig.call(&olivia, "PUT", &own, json!({ "role": "member" })).await.status, 403);
    assert_eq!(rig.call(&olivia, "PUT", &own, json!({ "role": "emperor" })).await.status, 422);
}

/// Only owners invite to an organization, only admins to a repository, and both are told so.
#[tokio::test]
async fn members_invite_nobody() {
    let rig = rig().await;
    let (noah, sam) = (rig.sign_in("noah", ALL).await, rig.sign_in("sam", ALL).await);
    let body = json!({ "permission": "pull" });
    assert_eq!(rig.call(&noah, "PUT", &format!("{BAKERY}/memberships/{KIM}"), json!({})).await.status, 403);
    assert_eq!(
        rig.call(&noah, "PUT", &format!("{RECIPES}/collaborators/{KIM}"), body.clone()).await.status,
        403
    );
    assert_eq!(rig.get(&noah, &format!("{RECIPES}/invitations")).await.status, 403);
    assert_eq!(
        rig.call(&sam, "PUT", &format!("{RECIPES}/collaborators/{KIM}"), body).await.status,
        404,
        "hidden"
    );
    assert!(rig.ledger().await.is_empty());
}
