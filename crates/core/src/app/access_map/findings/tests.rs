//! The rules as a table: what was read and what is granted → what is found.

use jiff::SignedDuration;
use valetkey_connectors::Registry;
use valetkey_sdk::access::{
    AssetRef, AssetType, Entitlement, EntitlementState, Level, Party, Path, Principal, Side, Want, Why, Wish,
    roles,
};
use valetkey_sdk::page::Sight;

use super::super::{Granted, Look, Reading, Row};
use super::*;
use crate::engine::state::grant::{Grant, Phase, Proof, Rest};
use crate::ids::{ClientId, GrantId, GranteeId, ItemId, RequestId};
use crate::store::grants::GrantRow;

const PLATFORM: &str = "meta";
/// The agency, its portfolio's people, the client's two portfolios, somebody else.
const OURS: &str = "900000";
const CLIENT: &str = "100000";
const CLIENT_TOO: &str = "100001";
const OTHER: &str = "700000";
const READ_AT: i64 = 1_800_000_000_000;

fn now() -> Timestamp {
    Timestamp::from_millisecond(READ_AT).expect("in range")
}

fn page(id: &str, within: &str) -> AssetRef {
    AssetRef::known(&AssetType::new("page"), id, Some(within))
}

fn portfolio(id: &str) -> Principal {
    Principal::new("portfolio", id)
}

fn ravi() -> Principal {
    Principal::new("person", "55555").of(Some(OURS))
}

fn row(who: Principal, names: &[&str]) -> Row {
    let seen = Entitlement {
        on: page("1", CLIENT),
        who,
        name: None,
        roles: roles(names.iter().copied()),
        state: EntitlementState::Active,
        path: Path::Direct,
        native_id: None,
        two_factor: None,
        until: None,
    };
    Row { by: Side::Client, seen }
}

fn inherited(who: Principal, names: &[&str], from: AssetRef) -> Row {
    let direct = row(who, names);
    Row { seen: Entitlement { path: Path::Inherited(from), ..direct.seen }, ..direct }
}

fn invited(who: Principal, expires_at: Option<Timestamp>) -> Row {
    let direct = row(who, &["ANALYZE"]);
    let state = EntitlementState::Pending { by: Party::Invitee, expires_at };
    Row { seen: Entitlement { state, ..direct.seen }, ..direct }
}

/// An active grant with these roles, given an hour before the reading.
fn granted(who: Principal, names: &[&str]) -> Granted {
    let wish = Wish {
        on: page("1", CLIENT),
        who: who.clone(),
        level: Level::View,
        want: Want::Held { roles: roles(names.iter().copied()), until: None },
    };
    let grant = Grant { phase: Phase::Settled { rest: Rest::Active }, ..Grant::approved(wish) };
    let row = GrantRow {
        id: GrantId::from_text("grt_1"),
        client_id: ClientId::from_text("cli_1"),
        request_id: RequestId::from_text("req_1"),
        item_id: ItemId::from_text("itm_1"),
        platform: PLATFORM.into(),
        asset_type: "page".into(),
        asset_id: "1".into(),
        asset_name: "Bakery".into(),
        parent_name: None,
        principal_kind: who.kind,
        principal_id: who.id,
        grantee_id: GranteeId::from_text("gte_1"),
        level: "view".into(),
        word: grant.word().into(),
        state: String::new(),
        created_at: READ_AT - 3_600_000,
        changed_at: READ_AT,
        rev: 0,
        after_grant_id: None,
    };
    Granted { row, grant }
}

fn over(who: Principal) -> Granted {
    let mut granted = granted(who, &["ANALYZE"]);
    granted.grant.wish.want = Want::Gone { why: Why::Revoked };
    granted.grant.phase = Phase::Settled { rest: Rest::Gone };
    granted.row.word = granted.grant.word().into();
    granted
}

fn ended_after_the_reading(who: Principal) -> Granted {
    let mut granted = over(who);
    granted.row.changed_at = READ_AT + 1;
    granted
}

/// Checked once more since, and found with these roles.
fn checked_since(who: Principal, names: &[&str]) -> Granted {
    let mut granted = granted(who, &["ANALYZE"]);
    let at = now() + SignedDuration::from_secs(1);
    granted.grant.proof = Some(Proof { at, by: Side::Client, roles: roles(names.iter().copied()) });
    granted
}

fn given_after_the_reading(who: Principal) -> Granted {
    let mut granted = granted(who, &["ANALYZE"]);
    granted.row.created_at = READ_AT + 1;
    granted
}

fn assigned(who: Principal) -> Granted {
    let mut granted = granted(who, &["ANALYZE"]);
    granted.row.after_grant_id = Some(GrantId::from_text("grt_0"));
    granted
}

fn asset(on: AssetRef, grants: Vec<Granted>, rows: Vec<Row>, looks: Vec<Look>) -> Asset {
    Asset {
        platform: PLATFORM.into(),
        id: on.id().expect("known").to_owned(),
        on,
        name: "Bakery".into(),
        grants,
        via: Vec::new(),
        reading: Some((Reading { rows, looks, ..Reading::default() }, READ_AT)),
        tried_at: Some(READ_AT),
        problem: None,
    }
}

fn everybody(sight: Sight) -> Vec<Look> {
    vec![Look { of: None, by: Side::Client, sight }]
}

fn grantee(kind: &str, id: &str) -> Grantee {
    Grantee {
        id: GranteeId::from_text("gte_1"),
        platform: PLATFORM.into(),
        kind: kind.into(),
        external_id: id.into(),
        label: "Northwind Growth".into(),
        within: None,
        connection_id: None,
        proven_at: Some(1),
    }
}

/// Beside the asset there is a second one in the client's other portfolio, which the agency has a grant on.
fn found(grants: Vec<Granted>, rows: Vec<Row>, looks: Vec<Look>) -> Vec<Rule> {
    let registry = Registry::new();
    let platform = registry.find(PLATFORM).expect("a platform");
    let one = asset(page("1", CLIENT), grants, rows, looks);
    let mut second = granted(portfolio(OURS), &["ANALYZE"]);
    second.grant.wish.on = page("2", CLIENT_TOO);
    let two = asset(page("2", CLIENT_TOO), vec![second], Vec::new(), Vec::new());
    let grantee = grantee("portfolio", OURS);
    let (others, ours) = ([&one, &two], [&grantee]);
    let facts = Facts { manifest: &platform.manifest, asset: &one, others: &others, ours: &ours, now: now() };
    rules::hits(&facts).into_iter().map(|hit| hit.rule).collect()
}

/// Its name, the grants, the rows, the looks, and what is found.
type Case = (&'static str, Vec<Granted>, Vec<Row>, Vec<Look>, Vec<Rule>);

#[test]
fn each_rule_finds_what_it_is_about_and_nothing_else() {
    let full = || everybody(Sight::Full);
    let blind = || everybody(Sight::Partial("no rights any more".into()));
    let us = || portfolio(OURS);
    let ours = || granted(us(), &["ANALYZE"]);
    let named = |who: Principal| vec![Look { of: Some(who), by: Side::Agency, sight: Sight::Full }];
    let days = |n: i64| Some(now() + SignedDuration::from_hours(24 * n));
    let held = || row(us(), &["ANALYZE"]);
    let table: Vec<Case> = vec![
        ("as it should be", vec![ours()], vec![held()], full(), vec![]),
        ("nothing was read", vec![ours()], vec![], vec![], vec![]),
        (
            "somebody else",
            vec![ours()],
            vec![held(), row(portfolio(OTHER), &["ANALYZE"])],
            full(),
            vec![Rule::UnknownPartner],
        ),
        (
            "the client's other portfolio",
            vec![ours()],
            vec![held(), row(portfolio(CLIENT_TOO), &["ANALYZE"])],
            full(),
            vec![],
        ),
        (
            "a person of the client's",
            vec![ours()],
            vec![held(), row(Principal::new("person", "1").of(Some(CLIENT)), &["MANAGE"])],
            full(),
            vec![],
        ),
        ("no grant", vec![], vec![held()], full(), vec![Rule::AccessWithoutGrant]),
        ("a grant that is over", vec![over(us())], vec![held()], full(), vec![Rule::AccessWithoutGrant]),
        ("a grant that ended since", vec![ended_after_the_reading(us())], vec![held()], full(), vec![]),
        (
            "one of our people within what was given",
            vec![ours()],
            vec![held(), row(ravi(), &["ANALYZE"])],
            full(),
            vec![],
        ),
        (
            "one of our people after it ended",
            vec![over(us())],
            vec![row(ravi(), &["ANALYZE"])],
            full(),
            vec![Rule::AccessWithoutGrant],
        ),
        (
            "by an asset that was granted",
            vec![],
            vec![inherited(us(), &["ANALYZE"], page("2", CLIENT_TOO))],
            full(),
            vec![],
        ),
        (
            "by an asset that was not",
            vec![],
            vec![inherited(us(), &["ANALYZE"], page("3", CLIENT))],
            full(),
            vec![Rule::AccessWithoutGrant],
        ),
        ("not there", vec![ours()], vec![], full(), vec![Rule::GrantWithoutAccess]),
        ("not there, seen by name", vec![ours()], vec![], named(us()), vec![Rule::GrantWithoutAccess]),
        ("only others were asked for", vec![ours()], vec![], named(ravi()), vec![]),
        ("not seeing is not absence", vec![ours()], vec![], blind(), vec![]),
        ("given since", vec![given_after_the_reading(us())], vec![], full(), vec![]),
        ("seen since", vec![checked_since(us(), &["ANALYZE"])], vec![], full(), vec![]),
        ("over, and gone", vec![over(us())], vec![], full(), vec![]),
        ("everybody of the client's is not our people", vec![assigned(ravi())], vec![], full(), vec![]),
        (
            "our own people, asked for",
            vec![assigned(ravi())],
            vec![],
            named(Principal::new("person", "66666").of(Some(OURS))),
            vec![Rule::GrantWithoutAccess],
        ),
        (
            "more than was asked for",
            vec![ours()],
            vec![row(us(), &["PROFILE_PLUS_ANALYZE", "MANAGE"])],
            full(),
            vec![Rule::OverPrivileged],
        ),
        (
            "lowered since",
            vec![checked_since(us(), &["ANALYZE"])],
            vec![row(us(), &["MANAGE", "ANALYZE"])],
            full(),
            vec![],
        ),
        (
            "what the platform adds was announced",
            vec![granted(us(), &["ADVERTISE", "MODERATE"])],
            vec![row(us(), &["ADVERTISE", "MODERATE", "ANALYZE", "PROFILE_PLUS_MESSAGING"])],
            full(),
            vec![],
        ),
        (
            "an invitation that is over",
            vec![],
            vec![invited(Principal::new("person", "1").of(Some(CLIENT)), days(-1))],
            full(),
            vec![Rule::NeverAccepted],
        ),
        (
            "an invitation that is open",
            vec![],
            vec![invited(Principal::new("person", "1").of(Some(CLIENT)), days(3))],
            full(),
            vec![],
        ),
        (
            "an invitation without a date",
            vec![],
            vec![invited(Principal::new("person", "1").of(Some(CLIENT)), None)],
            full(),
            vec![],
        ),
        (
            "twice",
            vec![],
            vec![
                row(portfolio(CLIENT_TOO), &["ANALYZE"]),
                inherited(portfolio(CLIENT_TOO), &["ANALYZE"], page("3", CLIENT)),
            ],
            full(),
            vec![Rule::HeldTwice],
        ),
        (
            "twice, but not the same",
            vec![],
            vec![
                row(portfolio(CLIENT_TOO), &["ANALYZE"]),
                inherited(portfolio(CLIENT_TOO), &["ADVERTISE"], page("3", CLIENT)),
            ],
            full(),
            vec![],
        ),
        (
            "twice by two grants",
            vec![ours()],
            vec![held(), inherited(us(), &["ANALYZE"], page("2", CLIENT_TOO))],
            full(),
            vec![],
        ),
    ];
    for (case, grants, rows, looks, expected) in table {
        assert_eq!(found(grants, rows, looks), expected, "{case}");
    }
}

/// What was read of a container, with these grants on an asset that lies in it.
fn found_around(inside: Vec<Granted>, rows: Vec<Row>) -> Vec<Rule> {
    let registry = Registry::new();
    let platform = registry.find(PLATFORM).expect("a platform");
    let on = AssetRef::known(&AssetType::new("portfolio"), CLIENT, None);
    let around = asset(on, Vec::new(), rows, everybody(Sight::Full));
    let within = asset(page("1", CLIENT), inside, Vec::new(), Vec::new());
    let grantee = grantee("portfolio", OURS);
    let (others, ours) = ([&around, &within], [&grantee]);
    let facts =
        Facts { manifest: &platform.manifest, asset: &around, others: &others, ours: &ours, now: now() };
    rules::hits(&facts).into_iter().map(|hit| hit.rule).collect()
}

#[test]
fn a_container_names_a_partner_for_what_was_given_inside_it_and_no_longer() {
    let us = || portfolio(OURS);
    let partner = || vec![row(us(), &["PARTNER"])];
    for (inside, expected) in [
        (vec![granted(us(), &["ANALYZE"])], vec![]),
        (vec![ended_after_the_reading(us())], vec![]),
        (vec![over(us())], vec![Rule::AccessWithoutGrant]),
        (vec![granted(ravi(), &["ANALYZE"])], vec![Rule::AccessWithoutGrant]),
        (vec![], vec![Rule::AccessWithoutGrant]),
    ] {
        assert_eq!(found_around(inside, partner()), expected);
    }
    let other = vec![row(portfolio(OTHER), &["PARTNER"])];
    assert_eq!(found_around(vec![granted(us(), &["ANALYZE"])], other), [Rule::UnknownPartner]);
}
