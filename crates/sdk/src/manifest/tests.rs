//! What a manifest may say, and what its role tables mean.

use super::*;
use crate::access::roles;

const TEXT: &str = r#"
id = "example"
name = "Example"
category = "ads"
hosts = ["api.example.com"]
[[sources]]
what = "made for this test"
url = "https://example.com/docs"
read = "2026-11-22"
[[sign_in]]
id = "example"
kind = "oauth2"
authorize = "https://api.example.com/authorize"
token = "https://api.example.com/token"
[[asset]]
type = "page"
sign_in = "example"
id = { refuse = '\d{5,20}', usual = '\d{15,16}' }
strip_prefix = "PLUS_"
implies = { MANAGE = ["LEADS"] }
expands = { MANAGE = ["ANALYZE"] }
[asset.level.view]
roles = ["ANALYZE"]
method = "share"
verify = ["client"]
revoke = ["client"]
"#;

#[test]
fn a_manifest_is_read() {
    let m = parse(TEXT).expect("valid");
    let page = m.asset(&AssetType::new("page")).expect("there");
    assert_eq!(page.normalise(&roles(["PLUS_ANALYZE", "X"])), roles(["ANALYZE", "X"]));
    assert_eq!(page.closure(&roles(["PLUS_MANAGE"])), roles(["MANAGE", "LEADS"]));
    assert_eq!(page.announced(&roles(["MANAGE"])), roles(["MANAGE", "LEADS", "ANALYZE"]));
    assert!(page.id.allows("12345") && !page.id.is_usual("12345"));
    assert!(!page.id.allows("1234") && !page.id.allows("12345x"));
}

#[test]
fn a_rank_includes_the_lower_ones_and_they_are_no_addition() {
    let text = TEXT
        .replace("strip_prefix = \"PLUS_\"", "ranks = [\"READ\", \"ANALYZE\", \"OWN\"]")
        .replace("MANAGE = [\"ANALYZE\"]", "OWN = [\"BILLING\"]");
    let m = parse(&text).expect("valid");
    let page = m.asset(&AssetType::new("page")).expect("there");
    assert_eq!(page.closure(&roles(["ANALYZE"])), roles(["READ", "ANALYZE"]));
    assert_eq!(page.announced(&roles(["OWN"])), roles(["READ", "ANALYZE", "OWN", "BILLING"]));
    assert_eq!(page.adds(&roles(["OWN"])), roles(["BILLING"]));
    assert_eq!(page.closure(&roles(["OTHER"])), roles(["OTHER"]));
    let unknown = text.replace("\"ANALYZE\", \"OWN\"]", "\"OWN\"]");
    assert!(parse(&unknown).is_err_and(|e| e.contains("not one of the ranks")));
}

/// T11: whoever receives access without having to accept it must be proven.
#[test]
fn a_typed_grantee_has_to_accept() {
    let grantee = "[[grantee]]\nkind = \"user\"\nid = { refuse = '\\w+' }\ntyped = true\n[[asset]]";
    let text = TEXT.replace("[[asset]]", grantee);
    assert!(parse(&text).is_err_and(|e| e.contains("needs a proven one")));
    assert!(parse(&text.replace("method = \"share\"", "method = \"invite\"")).is_ok());
}

#[test]
fn nobody_accepts_what_takes_effect_at_once() {
    let text = TEXT.replace("method = \"share\"", "method = \"share\"\naccept = [\"agency\"]");
    assert!(parse(&text).is_err_and(|e| e.contains("nobody has to accept")));
}

#[test]
fn an_unknown_key_is_refused() {
    let text = TEXT.replace("category =", "categorie =");
    assert!(parse(&text).is_err_and(|e| e.contains("categorie")));
}

#[test]
fn an_address_off_the_hosts_is_refused() {
    let text = TEXT.replace("https://api.example.com/token", "https://evil.example/token");
    assert!(parse(&text).is_err_and(|e| e.contains("not on one of the hosts")));
}

#[test]
fn a_level_that_nothing_can_verify_is_refused() {
    let text = TEXT.replace("verify = [\"client\"]\n", "");
    assert!(parse(&text).is_err_and(|e| e.contains("nothing can verify")));
}

#[test]
fn a_manifest_without_a_source_is_refused() {
    let start = TEXT.find("[[sources]]").expect("there");
    let end = TEXT.find("[[sign_in]]").expect("there");
    let text = format!("{}sources = []\n{}", &TEXT[..start], &TEXT[end..]);
    assert!(parse(&text).is_err_and(|e| e.contains("no source")));
}

/// People of an org come after the org.
const STAFF: &str = r#"
[[grantee]]
kind = "org"
id = { refuse = '\d+' }
proven_by = "org"
[[grantee]]
kind = "person"
id = { refuse = '\d+' }
proven_by = "person"
after = "org"
[[asset]]
type = "org"
sign_in = "example"
id = { refuse = '\d+' }
[[asset]]
type = "person"
parent = "org"
sign_in = "example"
id = { refuse = '\d+' }
"#;

#[test]
fn who_comes_after_the_share_is_seen_from_the_agency_only() {
    let m = parse(&format!("{TEXT}{STAFF}")).expect("valid");
    let page = AssetType::new("page");
    let of = |kind: &str| m.facts_for(&page, kind).expect("there").levels[&Level::View].clone();
    assert_eq!((of("org").verify, of("org").revoke), (vec![Side::Client], vec![Side::Client]));
    assert_eq!((of("person").verify, of("person").revoke), (vec![Side::Agency], vec![Side::Agency]));
    assert_eq!(m.grantees_after("org").map(|g| g.kind.as_str()).collect::<Vec<_>>(), ["person"]);
    assert!(m.is_staff(&AssetType::new("person")) && !m.is_staff(&AssetType::new("org")));
}

#[test]
fn what_is_connected_after_the_share_holds_the_same_at_every_level() {
    let more = "holds = [\"CONNECTED\"]\nlevels = [\"view\"]\ngiven = { method = \"share\", verify = [\"agency\", \"client\"] }\n";
    let text = STAFF.replacen("after = \"org\"\n", &format!("after = \"org\"\n{more}"), 1);
    let m = parse(&format!("{TEXT}{text}")).expect("valid");
    let page = AssetType::new("page");
    let level = m.facts_for(&page, "person").expect("there").levels[&Level::View].clone();
    assert_eq!((level.roles, level.verify), (roles(["CONNECTED"]), vec![Side::Agency, Side::Client]));
    let kind = m.find_grantee("person").expect("there");
    assert!(kind.takes_at(&page, Level::View) && !kind.takes_at(&page, Level::Manage));
    assert!(!m.are_listed_together("person", "org"));
    let first = STAFF.replacen("kind = \"org\"\n", "kind = \"org\"\nends_first = true\n", 1);
    let said = parse(&format!("{TEXT}{first}")).err();
    assert!(said.as_ref().is_some_and(|e| e.contains("who comes after another one")), "{said:?}");
}

#[test]
fn an_order_that_cannot_be_kept_is_refused() {
    let table = [
        ("after = \"org\"", "after = \"team\"", "team, which is no grantee"),
        ("after = \"org\"", "after = \"person\"", "comes after another one itself"),
        ("kind = \"person\"", "kind = \"org\"", "named twice"),
        ("proven_by = \"person\"\n", "", "must be proven"),
        ("proven_by = \"org\"\n", "", "must be proven"),
        ("parent = \"org\"\n", "", "must lie in org"),
        ("proven_by = \"person\"", "proven_by = \"page\"", "must lie in org"),
    ];
    for (from, to, why) in table {
        let text = format!("{TEXT}{}", STAFF.replacen(from, to, 1));
        let said = parse(&text).err();
        assert!(said.as_ref().is_some_and(|e| e.contains(why)), "{from} → {to}: {said:?}");
    }
    let guided = TEXT.replace("method = \"share\"", "method = \"guided\"");
    assert!(parse(&format!("{guided}{STAFF}")).is_err_and(|e| e.contains("nothing is shared")));
}

/// Two levels of the Page, and what they are for.
const TASKS: &str = r#"
[asset.level.manage]
roles = ["MANAGE"]
method = "share"
verify = ["client"]
[[task]]
id = "report-posts"
needs = [{ type = "page", level = "view" }]
[[task]]
id = "publish"
needs = [{ type = "page", level = "manage" }]
[[task]]
id = "billing"
besides = ["finance"]
"#;

#[test]
fn tasks_need_the_smallest_level_that_is_enough_for_all_of_them() {
    let m = parse(&format!("{TEXT}{TASKS}")).expect("valid");
    let page = |level| BTreeMap::from([(AssetType::new("page"), level)]);
    assert_eq!(m.least(["report-posts"]), page(Level::View));
    assert_eq!(m.least(["report-posts", "publish"]), page(Level::Manage));
    assert_eq!(m.least(["publish", "report-posts", "billing"]), page(Level::Manage));
    assert_eq!(m.least(["billing", "run-ads"]), BTreeMap::new());
}

#[test]
fn a_task_for_what_is_not_offered_is_refused() {
    let table = [
        ("level = \"manage\" }", "level = \"full\" }", "not offered with the level full"),
        (
            "type = \"page\", level = \"view\"",
            "type = \"profile\", level = \"view\"",
            "profile is not offered",
        ),
        ("id = \"publish\"", "id = \"report-posts\"", "there twice"),
        ("id = \"publish\"", "id = \"Publish it\"", "small letters"),
        ("besides = [\"finance\"]", "", "it needs nothing"),
        (
            "level = \"manage\" }]",
            "level = \"manage\" }, { type = \"page\", level = \"view\" }]",
            "page is needed twice",
        ),
    ];
    for (from, to, why) in table {
        let said = parse(&format!("{TEXT}{}", TASKS.replacen(from, to, 1))).err();
        assert!(said.as_ref().is_some_and(|e| e.contains(why)), "{from} → {to}: {said:?}");
    }
}

/// Nobody of the client signs in for what is scanned, so only the agency can read it.
#[test]
fn what_is_scanned_is_read_by_the_agency_and_an_order_names_what_is_given() {
    let scanned = TEXT
        .replace("method = \"share\"\nverify = [\"client\"]", "method = \"request\"\nverify = [\"agency\"]")
        .replace("type = \"page\"", "type = \"page\"\nscan = true");
    assert!(parse(&scanned).is_ok_and(|m| m.assets[0].scan));
    for (ours, theirs) in [("[\"agency\"]", "[\"agency\", \"client\"]"), ("\"request\"", "\"share\"")] {
        assert!(parse(&scanned.replacen(ours, theirs, 1)).is_err_and(|e| e.contains("what is scanned")));
    }
    for wrong in ["page", "shop"] {
        let after = TEXT.replace("type = \"page\"", &format!("type = \"page\"\nafter = [\"{wrong}\"]"));
        assert!(parse(&after).is_err_and(|e| e.contains("cannot come after")), "{wrong}");
    }
}
