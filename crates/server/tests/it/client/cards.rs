//! Leaving a card out, passing it on, asking for help: one click each, and the agency is told.

use jiff::SignedDuration;

use super::{add_handle, audits, events, meta, path_of, send, x_ads};
use crate::app::{PAGE, TestApp};
use crate::threats::rows;

async fn state(app: &TestApp, request: &str) -> (String, Vec<String>) {
    let (_, found) = app.api(&app.agency, "GET", &format!("/requests/{request}"), None).await;
    let items = found["items"].as_array().expect("a list").iter();
    let words = items.map(|i| i["state"].as_str().expect("text").to_owned()).collect();
    (found["state"].as_str().expect("text").to_owned(), words)
}

#[tokio::test]
async fn a_card_is_left_out_and_opened_again() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, _) = send(&app, vec![meta(), x_ads()]).await;
    let client = app.browser();
    let link = client.get(&sent.path).await;
    let skipped = client.press(&link, "skip-x-ads").await;
    assert!(skipped.has("data-testid=\"platform-x-ads\" data-state=\"skipped\""));
    assert_eq!(
        state(&app, &sent.id).await,
        ("partially_complete".into(), vec!["open".into(), "skipped".into()])
    );
    client.press(&link, "skip-x-ads").await;
    assert_eq!((events(&app, "item.skipped"), audits(&app, "item.skipped")), (1, 1), "twice is once");
    client.give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    assert_eq!(state(&app, &sent.id).await.0, "complete");
    let opened = client.press(&client.get(&sent.path).await, "reopen-x-ads").await;
    assert!(opened.has("data-testid=\"platform-x-ads\" data-state=\"open\""));
    assert_eq!(state(&app, &sent.id).await.0, "in_progress");
    let declined = client.press(&opened, "decline-x-ads").await;
    assert!(declined.has("data-state=\"skipped\""));
    assert_eq!(state(&app, &sent.id).await.0, "complete");
    app.check().await;
}

#[tokio::test]
async fn what_was_approved_cannot_be_left_out_or_passed_on() {
    let app = TestApp::start().await;
    let (sent, items) = send(&app, vec![meta()]).await;
    let client = app.browser();
    let link = client.get(&sent.path).await;
    let skip = link.form("skip-meta");
    let over = link.form("hand-over-meta");
    client.give(&sent, "olivia", &[PAGE]).await;
    assert_eq!(client.send(&skip).await.status, 400);
    assert_eq!(client.send(&over).await.status, 400);
    assert_eq!(client.get(&format!("{}/{}/hand-over", sent.path, items[0])).await.status, 404);
    app.check().await;
}

#[tokio::test]
async fn a_colleague_sees_one_card_and_the_first_link_its_state() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, items) = send(&app, vec![meta(), x_ads()]).await;
    let olivia = app.browser();
    olivia.connect(&sent, "olivia").await;
    let link = olivia.get(&sent.path).await;
    let passed = olivia.press(&link, "hand-over-x-ads").await;
    let card = path_of(&app, &passed, "card-link");
    assert_ne!(card, sent.path);
    let again = olivia.press(&link, "hand-over-x-ads").await;
    assert_eq!(path_of(&app, &again, "card-link"), card, "pressed twice it is the same link");
    assert_eq!((events(&app, "item.handed_over"), audits(&app, "item.handed_over")), (1, 1));

    let noah = app.browser();
    let page = noah.get(&card).await;
    assert!(page.has("Passed on to you by") && page.has("Olivia Reyes"), "{}", page.html);
    assert!(page.has("platform-x-ads") && !page.has("platform-meta"));
    for rest in ["pick", "review", "progress", "guide", "events", "help", "hand-over"] {
        let other = noah.get(&format!("{card}/{}/{rest}", items[0])).await;
        assert_eq!(other.status, 404, "{rest} of another card");
    }
    let guide = noah.get(&format!("{card}/{}/guide", items[1])).await;
    noah.send(&guide.form("guided-done-x-ads").set("which", "bakery")).await;
    let first = olivia.get(&sent.path).await;
    assert!(first.has("data-testid=\"platform-x-ads\" data-state=\"settled\"") && !first.has("bakery<"));
    app.check().await;
}

#[tokio::test]
async fn a_card_link_ends_with_its_request() {
    let app = TestApp::start().await;
    add_handle(&app).await;
    let (sent, _) = send(&app, vec![x_ads()]).await;
    let client = app.browser();
    let passed = client.press(&client.get(&sent.path).await, "hand-over-x-ads").await;
    let card = path_of(&app, &passed, "card-link");
    app.api(&app.agency, "POST", &format!("/requests/{}/cancel", sent.id), None).await;
    assert_eq!((client.get(&card).await.status, client.get(&sent.path).await.status), (404, 404));
    let (sent, _) = send(&app, vec![x_ads()]).await;
    let passed = client.press(&client.get(&sent.path).await, "hand-over-x-ads").await;
    let card = path_of(&app, &passed, "card-link");
    app.clock.advance(SignedDuration::from_hours(24 * 14));
    assert_eq!((client.get(&card).await.status, client.get(&sent.path).await.status), (410, 410));
    app.check().await;
}

#[tokio::test]
async fn help_reaches_the_agency_with_card_error_and_time_but_not_without_end() {
    let app = TestApp::start().await;
    let (sent, items) = send(&app, vec![meta()]).await;
    let client = app.browser();
    let login = client.press(&client.get(&sent.path).await, "connect-meta").await;
    let consent = client.press(&login, "sim-login-olivia").await;
    let denied = client.press(&consent, "sim-deny").await;
    let told = client.press(&denied, "help-meta").await;
    assert!(told.has("Kim Park") && told.has("was told"), "{}", told.html);
    assert_eq!((events(&app, "item.help_wanted"), audits(&app, "item.help_wanted")), (1, 1));
    let data = "SELECT data FROM audit WHERE action = 'item.help_wanted'";
    let data = rows::text(&rows::query(&rows::open(&app), data)[0][0]);
    assert!(data.contains("consent-denied") && data.contains("meta"), "{data}");

    let note = told.form("help-send");
    assert_eq!(client.send(&note.clone().set("note", &"x".repeat(501))).await.status, 422);
    let noted = client.send(&note.clone().set("note", "<b>Which</b> one of my two Pages?")).await;
    assert!(noted.has("Your note went with it"));
    assert!(!noted.has("<b>Which</b>"));
    for _ in 0..3 {
        assert_eq!(client.send(&note).await.status, 200);
    }
    let many = futures_util::future::join_all((0..20).map(|_| client.send(&note))).await;
    assert!(many.iter().all(|p| p.status == 422 && p.has("several times")));
    assert_eq!(events(&app, "item.help_wanted"), 5);
    app.clock.advance(SignedDuration::from_secs(3_601));
    assert_eq!(client.send(&note).await.status, 200);
    let item = items[0].as_str();
    let kept: i64 = rows::open(&app)
        .query_row("SELECT COUNT(*) FROM help WHERE item_id = ?1 AND note LIKE '%Pages?'", [item], |r| {
            r.get(0)
        })
        .expect("a count");
    assert_eq!(kept, 1);
    let in_audit = "SELECT COUNT(*) FROM audit WHERE data LIKE '%two Pages%'";
    let in_audit: i64 = rows::open(&app).query_row(in_audit, [], |r| r.get(0)).expect("a count");
    assert_eq!(in_audit, 0, "what a person wrote is not in the log that is never erased");
    app.check().await;
}

#[tokio::test]
async fn nothing_happens_on_a_card_after_the_link_is_over() {
    let app = TestApp::start().await;
    let (sent, _) = send(&app, vec![meta()]).await;
    let client = app.browser();
    let link = client.get(&sent.path).await;
    let forms: Vec<_> =
        ["skip-meta", "hand-over-meta", "help-meta"].iter().map(|hook| link.form(hook)).collect();
    app.clock.advance(SignedDuration::from_hours(24 * 14));
    let before = rows::all(&app);
    for form in &forms {
        assert_eq!(client.send(form).await.status, 410);
    }
    assert_eq!(rows::all(&app), before);
    app.check().await;
}
