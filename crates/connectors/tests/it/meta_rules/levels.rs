//! Levels, tasks, and whose they are.

use valetkey_sdk::access::{AssetRef, AssetType, Level, Principal, Side, Want, Wish, roles};
use valetkey_sdk::manifest::Method;
use valetkey_sdk::page::Cursor;
use valetkey_sdk::{Error, ErrorKind, Result};

use super::{HARBOUR, INSTAGRAM, NORTHWIND, PAGE, meta, rows, wish, world};

#[tokio::test]
async fn meta_1_everything_that_is_shared_lies_in_a_portfolio() {
    let world = world().await;
    let s = world.subject().await;
    for facts in s.manifest().assets.iter().filter(|f| !f.levels.is_empty() && f.of.as_str() != "portfolio") {
        let container = facts.parent.as_ref().map(AssetType::as_str);
        // In the app there is no portfolio.
        let expected = (facts.of.as_str() != "instagram_in_app").then_some("portfolio");
        assert_eq!(container, expected, "{}", facts.of);
        for found in s.list_inside(facts).await.unwrap_or_default() {
            assert_eq!(found.on.parent(), Some(HARBOUR), "{found:?}");
        }
    }
}

/// META-3: the labels of before are nowhere shown as levels.
#[test]
fn meta_3_levels_are_full_control_or_partial_access() {
    let registry = valetkey_connectors::Registry::new();
    let platform = meta(&registry);
    assert_eq!(platform.words.text("role-ADMIN"), "Full control");
    assert_eq!(platform.words.text("role-EMPLOYEE"), "Partial access");
    assert_eq!(platform.words.text("role-FULL_CONTROL"), "Full control");
    let named = platform.manifest.assets.iter().flat_map(|a| a.levels.values()).flat_map(|l| &l.roles);
    for role in named {
        let word = platform.words.text(&format!("role-{role}"));
        assert!(!["Admin", "Editor", "Advertiser", "Analyst"].contains(&word.as_str()), "{role}: {word}");
    }
}

#[test]
fn meta_5_full_control_of_a_portfolio_is_recommended_to_nobody() {
    let registry = valetkey_connectors::Registry::new();
    let platform = meta(&registry);
    let can = platform.words.text("portfolio-full-can");
    assert!(can.contains("Manage people") && can.contains("only where nothing less is enough"), "{can}");
    let asks_for_it = |task: &valetkey_sdk::manifest::TaskFacts| {
        task.needs.iter().any(|need| need.of.as_str() == "portfolio")
    };
    assert!(!platform.manifest.tasks.iter().any(asks_for_it));
}

/// META-7: a video editor and a support assistant.
#[tokio::test]
async fn meta_7_less_than_a_level_is_given_as_asked() {
    let world = world().await;
    let s = world.subject().await;
    for only in ["CONTENT", "MESSAGES"] {
        let least = Wish {
            want: Want::Held { roles: roles([only]), until: None },
            ..wish(&s, "instagram_account", INSTAGRAM)
        };
        s.connector().grant(&s.cx(), &least, None).await.expect("given");
        let held = rows(&s, &least).await;
        assert_eq!(held[0].roles, roles([only]), "and nothing more");
        s.connector().revoke(&s.cx(), &held[0]).await.expect("taken away");
    }
}

/// META-9: what an agency received is offered to nobody.
#[tokio::test]
async fn meta_9_received_accounts_are_listed_as_not_theirs_to_share() {
    let world = world().await;
    let s = world.subject().await;
    s.connector().grant(&s.cx(), &wish(&s, "page", PAGE), None).await.expect("given");
    let portfolio = AssetRef::known(&AssetType::new("portfolio"), NORTHWIND, None);
    let found = s.list(Side::Agency, &AssetType::new("page"), Some(&portfolio)).await.expect("listed");
    let received = found.iter().find(|a| a.on.id() == Some(PAGE)).expect("received");
    assert_eq!(received.blocked().map(|r| r.id.as_str()), Some("not-owner"));
}

#[tokio::test]
async fn ig_15_the_agency_assigns_its_own_people_with_its_own_sign_in() {
    let world = world().await;
    let s = world.subject().await;
    let share = wish(&s, "instagram_account", INSTAGRAM);
    s.connector().grant(&s.cx(), &share, None).await.expect("given");
    let start = s.ledger_end();
    let ravi = Principal::new("person", "122103359102288").of(Some(NORTHWIND));
    let assigned = Wish { who: ravi, ..share.clone() };
    s.connector().grant(&s.cx(), &assigned, None).await.expect("assigned");
    let entries = s.ledger_after(start);
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].pointer("/caller/person").and_then(|p| p.as_str()), Some("kim"), "not olivia");
    let client_only: Vec<_> = s.held().iter().filter(|h| h.side == Side::Client).cloned().collect();
    let refused = s.connector().grant(&s.cx_with(&client_only), &assigned, None).await;
    assert!(matches!(refused, Err(Error { kind: ErrorKind::Reauthorize { .. }, .. })), "{refused:?}");
}

/// TH-1: everything about Threads is done in Business settings, by people.
#[tokio::test]
async fn th_1_no_call_gives_reads_or_takes_away_access_to_threads() {
    let world = world().await;
    let s = world.subject().await;
    let facts = s.manifest().asset(&AssetType::new("threads_account")).expect("there");
    assert!(facts.levels.values().all(|l| l.method == Method::Guided && l.verify.is_empty()));
    let on = s.list_inside(facts).await.expect("listed").remove(0).on;
    let level = Level::Manage;
    let want = Want::Held { roles: facts.levels[&level].roles.clone(), until: None };
    let wish = Wish { on, who: Principal::new("portfolio", NORTHWIND), level, want };
    let unsupported = |e: &Error| e.kind == ErrorKind::Unsupported;
    let given: Result<_> = s.connector().grant(&s.cx(), &wish, None).await;
    assert!(given.is_err_and(|e| unsupported(&e)));
    let cx = s.cx();
    let read = s.connector().entitlements(&cx, Side::Agency, &wish.on, Some(&wish.who), Cursor(None)).await;
    assert!(read.is_err_and(|e| unsupported(&e)));
    assert!(s.ledger_after(0).is_empty());
}

/// TH-21: a Page is another thing.
#[tokio::test]
async fn th_21_access_to_a_page_does_not_reach_threads() {
    let world = world().await;
    let s = world.subject().await;
    s.connector().grant(&s.cx(), &wish(&s, "page", PAGE), None).await.expect("given");
    let reached: Vec<_> = s.ledger_after(0);
    assert!(reached.iter().all(|e| e.pointer("/asset/type").and_then(|t| t.as_str()) == Some("page")));
    assert!(super::threads_guide().contains("access to your Facebook Page does not reach Threads"));
}
