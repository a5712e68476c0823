//! People in the client's own Business Center: TT-6 to TT-15.

use valetkey_sdk::access::{EntitlementState, Party};
use valetkey_sdk::manifest::RevokeScope;
use valetkey_sdk::reconcile::Standing;

use super::*;

#[tokio::test]
async fn tt_9_one_invitation_brings_the_person_and_the_ad_account() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let wish = to_kim("ad_account", ACCOUNT, Level::Manage, "OPERATOR");
    assert!(matches!(desk.grant(&wish, None).await, Ok(Outcome::Pending { by: Party::Invitee, .. })));
    assert_eq!(desk.ledger(), [format!("invite {ACCOUNT}")]);
    desk.act("kim", "accept", json!({ "asset": BAKERY }));
    let row = desk.read(Side::Client, &wish).await.0.expect("there");
    assert_eq!((row.state, row.roles), (EntitlementState::Active, roles(["OPERATOR"])));
    let center = to_kim("business_center", BAKERY, Level::Manage, "STANDARD");
    let row = desk.read(Side::Client, &center).await.0.expect("joined");
    assert_eq!(row.roles, roles(["STANDARD"]), "TT-13: no more than the smallest role");
    // Who has joined is assigned a second ad account at once.
    let second = to_kim("ad_account", SECOND, Level::View, "ANALYST");
    assert!(matches!(desk.grant(&second, None).await, Ok(Outcome::Taken)));
    let seen = desk.read(Side::Client, &second).await;
    assert_eq!(desk.next(&second, seen), Step::Settled(Standing::Active));
}

#[tokio::test]
async fn tt_6_a_finance_role_is_given_on_top_and_only_when_it_is_wished_for() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let mut wish = to_kim("business_center", BAKERY, Level::Manage, "STANDARD");
    desk.grant(&wish, None).await.expect("invited");
    desk.act("kim", "accept", json!({ "asset": BAKERY }));
    assert_eq!(desk.read(Side::Client, &wish).await.0.expect("there").roles, roles(["STANDARD"]));
    wish.want = Want::Held { roles: roles(["STANDARD", "FINANCE_ANALYST"]), until: None };
    desk.grant(&wish, None).await.expect("changed");
    assert_eq!(desk.read(Side::Client, &wish).await.0.expect("there").roles, wish.roles());
    assert_eq!(desk.ledger(), ["invite", "accept", "change"].map(|word| format!("{word} {BAKERY}")));
}

#[tokio::test]
async fn tt_12_an_open_invitation_waits_and_nothing_is_added_to_it() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let wish = to_kim("ad_account", ACCOUNT, Level::Manage, "OPERATOR");
    desk.grant(&wish, None).await.expect("invited");
    let seen = desk.read(Side::Client, &wish).await;
    assert_eq!(desk.next(&wish, seen), Step::Wait { by: Party::Invitee, until: None });
    // TikTok would ignore it without an error: said here instead of claimed.
    let second = to_kim("ad_account", SECOND, Level::View, "ANALYST");
    assert_eq!(remedy(&desk.grant(&second, None).await).as_deref(), Some("invited-already"));
    assert_eq!(desk.read(Side::Client, &second).await, (None, Sight::Full));
    desk.act("olivia", "resend", json!({ "asset": BAKERY, "principal": "kim" }));
    desk.act("kim", "decline", json!({ "asset": BAKERY }));
    assert_eq!(desk.read(Side::Client, &wish).await, (None, Sight::Full), "declined is not there");
    assert_eq!(desk.ledger().len(), 2);
}

#[tokio::test]
async fn tt_10_a_full_business_center_refuses_for_good() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    change_world(&sims, |world| world["rules"] = json!({ "members": 2 }));
    let refused = desk.grant(&to_kim("business_center", BAKERY, Level::Manage, "STANDARD"), None).await;
    assert_eq!(remedy(&refused).as_deref(), Some("refused"), "{refused:?}");
    assert!(desk.ledger().is_empty());
}

#[tokio::test]
async fn tt_15_from_one_ad_account_and_from_the_business_center_are_two_removals() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let account = to_kim("ad_account", ACCOUNT, Level::Manage, "OPERATOR");
    let second = to_kim("ad_account", SECOND, Level::View, "ANALYST");
    let center = to_kim("business_center", BAKERY, Level::Manage, "STANDARD");
    desk.grant(&account, None).await.expect("invited");
    desk.act("kim", "accept", json!({ "asset": BAKERY }));
    desk.grant(&second, None).await.expect("assigned");
    let held = desk.read(Side::Client, &account).await.0.expect("there");
    desk.revoke(&held).await.expect("taken away");
    assert_eq!(desk.read(Side::Client, &account).await, (None, Sight::Full));
    for kept in [&second, &center] {
        assert!(desk.read(Side::Client, kept).await.0.is_some());
    }
    let held = desk.read(Side::Client, &center).await.0.expect("there");
    desk.revoke(&held).await.expect("taken away");
    for gone in [&second, &center] {
        assert_eq!(desk.read(Side::Client, gone).await, (None, Sight::Full));
    }
    let facts = platform.manifest.asset(center.on.of()).expect("known");
    assert_eq!(facts.revoke_scope, RevokeScope::Partner, "and it is said before");
    let gone = [format!("revoke {ACCOUNT}"), format!("revoke {BAKERY}"), format!("revoke {SECOND}")];
    assert_eq!(desk.ledger()[3..], gone);
}

#[tokio::test]
async fn tt_15_an_open_invitation_that_brings_more_is_left_alone() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let invited =
        json!({ EMAIL: { "role": "STANDARD", "assets": { ACCOUNT: "ANALYST", SECOND: "ANALYST" } } });
    change_world(&sims, |world| world["centers"][BAKERY]["invited"] = invited);
    let wish = to_kim("ad_account", ACCOUNT, Level::View, "ANALYST");
    let held = desk.read(Side::Client, &wish).await.0.expect("waiting");
    assert_eq!(remedy(&desk.revoke(&held).await).as_deref(), Some("invitation-carries-more"));
    assert!(desk.ledger().is_empty());
}
