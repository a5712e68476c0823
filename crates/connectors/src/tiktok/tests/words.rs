//! Rules that facts, words and steps embody: TT-2, TT-3, TT-7, TT-13, TT-19 to TT-21, TT-32, TT-34.

use valetkey_sdk::access::{AssetType, Level, roles};
use valetkey_sdk::manifest::Method;

const GUIDE: &str = include_str!("../guide.en.md");
const WORDS: &str = include_str!("../words.en.ftl");

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
fn tt_19_tt_20_tt_21_the_steps_name_the_enterprise_menu_the_media_agency_question_and_the_pixel() {
    let give = GUIDE.split("\n# ").find(|part| part.contains("{#give-ad_account}")).expect("a section");
    for word in ["Organization", "media agency partnership", "the pixel as well", "Business Center ID"] {
        assert!(give.contains(word), "{word}");
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
