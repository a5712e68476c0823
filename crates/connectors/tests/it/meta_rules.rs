//! Rules of Meta's world that the connector, its facts and its words keep; each test names its rule.

mod asking;
mod levels;
mod list;
mod paths;
mod people;
mod threads;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use valetkey_connectors::{Platform, Registry};
use valetkey_sdk::access::{AssetRef, AssetType, Entitlement, Level, Path, Principal, Side, Want, Wish};
use valetkey_sdk::clock::Clock;
use valetkey_sdk::contract::Subject;
use valetkey_sdk::guide::{Piece, Section, Task};
use valetkey_sdk::page::{Cursor, Sight};
use valetkey_sdk::random::Random;
use valetkey_sdk::sim::{Running, Sims};

const HARBOUR: &str = "461820937451102";
const NORTHWIND: &str = "1558203947716620";
const PAGE: &str = "108237461950233";
const INSTAGRAM: &str = "672839102938471";

struct World {
    registry: Registry,
    clock: Clock,
    sims: Running,
}

async fn world() -> World {
    let registry = Registry::new();
    let clock = Clock::mock("2026-11-22T12:00:00Z".parse().expect("a time"));
    let sim = meta(&registry).simulator.expect("has one")();
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let sims = Sims::new([sim]).listen(address, clock.clone(), Random::seeded(1)).await.expect("listens");
    World { registry, clock, sims }
}

fn meta(registry: &Registry) -> &Platform {
    registry.find("meta").expect("there")
}

impl World {
    async fn subject(&self) -> Subject<'_> {
        self.subject_of("olivia").await
    }

    /// With another client than olivia.
    async fn subject_of(&self, client: &str) -> Subject<'_> {
        let platform = meta(&self.registry);
        let connector = platform.connector.as_ref().expect("has one").as_ref();
        Subject::sign_in(connector, &platform.manifest, &self.sims, &self.clock, (client, "kim"))
            .await
            .expect("signed in")
    }
}

/// The agency's portfolio on one of olivia's assets, at the level manage.
fn wish(s: &Subject<'_>, of: &str, id: &str) -> Wish {
    let of = AssetType::new(of);
    let roles = s.manifest().asset(&of).expect("there").levels[&Level::Manage].roles.clone();
    Wish {
        on: AssetRef::known(&of, id, Some(HARBOUR)),
        who: Principal::new("portfolio", NORTHWIND),
        level: Level::Manage,
        want: Want::Held { roles, until: None },
    }
}

async fn rows(s: &Subject<'_>, wish: &Wish) -> Vec<Entitlement> {
    let cx = s.cx();
    let read = s.connector().entitlements(&cx, Side::Client, &wish.on, Some(&wish.who), Cursor(None));
    read.await.expect("read").items
}

#[tokio::test]
async fn ig_21_a_linked_page_brings_content_comments_ads_and_insights_and_no_more() {
    let world = world().await;
    let s = world.subject().await;
    let page = wish(&s, "page", PAGE);
    s.connector().grant(&s.cx(), &page, None).await.expect("given");
    let on_account = rows(&s, &wish(&s, "instagram_account", INSTAGRAM)).await;
    let [row] = on_account.as_slice() else { panic!("{on_account:?}") };
    assert_eq!(row.path, Path::Inherited(page.on.clone()), "and it is told from where");
    let roles: Vec<_> = row.roles.iter().map(String::as_str).collect();
    assert_eq!(roles, ["ADVERTISE", "ANALYZE", "COMMUNITY_ACTIVITY", "CONTENT"], "no messages, no settings");
}

#[tokio::test]
async fn ig_23_taking_away_what_is_direct_leaves_what_is_inherited() {
    let world = world().await;
    let s = world.subject().await;
    let (page, account) = (wish(&s, "page", PAGE), wish(&s, "instagram_account", INSTAGRAM));
    for wish in [&page, &account] {
        s.connector().grant(&s.cx(), wish, None).await.expect("given");
    }
    let both = rows(&s, &account).await;
    let paths: Vec<_> = both.iter().map(|row| row.path.clone()).collect();
    assert_eq!(paths, [Path::Direct, Path::Inherited(page.on.clone())], "shown apart");
    s.connector().revoke(&s.cx(), &both[0]).await.expect("taken away");
    let left = rows(&s, &account).await;
    assert_eq!(left, both[1..], "the direct one is gone, the inherited one is as it was");
    let held = rows(&s, &page).await.remove(0);
    s.connector().revoke(&s.cx(), &held).await.expect("taken away");
    assert!(rows(&s, &account).await.is_empty(), "with the Page goes what flowed from it");
    let guide = meta(&world.registry).guide.as_ref().expect("there");
    let steps = guide.find(Task::Remove, account.on.of()).expect("there");
    assert!(words(steps).contains("Remove the Page as well"), "and whoever removes it is told");
}

#[tokio::test]
async fn ig_20_the_owner_keeps_what_a_partner_loses() {
    let world = world().await;
    let s = world.subject().await;
    let account = wish(&s, "instagram_account", INSTAGRAM);
    let facts = s.manifest().asset(account.on.of()).expect("there");
    let before = s.list_inside(facts).await.expect("listed");
    s.connector().grant(&s.cx(), &account, None).await.expect("given");
    let held = rows(&s, &account).await.remove(0);
    s.connector().revoke(&s.cx(), &held).await.expect("taken away");
    assert_eq!(s.list_inside(facts).await.expect("listed"), before);
}

#[tokio::test]
async fn th_2_a_threads_account_is_listed_with_the_instagram_account_of_its_name() {
    let world = world().await;
    let s = world.subject().await;
    let facts = s.manifest().asset(&AssetType::new("threads_account")).expect("there");
    let found = s.list_inside(facts).await.expect("listed");
    let names: Vec<_> = found.iter().map(|asset| (asset.name.as_str(), asset.on.id())).collect();
    assert_eq!(names, [("harbourbakery", Some("25117396804418823"))]);
}

/// What the words say about the one kind of message that fits.
fn advice(registry: &Registry, message: &str) -> (String, String) {
    let platform = meta(registry);
    let found = platform.manifest.find_errors(message);
    let [error] = found.as_slice() else { panic!("{message}: {found:?}") };
    let advice = platform.words.find_explanation("error", &error.id).expect("words");
    let parts = [Some(advice.happened), advice.act, advice.phone, advice.desktop];
    (error.id.clone(), parts.into_iter().flatten().collect::<Vec<_>>().join(" | "))
}

#[test]
fn th_9_a_private_profile_is_told_by_its_message_with_either_apostrophe() {
    let registry = Registry::new();
    for message in ["The Threads account wasn't added", "The Threads account wasn\u{2019}t added."] {
        let (id, text) = advice(&registry, message);
        assert_eq!(id, "threads-private", "{message}");
        assert!(text.contains("Only public profiles can be added"), "{text}");
    }
}

#[test]
fn th_10_making_a_profile_public_is_explained_for_phone_and_computer() {
    let (_, text) = advice(&Registry::new(), "The Threads account wasn\u{2019}t added");
    let parts: Vec<_> = text.split(" | ").collect();
    let [_, _, phone, desktop] = parts[..] else { panic!("{text}") };
    assert!(phone.contains("Menu, Privacy, switch Private profile off"), "{phone}");
    assert!(desktop.contains("threads.com: More, Settings, Privacy"), "{desktop}");
}

#[test]
fn th_12_four_messages_mean_too_little_control_with_either_apostrophe() {
    let registry = Registry::new();
    for message in [
        "Only people with full control can add this account.",
        "You don't have sufficient permissions for this business.",
        "You don\u{2019}t have sufficient permissions for this business.",
        "Action not allowed: Missing required permissions.",
        "You must be an admin to complete this request.",
    ] {
        assert_eq!(advice(&registry, message).0, "threads-no-control", "{message}");
    }
}

#[test]
fn th_13_too_little_control_is_mended_by_somebody_who_has_it() {
    let (_, text) = advice(&Registry::new(), "You must be an admin to complete this request.");
    assert!(text.contains("assign you afterwards") && text.contains("give you full control"), "{text}");
}

#[test]
fn th_8_the_wrong_portfolio_is_the_first_thing_to_check() {
    let (_, text) = advice(&Registry::new(), "You must be an admin to complete this request.");
    assert!(text.contains("First check") && text.contains("the right portfolio"), "{text}");
}

fn threads_guide() -> String {
    let registry = Registry::new();
    let guide = meta(&registry).guide.as_ref().expect("there");
    words(guide.find(Task::Give, &AssetType::new("threads_account")).expect("there"))
}

fn words(section: &Section) -> String {
    let lines = section.intro.iter().chain(&section.steps).chain(&section.notes).flatten();
    let text = lines.map(|piece| match piece {
        Piece::Text(text) | Piece::Strong(text) | Piece::Link { text, .. } => text.as_str(),
        Piece::Value(value) => value.as_str(),
    });
    text.collect()
}

#[test]
fn th_4_the_guide_tells_old_from_new_accounts() {
    let text = threads_guide();
    assert!(
        text.contains("before 29 January 2026") && text.contains("newer one has to be added by hand"),
        "{text}"
    );
}

#[test]
fn th_20_the_causes_of_no_access_are_named_in_their_order() {
    let text = threads_guide();
    let causes = ["less than full control", "is not assigned", "in another portfolio", "did not accept yet"];
    let places: Vec<_> = causes.iter().map(|cause| text.find(cause).expect(cause)).collect();
    assert!(places.is_sorted(), "{text}");
}

#[test]
fn meta_6_each_asset_is_asked_for_with_tasks_of_its_own() {
    let registry = Registry::new();
    let tasks = |of: &str| {
        let facts = meta(&registry).manifest.asset(&AssetType::new(of)).expect("there");
        let asked = facts.levels.values().filter(|l| l.method != valetkey_sdk::manifest::Method::Guided);
        asked.flat_map(|level| level.roles.clone()).collect::<BTreeSet<_>>()
    };
    let instagram = ["ADVERTISE", "ANALYZE", "COMMUNITY_ACTIVITY", "CONTENT", "MESSAGES"];
    assert_eq!(tasks("instagram_account"), instagram.map(str::to_owned).into());
    assert_eq!(tasks("dataset"), ["ADVERTISE", "ANALYZE", "UPLOAD"].map(str::to_owned).into());
    assert_eq!(tasks("catalog"), ["ADVERTISE", "MANAGE"].map(str::to_owned).into());
}

#[test]
fn meta_8_ads_on_instagram_say_that_they_need_an_ad_account() {
    let text = meta(&Registry::new()).words.text("instagram_account-manage-can");
    assert!(text.contains("an ad account is needed too"), "{text}");
}

#[test]
fn meta_10_a_portfolio_id_of_unusual_length_is_only_warned_about() {
    let registry = Registry::new();
    let id = &meta(&registry).manifest.find_grantee("portfolio").expect("there").id;
    for (text, allowed, usual) in [
        ("1558203947716620", true, true),
        ("461820937451102", true, true),
        ("15582039477166", true, false),
        ("1558", false, false),
        ("15582039477166x0", false, false),
    ] {
        assert_eq!((id.allows(text), id.allows(text) && id.is_usual(text)), (allowed, usual), "{text}");
    }
}

/// META-2: a partner holds the asset as a whole, a person by their own assignment; both are told.
#[tokio::test]
async fn meta_2_partners_and_the_portfolios_own_people_are_listed_with_their_tasks() {
    let world = world().await;
    let s = world.subject().await;
    let page = wish(&s, "page", PAGE);
    s.connector().grant(&s.cx(), &page, None).await.expect("given");
    let (cx, mut at, mut found) = (s.cx(), Cursor(None), Vec::new());
    loop {
        let read = s.connector().entitlements(&cx, Side::Client, &page.on, None, at).await.expect("read");
        assert_eq!(read.sight, Sight::Full);
        found.extend(read.items);
        match read.next {
            Some(next) => at = next,
            None => break,
        }
    }
    let told: Vec<_> = found
        .iter()
        .map(|row| (row.who.kind.as_str(), row.name.as_deref().unwrap_or_default(), row.roles.len()))
        .collect();
    let portfolio = ("portfolio", "Northwind Growth", page.roles().len());
    assert_eq!(told, [portfolio, ("person", "Olivia Reyes", 7), ("person", "Noah Bennett", 3)]);
    assert!(found[1..].iter().all(|row| row.who.within.as_deref() == Some(HARBOUR)));
}
