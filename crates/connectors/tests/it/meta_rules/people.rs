//! People whom the client invites into its own portfolio: invited, accepted and gone are three things.

use serde_json::{Value, json};
use valetkey_sdk::ErrorKind;
use valetkey_sdk::access::{
    AssetRef, AssetType, Entitlement, EntitlementState, Level, Party, Principal, Side, roles,
};
use valetkey_sdk::contract::Subject;
use valetkey_sdk::page::{Cursor, Sight};

use super::{HARBOUR, INSTAGRAM, meta, world};

const KIM: &str = "kim@northwindgrowth.example";

fn invite(more: &Value) -> Value {
    let mut act = json!({
        "person": "olivia", "platform": "meta", "do": "invite", "asset": HARBOUR,
        "principal": {"type": "member", "id": KIM},
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        act[name] = value.clone();
    }
    act
}

/// All rows on the portfolio, and how well they were seen.
async fn everybody(s: &Subject<'_>, of: Option<&Principal>) -> (Vec<Entitlement>, Sight) {
    let on = AssetRef::known(&AssetType::new("portfolio"), HARBOUR, None);
    let (cx, mut at, mut found, mut sight) = (s.cx(), Cursor(None), Vec::new(), Sight::Full);
    loop {
        let page = s.connector().entitlements(&cx, Side::Client, &on, of, at).await.expect("read");
        found.extend(page.items);
        sight = sight.and(page.sight);
        match page.next {
            Some(next) => at = next,
            None => return (found, sight),
        }
    }
}

async fn kim(s: &Subject<'_>) -> Option<Entitlement> {
    let (rows, sight) = everybody(s, Some(&Principal::new("member", KIM))).await;
    assert_eq!(sight, Sight::Full);
    rows.into_iter().find(|row| row.who.id == KIM)
}

#[tokio::test]
async fn meta_4_an_invitation_is_for_partial_access_without_finance_unless_chosen() {
    let world = world().await;
    let s = world.subject().await;
    s.act(&invite(&json!({}))).expect("invited");
    assert_eq!(kim(&s).await.expect("invited").roles, roles(["EMPLOYEE"]));
    s.act(&invite(&json!({"value": {"finance": "EDITOR"}}))).expect("sent again");
    s.act(&json!({"person": "kim", "platform": "meta", "do": "accept"})).expect("accepted");
    assert_eq!(
        kim(&s).await.expect("there").roles,
        roles(["EMPLOYEE", "FINANCE_EDITOR"]),
        "an extra is told"
    );
    let registry = valetkey_connectors::Registry::new();
    let facts = meta(&registry).manifest.asset(&AssetType::new("portfolio")).expect("there");
    assert!(facts.levels.values().flat_map(|l| &l.roles).all(|role| !role.starts_with("FINANCE")));
    assert_eq!(facts.levels[&Level::Manage].roles, roles(["EMPLOYEE"]));
}

#[tokio::test]
async fn ig_13_nothing_is_theirs_before_they_accept() {
    let world = world().await;
    let s = world.subject().await;
    s.act(&invite(&json!({"value": {"assets": {INSTAGRAM: ["CONTENT"]}}}))).expect("invited");
    let row = kim(&s).await.expect("invited");
    let EntitlementState::Pending { by: Party::Invitee, expires_at: Some(until) } = row.state else {
        panic!("{row:?}")
    };
    assert!(until > world.clock.now(), "it lapses some time");
    let operations = |start| {
        let entries = s.ledger_after(start);
        entries.iter().map(|e| e["operation"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(operations(0), ["invite"], "no access to anything");
    s.act(&json!({"person": "kim", "platform": "meta", "do": "accept"})).expect("accepted");
    assert_eq!(kim(&s).await.expect("there").state, EntitlementState::Active);
    assert_eq!(operations(0), ["invite", "accept", "grant"], "with it comes what was ticked");
}

/// IG-12: temporary access ends by itself, and is read as gone.
#[tokio::test]
async fn ig_12_temporary_access_is_read_as_gone_when_its_date_has_come() {
    let world = world().await;
    let s = world.subject().await;
    let until = "2026-12-01T00:00:00Z";
    s.act(&invite(&json!({"value": {"until": until}}))).expect("invited");
    assert_eq!(kim(&s).await.expect("invited").until, Some(until.parse().expect("a time")));
    s.act(&json!({"person": "kim", "platform": "meta", "do": "accept"})).expect("accepted");
    world.clock.advance(jiff::SignedDuration::from_hours(8 * 24));
    assert!(kim(&s).await.is_some());
    world.clock.advance(jiff::SignedDuration::from_hours(24));
    assert!(kim(&s).await.is_none(), "nobody took it away, its time was over");
}

/// META-11, and what waits is taken back by a call, as whoever accepted is taken out by one (META-5).
#[tokio::test]
async fn meta_11_a_portfolio_has_room_for_everybody() {
    let world = world().await;
    let s = world.subject().await;
    for n in 0..60 {
        let mut act = invite(&json!({}));
        act["principal"]["id"] = json!(format!("colleague{n}@harbourbakery.example"));
        s.act(&act).expect("there is room");
    }
    let (rows, _) = everybody(&s, None).await;
    assert_eq!(rows.len(), 64, "two people, two apps, and sixty invited");
    let colleague = rows.into_iter().find(|row| row.who.id == "colleague7@harbourbakery.example");
    s.connector().revoke(&s.cx(), &colleague.expect("invited")).await.expect("taken back");
    assert_eq!(everybody(&s, None).await.0.len(), 63);
    s.act(&invite(&json!({"role": ["ADMIN"]}))).expect("invited");
    s.act(&json!({"person": "kim", "platform": "meta", "do": "accept"})).expect("accepted");
    let start = s.ledger_end();
    s.connector().revoke(&s.cx(), &kim(&s).await.expect("there")).await.expect("taken out");
    assert!(kim(&s).await.is_none());
    let last =
        everybody(&s, None).await.0.into_iter().find(|row| row.roles == roles(["ADMIN"])).expect("olivia");
    let refused = s.connector().revoke(&s.cx(), &last).await.map(drop).map_err(|e| e.kind);
    assert!(matches!(refused, Err(ErrorKind::Rejected(remedy)) if remedy.id == "last-admin"));
    let done: Vec<_> = s.ledger_after(start).iter().map(|e| e["operation"].clone()).collect();
    assert_eq!(done, [json!("revoke")], "the last person with full control stays");
}

/// Whoever asks about all is told about people, invitations and system users alike.
#[tokio::test]
async fn meta_2_a_portfolio_lists_its_people_invitations_and_system_users() {
    let world = world().await;
    let s = world.subject_of("liam").await;
    let on = AssetRef::known(&AssetType::new("portfolio"), "1730284650918273", None);
    let (cx, mut at, mut told) = (s.cx(), Cursor(None), Vec::new());
    loop {
        let page = s.connector().entitlements(&cx, Side::Client, &on, None, at).await.expect("read");
        told.extend(page.items.into_iter().map(|row| {
            let name = row.name.unwrap_or(row.who.id);
            format!("{} {name} {:?}", row.who.kind, row.roles.into_iter().collect::<Vec<_>>())
        }));
        match page.next {
            Some(next) => at = next,
            None => break,
        }
    }
    told.sort();
    assert_eq!(
        told,
        [
            "member Ada Whitfield [\"EMPLOYEE\"]",
            "member Liam O'Connor [\"ADMIN\"]",
            "member frontdesk@alderhotels.example [\"EMPLOYEE\"]",
            "system_user Alder Feeds [\"EMPLOYEE\"]",
        ]
    );
}

/// Apps too, its own apart from others', and whether its people sign in with a second factor.
#[tokio::test]
async fn meta_2_a_portfolio_lists_its_apps_and_who_has_a_second_factor() {
    let world = world().await;
    let s = world.subject().await;
    let (rows, sight) = everybody(&s, None).await;
    assert_eq!(sight, Sight::Full);
    let apps: Vec<_> = rows.iter().filter(|row| row.who.kind == "app").collect();
    let told: Vec<_> = apps.iter().map(|row| (row.name.as_deref(), row.who.within.as_deref())).collect();
    assert_eq!(told, [(Some("Harbour Bakery shop"), Some(HARBOUR)), (Some("Valetkey Demo"), None)]);
    let factor = |row: &&Entitlement| row.two_factor.is_some();
    let people: Vec<_> = rows.iter().filter(factor).map(|row| row.name.as_deref()).collect();
    assert_eq!(people, [Some("Olivia Reyes"), Some("Noah Bennett")], "of people only");
}
