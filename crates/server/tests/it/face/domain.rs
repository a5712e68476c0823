//! The agency's domain: proved by a record, looked for every day, and taken back when the record is gone (T13).

use jiff::SignedDuration;
use valetkey::app::agencies::Added;
use valetkey::app::domains::{self, Record};
use valetkey_sdk::sim::names::Reply;

use crate::app::TestApp;
use crate::browser::{Browser, Page};
use crate::threats::rows;

const DOMAIN: &str = "northwind.example";
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn claim(member: &Browser, domain: &str) -> Page {
    let form = member.get("/settings").await.form("save-domain");
    member.send(&form.set("domain", domain)).await
}

/// What this agency has to set, as its page says it.
async fn record(app: &TestApp, agency: &Added, domain: &str) -> Record {
    let own = app.desk.store.get_agency(&agency.scope).await.expect("the agency");
    domains::record_of(&app.desk, &own, domain)
}

/// The first agency with its domain proved.
async fn proved(app: &TestApp) -> (Browser, Record) {
    let member = app.member(&app.agency).await;
    claim(&member, DOMAIN).await;
    let record = record(app, &app.agency, DOMAIN).await;
    app.names.set(&record.name, Reply::Texts(vec!["v=else".into(), record.value.clone()]));
    let page = member.press(&member.get("/settings").await, "check-domain").await;
    assert_eq!(state(&page), "verified", "{}", page.html);
    (member, record)
}

fn state(page: &Page) -> &str {
    const HOOK: &str = "data-testid=\"domain-proof\" data-state=\"";
    let at = page.html.find(HOOK).expect("a claim") + HOOK.len();
    page.html[at..].split('"').next().expect("it ends")
}

/// The first agency's page, for somebody who has just signed in: sessions do not last as long as these tests.
async fn own(app: &TestApp, path: &str) -> Page {
    app.member(&app.agency).await.get(path).await
}

/// Whether the client sees the domain.
async fn is_shown(app: &TestApp, path: &str) -> bool {
    let page = app.browser().get(path).await;
    let head = "<span><bdi>northwind.example</bdi> <span class=\"head-verified\">verified</span></span></p>";
    assert_eq!(page.has(head), !page.has("data-testid=\"host\""), "one of the two: {}", page.html);
    page.has(head)
}

#[tokio::test]
async fn t13_a_domain_stands_beside_the_name_once_its_record_is_there() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let member = app.member(&app.agency).await;
    let page = claim(&member, "Northwind.EXAMPLE.").await;
    assert!(page.has("Domain saved") && state(&page) == "pending", "{}", page.html);
    let record = record(&app, &app.agency, DOMAIN).await;
    assert_eq!(record.name, "_valetkey.northwind.example");
    assert!(page.has(&record.name) && page.has(&record.value), "{}", page.html);
    assert!(!is_shown(&app, &sent.path).await, "said is not proved");
    // Nothing there; then somebody else's value; then ours, beside another one.
    let page = member.press(&page, "check-domain").await;
    assert!(page.has("no such record") && state(&page) == "pending", "{}", page.html);
    app.clock.advance(SignedDuration::from_mins(1));
    app.names.set(&record.name, Reply::Texts(vec!["valetkey-agency=other".into()]));
    let page = member.press(&page, "check-domain").await;
    assert!(page.has("none with the value below") && state(&page) == "pending", "{}", page.html);
    assert!(!is_shown(&app, &sent.path).await);
    app.clock.advance(SignedDuration::from_mins(1));
    app.names.set(&record.name, Reply::Texts(vec!["v=else".into(), record.value.clone()]));
    let page = member.press(&page, "check-domain").await;
    assert_eq!(state(&page), "verified", "{}", page.html);
    assert!(is_shown(&app, &sent.path).await);
    let log = member.get("/audit").await;
    for told in ["named northwind.example as the agency’s domain", "record of northwind.example was found"]
    {
        assert!(log.has(told), "{told}: {}", log.html);
    }
    // Given up, it is not shown any more, and nothing is looked for.
    let page = member.press(&page, "remove-domain").await;
    assert!(page.has("Domain removed") && !page.has("domain-proof"), "{}", page.html);
    assert!(!is_shown(&app, &sent.path).await);
    let asked = app.names.asked().len();
    app.later(DAY).await;
    app.later(DAY).await;
    assert_eq!(app.names.asked().len(), asked);
    app.check().await;
}

#[tokio::test]
async fn pressed_again_and_again_it_asks_once_in_five_seconds() {
    let app = TestApp::start().await;
    let (member, _) = proved(&app).await;
    let page = member.get("/settings").await;
    let asked = app.names.asked().len();
    for _ in 0..5 {
        assert_eq!(state(&member.press(&page, "check-domain").await), "verified");
    }
    assert_eq!(app.names.asked().len(), asked);
}

#[tokio::test]
async fn it_is_looked_for_every_day_and_taken_back_when_it_is_gone_for_an_hour() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (_, record) = proved(&app).await;
    for _ in 0..3 {
        let asked = app.names.asked().len();
        app.later(DAY).await;
        assert!(app.names.asked().len() > asked, "a day without a look");
    }
    for gone in [Reply::NoName, Reply::NoText, Reply::Texts(vec!["v=else".into()])] {
        app.names.set(&record.name, gone);
        app.later(DAY).await;
        assert!(is_shown(&app, &sent.path).await, "once is no proof");
        let home = own(&app, "/").await;
        assert!(
            home.has("The record of your domain is gone") && home.has("northwind.example"),
            "{}",
            home.html
        );
        assert_eq!(state(&own(&app, "/settings").await), "missing");
        app.later(HOUR).await;
        assert!(!is_shown(&app, &sent.path).await, "twice is");
        let home = own(&app, "/").await;
        assert!(
            home.has("could not be verified any more") && home.has("href=\"/settings\""),
            "{}",
            home.html
        );
        assert_eq!(state(&own(&app, "/settings").await), "lost");
        // What comes back is seen by the daily look, without anybody's doing.
        app.names.set(&record.name, Reply::Texts(vec![record.value.clone()]));
        app.later(DAY).await;
        assert!(is_shown(&app, &sent.path).await);
        assert!(!own(&app, "/").await.has("could not be verified any more"));
    }
    let log = own(&app, "/audit").await;
    assert_eq!(log.html.matches("stayed away: clients do not see the domain any more").count(), 3);
    let kinds =
        rows::query(&rows::open(&app), "SELECT kind FROM event WHERE kind LIKE 'agency.%' ORDER BY event_id");
    let kinds: Vec<_> = kinds.iter().map(|row| rows::text(&row[0])).collect();
    let lost = ["agency.domain_missing", "agency.domain_lost", "agency.domain_verified"];
    assert_eq!(kinds, [["agency.domain_verified"].as_slice(), &lost.repeat(3)].concat());
    app.check().await;
}

/// A resolver that fails says nothing about the record.
#[tokio::test]
async fn not_knowing_is_not_absence_for_three_days() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (_, record) = proved(&app).await;
    for fault in [Reply::Failure, Reply::Refused, Reply::Referral] {
        app.names.set(&record.name, fault);
        app.later(DAY - HOUR).await;
        assert!(is_shown(&app, &sent.path).await);
        let page = own(&app, "/settings").await;
        assert!(
            state(&page) == "unchecked" && page.has("does not mean that the record is gone"),
            "{}",
            page.html
        );
    }
    app.later(HOUR * 2).await;
    assert!(is_shown(&app, &sent.path).await);
    // Three days after the record was there last.
    app.later(HOUR).await;
    assert!(!is_shown(&app, &sent.path).await);
    let page = own(&app, "/settings").await;
    assert!(state(&page) == "lost" && page.has("nobody knows whether the record is there"), "{}", page.html);
    assert!(own(&app, "/audit").await.has("could not be checked for three days"));
    app.names.set(&record.name, Reply::Texts(vec![record.value]));
    app.later(DAY).await;
    assert!(is_shown(&app, &sent.path).await);
    app.check().await;
}

#[tokio::test]
async fn two_agencies_never_hold_one_domain_and_the_second_has_it_when_the_first_lost_it() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (first, record) = proved(&app).await;
    let second = app.member(&app.other_agency).await;
    claim(&second, DOMAIN).await;
    let theirs = self::record(&app, &app.other_agency, DOMAIN).await;
    assert_ne!(theirs.value, record.value, "the value is bound to the agency");
    let press = async || {
        app.clock.advance(SignedDuration::from_mins(1));
        let page = second.press(&second.get("/settings").await, "check-domain").await;
        state(&page).to_owned()
    };
    assert_eq!(press().await, "pending", "the other one's value proves nothing");
    app.names.set(&record.name, Reply::Texts(vec![record.value.clone(), theirs.value.clone()]));
    assert_eq!(press().await, "pending");
    assert!(second.get("/settings").await.has("another agency on this server is shown with this domain"));
    app.drain().await;
    assert!(is_shown(&app, &sent.path).await, "the first one has its record, and keeps the domain");
    app.names.set(&record.name, Reply::Texts(vec![theirs.value.clone()]));
    assert_eq!(press().await, "pending", "the first one's record was not looked for yet");
    app.drain().await;
    app.later(HOUR).await;
    assert!(!is_shown(&app, &sent.path).await);
    assert_eq!(press().await, "verified");
    assert_eq!(state(&first.get("/settings").await), "lost");
    let shown = "SELECT agency_id FROM agency WHERE domain = 'northwind.example'";
    assert_eq!(rows::query(&rows::open(&app), shown).len(), 1);
    app.check().await;
}

#[tokio::test]
async fn another_domain_is_proved_from_the_beginning() {
    let app = TestApp::start().await;
    let sent = app.send_request().await;
    let (member, _) = proved(&app).await;
    assert_eq!(state(&claim(&member, "northwind.EXAMPLE").await), "verified", "the same again is no change");
    assert_eq!(state(&claim(&member, "growth.example").await), "pending");
    assert!(!is_shown(&app, &sent.path).await);
    app.check().await;
}

#[tokio::test]
async fn t13_what_is_no_domain_of_ones_own_is_refused_with_what_to_do() {
    let app = TestApp::start().await;
    let (member, _) = proved(&app).await;
    let other = app.member(&app.other_agency).await;
    for (domain, sentence) in [
        ("", "such as agency.com"),
        ("https://tidewater.example", "such as agency.com"),
        ("192.0.2.7", "an address of a machine"),
        ("co.uk", "belongs to everybody"),
        ("meta-support.com", "reads like Meta"),
        ("t\u{438}dewater.example", "in one alphabet"),
        ("verified-media.example", "for this page to say"),
        ("northwlnd.example", "another agency here has proved"),
    ] {
        let page = claim(&other, domain).await;
        assert_eq!(page.status, 422, "{domain}");
        assert!(page.has("id=\"domain-wrong\"") && page.has(sentence), "{domain}: {}", page.html);
    }
    assert_eq!(rows::count(&app, "domain_proof"), 1);
    assert_eq!(state(&member.get("/settings").await), "verified");
    app.check().await;
}

/// What the engine looks for is found by whichever process has the lease, and a late one writes nothing.
#[tokio::test]
async fn a_look_that_somebody_overtook_writes_nothing() {
    let app = TestApp::start().await;
    let (_, record) = proved(&app).await;
    let scope = &app.agency.scope;
    let before = app.desk.store.find_domain_proof(scope).await.expect("readable").expect("a claim");
    app.clock.advance(DAY);
    let node = app.beside().await;
    app.names.set(&record.name, Reply::NoName);
    app.drain().await;
    let late = valetkey::engine::domain::check(&node, scope, scope.agency(), &before).await;
    assert!(late.is_err(), "{late:?}");
    let after = app.desk.store.find_domain_proof(scope).await.expect("readable").expect("a claim");
    assert_eq!(after.rev, before.rev + 1);
    app.check().await;
}
