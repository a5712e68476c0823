//! A request from the page: the link works, the QR code is the link, and nothing else can be had.

use fast_qr::QRBuilder;
use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use jiff::SignedDuration;
use serde_json::json;

use crate::app::{ACCOUNT, NORTHWIND, PAGE, TestApp};
use crate::browser::{Browser, Form, Page};

async fn form(member: &Browser) -> Form {
    let page = member.get("/requests/new").await;
    assert_eq!(page.status, 200, "{}", page.html);
    page.form("send")
        .set("name", "Harbour Bakery")
        .set("email", "olivia@harbourbakery.example")
        .set("level.meta.page", "manage")
        .set("level.meta.ad_account", "view")
        .set("link_days", "7")
}

/// The link that the page after sending shows.
fn link(sent: &Page) -> String {
    let at = sent.html.find("/r/").expect("a link");
    sent.html[at..].split('"').next().expect("it ends").to_owned()
}

#[tokio::test]
async fn a_request_from_the_page_gives_exactly_what_it_says() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let sent = member
        .send(&form(&member).await.set("message", "For spring").set("access_until", "2027-06-30"))
        .await;
    assert!(sent.status == 200 && sent.path.ends_with("/link"), "{} {}", sent.status, sent.html);
    let path = link(&sent);
    let olivia = app.browser();
    let page = olivia.get(&path).await;
    for text in ["Northwind Growth", "Harbour Bakery", "For spring", "1 July 2027"] {
        assert!(page.has(text), "{text}");
    }
    let login = olivia.press(&page, "connect-meta").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    let pick = olivia.press(&consent, "sim-allow").await;
    let review = olivia.pick(&pick, &[PAGE, ACCOUNT]).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let ledger = app.ledger();
    for asset in [PAGE, ACCOUNT] {
        assert!(ledger.contains(&format!("grant {asset} {NORTHWIND}")), "{ledger:?}");
    }
    assert!(member.get("/").await.has("2 of 2 active"));
    app.check().await;
}

/// Nothing is asked for yet, or something else is missing: the preview says what there is.
#[tokio::test]
async fn the_preview_counts_what_is_asked_and_never_says_none() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let page = member.get("/requests/new").await;
    let mut draft = page.form("send");
    draft.fields.retain(|(name, _)| !name.starts_with("level."));
    draft.action = draft.action.join("/requests/new/preview").expect("an address");
    let empty = member.send(&draft).await;
    assert!(empty.has("for access to your accounts.") && !empty.has("0 accounts"), "{}", empty.html);
    assert!(empty.has("One card a platform comes here"), "{}", empty.html);
    let draft = draft.set("level.meta.page", "manage").set("access_until", "some day");
    let unfinished = member.send(&draft).await;
    assert!(unfinished.has("for access to 1 account.") && unfinished.has("data-testid=\"platform-meta\""));
}

#[tokio::test]
async fn the_qr_code_is_the_link_and_takes_nothing_else() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let sent = member.send(&form(&member).await).await;
    let (path, qr) = (link(&sent), sent.path.replace("/link", "/qr.svg"));
    let svg = member.get(&qr).await;
    assert_eq!(svg.headers["content-type"], "image/svg+xml");
    let draw = |url: &str| {
        let code = QRBuilder::new(url).build().expect("it fits");
        SvgBuilder::default().margin(4).to_str(&code)
    };
    assert_eq!(svg.html, draw(&format!("{}{path}", app.base)));
    assert_ne!(svg.html, draw(&format!("{}{path}x", app.base)), "another link is another picture");
    assert_eq!(member.get(&format!("{qr}?url=https://evil.example")).await.status, 400);
    assert_eq!(app.member(&app.other_agency).await.get(&qr).await.status, 404);
    assert_eq!(app.browser().get(&qr).await.status, 401);
}

#[tokio::test]
async fn what_is_missing_is_said_at_its_field_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let table = [
        ("name", "", "give a name.", "name-wrong"),
        ("email", "nobody", "not an e-mail address", "email-wrong"),
        ("link_days", "0", "choose 1 to 365 days", "link_days-wrong"),
        ("access_until", "2020-01-01", "in the past", "access_until-wrong"),
        ("access_until", "soon", "give a day", "access_until-wrong"),
        ("level.meta.page", "own", "choose view, manage or full", "platforms-wrong"),
        ("id.meta.page", "abc", "cannot be an id", "platforms-wrong"),
        ("grantee.meta", "gte_1", "nobody of yours", "platforms-wrong"),
    ];
    for (field, value, part, place) in table {
        let page = member.send(&form(&member).await.set("message", "kept").set(field, value)).await;
        assert_eq!(page.status, 422, "{field} {value:?}");
        assert!(page.html.to_lowercase().contains(part) && page.has(place), "{field}: {}", page.html);
        assert!(page.has(">kept</textarea>"), "what was typed stays");
    }
    let nothing = form(&member).await.set("level.meta.page", "").set("level.meta.ad_account", "");
    assert!(member.send(&nothing).await.has("hoose at least one thing"));
    let unknown = member.send(&form(&member).await.set("agency_id", "agy_1")).await;
    assert_eq!(unknown.status, 422);
    let foreign =
        member.send(&form(&member).await.set("client", "cli_00000000000000000000000000000000")).await;
    assert!(foreign.status == 422 && foreign.has("o client of yours"));
    assert!(member.get("/requests").await.has("No requests yet"), "none of them was sent");
}

#[tokio::test]
async fn the_preview_shows_the_clients_page_dead_and_sends_nothing() {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let mut draft = form(&member).await.set("message", "For spring");
    draft.action = draft.action.join("/requests/new/preview").expect("an address");
    let page = member.send(&draft).await;
    assert!(page.has("<h1>Preview</h1>") && page.has("class=\"column\" inert"));
    assert!(page.has("Northwind Growth") && page.has("Harbour Bakery") && page.has("For spring"));
    assert!(page.has("name=\"csrf\" value=\"\""), "its forms carry no token");
    assert!(member.get("/requests").await.has("No requests yet"));
    let sent = app.send_request().await;
    let page = member.get(&format!("/requests/{}/preview", sent.id)).await;
    assert!(page.status == 200 && page.has("inert") && !page.has(&sent.path), "the link itself is not in it");
}

#[tokio::test]
async fn a_link_lives_longer_and_never_shorter_and_a_cancelled_one_is_over() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let path = format!("/requests/{}", sent.id);
    app.clock.advance(SignedDuration::from_hours(24 * 20));
    let member = app.member(&app.agency).await;
    assert_eq!(app.browser().get(&sent.path).await.status, 410);
    assert!(member.get("/").await.has("The link ended before the client was done"));
    let page = member.get(&path).await;
    assert!(page.has("Expired"));
    let extended = member.send(&page.form("extend").set("days", "30")).await;
    assert!(extended.has("Kim Park let the link live longer"), "{}", extended.html);
    assert_eq!(app.browser().get(&sent.path).await.status, 200, "the same address works again");
    let until =
        |p: &Page| p.html.split("Link expires</dt>").nth(1).expect("it").chars().take(90).collect::<String>();
    let shorter = member.send(&extended.form("extend").set("days", "7")).await;
    assert!(shorter.status == 422 && shorter.has("good for longer already"));
    assert_eq!(until(&member.get(&path).await), until(&extended));
    assert_eq!(member.send(&extended.form("extend").set("days", "9999")).await.status, 422);
    let form = extended.form("extend").set("days", "7");
    member.press(&extended, "cancel").await;
    assert_eq!(member.send(&form).await.status, 400);
    assert_eq!(app.browser().get(&sent.path).await.status, 404);
    app.check().await;
}

#[tokio::test]
async fn asking_again_begins_with_the_same_client_and_the_same_asks() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let member = app.member(&app.agency).await;
    let page = member.get(&format!("/requests/new?again={}", sent.id)).await;
    for field in ["level-meta.page-manage", "level-meta.ad_account-manage"] {
        let tag = page.html.split("<input").find(|t| t.contains(field)).expect("the field");
        assert!(tag.split('>').next().expect("a tag").contains("checked"), "{field}");
    }
    let option = page.html.split("<option").find(|o| o.contains("selected")).expect("a client is chosen");
    assert!(option.contains("Harbour Bakery"));
    let id = option.split('"').nth(1).expect("an id");
    let again = member.send(&page.form("send").set("client", id)).await;
    assert!(again.path.ends_with("/link"), "{}", again.html);
    let clients = app.desk.store.list_clients_by_name(&app.agency.scope, 10).await.expect("readable");
    assert_eq!(clients.len(), 1, "no second client was made");
}

#[tokio::test]
async fn chips_and_search_find_requests() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let member = app.member(&app.agency).await;
    let rows = |p: &Page| p.html.matches("data-testid=\"request-row\"").count();
    assert_eq!(rows(&member.get("/requests?show=waiting&q=bakery+HARBOUR").await), 1);
    assert_eq!(rows(&member.get("/requests?show=open").await), 0);
    let none = member.get("/requests?q=zzz").await;
    assert!(rows(&none) == 0 && none.has("No request fits"));
    app.browser().get(&sent.path).await;
    assert_eq!(rows(&member.get("/requests?show=open").await), 1);
    member.press(&member.get(&format!("/requests/{}", sent.id)).await, "cancel").await;
    assert_eq!(rows(&member.get("/requests?show=over").await), 1);
}

/// On top of a level, named in words to the client before the approval.
#[tokio::test]
async fn tt_6_a_finance_role_is_asked_for_in_the_form_and_by_the_api_and_tt_12_a_lost_mail_has_a_way() {
    const CENTER: &str = "7101234567890123456";
    let app = TestApp::start().await;
    let kim = json!({"platform": "tiktok", "kind": "member", "external_id": "kim@northwindgrowth.example",
        "label": "Kim Park"});
    let (status, said) = app.api(&app.agency, "POST", "/grantees", Some(kim)).await;
    assert_eq!(status, 201, "{said}");
    let member = app.member(&app.agency).await;
    let asked = form(&member)
        .await
        .set("level.meta.page", "")
        .set("level.meta.ad_account", "")
        .set("level.tiktok.business_center", "manage")
        .set("top.tiktok.business_center", "FINANCE_ANALYST");
    let sent = member.send(&asked).await;
    let olivia = app.browser();
    let page = olivia.get(&link(&sent)).await;
    assert!(page.has("With the finance role: see budgets"), "{}", page.html);
    let login = olivia.press(&page, "connect-tiktok").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    let pick = olivia.press(&consent, "sim-allow").await;
    let review = olivia.pick(&pick, &[CENTER]).await;
    assert!(
        review.has("With the finance role") && review.has("<code>FINANCE_ANALYST</code>"),
        "{}",
        review.html
    );
    let progress = olivia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.words().await[CENTER], "awaiting_acceptance");
    // TT-12: no call sends it again, so the pages of both say who can.
    let request = sent.path.trim_end_matches("/link");
    for page in [olivia.get(&progress.path).await, member.get(request).await] {
        assert!(page.has("chooses Resend request there"), "{}", page.html);
    }
    app.act(json!({ "person": "kim", "platform": "tiktok", "do": "accept", "asset": CENTER })).await;
    app.later(SignedDuration::from_mins(20)).await;
    let id = app.grant_id(CENTER).await;
    let (_, grant) = app.api(&app.agency, "GET", &format!("/grants/{id}"), None).await;
    assert_eq!(grant["native_roles"], json!(["FINANCE_ANALYST", "STANDARD"]), "read back");

    for (roles, wanted) in [(json!(["STANDARD", "FINANCE_MANAGER"]), 200), (json!(["FINANCE_MANAGER"]), 422)]
    {
        let body = json!({
            "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"}, "dry_run": true,
            "items": [{"platform": "tiktok",
                "assets": [{"type": "business_center", "level": "manage", "native_roles": roles}]}],
        });
        let (status, said) = app.api(&app.agency, "POST", "/requests", Some(body)).await;
        assert_eq!(status, wanted, "{said}");
    }
    app.check().await;
}
