//! F23: the mail server is down, greylists, refuses, or dies after its yes. The flow goes on, it is tried again, and the
//! agency sees it.

use jiff::SignedDuration;
use serde_json::json;

use crate::app::{PAGE, Sent, TestApp};
use crate::client::audits;
use crate::mail::server::{MailServer, Mood, mailer};
use crate::mail::standing;

async fn given(app: &TestApp) -> Sent {
    let sent = app.send(json!([{"type": "page", "level": "manage"}])).await;
    app.browser().give(&sent, "olivia", &[PAGE]).await;
    app.drain().await;
    assert_eq!(app.words().await[PAGE], "active", "mail holds nothing up");
    sent
}

fn receipt(state: &str, tries: i64) -> Vec<(String, String, i64)> {
    vec![("receipt".into(), state.into(), tries)]
}

#[tokio::test]
async fn a_server_that_is_down_is_tried_for_three_days_and_then_given_up_with_a_word_to_the_agency() {
    let app = TestApp::start_mailing(mailer(1)).await;
    let sent = given(&app).await;
    assert_eq!(standing(&app), receipt("waiting", 1));
    app.later(SignedDuration::from_secs(30)).await;
    let member = app.member(&app.agency).await;
    let page = member.get(&format!("/requests/{}", sent.id)).await;
    assert!(
        page.has("data-testid=\"mail-receipt\" data-state=\"waiting\"") && page.has("next try"),
        "{}",
        page.html
    );
    assert!(member.get("/").await.has("Receipt by e-mail"), "it needs attention");
    for _ in 0..40 {
        app.later(SignedDuration::from_hours(2)).await;
    }
    let (_, state, tries) = standing(&app).remove(0);
    assert!(state == "given_up" && (10..20).contains(&tries), "{state} {tries}");
    assert_eq!(audits(&app, "mail.failed"), 1);
    app.check().await;
}

#[tokio::test]
async fn a_server_that_says_later_gets_it_later_with_the_same_message_id() {
    let server = MailServer::start(Mood::Greylists).await;
    let app = TestApp::start_mailing(server.mailer()).await;
    given(&app).await;
    assert_eq!((standing(&app), server.taken().len()), (receipt("waiting", 1), 0));
    // It takes the mail, and the yes is lost: SMTP cannot tell a second sending from another mail.
    server.set(Mood::DiesAfterwards);
    app.later(SignedDuration::from_secs(30)).await;
    assert_eq!((standing(&app), server.taken().len()), (receipt("waiting", 2), 1));
    server.set(Mood::Takes);
    app.later(SignedDuration::from_mins(2)).await;
    assert_eq!(standing(&app), receipt("sent", 3));
    let ids: Vec<_> = server
        .taken()
        .iter()
        .map(|(_, mail)| mail.lines().find(|l| l.starts_with("Message-ID")).expect("an id").to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "who receives it twice can tell");
    app.later(SignedDuration::from_hours(24)).await;
    assert_eq!(server.taken().len(), 2, "and no more");
    app.check().await;
}

#[tokio::test]
async fn a_refusal_is_shown_without_any_link_and_a_person_can_have_it_tried_again() {
    let server = MailServer::start(Mood::Refuses).await;
    let app = TestApp::start_mailing(server.mailer()).await;
    let sent = given(&app).await;
    assert_eq!(standing(&app), receipt("refused", 1));
    app.later(SignedDuration::from_hours(5)).await;
    assert_eq!(standing(&app), receipt("refused", 1), "nobody is asked twice by itself");
    let member = app.member(&app.agency).await;
    let page = member.get(&format!("/requests/{}", sent.id)).await;
    assert!(page.has("no such mailbox …"), "the server’s words, without the address: {}", page.html);
    assert!(!page.has("r/secret"));
    server.set(Mood::Takes);
    member.press(&page, "mail-again-receipt").await;
    app.drain().await;
    assert_eq!((standing(&app), server.taken().len()), (receipt("sent", 1), 1));
    app.check().await;
}

#[tokio::test]
async fn a_server_that_mistrusts_us_is_no_verdict_on_the_address() {
    let server = MailServer::start(Mood::Mistrusts).await;
    let app = TestApp::start_mailing(server.mailer()).await;
    given(&app).await;
    assert_eq!(standing(&app), receipt("waiting", 1));
}
