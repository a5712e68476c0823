//! Access by an invitation that a person accepts: awaiting, accepted by hand or by us, declined, lapsed,
//! withdrawn, and what is said before the approval.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::app::{Sent, TestApp};
use crate::browser::{Browser, Page};

const PLATFORM: &str = "github";
const ORGANIZATION: &str = "harbour-bakery";
const TEAM: &str = "harbour-bakery/web";
pub const REPOSITORY: &str = "harbour-bakery/recipes";
pub const KIM: &str = "kimpark-nw";
const SEVEN_DAYS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A waiting invitation is looked at again after this long.
const A_WHILE: SignedDuration = SignedDuration::from_mins(16);

/// Kim signs in with the agency's pages: proven, and her own yes can be given for her.
async fn prove(app: &TestApp) {
    let member = app.member(&app.agency).await;
    let page = member.get("/grantees").await;
    let login = member.press(&page, &format!("grantees-connect-{PLATFORM}")).await;
    let consent = member.press(&login, "sim-login-kim").await;
    let back = member.press(&consent, "sim-allow").await;
    assert_eq!(back.url.query(), Some("proven=1"), "{}", back.path);
}

/// Kim's login as somebody typed it: nobody has signed in as her.
pub async fn name_kim(app: &TestApp) {
    let new = json!({"platform": PLATFORM, "kind": "user", "external_id": KIM, "label": "Kim Park"});
    let (status, answer) = app.api(&app.agency, "POST", "/grantees", Some(new)).await;
    assert_eq!((status, &answer["proven"]), (201, &json!(false)), "{answer}");
}

async fn ask(app: &TestApp, of: &str, level: &str) -> Sent {
    app.send_body(json!({
        "client": {"name": "Harbour Bakery", "email": "olivia@harbourbakery.example"},
        "items": [{"platform": PLATFORM, "assets": [{"type": of, "level": level}]}],
    }))
    .await
}

async fn connect(browser: &Browser, sent: &Sent, person: &str) -> Page {
    let link = browser.get(&sent.path).await;
    let login = browser.press(&link, &format!("connect-{PLATFORM}")).await;
    let consent = browser.press(&login, &format!("sim-login-{person}")).await;
    browser.press(&consent, "sim-allow").await
}

/// Olivia gives what was asked for, and the engine does its part.
pub async fn give(app: &TestApp, of: &str, level: &str, asset: &str) -> Sent {
    let sent = ask(app, of, level).await;
    let olivia = app.browser();
    let pick = connect(&olivia, &sent, "olivia").await;
    let review = olivia.pick(&pick, &[asset]).await;
    let progress = olivia.press(&review, "approve").await;
    assert_eq!(progress.status, 200);
    app.drain().await;
    sent
}

/// What the invited person does by hand.
async fn kim(app: &TestApp, deed: &str, of: &str, asset: &str) {
    app.act(json!({"person": "kim", "platform": PLATFORM, "do": deed, "asset": {"type": of, "id": asset}}))
        .await;
}

async fn word(app: &TestApp, asset: &str) -> String {
    app.words().await[asset].clone()
}

fn line(operation: &str, asset: &str) -> String {
    format!("{operation} {asset} {KIM}")
}

#[tokio::test]
async fn an_invitation_is_awaited_and_active_once_the_person_accepts() {
    let app = TestApp::start().await;
    name_kim(&app).await;
    let sent = ask(&app, "repository", "manage").await;
    let olivia = app.browser();
    let pick = connect(&olivia, &sent, "olivia").await;
    let review = olivia.pick(&pick, &[REPOSITORY]).await;
    assert!(app.ledger().is_empty(), "nothing happens before the approval");
    olivia.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(app.ledger(), [line("invite", REPOSITORY)]);
    assert_eq!(word(&app, REPOSITORY).await, "awaiting_acceptance");
    let progress = olivia.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(progress.has("Waiting for the person invited"), "said in words");
    assert!(!progress.has("http-equiv") && progress.headers.get("refresh").is_none(), "nobody has to watch");

    app.later(A_WHILE).await;
    assert_eq!(app.ledger().len(), 1, "waiting sends nothing");
    kim(&app, "accept", "repository", REPOSITORY).await;
    app.later(A_WHILE).await;
    assert_eq!(word(&app, REPOSITORY).await, "active");
    assert_eq!(app.ledger(), [line("invite", REPOSITORY), line("accept", REPOSITORY)]);
    let receipt = olivia.get(&format!("{}/receipt", sent.path)).await;
    assert!(receipt.has("data-testid=\"receipt\"") && receipt.has(REPOSITORY));

    let id = app.grant_id(REPOSITORY).await;
    app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
    app.drain().await;
    assert_eq!(
        (word(&app, REPOSITORY).await.as_str(), app.ledger().last()),
        ("revoked", Some(&line("revoke", REPOSITORY)))
    );
    app.check().await;
}

#[tokio::test]
async fn our_own_connection_of_the_invited_person_says_yes() {
    let app = TestApp::start().await;
    prove(&app).await;
    for (of, level, asset) in [("repository", "view", REPOSITORY), ("organization", "view", ORGANIZATION)] {
        give(&app, of, level, asset).await;
        assert_eq!(word(&app, asset).await, "active", "{of}");
    }
    let expected = [REPOSITORY, ORGANIZATION].map(|asset| [line("invite", asset), line("accept", asset)]);
    assert_eq!(app.ledger(), expected.concat());
    let ledger = app.sim("GET", "/_sim/ledger", Value::Null).await;
    let caller = |at: usize| ledger["data"][at]["caller"]["person"].clone();
    assert_eq!((caller(0), caller(1)), (json!("olivia"), json!("kim")), "each in their own name");
    app.check().await;
}

/// The person was named first and signs in while the invitation waits.
#[tokio::test]
async fn a_yes_is_given_as_soon_as_the_person_has_signed_in() {
    let app = TestApp::start().await;
    name_kim(&app).await;
    give(&app, "organization", "view", ORGANIZATION).await;
    assert_eq!(word(&app, ORGANIZATION).await, "awaiting_acceptance");
    prove(&app).await;
    app.later(A_WHILE).await;
    assert_eq!(word(&app, ORGANIZATION).await, "active");
    assert_eq!(app.ledger(), [line("invite", ORGANIZATION), line("accept", ORGANIZATION)]);
    app.check().await;
}

/// Read replicas lag: after our yes the invitation is gone before the membership shows.
#[tokio::test]
async fn a_yes_that_shows_late_sends_no_second_invitation() {
    let app = TestApp::start().await;
    prove(&app).await;
    app.faults(
        json!([{"host": "api.github.com", "path": "/user/repository_invitations/*", "method": "PATCH",
        "kind": "eventual", "ms": 30_000}]),
    )
    .await;
    give(&app, "repository", "view", REPOSITORY).await;
    assert_eq!(word(&app, REPOSITORY).await, "verifying");
    for _ in 0..20 {
        app.later(SignedDuration::from_secs(3)).await;
    }
    assert_eq!(word(&app, REPOSITORY).await, "active");
    assert_eq!(app.ledger(), [line("invite", REPOSITORY), line("accept", REPOSITORY)]);
    app.check().await;
}

/// The answer to the invitation is lost, but it was sent.
#[tokio::test]
async fn a_lost_answer_sends_no_second_invitation() {
    let app = TestApp::start().await;
    name_kim(&app).await;
    app.faults(json!([{"host": "api.github.com", "path": "/repos/*/collaborators/*", "method": "PUT",
        "kind": "drop_after_effect", "nth": 1}]))
        .await;
    give(&app, "repository", "manage", REPOSITORY).await;
    app.later(A_WHILE).await;
    assert_eq!(word(&app, REPOSITORY).await, "awaiting_acceptance");
    assert_eq!(app.ledger(), [line("invite", REPOSITORY)]);
    assert_eq!(app.seen(&format!("/collaborators/{KIM}")).await, 1, "asked once");
    app.check().await;
}

/// F30 for invitations: who said no is not asked again.
#[tokio::test]
async fn what_was_declined_stays_declined_for_thirty_nights() {
    let app = TestApp::start().await;
    name_kim(&app).await;
    for (of, level, asset) in [("repository", "manage", REPOSITORY), ("team", "manage", TEAM)] {
        give(&app, of, level, asset).await;
        kim(&app, "decline", of, asset).await;
        app.later(A_WHILE).await;
        assert_eq!(word(&app, asset).await, "declined", "{of}");
    }
    let before = app.ledger();
    app.nights(30).await;
    assert_eq!(app.ledger(), before);
    assert_eq!(word(&app, REPOSITORY).await, "declined");
    app.check().await;
}

#[tokio::test]
async fn an_invitation_lapses_after_seven_days_and_is_not_sent_again() {
    let app = TestApp::start().await;
    name_kim(&app).await;
    for (of, level, asset) in [("repository", "manage", REPOSITORY), ("organization", "full", ORGANIZATION)] {
        give(&app, of, level, asset).await;
    }
    app.later(SEVEN_DAYS - SignedDuration::from_hours(1)).await;
    for asset in [REPOSITORY, ORGANIZATION] {
        assert_eq!(word(&app, asset).await, "awaiting_acceptance", "{asset}");
    }
    app.later(SignedDuration::from_mins(61)).await;
    for asset in [REPOSITORY, ORGANIZATION] {
        assert_eq!(word(&app, asset).await, "lapsed", "{asset}");
    }
    app.nights(30).await;
    assert_eq!(app.ledger(), [line("invite", REPOSITORY), line("invite", ORGANIZATION)]);
    assert_eq!(word(&app, REPOSITORY).await, "lapsed");

    // A new approval is new authority, also where the lapsed one is still listed.
    give(&app, "repository", "manage", REPOSITORY).await;
    assert_eq!(word(&app, REPOSITORY).await, "awaiting_acceptance");
    assert_eq!(app.ledger().last(), Some(&line("invite", REPOSITORY)));
    app.check().await;
}

#[tokio::test]
async fn revoking_withdraws_an_invitation_that_waits() {
    let app = TestApp::start().await;
    name_kim(&app).await;
    for (of, level, asset) in
        [("repository", "full", REPOSITORY), ("team", "view", TEAM), ("organization", "view", ORGANIZATION)]
    {
        give(&app, of, level, asset).await;
        assert_eq!(word(&app, asset).await, "awaiting_acceptance", "{of}");
        let id = app.grant_id(asset).await;
        app.api(&app.agency, "POST", &format!("/grants/{id}/revoke"), None).await;
        app.drain().await;
        assert_eq!(word(&app, asset).await, "revoked", "{of}");
        assert_eq!(app.ledger().last(), Some(&line("withdraw", asset)));
    }
    let before = app.ledger();
    app.nights(3).await;
    assert_eq!(app.ledger(), before);
    let world = app.sim("GET", "/_sim/world", Value::Null).await;
    let waiting = &world["platforms"]["github"]["orgs"][ORGANIZATION]["invitations"];
    assert_eq!(waiting, &json!([]), "nothing is left to be accepted");
    app.check().await;
}

#[tokio::test]
async fn another_level_raises_who_is_there_without_inviting_again() {
    let app = TestApp::start().await;
    prove(&app).await;
    give(&app, "repository", "view", REPOSITORY).await;
    give(&app, "repository", "full", REPOSITORY).await;
    assert_eq!(word(&app, REPOSITORY).await, "active");
    let expected = ["invite", "accept", "change"].map(|operation| line(operation, REPOSITORY));
    assert_eq!(app.ledger(), expected);
    // Less than what somebody holds is asked for: they hold it already, and nothing is lowered.
    give(&app, "repository", "manage", REPOSITORY).await;
    assert_eq!((word(&app, REPOSITORY).await.as_str(), app.ledger().len()), ("active", 3));
    app.check().await;
}

#[tokio::test]
async fn what_a_seat_costs_is_said_before_the_approval() {
    let app = TestApp::start().await;
    prove(&app).await;
    let sent = ask(&app, "repository", "view").await;
    let liam = app.browser();
    let pick = connect(&liam, &sent, "liam").await;
    let review = liam.pick(&pick, &["alder-hotels/booking"]).await;
    assert!(review.has("data-testid=\"cost\"") && review.has("One more paid seat"), "{}", review.html);
    assert!(!review.has("adds by itself"), "lower roles are a part of the role");
    assert!(app.ledger().is_empty());
    let shared = app.send_request().await;
    let olivia = app.browser();
    let pick = olivia.connect(&shared, "olivia").await;
    let review = olivia.pick(&pick, &[crate::app::PAGE]).await;
    assert!(!review.has("data-testid=\"cost\""), "nothing is said where nothing costs");
}

/// Single sign-on: the organization is shown, blocked, with what to do; the others go on.
#[tokio::test]
async fn an_organization_behind_single_sign_on_is_blocked_with_its_remedy() {
    let app = TestApp::start().await;
    name_kim(&app).await;
    let sent = ask(&app, "organization", "view").await;
    let liam = app.browser();
    let pick = connect(&liam, &sent, "liam").await;
    assert_eq!(pick.assets(), (4, 1), "one of his four is hidden by GitHub");
    assert!(pick.has("protected by single sign-on") && pick.has("sign in here again"));
    let mut form = pick.form("review").without("pick");
    form = form.add("pick", &pick.index_of("84211955"));
    assert_eq!(liam.send(&form).await.status, 422);

    app.act(json!({"person": "liam", "platform": PLATFORM, "do": "approve", "asset": "alder-spa"})).await;
    let sent = ask(&app, "repository", "view").await;
    let pick = connect(&liam, &sent, "liam").await;
    let review = liam.pick(&pick, &["alder-spa/website"]).await;
    liam.press(&review, "approve").await;
    app.drain().await;
    assert_eq!(word(&app, "alder-spa/website").await, "awaiting_acceptance");

    // It is switched on while an invitation waits: said with the link, and nothing is concluded.
    let mut world = app.sim("GET", "/_sim/world", Value::Null).await;
    world["platforms"]["github"]["orgs"]["alder-spa"]["sso_authorised"] = json!([]);
    app.sim("POST", "/_sim/reset", world).await;
    app.later(A_WHILE).await;
    assert_eq!(word(&app, "alder-spa/website").await, "needs_action");
    let progress = liam.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
    assert!(progress.has("https://github.com/orgs/alder-spa/sso\""), "{}", progress.html);
    assert!(!progress.has("authorization_request"), "the one-time part of the address is not kept");
    app.act(json!({"person": "liam", "platform": PLATFORM, "do": "approve", "asset": "alder-spa"})).await;
    app.nights(1).await;
    assert_eq!(word(&app, "alder-spa/website").await, "awaiting_acceptance");
    app.check().await;
}

/// Refusals are said in words, and nothing is tried again by itself.
#[tokio::test]
async fn what_github_refuses_is_said_in_words() {
    let app = TestApp::start().await;
    name_kim(&app).await;
    let cases = [
        ("liam", "repository", "alder-ventures/deck", "does not let people from outside"),
        ("zoe", "repository", "zoelindqvist/portfolio", "only one kind of collaborator"),
        ("liam", "organization", "alder-ventures", "no free seat left"),
        ("liam", "organization", "alder-labs", "only apps in that its owners have approved"),
    ];
    for (person, of, asset, words) in cases {
        if asset == "alder-ventures" {
            let mut world = app.sim("GET", "/_sim/world", Value::Null).await;
            world["platforms"]["github"]["orgs"][asset]["plan"]["seats"] = json!(5);
            app.sim("POST", "/_sim/reset", world).await;
        }
        let sent = ask(&app, of, "view").await;
        let browser = app.browser();
        let pick = connect(&browser, &sent, person).await;
        let review = browser.pick(&pick, &[asset]).await;
        browser.press(&review, "approve").await;
        app.drain().await;
        assert_eq!(word(&app, asset).await, "needs_action", "{asset}");
        let progress = browser.get(&format!("{}/{}/progress", sent.path, sent.item)).await;
        assert!(progress.has(words), "{asset}: {}", progress.html);
    }
    assert!(app.ledger().is_empty());
    app.check().await;
}

/// Somebody who owns nothing there is told whom to ask.
#[tokio::test]
async fn who_only_belongs_to_an_organization_is_told_whom_to_ask() {
    let app = TestApp::start().await;
    name_kim(&app).await;
    let sent = ask(&app, "organization", "view").await;
    let pick = connect(&app.browser(), &sent, "noah").await;
    assert_eq!(pick.assets(), (1, 1));
    assert!(pick.has("only its owners can invite people"));
    let sent = ask(&app, "repository", "view").await;
    let pick = connect(&app.browser(), &sent, "mia").await;
    assert_eq!(pick.assets(), (0, 0));
    assert!(pick.has("You belong to no GitHub organization"));
}
