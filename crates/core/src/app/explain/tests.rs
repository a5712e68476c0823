//! Every message of Meta's reference is explained; what is not known is said.

use valetkey_sdk::lang::Lang;

use super::*;

fn ids(message: &str, platform: Option<&str>) -> Vec<String> {
    let found = explain(&Registry::new(), message, platform, Lang::En).unwrap_or_default();
    found.into_iter().map(|e| e.id).collect()
}

#[test]
fn a_message_a_code_and_a_reason_are_explained() {
    for message in ["(#3989) The business already has access", "code 3944", "3989"] {
        assert_eq!(ids(message, None), ["shared-already"], "{message}");
    }
    assert_eq!(ids("Error validating access token: Session has expired", Some("meta")), ["sign-in-over"]);
    assert_eq!(ids("needs-full-control", None), ["needs-full-control"], "a reason with a name in it");
    assert_eq!(ids("sign-in-again", None), ["sign-in-again"], "the product's own");
    let own = explain(&Registry::new(), "sign-in-again", None, Lang::En).expect("known");
    assert!(own[0].cause.contains("the platform") && own[0].fix.is_some(), "{own:?}");
}

/// Every code and message of the reference, and what it is taken for.
const META: &[(&str, &str)] = &[
    ("1", "down"),
    ("2", "down"),
    ("3", "not-for-this-app"),
    ("4", "rate-limit"),
    ("10", "forbidden"),
    ("17", "rate-limit"),
    ("17/2446079", "score-limit"),
    ("32", "rate-limit"),
    ("100", "invalid-parameter"),
    ("100/33", "hidden"),
    ("102", "sign-in-over"),
    ("104", "signature"),
    ("190", "sign-in-over"),
    ("190/458", "app-removed"),
    ("190/459", "checkpoint"),
    ("190/460", "password-changed"),
    ("190/463", "sign-in-expired"),
    ("190/464", "profile-unconfirmed"),
    ("190/467", "sign-in-ended"),
    ("190/492", "page-role-lost"),
    ("190/2069032", "page-token"),
    ("200", "forbidden"),
    ("270", "app-in-development"),
    ("283", "page-permission"),
    ("299", "forbidden"),
    ("341", "rate-limit"),
    ("368", "blocked-by-meta"),
    ("370", "page-update-refused"),
    ("413", "needs-own-login"),
    ("415", "two-factor"),
    ("452", "sign-in-over"),
    ("457", "needs-own-login"),
    ("613", "rate-limit"),
    ("2620", "not-assignable"),
    ("2635", "old-version"),
    ("3910", "cannot-edit-portfolio"),
    ("3911", "cannot-edit-portfolio"),
    ("3912", "down"),
    ("3913", "cannot-edit-portfolio"),
    ("3914", "last-admin"),
    ("3918", "owned-elsewhere"),
    ("3944", "shared-already"),
    ("3946", "agency-owns-it"),
    ("3947", "portfolio-name"),
    ("3948", "page-needs-manager"),
    ("3962", "wrong-scope"),
    ("3973", "portfolio-name"),
    ("3974", "portfolio-name"),
    ("3977", "page-admin-only"),
    ("3979", "ad-account-limit"),
    ("3980", "bad-standing"),
    ("3982", "cannot-import"),
    ("3989", "shared-already"),
    ("3996", "not-in-this-portfolio"),
    ("42000", "instagram-link-blocks"),
    ("42001", "instagram-link-blocks"),
    ("42004", "on-behalf-failed"),
    ("80000", "rate-limit"),
    ("80004", "rate-limit"),
    ("80009", "rate-limit"),
    ("80014", "rate-limit"),
    ("104001", "app-not-in-portfolio"),
    ("1404163", "no-ads-for-person"),
    ("error=access_denied&error_reason=user_denied", "declined"),
    ("The Threads account wasn't added", "threads-private"),
    ("The Threads account wasn\u{2019}t added.", "threads-private"),
    ("Only people with full control can add this account.", "threads-no-control"),
    ("You don\u{2019}t have sufficient permissions for this business.", "threads-no-control"),
    ("Action not allowed: Missing required permissions.", "threads-no-control"),
    ("You must be an admin to complete this request.", "threads-no-control"),
    ("Error validating access token: Session has expired on Friday, 20-Nov-26.", "sign-in-expired"),
    ("Error validating access token: The user has not authorized application 1.", "app-removed"),
];

/// The same code as people meet it: bare, in Meta's own sentence, and in its answer.
#[test]
fn every_code_and_message_of_the_reference_has_a_cause_a_fix_and_who_can_do_it() {
    let registry = Registry::new();
    for (message, id) in META {
        let (code, subcode) = message.split_once('/').unwrap_or((*message, ""));
        let mut ways = vec![(*message).to_owned()];
        if code.parse::<u64>().is_ok() {
            let subcode = if subcode.is_empty() { "null" } else { subcode };
            ways.push(format!("{{\"error\":{{\"code\":{code},\"error_subcode\":{subcode}}}}}"));
            ways.push(format!("(#{code}) Etwas ging schief (subcode {subcode})"));
        }
        for way in ways {
            let found = explain(&registry, &way, Some("meta"), Lang::En).unwrap_or_default();
            let [only] = &found[..] else { panic!("{way}: {found:?}") };
            assert_eq!(only.id, *id, "{way}");
            assert!(only.fix.is_some() && !only.by.is_empty() && only.source.is_some(), "{only:?}");
        }
    }
}

/// No entry of any platform is there that nothing reaches.
#[test]
fn every_message_that_a_platform_lists_is_found_by_each_of_its_codes_and_words() {
    let registry = Registry::new();
    let mut tried = 0;
    for platform in registry.iter() {
        for facts in &platform.manifest.errors {
            let codes = facts.codes.iter().map(|code| code.split_once('-').map_or(&**code, |(from, _)| from));
            for way in codes.chain(facts.says.iter().map(String::as_str)).chain([facts.id.as_str()]) {
                let found =
                    explain(&registry, way, Some(&platform.manifest.id), Lang::En).unwrap_or_default();
                assert!(found.iter().any(|e| e.id == facts.id), "{way}: {found:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn th_22_and_ig_29_a_suspended_and_a_lost_account_are_told_apart_and_remedied() {
    let one =
        |message: &str| explain(&Registry::new(), message, Some("meta"), Lang::En).expect(message).remove(0);
    let suspended = one("Your account has been suspended");
    assert_eq!(suspended.id, "threads-suspended");
    assert!(suspended.desktop.expect("steps").contains("threads.com/settings/account_status"));
    assert!(suspended.by.contains(&Doer::Platform), "an appeal is Meta\u{2019}s to decide");
    let lost = one("We suspect your account was compromised");
    let fix = lost.fix.expect("a fix");
    for step in ["Change the password", "two-factor", "not yours", "only then share"] {
        assert!(fix.contains(step), "{step}: {fix}");
    }
    assert!(lost.phone.expect("steps").contains("Login activity"));
}

#[test]
fn what_is_not_known_is_said() {
    for (message, platform) in [("the moon is full", None), ("", None), ("3989", Some("myspace"))] {
        let refusal = explain(&Registry::new(), message, platform, Lang::En).expect_err(message).to_string();
        assert!(refusal.contains("valetkey platforms") || refusal.contains("--platform"), "{refusal}");
    }
}
