//! TikTok accounts in the agency's Business Center: TT-27, TT-37 to TT-43.

use valetkey_sdk::manifest::Method;
use valetkey_sdk::reconcile::{Act, Standing};

use super::*;

const ZOES: &str = "7170000000000000059";

/// What a client writes: the name after the @, in any spelling.
fn by_name(name: &str) -> Wish {
    let who = Principal::new("business_center", AGENCY);
    let on = AssetRef::known(&AssetType::new("tiktok_account"), name, None);
    Wish { on, who, level: Level::Manage, want: Want::Held { roles: roles(["POST"]), until: None } }
}

#[tokio::test]
async fn tt_37_a_scanned_account_is_read_in_the_agencys_business_center_and_taken_out_again() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let wish = by_name("@Zoe.Lindqvist");
    let seen = desk.read(Side::Agency, &wish).await;
    assert_eq!(seen, (None, Sight::Full));
    assert!(
        matches!(desk.next(&wish, seen), Step::Ask(remedy) if remedy.id == "asked-for"),
        "nobody is called"
    );
    let scan = desk.0.connector().scan(&desk.0.cx(), wish.on.of(), &wish.who).await.expect("a code");
    desk.act("zoe", "scan", json!({ "asset": ZOES, "value": scan.address }));
    let seen = desk.read(Side::Agency, &wish).await;
    assert_eq!(desk.next(&wish, seen.clone()), Step::Settled(Standing::Active));
    desk.revoke(&seen.0.expect("there")).await.expect("taken out");
    assert_eq!(desk.read(Side::Agency, &wish).await, (None, Sight::Full));
    assert_eq!(desk.ledger(), ["approve", "revoke"].map(|word| format!("{word} {ZOES}")));
}

#[tokio::test]
async fn tt_41_the_agencys_people_are_assigned_to_a_scanned_account_and_gone_with_it() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    let (share, center) = (by_name(ZOES), Some(AGENCY));
    let ravi = Wish { who: Principal::new("person", RAVI).of(center), ..share.clone() };
    assert_eq!(remedy(&desk.grant(&ravi, None).await).as_deref(), Some("not-assignable"), "before the scan");
    let scan = desk.0.connector().scan(&desk.0.cx(), share.on.of(), &share.who).await.expect("a code");
    desk.act("zoe", "scan", json!({ "asset": ZOES, "value": scan.address }));
    let seen = desk.read(Side::Agency, &ravi).await;
    assert_eq!(desk.next(&ravi, seen), Step::Act(Act::Grant), "by a call, and nobody is asked");
    desk.grant(&ravi, None).await.expect("assigned");
    let held = desk.read(Side::Agency, &ravi).await.0.expect("there");
    assert_eq!(held.roles, roles(["POST"]));
    desk.revoke(&held).await.expect("unassigned");
    assert_eq!(desk.read(Side::Agency, &ravi).await, (None, Sight::Full));
    desk.grant(&ravi, None).await.expect("assigned again");
    let shared = desk.read(Side::Agency, &share).await.0.expect("there");
    desk.revoke(&shared).await.expect("taken out");
    assert_eq!(desk.read(Side::Agency, &ravi).await, (None, Sight::Full), "gone with it");
}

/// Shared by hand from the client's Business Center it shows in the same place (TT-24).
#[tokio::test]
async fn tt_24_a_tiktok_account_shared_by_hand_is_read_like_a_scanned_one() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    desk.grant(&to_agency("ad_account", ACCOUNT, Level::Manage, "OPERATOR"), None).await.expect("step A");
    let share = json!({ "asset": "7170000000000000042", "principal": AGENCY, "role": ["POST"] });
    desk.act("olivia", "share", share);
    for wish in [by_name("harbourbakery"), by_name("7170000000000000042")] {
        assert!(desk.read(Side::Agency, &wish).await.0.is_some());
    }
}

#[tokio::test]
async fn tt_40_who_is_no_admin_of_the_agency_makes_no_code() {
    let (platform, (sims, clock)) = (super::super::platform(), start().await);
    let desk = Desk::open(&platform, &sims, &clock, "olivia").await;
    change_world(&sims, |world| world["centers"][AGENCY]["members"]["kim"]["role"] = json!("STANDARD"));
    let wish = by_name("zoe.lindqvist");
    let made = desk.0.connector().scan(&desk.0.cx(), wish.on.of(), &wish.who).await;
    assert!(matches!(made.map_err(|e| e.kind), Err(ErrorKind::Rejected(_))));
    assert!(desk.0.connector().scan(&desk.0.cx(), &AssetType::new("pixel"), &wish.who).await.is_err());
}

#[test]
fn tt_16_a_tiktok_account_comes_after_the_ad_account_and_tt_38_is_asked_for_alone() {
    let platform = super::super::platform();
    let facts = platform.manifest.asset(&AssetType::new("tiktok_account")).expect("known");
    assert_eq!(facts.after, [AssetType::new("ad_account")]);
    assert!(facts.scan && facts.levels.values().all(|level| level.method == Method::Request));
    let cannot = platform.words.text("tiktok_account-manage-cannot");
    assert!(cannot.contains("Manage your profile"), "{cannot}");
}

#[test]
fn tt_42_spark_ads_take_the_account_whose_posts_they_promote() {
    let manifest = super::super::platform().manifest;
    let needs = |tasks: &[&str]| -> Vec<String> {
        manifest.least(tasks.iter().copied()).keys().map(|of| of.as_str().to_owned()).collect()
    };
    assert_eq!(needs(&["spark-ads"]), ["ad_account", "tiktok_account"]);
    assert_eq!(needs(&["run-ads"]), ["ad_account"], "ads without posts of the client need no account");
}

#[test]
fn tt_43_a_whole_setup_is_ad_account_tiktok_account_and_pixel() {
    let manifest = super::super::platform().manifest;
    let least = manifest.least(["spark-ads", "website-ads"]);
    let least: Vec<_> = least.iter().map(|(of, level)| (of.as_str(), *level)).collect();
    assert_eq!(
        least,
        [("ad_account", Level::Manage), ("pixel", Level::Manage), ("tiktok_account", Level::Manage)]
    );
}
