//! Every call that the Meta connector makes is one that Meta's published contract knows: method, path,
//! parameters, and the values of its enums. Recorded while the contract suite runs.

mod recorder;
mod spec;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use serde_json::Value;
use valetkey_connectors::Registry;
use valetkey_sdk::access::{AssetRef, AssetType, Level, Principal, Side, Want, Wish};
use valetkey_sdk::clock::Clock;
use valetkey_sdk::contract::{self, Subject};
use valetkey_sdk::page::Cursor;
use valetkey_sdk::random::Random;
use valetkey_sdk::sim::{Sims, Simulator};

use self::recorder::{Call, Calls, Recorder};
use self::spec::Spec;

/// Where the contract differs from what is called, each with the reason why the call is right all the same.
/// One that does not occur any more fails the test.
const DIFFERENCES: &[(&str, &str)] = &[
    ("GET Page/agencies: Business has no field access_status", PARTNER_ROW),
    ("GET Page/agencies: Business has no field permitted_tasks", PARTNER_ROW),
    ("GET AdAccount/agencies: Business has no field access_status", PARTNER_ROW),
    ("GET AdAccount/agencies: Business has no field permitted_tasks", PARTNER_ROW),
    ("GET AdsPixel/agencies: Business has no field access_status", PARTNER_ROW),
    ("GET AdsPixel/agencies: Business has no field permitted_tasks", PARTNER_ROW),
    ("GET ProductCatalog/agencies: Business has no field access_status", PARTNER_ROW),
    ("GET ProductCatalog/agencies: Business has no field permitted_tasks", PARTNER_ROW),
    ("GET InstagramBusinessAsset/agencies: Business has no field access_status", PARTNER_ROW),
    ("GET InstagramBusinessAsset/agencies: Business has no field permitted_tasks", PARTNER_ROW),
    ("GET Business/client_pages: Page has no field permitted_tasks", RECEIVED_ROW),
    ("GET Business/client_ad_accounts: AdAccount has no field permitted_tasks", RECEIVED_ROW),
    ("GET Business/client_pixels: AdsPixel has no field permitted_tasks", RECEIVED_ROW),
    ("GET Business/client_product_catalogs: ProductCatalog has no field permitted_tasks", RECEIVED_ROW),
    (
        "GET Business/client_instagram_assets: InstagramBusinessAsset has no field permitted_tasks",
        RECEIVED_ROW,
    ),
    (
        "GET Business/client_whatsapp_business_accounts: WhatsAppBusinessAccount has no field permitted_tasks",
        RECEIVED_ROW,
    ),
    ("GET Business/owned_pages: Page has no field tasks", OWN_TASKS),
    ("GET Business/client_pages: Page has no field tasks", OWN_TASKS),
    ("GET User/accounts: Page has no field tasks", OWN_TASKS),
    ("GET Page/assigned_users: AssignedUser has no field tasks", ASSIGNED_ROW),
    ("GET AdAccount/assigned_users: AssignedUser has no field tasks", ASSIGNED_ROW),
    ("GET ProductCatalog/assigned_users: AssignedUser has no field tasks", ASSIGNED_ROW),
    ("GET InstagramBusinessAsset/assigned_users: AssignedUser has no field tasks", ASSIGNED_ROW),
    ("GET Business/system_users: SystemUser has no field role", "the reference of the edge shows it"),
    ("POST Business/client_ad_accounts: no such call", ASKED_ACCOUNT),
    ("GET Business/received_sharing_agreements: no such call", AGREEMENT),
    ("POST BusinessAssetSharingAgreement: no parameter request_status", AGREEMENT),
];
const PARTNER_ROW: &str =
    "rows of partners carry the share's own fields; the files list plain Business nodes";
const RECEIVED_ROW: &str = "what a portfolio received shows with which tasks; the files list the plain node";
const OWN_TASKS: &str = "the Page reference documents the caller's own tasks; the files leave them out";
const AGREEMENT: &str = "the pixel sharing guide documents it; the files leave it out";
const ASKED_ACCOUNT: &str = "the business-to-business guide documents it; the files leave it out since v12, so it may be closed to new apps";
const ASSIGNED_ROW: &str = "the reference of the edge documents them; the files leave them out";

#[tokio::test]
async fn every_call_of_the_meta_connector_is_in_metas_contract() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/meta");
    let Some(spec) = Spec::read(&folder) else {
        println!("skipped: Meta's contract files are not at {}", folder.display());
        return;
    };
    let (calls, nodes) = record().await;
    let mut found = BTreeSet::new();
    let mut checked = BTreeSet::new();
    for call in &calls {
        let Some((node, edge)) = place(call, &nodes) else { continue };
        checked.insert((call.method.clone(), node.clone(), edge.clone()));
        found.extend(spec.differences(&node, edge.as_deref(), call));
    }
    let explained: BTreeSet<_> = DIFFERENCES.iter().map(|(difference, _)| (*difference).to_owned()).collect();
    let news: Vec<_> = found.difference(&explained).collect();
    assert!(news.is_empty(), "the contract does not know:\n{news:#?}");
    let stale: Vec<_> = explained.difference(&found).collect();
    assert!(stale.is_empty(), "explained, and not there any more:\n{stale:#?}");
    for edge in ["agencies", "assigned_users", "shared_accounts"] {
        for method in ["GET", "POST", "DELETE"] {
            let called =
                |(m, _, e): &(String, String, Option<String>)| m == method && e.as_deref() == Some(edge);
            assert!(checked.iter().any(called), "the suite never called {method} {edge}");
        }
    }
}

/// The check itself can fail: a wrong edge, parameter, enum value, type and field are each found.
#[test]
fn a_call_outside_the_contract_is_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/meta");
    let Some(spec) = Spec::read(&folder) else {
        println!("skipped: Meta's contract files are not at {}", folder.display());
        return;
    };
    type Params<'a> = &'a [(&'a str, &'a str)];
    let table: [(&str, &str, &str, Params<'_>, &str); 7] = [
        ("POST", "AdAccount", "agents", &[("business", "1")], "no such call"),
        ("PATCH", "AdAccount", "agencies", &[("business", "1")], "no such call"),
        ("POST", "AdAccount", "agencies", &[("business", "1"), ("tasks", "[]")], "no parameter tasks"),
        ("POST", "AdAccount", "agencies", &[("permitted_tasks", "[\"ANALYZE\"]")], "business is required"),
        (
            "POST",
            "AdAccount",
            "agencies",
            &[("business", "1"), ("permitted_tasks", "[\"READ\"]")],
            "cannot be READ",
        ),
        ("DELETE", "AdAccount", "assigned_users", &[("user", "olivia")], "is no number"),
        ("GET", "AdAccount", "agencies", &[("fields", "id,colour{of,it}")], "Business has no field colour"),
    ];
    for (method, node, edge, params, says) in table {
        let params = params.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let call = Call { method: method.into(), host: String::new(), path: String::new(), params };
        let found = spec.differences(node, Some(edge), &call);
        assert!(found.len() == 1 && found[0].contains(says), "{method} {edge}: {found:?}");
    }
}

/// What the suite sends, and which kind of node each id of the simulated world is.
async fn record() -> (Vec<Call>, BTreeMap<String, &'static str>) {
    let registry = Registry::new();
    let platform = registry.find("meta").expect("there");
    let calls = Calls::default();
    let inner = platform.simulator.expect("has one")();
    let recorder: Box<dyn Simulator> = Box::new(Recorder { inner, calls: calls.clone() });
    let clock = Clock::mock("2026-11-22T12:00:00Z".parse().expect("a time"));
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let sims =
        Sims::new([recorder]).listen(address, clock.clone(), Random::seeded(1)).await.expect("listens");
    let connector = platform.connector.as_ref().expect("has one");
    let subject =
        Subject::sign_in(connector.as_ref(), &platform.manifest, &sims, &clock, ("olivia", "kim")).await;
    let subject = subject.expect("signed in");
    let failures = contract::run(&subject).await;
    assert!(failures.is_empty(), "{failures:#?}");
    // The suite looks inside containers only; what lies in none is listed by calls of its own.
    for facts in &platform.manifest.assets {
        if let Err(why) = subject.list(Side::Client, &facts.of, None).await {
            assert!(why.contains("listing"), "{}: {why}", facts.of);
        }
    }
    // What the suite leaves to the agency: asking owners, and what a portfolio holds besides assets.
    for facts in platform.manifest.assets.iter().filter(|facts| facts.asks) {
        let id = if facts.of.as_str() == "page" { "112950384756621" } else { "act_9120384756610293847" };
        let who = Principal::new("portfolio", "1558203947716620");
        let roles = facts.levels[&Level::View].roles.clone();
        let want = Want::Held { roles, until: None };
        let on = AssetRef::known(&facts.of, id, None);
        let wish = Wish { on, who: who.clone(), level: Level::View, want };
        connector.ask(&subject.cx(), &wish).await.expect("asked");
        let waiting = connector.asked(&subject.cx(), &facts.of, &who, Cursor(None)).await.expect("listed");
        assert_eq!(waiting.items.len(), 1, "{waiting:?}");
    }
    // A level that the agency accepts is followed by nothing in the suite: here an ad account of its own is connected.
    let of = AssetType::new("dataset");
    let dataset = platform.manifest.asset(&of).expect("there");
    let share = subject.wish(dataset, Level::Manage).await.expect("a dataset");
    let cx = subject.cx();
    connector.grant(&cx, &share, None).await.expect("shared");
    let read = connector.entitlements(&cx, Side::Client, &share.on, Some(&share.who), Cursor(None));
    connector.accept(&cx, &read.await.expect("read").items[0]).await.expect("accepted");
    let account = Principal::new("ad_account", "act_2047719385560147").of(Some(share.who.id.as_str()));
    let own = platform.manifest.facts_for(&of, "ad_account").expect("there").levels[&Level::Manage].clone();
    let want = Want::Held { roles: own.roles, until: None };
    let wish = Wish { who: account.clone(), want, ..share.clone() };
    connector.grant(&cx, &wish, None).await.expect("connected");
    for side in own.verify {
        let read = connector.entitlements(&cx, side, &share.on, Some(&account), Cursor(None)).await;
        let rows = read.expect("read").items;
        assert!(rows.len() == 1 && rows[0].who == account && rows[0].roles == wish.roles(), "{rows:?}");
        connector.revoke(&cx, &rows[0]).await.expect("disconnected");
        connector.grant(&cx, &wish, None).await.expect("connected again");
    }
    let portfolio = AssetRef::known(&AssetType::new("portfolio"), "461820937451102", None);
    let (cx, mut at) = (subject.cx(), Cursor(None));
    loop {
        let page = connector.entitlements(&cx, Side::Client, &portfolio, None, at).await.expect("read");
        let Some(next) = page.next else { break };
        at = next;
    }
    // Who accepts is invited and taken out by the suite; here the invitation is taken back.
    let invite = serde_json::json!({
        "person": "olivia", "platform": "meta", "do": "invite", "asset": "461820937451102",
        "principal": {"type": "member", "id": "kim@northwindgrowth.example"},
    });
    subject.act(&invite).expect("invited");
    let kim = Principal::new("member", "kim@northwindgrowth.example");
    let at = Cursor(Some("invited:".to_owned()));
    let page = connector.entitlements(&cx, Side::Client, &portfolio, Some(&kim), at).await.expect("read");
    connector.revoke(&cx, &page.items[0]).await.expect("taken back");
    let world = platform.simulator.expect("has one")().world("default").expect("there");
    let calls = calls.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (calls, nodes(&world))
}

fn nodes(world: &Value) -> BTreeMap<String, &'static str> {
    let of = |value: &Value| value.as_object().cloned().unwrap_or_default();
    // The simulator's first invitation, and who accepts it.
    let mut nodes = BTreeMap::from([
        ("me".to_owned(), "User"),
        ("122990000000001".to_owned(), "BusinessRoleRequest"),
        ("122990000000002".to_owned(), "BusinessUser"),
    ]);
    for (id, portfolio) in of(&world["portfolios"]) {
        nodes.insert(id, "Business");
        let members = of(&portfolio["members"]);
        nodes.extend(members.values().map(|m| (m["id"].as_str().expect("an id").to_owned(), "BusinessUser")));
        nodes.extend(of(&portfolio["system_users"]).into_iter().map(|(id, _)| (id, "SystemUser")));
    }
    for (id, asset) in of(&world["assets"]) {
        let node = match asset["type"].as_str().expect("a type") {
            "page" => "Page",
            "ad_account" => "AdAccount",
            "dataset" => "AdsPixel",
            "catalog" => "ProductCatalog",
            "instagram_account" => "InstagramBusinessAsset",
            "whatsapp_account" => "WhatsAppBusinessAccount",
            "threads_account" => "ThreadsUser",
            other => panic!("which node of the contract is a {other}?"),
        };
        nodes.insert(id, node);
        nodes.extend(asset["ig_user_id"].as_str().map(|id| (id.to_owned(), "IGUser")));
    }
    nodes
}

/// The simulator's ids of sharing agreements.
fn is_agreement(id: &str) -> bool {
    id.len() == 15 && id.starts_with("7310")
}

/// The node type and edge of a Graph call; none for the sign-in, and for an id that belongs to nothing.
fn place(call: &Call, nodes: &BTreeMap<String, &'static str>) -> Option<(String, Option<String>)> {
    if call.host != "graph.facebook.com" {
        return None;
    }
    let path = PathBuf::from(&call.path);
    let mut parts = path.iter().skip(1).map(|part| part.to_string_lossy().into_owned());
    let version = parts.next().unwrap_or_default();
    assert!(version.starts_with('v'), "a call without a version: {}", call.path);
    let id = parts.next().unwrap_or_default();
    if ["oauth", "99999999999", "act_99999999999"].contains(&id.as_str()) {
        return None;
    }
    let agreement = is_agreement(&id).then_some(&"BusinessAssetSharingAgreement");
    let node = nodes.get(&id).or(agreement).unwrap_or_else(|| panic!("which node is {}?", call.path));
    let edge: Vec<_> = parts.collect();
    Some(((*node).to_owned(), (!edge.is_empty()).then(|| edge.join("/"))))
}
