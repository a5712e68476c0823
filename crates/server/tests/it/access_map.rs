//! Who has access to what: read at the simulated platforms, shown, found, exported.

use serde_json::{Value, json};
use valetkey::app::clients;

use crate::app::{ACCOUNT, HARBOUR, NORTHWIND, PAGE, TIDEWATER, TestApp};
use crate::browser::{Browser, Page};
use crate::invitations::{self, KIM, REPOSITORY};
use crate::staff::connected::{self, CLIENTS, EUR, GBP};
use crate::staff::{self, RAVI};
use crate::threats::rows;

/// Northwind has a Page and an ad account of the bakery's, given by olivia.
async fn start() -> (TestApp, String) {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    app.browser().give(&sent, "olivia", &[PAGE, ACCOUNT]).await;
    app.drain().await;
    let path = path(&app).await;
    (app, path)
}

async fn path(app: &TestApp) -> String {
    let client = app.desk.store.list_clients_by_name(&app.agency.scope, 1).await.expect("readable").remove(0);
    format!("/clients/{}/access", client.id)
}

/// What olivia does by hand at Meta with a portfolio and the Page.
async fn by_hand(app: &TestApp, deed: &str, portfolio: &str, roles: Value) {
    app.act(json!({
        "person": "olivia", "platform": "meta", "do": deed, "asset": {"type": "page", "id": PAGE},
        "principal": {"kind": "portfolio", "id": portfolio}, "role": roles,
    }))
    .await;
}

async fn read(member: &Browser, path: &str) -> Page {
    let before = member.get(path).await;
    let after = member.press(&before, "read-access").await;
    assert_eq!(after.path, path);
    after
}

fn count(page: &Page, hook: &str) -> usize {
    page.html.matches(&format!("data-testid=\"{hook}\"")).count()
}

fn findings(page: &Page) -> Vec<&str> {
    let found = page.html.split("data-testid=\"finding\" data-state=\"").skip(1);
    found.map(|rest| rest.split('"').next().expect("a word")).collect()
}

#[tokio::test]
async fn a_foreign_partner_and_the_clients_people_appear_as_the_platform_shows_them() {
    let app = TestApp::start().await;
    let sent = staff::send(&app, &[RAVI]).await;
    app.browser().give(&sent, "olivia", &[PAGE, ACCOUNT]).await;
    app.drain().await;
    let path = path(&app).await;
    let member = app.member(&app.agency).await;
    let client = member.get(path.trim_end_matches("/access")).await;
    assert!(client.has(&format!("href=\"{path}\"")), "the client's page leads there");
    let unread = member.get(&path).await;
    assert!(unread.has("Nothing was read yet"), "not read is not empty");
    assert_eq!(count(&unread, "access-row"), 0);

    by_hand(&app, "share", TIDEWATER, json!(["ANALYZE"])).await;
    let (effects, ledger) = (app.ledger().len(), app.ledger());
    assert_eq!(ledger.last(), Some(&format!("grant {PAGE} {TIDEWATER}")));
    let page = read(&member, &path).await;
    assert_eq!(app.ledger().len(), effects, "reading changes nothing there");
    assert!(page.has("3 accounts read just now"), "{}", page.html);
    assert_eq!(findings(&page), ["unknown_partner"]);
    assert!(page.has("Tidewater Media (business portfolio") && page.has("Noah Bennett"));
    // On the Page: two partners, olivia, noah and ravi. On the ad account: one partner, and the same people. In the
    // portfolio: olivia, noah and two apps.
    assert_eq!(count(&page, "access-row"), 13);
    let inside = member.get(&format!("{path}?asset=meta:portfolio:{HARBOUR}")).await;
    assert!(inside.has("Who can do what on Business portfolio") && inside.has("Harbour Bakery shop"));
    assert!(count(&inside, "access-row") == 4 && inside.has("Olivia Reyes"), "META-2: {}", inside.html);

    let noah = member.get(&format!("{path}?q=noah+page")).await;
    assert_eq!(count(&noah, "access-row"), 1, "searched in the page itself, by the server");
    let on_page = member.get(&format!("{path}?asset=meta:page:{PAGE}")).await;
    assert!(on_page.has("Who can do what on Facebook Page") && count(&on_page, "access-row") == 5);
    let ravi = member.get(&format!("{path}?q=ravi+page")).await;
    assert!(ravi.has("by the agency’s sign-in") && count(&ravi, "access-row") == 1, "only we see our people");
    let ours = member.get(&format!("{path}?who=meta:portfolio:{NORTHWIND}")).await;
    assert!(ours.has("What Northwind Growth can do") && count(&ours, "access-row") == 2);
    assert_eq!(findings(&ours), Vec::<&str>::new(), "what is not about it is elsewhere");
    assert!(ours.has("1 more elsewhere"));
    app.is_watched().await;
}

#[tokio::test]
async fn what_is_refused_is_said_and_leaves_what_was_read_before() {
    let (app, path) = start().await;
    let member = app.member(&app.agency).await;
    let first = read(&member, &path).await;
    let rows = count(&first, "access-row");
    assert_eq!((findings(&first).len(), count(&first, "trouble")), (0, 0));
    // Removed by hand and not looked at since: the grant still says that it is there.
    by_hand(&app, "remove", NORTHWIND, Value::Null).await;
    assert_eq!(app.ledger().last(), Some(&format!("remove {PAGE} {NORTHWIND}")));
    app.clock.advance(jiff::SignedDuration::from_hours(1));
    assert_eq!(findings(&read(&member, &path).await), ["grant_without_access"]);

    app.act(json!({"person": "olivia", "platform": "meta", "do": "revoke_app"})).await;
    app.clock.advance(jiff::SignedDuration::from_hours(1));
    let by_kim = read(&member, &path).await;
    assert!(by_kim.has("by the agency’s sign-in"), "the other side that can see");
    assert!(by_kim.has("Only whom we asked for by name was read"), "and what that leaves out");

    app.act(json!({"person": "kim", "platform": "meta", "do": "revoke_app"})).await;
    app.clock.advance(jiff::SignedDuration::from_hours(1));
    let seen = count(&by_kim, "access-row");
    let refused = read(&member, &path).await;
    assert!(refused.has("0 accounts read just now. 3 more could not be read"), "{}", refused.html);
    assert!(refused.has("Could not be read: Meta does not take the"), "{}", refused.html);
    assert!(refused.has("Shown is what was read 1 hour ago."));
    assert_eq!(count(&refused, "access-row"), seen, "nothing was erased");
    assert!(seen > 0 && seen < rows);
    app.check().await;
}

#[tokio::test]
async fn the_files_and_the_api_hold_what_the_page_shows_and_nobody_elses_agency_sees_it() {
    let (app, path) = start().await;
    by_hand(&app, "share", TIDEWATER, json!(["ANALYZE"])).await;
    app.sim("POST", "/_sim/act", json!({
        "person": "sam", "platform": "meta", "do": "rename", "asset": {"type": "portfolio", "id": TIDEWATER},
        "value": "=SUM(A1), \"Tidewater\"",
    }))
    .await;
    let member = app.member(&app.agency).await;
    let page = read(&member, &path).await;
    let csv = member.get(&format!("{path}.csv")).await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    assert_eq!(csv.html.lines().count(), 1 + count(&page, "access-row"));
    assert!(csv.html.contains(",\"'=SUM(A1), \"\"Tidewater\"\"\","), "no formula: {}", csv.html);
    let file: Value = serde_json::from_str(&member.get(&format!("{path}.json")).await.html).expect("JSON");
    let (status, map) = app.api(&app.agency, "GET", &path, None).await;
    assert_eq!((status, &map["data"]), (200, &file), "one form for the same");
    assert_eq!(file.as_array().expect("a list").len(), count(&page, "access-row"));
    assert_eq!(map["findings"][0]["rule"], "unknown_partner");
    let (_, some) = app.api(&app.agency, "GET", &format!("{path}?principal={TIDEWATER}"), None).await;
    assert_eq!(some["data"].as_array().expect("a list").len(), 1);
    let few = member.get(&format!("{path}.csv?who=meta:portfolio:{TIDEWATER}")).await;
    assert_eq!(few.html.lines().count(), 2, "a file holds what its page was filtered to");

    let other = app.member(&app.other_agency).await;
    for end in ["", ".csv", ".json"] {
        assert_eq!(other.get(&format!("{path}{end}")).await.status, 404);
    }
    assert_eq!(app.api(&app.other_agency, "GET", &path, None).await.0, 404);

    // Nothing of it outlives its client.
    assert_eq!(rows::count(&app, "access_reading"), 3);
    for grant in app.words().await.keys() {
        let id = app.grant_id(grant).await;
        app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    }
    app.drain().await;
    let id = path.trim_start_matches("/clients/").trim_end_matches("/access");
    clients::remove(&app.desk, &app.agency.scope, id).await.expect("removed");
    assert_eq!(rows::count(&app, "access_reading"), 0);
}

/// Northwind has an ad account of the bakery's at TikTok. Olivia allowed what stands there, but for one permission.
async fn shared_at_tiktok(app: &TestApp, account: &str, left_out: &str) -> Browser {
    let member = app.member(&app.agency).await;
    let login = member.press(&member.get("/grantees").await, "grantees-connect-tiktok").await;
    member.press(&member.press(&login, "sim-login-kim").await, "sim-allow").await;
    let items = json!([{"platform": "tiktok", "assets": [{"type": "ad_account", "level": "manage"}]}]);
    let client = json!({"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"});
    let sent = app.send_body(json!({"client": client, "items": items})).await;
    let olivia = app.browser();
    let login = olivia.press(&olivia.get(&sent.path).await, "connect-tiktok").await;
    let mut allow = olivia.press(&login, "sim-login-olivia").await.form("sim-allow");
    allow.fields.retain(|(name, value)| name != "scope" || value != left_out);
    let pick = olivia.send(&allow).await;
    let review = olivia.pick(&pick, &[account]).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    member
}

/// What was done in the Business Center, as its own log tells it; without its permission that is said.
#[tokio::test]
async fn a_platforms_own_log_stands_on_the_map_or_the_reason_why_it_does_not() {
    let account = "7093215678901234567";
    let app = TestApp::start().await;
    let member = shared_at_tiktok(&app, account, "").await;
    let page = read(&member, &path(&app).await).await;
    assert_eq!(count(&page, "happened"), 1, "{}", page.html);
    assert!(page.has(&format!("grant {account}: 7109876543210987654 OPERATOR")), "{}", page.html);
    app.check().await;
    let app = TestApp::start().await;
    let member = shared_at_tiktok(&app, account, "230").await;
    let page = read(&member, &path(&app).await).await;
    assert!(count(&page, "happened") == 0 && count(&page, "access-row") > 0, "{}", page.html);
    assert!(page.has("The activity log could not be read"), "{}", page.html);
    app.check().await;
}

#[tokio::test]
async fn at_a_platform_that_names_partners_without_roles_each_is_looked_up() {
    let (app, account, tidewater) = (TestApp::start().await, "7093215678901234890", "7109900000000000044");
    let member = shared_at_tiktok(&app, account, "").await;
    let path = path(&app).await;
    let page = read(&member, &path).await;
    // On the ad account and in its Business Center both partners, and there olivia and noah too.
    let found = (findings(&page), count(&page, "access-row"));
    assert_eq!(found, (vec!["unknown_partner", "unknown_partner"], 6), "{}", page.html);
    let of = format!("{path}?principal={tidewater}&asset={account}");
    let (_, map) = app.api(&app.agency, "GET", &of, None).await;
    let held = &map["data"][0];
    assert_eq!((&held["native_roles"], &held["read_by"]), (&json!(["ANALYST"]), &json!("client")), "{map}");
    app.check().await;
}

/// Who is in a Business Center: partners and people with their roles, and who has not accepted yet. A partner that
/// holds nothing any more is still one, and that is said.
#[tokio::test]
async fn a_business_center_is_mapped_with_its_partners_its_people_and_who_is_invited() {
    let (app, account, center) = (TestApp::start().await, "7093215678901234567", "7101234567890123456");
    let new = json!({"platform": "tiktok", "kind": "member", "external_id": "kim@northwindgrowth.example", "label": "Kim Park"});
    let member = shared_at_tiktok(&app, account, "").await;
    let (status, kim) = app.api(&app.agency, "POST", "/grantees", Some(new)).await;
    assert_eq!(status, 201, "{kim}");
    let asked = json!({"platform": "tiktok", "grantee_ids": [kim["id"]], "assets": [{"type": "business_center", "level": "manage"}]});
    let path = path(&app).await;
    let client = path.split('/').nth(2).expect("an id");
    let sent = app.send_body(json!({"client_id": client, "items": [asked]})).await;
    let olivia = app.browser();
    let login = olivia.press(&olivia.get(&sent.path).await, "connect-tiktok").await;
    let pick = olivia.press(&olivia.press(&login, "sim-login-olivia").await, "sim-allow").await;
    olivia.press(&olivia.pick(&pick, &[center]).await, "approve").await;
    app.drain().await;

    let page = read(&member, &path).await;
    let (_, map) = app.api(&app.agency, "GET", &format!("{path}?asset={center}"), None).await;
    let row = |row: &Value| {
        let roles = row["native_roles"].as_array().expect("roles").iter().filter_map(Value::as_str);
        let name = row["principal"]["name"].as_str().expect("a name");
        format!("{name}: {} {}", roles.collect::<Vec<_>>().join("+"), row["state"].as_str().expect("a state"))
    };
    let rows: Vec<_> = map["data"].as_array().expect("a list").iter().map(row).collect();
    assert_eq!(
        rows,
        [
            "Northwind Growth: PARTNER active",
            "Tidewater Media: PARTNER active",
            "Kim Park: STANDARD pending",
            "Noah Bennett: STANDARD active",
            "Olivia Reyes: ADMIN+FINANCE_MANAGER active",
        ],
        "{map}"
    );
    assert_eq!(findings(&page), ["unknown_partner"], "what was given explains ours: {}", map["findings"]);

    let grant = app.grant_id(account).await;
    app.api(&app.agency, "POST", &format!("/grants/{grant}/revoke"), None).await;
    app.drain().await;
    assert_eq!(app.words().await[account], "revoked");
    assert_eq!(findings(&read(&member, &path).await), ["unknown_partner", "access_without_grant"]);
    app.check().await;
}

#[tokio::test]
async fn an_open_invitation_is_shown_with_its_end_and_what_the_list_leaves_out_is_said() {
    let app = TestApp::start().await;
    invitations::name_kim(&app).await;
    invitations::give(&app, "repository", "view", REPOSITORY).await;
    assert_eq!(app.ledger(), [format!("invite {REPOSITORY} {KIM}")]);
    let (member, path) = (app.member(&app.agency).await, path(&app).await);
    let page = read(&member, &path).await;
    assert!(page.has("Perhaps not everything was shown: who owns the organization"), "{}", page.html);
    let kim = member.get(&format!("{path}?who=github:user:{KIM}")).await;
    assert!(kim.has("Not accepted yet") && count(&kim, "access-row") == 1, "{}", kim.html);
    let (_, map) = app.api(&app.agency, "GET", &format!("{path}?principal={KIM}"), None).await;
    assert_eq!(map["data"][0]["invitation_until"], "2026-11-29T12:00:00Z", "seven days: {map}");
    assert_eq!(map["findings"], json!([]), "it is open: nothing to act on");
    app.check().await;
}

/// Each side tells its own: the client's account by olivia's sign-in, the agency's by kim's.
#[tokio::test]
async fn a_dataset_shows_the_ad_accounts_of_both_sides_that_use_it() {
    let app = TestApp::start().await;
    connected::given(&app, &[EUR]).await;
    connected::by_hand(&app, "olivia", "connect", CLIENTS).await;
    connected::by_hand(&app, "kim", "connect", GBP).await;
    let member = app.member(&app.agency).await;
    let page = read(&member, &path(&app).await).await;
    for (name, account) in
        [("Northwind Growth EUR", EUR), ("Northwind Growth GBP", GBP), ("Harbour Bakery EUR", CLIENTS)]
    {
        assert!(page.has(name) && page.shows_id(account), "{name}: {}", page.html);
    }
    assert!(page.has("CONNECTED"), "{}", page.html);
    assert!(findings(&page).is_empty(), "{:?}", findings(&page));
}
