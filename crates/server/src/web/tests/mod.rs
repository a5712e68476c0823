//! Every page with sample data: the hooks are there, and people's data is escaped.

mod samples;

use std::fs;
use std::path::Path;

use samples::{pages, pages_in, when};
use valetkey_pages::view::grouped;
use valetkey_sdk::lang::Lang;
use valetkey_sdk::words::compare::messages;

use crate::app::logo::MOST_SERVED;

const STYLES: [&str; 4] = [
    include_str!("../../../../pages/assets/tokens.css"),
    include_str!("../../../../pages/assets/base.css"),
    include_str!("../../../../pages/assets/client.css"),
    include_str!("../../../../pages/assets/agency.css"),
];
const SCRIPT: &str = include_str!("../../../../pages/assets/app.js");

fn page(name: &str) -> String {
    pages().into_iter().find(|(known, _)| *known == name).expect("a page of that name").1
}

fn has(page: &str, hooks: &[&str]) {
    let html = self::page(page);
    for hook in hooks {
        assert!(html.contains(hook), "{page} lacks {hook}");
    }
}

/// How often the page has it.
fn count(page: &str, needle: &str) -> usize {
    self::page(page).matches(needle).count()
}

#[test]
fn every_template_renders() {
    for (name, html) in pages() {
        assert!(html.starts_with("<!doctype html>"), "{name}");
        assert!(html.contains(" · Valetkey</title>"), "{name} has no title");
        assert_eq!(html.matches("<h1").count(), 1, "{name} has one first heading");
        assert_eq!(
            html.matches("method=\"post\"").count(),
            html.matches("name=\"csrf\"").count(),
            "{name} has an open form"
        );
        assert!(!html.contains("style="), "{name} has a style that the policy refuses");
    }
}

#[test]
fn a_page_says_in_which_language_it_is_and_offers_the_others() {
    for lang in Lang::ALL {
        for (name, html) in pages_in(lang).iter().filter(|(name, _)| name.starts_with("client-")) {
            let tag = format!("<html lang=\"{}\" dir=\"{}\">", lang.as_str(), lang.dir());
            assert!(html.contains(&tag), "{name}");
            for other in Lang::ALL {
                let hook = format!("data-testid=\"language-{}\"", other.as_str());
                assert_eq!(html.contains(&hook), other != lang, "{name}, {hook}");
            }
        }
    }
}

/// Whatever is written in a template and not in a file of words would stay English.
#[test]
fn a_german_page_has_none_of_the_english_words() {
    const ENGLISH: &str = include_str!("../../../../pages/locales/en.ftl");
    const GERMAN: &str = include_str!("../../../../pages/locales/de.ftl");
    let (english, german) = (texts(ENGLISH), texts(GERMAN));
    let own: Vec<_> = english.iter().filter(|(id, text)| text.len() > 10 && german[*id] != **text).collect();
    assert!(own.len() > 120, "{}", own.len());
    let mut seen = 0;
    // What trouble is about is sample data.
    for (name, html) in pages_in(Lang::De).into_iter().filter(|(name, _)| *name != "client-trouble") {
        for (id, text) in own.iter().filter(|_| name.starts_with("client-") || name == "doctor") {
            assert!(!html.contains(&format!(">{text}<")), "{name} says “{text}” ({id}) in English");
            seen += usize::from(html.contains(&format!(">{}<", german[*id])));
        }
    }
    assert!(seen > 50, "{seen}: the German words are on the pages");
}

/// The messages that take no arguments, as they are written.
fn texts(source: &str) -> std::collections::BTreeMap<String, String> {
    let plain = messages(source).into_iter().filter(|(_, args)| args.is_empty()).map(|(id, _)| id);
    let line = |id: &String| source.lines().find_map(|line| line.strip_prefix(&format!("{id} = ")));
    plain.filter_map(|id| Some((id.clone(), line(&id)?.to_owned()))).collect()
}

#[test]
fn data_never_becomes_markup() {
    for (name, html) in pages() {
        assert!(!html.contains("<script>"), "{name}");
    }
    assert_eq!(count("client-link-long", "&#60;script&#62;"), 1);
}

#[test]
fn the_link_page_has_its_hooks() {
    has(
        "client-link-open",
        &["data-testid=\"platform-meta\" data-state=\"open\"", "data-testid=\"connect-tiktok\""],
    );
    has(
        "client-link-under-way",
        &[
            "data-testid=\"connect-meta\"",
            "data-testid=\"platform-tiktok\" data-state=\"chosen\"",
            "data-testid=\"line-7300000000000000001\" data-state=\"working\"",
        ],
    );
}

#[test]
fn a_client_page_has_at_most_one_primary_button() {
    for (name, html) in pages().iter().filter(|(name, _)| name.starts_with("client-")) {
        assert!(html.matches("is-primary").count() <= 1, "{name}");
    }
    assert_eq!(count("client-link-open", "is-primary"), 1);
    assert_eq!(count("client-link-done", "is-primary"), 1);
}

#[test]
fn a_logo_stands_in_place_of_the_initials_and_keeps_its_room() {
    has(
        "client-link-logo",
        &["<img class=\"logo\" src=\"/logo/a.png\" width=\"144\" height=\"48\" alt=\"\">"],
    );
    assert_eq!(count("client-link-logo", "is-agency"), 0);
    assert_eq!((count("client-link-open", "is-agency"), count("client-link-open", "<img")), (1, 0));
}

#[test]
fn the_pick_page_has_its_hooks() {
    has(
        "client-pick-few",
        &[
            "data-testid=\"asset-act_920000000000000\" checked",
            "data-testid=\"review\"",
            "data-testid=\"not-me-meta\"",
            "aria-describedby=\"why-2\" disabled",
        ],
    );
    assert_eq!(count("client-pick-many", "name=\"pick\""), 200);
}

#[test]
fn what_cannot_be_shared_comes_last_in_its_group() {
    let html = page("client-pick-few");
    let at = |needle: &str| html.find(needle).expect("the option is there");
    assert!(at("value=\"1\"") < at("value=\"2\""));
    assert!(at("value=\"2\"") < at("Not in a portfolio"));
}

#[test]
fn a_search_is_offered_from_eight_accounts_on() {
    assert_eq!(count("client-pick-few", "type=\"search\""), 0);
    assert_eq!(count("client-pick-many", "type=\"search\""), 1);
}

#[test]
fn approval_and_what_follows_have_their_hooks() {
    has("client-review", &["data-testid=\"approve\"", "name=\"terms\" value=\"digest\""]);
    has(
        "client-progress",
        &["data-live", "data-testid=\"line-act_920000000000001\" data-state=\"verifying\""],
    );
    assert_eq!(count("client-progress-stuck", "data-live"), 0);
    assert_eq!(count("client-receipt", "data-testid=\"receipt\""), 1);
}

#[test]
fn the_dashboard_has_its_hooks() {
    has("agency-sign-in", &["data-testid=\"sign-in\""]);
    assert_eq!(count("agency-requests", "data-testid=\"request-row\""), 12);
    has(
        "agency-request",
        &[
            "data-testid=\"grant-act_920000000000001\" data-state=\"drifted\"",
            "data-testid=\"verify-104200000000001\"",
            "data-testid=\"revoke-104200000000001\"",
            "data-testid=\"cancel\"",
        ],
    );
    has("agency-revoke", &["data-testid=\"revoke-confirm\""]);
}

#[test]
fn what_cannot_be_revoked_now_has_no_button_that_says_so() {
    assert_eq!(count("agency-revoke-refused", "data-testid=\"revoke-confirm\""), 0);
}

#[test]
fn who_has_access_has_its_hooks_and_keeps_its_filters_in_the_search() {
    has(
        "agency-access",
        &[
            "data-testid=\"read-access\"",
            "data-testid=\"finding\" data-state=\"unknown_partner\"",
            "data-testid=\"trouble\" data-state=\"unreadable\"",
            "<input type=\"hidden\" name=\"asset\" value=\"meta:ad_account:act_920000000000001\">",
        ],
    );
    assert_eq!(count("agency-access", "data-testid=\"access-row\""), 4);
    // What could not be read is never shown as empty.
    has("agency-access-unreadable", &["Nothing could be read yet"]);
    assert_eq!(count("agency-access-unread", "data-testid=\"access-row\""), 0);
}

#[test]
fn every_page_says_that_its_platforms_are_simulated() {
    for (name, html) in pages() {
        assert_eq!(html.contains("Simulated platforms"), name != "client-trouble", "{name}");
    }
}

#[test]
fn ids_are_grouped_by_their_trailing_digits() {
    assert_eq!(grouped("155500000000001"), ["1555", "0000", "0000", "001"]);
    assert_eq!(grouped("act_920000001"), ["act_", "9200", "00001"]);
    assert_eq!(grouped("GTM-AB12"), ["GTM-AB12"]);
}

#[test]
fn a_day_is_a_date_however_near_it_is() {
    assert_eq!(when("in 14 days").day, "30 June 2027");
}

#[test]
fn every_icon_is_in_the_sprite() {
    for (name, html) in pages() {
        for used in html.split("href=\"#i-").skip(1) {
            let icon = used.split('"').next().expect("an address ends");
            assert!(html.contains(&format!("<symbol id=\"i-{icon}\"")), "{name} uses {icon}");
        }
    }
}

/// Without compression; a long list needs it.
#[test]
fn a_client_page_stays_under_60_kilobytes() {
    // The agency's own style comes last, and is not sent to clients.
    let around = STYLES[..3].iter().map(|style| style.len()).sum::<usize>() + SCRIPT.len() + MOST_SERVED;
    let all = Lang::ALL.into_iter().flat_map(pages_in);
    for (name, html) in all.filter(|(name, _)| name.starts_with("client-") && *name != "client-pick-many") {
        assert!(html.len() + around < 60_000, "{name} is {} bytes", html.len() + around);
    }
}

/// Writes the pages to `target/pages` with their style and script.
#[test]
#[ignore = "for looking at the pages"]
fn write_pages_for_looking() {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pages");
    fs::create_dir_all(&out).expect("target can be written");
    fs::write(out.join("app.css"), STYLES.concat()).expect("target can be written");
    fs::write(out.join("app.js"), SCRIPT).expect("target can be written");
    for lang in Lang::ALL {
        for (name, html) in pages_in(lang) {
            let file = format!("{name}.{}.html", lang.as_str());
            fs::write(out.join(file), html).expect("target can be written");
        }
    }
}
