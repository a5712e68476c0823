//! The agency asks from its own portfolio, by a call or in Business settings, and the client answers there.

use serde_json::{Value, json};
use valetkey_sdk::access::{
    AssetRef, AssetType, EntitlementState, Level, Party, Principal, Roles, Side, Want, Wish, roles,
};
use valetkey_sdk::connector::Outcome;
use valetkey_sdk::contract::Subject;
use valetkey_sdk::guide::Task;
use valetkey_sdk::page::{Cursor, Sight};
use valetkey_sdk::{Error, ErrorKind};

use super::{HARBOUR, INSTAGRAM, NORTHWIND, PAGE, meta, rows, wish, words, world};

const EUR: &str = "act_1183920475566102";

fn deed(person: &str, deed: &str, asset: &str, more: &Value) -> Value {
    let mut act = json!({"person": person, "platform": "meta", "do": deed, "asset": asset});
    for (name, value) in more.as_object().into_iter().flatten() {
        act[name] = value.clone();
    }
    act
}

/// As kim fills it in in Business settings.
fn filled_in(relationship: Option<&str>) -> Value {
    json!({
        "principal": NORTHWIND, "role": ["ADVERTISE", "ANALYZE"],
        "value": {"portfolio": HARBOUR, "relationship": relationship, "message": "For the autumn campaign"},
    })
}

/// Ids that wait for the client, and how well that was seen.
async fn waiting(s: &Subject<'_>, of: &str) -> (Vec<String>, Sight) {
    let (cx, of) = (s.cx(), AssetType::new(of));
    let who = Principal::new("portfolio", NORTHWIND);
    let page = s.connector().asked(&cx, &of, &who, Cursor(None)).await.expect("listed");
    let by_client = EntitlementState::Pending { by: Party::ClientAdmin, expires_at: None };
    assert!(page.items.iter().all(|row| row.state == by_client), "{page:?}");
    (page.items.iter().map(|row| row.on.id().expect("known").to_owned()).collect(), page.sight)
}

/// Tasks that the agency's portfolio shows as received.
async fn received(s: &Subject<'_>, wish: &Wish) -> Option<Roles> {
    let cx = s.cx();
    let read = s.connector().entitlements(&cx, Side::Agency, &wish.on, Some(&wish.who), Cursor(None)).await;
    read.expect("read").items.into_iter().next().map(|row| row.roles)
}

fn told(s: &Subject<'_>) -> Vec<String> {
    let text =
        |entry: &Value, at: &str| entry.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned();
    let line = |e: &Value| {
        format!("{} {} by {}", text(e, "/operation"), text(e, "/asset/id"), text(e, "/caller/person"))
    };
    s.ledger_after(0).iter().map(line).collect()
}

#[test]
fn ig_24_the_agency_asks_under_partners_with_the_clients_portfolio_id() {
    let registry = valetkey_connectors::Registry::new();
    let guide = meta(&registry).guide.as_ref().expect("there");
    for of in ["page", "ad_account", "instagram_account"] {
        let text = words(guide.find(Task::Ask, &AssetType::new(of)).expect(of));
        let path = [
            "Business settings",
            "Users",
            "Partners",
            "Add",
            "ask a partner to assign you their assets",
            "how to reach",
            "ID of their business portfolio",
            "relationship type",
            "switch on",
            "message",
            "Send request",
            "Requests",
        ];
        let places: Vec<_> =
            path.iter().map(|stop| text.find(stop).unwrap_or_else(|| panic!("{stop}: {text}"))).collect();
        assert!(places.is_sorted(), "{of}: {text}");
    }
}

/// The portfolio ID has to be the owner's, and a request without a relationship is not sent.
#[tokio::test]
async fn ig_25_a_request_needs_the_relationship_and_no_message() {
    let world = world().await;
    let s = world.subject().await;
    let refused = s.act(&deed("kim", "ask", INSTAGRAM, &filled_in(None))).expect_err("not sent");
    assert!(refused.contains("Choose the relationship type"), "{refused}");
    let mut elsewhere = filled_in(Some("agency"));
    elsewhere["value"]["portfolio"] = json!(NORTHWIND);
    let refused = s.act(&deed("kim", "ask", INSTAGRAM, &elsewhere)).expect_err("not sent");
    assert!(refused.contains("has no such asset"), "{refused}");
    assert!(told(&s).is_empty());
    let mut silent = filled_in(Some("agency"));
    silent["value"].as_object_mut().expect("a form").remove("message");
    s.act(&deed("kim", "ask", INSTAGRAM, &silent)).expect("sent");
    assert_eq!(told(&s), [format!("request {INSTAGRAM} by kim")]);
}

#[tokio::test]
async fn ig_26_what_is_approved_appears_in_the_agencys_portfolio_from_either_place() {
    for place in ["notification", "requests"] {
        let world = world().await;
        let s = world.subject().await;
        let account = wish(&s, "instagram_account", INSTAGRAM);
        s.act(&deed("kim", "ask", INSTAGRAM, &filled_in(Some("agency")))).expect("sent");
        let held = rows(&s, &account).await;
        let EntitlementState::Pending { by: Party::ClientAdmin, .. } = held[0].state else {
            panic!("{held:?}")
        };
        assert_eq!(received(&s, &account).await, None, "nothing before the client says yes");
        s.act(&deed("olivia", "approve_asked", INSTAGRAM, &json!({"value": place}))).expect("approved");
        assert!(received(&s, &account).await.is_some_and(|has| has.contains("ADVERTISE")), "{place}");
        assert_eq!(rows(&s, &account).await[0].state, EntitlementState::Active);
    }
}

#[tokio::test]
async fn ig_27_only_full_control_of_the_clients_portfolio_approves() {
    let world = world().await;
    let s = world.subject().await;
    s.act(&deed("kim", "ask", INSTAGRAM, &filled_in(Some("agency")))).expect("sent");
    for person in ["noah", "kim"] {
        let refused = s.act(&deed(person, "approve_asked", INSTAGRAM, &json!({"value": "requests"})));
        assert!(refused.expect_err("refused").contains("no full control"), "{person}");
    }
    s.act(&deed("olivia", "decline_asked", INSTAGRAM, &json!({"value": "requests"}))).expect("declined");
    let account = wish(&s, "instagram_account", INSTAGRAM);
    assert!(rows(&s, &account).await.is_empty() && received(&s, &account).await.is_none());
    let registry = valetkey_connectors::Registry::new();
    let guide = meta(&registry).guide.as_ref().expect("there");
    let text = words(guide.find(Task::Ask, account.on.of()).expect("there"));
    assert!(text.contains("Somebody with full control") && text.contains("finance rights"), "{text}");
}

/// By a call it is the same request: it waits, is listed, once however often it is sent, and gives nothing before.
#[tokio::test]
async fn ig_24_and_ig_26_a_page_and_an_ad_account_are_asked_for_by_a_call() {
    let world = world().await;
    let s = world.subject().await;
    for (of, id) in [("page", PAGE), ("ad_account", EUR)] {
        let wished = Wish { level: Level::Manage, ..wish(&s, of, id) };
        let pending = Outcome::Pending { by: Party::ClientAdmin, expires_at: None };
        for _ in 0..2 {
            assert_eq!(s.connector().ask(&s.cx(), &wished).await.expect("asked"), pending);
        }
        assert_eq!(waiting(&s, of).await, (vec![id.to_owned()], Sight::Full));
        assert_eq!(received(&s, &wished).await, None);
        s.act(&deed("olivia", "approve_asked", id, &json!({"value": "requests"}))).expect("approved");
        assert_eq!(waiting(&s, of).await, (vec![], Sight::Full));
        assert!(received(&s, &wished).await.is_some());
        assert_eq!(s.connector().ask(&s.cx(), &wished).await.expect("known"), Outcome::Already);
    }
    assert_eq!(
        told(&s),
        [PAGE, EUR].map(|id| [format!("request {id} by kim"), format!("approve {id} by olivia")]).concat()
    );
}

#[tokio::test]
async fn ig_24_a_request_that_was_taken_back_waits_no_more() {
    let world = world().await;
    let s = world.subject().await;
    let page = wish(&s, "page", PAGE);
    s.connector().ask(&s.cx(), &page).await.expect("asked");
    s.act(&deed("kim", "withdraw_asked", PAGE, &json!({}))).expect("taken back");
    assert_eq!(waiting(&s, "page").await, (vec![], Sight::Full));
    let late = s.act(&deed("olivia", "approve_asked", PAGE, &json!({"value": "requests"})));
    assert!(late.expect_err("too late").contains("no such request waits"));
}

/// IG-16: without two-factor sign-ins and a primary Page no portfolio asks, and of others' things only.
#[tokio::test]
async fn ig_16_and_ig_24_a_portfolio_that_may_not_ask_is_told_why() {
    let world = world().await;
    let s = world.subject().await;
    let page = wish(&s, "page", PAGE);
    let own = Wish { on: AssetRef::known(page.on.of(), "115720394857702", None), ..page.clone() };
    let refused = s.connector().ask(&s.cx(), &own).await;
    let is = |e: Error, id: &str| matches!(e.kind, ErrorKind::Rejected(remedy) if remedy.id == id);
    assert!(refused.is_err_and(|e| is(e, "agency-owns-it")));
    let tidewater = Wish { who: Principal::new("portfolio", "248190375526410"), ..page.clone() };
    let refused = s.connector().ask(&s.cx(), &tidewater).await;
    assert!(refused.is_err_and(|e| is(e, "agency-role-too-small")), "kim has no say there");
    let bare = json!({
        "principal": "248190375526410", "role": ["ANALYZE"],
        "value": {"portfolio": HARBOUR, "relationship": "agency"},
    });
    let refused = s.act(&deed("sam", "ask", PAGE, &bare)).expect_err("not sent");
    assert!(refused.contains("primary Page"), "{refused}");
    let instagram = wish(&s, "instagram_account", INSTAGRAM);
    let refused = s.connector().ask(&s.cx(), &instagram).await;
    assert!(refused.is_err_and(|e| e.kind == ErrorKind::Unsupported), "by hand only");
    assert!(told(&s).is_empty());
}

/// IG-19: an advertiser becomes partner of the creator's account like an agency does, for ads alone.
#[tokio::test]
async fn ig_19_a_creator_lets_an_advertiser_run_ads_by_the_partner_route() {
    let world = world().await;
    let s = world.subject().await;
    let account = wish(&s, "instagram_account", INSTAGRAM);
    let ads = Wish { want: Want::Held { roles: roles(["ADVERTISE"]), until: None }, ..account.clone() };
    s.connector().grant(&s.cx(), &ads, None).await.expect("given");
    assert!(received(&s, &ads).await.is_some_and(|has| has.contains("ADVERTISE")));
    let registry = valetkey_connectors::Registry::new();
    let guide = meta(&registry).guide.as_ref().expect("there");
    let text = words(guide.find(Task::Give, account.on.of()).expect("there"));
    assert!(text.contains("A creator who lets an advertiser run ads"), "{text}");
}
