//! The ways through Meta's menus, as the guide tells them, and what its messages come to.

use valetkey_connectors::Registry;
use valetkey_sdk::access::AssetType;
use valetkey_sdk::guide::{Piece, Task, Value};

use super::{advice, meta, words};

fn steps(of: &str) -> String {
    let registry = Registry::new();
    let guide = meta(&registry).guide.as_ref().expect("there");
    words(guide.find(Task::Give, &AssetType::new(of)).expect("there"))
}

/// Each of them is there, after the one before.
fn in_order(text: &str, path: &[&str]) {
    let mut from = 0;
    for stop in path {
        let at =
            text[from..].find(stop).unwrap_or_else(|| panic!("{stop} is not there, or too early: {text}"));
        from += at + stop.len();
    }
}

#[test]
fn ig_4_shared_access_is_found_from_the_profile() {
    let path =
        ["profile", "three lines", "Shared Access", "Choose what is allowed", "Search", "Send invitation"];
    in_order(&steps("instagram_in_app"), &path);
}

#[test]
fn ig_7_a_missing_menu_is_explained_and_blocks_nobody_for_their_account_type() {
    let text = steps("instagram_in_app");
    in_order(&text, &["is not there", "update the app", "professional", "not offered", "business portfolio"]);
    let (id, fix) = advice(&Registry::new(), "Shared Access isn't available for this account");
    assert_eq!(id, "no-shared-access");
    in_order(&fix, &["no mistake of yours", "Update the app", "professional", "business portfolio"]);
}

/// IG-9: the labels were not published, so the words are ours; allowing comes before choosing the person.
#[test]
fn ig_9_what_is_allowed_is_chosen_before_the_person() {
    in_order(&steps("instagram_in_app"), &["Choose what is allowed", "Search for the Instagram profile"]);
}

#[test]
fn ig_11_a_person_is_invited_under_people() {
    let path = [
        "Business settings",
        "Users",
        "People",
        "Invite people",
        "e-mail address",
        "date on which it ends",
        "Instagram account",
        "Send invitation",
    ];
    in_order(&steps("portfolio"), &path);
}

#[test]
fn ig_14_and_th_16_no_step_and_no_question_asks_for_a_password() {
    let registry = Registry::new();
    let platform = meta(&registry);
    for section in &platform.guide.as_ref().expect("there").sections {
        assert!(!words(section).to_lowercase().contains("password"), "{}", section.title);
    }
    for asset in &platform.manifest.assets {
        let question = platform.words.text(&format!("which-{}", asset.of));
        assert!(!question.to_lowercase().contains("password"), "{question}");
    }
}

#[test]
fn ig_17_a_partner_is_added_under_partners_with_its_id() {
    let path = [
        "Business settings",
        "Users",
        "Partners",
        "Add",
        "give a partner access to your assets",
        "partner business ID",
        "Instagram accounts",
        "Save changes",
    ];
    in_order(&steps("instagram_account"), &path);
}

#[test]
fn ig_18_a_missing_partners_menu_means_too_little_control() {
    let (id, text) = advice(&Registry::new(), "Partners is missing");
    assert_eq!(id, "no-partners-menu");
    assert!(text.contains("only to people with full control"), "{text}");
}

#[test]
fn th_7_a_threads_account_is_added_under_accounts() {
    let path = [
        "Business settings",
        "right portfolio",
        "Accounts",
        "Threads accounts",
        "Add",
        "notice about the name",
        "Add Threads account",
        "log in at Threads",
        "Log in as",
    ];
    in_order(&steps("threads_account"), &path);
}

#[test]
fn th_15_renaming_either_account_is_advised_against() {
    let (id, text) = advice(&Registry::new(), "Your Threads and Instagram usernames must match");
    assert_eq!(id, "threads-names");
    assert!(text.contains("rename neither"), "{text}");
}

#[test]
fn th_11_unequal_names_are_mended_by_changing_one() {
    let (_, text) = advice(&Registry::new(), "username mismatch");
    assert!(text.contains("Change one of the two names so that both are equal"), "{text}");
}

#[test]
fn th_17_the_agency_gets_the_connected_instagram_account_too() {
    let path =
        ["Partners", "partner business ID", "Instagram accounts", "of the same name", "Threads accounts"];
    in_order(&steps("threads_account"), &path);
}

#[test]
fn th_18_what_a_smaller_role_cannot_do_is_said_before_it_is_chosen() {
    let registry = Registry::new();
    let text = meta(&registry).words.text("threads_account-manage-cannot");
    assert!(text.contains("Connect accounts") && text.contains("run campaigns"), "{text}");
}

#[test]
fn th_19_several_people_work_on_threads_through_the_portfolio_only() {
    assert!(steps("threads_account").contains("Nothing inside the Threads app gives access"));
}

/// IG-28, in figures: by the link it is three clicks at most and nothing typed, counted in `e2e/tests/meta.spec.js`.
#[test]
fn ig_28_by_hand_a_page_instagram_and_threads_take_sixteen_steps_and_an_id_typed_three_times() {
    let registry = Registry::new();
    let guide = meta(&registry).guide.as_ref().expect("there");
    let (mut steps, mut typed) = (0, 0);
    for of in ["page", "instagram_account", "threads_account"] {
        let section = guide.find(Task::Give, &AssetType::new(of)).expect(of);
        steps += section.steps.len();
        let has_id = |line: &&Vec<Piece>| line.contains(&Piece::Value(Value::GranteeId));
        typed += section.steps.iter().filter(has_id).count();
    }
    assert_eq!((steps, typed), (16, 3));
    let notes = include_str!("../../../src/meta/README.md");
    assert!(notes.contains("16 steps and the ID typed three times"), "the notes say other figures");
}
