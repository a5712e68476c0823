//! The client's flow as a German client reads it, from the link to taking access back.

use serde_json::json;

use super::{HANDLE, add_handle, meta, send_with, x_ads};
use crate::app::{NORTHWIND, PAGE, TestApp};
use crate::browser::Page;
use crate::threats::rows;

const CLIENT: &str = "Bäckerei Müller & Söhne";

/// In German from the first tag on, and without this English.
fn german(page: Page, english: &[&str]) -> Page {
    assert_eq!(page.status, 200, "{}: {}", page.path, page.html);
    assert!(page.has("<html lang=\"de\" dir=\"ltr\">"), "{}: {}", page.path, page.html);
    for words in english {
        assert!(!page.has(words), "{} says “{words}”", page.path);
    }
    page
}

fn asked() -> serde_json::Value {
    json!({
        "client": {"name": CLIENT, "email": "olivia@harbourbakery.example"},
        "items": [meta(), x_ads()],
        "locale": "de",
    })
}

/// What the audit log holds of these.
fn recorded(app: &TestApp, action: &str) -> serde_json::Value {
    let sql = format!("SELECT data FROM audit WHERE action = '{action}'");
    let data: String = rows::open(app).query_row(&sql, [], |row| row.get(0)).expect("a record");
    serde_json::from_str::<serde_json::Value>(&data).expect("JSON")["what"].take()
}

#[tokio::test]
async fn access_is_given_and_taken_back_in_german() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, _) = send_with(&app, asked()).await;
    let olivia = app.browser();
    let link = german(olivia.get(&sent.path).await, &["Sign in with", "Not started", "View", "Allowed"]);
    assert!(link.has("<bdi>Bäckerei Müller &#38; Söhne</bdi> um Zugriff auf 2 Konten."), "{}", link.html);
    assert!(link.has("Bei Meta anmelden") && link.has("Facebook-Seite") && link.has("Verwalten"));
    assert!(link.has("in 14 Tagen") && link.has("Nicht begonnen"), "{}", link.html);

    let pick = german(olivia.connect(&sent, "olivia").await, &["Which accounts", "Review", "Facebook Page"]);
    assert!(pick.has("In welchen Konten darf <bdi>Northwind Growth</bdi> arbeiten?"), "{}", pick.html);
    let none = olivia.send(&pick.form("review").without("pick")).await;
    assert!(none.status == 422 && none.has("wählen Sie mindestens ein Konto"), "{}", none.html);

    let review = german(olivia.pick(&pick, &[PAGE]).await, &["Check it", "Approve", "Proven", "Until"]);
    assert!(review.has("Zugriff für <bdi>Northwind Growth</bdi> freigeben"), "{}", review.html);
    assert!(review.has("Unternehmensportfolio") && review.shows_id(NORTHWIND));
    let progress = olivia.press(&review, "approve").await;
    german(progress, &["Setting up", "You can leave"]);
    assert_eq!(recorded(&app, "item.approved")["language"], "de");
    app.drain().await;
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}")]);

    let link = olivia.get(&sent.path).await;
    assert!(link.has("Aktiv, geprüft"), "{}", link.html);
    let guide = olivia.get(&format!("{}/{}/guide", sent.path, item(&app, &sent.id, 1).await)).await;
    let guide = german(guide, &["Open ", "Which ", "Share it"]);
    assert!(guide.has(HANDLE) && guide.has("„Ad manager“") && guide.has("Die Agentur in X Ads hinzufügen"));
    let wrong = olivia.send(&guide.form("guided-done-x-ads").set("which", "bäckerei müller")).await;
    assert!(wrong.status == 422 && wrong.has("„bäckerei müller“ kann das nicht sein"), "{}", wrong.html);
    olivia.send(&guide.form("guided-done-x-ads").set("which", "@baeckerei")).await;
    assert_eq!(recorded(&app, "item.attested")["language"], "de");

    let receipt = olivia.get(&format!("{}/receipt", sent.path)).await;
    let receipt = german(receipt, &["has access", "Completed", "Until", "Receipt"]);
    assert!(receipt.has("<bdi>Northwind Growth</bdi> hat Zugriff"), "{}", receipt.html);
    let file = german(olivia.get(&format!("{}/receipt/file", sent.path)).await, &["Answered", "Made"]);
    assert!(file.has("Beantwortet von <bdi>Bäckerei Müller &#38; Söhne</bdi>"), "{}", file.html);
    let access = german(olivia.press(&receipt, "access").await, &["Revoke access", "Keep this"]);
    assert!(access.has("Was <bdi>Northwind Growth</bdi> bei"), "{}", access.html);
    olivia.press(&access, &format!("revoke-{PAGE}")).await;
    app.drain().await;
    assert_eq!(app.ledger().last(), Some(&format!("revoke {PAGE} {NORTHWIND}")));
    let access = german(olivia.get(&access.path).await, &["No longer shared", "Revoked"]);
    assert!(access.has("Entzogen"), "{}", access.html);
    app.check().await;
}

/// The id of a card, by its place.
async fn item(app: &TestApp, request: &str, place: usize) -> String {
    let (_, request) = app.api(&app.agency, "GET", &format!("/requests/{request}"), None).await;
    request["items"][place]["id"].as_str().expect("an id").to_owned()
}

/// T11: what is approved is the same thing in every language, and nothing else can be put in its place.
#[tokio::test]
async fn switching_between_review_and_approval_changes_the_words_and_not_what_is_approved() {
    let app = TestApp::start().await;
    let (sent, _) = send_with(&app, json!({"items": [meta()], "locale": "de"})).await;
    let olivia = app.browser();
    let pick = olivia.connect(&sent, "olivia").await;
    let german = olivia.pick(&pick, &[PAGE]).await;
    let english = olivia.press(&german, "language-en").await;
    assert_eq!((english.status, &english.path), (200, &german.path), "back to the same page");
    assert!(english.has("<html lang=\"en\"") && english.has("Check it, then approve"), "{}", english.html);
    let terms = |page: &Page| page.form("approve").fields.iter().find(|(n, _)| n == "terms").cloned();
    assert_eq!(terms(&german), terms(&english));
    let other = olivia.send(&german.form("approve").set("terms", "00")).await;
    assert_eq!((other.status, app.ledger().len()), (409, 0), "other terms are refused as ever");
    // Approved on the German page, which is still open, by a browser that now reads English.
    let progress = olivia.press(&german, "approve").await;
    assert!(progress.status == 200 && progress.has("<html lang=\"en\""), "{}", progress.html);
    app.drain().await;
    assert_eq!(app.ledger(), [format!("grant {PAGE} {NORTHWIND}")]);
    assert_eq!(recorded(&app, "item.approved")["language"], "en");
    app.check().await;
}

/// The same of steps by hand: their text is in the digest, in every language.
#[tokio::test]
async fn switching_while_the_steps_are_done_is_neither_refused_nor_lets_other_steps_pass() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, items) = send_with(&app, json!({"items": [x_ads()], "locale": "de"})).await;
    let client = app.browser();
    let german = client.get(&format!("{}/{}/guide", sent.path, items[0])).await;
    let english = client.press(&german, "language-en").await;
    assert!(english.has("Add the agency in X Ads"), "{}", english.html);
    let stale = german.form("guided-done-x-ads").set("which", "@baeckerei").set("terms", "00");
    assert_eq!(client.send(&stale).await.status, 409);
    let done = client.send(&german.form("guided-done-x-ads").set("which", "@baeckerei")).await;
    assert_eq!(done.status, 200, "{}", done.html);
    assert_eq!(app.words().await["baeckerei"], "attested");
    app.check().await;
}

#[tokio::test]
async fn the_guide_to_print_is_in_the_clients_language_for_both_sides() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, _) = send_with(&app, asked()).await;
    let (client, member) = (app.browser(), app.member(&app.agency).await);
    let page = german(client.get(&format!("{}/guide", sent.path)).await, &["How to give", "Only this one"]);
    assert!(page.has("So geben Sie <bdi>Northwind Growth</bdi> Zugriff") && page.has("nach dem Stand vom"));
    let theirs = client.get(&format!("{}/guide.pdf", sent.path)).await;
    let ours = member.get(&format!("/requests/{}/guide.pdf", sent.id)).await;
    assert!(theirs.html.starts_with("%PDF-") && theirs.html == ours.html, "one file for both");
    german(member.get(&format!("/requests/{}/guide", sent.id)).await, &["How to give"]);
    let request = member.get(&format!("/requests/{}", sent.id)).await;
    assert!(request.has("<html lang=\"en\""), "the agency's own pages stay English");
}

#[tokio::test]
async fn help_passing_on_and_trouble_are_said_in_german() {
    let app = TestApp::start().await;
    let (sent, _) = send_with(&app, json!({"items": [meta()], "locale": "de"})).await;
    let client = app.browser();
    let link = client.get(&sent.path).await;
    let help = german(client.press(&link, "help-meta").await, &["was told", "Ask for help"]);
    assert!(help.has("weiß Bescheid"), "{}", help.html);
    let long = client.send(&help.form("help-send").set("note", &"ä".repeat(501))).await;
    assert!(long.status == 422 && long.has("Die Notiz ist zu lang: höchstens 500 Zeichen."), "{}", long.html);
    let passed = german(client.press(&link, "hand-over-meta").await, &["colleague"]);
    assert!(passed.has("Link zum Weitergeben"), "{}", passed.html);
    let stranger = app.browser().get(&format!("{}/receipt", sent.path)).await;
    assert!(stranger.status == 403 && stranger.has("Machen Sie in dem Browser weiter"), "{}", stranger.html);
    let stale = client.send(&link.form("skip-meta").set("csrf", "0")).await;
    assert!(
        stale.status == 409 && stale.has("Inzwischen hat sich geändert: dieses Formular."),
        "{}",
        stale.html
    );
    assert!(!stale.has("data-testid=\"language-en\""), "a page about trouble repeats nothing of its address");
    let card = client.get(&format!("{}/nothing/pick", sent.path)).await;
    assert!(card.has("Wir haben gesucht, aber das ist nicht hier: die Karte."), "{}", card.html);
    app.clock.advance(jiff::SignedDuration::from_hours(24 * 15));
    let over = client.get(&sent.path).await;
    assert!(over.status == 410 && over.has("Dieser Link ist abgelaufen"), "{}", over.html);
}

/// A refusal of the platform, in its own words for a German reader.
#[tokio::test]
async fn a_refusal_is_told_in_german_and_leads_to_its_meaning_in_german() {
    let app = TestApp::start().await;
    let (sent, _) = send_with(&app, json!({"items": [meta()], "locale": "de"})).await;
    let client = app.browser();
    let login = client.press(&client.get(&sent.path).await, "connect-meta").await;
    let consent = client.press(&login, "sim-login-olivia").await;
    let link = german(client.press(&consent, "sim-deny").await, &["You did not allow"]);
    assert!(link.has("Sie haben die Anmeldung bei Meta nicht erlaubt"), "{}", link.html);
    let doctor = client.get("/doctor?platform=meta&message=190&from=de").await;
    let doctor = german(doctor, &["Explain it", "What to do", "Who can do it"]);
    assert!(
        doctor.has("Wer es tun kann:") && doctor.has("Die Anmeldung bei Meta gilt nicht mehr"),
        "{}",
        doctor.html
    );
}
