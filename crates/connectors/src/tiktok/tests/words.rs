//! Rules that facts, words and steps embody: TT-1 to TT-3, TT-7, TT-13, TT-14, TT-19 to TT-27, TT-32, TT-34, TT-39.

use valetkey_sdk::access::{AssetType, Level, roles};
use valetkey_sdk::manifest::Method;

const GUIDE: &str = include_str!("../guide.en.md");
const WORDS: &str = include_str!("../words.en.ftl");

/// The section of the guide with this name.
fn section(name: &str) -> &'static str {
    GUIDE.split("\n# ").find(|part| part.contains(&format!("{{#{name}}}"))).expect("a section")
}

#[test]
fn tt_1_everything_that_is_given_lies_in_a_business_center() {
    let center = AssetType::new("business_center");
    for asset in super::super::platform().manifest.assets.iter().filter(|a| !a.levels.is_empty()) {
        assert!(asset.of == center || asset.parent.as_ref() == Some(&center), "{}", asset.of);
    }
}

#[test]
fn tt_2_nobody_is_asked_for_a_password() {
    for text in [GUIDE, WORDS] {
        assert!(!text.to_lowercase().contains("password"));
    }
}

#[test]
fn tt_3_the_steps_say_since_when_the_menus_have_these_names() {
    let guides = super::super::platform().manifest.guides;
    assert_eq!(guides.last().map(|guide| guide.from.to_string()).as_deref(), Some("2026-03-01"));
}

#[test]
fn tt_7_admin_includes_operator_includes_analyst() {
    let platform = super::super::platform();
    let facts = platform.manifest.asset(&AssetType::new("ad_account")).expect("known");
    assert_eq!(facts.closure(&roles(["ADMIN"])), roles(["ADMIN", "OPERATOR", "ANALYST"]));
    assert_eq!(facts.closure(&roles(["OPERATOR"])), roles(["OPERATOR", "ANALYST"]));
    assert_eq!(facts.closure(&roles(["ANALYST"])), roles(["ANALYST"]));
}

#[test]
fn tt_13_standard_is_what_is_asked_for_unless_somebody_manages_access() {
    let platform = super::super::platform();
    let facts = platform.manifest.asset(&AssetType::new("business_center")).expect("known");
    assert_eq!(facts.levels[&Level::Manage].roles, roles(["STANDARD"]));
    let full = platform.words.find("business_center-full-can", &Default::default()).expect("words");
    assert!(full.contains("only for"), "{full}");
}

#[test]
fn tt_14_whoever_invites_is_told_to_look_through_the_list_every_few_months() {
    assert!(section("give-business_center").contains("every few months"));
}

#[test]
fn tt_24_tt_25_tt_26_tt_27_the_steps_share_by_hand_and_say_what_to_do_where_that_is_not_offered() {
    let give = section("give-tiktok_account");
    for word in ["Share with partners", "not linked", "no tab **Partners**", "TikTok account sharing"] {
        assert!(give.contains(word), "{word}");
    }
    for permission in ["Use existing posts", "Publish new videos"] {
        assert!(give.contains(permission), "{permission}");
    }
}

#[test]
fn tt_39_who_scans_too_late_is_told_how_to_get_a_new_code() {
    let advice = super::super::platform().words.find_explanation("remedy", "asked-for").expect("words");
    assert!(advice.act.is_some_and(|act| act.contains("a new one")));
}

#[test]
fn tt_19_tt_20_tt_21_the_steps_name_the_enterprise_menu_the_media_agency_question_and_the_pixel() {
    let give = section("give-ad_account");
    for word in ["Organization", "media agency partnership", "the pixel as well", "Business Center ID"] {
        assert!(give.contains(word), "{word}");
    }
}

/// The call leaves TikTok's question open, so no label comes by it; the steps by hand answer it.
#[test]
fn tt_20_tt_35_whoever_approves_reads_that_no_media_agency_is_named_and_steps_say_what_to_answer() {
    let platform = super::super::platform();
    let facts = platform.manifest.asset(&AssetType::new("ad_account")).expect("known");
    let asked = &facts.question.as_ref().expect("asked").levels;
    assert!(asked.iter().eq([&Level::Manage, &Level::Full]), "not of who only looks");
    for steps in ["give-ad_account", "ask-ad_account"] {
        assert!(section(steps).contains("answer {answer}"), "{steps}");
    }
    let words = platform.words;
    for level in ["manage", "full"] {
        let cannot = words.text(&format!("ad_account-{level}-cannot"));
        assert!(cannot.contains("media agency") && cannot.contains("Business Center only"), "{cannot}");
    }
    assert!(
        !words.text("ad_account-view-cannot").contains("media agency"),
        "TikTok does not ask who only looks"
    );
}

#[test]
fn tt_33_tt_36_whoever_asks_by_hand_reads_where_with_which_id_and_who_approves() {
    let ask = section("ask-ad_account");
    for word in [
        "19 digits",
        "Add advertiser account",
        "Request access",
        "{role}",
        "additional assets",
        "Notifications",
    ] {
        assert!(ask.contains(word), "{word}");
    }
}

#[test]
fn tt_32_nothing_is_asked_for_from_the_agencys_side_that_only_its_owner_shares() {
    let platform = super::super::platform();
    for asset in ["pixel", "catalog"] {
        let facts = platform.manifest.asset(&AssetType::new(asset)).expect("known");
        assert!(facts.levels.values().all(|level| level.method == Method::Guided), "{asset}");
    }
    // A kind that does not fit is refused when the request is written.
    let member = platform.manifest.find_grantee("member").expect("known");
    assert!(!member.takes(&AssetType::new("pixel")) && member.takes(&AssetType::new("ad_account")));
}

#[test]
fn tt_34_an_unusual_length_of_an_id_is_taken_with_a_warning() {
    let platform = super::super::platform();
    let id = &platform.manifest.asset(&AssetType::new("ad_account")).expect("known").id;
    assert!(id.allows("7093215678901234567") && id.is_usual("7093215678901234567"));
    assert!(id.allows("70932156789012") && !id.is_usual("70932156789012"));
    assert!(!id.allows("act_7093215678901234567"));
}
