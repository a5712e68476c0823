//! Cards without a sign-in: a code of the agency's, the owner's yes at the platform, and what shows there then.

use serde_json::{Value, json};

use super::{audits, send, send_with};
use crate::app::TestApp;
use crate::browser::{Browser, Page};

const ADS: &str = "7093215678901234567";
const AGENCY: &str = "7109876543210987654";
const BAKERYS: &str = "7170000000000000042";
const ZOES: &str = "7170000000000000059";
const CARD: &str = "scan-tiktok-tiktok_account";

/// The agency's Business Center is proven by kim.
async fn start() -> TestApp {
    let app = TestApp::start().await;
    let member = app.member(&app.agency).await;
    let page = member.get("/grantees").await;
    let login = member.press(&page, "grantees-connect-tiktok").await;
    let consent = member.press(&login, "sim-login-kim").await;
    let back = member.press(&consent, "sim-allow").await;
    assert!(back.path.starts_with("/grantees"), "{}", back.path);
    app
}

fn asks(types: &[&str]) -> Vec<Value> {
    let assets: Vec<_> = types.iter().map(|of| json!({"type": of, "level": "manage"})).collect();
    vec![json!({"platform": "tiktok", "assets": assets})]
}

/// The address that the code on this page holds.
fn address(page: &Page) -> String {
    let at = page.html.find("data-testid=\"scan-address\"").expect("a code");
    let tag = &page.html[page.html[..at].rfind("<a ").expect("a link")..];
    tag.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an address").to_owned()
}

async fn scan(app: &TestApp, person: &str, account: &str, page: &Page) {
    let deed = json!({
        "person": person, "platform": "tiktok", "do": "scan", "asset": account, "value": address(page),
    });
    app.act(deed).await;
}

async fn confirm(client: &Browser, page: &Page, which: &str) -> Page {
    client.send(&page.form("scanned-tiktok").set("which", which)).await
}

#[tokio::test]
async fn tt_37_a_creator_without_a_business_center_scans_and_what_shows_then_is_active() {
    let app = start().await;
    let (sent, items) = send(&app, asks(&["tiktok_account"])).await;
    let zoe = app.browser();
    let link = zoe.get(&sent.path).await;
    assert!(!link.has("connect-tiktok"), "nobody signs in");
    let page = zoe.press(&link, CARD).await;
    assert!(page.has("data:image/svg+xml;base64,") && page.has("Northwind Growth"), "{}", page.html);
    assert!(app.words().await.is_empty() && app.ledger().is_empty(), "a code gives nothing");
    let early = confirm(&zoe, &page, "zoe.lindqvist").await;
    assert_eq!(early.status, 422, "not allowed there yet");
    assert!(early.has("does not have the TikTok account") && app.words().await.is_empty());
    let there = format!("{}/{}/there?which=zoe.lindqvist", sent.path, items[0]);
    assert!(zoe.get(&there).await.has("{\"there\":false}"), "the page asks by itself");

    scan(&app, "zoe", ZOES, &page).await;
    assert!(zoe.get(&there).await.has("{\"there\":true}"));
    assert!(zoe.get(&there.replace("zoe.", "joe.")).await.has("{\"there\":false}"), "only what was named");
    assert!(app.words().await.is_empty(), "asking confirms nothing");
    let form = page.form("scanned-tiktok").set("which", "@Zoe.Lindqvist");
    let both = futures_util::future::join_all((0..5).map(|_| zoe.send(&form))).await;
    assert!(both.iter().all(|p| p.status == 200), "{:?}", both.iter().map(|p| p.status).collect::<Vec<_>>());
    app.drain().await;
    assert_eq!(app.words().await[ZOES], "active", "read back, under the platform's own id");
    assert_eq!((audits(&app, "item.scanned"), audits(&app, "item.code_shown")), (1, 1), "twice is once");
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{}", sent.id), None).await;
    assert_eq!(request["state"], "complete");
    let receipt = zoe.get(&format!("{}/receipt", sent.path)).await;
    assert!(receipt.has("zoe.lindqvist") && !receipt.has("shared before"), "{}", receipt.html);
    let other = app.browser().get(&sent.path).await;
    assert!(!other.has("zoe.lindqvist"), "names stay with the browser that did it");
    assert_eq!(app.browser().get(&format!("{}/{}/progress", sent.path, items[0])).await.status, 403);

    app.nights(1).await;
    let grant = app.grant_id(ZOES).await;
    app.api(&app.agency, "POST", &format!("/grants/{grant}/revoke"), None).await;
    app.drain().await;
    assert_eq!(app.words().await[ZOES], "revoked");
    assert_eq!(app.ledger(), ["approve", "revoke"].map(|word| format!("{word} {ZOES} {AGENCY}")));
    app.check().await;
}

#[tokio::test]
async fn the_page_with_the_code_and_what_it_refuses_are_in_the_clients_language() {
    let app = start().await;
    let asked = json!({"items": asks(&["tiktok_account"]), "locale": "de"});
    let (sent, _) = send_with(&app, asked).await;
    let zoe = app.browser();
    let link = zoe.get(&sent.path).await;
    assert!(link.has("TikTok: TikTok-Konto") && link.has("Code zeigen"), "{}", link.html);
    let page = zoe.press(&link, CARD).await;
    assert!(page.has("<html lang=\"de\"") && page.has("Neuen Code zeigen"), "{}", page.html);
    for english in ["Scan ", "Allow ", "Which ", "Until", "Steps as of", "app</"] {
        assert!(!page.has(english), "“{english}”: {}", page.html);
    }
    let early = confirm(&zoe, &page, "zoe.lindqvist").await;
    assert!(
        early.status == 422 && early.has("hat „zoe.lindqvist“ (TikTok-Konto) noch nicht: scannen Sie"),
        "{}",
        early.html
    );
    scan(&app, "zoe", ZOES, &page).await;
    assert_eq!(confirm(&zoe, &page, "zoe.lindqvist").await.status, 200);
    app.drain().await;
    assert_eq!(app.words().await[ZOES], "active");
    app.check().await;
}

#[tokio::test]
async fn tt_16_the_code_is_not_offered_before_the_ad_account_is_there_and_tt_46_one_link_gives_both() {
    let app = start().await;
    let (sent, items) = send(&app, asks(&["tiktok_account", "ad_account"])).await;
    assert_eq!(items.len(), 2, "a card for the sign-in and one for the code");
    let olivia = app.browser();
    let link = olivia.get(&sent.path).await;
    assert!(link.has("after-tiktok-tiktok_account") && !link.has(CARD), "{}", link.html);
    let mut past = link.form("connect-tiktok");
    past.action.set_path(&format!("{}/{}/scan", sent.path, items[1]));
    let early = olivia.send(&past).await;
    assert_eq!(early.status, 400, "also not past the page");
    assert_eq!(app.seen("account/authorization").await, 0, "no code was made");

    let login = olivia.press(&link, "connect-tiktok").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    let pick = olivia.press(&consent, "sim-allow").await;
    let review = olivia.pick(&pick, &[ADS]).await;
    olivia.press(&review, "approve").await;
    app.drain().await;
    let link = olivia.get(&sent.path).await;
    let page = olivia.press(&link, CARD).await;
    scan(&app, "olivia", BAKERYS, &page).await;
    assert_eq!(confirm(&olivia, &page, "harbourbakery").await.status, 200);
    app.drain().await;
    let words = app.words().await;
    assert_eq!((words[ADS].as_str(), words[BAKERYS].as_str()), ("active", "active"));
    app.check().await;
}

#[tokio::test]
async fn tt_41_the_agencys_people_follow_the_scan() {
    let app = start().await;
    let (_, all) = app.api(&app.agency, "GET", "/grantees", None).await;
    let id = |external: &str| {
        let mut all = all["data"].as_array().expect("a list").iter();
        all.find(|g| g["external_id"] == external).expect("proven")["id"].clone()
    };
    let mut items = asks(&["tiktok_account"]);
    items[0]["grantee_ids"] = json!([id(AGENCY), id("7300000000000000108")]);
    let (sent, _) = send(&app, items).await;
    let zoe = app.browser();
    let link = zoe.get(&sent.path).await;
    let page = zoe.press(&link, CARD).await;
    assert!(page.has("then gives it to its own people"), "{}", page.html);
    scan(&app, "zoe", ZOES, &page).await;
    confirm(&zoe, &page, "zoe.lindqvist").await;
    app.drain().await;
    let all = app.api(&app.agency, "GET", "/grants", None).await.1;
    let states: Vec<_> = all["data"].as_array().expect("a list").iter().map(|g| g["state"].clone()).collect();
    assert_eq!(states, ["active", "active"], "{all}");
    assert!(app.ledger().contains(&format!("grant {ZOES} 7300000000000000108")), "{:?}", app.ledger());
    app.check().await;
}

#[tokio::test]
async fn tt_32_tt_33_what_cannot_be_requested_is_refused_with_the_way_that_works() {
    let app = start().await;
    let ask = |of: &str, method: &str| {
        json!({
            "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"}, "dry_run": true,
            "items": [{"platform": "tiktok", "assets": [{"type": of, "level": "manage", "method": method}]}],
        })
    };
    // TT-33: no call asks for an ad account by its id.
    let mut by_id = ask("ad_account", "request");
    by_id["items"][0]["assets"][0]["external_id"] = json!(ADS);
    let (status, said) = app.api(&app.agency, "POST", "/requests", Some(by_id)).await;
    assert!(status == 422 && said["detail"].as_str().is_some_and(|d| d.contains("signs in")), "{said}");
    for (of, way) in
        [("pixel", "say guided"), ("catalog", "step by step"), ("ad_account", "signs in and approves")]
    {
        let (status, said) = app.api(&app.agency, "POST", "/requests", Some(ask(of, "request"))).await;
        assert_eq!((status, said["field"].as_str()), (422, Some("method")), "{of}: {said}");
        let detail = said["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("cannot be requested") && detail.contains(way), "{detail}");
    }
    for (of, method) in [("tiktok_account", "request"), ("pixel", "guided"), ("ad_account", "share")] {
        let (status, said) = app.api(&app.agency, "POST", "/requests", Some(ask(of, method))).await;
        assert_eq!(status, 200, "{of}: {said}");
    }
}

/// TikTok asks about a media agency in its own pages only: the wish is told to whoever meets the question there.
#[tokio::test]
async fn tt_20_tt_35_who_wishes_to_be_the_media_agency_says_so_and_the_steps_by_hand_say_what_to_answer() {
    let app = start().await;
    let member = app.member(&app.agency).await;
    let form = member.get("/requests/new").await.form("send");
    let form = form.set("name", "Harbour Bakery").set("email", "olivia@harbourbakery.example");
    let yes = form.set("level.tiktok.ad_account", "manage").set("yes.tiktok.ad_account", "media-agency");
    let view = member.send(&yes.clone().set("level.tiktok.ad_account", "view")).await;
    assert!(view.status == 422 && view.has("asks nothing along the way"), "{}", view.html);
    let sent = member.send(&yes).await;
    let (link, id) = (sent.path.clone(), sent.path.split('/').nth(2).expect("an id").to_owned());
    assert!(link.ends_with("/link"), "{}", sent.html);
    let (_, told) = app.api(&app.agency, "GET", &format!("/requests/{id}"), None).await;
    let (ask, item) = (&told["items"][0]["assets"][0], told["items"][0]["id"].as_str().expect("an id"));
    assert_eq!(ask["wants_yes"], true, "{told}");
    let path =
        sent.html[sent.html.find("/r/").expect("a link")..].split('"').next().expect("it ends").to_owned();

    let olivia = app.browser();
    let wished = "would like to be named your media agency too";
    let page = olivia.get(&path).await;
    assert!(page.has(wished), "{}", page.html);
    let by_hand = olivia.get(&format!("{path}/guide")).await;
    assert!(by_hand.has("media agency partnership, answer <b>Yes</b>"), "{}", by_hand.html);
    let asked = member.get(&format!("/requests/{id}/{item}/asked")).await;
    assert!(asked.has("you are their media agency, answer <b>Yes</b>"), "{}", asked.html);
    assert!(
        asked.has("19 digits") && asked.has("approves there by hand") && !asked.has("data-testid=\"ask-")
    );
    let login = olivia.press(&page, "connect-tiktok").await;
    let consent = olivia.press(&login, "sim-login-olivia").await;
    let review = olivia.pick(&olivia.press(&consent, "sim-allow").await, &[ADS]).await;
    assert!(review.has(wished) && review.has("Sharing by the link does not answer it"), "{}", review.html);
    olivia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.words().await[ADS], "active");

    let (sent, _) = send(&app, asks(&["ad_account"])).await;
    let page = app.browser().get(&format!("{}/guide", sent.path)).await;
    assert!(page.has("answer <b>No</b>") && !page.has(wished), "{}", page.html);
    app.check().await;
}

/// What the agency had before belongs to somebody else's card: to know its name is not enough.
#[tokio::test]
async fn t12_an_account_that_was_there_before_the_code_is_not_taken_over() {
    let app = start().await;
    let (first, _) = send(&app, asks(&["tiktok_account"])).await;
    let zoe = app.browser();
    let link = zoe.get(&first.path).await;
    let page = zoe.press(&link, CARD).await;
    scan(&app, "zoe", ZOES, &page).await;
    confirm(&zoe, &page, "zoe.lindqvist").await;
    app.drain().await;

    let stranger = json!({
        "client": {"name": "Somebody Else", "email": "mallory@example.org"}, "items": asks(&["tiktok_account"]),
    });
    let (second, _) = super::send_with(&app, stranger).await;
    let mallory = app.browser();
    let link = mallory.get(&second.path).await;
    let blank = mallory.send(&zoe_form(&mallory, &second.path).await.set("which", "zoe.lindqvist")).await;
    assert_eq!(blank.status, 422, "nothing was scanned for this card");
    assert!(blank.has("scan it first"), "{}", blank.html);
    let page = mallory.press(&link, CARD).await;
    for which in ["zoe.lindqvist", ZOES] {
        let refused = confirm(&mallory, &page, which).await;
        assert_eq!(refused.status, 422, "{which}");
        assert!(refused.has("before this code was shown"), "{}", refused.html);
    }
    assert_eq!(app.words().await.len(), 1);
    assert_eq!(mallory.get(&format!("{}/receipt", second.path)).await.status, 403);
    app.check().await;
}

/// The same client gives for longer what it gave: nothing has to be new for that.
#[tokio::test]
async fn who_gave_an_account_gives_it_for_longer_without_scanning_again() {
    let app = start().await;
    let until = |day: &str| json!(format!("{day}T12:00:00Z"));
    let mut body = json!({"items": asks(&["tiktok_account"]), "access_expires_at": until("2027-03-01")});
    body["client"] = json!({"name": "Zoë Lindqvist", "email": "zoe@example.org"});
    let (first, _) = super::send_with(&app, body).await;
    let zoe = app.browser();
    let link = zoe.get(&first.path).await;
    let page = zoe.press(&link, CARD).await;
    scan(&app, "zoe", ZOES, &page).await;
    confirm(&zoe, &page, "zoe.lindqvist").await;
    app.drain().await;
    let grant = app.grant_id(ZOES).await;
    let longer = json!({"access_expires_at": until("2027-06-01")});
    let (status, said) = app.api(&app.agency, "POST", &format!("/grants/{grant}/extend"), Some(longer)).await;
    assert!((200..300).contains(&status), "{said}");
    let url = said["url"].as_str().expect("a link");
    let page = zoe.get(url.strip_prefix(&app.base).expect("ours")).await;
    let form = zoe.get(page.form(CARD).action.path()).await.form("scanned-tiktok");
    assert_eq!(zoe.send(&form).await.status, 200, "its id is there already");
    app.drain().await;
    assert_eq!(app.words().await[ZOES], "active");
    assert_eq!(app.ledger().len(), 1, "nothing was done there");
    app.check().await;
}

/// The form of the page without a code.
async fn zoe_form(client: &Browser, path: &str) -> crate::browser::Form {
    let link = client.get(path).await;
    let form = link.form(CARD);
    client.get(form.action.path()).await.form("scanned-tiktok")
}

/// The owner's own sign-in on this card.
async fn sign_in_as_owner(client: &Browser, path: &str, person: &str) -> Page {
    let link = client.get(path).await;
    let page = client.get(link.form(CARD).action.path()).await;
    let login = client.press(&page, "owner-tiktok").await;
    let consent = client.press(&login, &format!("sim-login-{person}")).await;
    client.press(&consent, "sim-allow").await
}

#[tokio::test]
async fn an_owner_who_signs_in_types_nothing_and_stays_signed_in_for_longer_than_a_day() {
    let app = start().await;
    let (sent, items) = send(&app, asks(&["tiktok_account"])).await;
    let made = audits(&app, "connection.made");
    let zoe = app.browser();
    let page = sign_in_as_owner(&zoe, &sent.path, "zoe").await;
    assert!(page.path.ends_with("/scan") && page.has("You signed in as"), "{}", page.html);
    assert!(page.has("value=\"zoe.lindqvist\" readonly"), "{}", page.html);
    let other = app.browser().get(&format!("{}/{}/scan", sent.path, items[0])).await;
    assert!(!other.has("zoe.lindqvist"), "that stays with the browser that signed in");
    let page = zoe.press(&page, "scan-tiktok").await;
    scan(&app, "zoe", ZOES, &page).await;
    app.later(jiff::SignedDuration::from_hours(30)).await;
    // Whatever the form says, it is the account that was signed in with.
    assert_eq!(confirm(&zoe, &page, "harbourbakery").await.status, 200);
    app.drain().await;
    assert_eq!(app.words().await[ZOES], "active");
    assert_eq!(app.seen("tt_user/oauth2/refresh_token/").await, 1, "a day was over");
    assert_eq!(audits(&app, "connection.made"), made + 1, "one sign-in, however often it was refreshed");
    app.check().await;
}

/// What was let in before a code was shown is claimed by who shows to be its owner, and by nobody else.
#[tokio::test]
async fn t12_only_its_owner_claims_an_account_that_was_there_before() {
    let app = start().await;
    let (left, _) = send(&app, asks(&["tiktok_account"])).await;
    let page = app.browser();
    let first = page.press(&page.get(&left.path).await, CARD).await;
    scan(&app, "zoe", ZOES, &first).await;
    // That card is never finished.
    let (sent, _) = send(&app, asks(&["tiktok_account"])).await;
    let olivia = app.browser();
    let page = sign_in_as_owner(&olivia, &sent.path, "olivia").await;
    let page = olivia.press(&page, "scan-tiktok").await;
    let refused = confirm(&olivia, &page, "zoe.lindqvist").await;
    assert_eq!(refused.status, 422, "it is not olivia's");
    let zoe = app.browser();
    let page = sign_in_as_owner(&zoe, &sent.path, "zoe").await;
    assert_eq!(zoe.send(&page.form("scanned-tiktok")).await.status, 200, "no code is needed");
    app.drain().await;
    assert_eq!(app.words().await[ZOES], "active");
    assert_eq!(app.ledger().len(), 1, "nothing was done there");
    app.check().await;
}

/// F16: when the answer to a refresh is lost, nothing loops, and the name is typed as without a sign-in.
#[tokio::test]
async fn f16_a_lost_refresh_asks_once_and_leaves_the_way_without_a_sign_in() {
    let app = start().await;
    let (sent, _) = send(&app, asks(&["tiktok_account"])).await;
    let zoe = app.browser();
    let page = sign_in_as_owner(&zoe, &sent.path, "zoe").await;
    let page = zoe.press(&page, "scan-tiktok").await;
    scan(&app, "zoe", ZOES, &page).await;
    app.later(jiff::SignedDuration::from_hours(30)).await;
    app.faults(json!([{"host": "business-api.tiktok.com", "path": "*/refresh_token/", "method": "POST",
        "kind": "status", "code": 500, "body": {}}]))
        .await;
    assert_eq!(confirm(&zoe, &page, "zoe.lindqvist").await.status, 200);
    app.drain().await;
    assert_eq!(app.words().await[ZOES], "active");
    assert_eq!(app.seen("tt_user/oauth2/refresh_token/").await, 1);
    app.check().await;
}

/// The owner's sign-in is over, and both nodes are asked at once for what needs it. How often it was refreshed.
async fn refreshed_by_two_nodes() -> usize {
    let app = start().await;
    let (sent, _) = send(&app, asks(&["tiktok_account"])).await;
    let (zoe, second) = (app.browser(), app.second_node().await);
    let page = sign_in_as_owner(&zoe, &sent.path, "zoe").await;
    let page = zoe.press(&page, "scan-tiktok").await;
    scan(&app, "zoe", ZOES, &page).await;
    app.later(jiff::SignedDuration::from_hours(30)).await;
    app.faults(json!([{"host": "business-api.tiktok.com", "path": "*/refresh_token/", "method": "POST",
        "kind": "delay", "ms": 300}]))
        .await;
    let elsewhere = zoe.get(&format!("{second}{}", page.path)).await;
    let forms = [page.form("scanned-tiktok"), elsewhere.form("scanned-tiktok")];
    let done = futures_util::future::join_all(forms.iter().map(|form| zoe.send(form))).await;
    app.drain().await;
    if done.iter().all(|page| page.status == 200) {
        assert_eq!(app.words().await[ZOES], "active");
    }
    app.check().await;
    app.seen("tt_user/oauth2/refresh_token/").await
}

#[tokio::test]
async fn a_refresh_token_is_spent_once_by_two_nodes() {
    assert_eq!(refreshed_by_two_nodes().await, 1);
    let _weak = valetkey::defence::weaken::without("turns");
    assert_eq!(refreshed_by_two_nodes().await, 2, "without turns both spend it");
}

#[tokio::test]
async fn tt_39_a_card_gives_so_many_codes_and_then_one_each_minute_whichever_node_is_asked() {
    let app = start().await;
    let (sent, _) = send(&app, asks(&["tiktok_account"])).await;
    let (zoe, second) = (app.browser(), app.second_node().await);
    let links = [zoe.get(&sent.path).await, zoe.get(&format!("{second}{}", sent.path)).await];
    for n in 0..10 {
        assert!(zoe.press(&links[n % 2], CARD).await.has("scan-code"), "{n}");
    }
    for link in &links {
        let refused = zoe.press(link, CARD).await;
        assert!(refused.status == 400 && refused.has("again in 60 seconds"), "{}", refused.html);
    }
    assert_eq!(app.seen("account/authorization").await, 10, "TikTok is not asked");
    for link in &links {
        app.clock.advance(jiff::SignedDuration::from_secs(59));
        assert_eq!(zoe.press(link, CARD).await.status, 400);
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        assert!(zoe.press(link, CARD).await.has("scan-code"));
    }
    let (other, _) = send(&app, asks(&["tiktok_account"])).await;
    let other = zoe.get(&other.path).await;
    assert!(zoe.press(&other, CARD).await.has("scan-code"), "another card is not held up");
    app.check().await;
}

#[tokio::test]
async fn tt_39_a_code_that_ended_is_replaced_and_without_the_agencys_sign_in_there_is_none() {
    let app = start().await;
    let (sent, _) = send(&app, asks(&["tiktok_account"])).await;
    let zoe = app.browser();
    let link = zoe.get(&sent.path).await;
    let old = zoe.press(&link, CARD).await;
    app.later(jiff::SignedDuration::from_mins(11)).await;
    let deed = json!({
        "person": "zoe", "platform": "tiktok", "do": "scan", "asset": ZOES, "value": address(&old),
    });
    let (status, _) = app.browser().json("POST", &format!("{}/_sim/act", app.sims.url), &deed).await;
    assert_eq!(status, 422, "it has ended");
    let new = zoe.press(&old, "scan-tiktok").await;
    assert_ne!(address(&old), address(&new));
    scan(&app, "zoe", ZOES, &new).await;
    assert_eq!(
        confirm(&zoe, &new, "zoe.lindqvist").await.status,
        200,
        "the first look still counts as before"
    );
    app.drain().await;
    assert_eq!(app.words().await[ZOES], "active");

    let (sent, _) = send(&app, asks(&["tiktok_account"])).await;
    app.act(json!({ "person": "kim", "platform": "tiktok", "do": "revoke_app" })).await;
    let link = zoe.get(&sent.path).await;
    let refused = zoe.press(&link, CARD).await;
    assert_eq!(refused.status, 400, "{}", refused.html);
    app.check().await;
}
