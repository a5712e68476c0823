//! An agency's Business Center as partner: TT-11, TT-16 to TT-31.

use valetkey_sdk::access::{EntitlementState, Party};
use valetkey_sdk::manifest::RevokeScope;
use valetkey_sdk::reconcile::{Act, Standing};

use super::*;

#[tokio::test]
async fn tt_11_without_a_business_center_there_is_nothing_to_choose_and_a_way_to_create_one() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "zoe").await;
    assert!(desk.list("business_center", None).await.is_empty());
    // What the card then shows, with the steps.
    let advice = platform.words.find_explanation("remedy", "no-container").expect("words");
    assert!(advice.act.is_some_and(|act| act.contains("Create Business Center")));
}

#[tokio::test]
async fn tt_17_every_business_center_of_a_person_is_listed_with_what_stands_against_sharing() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let own = desk.list("business_center", None).await;
    let ids: Vec<_> = own.iter().filter_map(|asset| asset.on.id()).collect();
    assert_eq!(ids, [BAKERY, CATERING]);
    assert!(own.iter().all(|asset| asset.blocked().is_none()));
    let desk = Desk::open(&platform, &sims, &clock, "liam").await;
    let own = desk.list("business_center", None).await;
    let blocked: Vec<_> = own.iter().filter_map(|a| a.blocked().map(|r| r.id.as_str())).collect();
    assert_eq!(blocked, ["needs-admin", "center-not-enabled"], "Standard in one, the other is punished");
}

/// Third parties report three for each person, which TikTok does not confirm: all that are there are listed.
#[tokio::test]
async fn tt_45_however_many_business_centers_somebody_is_in_all_are_listed() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    change_world(&sims, |tiktok| {
        let centers = tiktok["centers"].as_object_mut().expect("there");
        let another = centers[CATERING].clone();
        centers.extend((0..60).map(|n| (format!("72000000000000000{n:02}"), another.clone())));
    });
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    assert_eq!(desk.list("business_center", None).await.len(), 62, "over two pages");
}

#[tokio::test]
async fn tt_16_a_partner_is_added_with_its_ad_account_in_one_call() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let wish = to_agency("ad_account", ACCOUNT, Level::Manage, "OPERATOR");
    assert_eq!(
        desk.read(Side::Client, &wish).await,
        (None, Sight::Full),
        "an Admin sees that nobody is there"
    );
    assert!(matches!(desk.grant(&wish, None).await, Ok(Outcome::Taken)));
    for side in [Side::Client, Side::Agency] {
        let row = desk.read(side, &wish).await.0.expect("read back");
        assert_eq!((row.state, row.roles), (EntitlementState::Active, roles(["OPERATOR"])), "{side:?}");
    }
    assert_eq!(desk.ledger(), [format!("grant {ACCOUNT}")]);
}

#[tokio::test]
async fn tt_23_a_partner_that_has_to_accept_is_waited_for() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    change_world(&sims, |world| world["rules"] = json!({ "partners": "pending" }));
    let wish = to_agency("ad_account", ACCOUNT, Level::Manage, "OPERATOR");
    desk.grant(&wish, None).await.expect("taken");
    for side in [Side::Client, Side::Agency] {
        let seen = desk.read(side, &wish).await;
        let waits = Step::Wait { by: Party::AgencyAdmin, until: None };
        assert_eq!(desk.next(&wish, seen), waits, "{side:?}");
    }
    desk.act("kim", "accept_partner", json!({ "asset": BAKERY }));
    let seen = desk.read(Side::Client, &wish).await;
    assert_eq!(desk.next(&wish, seen), Step::Settled(Standing::Active));
}

#[tokio::test]
async fn tt_18_catalogs_and_pixels_are_guided_with_the_reason_and_read_back() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    assert_eq!(desk.list("catalog", Some(BAKERY)).await.len(), 1);
    assert_eq!(desk.list("pixel", Some(BAKERY)).await.len(), 1);
    let table = [("catalog", CATALOG, "AD_PROMOTE", Side::Client), ("pixel", PIXEL, "USE", Side::Agency)];
    for (of, id, role, side) in table {
        let wish = to_agency(of, id, Level::Manage, role);
        let seen = desk.read(side, &wish).await;
        assert!(matches!(desk.next(&wish, seen), Step::Ask(remedy) if remedy.id == "guided"), "{of}");
        assert_eq!(remedy(&desk.grant(&wish, None).await).as_deref(), Some("guided"), "{of}");
        desk.act("olivia", "share", json!({ "asset": id, "principal": AGENCY, "role": [role] }));
        let seen = desk.read(side, &wish).await;
        let row = seen.0.clone().expect("read back");
        assert_eq!(desk.next(&wish, seen), Step::Settled(Standing::Active), "{of}");
        desk.revoke(&row).await.expect("taken away");
        assert_eq!(desk.read(side, &wish).await.0, None, "{of}");
    }
    let wanted = [CATALOG, PIXEL].map(|id| [format!("grant {id}"), format!("revoke {id}")]).concat();
    assert_eq!(desk.ledger(), wanted);
}

#[tokio::test]
async fn tt_28_taking_one_ad_account_away_leaves_the_partners_other_ones() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let first = to_agency("ad_account", ACCOUNT, Level::Manage, "OPERATOR");
    let second = to_agency("ad_account", SECOND, Level::View, "ANALYST");
    for wish in [&first, &second] {
        desk.grant(wish, None).await.expect("taken");
    }
    let held = desk.read(Side::Client, &first).await.0.expect("there");
    desk.revoke(&held).await.expect("taken away");
    assert_eq!(desk.read(Side::Client, &first).await, (None, Sight::Full));
    assert!(desk.read(Side::Client, &second).await.0.is_some());
    let facts = platform.manifest.asset(first.on.of()).expect("known");
    assert_eq!(facts.revoke_scope, RevokeScope::Asset, "and it is said before");
}

#[tokio::test]
async fn tt_29_who_may_not_share_is_told_whom_to_ask() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "noah").await;
    let wish = to_agency("ad_account", ACCOUNT, Level::Manage, "OPERATOR");
    assert_eq!(remedy(&desk.grant(&wish, None).await).as_deref(), Some("not-an-admin"));
    let own = desk.list("ad_account", Some(BAKERY)).await;
    assert_eq!(own.iter().filter_map(|a| a.on.id()).collect::<Vec<_>>(), [ACCOUNT], "what he works on");
    assert!(desk.ledger().is_empty());
}

#[tokio::test]
async fn tt_30_a_role_is_raised_in_place_and_lowering_says_that_it_takes_two_steps() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let view = to_agency("ad_account", ACCOUNT, Level::View, "ANALYST");
    let full = to_agency("ad_account", ACCOUNT, Level::Full, "ADMIN");
    desk.grant(&view, None).await.expect("taken");
    let seen = desk.read(Side::Client, &view).await;
    assert_eq!(desk.next(&full, seen.clone()), Step::Act(Act::Grant), "not taken away first");
    desk.grant(&full, seen.0.as_ref()).await.expect("raised");
    let held = desk.read(Side::Client, &full).await.0.expect("there");
    assert_eq!(held.roles, roles(["ADMIN"]));
    let refused = desk.grant(&view, Some(&held)).await;
    assert_eq!(remedy(&refused).as_deref(), Some("lower-in-two-steps"));
    assert_eq!(desk.ledger(), ["grant", "change"].map(|word| format!("{word} {ACCOUNT}")));
    desk.revoke(&held).await.expect("the first step");
    desk.grant(&view, None).await.expect("the second step");
    assert_eq!(desk.read(Side::Client, &view).await.0.expect("there").roles, roles(["ANALYST"]));
}

#[tokio::test]
async fn tt_31_another_partners_access_is_neither_taken_for_ours_nor_touched() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let ours = to_agency("ad_account", SECOND, Level::Full, "ADMIN");
    let other = Principal::new("business_center", "7109900000000000044");
    let theirs = Wish { who: other, ..to_agency("ad_account", SECOND, Level::View, "ANALYST") };
    assert_eq!(desk.read(Side::Client, &ours).await, (None, Sight::Full));
    desk.grant(&ours, None).await.expect("taken");
    let held = desk.read(Side::Client, &ours).await.0.expect("there");
    desk.revoke(&held).await.expect("taken away");
    assert_eq!(desk.read(Side::Client, &theirs).await.0.expect("still there").roles, roles(["ANALYST"]));
}

/// Not seeing is not absence: somebody who is no Admin any more, or whose list is empty, proves nothing.
#[tokio::test]
async fn an_empty_list_proves_something_to_an_admin_only() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let wish = to_agency("ad_account", ACCOUNT, Level::Manage, "OPERATOR");
    for side in [Side::Client, Side::Agency] {
        assert_eq!(desk.read(side, &wish).await, (None, Sight::Full), "an Admin sees all: {side:?}");
    }
    let elsewhere = Principal::new("business_center", "7109900000000000044");
    let cx = desk.0.cx();
    let read = desk.0.connector().entitlements(&cx, Side::Agency, &wish.on, Some(&elsewhere), Cursor(None));
    assert!(read.await.is_err(), "kim is nobody in another agency's Business Center");
    change_world(&sims, |world| world["centers"][BAKERY]["members"]["olivia"]["role"] = json!("STANDARD"));
    let read =
        desk.0.connector().entitlements(&cx, Side::Client, &wish.on, Some(&wish.who), Cursor(None)).await;
    let refused = matches!(&read, Err(e) if matches!(e.kind, ErrorKind::Rejected(_)));
    assert!(refused, "no row, and no claim: {read:?}");
}

#[tokio::test]
async fn tt_41_the_agencys_people_are_assigned_after_the_share_and_gone_with_it() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let share = to_agency("ad_account", ACCOUNT, Level::Manage, "OPERATOR");
    let ravi = Wish { who: Principal::new("person", RAVI).of(Some(AGENCY)), ..share.clone() };
    assert_eq!(remedy(&desk.grant(&ravi, None).await).as_deref(), Some("not-assignable"), "before the share");
    desk.grant(&share, None).await.expect("shared");
    assert_eq!(desk.read(Side::Agency, &ravi).await, (None, Sight::Full));
    desk.grant(&ravi, None).await.expect("assigned");
    let row = desk.read(Side::Agency, &ravi).await.0.expect("there");
    assert_eq!((row.roles, row.name.as_deref()), (roles(["OPERATOR"]), Some("Ravi Nair")));
    let held = desk.read(Side::Client, &share).await.0.expect("there");
    desk.revoke(&held).await.expect("taken away");
    assert_eq!(desk.read(Side::Agency, &ravi).await, (None, Sight::Full));
}
